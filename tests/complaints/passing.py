"""Passes complaints between the cities and commits it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from complaints import handover
from complaints.complaint import Complaint
from tests.cast import NOW, Cast

HOUR = timedelta(hours=1)


def pass_on(cast: Cast, complaint_id: UUID, of: str, to: str, *, by: str = "supervisor", **given: Any) -> None:
    """Hand over and commit."""
    actor = cast.actor(of, by)
    complaint = cast.read(of, complaint_id)
    handover.hand_over(
        cast.session, cast.office, complaint, cast.city(to), actor=actor, card=cast.city(of),
        reason=given.pop("reason", "Di seberang batas."), now=given.pop("now", NOW + HOUR), **given,
    )  # fmt: skip
    cast.session.commit()


def give_back(cast: Cast, complaint_id: UUID, of: str, **given: Any) -> None:
    """Return and commit."""
    actor = cast.actor(of, given.pop("by", "supervisor"))
    complaint = cast.read(of, complaint_id)
    handover.give_back(
        cast.session, cast.office, complaint, actor=actor, card=cast.city(of),
        reason="Bukan wilayah kami.", now=given.pop("now", NOW + 2 * HOUR), **given,
    )  # fmt: skip
    cast.session.commit()


def statuses(cast: Cast, complaint_id: UUID) -> dict[str, str]:
    """Where each city has it."""
    found = {}
    for slug in ("barat", "timur", "commons"):
        cast.enter(slug)
        complaint = cast.session.scalar(select(Complaint).where(Complaint.id == complaint_id))
        if complaint is not None:
            found[slug] = complaint.status
    return found
