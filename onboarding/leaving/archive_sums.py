"""What each member of an archive comes to, as lines that `sha256sum --check` reads: for writing and for comparing."""

import hashlib
import tempfile
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from tenants.errors import Invalid

SUMS = "sums"
SPOOLED_BYTES = 8_000_000


class BadArchive(Invalid):
    """It isn't an archive of a city, or isn't whole; nothing of it was kept."""


@dataclass
class Count:
    """How many rows or files, and their bytes."""

    number: int = 0
    size: int = 0

    def add(self, size: int) -> None:
        """Count one more."""
        self.number += 1
        self.size += size

    def written(self) -> dict[str, int]:
        """As the manifest has it."""
        return {"number": self.number, "bytes": self.size}


class Sums:
    """The lines so far. They are taken out in parts, each of which is a member itself."""

    def __init__(self) -> None:
        self._count, self._digest = Count(), hashlib.sha256()
        self._waiting, self._parts = bytearray(), 0

    @property
    def waiting_bytes(self) -> int:
        return len(self._waiting)

    def add(self, name: str, sha256: str) -> None:
        """Write down a member."""
        line = _line(name, sha256)
        self._waiting += line
        self._count.add(len(line))
        self._digest.update(line)

    def take(self) -> tuple[str, bytes]:
        """The next part: its name, and the lines that waited for it."""
        self._parts += 1
        lines = bytes(self._waiting)
        self._waiting.clear()
        return f"{SUMS}/{self._parts:06}.sha256", lines

    def written(self) -> dict[str, Any]:
        """As the manifest has it."""
        return {**self._count.written(), "sha256": self._digest.hexdigest()}


class Compared:
    """The members that have come, in constant memory, against the lines that come later."""

    def __init__(self) -> None:
        self._came = cast(BinaryIO, tempfile.SpooledTemporaryFile(SPOOLED_BYTES))  # noqa: SIM115  closed with the object
        self._looked_at = 0
        self._said = Sums()

    def close(self) -> None:
        """Give the room back."""
        self._came.close()

    def add(self, name: str, sha256: str) -> None:
        """A member has come."""
        self._came.seek(0, 2)
        self._came.write(_line(name, sha256))

    def compare(self, part: bytes) -> None:
        """Hold the next members against a part of the sums. Raises BadArchive, naming the first that differs."""
        self._came.seek(self._looked_at)
        for wanted in part.splitlines():
            came = self._came.readline()
            sha256, name = _read(wanted)
            if not came:
                raise BadArchive(f"{name} is missing from the archive.")
            came_sha256, came_name = _read(came.rstrip(b"\n"))
            if came_name != name:
                raise BadArchive(f"The archive holds {came_name} where {name} should be.")
            if came_sha256 != sha256:
                raise BadArchive(f"{name} isn't as it was written: its SHA-256 is {came_sha256}, not {sha256}.")
            self._said.add(name, sha256)
        self._looked_at = self._came.tell()

    def finish(self, manifest: Any) -> None:
        """Raise BadArchive unless all members were named by lines that the manifest knows."""
        self._came.seek(self._looked_at)
        if left := self._came.readline():
            raise BadArchive(f"The archive holds {_read(left)[1].rstrip()}, of which it has no sum.")
        if self._said.written() != manifest:
            raise BadArchive("The sums of the archive aren't as the manifest says.")


def _line(name: str, sha256: str) -> bytes:
    return f"{sha256}  {name}\n".encode()


def _read(line: bytes) -> tuple[str, str]:
    sha256, _, name = line.decode(errors="replace").partition("  ")
    if not name:
        raise BadArchive("A line of the archive's sums can't be read.")
    return sha256, name
