"""A whole list of the queue, however long, a batch at a time: what a file of it is made of.

It shows one moment: everything is read in one transaction. Whatever is read of complaints that the public can't read is
written into the log of reads, as if each had been opened.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, insert, select
from sqlalchemy.orm import Session

from complaints import queue
from complaints.complaint import Complaint, Contact, ReadRow, Remark
from complaints.queue import Filter
from complaints.queue_row import Row
from complaints.viewer import Viewer
from people.seat import Seat
from tenants.database import new_id
from tenants.scope import tenant_of

BATCH = 500


@dataclass(frozen=True)
class Listed:
    """One complaint of a list. reporter: "" where there is none, or none that this reader may know.

    lon, lat: None also where the reporter is anonymous: a point can be somebody's door.
    """

    row: Row
    kind: str
    visibility: str
    description: str
    lon: float | None
    lat: float | None
    resolved_at: datetime | None
    holder: str
    reporter: str


def listed(
    session: Session,
    viewer: Viewer,
    what: Filter | Sequence[UUID],
    *,
    now: datetime,
    today_ends_at: datetime,
    names_reporters: bool,
) -> Iterator[Listed]:
    """All complaints of a list, or those with these ids, in order. The session is new: its transaction begins here."""
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    names: dict[UUID, str] = {row.id: row.name for row in session.execute(select(Seat.id, Seat.name))}
    for rows in _batches(session, viewer, what, now, today_ends_at):
        found = session.execute(_MORE.where(Complaint.id.in_([row.id for row in rows])))
        more = {one.id: one for one in found}
        _log(session, viewer, [row.id for row in rows if more[row.id].visibility != "public"], now)
        for row in rows:
            one = more[row.id]
            hidden = one.anonymous or (one.visibility == "restricted" and not viewer.sees_restricted)
            yield Listed(
                row=row,
                kind=one.kind,
                visibility=one.visibility,
                description=one.body or "",
                lon=None if one.anonymous else one.lon,
                lat=None if one.anonymous else one.lat,
                resolved_at=one.resolved_at,
                holder=names.get(row.holder_id, "") if row.holder_id else "",
                reporter=(one.name or "") if names_reporters and not hidden else "",
            )


def _batches(
    session: Session, viewer: Viewer, what: Filter | Sequence[UUID], now: datetime, today_ends_at: datetime
) -> Iterator[Sequence[Row]]:
    if not isinstance(what, Filter):
        for start in range(0, len(what), BATCH):
            yield queue.these(session, viewer, what[start : start + BATCH])
        return
    after = None
    while True:
        page = queue.page(session, viewer, what, now=now, today_ends_at=today_ends_at, after=after, size=BATCH)
        yield page.rows
        after = page.after
        if after is None:
            return


_MORE = (
    select(
        Complaint.id,
        Complaint.kind,
        Complaint.visibility,
        Complaint.anonymous,
        Complaint.lon,
        Complaint.lat,
        Complaint.resolved_at,
        Remark.body,
        Contact.name,
    )
    .outerjoin(
        Remark,
        and_(
            Remark.tenant_id == Complaint.tenant_id, Remark.complaint_id == Complaint.id, Remark.kind == "description"
        ),
    )
    .outerjoin(
        Contact,
        and_(
            Contact.tenant_id == Complaint.tenant_id,
            Contact.complaint_id == Complaint.id,
            Contact.erased_at.is_(None),
        ),
    )
)


def _log(session: Session, viewer: Viewer, ids: Sequence[UUID], now: datetime) -> None:
    tenant_id = tenant_of(session)
    rows = [
        {
            "tenant_id": tenant_id,
            "id": new_id(),
            "complaint_id": id_,
            "seat_id": viewer.seat_id,
            "at": now,
            "what": "file",
        }
        for id_ in ids
    ]
    if rows:
        session.execute(insert(ReadRow), rows)
