"""Alerts: who hears once a day by mail of new public reports around a place, in an area or of a category.

A mailed link confirms it and ends it, as for everything that is followed by mail. What is told is read shortly before
the day's message is due, so that a report which isn't public any more by then isn't in it; and never more than its
category, its area and its number. What is dangerous doesn't wait for that: `danger.py`.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID, uuid5

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Select, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints.audience import telling
from complaints.audience.mailed import Followers, MailFollower, add_line
from complaints.complaint import Complaint
from complaints.evidence import distance_m
from complaints.office import Office
from complaints.rules.rulebook import Rulebook
from messages import digest
from messages.preferences import DIGEST_AT, next_at
from people import limits
from people.limits import TooMany
from tenants.area import Area
from tenants.database import Base
from tenants.directory import TenantCard
from tenants.errors import N_, Invalid
from tenants.personal import personal
from tenants.scope import tenant_of
from tenants.tenant import in_language

EVENT = "alerted"
RADII_M = (500, 1000, 2000)
MOST_OF_ONE = 20
"""Alerts of one address in one city."""
MOST_LINKS_A_DAY = 3
"""Links to confirm that are mailed to one address, of all cities together."""
DAY = timedelta(days=1)
MANY_LINKS = N_("Several links to confirm went to this address. Look for them, or ask again from %(until)s on.")
MOST_A_DAY = 40
"""Reports of one alert in one message; who wants all has the list and the feed."""
MOST_READ = 5000
AHEAD = timedelta(hours=1)
"""How long before the day's message is due its lines are written."""
UNTIL = "until the alert is ended"
DECIMALS = 3
"""Of a degree: what is kept of the place is no door, some hundred metres."""


class Alert(MailFollower, Base):
    """What somebody hears of: all that is named must hold, nothing for the whole city. told_until: the last look.

    about_id: stands for what is named, so that an address asks for the same once. email: case-folded.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("tenant_id", "about_id", "email"),
        ForeignKeyConstraint(["tenant_id", "area_id"], ["areas.tenant_id", "areas.id"]),
        ForeignKeyConstraint(["tenant_id", "category_id"], ["categories.tenant_id", "categories.id"]),
        CheckConstraint("num_nonnulls(lon, lat, radius_m) IN (0, 3)", name="whole_circle"),
        Index("ix_alerts_tenant_id_email", "tenant_id", "email"),
    )

    about_id: Mapped[UUID]
    email: Mapped[str] = mapped_column(info=personal("to tell of new reports", until=UNTIL))
    area_id: Mapped[UUID | None]
    category_id: Mapped[UUID | None]
    lon: Mapped[float | None] = mapped_column(info=personal("to tell of new reports around a place", until=UNTIL))
    lat: Mapped[float | None] = mapped_column(info=personal("to tell of new reports around a place", until=UNTIL))
    radius_m: Mapped[int | None]
    told_until: Mapped[datetime | None]


FOLLOWERS = Followers(Alert, "about_id", b"alert", "/alerts/following")
by_link, confirm, link_of, token_of = FOLLOWERS.by_link, FOLLOWERS.confirm, FOLLOWERS.link_of, FOLLOWERS.token_of


@dataclass(frozen=True)
class Wanted:
    """What an alert is about: an area, a category, a circle (WGS84 degrees, metres), or several of them at once."""

    area_id: UUID | None = None
    category_id: UUID | None = None
    lon: float | None = None
    lat: float | None = None
    radius_m: int | None = None

    def fits(self, report: "New", area_ids: Collection[UUID]) -> bool:
        """Whether a report is one of these. Pure. area_ids: of its area and of those around it."""
        if self.category_id is not None and report.category_id != self.category_id:
            return False
        if self.area_id is not None and self.area_id not in area_ids:
            return False
        if self.radius_m is None:
            return True
        metres = distance_m(self.lon, self.lat, report.lon, report.lat)
        return metres is not None and metres <= self.radius_m


@dataclass(frozen=True)
class New:
    """A public report that came in."""

    id: UUID
    reference: str
    category_id: UUID
    area_id: UUID | None
    lon: float | None
    lat: float | None
    received_at: datetime


def follow(
    session: Session,
    office: Office,
    wanted: Wanted,
    email: str | None,
    *,
    sure: bool,
    card: TenantCard,
    language: str,
    now: datetime,
    limited: bool = True,
) -> Alert:
    """Ask for an alert. sure: it is the confirmed address of who asks; else a link to confirm is mailed, once a day.

    Raises Invalid, field email, without an address or with too many alerts; TooMany after the day's links to confirm,
    whichever of them the address has confirmed, so that nobody learns it.
    """
    if not email:
        raise Invalid("Write the e-mail address to which we should write.", field="email")
    links = f"alert-links/{hashlib.sha256(email.casefold().encode()).hexdigest()}"
    if limited and not sure and limits.counted(session, links, window=DAY, now=now) >= MOST_LINKS_A_DAY:
        raise TooMany(MANY_LINKS, until=limits.until(DAY, now), field="email")
    if wanted.radius_m is not None and wanted.radius_m not in RADII_M:
        raise Invalid("Choose how far around the place.", field="radius")
    if wanted.lon is not None and wanted.lat is not None:
        wanted = Wanted(
            wanted.area_id,
            wanted.category_id,
            round(wanted.lon, DECIMALS),
            round(wanted.lat, DECIMALS),
            wanted.radius_m,
        )
    about_id = uuid5(tenant_of(session), repr(wanted))
    others = session.scalars(select(Alert.about_id).where(Alert.email == email.casefold()).limit(MOST_OF_ONE)).all()
    if len(others) >= MOST_OF_ONE and about_id not in others:
        raise Invalid(
            "This address gets news of %(most)s kinds already; end one of them first.", field="email", most=MOST_OF_ONE
        )
    alert = FOLLOWERS.join(session, about_id, email, language, now, **vars(wanted))
    if sure:
        alert.confirmed_at = alert.confirmed_at or now
    elif alert.is_to_be_asked(now):
        limits.count(session, links, window=DAY, now=now)
        said = {
            "about": about_words(alert, office.rulebooks.of(session, card), card, alert.language),
            "url": f"{office.addresses.of(card)}/complaints",
            "manage_url": link_of(office, card, alert.id),
        }
        telling.tell_of_incident(
            session, office, "alert_confirm", alert.email, alert.language, said, card=card, now=now
        )
    session.flush()
    return alert


def unfollow(session: Session, office: Office, alert_id: UUID, token: str) -> None:
    """Forget an alert, and what waits to be told by it. Raises NotFound."""
    end(session, office, by_link(session, office, alert_id, token))


def end(session: Session, office: Office, alert: Alert, *, all_of_address: bool = False) -> None:
    """Forget an alert, or all of its address, with what waits to be told."""
    card = office.directory.by_id[tenant_of(session)]
    only = None if all_of_address else link_of(office, card, alert.id)
    digest.drop_of(session, reader_id(card.id, alert.email), only)
    which = Alert.email == alert.email if all_of_address else Alert.id == alert.id
    session.execute(delete(Alert).where(which), execution_options={"synchronize_session": "fetch"})


def reader_id(tenant_id: UUID, email: str) -> UUID:
    """What stands for an address in a tenant's digests of alerts: all its alerts come in one message."""
    return uuid5(tenant_id, f"alerts/{email.casefold()}")


def write_lines(session: Session, office: Office, card: TenantCard, now: datetime) -> int:
    """Within the hour before the city's daily messages are due, write what each alert tells in them; how many lines.

    Running twice writes none twice; where no worker ran at that hour, the next day's message tells it.
    """
    due_at = next_at(now, card.time_zone, card.options.get("digest_at", DIGEST_AT))
    if due_at - now > AHEAD:
        return 0
    alerts = session.scalars(select(Alert).where(Alert.confirmed_at.is_not(None)).with_for_update(skip_locked=True))
    asked = [(alert, _since(alert)) for alert in alerts]
    if not asked:
        return 0
    book = office.rulebooks.of(session, card)
    reports = _reports(session, min(since for _alert, since in asked), now)
    around = {area_id: [one.id for one in book.areas_up(area_id)] for area_id in {one.area_id for one in reports}}
    written = 0
    for alert, since in asked:
        wanted, fresh = wanted_of(alert), (one for one in reports if one.received_at > since)
        for report in islice((one for one in fresh if wanted.fits(one, around[one.area_id])), MOST_A_DAY):
            _write(session, office, card, book, alert, report, due_at, now)
            written += 1
        alert.told_until = now
    session.flush()
    return written


def forget(session: Session, now: datetime) -> int:
    """Remove alerts that were never confirmed, and those of areas that are no more; how many."""
    over = select(Alert.about_id).join(Area, Area.id == Alert.area_id).where(Area.ended_at < now)
    return FOLLOWERS.forget(session, over, now)


def wanted_of(alert: Alert) -> Wanted:
    """What an alert is about."""
    return Wanted(alert.area_id, alert.category_id, alert.lon, alert.lat, alert.radius_m)


def about_words(alert: Alert, book: Rulebook, card: TenantCard, language: str) -> str:
    """What an alert is about, for a message: "Jalan berlubang, Kecamatan Utara"."""
    return ", ".join(_parts(alert, book, card, language))


def _parts(alert: Alert, book: Rulebook, card: TenantCard, language: str) -> Iterator[str]:
    languages = list(card.languages)
    category = book.category_ever(alert.category_id) if alert.category_id else None
    area = book.areas.get(alert.area_id) if alert.area_id else None
    if category is not None:
        yield in_language(category.name, language, languages)
    if area is not None:
        yield in_language(area.name, language, languages)
    if alert.radius_m is not None:
        yield _RADIUS.get(language, _RADIUS["en"]).format(alert.radius_m)
    if area is None and alert.radius_m is None:
        yield in_language(card.name, language, languages)


_RADIUS = {"id": "{} m di sekitar tempat yang dipilih", "en": "{} m around the chosen place"}


def _since(alert: Alert) -> datetime:
    return max(one for one in (alert.told_until, alert.confirmed_at, alert.created_at) if one is not None)


def _reports(session: Session, since: datetime, now: datetime) -> Sequence[New]:
    """What came in since and is public now, the newest first."""
    query = (
        _public()
        .where(Complaint.received_at > since, Complaint.received_at <= now)
        .order_by(Complaint.received_at.desc(), Complaint.id.desc())
        .limit(MOST_READ)
    )
    return [New(*row) for row in session.execute(query)]


def public_report(session: Session, complaint_id: UUID) -> New | None:
    """The report of this id, if everybody can read it here."""
    row = session.execute(_public().where(Complaint.id == complaint_id)).one_or_none()
    return New(*row) if row is not None else None


def _public() -> Select[UUID, str, UUID, UUID | None, float | None, float | None, datetime]:
    return select(
        Complaint.id,
        Complaint.reference,
        Complaint.category_id,
        Complaint.area_id,
        Complaint.lon,
        Complaint.lat,
        Complaint.received_at,
    ).where(Complaint.visibility == "public", Complaint.status.not_in(("handed_over", "withdrawn", "merged")))


def words_of(office: Office, card: TenantCard, book: Rulebook, alert: Alert, report: New) -> dict[str, str]:
    """What is told of a report, in the language of the alert."""
    languages = list(card.languages)
    category = book.category_ever(report.category_id)
    area = next(iter(book.areas_up(report.area_id)), None)
    url, manage_url = office.addresses.complaint(card, report.reference), link_of(office, card, alert.id)
    city = in_language(card.name, alert.language, languages)
    return {
        "reference": report.reference,
        "city": city,
        "category": in_language(category.name, alert.language, languages) if category else "–",
        "area": in_language(area.name, alert.language, languages) if area else city,
        "url": url,
        "manage_url": manage_url,
    }


def _write(
    session: Session,
    office: Office,
    card: TenantCard,
    book: Rulebook,
    alert: Alert,
    report: New,
    due_at: datetime,
    now: datetime,
) -> None:
    words = words_of(office, card, book, alert, report)
    add_line(
        session,
        office,
        EVENT,
        alert.email,
        alert.language,
        words,
        card=card,
        reader_id=reader_id(card.id, alert.email),
        due_at=due_at,
        complaint_id=report.id,
        cause_id=report.id,
        now=now,
    )
