"""The third pass between the same two tenants: it stays where it is, and the operators hear that they must decide."""

from datetime import datetime

from sqlalchemy.orm import Session

from complaints import handling
from complaints.audience.wording import Said, spoken
from complaints.complaint import Complaint
from complaints.handling import Actor, Carried
from complaints.office import Office
from complaints.rules import dispute
from complaints.rules.dispute import Dispute
from complaints.workflow import Need
from messages import outbox, texts
from tenants import scope
from tenants.directory import TenantCard


def put_before_operator(
    session: Session,
    office: Office,
    complaint: Complaint,
    to: TenantCard,
    *,
    actor: Actor,
    card: TenantCard,
    carried: Carried,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Make the move `dispute` with the holder's reason, and write the dispute down."""
    handling.move(
        session,
        office,
        complaint,
        "dispute",
        actor=actor,
        card=card,
        now=now,
        carried=carried,
        expected_version=expected_version,
    )
    raised = Dispute(
        complaint_id=complaint.id,
        reference=complaint.reference,
        holder_tenant_id=card.id,
        other_tenant_id=to.id,
        raised_at=now,
    )
    session.add(raised)
    session.flush()
    said: Said = {
        "reference": complaint.reference,
        "city": card.name,
        "new_city": to.name,
        "reason": carried.words[Need.REASON],
        "url": f"{office.addresses.national}/operator/disputes/{raised.id}",
    }
    _tell_operators(session, office, said, now)


def _tell_operators(session: Session, office: Office, said: Said, now: datetime) -> None:
    """In the scope of the commons, whose staff they are."""
    card = office.directory.commons
    people = [(one.address, one.language or card.languages[0]) for one in dispute.operators(session)]
    with scope.enter(session, card.id):
        for email, language in people:
            words = spoken(said, language, card.languages, card.time_zone)
            outbox.mail(
                session,
                office.queue,
                "disputed",
                email,
                texts.compose("disputed", language, words, card.texts),
                language=language,
                now=now,
            )
