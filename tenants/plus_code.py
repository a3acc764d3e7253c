"""Open Location Codes ("plus codes", `6P58QXQ7+RM`): from a code to the middle of its cell. Pure.

After the specification of Open Location Code, version 1.
"""

import math
import re
from dataclasses import dataclass

from tenants.errors import Invalid

ALPHABET = "23456789CFGHJMPQRVWX"
SEPARATOR_AT = 8
PAIR_DIGITS = 10
GRID_COLUMNS, GRID_ROWS = 4, 5
MOST_DIGITS = 15

_DIGIT = f"[{ALPHABET}]"
_IN_TEXT = re.compile(rf"(?<![0-9A-Z+])({_DIGIT}{{2,8}}0{{0,6}}\+{_DIGIT}{{0,7}})(?![0-9A-Z+])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """The middle of a code's cell and its size, in WGS84 degrees."""

    lon: float
    lat: float
    width: float
    height: float


def code_in(text: str) -> str | None:
    """The first plus code in a text, full or short, in capitals; None where there is none."""
    for found in _IN_TEXT.finditer(text.upper()):
        if is_full(found[1]) or is_short(found[1]):
            return found[1]
    return None


def is_full(code: str) -> bool:
    """Whether it is a code that needs no place of reference."""
    code = code.upper()
    if not _is_valid(code) or code.index("+") != SEPARATOR_AT:
        return False
    return ALPHABET.index(code[0]) * 20 < 180 and ALPHABET.index(code[1]) * 20 < 360


def is_short(code: str) -> bool:
    """Whether it is a code whose first digits are left out, since a place is named beside it."""
    return _is_valid(code.upper()) and code.index("+") < SEPARATOR_AT


def decode(code: str) -> Cell:
    """The cell of a full code. Raises Invalid, field `spot`."""
    if not is_full(code):
        raise Invalid("This plus code isn't whole. A whole one looks like 6P58QXQ7+RM.", field="spot")
    digits = code.upper().replace("+", "").rstrip("0")[:MOST_DIGITS]
    south, west, height, width = -90.0, -180.0, 400.0, 400.0
    for at in range(0, min(len(digits), PAIR_DIGITS), 2):
        height, width = height / 20, width / 20
        south += ALPHABET.index(digits[at]) * height
        west += ALPHABET.index(digits[at + 1]) * width
    for digit in digits[PAIR_DIGITS:]:
        row, column = divmod(ALPHABET.index(digit), GRID_COLUMNS)
        height, width = height / GRID_ROWS, width / GRID_COLUMNS
        south, west = south + row * height, west + column * width
    return Cell(west + width / 2, south + height / 2, width, height)


def encode(lon: float, lat: float) -> str:
    """The code of ten digits at a point in WGS84 degrees: a cell of about 14 m by 14 m."""
    lat = min(max(lat, -90.0), 90.0)
    lon = (lon + 180) % 360 - 180
    # Whole numbers of the last digit's size, so that no rounding moves a point into the next cell.
    up = min(math.floor(round((lat + 90) * 8000, 6)), 180 * 8000 - 1)
    along = math.floor(round((lon + 180) * 8000, 6))
    digits = ""
    for _ in range(PAIR_DIGITS // 2):
        digits = ALPHABET[up % 20] + ALPHABET[along % 20] + digits
        up, along = up // 20, along // 20
    return f"{digits[:SEPARATOR_AT]}+{digits[SEPARATOR_AT:]}"


def recover(short: str, lon: float, lat: float) -> str:
    """The full code that a short one means near a point. Raises Invalid, field `spot`."""
    if not is_short(short):
        raise Invalid("This plus code isn't whole. A whole one looks like 6P58QXQ7+RM.", field="spot")
    missing = SEPARATOR_AT - short.index("+")
    cell = 20.0 ** (2 - missing // 2)  # degrees of the left-out digits
    full = encode(lon, lat)[:missing] + short.upper()
    found = decode(full)
    # The digits left out are those of the reference; half a cell off, a neighbour's are nearer.
    if lat + cell / 2 < found.lat and found.lat - cell >= -90:
        found_lat = found.lat - cell
    elif lat - cell / 2 > found.lat and found.lat + cell <= 90:
        found_lat = found.lat + cell
    else:
        found_lat = found.lat
    found_lon = found.lon
    if lon + cell / 2 < found.lon:
        found_lon -= cell
    elif lon - cell / 2 > found.lon:
        found_lon += cell
    return encode(found_lon, found_lat)[:missing] + short.upper()


def _is_valid(code: str) -> bool:
    before, separator, after = code.partition("+")
    if not separator or "+" in after or len(before) > SEPARATOR_AT or len(before) % 2 or not before:
        return False
    digits = before.rstrip("0")
    padded = len(digits) < len(before)
    if padded and (len(before) < SEPARATOR_AT or len(digits) % 2 or not digits or after):
        return False
    return len(after) != 1 and all(digit in ALPHABET for digit in digits + after)
