"""Changing a row of a city's settings: with an author, under optimistic locking, with its earlier readings kept.

Every verb flushes, writes one `ConfigurationChange`, and raises the tenant's revision and the epoch, so that every
process reads the rules anew with the commit. The session is in the tenant's scope.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Date, DateTime, LargeBinary, Uuid, select, update
from sqlalchemy import inspect as inspected
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from configuration.change import ConfigurationChange, Did
from configuration.documents import keep_revision
from tenants import scope
from tenants.database import Configured, new_id
from tenants.directory import raise_epoch
from tenants.errors import Conflict
from tenants.tenant import Tenant

TENANT = "tenant"
AT_A_TIME = 250
"""So many rows are written between two words on how far it is."""
OF_A_TENANT = ("name", "time_zone", "languages", "look", "texts", "options")
"""What a city decides of itself; the rest of its row is the platform's."""

Setting = Any
"""A mapped row of the settings. Its columns are read by their names, which its base classes don't know."""

_NOT_OF_THE_ROW = frozenset({"tenant_id", "id", "version", "revision"})


@dataclass(frozen=True)
class Author:
    """Who changes a setting. seat_id: None for a command or an operator."""

    seat_id: UUID | None = None


class Stale(Conflict):
    """Somebody else saved the row since it was read; nothing is changed. last: their change, if it is on record."""

    def __init__(self, last: ConfigurationChange | None) -> None:
        super().__init__("Somebody else has changed this meanwhile. Please look at both, and save again.")
        self.last = last


def add(session: Session, row: Setting, *, author: Author, now: datetime) -> ConfigurationChange:
    """Add a row that has its values. Ids are given where they are missing."""
    if getattr(row, "id", None) is None:
        row.id = new_id()
    session.add(row)
    session.flush()
    return _record(session, row, Did.ADDED, None, [], author, now)


def change(
    session: Session,
    row: Setting,
    values: Mapping[str, Any],
    *,
    author: Author,
    now: datetime,
    expected_version: int | None = None,
    did: Did = Did.CHANGED,
) -> ConfigurationChange | None:
    """Set columns of a row; None, and nothing on record, where nothing differs.

    expected_version: the version that the author had looked at; None for a step that needs no look. Raises Stale.
    """
    _refuse_stale(session, row, expected_version)
    differing = differing_in(row, values)
    if not differing:
        return None
    before = reading(row)
    put(row, values, differing)
    session.flush()
    return _record(session, row, did, before, differing, author, now)


def change_many(
    session: Session,
    rows: Sequence[tuple[Configured, Mapping[str, Any], Did]],
    *,
    author: Author,
    now: datetime,
    heard: Callable[[int], None] = lambda _done: None,
) -> list[ConfigurationChange]:
    """Add and change many rows at once, each with its own line in the ledger; the city's revision rises once.

    rows: a new row or one that is there, what it shall say, and what that is. What doesn't differ is left out.
    heard: is told how many of the rows are written; what it raises ends the work.
    """
    lines: list[ConfigurationChange] = []
    for start in range(0, len(rows), AT_A_TIME):
        made = []
        for row, values, did in rows[start : start + AT_A_TIME]:
            differing = differing_in(row, values)
            if did is Did.ADDED:
                before = None
                row.id = row.id or new_id()
                for name in differing:
                    setattr(row, name, values[name])
                session.add(row)
            elif differing:
                before = reading(row)
                put(row, values, differing)
            else:
                continue
            made.append((row, did, before, [] if did is Did.ADDED else differing))
        session.flush()
        written_now = [_line(session, row, did, before, differing, author, now) for row, did, before, differing in made]
        session.add_all(written_now)
        lines += written_now
        heard(min(start + AT_A_TIME, len(rows)))
    if lines:
        _raise_revision(session)
    return lines


def end(
    session: Session, row: Setting, *, author: Author, now: datetime, expected_version: int | None = None
) -> ConfigurationChange:
    """End a row, or take it out where its table keeps no ended ones. Raises Stale."""
    if hasattr(row, "ended_at"):
        ended = change(
            session, row, {"ended_at": now}, author=author, now=now, expected_version=expected_version, did=Did.ENDED
        )
        if ended is None:
            raise Conflict("This has ended already.")
        return ended
    _refuse_stale(session, row, expected_version)
    before = reading(row)
    session.delete(row)
    session.flush()
    return _record(session, row, Did.ENDED, before, [], author, now)


def restore(
    session: Session,
    row: Setting,
    earlier: Mapping[str, Any],
    *,
    author: Author,
    now: datetime,
    expected_version: int | None = None,
) -> ConfigurationChange | None:
    """Let a row read again as it did in an earlier `reading`; None where it already does. Raises Stale."""
    return change(
        session,
        row,
        written(row, earlier),
        author=author,
        now=now,
        expected_version=expected_version,
        did=Did.RESTORED,
    )


def differing_in(row: Setting, values: Mapping[str, Any]) -> list[str]:
    """The names of the columns that read otherwise."""
    return [name for name, value in values.items() if getattr(row, name) != value]


def put(row: Setting, values: Mapping[str, Any], names: Sequence[str]) -> None:
    """Set these columns, and count revision and version up; nothing goes on record.

    A row that has only changed places keeps its revision.
    """
    for name in names:
        setattr(row, name, values[name])
        flag_modified(row, name)
    if isinstance(row, Configured):
        row.revision += list(names) != ["position"]
    if hasattr(row, "version") and inspected(type(row)).version_id_col is None:
        row.version += 1


def reading(row: Setting) -> dict[str, Any]:
    """How a row reads now, by column, as JSON; of a tenant only what the city decides. Personal columns stay out."""
    return {
        column.key: _plain(getattr(row, column.key)) for column in _columns(row) if getattr(row, column.key) is not None
    }


def written(row: Setting, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an earlier reading as the row's columns hold them.

    What no reading has stays: an outline, and a column that came later and must have a value.
    """
    return {
        column.key: _typed(column, earlier.get(column.key))
        for column in _columns(row)
        if not isinstance(column.type, LargeBinary) and (column.key in earlier or column.nullable)
    }


def last_change(session: Session, row_id: UUID) -> ConfigurationChange | None:
    """The latest change of a row."""
    return session.scalar(
        select(ConfigurationChange)
        .where(ConfigurationChange.row_id == row_id)
        .order_by(ConfigurationChange.at.desc(), ConfigurationChange.id)
        .limit(1)
    )


def _columns(row: Setting) -> list[Column[Any]]:
    table = inspected(type(row)).columns
    if isinstance(row, Tenant):
        return [table[name] for name in OF_A_TENANT]
    return [column for column in table if column.key not in _NOT_OF_THE_ROW and "personal" not in column.info]


def _refuse_stale(session: Session, row: Setting, expected_version: int | None) -> None:
    if expected_version is None:
        return
    # What others saved while this form was open must be seen, whatever the session had read before.
    session.refresh(row, with_for_update=True)
    if row.version != expected_version:
        raise Stale(last_change(session, row.id))


def _record(
    session: Session,
    row: Setting,
    did: Did,
    before: dict[str, Any] | None,
    differing: list[str],
    author: Author,
    now: datetime,
) -> ConfigurationChange:
    change_made = _line(session, row, did, before, differing, author, now)
    session.add(change_made)
    _raise_revision(session)
    return change_made


def _line(
    session: Session,
    row: Setting,
    did: Did,
    before: dict[str, Any] | None,
    differing: list[str],
    author: Author,
    now: datetime,
) -> ConfigurationChange:
    gone = did is Did.ENDED and not hasattr(row, "ended_at")
    if isinstance(row, Configured) and not gone:
        keep_revision(session, row, now, new=did is Did.ADDED)
    return ConfigurationChange(
        at=now,
        seat_id=author.seat_id,
        section=TENANT if isinstance(row, Tenant) else row.__tablename__,
        row_id=row.id,
        code=getattr(row, "code", ""),
        did=did,
        revision=getattr(row, "revision", 1),
        fields=differing,
        before=before,
        after=None if gone else reading(row),
    )


def _raise_revision(session: Session) -> None:
    session.execute(
        update(Tenant).where(Tenant.id == scope.tenant_of(session)).values(revision=Tenant.revision + 1),
        execution_options={"synchronize_session": "fetch"},
    )
    raise_epoch(session)
    session.flush()


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return None  # an outline: too large for a ledger, and kept in its own version
    return value


def _typed(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, Uuid):
        return UUID(value)
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return value
