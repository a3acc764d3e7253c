"""What in a text would tell everybody who somebody is: telephone numbers, number plates, NIK, addresses of mail. Pure.

Shown to the reporter before a public report is sent, with an offer to cover it; never changed unasked.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

COVER = "•"

_PLATES = (
    "A|B|D|E|F|G|H|K|L|M|N|P|R|S|T|W|Z|AA|AB|AD|AE|AG|BA|BB|BD|BE|BG|BH|BK|BL|BM|BN|BP|DA|DB|DC|DD|DE|DG|DH|DK|DL|DM|DN"
    "|DP|DR|DT|DW|EA|EB|ED|KB|KH|KT|KU|PA|PB"
)
_NO_PLATE = {"rt", "rw", "km", "kg", "cm", "mm", "ml", "lt", "rb", "jt", "wib", "wit", "th", "dan"}
"""What stands behind a number in an address, a length or an hour."""


class Kind(StrEnum):
    PHONE = "phone"
    PLATE = "plate"
    NIK = "nik"
    EMAIL = "email"


@dataclass(frozen=True)
class Exposure:
    """kind of what stands at text[start:end]."""

    kind: Kind
    start: int
    end: int
    words: str


_EMAIL = re.compile(r"[^\s@<>,;:\"]{1,64}@[^\s@<>,;:\"]{1,255}\.[a-z]{2,63}", re.IGNORECASE)
_NIK = re.compile(r"(?<!\d)\d{16}(?!\d)")
_PHONE = re.compile(r"(?<![\d+])(?:\+?62|0)[ .\-]?(?:8\d{1,2}|\(?[2-9]\d{1,2}\)?)(?:[ .\-]?\d){5,10}(?!\d)")
_PLATE = re.compile(rf"(?<!\w)(?:{_PLATES})[ \-]?\d{{1,4}}[ \-]?([A-Z]{{1,3}})(?!\w)")
_PLATE_IN_HASTE = re.compile(_PLATE.pattern.replace(r"{1,4}", r"{3,4}"), re.IGNORECASE)


def exposed(text: str) -> list[Exposure]:
    """What would be read by everybody, in the order of the text; nothing twice."""
    found: list[Exposure] = []
    for kind, pattern in (
        (Kind.EMAIL, _EMAIL),
        (Kind.NIK, _NIK),
        (Kind.PHONE, _PHONE),
        (Kind.PLATE, _PLATE),
        (Kind.PLATE, _PLATE_IN_HASTE),
    ):
        for match in pattern.finditer(text):
            if kind is Kind.PLATE and match[1].casefold() in _NO_PLATE:
                continue
            if all(match.end() <= one.start or match.start() >= one.end for one in found):
                found.append(Exposure(kind, match.start(), match.end(), match[0]))
    return sorted(found, key=lambda one: one.start)


def covered(text: str) -> str:
    """The text with a dot for each letter and digit of what is exposed; as long as before."""
    for one in exposed(text):
        text = text[: one.start] + re.sub(r"[^\W_]", COVER, one.words).replace("@", COVER) + text[one.end :]
    return text
