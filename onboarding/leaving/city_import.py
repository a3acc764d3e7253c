"""A city from its archive, as it was: one transaction, so that an import that is broken off leaves no row behind.

The archive is read once, from its beginning to its end, in constant memory; only its last member says what it should
have held, so nothing is committed before that was compared.
"""

import hashlib
import json
import mimetypes
import tarfile
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, cast
from uuid import UUID

from sqlalchemy import Connection, Table, or_, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from complaints.complaint import Evidence
from complaints.photos.storage import Storage
from complaints.transfers import departed
from messages.outbox import Message, State
from onboarding import opening
from onboarding.clashes import refuse_taken_code, refuse_taken_municipality
from onboarding.leaving.archive_members import document_of, members, part_content, sha256_of, small_content
from onboarding.leaving.archive_sums import SPOOLED_BYTES, SUMS, BadArchive, Compared, Count
from onboarding.leaving.archive_tables import PEOPLE, TENANT, Archived, archived
from onboarding.leaving.city_archive import BUNDLE, FILES, FORMAT, HEAD, MANIFEST, TABLES, Progress
from onboarding.leaving.erasure import delete_files
from onboarding.provision import SHADOW_SLUG
from people import proof
from people.account import Account
from tenants import scope
from tenants.catalogue import current_code
from tenants.database import Base, new_id
from tenants.directory import raise_epoch
from tenants.errors import Conflict
from tenants.tenant import COMMONS_ID, COMMONS_SLUG, Stage, Tenant

_ROW = "jsonb_populate_record(NULL::tenants, %(row)s::jsonb)"


@dataclass(frozen=True)
class Imported:
    """What came. rows: by table. people: accounts that were made, without a password."""

    tenant_id: UUID
    slug: str
    rows: dict[str, int]
    files: int
    people: int


@dataclass
class _Coming:
    """What has come so far. accounts: the archive's ids of accounts that are known here under another."""

    tenant_id: UUID
    slug: str
    columns: dict[str, list[str]]
    rows: dict[str, Count] = field(default_factory=dict)
    files: Count = field(default_factory=Count)
    accounts: dict[str, str] = field(default_factory=dict)
    made: int = 0
    manifest: dict[str, Any] | None = None


def import_archive(
    session: Session,
    storage: Storage,
    stream: BinaryIO,
    *,
    now: datetime,
    over_ground: bool = False,
    progress: Progress = lambda _what, _number: None,
) -> Imported:
    """Bring a city in, with the ids, references and stage that it had. Commits at the very end.

    over_ground: the operator agrees that its boundary lies on ground that others hold by now; refused otherwise.
    stream: need not be seekable. Raises BadArchive, or Conflict where the city, its slug, its code or its municipality
    is here already; then no row and no file of it is left. A city that was erased here comes back.
    """
    coming: _Coming | None = None
    try:
        with closing(Compared()) as compared, tarfile.open(fileobj=stream, mode="r|") as tar:
            for member in members(tar):
                if member.name == MANIFEST and coming is not None:
                    coming.manifest = document_of(small_content(tar, member))
                    continue
                if member.name.startswith(f"{SUMS}/"):
                    compared.compare(part_content(tar, member))
                    continue
                if coming is None:
                    content = small_content(tar, member)
                    coming = _begin(session, content, member.name, now)
                    sha256 = sha256_of(content)
                else:
                    sha256 = _take(session, storage, coming, tar, member, now, progress)
                compared.add(member.name, sha256)
            if coming is None:
                raise BadArchive("The archive is empty.")
            _compare(coming, compared)
        _set_late(session, coming)
        _refuse_what_is_not_its_own(session, coming)
        opening.refuse_held_ground(session, coming.tenant_id, agreed=over_ground, now=now)
        departed.come_back(session, session.get_one(Tenant, coming.tenant_id).code)
        raise_epoch(session)
        session.commit()
    except (tarfile.TarError, EOFError, UnicodeDecodeError) as error:
        _undo(session, storage, coming)
        raise BadArchive(f"The archive can't be read: {error}.") from None
    except DBAPIError as error:
        _undo(session, storage, coming)
        if error.connection_invalidated:
            raise
        said = str(error.orig).splitlines()[0]
        raise BadArchive(f"The archive doesn't fit this version of the platform: {said}.") from None
    except BaseException:
        _undo(session, storage, coming)
        raise
    scope.name_tenant(session, None)
    return Imported(
        coming.tenant_id,
        coming.slug,
        {name: each.number for name, each in coming.rows.items()},
        coming.files.number,
        coming.made,
    )


def _take(
    session: Session,
    storage: Storage,
    coming: _Coming,
    tar: tarfile.TarFile,
    member: tarfile.TarInfo,
    now: datetime,
    progress: Progress,
) -> str:
    """Bring in one member behind the first; the SHA-256 of what it holds."""
    if member.name.startswith(f"{TABLES}/"):
        content = part_content(tar, member)
        _take_part(session, coming, member.name, content, now)
        progress(TABLES, sum(each.number for each in coming.rows.values()))
        return sha256_of(content)
    if member.name.startswith(f"{FILES}/"):
        sha256 = _take_file(storage, coming, tar, member)
        progress(FILES, coming.files.number)
        return sha256
    if member.name == BUNDLE:
        return sha256_of(part_content(tar, member))
    raise BadArchive(f"The archive holds {member.name!r}, which no archive of a city does.")


def _begin(session: Session, content: bytes, name: str, now: datetime) -> _Coming:
    """The city's row and that of its shadow; from now on the session is in the city."""
    head = document_of(content) if name == HEAD else {}
    if head.get("format") != FORMAT:
        raise BadArchive(f"This is no archive of a city in format {FORMAT}: it doesn't begin with {HEAD}.")
    given, columns = head.get("tenant"), head.get("tables")
    if not isinstance(given, dict) or not isinstance(columns, dict):
        raise BadArchive(f"{HEAD} says nothing of a city.")
    try:
        tenant_id = UUID(str(given.get("id")))
    except ValueError:
        raise BadArchive(f"{HEAD} names no city.") from None
    _lock(session, tenant_id)
    if isinstance(code := given.get("municipality_code"), str):
        given["municipality_code"] = current_code(session, code)
    before = _refuse_clashes(session, tenant_id, given)
    connection = session.connection()
    connection.exec_driver_sql("SET LOCAL TimeZone = 'UTC'")
    names = [column for column in TENANT if column in given]
    listed = ", ".join(names)
    found = f"SELECT {listed} FROM {_ROW}"  # noqa: S608  names of our own columns
    sql = f"INSERT INTO tenants ({listed}) {found}"
    if before is not None:
        sql = f"UPDATE tenants SET ({listed}) = ({found}) WHERE id = %(tenant_id)s"  # noqa: S608  own names
    connection.exec_driver_sql(sql, {"row": json.dumps(given), "tenant_id": tenant_id})
    session.expire_all()
    tenant = session.get_one(Tenant, tenant_id)
    if before is None or not session.scalar(select(Tenant.id).where(Tenant.shadow_of == tenant_id)):
        session.add(
            Tenant(
                slug=SHADOW_SLUG.format(slug=tenant.slug), code=tenant.code, type=tenant.type, name=tenant.name,
                stage=Stage.SHADOW, shadow_of=tenant_id, time_zone=tenant.time_zone, languages=tenant.languages,
                created_at=now,
            )
        )  # fmt: skip
    tenant.leaving_at = tenant.erasing_at = tenant.left_at = None
    session.flush()
    slug = tenant.slug
    connection.exec_driver_sql("CREATE TEMPORARY TABLE late (name text, id uuid, said uuid, field text) ON COMMIT DROP")
    _enter(session, tenant_id)
    return _Coming(tenant_id, slug, {name: list(found) for name, found in columns.items()})


def _refuse_clashes(session: Session, tenant_id: UUID, given: dict[str, Any]) -> Tenant | None:
    """The row of this very city, where it was erased here; else None. Raises Conflict, Invalid."""
    before = session.get(Tenant, tenant_id)
    if given.get("stage") in (Stage.ERASED, Stage.SHADOW, None) or tenant_id == COMMONS_ID:
        raise BadArchive("The archive isn't one of a city.")
    if given.get("type") == COMMONS_SLUG:
        raise BadArchive("The archive isn't one of a city.")
    if before is not None and before.stage != Stage.ERASED:
        raise Conflict("%(slug)s is on this platform already.", slug=before.slug)
    namesake = session.scalar(select(Tenant).where(Tenant.slug == str(given.get("slug")), Tenant.id != tenant_id))
    if namesake is not None:
        raise Conflict("The name %(slug)s belongs to another city here.", slug=namesake.slug)
    if before is not None and (before.slug, before.code) != (given.get("slug"), given.get("code")):
        raise Conflict("%(slug)s had another name or code when it left.", slug=before.slug)
    refuse_taken_code(session, str(given.get("code")), tenant_id)
    refuse_taken_municipality(session, given.get("municipality_code"), tenant_id)
    return before


def _enter(session: Session, tenant_id: UUID) -> None:
    """Turn the session to the city for the rest of the transaction."""
    session.expunge_all()
    session.info["tenant_id"] = tenant_id
    scope.set_local(session.connection(), tenant_id)


def _take_part(session: Session, coming: _Coming, part: str, content: bytes, now: datetime) -> None:
    name = part.split("/")[1]
    table = next((one for one in archived() if one.name == name), None)
    if table is None or name not in coming.columns:
        raise BadArchive(f"This version of the platform has no table {name!r}; the archive is of a later one.")
    lines = content.splitlines(keepends=True)
    total = coming.rows.setdefault(name, Count())
    for line in lines:
        total.add(len(line))
    if name == PEOPLE:
        _take_people(session, coming, [json.loads(line) for line in lines], now)
        return
    rows = b"[" + b",".join(lines) + b"]"
    if name == "seats" and coming.accounts:
        seats = [json.loads(line) for line in lines]
        for seat in seats:
            seat["account_id"] = coming.accounts.get(seat["account_id"], seat["account_id"])
        rows = json.dumps(seats).encode()
    _insert(session.connection(), table, coming, rows.decode())


def _insert(connection: Connection, table: Archived, coming: _Coming, rows: str) -> None:
    """Insert a JSON array of rows; what names a row of the same table waits until all are there."""
    said = coming.columns[table.name]
    if unknown := set(said) - set(table.columns):
        raise BadArchive(f"{table.name} has no {', '.join(sorted(unknown))} here; the archive is of a later version.")
    names = [one for one in table.columns if one in said and one not in table.late]
    added = _added(Base.metadata.tables[table.name], [one for one in table.columns if one not in said])
    into = ", ".join(f'"{one}"' for one in ("tenant_id", *names, *added))
    chosen = ", ".join(["%(tenant_id)s::uuid", *(f'r."{one}"' for one in names), *added.values()])
    found = f"jsonb_populate_recordset(NULL::{table.name}, %(rows)s::jsonb) r"
    values = {"tenant_id": coming.tenant_id, "rows": rows}
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({into}) SELECT {chosen} FROM {found}", values)  # noqa: S608  own names
    for column in table.late:
        if column in said:
            connection.exec_driver_sql(
                f'INSERT INTO late SELECT %(name)s, r.id, r."{column}", %(field)s FROM {found}'  # noqa: S608  own names
                f' WHERE r."{column}" IS NOT NULL',
                {**values, "name": table.name, "field": column},
            )


def _added(table: Table, names: Sequence[str]) -> dict[str, str]:
    """SQL for columns that came after the archive was made and that must have a value."""
    added = {}
    for name in names:
        column = table.columns[name]
        if column.nullable or column.server_default is not None:
            continue
        default: Any = column.default
        if default is None:
            raise BadArchive(f"The archive is of an earlier version: {table.name} needs a {name} by now.")
        value = default.arg if default.is_scalar else default.arg(None)
        written = json.dumps(value) if isinstance(value, (dict, list)) else str(value)
        added[name] = "'" + written.replace("'", "''").replace("%", "%%") + "'"
    return added


def _take_people(session: Session, coming: _Coming, people: list[dict[str, Any]], now: datetime) -> None:
    """Accounts by their address; whoever has none here gets one without a password, as with an invitation."""
    known = {
        account.email: account.id
        for account in session.scalars(select(Account).where(Account.email.in_([one["email"] for one in people])))
    }
    taken = set(session.scalars(select(Account.id).where(Account.id.in_([UUID(one["id"]) for one in people]))))
    squatted = select(Account).where(
        Account.id.in_(known.values()), Account.confirmed_at.is_(None), Account.password_hash.is_not(None)
    )
    for account in session.scalars(squatted).all():
        proof.void(session, account, now)  # whoever made it never showed that the address is theirs
    for one in people:
        account_id = known.get(one["email"])
        if account_id is None:
            wanted = UUID(one["id"])
            account_id = new_id() if wanted in taken else wanted
            session.add(
                Account(
                    id=account_id, email=one["email"], name=one["name"], language=one["language"], created_at=now
                )
            )  # fmt: skip
            coming.made += 1
        if str(account_id) != one["id"]:
            coming.accounts[one["id"]] = str(account_id)
    session.flush()
    session.expunge_all()


def _take_file(storage: Storage, coming: _Coming, tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    """Keep a file; its SHA-256."""
    name = member.name.removeprefix(f"{FILES}/")
    read = tar.extractfile(member)
    assert read is not None
    digest = hashlib.sha256()
    with tempfile.SpooledTemporaryFile(SPOOLED_BYTES) as content:
        while data := read.read(1 << 20):
            digest.update(data)
            content.write(data)
        content.seek(0)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        storage.put(f"tenant/{coming.tenant_id}/{name}", cast(BinaryIO, content), kind)
    coming.files.add(member.size)
    return digest.hexdigest()


def _compare(coming: _Coming, compared: Compared) -> None:
    """Raise BadArchive unless all came that the manifest names, as it was."""
    if coming.manifest is None:
        raise BadArchive("The archive ends before its manifest: it isn't whole.")
    compared.finish(coming.manifest.get("sums"))
    empty = Count().written()
    for name, wanted in coming.manifest["tables"].items():
        came = coming.rows[name].written() if name in coming.rows else empty
        if came != wanted:
            raise BadArchive(f"{name} isn't as the manifest says: {came['number']} of {wanted['number']} rows.")
    if strange := set(coming.rows) - set(coming.manifest["tables"]):
        raise BadArchive(f"The manifest doesn't name {', '.join(sorted(strange))}.")
    if coming.files.written() != coming.manifest["files"]:
        wanted = coming.manifest["files"]["number"]
        raise BadArchive(f"The files aren't as the manifest says: {coming.files.number} of {wanted}.")


def _set_late(session: Session, coming: _Coming) -> None:
    connection = session.connection()
    for table in archived():
        for column in table.late:
            connection.exec_driver_sql(
                f'UPDATE {table.name} t SET "{column}" = late.said FROM late WHERE late.name = %(name)s'  # noqa: S608  own names
                " AND late.field = %(field)s AND t.tenant_id = %(tenant_id)s AND t.id = late.id",
                {"name": table.name, "field": column, "tenant_id": coming.tenant_id},
            )


def _refuse_what_is_not_its_own(session: Session, coming: _Coming) -> None:
    """A manifest proves that an archive is whole, not who wrote it. Raises BadArchive."""
    own = f"tenant/{coming.tenant_id}/%"
    keys = or_(*(column.not_like(own) for column in (Evidence.key, Evidence.public_key, Evidence.thumb_key)))
    if session.scalar(select(Evidence.id).where(keys).limit(1)):
        raise BadArchive("A photo of the archive lies outside of the city's own folder.")
    session.execute(update(Message).where(Message.state == State.WAITING).values(state=State.DEAD))


def _undo(session: Session, storage: Storage, coming: _Coming | None) -> None:
    """Take back the files of a city that isn't here. One that is, by a commit whose answer got lost or by another
    import, keeps them: where the database can't say, nothing is deleted.
    """
    session.rollback()
    session.info["tenant_id"] = None
    if coming is None:
        return
    _lock(session, coming.tenant_id)
    tenant = session.get(Tenant, coming.tenant_id)
    if tenant is None or tenant.stage == Stage.ERASED:
        delete_files(storage, [f"tenant/{coming.tenant_id}/"])
    session.rollback()


def _lock(session: Session, tenant_id: UUID) -> None:
    """Two imports of one city wait for one another until the end of the transaction."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:city, 0))"), {"city": f"import/{tenant_id}"})
