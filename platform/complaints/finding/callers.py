"""Earlier reports of whoever calls or stands at the counter, found by their number or address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, Contact
from complaints.viewer import Viewer

MOST = 8


@dataclass(frozen=True)
class Earlier:
    """One of their reports."""

    id: UUID
    reference: str
    category_id: UUID
    status: str
    received_at: datetime
    is_open: bool


def earlier(
    session: Session, viewer: Viewer, *, phone: str | None, email: str | None, anonymous_too: bool
) -> Sequence[Earlier]:
    """The latest reports of a contact in the session's city that the viewer may see, newest first.

    phone, email: as `people.contacts` writes them; without either, none. anonymous_too: also those who asked that
    nobody sees who they are, for whoever may open that.
    """
    same = [column == value for column, value in ((Contact.phone, phone), (Contact.email, email)) if value]
    if not same:
        return []
    rows = session.scalars(
        select(Complaint)
        .join(Contact, Contact.complaint_id == Complaint.id)
        .where(or_(*same), Contact.erased_at.is_(None))
        .order_by(Complaint.received_at.desc(), Complaint.id)
        .limit(MOST * 4)
    )
    seen = [row for row in rows if viewer.sees(row) and (anonymous_too or not row.anonymous)]
    return [
        Earlier(row.id, row.reference, row.category_id, row.status, row.received_at, row.is_open) for row in seen[:MOST]
    ]
