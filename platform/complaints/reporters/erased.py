"""When something of a person was erased in a city, for whatever keeps a copy of it elsewhere."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from complaints.audience.following import Follower
from complaints.complaint import Contact, HistoryRow, Remark
from complaints.reporters.own_report import REMOVE_PHOTO


def last_erased_at(session: Session, since: datetime) -> datetime | None:
    """The last time since an instant that words, names, addresses or photos were erased in the session's city."""
    found = [
        session.scalar(select(func.max(table.erased_at)).where(table.erased_at >= since))
        for table in (Remark, Contact, Follower)
    ]
    removed = select(func.max(HistoryRow.at)).where(HistoryRow.at >= since, HistoryRow.move == REMOVE_PHOTO)
    return max((one for one in (*found, session.scalar(removed)) if one is not None), default=None)
