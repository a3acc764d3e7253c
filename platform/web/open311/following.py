"""Reports by their numbers, wherever they are now: what a client filed here may have gone to another city."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy import select

from complaints import lookup
from complaints.complaint import Complaint
from complaints.reference import parse_reference
from tenants import scope
from tenants.directory import TenantCard
from tenants.errors import Invalid
from tenants.tenant import HELD
from web.context import office
from web.open311 import listing, shown

MOST_AT_ONCE = 500
MOST_ELSEWHERE = 100
"""Each of these is asked for by itself, in the city of its birth and in the one that holds it."""


def documents(written: Sequence[str], here: TenantCard, *, extended: bool) -> list[dict[str, Any]]:
    """Those that everybody may read, in the order of the numbers; of the others nothing. Raises Invalid for too many.

    here: the city that is asked, whose own are found by one statement.
    """
    references = list(dict.fromkeys(found for one in written if (found := parse_reference(one))))
    _few(len(written), MOST_AT_ONCE)
    said = _in(here, Complaint.reference.in_(references), extended=extended)
    others = [one for one in references if one not in said]
    _few(len(others), MOST_ELSEWHERE)
    elsewhere: dict[UUID, list[UUID]] = defaultdict(list)
    for card, complaint_id in filter(None, map(held_by, others)):
        if card.id != here.id:
            elsewhere[card.id].append(complaint_id)
    for tenant_id, ids in elsewhere.items():
        said |= _in(office().directory.by_id[tenant_id], Complaint.id.in_(ids), extended=extended)
    return [said[one] for one in references if one in said]


def _few(many: int, most: int) -> None:
    if many > most:
        raise Invalid("Ask for up to %(most)s at once.", field="service_request_id", most=most)


def _in(card: TenantCard, which: Any, *, extended: bool) -> dict[str, dict[str, Any]]:
    with scope.enter(g.session, card.id):
        found = list(g.session.scalars(select(Complaint).where(which, *listing.SHOWN)))
        made = shown.documents(g.session, card, found, extended=extended)
    return {document["service_request_id"]: document for document in made}


def held_by(reference: str) -> tuple[TenantCard, UUID] | None:
    """Who holds it now; None for a number that nobody has, and for what left with its city."""
    try:
        held = lookup.holder_of(g.session, office(), reference)
    except lookup.HasLeft:
        return None
    return held if held is not None and (held[0].is_commons or held[0].stage in HELD) else None


def known(written: str) -> str | None:
    """The number as it is written properly, if some city has such a report, whoever may read it."""
    reference = parse_reference(written)
    return reference if reference is not None and held_by(reference) is not None else None
