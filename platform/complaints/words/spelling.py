"""How people write a word, and how near one spelling is to another. Indonesian and English; pure.

Indonesian typed in haste loses its vowels (`brlubang`, `mti`), shortens what everybody knows (`jln`, `dkt`) and takes
its prefixes on and off (`numpuk`, `menumpuk`); a slip of the finger changes, drops or exchanges a letter.
"""

import re
import unicodedata
from collections.abc import Iterable

VOWELS = "aeiou"
NEAR = 0.7
"""From this closeness on, one word may be meant by another."""
ALMOST = 0.85
"""From this closeness on, it most likely is."""
LONGEST_WORD = 40
"""Letters. What is longer is near to nothing: comparing takes both lengths multiplied, and nobody means it."""

_WORD = re.compile(r"[^\W_]+")
_AGAIN = re.compile(r"(?<=[a-z])2$")
_WITHOUT_VOWELS = str.maketrans("", "", VOWELS)

SHORT = {
    "bgt": "banget", "blk": "belakang", "blkg": "belakang", "blm": "belum", "bnyk": "banyak", "brp": "berapa",
    "dgn": "dengan", "dkt": "dekat", "dlm": "dalam", "dpn": "depan", "dr": "dari", "dri": "dari", "gg": "gang",
    "jbt": "jembatan", "jg": "juga", "jgn": "jangan", "jl": "jalan", "jln": "jalan", "kb": "kabupaten",
    "kec": "kecamatan", "kel": "kelurahan", "klrhn": "kelurahan", "km": "kilometer", "krn": "karena", "lamer": "merah",
    "lbh": "lebih", "lg": "lagi", "mlm": "malam", "ni": "ini", "org": "orang", "per3an": "pertigaan",
    "per4an": "perempatan", "perum": "perumahan", "psr": "pasar", "rd": "road", "rmh": "rumah", "sblh": "sebelah",
    "sdh": "sudah", "skrg": "sekarang", "sm": "sama", "sblm": "sebelum", "st": "street", "tdk": "tidak",
    "tlg": "tolong", "trs": "terus", "udh": "sudah", "utk": "untuk", "yg": "yang",
}  # fmt: skip
"""What everybody shortens in the same way."""

EMPTY = frozenset({
    "ada", "adalah", "agar", "akan", "atau", "banget", "bisa", "dan", "dari", "dengan", "di", "dong", "hari", "ini",
    "itu", "jadi", "juga", "kami", "karena", "ke", "kok", "lagi", "mau", "mohon", "nih", "oleh", "pada", "para",
    "sangat", "saya", "sekarang", "sudah", "tidak", "tolong", "untuk", "yang", "a", "an", "and", "are", "at", "been",
    "but", "by", "for", "from", "has", "have", "in", "is", "it", "my", "near", "not", "of", "on", "or", "please",
    "that", "the", "there", "this", "to", "was", "with",
})  # fmt: skip
"""Words that say nothing of what was reported."""

_PREFIXES = ("menge", "meng", "meny", "mem", "men", "me", "peng", "peny", "pem", "pen", "ber", "ter", "per", "di", "ke")
_SUFFIXES = ("nya", "lah", "kah", "kan", "an", "ing", "ed", "es", "s")
_LEFT = 4
"""A word keeps at least so many letters when what was put before or after it is taken off."""


def words_of(text: str) -> list[str]:
    """The words of a query in lower case and without accents, short forms written out, in order, each once."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in bare if not unicodedata.combining(character))
    found = (_AGAIN.sub("", word) for word in _WORD.findall(plain))
    return list(dict.fromkeys(SHORT.get(word, word) for word in found))


def telling(words: Iterable[str]) -> list[str]:
    """The words that say something; all of them where none does."""
    every = list(words)
    return [word for word in every if word not in EMPTY and len(word) > 1] or every


def skeleton(word: str) -> str:
    """A word without its vowels: what is left of it where somebody types in haste."""
    return word.translate(_WITHOUT_VOWELS)


def stem(word: str) -> str:
    """The word without one common prefix and one suffix, as far as four letters are left; not a dictionary's root."""
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= _LEFT:
            word = word[len(prefix) :]
            break
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _LEFT:
            return word[: -len(suffix)]
    return word


def lengths_allow(typed: str, meant: str) -> bool:
    """Whether two words can be almost the same, by their lengths alone: a letter more or less costs half at least."""
    longer = max(len(typed), len(meant))
    return abs(len(typed) - len(meant)) * 0.5 <= (1 - ALMOST) * longer


def closeness(typed: str, meant: str) -> float:
    """From 0 to 1: 1 for the same word. Symmetric but for vowels, which are forgotten more easily than made up.

    An edit costs 1 (Damerau's four: change, drop, add, exchange neighbours); a vowel that was left out, one taken for
    another, or a letter typed twice costs half. Related to the length of the longer word.
    """
    if typed == meant:
        return 1.0
    if max(len(typed), len(meant)) > LONGEST_WORD or any(character.isdigit() for character in typed + meant):
        return 0.0
    rows = [[0.0] * (len(meant) + 1) for _ in range(len(typed) + 1)]
    for column, letter in enumerate(meant, start=1):
        rows[0][column] = rows[0][column - 1] + _left_out(meant, column, letter)
    for row, letter in enumerate(typed, start=1):
        rows[row][0] = float(row)
        for column, other in enumerate(meant, start=1):
            added = 0.5 if row > 1 and typed[row - 2] == letter else 1.0
            least = min(
                rows[row - 1][column] + added,
                rows[row][column - 1] + _left_out(meant, column, other),
                rows[row - 1][column - 1] + _changed(letter, other),
            )
            if row > 1 and column > 1 and letter == meant[column - 2] and other == typed[row - 2] and letter != other:
                least = min(least, rows[row - 2][column - 2] + 1.0)
            rows[row][column] = least
    return max(0.0, 1 - rows[-1][-1] / max(len(typed), len(meant)))


def _left_out(meant: str, column: int, letter: str) -> float:
    twice = column > 1 and meant[column - 2] == letter
    return 0.5 if letter in VOWELS or twice else 1.0


def _changed(letter: str, other: str) -> float:
    if letter == other:
        return 0.0
    return 0.5 if letter in VOWELS and other in VOWELS else 1.0
