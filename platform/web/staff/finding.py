"""What a search of the console finds, as lines of the queue."""

from datetime import datetime
from uuid import UUID
from weakref import ref

from sqlalchemy.orm import Session

from complaints import queue
from complaints.finding import search
from complaints.finding.called import Called, called
from complaints.queue import Filter
from complaints.queue_row import Row
from complaints.rules.rulebook import Rulebook
from complaints.viewer import Viewer

_called: dict[UUID, tuple[ref[Rulebook], Called]] = {}
"""What everything of a city is called, kept until its rules change."""


def found(
    session: Session,
    book: Rulebook,
    viewer: Viewer,
    written: str,
    *,
    code: str,
    within: Filter | None,
    now: datetime,
    today_ends_at: datetime,
) -> list[Row]:
    """The lines of what a search finds, the best first; within None: in all reports, those that are closed too."""
    names = _called.get(book.tenant_id)
    if names is None or names[0]() is not book:
        names = _called[book.tenant_id] = (ref(book), called(book))
    ids = search.find(
        session, names[1], viewer, written, code=code, within=within, now=now, today_ends_at=today_ends_at
    )
    return queue.these(session, viewer, ids)
