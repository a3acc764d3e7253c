"""Whose work a complaint is: who may act on it, and which agency may say that it is done. Pure.

The rulebook's assignments say which agency a category belongs to in an area. What an agency isn't competent for it may
only pass on, so that nobody closes another's work; and an official acts for their own agencies and those below them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from complaints.rules.rulebook import Rulebook
from complaints.workflow import Move, Reach
from people.permissions import Permission, may
from people.standing_in import Absent
from tenants.category import OTHER
from tenants.errors import N_

NOT_YOURS = N_(
    "Only officials of the agency that has this report may take this step. You can write an internal note,"
    " or ask a supervisor."
)
NOT_COMPETENT = N_(
    "The agency that has this report isn't the one for its category, so it can't finish it. Assign the report to the"
    " agency that is, ask that agency to take it, or correct the category."
)


@dataclass(frozen=True)
class Person:
    """A member of staff. everywhere: whether they act for all agencies of the city. absent: whom they stand in for."""

    seat_id: UUID | None
    agency_ids: Collection[UUID]
    everywhere: bool
    absent: Collection[Absent] = ()


@dataclass(frozen=True)
class Matter:
    """What the rules ask of a complaint. agency_id, holder_id: None for nobody."""

    agency_id: UUID | None
    holder_id: UUID | None
    category_id: UUID
    area_id: UUID | None


def refusal(book: Rulebook, move: Move, person: Person, matter: Matter) -> str | None:
    """Why this person may not make this move on this complaint, in a sentence; None if they may.

    Whether their role holds the move's permission is another question.
    """
    if move.reach is Reach.THE_CITY:
        return None
    if not acts_for(book, person, matter) and _absent(book, move.permission, person, matter) is None:
        return NOT_YOURS
    if move.reach is Reach.COMPETENT and not competent(book, matter):
        return NOT_COMPETENT
    return None


def acts_for(book: Rulebook, person: Person, matter: Matter) -> bool:
    """Whether the complaint is this person's to handle: they hold it, or work for its agency or for one above it.

    What no agency has is everybody's, so that it doesn't stay nobody's.
    """
    if person.everywhere or matter.agency_id is None:
        return True
    if matter.holder_id is not None and matter.holder_id == person.seat_id:
        return True
    return not set(person.agency_ids).isdisjoint(book.agencies_up(matter.agency_id))


def in_place_of(book: Rulebook, move: Move, person: Person, matter: Matter) -> Absent | None:
    """For whom a person makes a move as deputy: for whoever holds the complaint, or through whom alone it is theirs.

    None where the work is their own, and for what every official may.
    """
    if move.reach is Reach.THE_CITY:
        return None
    found = _absent(book, move.permission, person, matter)
    if found is None or found.seat_id == matter.holder_id or not acts_for(book, person, matter):
        return found
    return None


def _absent(book: Rulebook, permission: Permission | None, person: Person, matter: Matter) -> Absent | None:
    """Of those for whom a person stands in, whose the complaint is to handle; its holder before others.

    Only with a permission that the absent's own role has: that the deputy's has it too is asked elsewhere.
    """
    if permission is None:
        return None
    able = [one for one in person.absent if may(one.role, permission)]
    up = set(book.agencies_up(matter.agency_id)) if matter.agency_id is not None else set()
    holder = next((one for one in able if one.seat_id == matter.holder_id), None)
    return holder or next((one for one in able if not up.isdisjoint(one.agency_ids)), None)


def competent(book: Rulebook, matter: Matter) -> bool:
    """Whether the agency that has the complaint may finish it.

    It may where the category is assigned, for the complaint's area, to it or to an agency above or below it, or where
    the rules would send the complaint to one of these. A category of its own for everything else is nobody's by rule:
    there whoever it was given to is competent; and so is a partner outside the government, which has nothing but what
    was given to it.
    """
    category = book.category_ever(matter.category_id)
    if category is not None and category.platform_code == OTHER:
        return True
    has_it = book.agencies.get(matter.agency_id) if matter.agency_id else None
    if has_it is not None and has_it.partner:
        return True
    routed = book.agency_for(matter.category_id, matter.area_id)
    if matter.agency_id is None or routed is None:
        return routed is None
    places = [*(area.id for area in book.areas_up(matter.area_id)), None]
    named = {book.assignments.get((matter.category_id, place)) for place in places} | {routed.id}
    named |= {rule.agency_id for rule in book.asset_rules if rule.category_id in (None, matter.category_id)}
    return any(_in_one_line(book, matter.agency_id, one) for one in named if one is not None)


def _in_one_line(book: Rulebook, one: UUID, other: UUID) -> bool:
    return one in book.agencies_up(other) or other in book.agencies_up(one)
