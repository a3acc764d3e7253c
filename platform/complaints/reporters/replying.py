"""A reporter's reply by mail or WhatsApp lands in the history: as the answer that is waited for, else for officials."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session

from complaints import evidence, handling, lookup
from complaints.complaint import Complaint, Contact
from complaints.evidence import MOST_PHOTOS, Photo
from complaints.handling import REPORTER, Carried
from complaints.office import Office
from complaints.workflow import Need, Status, moves_from
from messages.outbox import Message, tenant_in
from messages.reply_address import read
from tenants import scope
from tenants.database import Base, TenantOwned, new_id
from tenants.directory import TenantCard
from tenants.errors import Invalid
from tenants.scope import tenant_of

WRITE = "write"


class InboundMessage(TenantOwned, Base):
    """A reply that was taken, so that it lands once. id_hash: SHA-256 of its Message-ID, or the provider's id."""

    __tablename__ = "inbound_messages"
    __table_args__ = (UniqueConstraint("tenant_id", "id_hash"),)

    id_hash: Mapped[bytes]
    complaint_id: Mapped[UUID]
    received_at: Mapped[datetime]


class Landed(StrEnum):
    """What became of a reply."""

    ANSWER = "answer"
    REMARK = "remark"
    UNKNOWN = "unknown"
    AGAIN = "again"
    EMPTY = "empty"
    ENDED = "ended"


def from_mail(
    session: Session, office: Office, to: str, message_id: str, words: str, pictures: Sequence[bytes], now: datetime
) -> Landed:
    """Take a mail that went to an address of ours; nothing is stored for any other."""
    found = read(office.secret, to)
    card = office.directory.by_code.get(found[0]) if found else None
    if found is None or card is None:
        return Landed.UNKNOWN
    return _take(session, office, card, found[1], f"mail/{message_id}", words, pictures, now)


def from_phone(
    session: Session, office: Office, sender: str, answers: str, message_id: str, words: str, now: datetime
) -> Landed:
    """Take a WhatsApp message that quotes one of ours (answers: its key), from the number that ours went to."""
    tenant_id = tenant_in(answers)
    card = office.directory.by_id.get(tenant_id) if tenant_id else None
    if card is None:
        return Landed.UNKNOWN
    with scope.enter(session, card.id):
        complaint_id = session.scalar(
            select(Message.complaint_id).where(Message.key == answers, Message.destination == sender)
        )
    if complaint_id is None:
        return Landed.UNKNOWN
    return _take(session, office, card, complaint_id, f"phone/{message_id}", words, (), now)


def _take(
    session: Session,
    office: Office,
    card: TenantCard,
    complaint_id: UUID,
    message_id: str,
    words: str,
    pictures: Sequence[bytes],
    now: datetime,
) -> Landed:
    with scope.enter(session, card.id):
        known = select(Complaint.reference).join(
            Contact, (Contact.tenant_id == Complaint.tenant_id) & (Contact.complaint_id == Complaint.id)
        )
        reference = session.scalar(known.where(Complaint.id == complaint_id, Contact.erased_at.is_(None)))
        if reference is None:
            return Landed.UNKNOWN
        if not _first(session, complaint_id, message_id, now):
            return Landed.AGAIN
    photos = _photos(pictures)
    if not words and not photos:
        return Landed.EMPTY
    try:
        found = lookup.holder_of(session, office, reference)
    except lookup.HasLeft:
        found = None
    if found is None:
        return Landed.UNKNOWN
    holder, here_id = found
    with scope.enter(session, holder.id):
        return _land(session, office, holder, here_id, words, photos, now)


def _land(
    session: Session,
    office: Office,
    card: TenantCard,
    complaint_id: UUID,
    words: str,
    photos: list[Photo],
    now: datetime,
) -> Landed:
    complaint = handling.complaint_here(session, complaint_id)
    waited_for = complaint.status == Status.WAITING_FOR_REPORTER
    name, need = ("answer", Need.ANSWER) if waited_for else (WRITE, Need.NOTE)
    if name not in moves_from(complaint.status, handling.steps_of(card)):
        return Landed.ENDED
    carried = Carried(words={need: words or "(foto)"}, photos=photos)
    handling.move(session, office, complaint, name, actor=REPORTER, card=card, now=now, carried=carried)
    return Landed.ANSWER if waited_for else Landed.REMARK


def _first(session: Session, complaint_id: UUID, message_id: str, now: datetime) -> bool:
    row = {
        "tenant_id": tenant_of(session),
        "id": new_id(),
        "id_hash": hashlib.sha256(message_id.encode()).digest(),
        "complaint_id": complaint_id,
        "received_at": now,
    }
    adding = insert(InboundMessage).values(row).on_conflict_do_nothing(index_elements=["tenant_id", "id_hash"])
    return session.execute(adding.returning(InboundMessage.id)).scalar_one_or_none() is not None


def _photos(pictures: Sequence[bytes]) -> list[Photo]:
    """Those that can be read as photos, up to the limit: a logo in a signature is no reason to lose the words."""
    found: list[Photo] = []
    for data in pictures[:MOST_PHOTOS]:
        try:
            found += evidence.look_at([data])
        except Invalid:
            continue
    return found
