"""Everything of a city as one archive, in constant memory however large it is: a tar, described in docs/archive.md.

Taken in one transaction that sees one state of the database (REPEATABLE READ); files are read after it, so each that a
row names is there.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from complaints import evidence
from complaints.photos.storage import Storage
from onboarding.bundle import write_bundle
from onboarding.export import export_tenant
from onboarding.leaving.archive_members import put_member
from onboarding.leaving.archive_sums import Count, Sums
from onboarding.leaving.archive_tables import FILES_LEFT_OUT, TENANT, Archived, archived
from tenants import scope
from tenants.errors import Conflict, NotFound
from tenants.tenant import COMMONS_ID, Stage, Tenant

FORMAT = 1
HEAD, MANIFEST, BUNDLE = "archive.json", "manifest.json", "bundle.zip"
TABLES, FILES = "tables", "files"
PART_BYTES = 4_000_000
"""A table's lines are cut into parts of about so many bytes, each of which is in memory once."""
ROWS_AT_ONCE = 500
FILES_AT_ONCE = 200

Progress = Callable[[str, int], None]
"""(what is done now, how much of it): told as it goes on."""


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
        writing = _Writing(tar)
        writing.put(HEAD, _json(_head(session, tenant_id)))
        writing.put(BUNDLE, write_bundle(export_tenant(session, tenant_id, storage=storage)))
        session.expunge_all()
        counts = {table.name: _put_table(session, writing, tenant_id, table, progress) for table in archived()}
        session.rollback()
        files = _put_files(session, storage, writing, tenant_id, progress)
        writing.put_sums()
        manifest = {
            "format": FORMAT,
            "exported_at": now.isoformat(),
            "tables": {name: each.written() for name, each in counts.items()},
            "files": files.written(),
            "sums": writing.sums.written(),
        }
        put_member(tar, MANIFEST, _json(manifest))
    return Made(manifest, counted.size, counted.digest.digest())


class _Writing:
    """The members of an archive but its last, and what each comes to."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.sums = Sums()

    def put(self, name: str, content: "bytes | _Counted", size: int | None = None) -> None:
        """Add a member and its sum; once there are enough of these, they are a member too."""
        put_member(self._tar, name, content, size)
        digest = hashlib.sha256(content) if isinstance(content, bytes) else content.digest
        self.sums.add(name, digest.hexdigest())
        if self.sums.waiting_bytes >= PART_BYTES:
            self.put_sums()

    def put_sums(self) -> None:
        """Write down the sums that wait."""
        name, lines = self.sums.take()
        put_member(self._tar, name, lines)


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


def _put_table(session: Session, writing: _Writing, tenant_id: UUID, table: Archived, progress: Progress) -> Count:
    total, part, number = Count(), bytearray(), 0
    for line in _lines(session, tenant_id, table):
        total.add(len(line))
        part += line
        if len(part) >= PART_BYTES:
            number += 1
            writing.put(f"{TABLES}/{table.name}/{number:06}.jsonl", bytes(part))
            part.clear()
            progress(table.name, total.number)
    if part:
        writing.put(f"{TABLES}/{table.name}/{number + 1:06}.jsonl", bytes(part))
    progress(table.name, total.number)
    return total


def _lines(session: Session, tenant_id: UUID, table: Archived) -> Iterator[bytes]:
    connection = session.connection().execution_options(stream_results=True, yield_per=ROWS_AT_ONCE)
    with connection.exec_driver_sql(table.select(), {"tenant_id": tenant_id}) as rows:
        for (row,) in rows:
            yield row.encode() + b"\n"


def _put_files(session: Session, storage: Storage, writing: _Writing, tenant_id: UUID, progress: Progress) -> Count:
    """Add the files, of photos those that a row names at this moment: what is erased waits for the nightly sweep."""
    total, folder = Count(), f"tenant/{tenant_id}/"
    keys = (one.key for one in storage.list(folder) if not one.key.removeprefix(folder).startswith(FILES_LEFT_OUT))
    while some := list(islice(keys, FILES_AT_ONCE)):
        wanted = evidence.without_orphans(session, tenant_id, some)
        session.rollback()  # the next look is of its own moment
        for key in wanted:
            try:
                content = storage.open(key)
            except NotFound:  # taken away meanwhile, its time being over
                continue
            with content:
                size = content.seek(0, io.SEEK_END)
                content.seek(0)
                writing.put(f"{FILES}/{key.removeprefix(folder)}", _Counted(content), size)
            total.add(size)
        progress(FILES, total.number)
    return total


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
