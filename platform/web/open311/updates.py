"""Updates in both directions, as FixMyStreet exchanges them: what was done here, and what its people say there."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from complaints import evidence, handling
from complaints.complaint import Complaint, Evidence, HistoryRow, Remark
from complaints.together import adding
from complaints.workflow import UNDO_WITHIN, Status
from people import limits
from tenants import scope
from tenants.directory import TenantCard
from tenants.errors import Invalid
from web.access import Anyone, allows
from web.context import office
from web.open311 import asked, following, listing
from web.open311.jurisdiction import jurisdiction
from web.open311.limiting import slow_down
from web.open311.posting import photos
from web.open311.reading import add, is_trial, no_such_request
from web.open311.shown import media_url
from web.open311.statuses import TOLD
from web.open311.wire import answer, instant

UPDATES = "service_request_updates"
REMEMBERED = limits.LONGEST
"""For how long an `update_id` that comes again is known."""
SAYING_NOTHING = frozenset({"", "open", "unchanged", "confirmed"})


def add_updates(blueprint: Blueprint) -> None:
    """The routes."""
    add(blueprint, "/servicerequestupdates", updates)
    add(blueprint, "/servicerequestupdates", take_update, method="POST")


@allows(Anyone)
def updates() -> ResponseReturnValue:
    """What was done to the public reports of a city between two dates, the first first."""
    card = jurisdiction()
    until = asked.instant("end_date", card.time_zone, end=True)
    since, until = listing.span(asked.instant("start_date", card.time_zone), until, g.now)
    until = min(until, g.now - UNDO_WITHIN)  # what can still be taken back isn't told
    limit = asked.whole_number("page_size", most=listing.MOST) or listing.MOST
    page = max(asked.whole_number("page", most=listing.DEEPEST) or 1, 1)
    with scope.enter(g.session, card.id):
        rows = (
            g.session.execute(
                select(HistoryRow, Complaint.reference)
                .join(Complaint, Complaint.id == HistoryRow.complaint_id)
                .where(
                    HistoryRow.at.between(since, until),
                    HistoryRow.public,
                    HistoryRow.move != "undo",
                    HistoryRow.from_status.is_not(None),
                    or_(HistoryRow.from_status != HistoryRow.to_status, HistoryRow.remark_id.is_not(None)),
                    *listing.SHOWN,
                )
                .order_by(HistoryRow.at, HistoryRow.id)
                .offset((page - 1) * limit)
                .limit(limit)
            ).all()
            if (page - 1) * limit < listing.DEEPEST
            else []
        )
        made = _documents(g.session, card, [(row, reference) for row, reference in rows])
    return answer(UPDATES, made)


@allows(Anyone)
def take_update() -> ResponseReturnValue:
    """Keep what somebody says of a public report in another system, for an official who shows it or leaves it out."""
    here, trial = jurisdiction(), is_trial()
    written, known_as = asked.word("service_request_id"), asked.word("update_id") or asked.word("update_id_ext")
    if not written:
        raise Invalid("Say which report: send its service_request_id.", field="service_request_id")
    slow_down("trial" if trial else "update")
    held = following.held_by(written)
    if held is None:
        raise no_such_request()
    card, complaint_id = held
    if known_as and not limits.first_use(g.session, _key(here, complaint_id, known_as), lasts=REMEMBERED, now=g.now):
        raise Invalid("This update already exists: it was sent before.", field="update_id")
    with scope.enter(g.session, card.id):
        complaint = handling.complaint_here(g.session, complaint_id)
        adding.add(
            g.session,
            office(),
            complaint,
            _words(),
            photos(),
            card=card,
            now=g.now,
            words_too=complaint.channel == "open311",
            trial=trial,
        )
        number = (
            select(HistoryRow.id)
            .where(HistoryRow.complaint_id == complaint_id, HistoryRow.move == adding.ADD)
            .order_by(HistoryRow.number.desc())
            .limit(1)
        )
        update_id = str(g.session.scalar(number))
    if trial:
        g.session.rollback()
    return answer(UPDATES, [{"update_id": update_id}], status=201)


def _documents(session: Session, card: TenantCard, rows: Sequence[tuple[HistoryRow, str]]) -> list[dict[str, Any]]:
    ids = {row.complaint_id for row, _reference in rows}
    undone = {
        str(detail.get("undoes"))
        for detail in session.scalars(
            select(HistoryRow.detail).where(HistoryRow.complaint_id.in_(ids), HistoryRow.move == "undo")
        )
    }
    remark_ids = [row.remark_id for row, _reference in rows if row.remark_id]
    said = select(Remark.id, Remark.body).where(Remark.id.in_(remark_ids), ~Remark.inner)
    words: dict[UUID, str] = dict(session.execute(said).all())
    shots = {
        (photo.complaint_id, photo.created_at): photo.id
        for photo in session.scalars(
            select(Evidence).where(
                Evidence.complaint_id.in_(ids), Evidence.state == "ready", Evidence.side.in_(evidence.SHOWN)
            )
        )
    }
    return [
        _document(card, row, reference, words, shots.get((row.complaint_id, row.at)))
        for row, reference in rows
        if str(row.id) not in undone
    ]


def _document(
    card: TenantCard, row: HistoryRow, reference: str, words: Mapping[UUID, str], photo_id: UUID | None
) -> dict[str, Any]:
    return {
        "update_id": str(row.id),
        "service_request_id": reference,
        "status": TOLD[Status(row.to_status)].update,
        "updated_datetime": instant(row.at),
        "description": words.get(row.remark_id, "") if row.remark_id else "",
        "media_url": media_url(card, photo_id) if photo_id else None,
        "external_status_code": row.to_status,
    }


def _words() -> str:
    """What is said, and what it makes of the report's status there, for the officials."""
    said, status = asked.word("description"), asked.word("status").casefold()
    if status in SAYING_NOTHING or not status.replace("_", "").isalpha() or len(status) > 40:
        return said
    return f"{said} ({status})".strip()


def _key(here: TenantCard, complaint_id: UUID, known_as: str) -> str:
    return f"open311/update/{hashlib.sha256(f'{here.id}/{complaint_id}/{known_as}'.encode()).hexdigest()}"
