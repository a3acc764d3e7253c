"""Everything of a city as one archive, in constant memory however large it is: a tar, described in docs/archive.md.

Taken in one transaction that sees one state of the database (REPEATABLE READ); files are read after it, so each that a
row names is there.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from complaints.photos.storage import Storage
from onboarding.archive_tables import FILES_LEFT_OUT, TENANT, Archived, archived
from onboarding.bundle import write_bundle
from onboarding.export import export_tenant
from tenants import scope
from tenants.errors import Conflict, NotFound
from tenants.tenant import COMMONS_ID, Stage, Tenant

FORMAT = 1
HEAD, MANIFEST, BUNDLE = "archive.json", "manifest.json", "bundle.zip"
TABLES, FILES = "tables", "files"
PART_BYTES = 4_000_000
"""A table's lines are cut into parts of about so many bytes, each of which is in memory once."""
ROWS_AT_ONCE = 500

Progress = Callable[[str, int], None]
"""(what is done now, how much of it): told as it goes on."""


@dataclass
class Sum:
    """What a table or the files come to. sha256: over the lines, or over each file's name, size and digest in turn."""

    number: int = 0
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def add(self, content: bytes, *, size: int | None = None) -> None:
        """Count one more."""
        self.number += 1
        self.size += len(content) if size is None else size
        self.digest.update(content)

    def written(self) -> dict[str, Any]:
        """As the manifest has it."""
        return {"number": self.number, "bytes": self.size, "sha256": self.digest.hexdigest()}


@dataclass(frozen=True)
class Made:
    """What an archive holds. manifest: its last member."""

    manifest: dict[str, Any]
    size: int
    sha256: bytes

    @property
    def complaints(self) -> int:
        return int(self.manifest["tables"]["complaints"]["number"])

    @property
    def files(self) -> int:
        return int(self.manifest["files"]["number"])


def write_archive(
    engine: Engine,
    storage: Storage,
    tenant_id: UUID,
    out: BinaryIO,
    *,
    now: datetime,
    progress: Progress = lambda _what, _number: None,
) -> Made:
    """Write a city's archive to a stream that need not be seekable. Raises NotFound for no tenant, Conflict for the
    commons.
    """
    if tenant_id == COMMONS_ID:
        raise Conflict("The commons is part of the platform: it has no archive of its own.")
    counted = _Counted(out)
    with tarfile.open(fileobj=counted, mode="w|", format=tarfile.PAX_FORMAT) as tar, Session(engine) as session:  # type: ignore[call-overload]  # write() is all it takes
        scope.name_tenant(session, tenant_id)
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        head = _head(session, tenant_id)
        put_member(tar, HEAD, _json(head))
        bundle = write_bundle(export_tenant(session, tenant_id, storage=storage))
        put_member(tar, BUNDLE, bundle)
        session.expunge_all()
        sums = {table.name: _put_table(session, tar, tenant_id, table, progress) for table in archived()}
        session.rollback()
        files = _put_files(storage, tar, f"tenant/{tenant_id}/", progress)
        manifest = {
            "format": FORMAT,
            "exported_at": now.isoformat(),
            "tables": {name: each.written() for name, each in sums.items()},
            "files": files.written(),
            "bundle": hashlib.sha256(bundle).hexdigest(),
        }
        put_member(tar, MANIFEST, _json(manifest))
    return Made(manifest, counted.size, counted.digest.digest())


def _head(session: Session, tenant_id: UUID) -> dict[str, Any]:
    """What the archive is of, and which columns its tables have, before the first row."""
    tenant = session.get(Tenant, tenant_id)
    if tenant is None or tenant.stage in (Stage.ERASED, Stage.SHADOW):
        raise NotFound("There is no such tenant.")
    connection = session.connection()
    connection.exec_driver_sql("SET LOCAL TimeZone = 'UTC'")
    columns = ", ".join(TENANT)
    own = f"SELECT row_to_json(r)::text FROM (SELECT {columns} FROM tenants WHERE id = %(tenant_id)s) r"  # noqa: S608  own names
    row = connection.exec_driver_sql(own, {"tenant_id": tenant_id}).scalar_one()
    return {
        "format": FORMAT,
        "tenant": json.loads(row),
        "tables": {table.name: list(table.columns) for table in archived()},
    }


def _put_table(session: Session, tar: tarfile.TarFile, tenant_id: UUID, table: Archived, progress: Progress) -> Sum:
    total, part, number = Sum(), bytearray(), 0
    for line in _lines(session, tenant_id, table):
        total.add(line)
        part += line
        if len(part) >= PART_BYTES:
            number += 1
            put_member(tar, f"{TABLES}/{table.name}/{number:06}.jsonl", bytes(part))
            part.clear()
            progress(table.name, total.number)
    if part:
        put_member(tar, f"{TABLES}/{table.name}/{number + 1:06}.jsonl", bytes(part))
    progress(table.name, total.number)
    return total


def _lines(session: Session, tenant_id: UUID, table: Archived) -> Iterator[bytes]:
    connection = session.connection().execution_options(stream_results=True, yield_per=ROWS_AT_ONCE)
    with connection.exec_driver_sql(table.select(), {"tenant_id": tenant_id}) as rows:
        for (row,) in rows:
            yield row.encode() + b"\n"


def _put_files(storage: Storage, tar: tarfile.TarFile, folder: str, progress: Progress) -> Sum:
    total = Sum()
    for stored in storage.list(folder):
        if stored.key.removeprefix(folder).startswith(FILES_LEFT_OUT):
            continue
        try:
            content = storage.open(stored.key)
        except NotFound:  # taken away meanwhile, its time being over
            continue
        with content:
            size = content.seek(0, io.SEEK_END)
            content.seek(0)
            name = stored.key.removeprefix(folder)
            read = _Counted(content)
            put_member(tar, f"{FILES}/{name}", read, size)
        total.add(file_line(name, size, read.digest.hexdigest()), size=size)
        if total.number % 100 == 0:
            progress(FILES, total.number)
    progress(FILES, total.number)
    return total


def file_line(name: str, size: int, sha256: str) -> bytes:
    """What stands for a file in the digest of all files."""
    return f"{name} {size} {sha256}\n".encode()


def put_member(tar: tarfile.TarFile, name: str, content: "bytes | _Counted", size: int | None = None) -> None:
    """Add a member that says nothing of when and by whom, and don't remember it."""
    info = tarfile.TarInfo(name)
    info.size = len(content) if isinstance(content, bytes) else size or 0
    info.mode = 0o644
    tar.addfile(info, io.BytesIO(content) if isinstance(content, bytes) else content)
    tar.members.clear()  # type: ignore[attr-defined]  # typeshed leaves it out


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


class _Counted:
    """A stream whose bytes are counted and hashed as they pass, either way."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.size = 0
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self._note(data)
        self._stream.write(data)
        return len(data)

    def read(self, most: int = -1) -> bytes:
        data = self._stream.read(most)
        self._note(data)
        return data

    def _note(self, data: bytes) -> None:
        self.size += len(data)
        self.digest.update(data)
