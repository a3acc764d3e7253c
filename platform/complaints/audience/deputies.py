"""Whoever stands in for officials that are told of a complaint, and so is told too."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from complaints.viewer import viewer_of
from messages.preferences import OFFICIALS, topic_of
from people import deputyship, seats
from people.seats import Addressee
from people.standing_in import day_in
from tenants.directory import TenantCard

OWN_INTEREST = ("watched",)
"""Topics that are nobody's duty: what somebody watches stays theirs."""


def deputies_of(
    session: Session,
    people: Sequence[Addressee],
    event: str,
    complaint_id: UUID,
    card: TenantCard,
    now: datetime,
) -> list[Addressee]:
    """The deputies of these people today, as far as they may see the complaint; none who is told of it anyway."""
    if not people or topic_of(OFFICIALS, event) in OWN_INTEREST:
        return []
    told = {one.seat_id for one in people}
    found = deputyship.stand_ins(session, told, day_in(card.time_zone, now))
    here = session.scalar(select(Complaint).where(Complaint.id == complaint_id)) if found else None
    deputies: dict[UUID, str] = {}
    for one in found:
        seat = one.deputy
        viewer = viewer_of(seat.id, seat.role, one.agency_ids, [one.absent])
        if here is not None and seat.id not in told and viewer.sees(here):
            deputies.setdefault(seat.id, one.absent.name)
    named = seats.addressees_of(session, seat_ids=list(deputies)) if deputies else []
    return [replace(one, in_place_of=deputies[one.seat_id]) for one in named]
