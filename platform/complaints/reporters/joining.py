"""Reports that somebody made before they signed in, found again by the address or number that they have confirmed."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, Contact


def join_earlier(session: Session, account_id: UUID, *, emails: Iterable[str] = (), phones: Iterable[str] = ()) -> int:
    """Put the reports with these contact addresses or numbers, +62…, into the account, in the session's tenant.

    How many it were.

    Anonymous ones stay apart, also from an account; so does what is another account's already.
    """
    ids = session.scalars(
        select(Contact.complaint_id).where(
            or_(Contact.email.in_(sorted(set(emails))), Contact.phone.in_(sorted(set(phones)))),
            Contact.erased_at.is_(None),
        )
    ).all()
    found = session.scalars(
        update(Complaint)
        .where(Complaint.id.in_(ids), Complaint.reporter_account_id.is_(None), Complaint.anonymous.is_(False))
        .values(reporter_account_id=account_id)
        .returning(Complaint.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(found)
