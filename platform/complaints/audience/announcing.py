"""Where a report has gone, told to its reporter once: the message waits, and the next passing takes its place.

What the reporter knows stands on the forwarding row of the birth tenant, which also has their address. So two cities
that pass a report to and fro within the hour say nothing at all, a chain says where it ended, and no message names a
city that had returned it before the message went. Whatever else the holder writes to the reporter sends it ahead.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.audience import telling
from complaints.audience.reach import Reach, reach_of
from complaints.audience.wording import Told
from complaints.complaint import Complaint, Forwarding
from complaints.office import Office
from complaints.rules.rulebook import Rulebook
from messages import outbox
from tenants import scope
from tenants.directory import TenantCard

SETTLES_WITHIN = timedelta(hours=1)
"""How long the message waits: who receives what isn't theirs mostly sees so at once, and returns it."""

EVENT = "handed_over"


def forward(session: Session, complaint_id: UUID, reference: str, holder_tenant_id: UUID, now: datetime) -> Forwarding:
    """Let the birth tenant's forwarding row name the present holder; in the birth tenant's scope."""
    row = session.scalar(select(Forwarding).where(Forwarding.reference == reference).with_for_update())
    if row is None:
        row = Forwarding(reference=reference, complaint_id=complaint_id)
        session.add(row)
    row.holder_tenant_id, row.moved_at = holder_tenant_id, now
    session.flush()
    return row


def announce(
    session: Session,
    office: Office,
    forwarding: Forwarding,
    told: Told,
    *,
    to: TenantCard,
    book: Rulebook,
    reach: Reach | None,
    reason: str,
    now: datetime,
) -> None:
    """Tell the reporter who has it now, unless that is whom they know; in the birth tenant's scope.

    told, book: the row and the rules of `to`. reach: what the tenant that passes it on knows of the reporter, where
    that crossed to it.
    """
    if forwarding.message_id is not None and not outbox.withdraw(session, forwarding.message_id):
        forwarding.known_tenant_id = forwarding.announced_tenant_id
    forwarding.message_id = forwarding.announced_tenant_id = None
    known = office.directory.by_id.get(forwarding.known_tenant_id or told.birth_tenant_id)
    own = reach_of(session, told.id)
    if own is not None and known is not None and known.id != to.id:
        forwarding.announced_tenant_id = to.id
        forwarding.message_id = telling.tell_reporter(
            session,
            office,
            told,
            EVENT,
            card=to,
            book=book,
            now=now,
            said={"city": known.name, "new_city": to.name, "reason": reason},
            reach=reach or own,
            delay=SETTLES_WITHIN,
        )
    session.flush()


def send_ahead(session: Session, office: Office, complaint: Complaint, now: datetime) -> None:
    """Send what still waits about a complaint that was passed on, before its holder writes anything else.

    The complaint may be detached afterwards, since the message lies in the birth tenant.
    """
    if complaint.hand_overs == 0 or complaint.birth_tenant_id not in office.directory.by_id:
        return
    reference = complaint.reference
    with scope.enter(session, complaint.birth_tenant_id):
        message_id = session.scalar(select(Forwarding.message_id).where(Forwarding.reference == reference))
        if message_id is not None:
            outbox.hasten(session, message_id, now, office.queue)
