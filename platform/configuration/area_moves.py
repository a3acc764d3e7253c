"""Which open complaints lie in another area under a new version, and whose they become.

A complaint changes hands where the rules named its present agency for its old area and name another for the new one.
What was given to somebody by hand, waits for its reporter or is done stays where it is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from complaints.rules.rulebook import AreaEntry, Rulebook
from complaints.workflow import HANDLED
from tenants.area_index import AreaIndex, OutlinedArea

AT_ONCE = 5_000
MOST_TOLD = 20


@dataclass(frozen=True)
class Outlined:
    """An area as it would be."""

    code: str
    parent: str | None
    depth: int
    wkb: bytes
    area_m2: float


@dataclass(frozen=True)
class Moves:
    """looked_at: open complaints with a place. areas: how many would lie in another area, or in none any more.

    agencies: how many of these would change hands; pairs: (agency's id, agency's id, how many), references: a few.
    """

    looked_at: int = 0
    areas: int = 0
    agencies: int = 0
    pairs: Sequence[tuple[str, str, int]] = field(default_factory=list)
    references: Sequence[str] = field(default_factory=list)


def foresee(session: Session, book: Rulebook, areas: Sequence[Outlined]) -> Moves:
    """What a set of areas would change for the open complaints; nothing is written."""
    then = _book_with(book, areas)
    looked_at = moved = 0
    pairs: Counter[tuple[UUID, UUID]] = Counter()
    references: list[str] = []
    after: UUID | None = None
    while rows := _batch(session, after):
        for _id, reference, lon, lat, category_id, area_id, agency_id, status in rows:
            looked_at += 1
            entry = then.area_at(lon, lat)
            new_area_id = entry.id if entry else None
            moved += new_area_id != area_id
            to = new_agency(book, then, category_id, area_id, new_area_id, agency_id, status)
            if to is not None:
                pairs[agency_id, to] += 1
                references += [reference] if len(references) < MOST_TOLD else []
        after = rows[-1][0]
    told = [(str(one), str(other), count) for (one, other), count in pairs.most_common(MOST_TOLD)]
    return Moves(looked_at, moved, sum(pairs.values()), told, references)


def new_agency(
    book: Rulebook,
    then: Rulebook,
    category_id: UUID,
    area_id: UUID | None,
    new_area_id: UUID | None,
    agency_id: UUID | None,
    status: str,
) -> UUID | None:
    """Whose a complaint becomes, None where it stays with whom it is."""
    before, after = book.agency_for(category_id, area_id), then.agency_for(category_id, new_area_id)
    if after is None or agency_id is None or status not in HANDLED:
        return None
    by_rule = before is not None and before.id == agency_id
    return after.id if by_rule and after.id != agency_id else None


def as_it_was(book: Rulebook, tree: Mapping[str, str | None]) -> Rulebook:
    """The rules with the tree of areas that stood before: {area's id: its parent's id}."""
    entries = {
        UUID(one): AreaEntry(UUID(one), "", {}, "", UUID(parent) if parent else None) for one, parent in tree.items()
    }
    return replace(book, areas=entries)


def _book_with(book: Rulebook, areas: Sequence[Outlined]) -> Rulebook:
    """The rules with other areas; one that the city has keeps its id."""
    ids = {entry.code: entry.id for entry in book.areas.values()}
    ids |= {area.code: uuid5(book.tenant_id, area.code) for area in areas if area.code not in ids}
    entries = {
        ids[area.code]: AreaEntry(ids[area.code], area.code, {}, "", ids.get(area.parent) if area.parent else None)
        for area in areas
    }
    outlineless = {id_: entry for id_, entry in book.areas.items() if id_ not in entries and _still(entry, areas)}
    index = AreaIndex(
        OutlinedArea(ids[area.code], area.code, area.code, area.depth, area.wkb, area.area_m2) for area in areas
    )
    return replace(book, areas={**outlineless, **entries}, area_index=index)


def _still(entry: AreaEntry, areas: Sequence[Outlined]) -> bool:
    """Whether an area without an outline goes on, as the parent of another."""
    return any(area.parent == entry.code for area in areas)


def _batch(session: Session, after: UUID | None) -> Sequence[tuple[UUID, str, float, float, UUID, UUID, UUID, str]]:
    statement = select(
        Complaint.id,
        Complaint.reference,
        Complaint.lon,
        Complaint.lat,
        Complaint.category_id,
        Complaint.area_id,
        Complaint.agency_id,
        Complaint.status,
    ).where(Complaint.is_open, Complaint.lon.is_not(None))
    if after is not None:
        statement = statement.where(Complaint.id > after)
    return session.execute(statement.order_by(Complaint.id).limit(AT_ONCE)).all()  # type: ignore[return-value]  # rows read by name
