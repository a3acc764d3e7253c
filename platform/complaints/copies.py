"""The job by which the copies of a report in cities that passed it on follow it: `reporters/left_behind.py` does it."""

from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from messages.queue import Queue

LEVEL = "level_what_is_left_behind"


def wind(session: Session, queue: Queue, complaint: Complaint) -> None:
    """After something was taken back: have it followed wherever the report was before."""
    if complaint.hand_overs > 0:
        queue.defer(session, LEVEL, complaint.tenant_id, complaint.id)
