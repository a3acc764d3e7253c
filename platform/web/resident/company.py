"""Who else says the same: how many, and whether the one who looks is among them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.audience import following
from complaints.complaint import Complaint
from complaints.office import Office


@dataclass(frozen=True)
class Company:
    """count: "me too" and the public reports that were merged into it. mine: the reader has said so.

    possible: more may still say so.
    """

    count: int
    mine: bool
    possible: bool


def of(session: Session, office: Office, complaint: Complaint, who: bytes | None) -> Company:
    """The company of a public complaint, in its scope. who: the reader's device or account, None for its reporter."""
    if complaint.visibility != "public":
        return Company(0, mine=False, possible=False)
    inside = select(Complaint.id).where(Complaint.merged_into_id == complaint.id, Complaint.visibility == "public")
    merged = list(session.scalars(inside))
    return Company(
        count=following.supporters(session, [complaint.id, *merged]) + len(merged),
        mine=who is not None and following.supports(session, office, complaint.id, who),
        possible=who is not None and complaint.is_open,
    )
