"""The operator's decision between two tenants that have passed a complaint to and fro: who keeps it, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import handling, restoring
from complaints.audience import telling
from complaints.audience.wording import Said
from complaints.complaint import Complaint
from complaints.handling import Actor, Carried
from complaints.office import Office
from complaints.rules.dispute import Dispute
from complaints.transfers import handover
from complaints.workflow import Need
from people import entry
from tenants import scope
from tenants.database import Words
from tenants.directory import TenantCard
from tenants.errors import Conflict, Invalid, NotFound

OPERATOR = Actor("operator")
MOST_SHOWN = 100
PASSES = ("hand_over", "return", "dispute")
LONGEST_REASON = 1000


@dataclass(frozen=True)
class Pass:
    """One step of the quarrel. to_tenant_id: to whom. reason: None once it was erased."""

    at: datetime
    move: str
    to_tenant_id: UUID
    reason: str | None


@dataclass(frozen=True)
class Case:
    """What the operator sees of a dispute: of the report only what the public sees, and what the two said.

    open: whether it still is a live report of the holder. description, place: None where the public doesn't read them.
    """

    dispute: Dispute
    holder: TenantCard
    other: TenantCard
    status: str
    open: bool
    category: Words
    lon: float | None
    lat: float | None
    description: str | None
    place: str | None
    received_at: datetime
    passes: Sequence[Pass]


def disputes(session: Session, *, decided: bool) -> list[Dispute]:
    """Those that wait, the oldest first; or those that were decided, the newest first."""
    statement = select(Dispute).where(Dispute.decided_at.is_not(None) if decided else Dispute.decided_at.is_(None))
    order = Dispute.decided_at.desc() if decided else Dispute.raised_at
    return list(session.scalars(statement.order_by(order, Dispute.id).limit(MOST_SHOWN)))


def case(session: Session, office: Office, dispute_id: UUID) -> Case:
    """One dispute with both sides. Raises NotFound."""
    dispute = session.scalar(select(Dispute).where(Dispute.id == dispute_id))
    by_id = office.directory.by_id
    if dispute is None or dispute.holder_tenant_id not in by_id or dispute.other_tenant_id not in by_id:
        raise NotFound("There is no such dispute.")
    holder = by_id[dispute.holder_tenant_id]
    book = office.rulebooks.of(session, holder)
    with scope.enter(session, holder.id):
        complaint = handling.complaint_here(session, dispute.complaint_id)
        category = book.category_ever(complaint.category_id)
        remarks = handling.remarks_of(session, complaint.id)
        public = complaint.visibility == "public"
        described = next((one for one in remarks.values() if one.kind == "description"), None)
        passes = [
            Pass(
                row.at,
                row.move,
                UUID(row.detail["to_tenant_id"]),
                remarks[row.remark_id].body if row.remark_id in remarks else None,
            )
            for row in restoring.standing(handling.history_of(session, complaint.id))
            if row.move in PASSES
        ]
        return Case(
            dispute=dispute,
            holder=holder,
            other=by_id[dispute.other_tenant_id],
            status=complaint.status,
            open=complaint.is_open,
            category=category.name if category else {},
            lon=complaint.lon,
            lat=complaint.lat,
            description=described.body if described and public else None,
            place=described.place if described and public else None,
            received_at=complaint.received_at,
            passes=passes,
        )


def decide(
    session: Session, office: Office, dispute_id: UUID, keeper_id: UUID, *, account_id: UUID, reason: str, now: datetime
) -> None:
    """Say whose it is: it stays or crosses, both agencies hear why, and neither can pass it to the other again.

    Recorded three times: on the dispute, in the history of the complaint, and as an entry that both cities'
    administrators see. Raises NotFound, Invalid naming the field, or Conflict where it is over.
    """
    reason = reason.strip()
    dispute = session.scalar(select(Dispute).where(Dispute.id == dispute_id).with_for_update())
    if dispute is None:
        raise NotFound("There is no such dispute.")
    if dispute.decided_at is not None:
        raise Conflict("This dispute has been decided already.")
    cards = {one: office.directory.by_id.get(one) for one in (dispute.holder_tenant_id, dispute.other_tenant_id)}
    keeper, holder = cards.get(keeper_id), cards[dispute.holder_tenant_id]
    if keeper is None or holder is None:
        raise Invalid("Choose which of the two cities keeps it.", field="keeper")
    if not reason:
        raise Invalid("Give the reason in a sentence; both cities read it.", field="reason")
    if len(reason) > LONGEST_REASON:
        raise Invalid("Up to %(most)s characters, please.", field="reason", most=LONGEST_REASON)
    dispute.decided_at, dispute.decided_by = now, account_id
    dispute.keeper_tenant_id, dispute.reason = keeper_id, reason
    facts = {"dispute_id": str(dispute.id), "to_tenant_id": str(keeper.id), "to_slug": keeper.slug}
    complaint_id = dispute.complaint_id
    session.flush()
    with scope.enter(session, holder.id):
        complaint = handling.complaint_here(session, complaint_id)
        if not complaint.is_open:
            raise Conflict(
                "This report is closed or has gone elsewhere in the meantime, so there is nothing to decide."
            )
        _say(session, office, complaint, holder, reason, facts, now)
        if keeper.id != holder.id:
            complaint = handling.complaint_here(session, complaint_id)
            handover.carry_over(session, office, complaint, keeper, actor=OPERATOR, card=holder, reason=reason, now=now)
    for one in cards.values():
        if one is not None:
            with scope.enter(session, one.id):
                entry.note(session, account_id, reason, now)
                _tell(session, office, complaint_id, one, keeper, reason, now)


def _say(
    session: Session,
    office: Office,
    complaint: Complaint,
    holder: TenantCard,
    reason: str,
    facts: dict[str, str],
    now: datetime,
) -> None:
    handling.move(
        session,
        office,
        complaint,
        "decide",
        actor=OPERATOR,
        card=holder,
        now=now,
        carried=Carried(words={Need.REASON: reason}, detail=facts),
    )


def _tell(
    session: Session,
    office: Office,
    complaint_id: UUID,
    card: TenantCard,
    keeper: TenantCard,
    reason: str,
    now: datetime,
) -> None:
    complaint = handling.complaint_here(session, complaint_id)
    book = office.rulebooks.of(session, card)
    said: Said = {"new_city": keeper.name, "reason": reason}
    telling.tell_agency(session, office, complaint, "decided", card=card, book=book, now=now, said=said)
