"""The zip of a bundle: the same bytes for the same files, and nothing trusted that comes in."""

import gzip
import io
import zipfile

import pytest

from onboarding import archive


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return packed.getvalue()


def test_the_same_files_are_the_same_bytes_in_any_order() -> None:
    one = archive.pack({"a": b"1", "b": b"2"})

    assert one == archive.pack({"b": b"2", "a": b"1"})
    assert archive.unpack(one) == {"a": b"1", "b": b"2"}


@pytest.mark.parametrize("name", ["../bundle.yaml", "/etc/passwd", "a/b", "a\\b", "C:x", ".hidden", "folder/"])
def test_a_file_that_would_leave_its_folder_is_refused(name: str) -> None:
    with pytest.raises(archive.BadArchive, match="plain file names"):
        archive.unpack(zipped(**{name: b"x"}))


def test_a_file_that_unpacks_to_more_than_fits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_FILE_BYTES", 1_000)

    with pytest.raises(archive.BadArchive, match="64 MB"):
        archive.unpack(zipped(a=b"\0" * 600, b=b"\0" * 600))
    with pytest.raises(archive.BadArchive, match="64 MB"):
        archive.ungzip(gzip.compress(b"\0" * 2_000), "boundary.geojson.gz")


@pytest.mark.parametrize("content", [b"PK\x03\x04nonsense", zipped(a=b"x")[:-9]], ids=["nonsense", "cut short"])
def test_a_broken_archive_gets_a_sentence(content: bytes) -> None:
    with pytest.raises(archive.BadArchive, match="can't be read"):
        archive.unpack(content)


def test_too_many_files_are_refused() -> None:
    with pytest.raises(archive.BadArchive, match="13 files"):
        archive.unpack(zipped(**{f"f{number}": b"" for number in range(13)}))
