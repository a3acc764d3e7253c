"""What of a complaint crosses to another tenant, read in the sender's scope as plain values.

The public history without who in the tenant it was, remarks that aren't internal, the evidence that the public may see,
and the contact where the reporter lets it. And of additions by others, which are no notes of the sender's: those that
wait for an official's word, and which were left out, for a receiver that has them.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import evidence, handling, restoring
from complaints.complaint import Complaint, Contact, Evidence, HistoryRow, Remark
from complaints.counts.tally import ELSEWHERE
from complaints.office import Office
from complaints.together import adding
from tenants.category import OTHER
from tenants.directory import TenantCard

CROSSING = ("id", "reference", "birth_tenant_id", "kind", "channel", "priority", "anonymous", "reporter_account_id")
OURS = ("agency_id", "asked_agency_id", "from_agency_id", "seat_id", "born", "before", "draw", "check_id", "batch")
PLACE = ("lon", "lat", "accuracy_m", "cell")
PLACED = (*PLACE, "received_at", "hand_overs")
"""The columns of a complaint that go along; the rest the receiver decides by its own rules."""


@dataclass(frozen=True)
class Copies:
    """What crosses, as columns of rows without their tenant."""

    complaint: dict[str, Any]
    visibility: str
    platform_code: str
    remarks: list[dict[str, Any]]
    history: list[dict[str, Any]]
    evidence: list[dict[str, Any]]
    contact: dict[str, Any] | None


def copy_files(
    session: Session, office: Office, complaint: Complaint, to: TenantCard
) -> dict[UUID, dict[str, str | None]]:
    """Copy the photos under the receiver's keys, before any row says so; {evidence id: its keys there}.

    What only officials here may see, such as photos of a check on the spot, stays here.
    """
    keys: dict[UUID, dict[str, str | None]] = {}
    for row in _crossing(session, complaint):
        keys[row.id] = {}
        for name in ("key", "public_key", "thumb_key"):
            source = getattr(row, name)
            target = f"tenant/{to.id}/{source.split('/', 2)[2]}" if source else None
            if source and target:
                office.storage.copy(source, target)
            keys[row.id][name] = target
    return keys


def read(
    session: Session, office: Office, complaint: Complaint, card: TenantCard, photos: dict[UUID, dict[str, str | None]]
) -> Copies:
    """What may cross. photos: the keys of the copied ones, as `copy_files` gives them."""
    category = office.rulebooks.of(session, card).category_ever(complaint.category_id)
    everything = handling.history_of(session, complaint.id)
    counting = restoring.standing(everything)
    added = adding.waiting(session, complaint.id)
    rows_added, remarks_added = {one.row_id for one in added}, {one.remark_id for one in added}
    history = [row for row in counting if row.public or row.id in rows_added or row.move == adding.LEAVE]
    taken_back = {row.remark_id for row in everything} - {row.remark_id for row in counting}
    remarks = [
        row
        for row in handling.remarks_of(session, complaint.id).values()
        if (not row.inner and row.id not in taken_back) or row.id in remarks_added
    ]
    contact = session.scalar(
        select(Contact).where(Contact.complaint_id == complaint.id, Contact.may_cross, Contact.erased_at.is_(None))
    )
    return Copies(
        complaint={name: getattr(complaint, name) for name in (*CROSSING, *PLACED)},
        visibility=complaint.visibility,
        platform_code=category.platform_code if category else OTHER,
        history=[{**_values(row), "seat_id": None, "detail": _without_ours(row.detail)} for row in history],
        remarks=[_values(row) for row in remarks],
        evidence=[
            {**_values(row), **photos[row.id], "findings": {}}
            for row in _crossing(session, complaint)
            if row.id in photos
        ],
        contact=_values(contact) if contact is not None else None,
    )


def _crossing(session: Session, complaint: Complaint) -> list[Evidence]:
    """The photos that go along: what the public may see, and what others added and nobody has decided about."""
    shown = [row for row in evidence.of(session, complaint.id) if row.side in evidence.SHOWN]
    return [*shown, *(photo for one in adding.waiting(session, complaint.id) for photo in one.photos)]


def _values(row: HistoryRow | Remark | Evidence | Contact) -> dict[str, Any]:
    """The columns of a row, but for its tenant and (history) its number."""
    return {
        column.key: getattr(row, column.key)
        for column in type(row).__mapper__.column_attrs
        if column.key not in ("tenant_id", "number") and not column.columns[0].computed
    }


def _without_ours(detail: dict[str, Any]) -> dict[str, Any]:
    """A history row's facts without the ids of the tenant's own, marked as what happened elsewhere."""
    return {key: value for key, value in detail.items() if key not in OURS} | {ELSEWHERE: True}
