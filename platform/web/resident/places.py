"""From what people paste to say where: a map's link, a plus code, coordinates in any usual form. Pure.

Links are read, never followed; a shortened one doesn't hold its place, and the reader is told so.
"""

import math
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from tenants import plus_code
from tenants.errors import Invalid

LONGEST = 4_000
SHORTENED = ("maps.app.goo.gl", "goo.gl", "g.co", "g.page", "maps.apple", "bit.ly", "s.id", "tinyurl.com", "waze.to")
WITH_A_POINT = (
    "q",
    "query",
    "ll",
    "daddr",
    "saddr",
    "destination",
    "origin",
    "center",
    "sll",
    "loc",
    "viewpoint",
    "cbll",
    "to",
)
METRES_A_DEGREE = 111_320.0
EXACT_M = 25.0
"""What is pasted was put there by a person looking at a map; closer than this nobody aims."""

_PIN = re.compile(r"!3d(-?\d{1,2}(?:\.\d+)?)!4d(-?\d{1,3}(?:\.\d+)?)")
_SWAPPED_PIN = re.compile(r"!2d(-?\d{1,3}(?:\.\d+)?)!3d(-?\d{1,2}(?:\.\d+)?)")
_VIEW = re.compile(r"@(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)")
_HASH_VIEW = re.compile(r"map=\d+(?:\.\d+)?/(-?\d{1,2}(?:\.\d+)?)/(-?\d{1,3}(?:\.\d+)?)")
_LINK = re.compile(r"(?:https?|geo|comgooglemaps|waze|maps):\S+", re.IGNORECASE)
_BARE_LINK = re.compile(
    r"(?<![\w@.])(?:www\.)?(?:maps\.app\.goo\.gl|goo\.gl|maps\.google\.[a-z.]+|google\.[a-z.]+/maps|g\.co)\S*", re.I
)

_SIDES = {
    "N": ("lat", 1), "U": ("lat", 1), "LU": ("lat", 1), "S": ("lat", -1), "LS": ("lat", -1),
    "E": ("lon", 1), "T": ("lon", 1), "BT": ("lon", 1), "W": ("lon", -1), "B": ("lon", -1), "BB": ("lon", -1),
}  # fmt: skip
_SIDE = r"(?<![A-Z])(?P<side>LU|LS|BT|BB|N|S|E|W|U|T|B)(?![A-Z])"
_ANGLE = (
    r"(?P<sign>[-+−–]?)\s*(?P<degrees>\d{1,3}(?:[.,]\d+)?)\s*(?:°|º|˚|D(?:EG)?\b|\*)?\s*"
    r"(?:(?P<minutes>\d{1,2}(?:[.,]\d+)?)\s*(?:['′’‘]|M(?:IN)?\b)?\s*)?"
    r"(?:(?P<seconds>\d{1,2}(?:[.,]\d+)?)\s*(?:[\"″”“]|''|′′|S(?:EC)\b)?\s*)?"
)
_AFTER = re.compile(rf"{_ANGLE}{_SIDE}", re.IGNORECASE)
_BEFORE = re.compile(rf"{_SIDE}[\s:.]*{_ANGLE}", re.IGNORECASE)
_PLAIN_ANGLE = re.compile(_ANGLE, re.IGNORECASE)
_DOTTED = re.compile(r"(?<![\d.,])([-+−–]?\d{1,3}(?:\.\d+)?)(?![\d.])")
_LABELS = re.compile(
    r"\b(?:latitude|longitude|lintang|bujur|koordinat|coordinates?|lokasi|lat|lng|long|lon)\b\s*[:=]?", re.I
)
_ONLY_NUMBERS = re.compile(r"[\s\d.,;:/+\-−–()\[\]°]*")


@dataclass(frozen=True)
class Found:
    """lon, lat: WGS84 degrees. accuracy_m: how exactly it was meant. words: what stood beside it, or ""."""

    lon: float
    lat: float
    accuracy_m: float
    words: str = ""


def find(text: str, near: tuple[float, float] | None = None) -> Found | None:
    """The place in what was pasted; None where it is plain words. near: (lon, lat) by which a short plus code is meant.

    Raises Invalid, field `spot`, for a link whose place can't be read, and for a code or numbers that are no place.
    """
    text = text.strip()[:LONGEST]
    link = _LINK.search(text) or _BARE_LINK.search(text)
    if link:
        return _from_link(link[0].rstrip(".,;)>\"'"), near)
    code = plus_code.code_in(text)
    if code:
        return _from_code(code, text, near)
    return _from_numbers(text)


def _from_link(link: str, near: tuple[float, float] | None) -> Found:
    if link.lower().startswith("geo:"):
        return _from_geo(link)
    parts = urlsplit(link if "://" in link else f"https://{link}")
    path, query = unquote_plus(parts.path), dict(parse_qsl(parts.query))
    whole = unquote_plus(f"{parts.path}?{parts.query}#{parts.fragment}")
    pins = _PIN.findall(whole)
    if pins:  # the last one is the place itself, those before it are stops on the way
        return _found(pins[-1][0], pins[-1][1])
    if "mlat" in query and "mlon" in query:
        return _found(query["mlat"], query["mlon"])
    for name in WITH_A_POINT:
        value = query.get(name, "").removeprefix("loc:")
        if value:
            found = _in_words(value, near)
            if found:
                return found
    for segment in reversed(path.split("/")):
        if segment and not segment.startswith("@"):
            found = _in_words(segment, near)
            if found:
                return found
    swapped = _SWAPPED_PIN.search(whole)
    if swapped:
        return _found(swapped[2], swapped[1])
    view = _VIEW.search(whole) or _HASH_VIEW.search(whole)
    if view:
        return _found(view[1], view[2])
    if (parts.hostname or "").lower().removeprefix("www.").startswith(SHORTENED):
        raise Invalid(
            "This is a shortened link, and the place isn't in it. Open it in the map, press long on the place and copy"
            " the numbers that appear; or choose the place on the map here.",
            field="spot",
        )
    raise Invalid(
        "There is no place in this link that can be read. Copy the numbers of the place instead, such as"
        " -6.2383, 106.9756.",
        field="spot",
    )


def _in_words(value: str, near: tuple[float, float] | None) -> Found | None:
    """A point or a plus code in a part of a link; None where it is a name."""
    try:
        code = plus_code.code_in(value)
        return _from_code(code, "", near) if code else _from_numbers(value)
    except Invalid:
        return None


def _from_geo(link: str) -> Found:
    """RFC 5870, and the form that Android shares: geo:0,0?q=lat,lon(Name)."""
    body, _, query = link[4:].partition("?")
    asked = dict(parse_qsl(query)).get("q", "")
    found = _from_numbers(asked.partition("(")[0]) if asked else None
    if found:
        return found
    point, *parameters = body.split(";")
    numbers = point.split(",")
    try:
        lat, lon = float(numbers[0]), float(numbers[1])
    except (IndexError, ValueError):
        raise _no_place() from None
    width = next((one[2:] for one in parameters if one.startswith("u=")), "")
    try:
        return _found(lat, lon, max(float(width), 1.0)) if width else _found(lat, lon)
    except ValueError:
        return _found(lat, lon)


def _from_code(code: str, text: str, near: tuple[float, float] | None) -> Found:
    words = re.sub(re.escape(code), "", text, flags=re.IGNORECASE).strip(" ,;.")
    if plus_code.is_short(code):
        if near is None:
            raise Invalid(
                "This plus code is shortened, and the city that it is meant for isn't known here. Paste the whole code,"
                " such as 6P58QXQ7+RM.",
                field="spot",
            )
        code = plus_code.recover(code, *near)
    cell = plus_code.decode(code)
    accuracy_m = max(EXACT_M, math.hypot(cell.width, cell.height) / 2 * METRES_A_DEGREE)
    return Found(cell.lon, cell.lat, accuracy_m, words)


def _from_numbers(text: str) -> Found | None:
    bare = _LABELS.sub(" ", text).strip()
    if not re.search(r"\d", bare):
        return None
    for read in (_sided, _decimal_points, _decimal_commas, _unsided):
        found = read(bare)
        if found:
            return found
    if _ONLY_NUMBERS.fullmatch(bare) and len(re.findall(r"\d+", bare)) > 1 and "." in bare:
        raise _no_place()
    return None


def _sided(text: str) -> Found | None:
    """Degrees that name their side of the world, before or after: 6°14'18"S 106°58'32"E, LS 6,2383 BT 106,9756."""
    pattern = _BEFORE if re.match(_SIDE, text, re.IGNORECASE) else _AFTER
    axes: dict[str, float] = {}
    for found in pattern.finditer(text):
        axis, sign = _SIDES[found["side"].upper()]
        axes.setdefault(axis, sign * _value(found))
    return _found(axes["lat"], axes["lon"]) if len(axes) == 2 else None


def _unsided(text: str) -> Found | None:
    """Degrees, minutes and seconds with a sign: -6°14'18", 106°58'32"."""
    if "°" not in text and "º" not in text:
        return None
    values = [
        -_value(found) if found["sign"] in ("-", "−", "–") else _value(found)
        for found in _PLAIN_ANGLE.finditer(text)
        if found["minutes"] or "°" in found[0] or "º" in found[0]
    ]
    return _found(values[0], values[1]) if len(values) == 2 else None


def _decimal_points(text: str) -> Found | None:
    if not re.fullmatch(
        r"[\s(\[]*[-+−–]?\d{1,3}(?:\.\d+)?\s*°?\s*[,;/\s]\s*[-+−–]?\d{1,3}(?:\.\d+)?\s*°?[\s)\],;.]*", text
    ):
        return None
    numbers = [_number(one) for one in _DOTTED.findall(re.sub(r"[;/()\[\]°]|,(?=\s|[-+−–\d])", " ", text))]
    return _found(numbers[0], numbers[1]) if len(numbers) == 2 and re.search(r"[.,;°]", text) else None


def _decimal_commas(text: str) -> Found | None:
    """-6,2383; 106,9756, as written where the comma parts the decimals."""
    numbers = re.fullmatch(
        r"[\s(]*([-+−–]?\d{1,3},\d{2,})\s*[°]?[;,/\s]\s*([-+−–]?\d{1,3},\d{2,})\s*[°]?[\s).;]*", text
    )
    return _found(_number(numbers[1]), _number(numbers[2])) if numbers else None


def _value(found: re.Match[str]) -> float:
    """The degrees of a match, without its sign; minutes and seconds of 60 and more are no minutes."""
    minutes, seconds = _number(found["minutes"] or "0"), _number(found["seconds"] or "0")
    if minutes >= 60 or seconds >= 60:
        raise _no_place()
    return _number(found["degrees"]) + minutes / 60 + seconds / 3600


def _number(text: str) -> float:
    return float(text.replace(",", ".").replace("−", "-").replace("–", "-"))


def _found(lat: str | float, lon: str | float, accuracy_m: float = EXACT_M) -> Found:
    found = Found(float(lon), float(lat), accuracy_m)
    if abs(found.lat) > 90 and abs(found.lon) <= 90:  # routing says in a sentence that they are exchanged
        return found
    if abs(found.lat) > 90 or abs(found.lon) > 180:
        raise _no_place()
    return found


def _no_place() -> Invalid:
    return Invalid("These numbers are no place on earth. An example: -6.2383, 106.9756.", field="spot")
