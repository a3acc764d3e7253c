"""The members of an archive, which is a tar: written and read one after the other, none of them remembered."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from typing import Any, Protocol

from onboarding.leaving.archive_sums import BadArchive

MOST_JSON_BYTES = 1_000_000
MOST_PART_BYTES = 300_000_000
"""Of a part with a very large outline in its last line."""


class Readable(Protocol):
    """What a member's content is read from."""

    def read(self, length: int = ..., /) -> bytes:
        """Up to so many bytes."""


def put_member(tar: tarfile.TarFile, name: str, content: bytes | Readable, size: int | None = None) -> None:
    """Add a member that says nothing of when and by whom. size: of a stream."""
    info = tarfile.TarInfo(name)
    info.size = len(content) if isinstance(content, bytes) else size or 0
    info.mode = 0o644
    tar.addfile(info, io.BytesIO(content) if isinstance(content, bytes) else content)
    tar.members.clear()  # type: ignore[attr-defined]  # typeshed leaves it out


def members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Each member once; none is remembered."""
    while (member := tar.next()) is not None:
        if not member.isreg():
            raise BadArchive(f"The archive holds {member.name!r}, which is no plain file.")
        yield member
        tar.members.clear()  # type: ignore[attr-defined]  # typeshed leaves it out


def small_content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    """What a member that can't be large says. Raises BadArchive."""
    if member.size > MOST_JSON_BYTES:
        raise BadArchive(f"{member.name} is larger than it can be.")
    return _content(tar, member)


def part_content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    """What a member says that is in memory once. Raises BadArchive."""
    if member.size > MOST_PART_BYTES:
        raise BadArchive(f"{member.name} is larger than any part of an archive.")
    return _content(tar, member)


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    read = tar.extractfile(member)
    assert read is not None
    return read.read()


def sha256_of(content: bytes) -> str:
    """As the sums have it."""
    return hashlib.sha256(content).hexdigest()


def document_of(content: bytes) -> dict[str, Any]:
    """A JSON object. Raises BadArchive."""
    try:
        document = json.loads(content)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise BadArchive("The archive's own documents aren't JSON.")
    return document
