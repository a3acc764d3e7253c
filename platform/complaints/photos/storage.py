"""Where evidence lies: photos and files under keys, on the file system or in an S3 bucket, behind one small interface.

A key is a path of ASCII segments such as `tenant/<id>/<random>.jpg`; `staging/<random>` holds what a form carries
between its steps. Every call may raise Unavailable, in a sentence for the reader, when disk or bucket don't answer.
"""

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast
from urllib.parse import unquote, urlsplit

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tenants.errors import AduanError, Conflict, Invalid, NotFound, Unavailable

STAGING = "staging/"

# No segment begins with a dot, so that neither `..` nor a half-written file can ever be a key.
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.=-]{0,199}(?:/[A-Za-z0-9_][A-Za-z0-9_.=-]{0,199})*")
_PREFIX = re.compile(rf"(?:{_KEY.pattern}/?)?")
_MAX_KEY_LENGTH = 512
_UNFINISHED = ".unfinished-"
_CHUNK_BYTES = 1024 * 1024
_IN_MEMORY_BYTES = 8 * 1024 * 1024
_IN_PARTS = TransferConfig(multipart_threshold=1024**3, multipart_chunksize=256 * 1024**2, use_threads=False)


@dataclass(frozen=True, slots=True)
class StoredObject:
    """size: bytes. modified_at: aware UTC, when this content was put."""

    key: str
    size: int
    modified_at: datetime


class Storage(Protocol):
    """What both kinds promise. A malformed key raises Invalid, a missing one NotFound."""

    def put(self, key: str, data: bytes | BinaryIO, content_type: str) -> None:
        """Store data under key, replacing what was there; whole and durable when this returns, else not there at all.

        data: bytes, or a seekable binary stream that is read from where it stands. content_type: kept by S3, which
        serves the object itself; files don't keep it.
        """

    def get(self, key: str) -> bytes:
        """The whole content."""

    def open(self, key: str) -> BinaryIO:
        """The content as a seekable stream that the caller closes."""

    def exists(self, key: str) -> bool:
        """Whether there is something under key."""

    def delete(self, key: str) -> None:
        """Take it away; nothing happens when there is none, as S3 can't tell."""

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """Everything whose key begins with prefix, ordered by key; empty: all."""

    def url(self, key: str, expires_s: int) -> str | None:
        """An address that gives the content to its holder for expires_s seconds; None where there is none (files).

        Doesn't ask whether the key exists.
        """

    def copy(self, src: str, dst: str) -> None:
        """Store the content of src under dst too, as durable as put."""

    def discard_unfinished(self, prefix: str, older_than: datetime) -> int:
        """Remove what a killed process left half-written under prefix before the aware instant; how many."""


def storage_from_url(evidence_url: str, *, data_dir: Path, endpoint_url: str | None = None) -> Storage:
    """The storage that EVIDENCE_URL names: `file:` (data_dir/evidence), `file:/path`, `s3://bucket[/prefix]`.

    endpoint_url: of a server that speaks S3; None for Amazon's. Credentials and region come from boto3's own chain
    (environment, profile, role). Raises Invalid for anything else.
    """
    parts = urlsplit(evidence_url)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        if not parts.path:
            return FileStorage(data_dir / "evidence")
        if parts.path.startswith("/"):
            return FileStorage(Path(unquote(parts.path)))
    if parts.scheme == "s3" and re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", parts.netloc):
        return S3Storage(s3_client(endpoint_url), parts.netloc, parts.path.strip("/"))
    raise Invalid("EVIDENCE_URL must be file:, file:/an/absolute/path or s3://bucket/prefix.", field="EVIDENCE_URL")


def s3_client(endpoint_url: str | None) -> Any:
    """A boto3 client that gives up within seconds: whoever waits has a phone in the hand."""
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if endpoint_url else "auto"},
        connect_timeout=2,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": 3},
    )
    session = boto3.session.Session()
    return session.client(
        "s3", endpoint_url=endpoint_url or None, config=config, region_name=session.region_name or "us-east-1"
    )


def sweep(storage: Storage, prefix: str, older_than: datetime, *, keep: Callable[[str], bool] | None = None) -> int:
    """Delete what lies under prefix since before the aware instant older_than, and what was never finished; how many.

    keep: asked for each key, says which are still in use; without it only keys under `staging/` may be swept, where age
    alone makes an orphan (else ValueError).
    """
    if keep is None and not prefix.startswith(STAGING):
        raise ValueError(f"sweeping {prefix!r} needs to know what to keep: only {STAGING} is swept by age alone")
    swept = storage.discard_unfinished(prefix, older_than)
    for stored in storage.list(prefix):
        if stored.modified_at < older_than and not (keep and keep(stored.key)):
            storage.delete(stored.key)
            swept += 1
    return swept


class FileStorage:
    """Keys as files below root, which is made when first needed."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def put(self, key: str, data: bytes | BinaryIO, content_type: str) -> None:  # noqa: ARG002  (files need it not, S3 does)
        path = self._path(key)
        unfinished = path.with_name(_UNFINISHED + secrets.token_hex(8))
        with _disk(key):
            try:
                with self._create(unfinished) as file:
                    shutil.copyfileobj(BytesIO(data) if isinstance(data, bytes) else data, file, _CHUNK_BYTES)
                    file.flush()
                    os.fsync(file.fileno())
                unfinished.replace(path)
                self._fsync_folders(path.parent)
            except (IsADirectoryError, NotADirectoryError, FileExistsError) as error:
                raise Conflict("Another file is stored where this one should go.", key=key) from error
            except FileNotFoundError as error:  # nothing is looked up here: the root itself can't be made
                raise _unavailable(key, error) from error
            finally:
                with suppress(OSError):
                    unfinished.unlink(missing_ok=True)

    def get(self, key: str) -> bytes:
        with _disk(key):
            return self._path(key).read_bytes()

    def open(self, key: str) -> BinaryIO:
        with _disk(key):
            return self._path(key).open("rb")

    def exists(self, key: str) -> bool:
        with _disk(key):
            return self._path(key).is_file()

    def delete(self, key: str) -> None:
        path = self._path(key)
        with _disk(key):
            if not path.is_file():
                return
            path.unlink(missing_ok=True)
            _fsync_folder(path.parent)
        self._prune(path.parent)

    def list(self, prefix: str) -> Iterator[StoredObject]:
        folder = self.root / _checked_prefix(prefix).rpartition("/")[0]
        for path in self._files(folder):
            key = path.relative_to(self.root).as_posix()
            if not key.startswith(prefix) or not _KEY.fullmatch(key):
                continue
            try:
                with _disk(key):
                    stat = path.stat()
            except NotFound:  # deleted by somebody while we walk
                continue
            yield StoredObject(key, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC))

    def url(self, key: str, expires_s: int) -> str | None:  # noqa: ARG002  (files need it not, S3 does)
        _checked(key)
        return None

    def copy(self, src: str, dst: str) -> None:
        with self.open(src) as source:
            self.put(dst, source, "")

    def discard_unfinished(self, prefix: str, older_than: datetime) -> int:
        discarded = 0
        with _disk(prefix):
            for path in self._files(self.root / _checked_prefix(prefix).rpartition("/")[0]):
                with suppress(FileNotFoundError):
                    if path.name.startswith(_UNFINISHED) and path.stat().st_mtime < older_than.timestamp():
                        path.unlink()
                        discarded += 1
                        self._prune(path.parent)
        return discarded

    def _path(self, key: str) -> Path:
        return self.root / _checked(key)

    def _create(self, path: Path) -> BinaryIO:
        """A new file open for writing; its folder is made again when a delete prunes it at this very moment."""
        attempts = 100
        while True:
            attempts -= 1
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640), "wb")
            except (FileNotFoundError, FileExistsError):  # mkdir too takes a folder that vanishes for a file
                if not attempts:
                    raise

    def _fsync_folders(self, folder: Path) -> None:
        """Make the names durable up to the root's own: a folder may have been made a moment ago, by anybody."""
        for each in (folder, *folder.parents):
            _fsync_folder(each)
            if each == self.root.parent:
                return

    def _prune(self, folder: Path) -> None:
        """Remove folders that became empty, else each form of each day would leave one."""
        with suppress(OSError):
            while folder != self.root:
                folder.rmdir()
                folder = folder.parent

    def _files(self, folder: Path) -> Iterator[Path]:
        """All files below folder in the order of their keys, one folder in memory at a time."""
        try:
            with _disk(str(folder)), os.scandir(folder) as entries:
                found = sorted(
                    (entry.name + "/" * entry.is_dir(follow_symlinks=False), entry.path) for entry in entries
                )
        except NotFound:
            return
        for name, path in found:
            if name.endswith("/"):
                yield from self._files(Path(path))
            else:
                yield Path(path)


class S3Storage:
    """Keys as objects of a bucket, below prefix when there is one. client: boto3's, as s3_client makes it."""

    def __init__(self, client: Any, bucket: str, prefix: str = "") -> None:
        self.client = client
        self.bucket = bucket
        self.prefix = _checked(prefix) + "/" if prefix else ""

    def put(self, key: str, data: bytes | BinaryIO, content_type: str) -> None:
        # The server recomputes the checksum, so that what it answered for is what we sent.
        more = {"ContentType": content_type, "ChecksumAlgorithm": "SHA256"}
        with _s3(key):
            if isinstance(data, bytes):
                self.client.put_object(Bucket=self.bucket, Key=self._name(key), Body=data, **more)
            else:  # an archive may be larger than the 5 GB of one request; it is there once its last part is
                self.client.upload_fileobj(data, self.bucket, self._name(key), ExtraArgs=more, Config=_IN_PARTS)

    def get(self, key: str) -> bytes:
        with self.open(key) as file:
            return file.read()

    def open(self, key: str) -> BinaryIO:
        name = self._name(key)
        file = cast(BinaryIO, tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES))  # noqa: SIM115  (whoever gets it closes it)
        try:
            # Fetched whole before it is handed out: a connection lost halfway is an error here, not in the reader.
            with _s3(key):
                body = self.client.get_object(Bucket=self.bucket, Key=name)["Body"]
                with body:
                    for chunk in body.iter_chunks(_CHUNK_BYTES):
                        file.write(chunk)
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return file

    def exists(self, key: str) -> bool:
        name = self._name(key)
        try:
            with _s3(key):
                self.client.head_object(Bucket=self.bucket, Key=name)
        except NotFound:
            return False
        return True

    def delete(self, key: str) -> None:
        name = self._name(key)
        with _s3(key), suppress(NotFound):
            self.client.delete_object(Bucket=self.bucket, Key=name)

    def list(self, prefix: str) -> Iterator[StoredObject]:
        name = self.prefix + _checked_prefix(prefix)
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=name)
        with _s3(prefix):
            for page in pages:
                for found in page.get("Contents", ()):
                    key = found["Key"].removeprefix(self.prefix)
                    if _KEY.fullmatch(key):  # not the folder marks that consoles leave in buckets
                        yield StoredObject(key, found["Size"], found["LastModified"].astimezone(UTC))

    def url(self, key: str, expires_s: int) -> str | None:
        name = self._name(key)
        with _s3(key):
            signed = self.client.generate_presigned_url(
                "get_object", Params={"Bucket": self.bucket, "Key": name}, ExpiresIn=expires_s
            )
        return str(signed)

    def copy(self, src: str, dst: str) -> None:
        source, name = self._name(src), self._name(dst)
        with _s3(src):
            if source == name:  # S3 refuses to copy an object onto itself
                self.client.head_object(Bucket=self.bucket, Key=source)
                return
            self.client.copy_object(Bucket=self.bucket, Key=name, CopySource={"Bucket": self.bucket, "Key": source})

    def discard_unfinished(self, prefix: str, older_than: datetime) -> int:  # noqa: ARG002  (files need it, a bucket does not)
        """A bucket shows no object before it is whole."""
        _checked_prefix(prefix)
        return 0

    def _name(self, key: str) -> str:
        return self.prefix + _checked(key)


def _checked(key: str) -> str:
    if len(key) > _MAX_KEY_LENGTH or not _KEY.fullmatch(key):
        raise Invalid("This isn't the name of a stored file.", field="key", key=key)
    return key


def _checked_prefix(prefix: str) -> str:
    if len(prefix) > _MAX_KEY_LENGTH or not _PREFIX.fullmatch(prefix):
        raise Invalid("This isn't the beginning of a stored file's name.", field="prefix", prefix=prefix)
    return prefix


def _fsync_folder(folder: Path) -> None:
    with suppress(FileNotFoundError):  # pruned because somebody deleted the key meanwhile
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _disk(key: str) -> Iterator[None]:
    """Say what the file system refused as one of our errors."""
    try:
        yield
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise NotFound("This file isn't stored here.", key=key) from error
    except OSError as error:
        raise _unavailable(key, error) from error


@contextmanager
def _s3(key: str) -> Iterator[None]:
    """Say what S3 refused as one of our errors.

    A refused signature is the fault of our settings, not of the reader: Unavailable, and the log has S3's words.
    """
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "NotFound", "404"):
            raise NotFound("This file isn't stored here.", key=key) from error
        raise _unavailable(key, error) from error
    except (Boto3Error, BotoCoreError, OSError) as error:
        raise _unavailable(key, error) from error


def _unavailable(key: str, error: Exception) -> AduanError:
    return Unavailable(
        "Photos can't be stored or read at the moment. Please try again shortly.", key=key, cause=str(error)
    )
