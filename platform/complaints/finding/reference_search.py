"""A reference as somebody remembers it: a part of it, or the whole with one slip. Pure.

The check character says of each slip which letter would put it right, so that the references that may have been meant
are some thirty, and looking each up costs less than a search.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from complaints.reference import ALPHABET, check_character

LENGTH = 8
_FORGIVEN = str.maketrans("ILO", "110")


@dataclass(frozen=True)
class Meant:
    """exactly: whole references that may have been meant. first, last: the range of those that begin so, "" for none.

    ending: the last four characters, "" for none.
    """

    exactly: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    ending: str = ""


def meant(written: str, code: str) -> Meant | None:
    """What a query may mean as a reference; None where it is none. code: the city's own, forgiven where it is wrong."""
    bare = re.sub(r"[\s\-‐-―]", "", written).upper()
    if not re.fullmatch(r"[0-9A-Z]{4,12}", bare):
        return None
    coded = re.match(r"[A-Z]{3}(?=[0-9A-Z])", bare) is not None and (len(bare) > LENGTH + 1 or bare.startswith(code))
    codes = list(dict.fromkeys([bare[:3], code])) if coded else [code]
    body = (bare[3:] if coded else bare).translate(_FORGIVEN)
    if any(character not in ALPHABET for character in body) and len(body) != LENGTH:
        return None
    if len(body) >= LENGTH - 1:
        wholes = dict.fromkeys(_wholes(body))
        return Meant(exactly=tuple(_written(one, whole) for one in codes for whole in wholes))
    if not coded and not any(character.isdigit() for character in bare):
        return None
    first, last = (_written(codes[0], body.ljust(LENGTH, end)) for end in (ALPHABET[0], ALPHABET[-1]))
    return Meant(first=first, last=last, ending=body if not coded and len(body) == LENGTH // 2 else "")


def _wholes(body: str) -> Iterator[str]:
    """Eight characters that check, one slip away: none, one changed, two neighbours exchanged, one too many or few."""
    if len(body) == LENGTH:
        yield from _checked(body)
        for at in range(LENGTH):
            yield from (whole for letter in ALPHABET for whole in _checked(body[:at] + letter + body[at + 1 :]))
        for at in range(LENGTH - 1):
            yield from _checked(body[:at] + body[at + 1] + body[at] + body[at + 2 :])
    elif len(body) == LENGTH + 1:
        for at in range(len(body)):
            yield from _checked(body[:at] + body[at + 1 :])
    elif len(body) == LENGTH - 1:
        for at in range(LENGTH):
            yield from (whole for letter in ALPHABET for whole in _checked(body[:at] + letter + body[at:]))


def _checked(whole: str) -> Iterator[str]:
    if all(character in ALPHABET for character in whole) and check_character(whole[:7]) == whole[7]:
        yield whole


def _written(code: str, whole: str) -> str:
    return f"{code}-{whole[:4]}-{whole[4:]}"
