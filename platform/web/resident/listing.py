"""Lists of public complaints: the newest first, by page and by what residents call their status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, Evidence, Remark
from complaints.finding import search
from complaints.finding.called import called
from complaints.rules.rulebook import Rulebook
from complaints.viewer import Viewer
from tenants.directory import TenantCard
from tenants.errors import N_
from tenants.tenant import in_language
from web.resident.categories import PICTURES
from web.resident.shown import late_by, status_of
from web.statuses import TO_RESIDENTS, WAITING_UNTIL_ANSWERED, Shown

PAGE = 20
PUBLIC = Viewer(UUID(int=0), (), sees_restricted=False)
"""Everybody: what is public, and nothing else."""
HERE = Complaint.status != "handed_over"
"""What was handed over stands in the lists of the city that has it now."""


@dataclass(frozen=True)
class Row:
    """thumbnail: an address, None without a photo; then the category's picture or icon stands for it."""

    reference: str
    url: str
    title: str
    where: str
    status: Shown
    received_at: datetime
    late: timedelta | None
    thumbnail: str | None
    picture: str
    icon: str
    lon: float | None
    lat: float | None
    pin: str


@dataclass(frozen=True)
class Page:
    """after: the key of the next page, None on the last."""

    rows: Sequence[Row]
    after: str | None


FILTERS: Mapping[str, str] = {
    "": N_("All"),
    "waiting": N_("Waiting"),
    "in-progress": N_("In progress"),
    "done": N_("Done"),
}


def page_of(
    session: Session,
    card: TenantCard,
    book: Rulebook,
    now: datetime,
    language: str,
    *,
    shown: str = "",
    after: str | None = None,
    limit: int = PAGE,
    own_account_id: UUID | None = None,
    area_ids: Sequence[UUID] | None = None,
    category_id: UUID | None = None,
) -> Page:
    """The page behind a key, in the session's scope. own_account_id: its reports instead of the public ones.

    area_ids, category_id: only what lies there, and is of this kind.
    """
    if own_account_id is not None:
        query = select(Complaint).where(Complaint.reporter_account_id == own_account_id)
    else:
        query = select(Complaint).where(Complaint.visibility == "public", HERE)
    if shown in FILTERS and shown:
        query = query.where(_of_filter(shown))
    if area_ids is not None:
        query = query.where(Complaint.area_id.in_(area_ids))
    if category_id is not None:
        query = query.where(Complaint.category_id == category_id)
    key = _key_of(after)
    if key is not None:
        query = query.where(tuple_(Complaint.received_at, Complaint.id) < key)
    query = query.order_by(Complaint.received_at.desc(), Complaint.id.desc()).limit(limit + 1)
    found = list(session.scalars(query))
    rows = rows_of(session, found[:limit], card, book, now, language, own=own_account_id is not None)
    last = found[limit - 1] if len(found) > limit else None
    return Page(rows, f"{last.received_at.isoformat()}~{last.id}" if last else None)


def searched(session: Session, card: TenantCard, book: Rulebook, now: datetime, language: str, words: str) -> Page:
    """The public reports that a few words mean, misspelt or not, the best first; one page of them, in the scope."""
    names = called(book)
    ids = search.find(session, names, PUBLIC, words, code=card.code, now=now, today_ends_at=now)
    found = {
        complaint.id: complaint
        for complaint in session.scalars(
            select(Complaint).where(Complaint.id.in_(ids), Complaint.visibility == "public", HERE)
        )
    }
    best = [found[one] for one in ids if one in found][:PAGE]
    return Page(rows_of(session, best, card, book, now, language), None)


def rows_of(
    session: Session,
    found: Sequence[Complaint],
    card: TenantCard,
    book: Rulebook,
    now: datetime,
    language: str,
    *,
    own: bool = False,
) -> list[Row]:
    """The rows of complaints in their order: two further statements, however many there are."""
    ids = [complaint.id for complaint in found]
    described = select(Remark.complaint_id, Remark.place).where(
        Remark.complaint_id.in_(ids), Remark.kind == "description"
    )
    places: dict[UUID, str | None] = dict(session.execute(described).all())
    photos: dict[UUID, UUID] = {}
    for complaint_id, id_ in session.execute(
        select(Evidence.complaint_id, Evidence.id)
        .where(Evidence.complaint_id.in_(ids), Evidence.side == "before", Evidence.state == "ready")
        .order_by(Evidence.created_at.desc())
    ):
        photos[complaint_id] = id_
    languages = list(card.languages)
    made = []
    for complaint in found:
        category = book.category_ever(complaint.category_id)
        area = next((in_language(one.name, language, languages) for one in book.areas_up(complaint.area_id)), "")
        status = status_of(complaint, own=own)
        photo = photos.get(complaint.id) if complaint.visibility == "public" else None
        made.append(
            Row(
                reference=complaint.reference,
                url=f"/complaints/{complaint.reference}",
                title=in_language(category.name, language, languages) if category else "",
                where=", ".join(part for part in (places.get(complaint.id), area) if part),
                status=status,
                received_at=complaint.received_at,
                late=late_by(complaint, now),
                thumbnail=f"/media/{photo}/thumbnail" if photo else None,
                picture=PICTURES.get(category.platform_code, "") if category else "",
                icon=category.icon if category else "dots",
                lon=complaint.lon,
                lat=complaint.lat,
                pin=status.pin,
            )
        )
    return made


def _of_filter(shown: str) -> ColumnElement[bool]:
    css = {"waiting": ("is-wait", "is-ask"), "in-progress": ("is-busy",), "done": ("is-done",)}[shown]
    statuses = [status for status, one in TO_RESIDENTS.items() if one.css in css]
    until_answered = sorted(WAITING_UNTIL_ANSWERED)
    if shown == "waiting":
        plain = [status for status in statuses if status not in WAITING_UNTIL_ANSWERED]
        unanswered = and_(Complaint.status.in_(until_answered), Complaint.responded_at.is_(None))
        return or_(Complaint.status.in_(plain), unanswered)
    if shown == "in-progress":
        answered = and_(Complaint.status.in_(until_answered), Complaint.responded_at.is_not(None))
        return or_(Complaint.status.in_(statuses), answered)
    return Complaint.status.in_(statuses)


def _key_of(after: str | None) -> tuple[datetime, UUID] | None:
    """The key in an address; None for none, and for one that isn't ours."""
    instant, _, id_ = (after or "").replace(" ", "+").partition("~")
    try:
        at = datetime.fromisoformat(instant)
        return (at, UUID(id_)) if at.tzinfo is not None else None
    except ValueError:
        return None
