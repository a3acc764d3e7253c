"""Makes moves in Kota Barat with all that they must carry, by whoever may, and commits them."""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from complaints import handling, workflow
from complaints.complaint import Complaint
from complaints.handling import SYSTEM, Actor, Carried
from complaints.workflow import MOVES, Need, Status
from people.permissions import Permission
from tests.cast import NOW, Cast, photo

STEPS = {"verification": True, "validation": True}
HOUR = timedelta(hours=1)
NO_WORDS = (Need.AGENCY, Need.PHOTO, Need.DATE, Need.TARGET)


def agency(cast: Cast, slug: str, code: str) -> UUID:
    book = cast.office.rulebooks.of(cast.session, cast.city(slug))
    return next(entry.id for entry in book.agencies.values() if entry.code == code)


def carried(cast: Cast, move: workflow.Move) -> Carried:
    """All that a move must carry."""
    words = {need: f"Kata-kata untuk {need}." for need in move.needs if need not in NO_WORDS}
    return Carried(
        words=words,
        agency_id=agency(cast, "barat", "uptd") if Need.AGENCY in move.needs else None,
        target_id=cast.complaint() if Need.TARGET in move.needs else None,
        date=NOW + timedelta(days=3) if Need.DATE in move.needs else None,
        photos=[photo()] if Need.PHOTO in move.needs else (),
    )


def actor_for(cast: Cast, move: workflow.Move, name: str) -> Actor:
    if move.permission is None:
        return SYSTEM
    if move.permission is Permission.OWN:
        return handling.REPORTER
    return cast.actor("barat", "admin" if name == "validate" else "supervisor")


def make(cast: Cast, complaint_id: UUID, name: str, options: Mapping[str, Any], **given: Any) -> Complaint:
    """Make a move by whoever may, with all that it must carry, in a city with these options, and commit it."""
    card = replace(cast.city("barat"), options={**cast.city("barat").options, **options})
    move = workflow.move_from(cast.read("barat", complaint_id).status, name, handling.steps_of(card))
    actor = given.pop("actor", None) or actor_for(cast, move, name)
    brought = given.pop("carried", None) or carried(cast, move)
    complaint = cast.read("barat", complaint_id)
    handling.move(
        cast.session, cast.office, complaint, name, actor=actor, card=card, carried=brought,
        now=given.pop("now", NOW + HOUR), **given,
    )  # fmt: skip
    cast.session.commit()
    return cast.read("barat", complaint_id)


def way_to(status: Status) -> list[tuple[str, bool]]:
    """The shortest way from received, as (move, with the optional steps)."""
    seen: dict[Status, list[tuple[str, bool]]] = {Status.RECEIVED: []}
    ahead = deque([Status.RECEIVED])
    while ahead:
        here = ahead.popleft()
        for (origin, name), move in MOVES.items():
            if origin is here and isinstance(move.to, Status) and move.to not in seen:
                seen[move.to] = [*seen[here], (name, move.step is not None)]
                ahead.append(move.to)
    return seen[status]
