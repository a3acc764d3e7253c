"""Reading the ledger: what was changed, by whom and when; and letting a row read again as it did."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, select, tuple_
from sqlalchemy import inspect as inspected
from sqlalchemy.orm import Session

from configuration import editing
from configuration.change import ConfigurationChange
from configuration.editing import TENANT, Author
from tenants import scope
from tenants.area import Area
from tenants.database import Base, Configured
from tenants.errors import Conflict, NotFound
from tenants.keyset import read_key, written_key
from tenants.sla_rule import SlaRule
from tenants.tenant import Tenant

PAGE = 30


@dataclass(frozen=True)
class Wanted:
    """Which changes; None for any."""

    section: str | None = None
    seat_id: UUID | None = None
    row_id: UUID | None = None
    code: str | None = None


@dataclass(frozen=True)
class Difference:
    """One column that reads otherwise; None where it had no value."""

    field: str
    before: Any
    after: Any


def changes(session: Session, wanted: Wanted, *, after: str | None = None) -> Sequence[ConfigurationChange]:
    """The latest changes; one more than a page, so that more can be seen to follow. Raises Invalid, field after."""
    statement = select(ConfigurationChange)
    for column, value in (
        (ConfigurationChange.section, wanted.section),
        (ConfigurationChange.seat_id, wanted.seat_id),
        (ConfigurationChange.row_id, wanted.row_id),
        (ConfigurationChange.code, wanted.code),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if after is not None:
        statement = statement.where(tuple_(ConfigurationChange.at, ConfigurationChange.id) < tuple_(*read_key(after)))
    ordered = statement.order_by(ConfigurationChange.at.desc(), ConfigurationChange.id.desc())
    return session.scalars(ordered.limit(PAGE + 1)).all()


def every_change(session: Session, wanted: Wanted) -> Iterator[ConfigurationChange]:
    """All of them, page by page, so that a file of them takes no memory."""
    after: str | None = None
    while rows := changes(session, wanted, after=after):
        yield from rows[:PAGE]
        if len(rows) <= PAGE:
            return
        after = key_of(rows[PAGE - 1])
        session.expunge_all()


def key_of(change: ConfigurationChange) -> str:
    """Where a page ends, for `after` of the next."""
    return written_key(change.at, change.id)


def change_by_id(session: Session, change_id: UUID) -> ConfigurationChange:
    """Raises NotFound."""
    found = session.scalar(select(ConfigurationChange).where(ConfigurationChange.id == change_id))
    if found is None:
        raise NotFound("There is no such change.")
    return found


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Difference]:
    """The columns that read otherwise, in the order of the later reading."""
    old, new = before or {}, after or {}
    names = [*new, *(name for name in old if name not in new)]
    return [Difference(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]


def file_brought_in(session: Session, section: str, key: UUID) -> Mapping[str, int] | None:
    """What a file brought into a section, by the key it was read under; None where it wasn't, or was another's."""
    statement = select(ConfigurationChange.after).where(
        ConfigurationChange.id == key,
        ConfigurationChange.section == section,
        ConfigurationChange.fields == ["file"],
    )
    return session.scalar(statement)


def row_of(session: Session, change: ConfigurationChange) -> Base | None:
    """The row that a change was about, if it is still there and can be restored."""
    if change.section == TENANT:
        return session.get(Tenant, scope.tenant_of(session))
    table = _table(change.section)
    if table is None:
        return None
    found: Base | None = session.scalar(select(table).where(table.id == change.row_id))
    return found


def restore_reading(
    session: Session,
    change: ConfigurationChange,
    reading: Mapping[str, Any],
    *,
    author: Author,
    now: datetime,
    expected_version: int,
) -> ConfigurationChange | None:
    """Let the row of a change read as given; None where it does already. Of the city itself only what was changed.

    Raises Stale, and Conflict where the row is gone, or where the reading goes past what its own room would ask first:
    it ends or brings back, names what has ended, stands above itself, or doubles another rule.
    """
    row = row_of(session, change)
    if row is None:
        raise Conflict("This row was taken out and can't be restored from here.")
    if isinstance(row, Area):
        raise Conflict("Areas come by a version. Change the words of one in its own room.")
    if isinstance(row, Tenant):
        reading = {**editing.reading(row), **{name: reading.get(name) for name in change.fields}}
    elif (reading.get("ended_at") is None) != (getattr(row, "ended_at", None) is None):
        raise Conflict("End it, or bring it back, in its own room: what hangs on it has to be asked there.")
    for column in inspected(type(row)).columns:
        named = reading.get(column.key)
        if named is not None and isinstance(column.type, Uuid) and column.key.endswith("_id"):
            _refuse_ended(session, row, column.key, UUID(named))
    if reading.get("parent_id") is not None:
        _refuse_circle(session, row, UUID(reading["parent_id"]))
    if isinstance(row, SlaRule):
        _refuse_double(session, row, reading)
    return editing.restore(session, row, reading, author=author, now=now, expected_version=expected_version)


def _refuse_circle(session: Session, row: Base, parent_id: UUID) -> None:
    table: Any = type(row)
    above: dict[UUID, UUID | None] = {
        found.id: found.parent_id for found in session.execute(select(table.id, table.parent_id))
    }
    seen: set[UUID] = {row.id}  # type: ignore[attr-defined]  # every row of a tree has one
    at: UUID | None = parent_id
    while at is not None:
        if at in seen:
            raise Conflict("This runs in a circle: it would stand above itself.")
        seen.add(at)
        at = above.get(at)


def _refuse_double(session: Session, row: SlaRule, reading: Mapping[str, Any]) -> None:
    rules = session.scalars(select(SlaRule).where(SlaRule.ended_at.is_(None), SlaRule.id != row.id))
    wanted = tuple(reading.get(name) for name in ("category_id", "priority", "area_id"))
    for other in rules:
        own = (other.category_id and str(other.category_id), other.priority, other.area_id and str(other.area_id))
        if own == wanted:
            raise Conflict("There is another rule for the same reports by now. Change that one.")


def _refuse_ended(session: Session, row: Base, column: str, named: UUID) -> None:
    keys = row.__table__.foreign_key_constraints  # type: ignore[attr-defined]  # a mapped class has a whole table
    for key in keys:
        if column in key.column_keys:
            table = _table(key.referred_table.name)
            found = session.scalar(select(table).where(table.id == named)) if table is not None else None
            if found is None or getattr(found, "ended_at", None) is not None:
                raise Conflict("This reading names something that has ended. Bring that back first.")


def _table(name: str) -> Any:
    """The class of a table whose rows have readings of their own; None for others."""
    for mapper in Base.registry.mappers:
        if mapper.local_table is not None and getattr(mapper.local_table, "name", "") == name:
            return mapper.class_ if issubclass(mapper.class_, Configured) else None
    return None
