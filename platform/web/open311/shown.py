"""Reports as the format shows them: what everybody may read of them in the portal, and nothing else."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from complaints import evidence, restoring
from complaints.complaint import Complaint, Evidence, HistoryRow, Remark
from complaints.routing import decision_from
from complaints.rules.rulebook import Rulebook
from complaints.workflow import Status
from tenants.directory import TenantCard
from web.context import office
from web.explain import explanation
from web.open311.services import said
from web.open311.statuses import TOLD
from web.open311.wire import instant
from web.resident.shown import status_of

DESCRIPTION = "description"


@dataclass
class Beside:
    """What stands beside some complaints, by the complaint's id.

    told: words and place. steps: the public history, each with what was said. photos: (id, side) of those shown.
    """

    told: dict[UUID, tuple[str, str | None]] = field(default_factory=dict)
    steps: dict[UUID, list[tuple[Row[Any], str]]] = field(default_factory=lambda: defaultdict(list))
    photos: dict[UUID, list[tuple[UUID, str]]] = field(default_factory=lambda: defaultdict(list))


def documents(
    session: Session, card: TenantCard, complaints: Sequence[Complaint], *, extended: bool
) -> list[dict[str, Any]]:
    """The reports in their order, in the session's scope: four statements, however many there are."""
    if not complaints:
        return []
    beside = _beside(session, [complaint.id for complaint in complaints])
    book = office().rulebooks.of(session, card)
    return [_document(complaint, card, book, beside, extended=extended) for complaint in complaints]


def _beside(session: Session, ids: Sequence[UUID]) -> Beside:
    """Columns alone: to make an object of each of some thousand rows would take most of the time."""
    beside = Beside()
    words: dict[UUID, str] = {}
    said = select(Remark.id, Remark.complaint_id, Remark.kind, Remark.body, Remark.place)
    for id_, complaint_id, kind, body, place in session.execute(
        said.where(Remark.complaint_id.in_(ids), ~Remark.inner)
    ):
        if kind == DESCRIPTION:
            beside.told[complaint_id] = body, place
        else:
            words[id_] = body
    by_complaint: dict[UUID, list[Row[Any]]] = defaultdict(list)
    past = select(
        HistoryRow.complaint_id,
        HistoryRow.id,
        HistoryRow.at,
        HistoryRow.move,
        HistoryRow.to_status,
        HistoryRow.remark_id,
        HistoryRow.public,
        HistoryRow.detail,
    )
    for row in session.execute(past.where(HistoryRow.complaint_id.in_(ids)).order_by(HistoryRow.number)):
        by_complaint[row.complaint_id].append(row)
    for complaint_id, history in by_complaint.items():
        beside.steps[complaint_id] = [
            (row, words.get(row.remark_id, "")) for row in restoring.standing(history) if row.public
        ]
    photos = select(Evidence.complaint_id, Evidence.id, Evidence.side).where(
        Evidence.complaint_id.in_(ids), Evidence.state == "ready", Evidence.side.in_(evidence.SHOWN)
    )
    for complaint_id, id_, side in session.execute(photos.order_by(Evidence.created_at, Evidence.id)):
        beside.photos[complaint_id].append((id_, side))
    return beside


def _document(
    complaint: Complaint, card: TenantCard, book: Rulebook, beside: Beside, *, extended: bool
) -> dict[str, Any]:
    category = book.category_ever(complaint.category_id)
    agency = book.agencies.get(complaint.agency_id) if complaint.agency_id else None
    told, steps = beside.told.get(complaint.id), beside.steps[complaint.id]
    status = TOLD[Status(complaint.status)]
    name = said(category.name, card) if category else ""
    words, place = told or ("", None)
    photos = [media_url(card, id_) for id_, _side in beside.photos[complaint.id]]
    before = [id_ for id_, side in beside.photos[complaint.id] if side == "before"]
    document: dict[str, Any] = {
        "service_request_id": complaint.reference,
        "status": status.status,
        "status_notes": _notes_on(complaint, steps),
        "service_name": name,
        "service_code": category.code if category else "",
        "description": words,
        "agency_responsible": said(agency.name, card) if agency else government(card),
        "service_notice": explanation(decision_from(complaint.routing), name),
        "requested_datetime": instant(complaint.received_at),
        "updated_datetime": instant(complaint.closed_at or complaint.updated_at),
        "expected_datetime": instant(complaint.resolve_due_at),
        "address": _address(complaint, card, book, place),
        "address_id": None,
        "zipcode": None,
        "lat": complaint.lat,
        "long": complaint.lon,
        "media_url": media_url(card, before[0]) if before else None,
    }
    return document | _extended(complaint, name, document["address"], steps, photos) if extended else document


def government(card: TenantCard) -> str:
    """Whose report it is, "" for nobody's."""
    return "" if card.is_commons else _("Government of %(name)s", name=said(card.name, card))


def media_url(card: TenantCard, evidence_id: UUID) -> str:
    """The public copy of a photo: upright, without what the camera wrote into it."""
    return f"{office().addresses.of(card)}/media/{evidence_id}/public"


def _notes_on(complaint: Complaint, steps: Sequence[tuple[Row[Any], str]]) -> str:
    """The status as residents read it, and the last that was said with a step that led to it."""
    shown = str(_(status_of(complaint, own=False).word))
    words = next((words for row, words in reversed(steps) if words and row.to_status == complaint.status), "")
    return f"{shown}: {words}" if words else shown


def _address(complaint: Complaint, card: TenantCard, book: Rulebook, place: str | None) -> str:
    """From the most specific to the most general."""
    areas = [said(area.name, card) for area in book.areas_up(complaint.area_id)]
    return ", ".join(part for part in (place, *areas) if part)


def _extended(
    complaint: Complaint,
    name: str,
    address: str,
    steps: Sequence[tuple[Row[Any], str]],
    photos: Sequence[str],
) -> dict[str, Any]:
    """`extensions=true`. The reporter's answers stand on no public page, so `attributes` are none."""
    last = next((row for row, _words in reversed(steps) if row.to_status == complaint.status), None)
    return {
        "attributes": [],
        "extended_attributes": {
            "title": ", ".join(part for part in (name, address) if part),
            "detailed_status": TOLD[Status(complaint.status)].detailed,
            "detailed_status_datetime": instant(last.at if last else complaint.updated_at),
            "media_urls": photos,
        },
        "notes": [
            {"datetime": instant(row.at), "description": words or None, "type": TOLD[Status(row.to_status)].update}
            for row, words in steps
        ],
    }
