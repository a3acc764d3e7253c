"""A city's areas: found in the tree, told in numbers, and reworded; their ground comes by a version."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from complaints.rules.rulebook import AreaEntry, Rulebook
from configuration import editing
from configuration.change import ConfigurationChange
from configuration.editing import Author
from configuration.schema import AreaSchema
from tenants.agency import AgencyArea
from tenants.area import Area
from tenants.errors import Invalid, NotFound

PAGE = 50
COUNTED = 99


@dataclass(frozen=True)
class ListedArea:
    """One line of the list. inside: how many areas lie right under it. area_m2: None without an outline."""

    entry: AreaEntry
    inside: int
    area_m2: float | None


@dataclass(frozen=True)
class Listing:
    """A page of areas by code. after: the code to go on from, None where there are no more. count: of all that fit."""

    rows: Sequence[ListedArea]
    count: int
    after: str | None


def listing(
    session: Session,
    book: Rulebook,
    *,
    query: str = "",
    level: str = "",
    parent_id: UUID | None = None,
    after: str = "",
    most: int = PAGE,
) -> Listing:
    """Areas whose name or code has the words; without words those right under a parent, None for the city itself."""
    wanted = query.casefold().split()
    fitting = sorted(
        (
            entry
            for entry in book.areas.values()
            if (entry.level == level or not level)
            and (_has(entry, wanted) if wanted else bool(level) or entry.parent_id == parent_id)
        ),
        key=lambda entry: entry.code,
    )
    left = [entry for entry in fitting if entry.code > after]
    page = left[:most]
    ids = [entry.id for entry in page]
    sizes = {row.id: row.area_m2 for row in session.execute(select(Area.id, Area.area_m2).where(Area.id.in_(ids)))}
    return Listing(
        [ListedArea(entry, len(book.areas_in(entry.id)), sizes.get(entry.id)) for entry in page],
        len(fitting),
        page[-1].code if len(left) > most else None,
    )


def area_of(session: Session, code: str) -> Area:
    """The area of a code that holds now. Raises NotFound."""
    area = session.scalar(select(Area).where(Area.code == code, Area.ended_at.is_(None)))
    if area is None:
        raise NotFound("There is no such area in this city.")
    return area


def agencies_tied(session: Session, area_id: UUID) -> list[UUID]:
    """The agencies that work in an area alone or among others."""
    return list(session.scalars(select(AgencyArea.agency_id).where(AgencyArea.area_id == area_id)))


def open_in(session: Session, area_ids: Iterable[UUID], most: int = COUNTED) -> int:
    """How many complaints are open in these areas; one more than `most` stands for all above it."""
    some = select(Complaint.id).where(Complaint.is_open, Complaint.area_id.in_(list(area_ids))).limit(most + 1)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def reword(
    session: Session,
    area: Area,
    document: Mapping[str, Any],
    *,
    author: Author,
    now: datetime,
    expected_version: int | None = None,
) -> ConfigurationChange | None:
    """Change an area's name and the name of its level. Raises Invalid naming the field, or Stale."""
    if not any(said.strip() for said in document["name"].values()):
        raise Invalid("Write the name of the area.", field="name")
    parent = session.get(Area, (area.tenant_id, area.parent_id)) if area.parent_id else None
    try:
        row = AreaSchema().load({**document, "code": area.code, "parent": parent.code if parent else None})
    except ValidationError as error:
        raise refused(error) from None
    values = {"name": row["name"], "level": row["type"]}
    return editing.change(session, area, values, author=author, now=now, expected_version=expected_version)


def refused(error: ValidationError) -> Invalid:
    """The first sentence of a schema's refusal, naming its field."""
    messages = error.messages if isinstance(error.messages, dict) else {"": error.messages}
    field, said = next(iter(messages.items()))
    return Invalid(str(said[0]) if isinstance(said, list) and said else str(said), field=str(field))


def _has(entry: AreaEntry, wanted: Sequence[str]) -> bool:
    text = " ".join([entry.code, *entry.name.values()]).casefold()
    return all(word in text for word in wanted)
