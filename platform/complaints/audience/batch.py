"""Reports that came to an agency in one step for many: its mailbox and each of its people get one message.

A job tells them once the step can't be taken back any more, of what then still stands. What is dangerous isn't among
it: of that they are told at once and by itself.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.audience import arriving, telling
from complaints.audience.agency_address import address_of, write_to
from complaints.audience.notices import tell_people
from complaints.audience.wording import Wording
from complaints.complaint import Complaint, HistoryRow
from complaints.office import Office
from complaints.rules.rulebook import Rulebook
from messages.digest import DigestLine
from messages.outbox import Message
from messages.queue import Queue
from people import seats
from tenants.directory import TenantCard
from tenants.tenant import in_language

TELL = "tell_of_batch"
"""The job; its row is the history row of any of the reports."""

BATCH = "batch"
"""In the detail of a history row: the id that the rows of one step for many share."""

FOR_AGENCY, IN_AGENCY = "many_for_agency", "many_in_agency"
"""As `arriving` has them of one: what the mailbox gets, and what its people get."""

MOST_LINES = 20
"""In the message; the rest is behind its link."""


def wind(session: Session, queue: Queue, tenant_id: UUID, batch_id: UUID, now: datetime, delay: timedelta) -> None:
    """After a step for many: hand the queue the telling of each agency to which any came. now: the instant of the step.

    delay: how long it can be taken back.
    """
    session.flush()
    first: dict[str, UUID] = {}
    for row in _rows(session, batch_id, now):
        first.setdefault(row.detail["agency_id"], row.id)
    for row_id in first.values():
        queue.defer(session, TELL, tenant_id, row_id, at=now + delay)


def tell(session: Session, office: Office, card: TenantCard, row_id: UUID) -> None:
    """Tell an agency of the reports of a batch that are still its own; running twice tells nobody twice."""
    row = session.get(HistoryRow, (card.id, row_id))
    if row is None:
        return
    book = office.rulebooks.of(session, card)
    agency_id = UUID(row.detail["agency_id"])
    seat_id = UUID(row.detail["seat_id"]) if "seat_id" in row.detail else None
    found = _standing(session, row, agency_id, seat_id)
    if not found:
        return
    if len(found) == 1:
        if _is_told_of(session, found[0].id, row.at):
            return
        telling.tell_agency(
            session, office, found[0], arriving.FOR_AGENCY, card=card, book=book, now=row.at, seat_id=seat_id
        )
        return
    address = address_of(book.agencies.get(agency_id), office.ways)
    said = _Said(found, office, card, book)
    its_part = uuid5(UUID(row.detail[BATCH]), agency_id.hex)  # a batch may come to several agencies
    link = f"{office.addresses.of(card)}/staff?tab={'agency' if seat_id is None else 'mine'}"
    people = (
        arriving.people_of(session, book, agency_id, address)
        if seat_id is None
        else seats.addressees_of(session, seat_ids=[seat_id])
    )
    tell_people(
        session,
        office,
        [one for one in people if one.email != address.email],
        IN_AGENCY if seat_id is None else FOR_AGENCY,
        said,
        complaint_id=found[0].id,
        link_to_many=link,
        card=card,
        now=row.at,
        cause_id=its_part,
        by_mail=not address or seat_id is not None,
        once=its_part,
    )
    if address:
        calm = telling.quiet_for(row.at, card.time_zone, card.options)
        write_to(
            session, office, address, FOR_AGENCY, said, None, card, row.at, calm=calm, link_to_many=link, once=its_part
        )


class _Said:
    """The placeholders of the message, in a language."""

    def __init__(self, found: Sequence[Complaint], office: Office, card: TenantCard, book: Rulebook) -> None:
        self._count, self._card = len(found), card
        self._each = [
            (Wording(complaint, card, book, {}), office.addresses.staff_complaint(card, complaint.id))
            for complaint in found[:MOST_LINES]
        ]

    def __call__(self, language: str) -> Mapping[str, str]:
        each = [(one(language), url) for one, url in self._each]
        lines = [
            f"- {said['reference']}: {said['category']}" + (f" ({said['due']})" if said["due"] else "") + f"\n  {url}"
            for said, url in each
        ]
        return {
            "city": in_language(self._card.name, language, list(self._card.languages)),
            "agency": each[0][0]["agency"],
            "count": str(self._count),
            "lines": "\n".join([*lines, *(["- …"] if self._count > len(lines) else [])]),
        }


def _rows(session: Session, batch_id: UUID, at: datetime) -> list[HistoryRow]:
    """The rows of a batch, by the index of when."""
    query = select(HistoryRow).where(HistoryRow.at == at, HistoryRow.detail[BATCH].astext == str(batch_id))
    return list(session.scalars(query.order_by(HistoryRow.id)))


def _standing(session: Session, row: HistoryRow, agency_id: UUID, seat_id: UUID | None) -> list[Complaint]:
    """The reports of a row's batch that came to the agency and are there, in the order of the queue."""
    rows = [one for one in _rows(session, UUID(row.detail[BATCH]), row.at) if one.detail["agency_id"] == str(agency_id)]
    ids = [one.complaint_id for one in rows]
    undone = session.scalars(
        select(HistoryRow.detail["undoes"].astext).where(HistoryRow.complaint_id.in_(ids), HistoryRow.move == "undo")
    ).all()
    standing = [one.complaint_id for one in rows if str(one.id) not in undone]
    query = select(Complaint).where(Complaint.id.in_(standing), Complaint.agency_id == agency_id, Complaint.is_open)
    query = query.where(Complaint.holder_id == seat_id)  # without a seat: that nobody has taken meanwhile
    return list(session.scalars(query.order_by(Complaint.urgency, Complaint.sort_at, Complaint.id)))


def _is_told_of(session: Session, complaint_id: UUID, at: datetime) -> bool:
    """Whether the job has told of the one report that is left before."""
    written = [
        select(Message.id).where(
            Message.complaint_id == complaint_id,
            Message.created_at == at,
            Message.event.in_((arriving.FOR_AGENCY, arriving.IN_AGENCY)),
        ),
        select(DigestLine.id).where(DigestLine.complaint_id == complaint_id, DigestLine.created_at == at),
    ]
    return any(session.scalar(one.limit(1)) is not None for one in written)
