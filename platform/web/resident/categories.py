"""The categories as a form offers them: the likely ones as pictures, all by group, and a search by words. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from complaints.rules.rulebook import CategoryEntry, Rulebook
from complaints.words.spelling import ALMOST, closeness, lengths_allow, stem, telling, words_of
from tenants.category import Place
from tenants.database import Words
from tenants.tenant import in_language

PICTURES = {
    "jalan-lubang": "f-lubang",
    "jalan-rusak": "f-road",
    "pju": "f-lampu",
    "banjir": "f-banjir",
    "drainase": "f-saluran",
    "sampah-liar": "f-sampah",
    "sampah-angkut": "f-sampah",
    "pohon-tumbang": "f-pohon",
}
"""Drawn pictures of static/pictures.svg by platform code."""

MOST_TILES = 6
LONGEST_SEARCH = 200
MOST_WORDS = 8
"""Each word is held against every word of every category."""
USUAL = ("jalan-lubang", "pju", "banjir", "drainase", "sampah-liar", "pohon-tumbang")
"""What is reported most anywhere: the tiles where a tenant names none, as the commons does."""


@dataclass(frozen=True)
class Choice:
    """A category to choose. picture: its drawing, "" where it has only an icon. words: what a search finds it by."""

    code: str
    name: str
    help: str
    icon: str
    picture: str
    words: str
    placeless: bool


@dataclass(frozen=True)
class Group:
    name: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class Offer:
    """tiles: the likely ones. found: what the search found, None where nothing was searched for.

    guessed: nothing has the words that were searched for; what was found is what they may mean.
    """

    tiles: Sequence[Choice]
    groups: Sequence[Group]
    found: Sequence[Choice] | None
    count: int
    guessed: bool = False


def offer(
    book: Rulebook,
    likely: Iterable[str],
    searched: str,
    language: str,
    languages: Sequence[str],
    guessed: Sequence[str] = (),
) -> Offer:
    """What is offered, in a language with the tenant's own as the fallback. guessed: codes for where none is found."""
    choices = {code: _choice(entry, language, languages) for code, entry in book.offered.items()}
    groups = []
    for group in book.groups:
        inside = [choices[code] for code, entry in book.offered.items() if entry.group == group.code]
        if inside:
            groups.append(Group(in_language(group.name, language, list(languages)), inside))
    alone = [choices[code] for code, entry in book.offered.items() if not entry.group]
    if alone:
        groups.append(Group("", alone))
    tiles = [choices[code] for code in (*likely, *USUAL) if code in choices] or list(choices.values())
    tiles = list(dict.fromkeys(tiles))
    found = search(choices.values(), searched)
    by_guess = [choices[code] for code in guessed if code in choices] if not found else []
    return Offer(tiles[:MOST_TILES], groups, by_guess or found, len(choices), guessed=bool(by_guess))


def search(choices: Iterable[Choice], searched: str) -> list[Choice] | None:
    """Those that have every telling word of the search in their names or search words, as typed or nearly so.

    None without a search. Those that have the words as they were typed come first.
    """
    wanted = telling(words_of(searched[:LONGEST_SEARCH]))[:MOST_WORDS]
    if not wanted:
        return None
    fits = [(choice, [_fit(word, choice) for word in wanted]) for choice in choices]
    found = [(choice, min(fit)) for choice, fit in fits if all(fit)]
    return [choice for choice, _ in sorted(found, key=lambda pair: -pair[1])]


def _fit(word: str, choice: Choice) -> int:
    """2: as it stands or as a part; 1: nearly so; 0: not at all."""
    if word in choice.words:
        return 2
    root, known = stem(word), words_of(choice.words)
    if len(root) > 3 and any(stem(one) == root for one in known):
        return 2
    if len(word) <= 3:
        return 0
    return int(any(len(one) > 3 and lengths_allow(word, one) and closeness(word, one) >= ALMOST for one in known))


def _choice(entry: CategoryEntry, language: str, languages: Sequence[str]) -> Choice:
    return Choice(
        code=entry.code,
        name=in_language(entry.name, language, list(languages)),
        help=in_language(entry.help, language, list(languages)),
        icon=entry.icon,
        picture=PICTURES.get(entry.platform_code, ""),
        words=_words(entry.name, entry.help, entry.search_words),
        placeless=entry.place == Place.NONE,
    )


def _words(name: Words, help_: Words, search_words: Mapping[str, Sequence[str]]) -> str:
    texts = [*name.values(), *help_.values(), *(word for words in search_words.values() for word in words)]
    return " ".join(texts).casefold()
