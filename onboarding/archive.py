"""The zip that a tenant's configuration travels in. Reading trusts nothing that the archive says of itself."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Mapping

from tenants.errors import Invalid

MOST_FILE_BYTES = 64_000_000
MOST_FILES = 12
NEVER = (1980, 1, 1, 0, 0, 0)
"""The date of every entry, so that the same content is the same bytes."""

_FIRST_BYTES = b"PK\x03\x04"
_GZIP_BYTES = b"\x1f\x8b"


class BadArchive(Invalid):
    """The zip holds what no exported bundle does; nothing of it was used."""


def is_zip(content: bytes) -> bool:
    """Whether it begins as a zip does."""
    return content.startswith(_FIRST_BYTES)


def unpack(content: bytes) -> dict[str, bytes]:
    """The files of a flat zip by name, at most 64 MB all together. Raises BadArchive."""
    files: dict[str, bytes] = {}
    left = MOST_FILE_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES:
                raise BadArchive(
                    "The archive holds %(count)s files; a bundle has at most %(most)s.",
                    count=len(entries),
                    most=MOST_FILES,
                )
            for entry in entries:
                name = entry.filename
                if not name or name.startswith(".") or any(sign in name for sign in '/\\:\0"') or name in files:
                    raise BadArchive(
                        "The archive holds %(file)s; a bundle has plain file names only, each once.", file=repr(name)
                    )
                if entry.flag_bits & 1:
                    raise BadArchive("%(file)s in the archive is encrypted; a bundle holds no secrets.", file=name)
                with archive.open(entry) as stream:
                    # Read by count: the size written in the archive may be a lie.
                    files[name] = stream.read(left + 1)
                left -= len(files[name])
                if left < 0:
                    raise BadArchive("The archive unpacks to more than 64 MB, which no bundle does.")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise BadArchive("The archive can't be read: %(why)s.", why=error) from None
    return files


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files, sorted by name, the same bytes each time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, NEVER)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name], compresslevel=9)
    return packed.getvalue()


def ungzip(content: bytes, name: str) -> bytes:
    """The content of a gzip file, or the content itself if it is none; at most 64 MB. Raises BadArchive."""
    if not content.startswith(_GZIP_BYTES):
        return content
    try:
        with gzip.open(io.BytesIO(content)) as stream:
            plain = stream.read(MOST_FILE_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadArchive("%(file)s can't be unpacked: %(why)s.", file=name, why=error) from None
    if len(plain) > MOST_FILE_BYTES:
        raise BadArchive("%(file)s unpacks to more than 64 MB, which no outline needs.", file=name)
    return plain
