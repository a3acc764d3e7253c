"""A city's objects: found in a list, brought in from a file after a look at what would change, and ended."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import shapely
from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from complaints.complaint import cell_of
from configuration.asset_file import AssetRow
from configuration.change import ConfigurationChange, Did
from configuration.editing import Author
from tenants import scope
from tenants.asset import Asset, AssetCell
from tenants.database import new_id

PAGE = 50
KEEP, END = "keep", "end"
PIECE_DEGREES = 0.0005
"""A line is cut into pieces half as long as a cell, so that none of its cells is stepped over but at a corner."""
COUNTED = 10_000
AT_A_TIME = 2_000
"""So many rows are written in one statement."""


@dataclass(frozen=True)
class AssetChange:
    """What a row of a file does. what: new, changed, back (it had ended) or same. fields: what differs."""

    row: AssetRow
    what: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outlook:
    """What a file would do to the objects of a category. ended: codes of those that it lacks, where they shall end.

    elsewhere: (line, code, id of its category) of rows whose code belongs to an object of another category.
    """

    changes: Sequence[AssetChange] = ()
    ended: Sequence[str] = ()
    elsewhere: Sequence[tuple[int, str, UUID]] = field(default_factory=list)

    def count(self, what: str) -> int:
        return sum(one.what == what for one in self.changes)


@dataclass(frozen=True)
class AssetLine:
    """One line of the list."""

    id: UUID
    code: str
    name: str
    category_id: UUID
    shape: str
    attributes: Mapping[str, str]


def listing(
    session: Session, *, query: str = "", category_id: UUID | None = None, after: str = "", most: int = PAGE
) -> tuple[list[AssetLine], str | None]:
    """Objects by code, and the code to go on from; those with all words of the query in code, name or attributes."""
    statement = select(Asset.id, Asset.code, Asset.name, Asset.category_id, Asset.shape, Asset.attributes).where(
        Asset.ended_at.is_(None)
    )
    if category_id is not None:
        statement = statement.where(Asset.category_id == category_id)
    for word in query.casefold().split():
        statement = statement.where(Asset.folded.contains(word, autoescape=True))
    if after:
        statement = statement.where(Asset.code > after)
    rows = [AssetLine(*row) for row in session.execute(statement.order_by(Asset.code).limit(most + 1))]
    return rows[:most], rows[most - 1].code if len(rows) > most else None


def counts(session: Session) -> dict[UUID, int]:
    """How many objects each category has."""
    rows = session.execute(
        select(Asset.category_id, func.count()).where(Asset.ended_at.is_(None)).group_by(Asset.category_id)
    )
    return {category_id: number for category_id, number in rows}  # noqa: C416  (rows are no pairs to mypy)


def outlook(session: Session, category_id: UUID, rows: Sequence[AssetRow], missing: str) -> Outlook:
    """What a file's rows would do; nothing is written."""
    here = {row.code.casefold(): row for row in _standing(session)}
    changes, elsewhere, named = [], [], set()
    for row in rows:
        known = here.get(row.code.casefold())
        named.add(row.code.casefold())
        if known is None:
            changes.append(AssetChange(row, "new"))
        elif known.category_id != category_id and known.ended_at is None:
            elsewhere.append((row.line, known.code, known.category_id))
        else:
            differs = _differs(known, row)
            what = "back" if known.ended_at is not None else "changed" if differs else "same"
            changes.append(AssetChange(row, what, differs))
    gone = [
        row.code
        for folded, row in here.items()
        if missing == END and row.category_id == category_id and row.ended_at is None and folded not in named
    ]
    return Outlook(changes, sorted(gone), elsewhere)


def bring_in(
    session: Session,
    category_id: UUID,
    category_code: str,
    seen: Outlook,
    source: str,
    *,
    author: Author,
    now: datetime,
    change_id: UUID | None = None,
    heard: Callable[[int, int], None] = lambda _done, _of: None,
) -> None:
    """Write what an outlook says, all of it; the ledger gets one line for the file. change_id: of that line.

    heard: is told how many rows are written, of how many; what it raises ends the work.
    """
    fresh = [one for one in seen.changes if one.what == "new"]
    other = [one for one in seen.changes if one.what in ("changed", "back")]
    tenant_id, done, of = scope.tenant_of(session), 0, len(fresh) + len(other) + len(seen.ended)
    for some in _batched(fresh, AT_A_TIME):
        ids = [new_id() for _one in some]
        added = [
            {"tenant_id": tenant_id, "id": id_, "code": one.row.code, "revision": 1, "version": 1}
            | _values(category_id, one.row)
            for id_, one in zip(ids, some, strict=True)
        ]
        session.execute(insert(Asset), added)
        _lay(session, ids, some)
        done += len(some)
        heard(done, of)
    known = {code.casefold(): id_ for id_, code in session.execute(select(Asset.id, Asset.code))} if other else {}
    for some in _batched(other, AT_A_TIME):
        ids = [known[one.row.code.casefold()] for one in some]
        _rewrite(session, [(id_, _values(category_id, one.row)) for id_, one in zip(ids, some, strict=True)])
        session.execute(delete(AssetCell).where(AssetCell.asset_id.in_(ids)))
        _lay(session, ids, some)
        done += len(some)
        heard(done, of)
    for codes in _batched(seen.ended, AT_A_TIME):
        session.execute(
            update(Asset).where(Asset.code.in_(codes)).values(ended_at=now, version=Asset.version + 1),
            execution_options={"synchronize_session": False},
        )
        done += len(codes)
        heard(done, of)
    session.add(
        ConfigurationChange(
            id=change_id or new_id(),
            at=now,
            seat_id=author.seat_id,
            section="assets",
            row_id=category_id,
            code=category_code,
            did=Did.CHANGED,
            revision=1,
            fields=["file"],
            before=None,
            after={
                "file": source,
                "new": len(fresh),
                "changed": len(other),
                "ended": len(seen.ended),
            },
        )
    )
    session.flush()


def _rewrite(session: Session, rows: Sequence[tuple[UUID, Mapping[str, Any]]]) -> None:
    """Let objects that there are say what a file says of them."""
    table: Any = Asset.__table__
    names = list(rows[0][1])
    session.connection().execute(
        update(table)
        .where(table.c.tenant_id == scope.tenant_of(session), table.c.id == bindparam("wanted"))
        .values(
            {name: bindparam(f"to_{name}") for name in names}
            | {"revision": table.c.revision + 1, "version": table.c.version + 1}
        ),
        [{"wanted": id_, **{f"to_{name}": values[name] for name in names}} for id_, values in rows],
    )


def _lay(session: Session, ids: Sequence[UUID], some: Sequence[AssetChange]) -> None:
    """Note in which cells of the ground each of them lies."""
    tenant_id = scope.tenant_of(session)
    cells = [
        {"tenant_id": tenant_id, "id": new_id(), "asset_id": id_, "cell": cell}
        for id_, one in zip(ids, some, strict=True)
        for cell in cells_of(one.row.geometry)
    ]
    session.execute(insert(AssetCell), cells)


def cells_of(geometry: Any) -> set[int]:
    """The cells of the ground that a point or a line lies in."""
    places = shapely.get_coordinates(shapely.segmentize(geometry, PIECE_DEGREES))
    return {cell_of(lon, lat) for lon, lat in places.tolist()}


def _batched(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _standing(session: Session) -> list[Any]:
    columns = (Asset.code, Asset.category_id, Asset.name, Asset.wkb, Asset.attributes, Asset.ended_at)
    return list(session.execute(select(*columns)))


def _differs(known: Any, row: AssetRow) -> tuple[str, ...]:
    differs = {
        "name": known.name != row.name,
        "place": known.wkb != shapely.to_wkb(row.geometry),
        "attributes": dict(known.attributes) != dict(row.attributes),
    }
    return tuple(name for name, so in differs.items() if so)


def _values(category_id: UUID, row: AssetRow) -> dict[str, Any]:
    middle: Any = row.geometry if row.shape == "point" else row.geometry.interpolate(0.5, normalized=True)
    words = [row.code, row.name, *row.attributes.values()]
    return {
        "category_id": category_id,
        "name": row.name,
        "shape": row.shape,
        "lon": round(middle.x, 7),
        "lat": round(middle.y, 7),
        "wkb": shapely.to_wkb(row.geometry),
        "attributes": dict(row.attributes),
        "folded": " ".join(words).casefold(),
        "ended_at": None,
    }
