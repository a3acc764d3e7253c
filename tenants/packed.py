"""Files inside a zip archive, never more of them or of their bytes than is asked for."""

import io
import zipfile
import zlib

from tenants.errors import Invalid

MOST_FILES = 200


def unpacked(data: bytes, filename: str, most_bytes: int) -> dict[str, bytes]:
    """The files of a zip archive by name, folders left out. What an archive says of its sizes isn't believed.

    Raises Invalid, field boundary, for one that is damaged, locked, or larger than most_bytes when unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _hidden(entry.filename)]
            if len(entries) > MOST_FILES:
                raise Invalid(
                    "%(file)s holds more than %(most)s files.", field="boundary", file=filename, most=MOST_FILES
                )
            if any(entry.flag_bits & 1 for entry in entries):
                raise Invalid("%(file)s is locked by a password.", field="boundary", file=filename)
            found, left = {}, most_bytes
            for entry in entries:
                with archive.open(entry) as member:
                    content = member.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise Invalid(
                        "%(file)s holds more than %(most)s MB. Split it, or simplify its outlines.",
                        field="boundary",
                        file=filename,
                        most=most_bytes // 1_000_000,
                    )
                found[entry.filename] = content
            return found
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        raise Invalid("%(file)s is a damaged zip archive.", field="boundary", file=filename) from error


def _hidden(name: str) -> bool:
    """What a Mac puts beside each file."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith("._")
