"""A city leaves in two steps: asked for, confirmed after a waiting time, and erased a day later by the worker.

Until the erasing begins it can be taken back by the city and stopped by the operator. It begins with a pause, so that
nothing new comes in, and ends only with an archive in the city's hands.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints.complaint import HistoryRow
from complaints.office import Office
from configuration import editing, standstill
from configuration.change import ConfigurationChange
from configuration.editing import Author
from messages import leaving, outbox
from messages.queue import Job, Queue
from onboarding.billing import invoicing
from onboarding.billing.contract import contract_of, is_paid_by_card, let_go
from onboarding.leaving import erasure
from onboarding.leaving.archiving import Archive, State
from people import seats
from people.permissions import Role
from tenants import reasons, scope
from tenants.city_pause import CityPause
from tenants.database import Base, TenantOwned
from tenants.directory import TenantCard
from tenants.errors import N_, Conflict, Invalid
from tenants.tenant import Stage, Tenant, in_language
from tenants.times import due_time

WAITS = timedelta(days=14)
"""Between the two steps: time to think, to take the archive, and for residents to take what is theirs."""
LAST_DAY = timedelta(days=1)
"""After the second step, in which it can still be stopped."""
ERASE_CITY, TELL_OF_LEAVING = "erase_city", "tell_of_leaving"
TOLD_AT_ONCE = 200
LOST_AFTER = timedelta(hours=1)
SLOWEST = timedelta(minutes=10)
"""How long before it was written the instant may lie that a row says, as with a photo that took long to come in."""

log = logging.getLogger(__name__)


class Departure(TenantOwned, Base):
    """One leaving, from its first step. asked_by, confirmed_by, withdrawn_by: seats. stopped_by: an operator's account.

    confirm_from_at: from when on it may be confirmed. told_after: who follows is told in the order of their addresses,
    so far; told_at: since when all are. begun_at: when the erasing began; from then on there is no way back.
    """

    __tablename__ = "departures"
    __table_args__ = (
        Index(
            "uq_departures_open",
            "tenant_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL AND stopped_at IS NULL"),
        ),
    )

    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID | None]
    confirm_from_at: Mapped[datetime]
    told_after: Mapped[str] = mapped_column(default="")
    told: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]
    begun_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None]
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[UUID | None]
    stop_reason: Mapped[str | None]


def current(session: Session) -> Departure | None:
    """The leaving of the session's city that is under way, if one is."""
    return session.scalar(select(Departure).where(Departure.withdrawn_at.is_(None), Departure.stopped_at.is_(None)))


def last(session: Session) -> Departure | None:
    """The newest leaving, also one that was taken back or stopped."""
    return session.scalar(select(Departure).order_by(Departure.asked_at.desc(), Departure.id).limit(1))


def ask(session: Session, office: Office, card: TenantCard, *, author: Author, now: datetime) -> Departure:
    """The first step. Raises Conflict where the city isn't paused, or is leaving already."""
    tenant = standstill.locked(session, card.id)
    if tenant.stage != Stage.PAUSED:
        raise Conflict(N_("Pause the city first: while it leaves, nothing new may come in."))
    if current(session) is not None:
        raise Conflict(N_("The city is leaving already; somebody else was faster."))
    row = Departure(asked_at=now, asked_by=author.seat_id, confirm_from_at=now + WAITS)
    tenant.leaving_at = row.confirm_from_at
    tenant.version += 1
    editing.add(session, row, author=author, now=now)
    office.queue.defer(session, TELL_OF_LEAVING, card.id, row.id)
    _tell_admins(session, office, card, "asked", row, now)
    return row


def withdraw(session: Session, office: Office, card: TenantCard, *, author: Author, now: datetime) -> None:
    """The city stays after all; it remains paused. Raises Conflict where there is nothing to take back any more."""
    tenant, row = _open(session, card.id)
    tenant.leaving_at = tenant.erasing_at = None
    tenant.version += 1
    editing.change(session, row, {"withdrawn_at": now, "withdrawn_by": author.seat_id}, author=author, now=now)
    _tell_admins(session, office, card, "withdrawn", row, now)


def stop(session: Session, office: Office, card: TenantCard, *, reason: str, by: UUID, now: datetime) -> None:
    """The operator stops it, with a reason that the city's administrators read. Raises Invalid, Conflict."""
    reason = reasons.checked(reason)
    with scope.enter(session, card.id):
        tenant, row = _open(session, card.id)
        tenant.leaving_at = tenant.erasing_at = None
        tenant.version += 1
        stopped = {"stopped_at": now, "stopped_by": by, "stop_reason": reason}
        editing.change(session, row, stopped, author=Author(), now=now)
        _tell_admins(session, office, card, "stopped", row, now)


def confirm(session: Session, office: Office, card: TenantCard, *, slug: str, author: Author, now: datetime) -> None:
    """The second step: from now on nothing here changes any more, and a day later all of it is erased. slug: as typed.

    What was used until now is invoiced. Raises Invalid for another slug, Conflict for each thing that is still missing.
    """
    contract_of(session, lock=True)  # before the city, as everywhere
    tenant, row = _open(session, card.id)
    if slug.strip().lower() != card.slug:
        raise Invalid(N_("Write %(slug)s, so that nobody does this by mistake."), field="slug", slug=card.slug)
    if row.confirmed_at is not None:
        raise Conflict(N_("The leaving is confirmed already; somebody else was faster."))
    if now < row.confirm_from_at:
        raise Conflict(N_("The waiting time isn't over yet."))
    if is_paid_by_card(session, card.id):
        raise Conflict(N_("A card still pays for this city. End its plan first."))
    if missing := missing_archive(session):
        raise Conflict(missing)
    invoicing.close_the_last(session, office, card, now)
    tenant.erasing_at = now + LAST_DAY
    tenant.version += 1
    editing.change(session, row, {"confirmed_at": now, "confirmed_by": author.seat_id}, author=author, now=now)
    office.queue.defer(session, ERASE_CITY, card.id, row.id, at=now + LAST_DAY)
    _tell_admins(session, office, card, "confirmed", row, now)


def missing_archive(session: Session) -> str:
    """What the city's hands still lack of its archive, in a sentence; "" for nothing."""
    archives = session.scalars(
        select(Archive)
        .join(CityPause, Archive.asked_at >= CityPause.from_at)
        .where(Archive.state_at.is_not(None), CityPause.until_at.is_(None))
        .order_by(Archive.state_at)
    ).all()
    if not archives:
        return N_("Have an archive made first: after the erasing nobody has another.")
    newest = archives[-1]
    assert newest.state_at is not None
    moves = select(HistoryRow.id).where(HistoryRow.at > newest.state_at - SLOWEST)
    settings = select(ConfigurationChange.id).where(
        ConfigurationChange.at > newest.state_at, ConfigurationChange.section.not_in(("archives", "departures"))
    )
    if session.scalar(moves.limit(1)) or session.scalar(settings.limit(1)):
        return N_("Something was done to reports or settings since the archive was made. Have a new one made.")
    if newest.downloaded_at is None and newest.state != State.READY:
        return N_("This archive isn't kept any more. Have a new one made.")
    if newest.downloaded_at is None:
        return N_("Download the archive first: after the erasing nobody has another.")
    return ""


def resume(session: Session, card: TenantCard, *, author: Author, now: datetime) -> None:
    """The city goes on. Raises Conflict while it is leaving."""
    standstill.locked(session, card.id)
    if current(session) is not None:
        raise Conflict(N_("The city is leaving. Take that back first."))
    standstill.resume(session, card.id, author=author, now=now)


def erase(session: Session, office: Office, tenant_id: UUID, row_id: UUID, now: datetime) -> datetime | None:
    """The worker's part: erase a city whose leaving was confirmed a day ago; when to come again, None when it is done.

    That it has begun is committed before the first file goes, so that nobody stops half of it and a worker that was
    killed goes on.
    """
    tenant = standstill.locked(session, tenant_id)
    row = session.scalar(select(Departure).where(Departure.id == row_id))
    if row is None or row.confirmed_at is None or row.withdrawn_at is not None or row.stopped_at is not None:
        return None
    if tenant.stage != Stage.PAUSED:
        log.error("a leaving city isn't paused and stays", extra={"tenant": tenant.slug})
        return None
    if now < row.confirmed_at + LAST_DAY:
        return row.confirmed_at + LAST_DAY
    if row.begun_at is None and (missing_archive(session) or is_paid_by_card(session, tenant_id)):
        # Something came that no archive has, such as a neighbour's return; or a payment that was on its way.
        tenant.erasing_at = None
        editing.change(session, row, {"confirmed_at": None, "confirmed_by": None}, author=Author(), now=now)
        card = office.directory.by_id.get(tenant_id)
        if card is not None:
            _tell_admins(session, office, card, "void", row, now)
        return None
    let_go(session, tenant_id)
    row.begun_at = row.begun_at or now
    session.commit()
    with Session(session.get_bind()) as erasing:
        erased = erasure.erase(erasing, office.storage, erasing.get_one(Tenant, tenant_id), now=now, leaves=True)
    log.info("a city has left", extra={"rows": erased.rows, "files": erased.files})
    return None


def tell(session: Session, office: Office, card: TenantCard, row_id: UUID, now: datetime) -> datetime | None:
    """Tell the next of those who follow, each address once, in one transaction with how far it came."""
    row = session.scalar(select(Departure).where(Departure.id == row_id).with_for_update(skip_locked=True))
    if row is None or row.told_at is not None or row.withdrawn_at is not None or row.stopped_at is not None:
        return None
    found = session.connection().exec_driver_sql(
        _FOLLOWING, {"after": row.told_after, "most": TOLD_AT_ONCE, "since": now - timedelta(days=90)}
    )
    people = found.all()
    for email, language in people:
        values = _values(office, card, row, language)
        outbox.mail(
            session,
            office.queue,
            "city_leaves",
            email,
            leaving.compose("city_leaves", language, values),
            language=language,
            now=now,
        )
    if people:
        row.told_after, row.told = people[-1].email, row.told + len(people)
    if len(people) < TOLD_AT_ONCE:
        row.told_at = now
    session.flush()
    return None if row.told_at else now


# Who follows something, and who reported what is open or ended lately. By address, so that each is told once.
_FOLLOWING = """
SELECT email COLLATE "C" AS email, min(language) AS language FROM (
  SELECT email, language FROM followers WHERE confirmed_at IS NOT NULL AND email IS NOT NULL
  UNION ALL SELECT email, language FROM incident_followers WHERE confirmed_at IS NOT NULL
  UNION ALL SELECT email, language FROM works_followers WHERE confirmed_at IS NOT NULL
  UNION ALL SELECT email, language FROM alerts WHERE confirmed_at IS NOT NULL
  UNION ALL SELECT lower(c.email), c.language FROM contacts c
    JOIN complaints o ON o.tenant_id = c.tenant_id AND o.id = c.complaint_id
    WHERE c.email IS NOT NULL AND c.stopped_at IS NULL AND (o.is_open OR o.closed_at > %(since)s)
) everybody
WHERE email COLLATE "C" > %(after)s
GROUP BY email COLLATE "C" ORDER BY 1 LIMIT %(most)s
"""


def _open(session: Session, tenant_id: UUID) -> tuple[Tenant, Departure]:
    """The city, locked, and its leaving, while it can still be changed. Raises Conflict."""
    tenant = standstill.locked(session, tenant_id)
    row = current(session)
    if row is None:
        raise Conflict(N_("The city isn't leaving; somebody else was faster."))
    session.refresh(row, with_for_update=True)
    if row.begun_at is not None or tenant.stage == Stage.ERASED:
        raise Conflict(N_("The erasing has begun; there is no way back."))
    return tenant, row


def _tell_admins(session: Session, office: Office, card: TenantCard, step: str, row: Departure, now: datetime) -> None:
    """Every administrator hears of each step, so that none of them leaves alone."""
    for admin in seats.addressees_of(session, roles=[Role.ADMIN]):
        language = admin.language or card.languages[0]
        outbox.mail(
            session,
            office.queue,
            "city_leaves",
            admin.email,
            leaving.compose(f"leaving_{step}", language, _values(office, card, row, language)),
            language=language,
            now=now,
        )


def _values(office: Office, card: TenantCard, row: Departure, language: str) -> dict[str, str]:
    return {
        "city": in_language(card.name, language, list(card.languages)),
        "from": due_time(row.confirm_from_at, language, card.time_zone),
        "url": office.addresses.of(card),
        "reason": row.stop_reason or "",
    }


def register(queue: Queue, office: Office) -> None:
    """Name the telling and the erasing to the queue."""

    @queue.task(TELL_OF_LEAVING)
    def tell_of_leaving(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> datetime | None:
        card = office.directory.by_id.get(tenant_id)
        return tell(session, office, card, row_id, now) if card is not None else None

    @queue.task(ERASE_CITY)
    def erase_city(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> datetime | None:
        return erase(session, office, tenant_id, row_id, now)

    @queue.sweep
    def forgotten(session: Session, now: datetime) -> list[Job]:
        row = current(session)
        if row is None or session.get_one(Tenant, row.tenant_id).stage != Stage.PAUSED:
            return []
        jobs = []
        if row.told_at is None and row.asked_at < now - LOST_AFTER:
            jobs.append(Job(TELL_OF_LEAVING, row.tenant_id, row.id))
        if row.confirmed_at is not None and row.confirmed_at + LAST_DAY < now - LOST_AFTER:
            jobs.append(Job(ERASE_CITY, row.tenant_id, row.id))
        return jobs
