"""Where a complaint goes whose agency has ended, or whose holder has left, when it comes back to life."""

from uuid import UUID

from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from complaints.rules.rulebook import Rulebook
from people import seats


def successor(
    session: Session, complaint: Complaint, book: Rulebook, agency_id: UUID | None, seat_id: UUID | None
) -> tuple[UUID | None, UUID | None]:
    """(agency, holder): those given as far as they are still there, else the agency that the rules name."""
    if agency_id is not None and agency_id not in book.agencies:
        entry = book.agency_for(complaint.category_id, complaint.area_id)
        return (entry.id if entry else None), None
    if seat_id is not None and not seats.is_running(session, seat_id):
        return agency_id, None
    return agency_id, seat_id
