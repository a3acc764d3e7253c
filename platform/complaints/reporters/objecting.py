"""Somebody objects to what everybody can read in a report: for officials, who look at it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from complaints import handling, remarks
from complaints.actor import SYSTEM
from complaints.audience import telling
from complaints.complaint import Complaint
from complaints.office import Office
from complaints.workflow import Need
from tenants.category import Visibility
from tenants.directory import TenantCard
from tenants.errors import Invalid, NotFound

MOVE = "object"
REASONS = ("personal", "insult", "false", "other")
MOST_A_DAY = 5
"""Of one report. More say nothing new, and somebody may mean to bury it under them."""


def object_to(
    session: Session, office: Office, complaint: Complaint, reason: str, words: str, *, card: TenantCard, now: datetime
) -> None:
    """Note the objection, and tell those above the agency once a day. Raises Invalid, or NotFound for a private one.

    words: the reason and what was written, for officials alone.
    """
    if complaint.visibility != Visibility.PUBLIC:
        raise NotFound("There is no such report here.")
    if reason not in REASONS:
        raise Invalid("Choose what is wrong with it.", field="reason")
    said = {Need.NOTE: words}
    remarks.check(said)
    lately = [
        row
        for row in handling.history_of(session, complaint.id)
        if row.move == MOVE and now - row.at < timedelta(days=1)
    ]
    if len(lately) >= MOST_A_DAY:
        return
    handling.move(
        session,
        office,
        complaint,
        MOVE,
        actor=SYSTEM,
        card=card,
        now=now,
        carried=handling.Carried(words=said, detail={"reason": reason}),
    )
    if not lately:
        book = office.rulebooks.of(session, card)
        telling.remind(
            session,
            office,
            complaint,
            "supervisor",
            card=card,
            book=book,
            now=now,
            event="objected",
            said={"note": words},
        )
