"""The few entries that we ask of EXIF: when, where, by what, which way up.

Read here and not by Pillow, which copies up to the whole block for each of 65,535 entries: gigabytes from a small file.
"""

import re
import struct
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

_DATE = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")
_WANTED = {1, 2, 3, 4, 9, 0x0112, 0x0131, 0x8769, 0x8825, 0x9003, 0x9011, 0x9286}
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")


class Exif:
    """A block of EXIF (CIPA DC-008, a TIFF file in small); whatever is malformed in it counts as absent."""

    _SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}
    _CODES = {3: "H", 4: "I", 5: "II", 9: "i", 10: "ii"}

    def __init__(self, block: bytes) -> None:
        self._block = block.removeprefix(b"Exif\0\0")
        self._order = "<" if self._block[:2] == b"II" else ">"
        self._main = self._directory(self._first(self._unpack("I", 4)))
        self._photo = self._directory(self._first(self._main.get(0x8769)))
        self._gps = self._directory(self._first(self._main.get(0x8825)))

    def orientation(self) -> int:
        value = self._first(self._main.get(0x0112))
        return value if value in range(1, 9) else 1

    def software(self) -> str:
        return self._text(self._main.get(0x0131))

    def comment(self) -> str:
        """The user's comment, whose first eight bytes name its encoding."""
        value = self._photo.get(0x9286)
        if not isinstance(value, bytes):
            return ""
        if value.startswith(b"UNICODE"):
            return value[8:].decode("utf-16-le" if self._order == "<" else "utf-16-be", "replace")
        return value[8:].decode("utf-8", "replace")

    def captured(self) -> tuple[datetime | None, datetime | None]:
        """The original's wall clock, and the instant in UTC if the offset is known."""
        found = _DATE.match(self._text(self._photo.get(0x9003)))
        try:
            local = datetime(*map(int, found.groups())) if found else None  # type: ignore[arg-type]  # noqa: DTZ001 - a camera's clock
        except ValueError:
            return None, None
        if local is None or local.year < 1990:
            return None, None
        offset = _OFFSET.fullmatch(self._text(self._photo.get(0x9011)))
        if not offset or int(offset[2]) > 14 or int(offset[3]) > 59:
            return local, None
        ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        zone = timezone(ahead if offset[1] == "+" else -ahead)
        return local, local.replace(tzinfo=zone).astimezone(UTC)

    def gps(self) -> tuple[float, float] | None:
        """(lon, lat), or None if absent, void, out of range, or where phones without a fix put themselves: 0, 0."""
        lat = self._degrees(self._gps.get(2), self._gps.get(1), "NS", 90)
        lon = self._degrees(self._gps.get(4), self._gps.get(3), "EW", 180)
        if lat is None or lon is None or (lat == 0 and lon == 0) or self._text(self._gps.get(9)) == "V":
            return None
        return lon, lat

    def _degrees(self, value: Any, side: Any, sides: str, limit: int) -> float | None:
        name = self._text(side).upper()
        if len(name) != 1 or name not in sides or not isinstance(value, tuple) or len(value) != 6:
            return None
        if not all(value[1::2]):  # x/0: how cameras say that they don't know
            return None
        degrees, minutes, seconds = (value[at] / value[at + 1] for at in (0, 2, 4))
        if min(degrees, minutes, seconds) < 0 or minutes > 60 or seconds > 60:  # 60 itself comes from rounding
            return None
        total = degrees + minutes / 60 + seconds / 3600
        if total > limit:
            return None
        return float(-total if name == sides[1] else total)

    def _directory(self, at: Any) -> dict[int, Any]:
        """tag → bytes or a tuple of numbers (a ratio is two of them), of the wanted ones; the first of several wins."""
        entries: dict[int, Any] = {}
        if not isinstance(at, int) or self._block[:4] not in (b"II*\0", b"MM\0*"):
            return entries
        for number in range(min(self._first(self._unpack("H", at)) or 0, 500)):
            entry = self._unpack("HHI", at + 2 + 12 * number)
            if entry is None:
                break
            tag, kind, count = entry
            size = self._SIZES.get(kind, 0) * count
            place = at + 10 + 12 * number
            if size > 4:
                place = self._first(self._unpack("I", place))
            if (
                tag not in _WANTED
                or tag in entries
                or place is None
                or not 0 < size <= min(65_536, len(self._block) - place)
            ):
                continue
            code = self._CODES.get(kind)
            entries[tag] = self._unpack(code * count, place) if code else self._block[place : place + size]
        return entries

    def _unpack(self, code: str, at: int) -> tuple[Any, ...] | None:
        try:
            return struct.unpack_from(self._order + code, self._block, at)
        except struct.error:
            return None

    def _first(self, value: Any) -> Any:
        return value[0] if isinstance(value, tuple) and value else None

    def _text(self, value: Any) -> str:
        return value.partition(b"\0")[0].decode("utf-8", "replace").strip() if isinstance(value, bytes) else ""
