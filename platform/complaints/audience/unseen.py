"""A report that the public doesn't see any more: nobody is told of it any more who hasn't been told yet."""

from uuid import UUID

from sqlalchemy.orm import Session

from complaints import copies
from complaints.audience import alerts, daily
from complaints.complaint import Complaint
from messages import digest
from messages.queue import Queue


def take_out_of_sight(session: Session, queue: Queue, complaint: Complaint) -> None:
    """After a report was made private, by whomever: take back what waits to be told, here and where it was before."""
    take_back(session, complaint.id)
    copies.wind(session, queue, complaint)


def take_back(session: Session, complaint_id: UUID) -> None:
    """Tell nobody in this city any more of it by the message of the day: by alert, or because they follow it."""
    digest.drop_about(session, complaint_id, (alerts.EVENT, daily.EVENT))
