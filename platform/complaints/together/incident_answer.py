"""Answering an incident: one public message for all that belong to it, and one to each person whoever they are.

A worker goes through the complaints in batches, each batch a transaction: in each complaint the reply is written (or,
with the last answer, the move that ends it), and whoever reported or follows it is told, once however many of them they
have. Killed at any moment, it goes on behind the last whole batch: nobody is told twice, nobody forgotten.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session

from complaints import handling
from complaints.audience import telling
from complaints.audience.following import Follower, link
from complaints.audience.reach import Reach, reach_of
from complaints.complaint import Complaint
from complaints.handling import Actor, Carried
from complaints.office import Office
from complaints.together.incident import Incident, Member, Official
from complaints.together.incident_following import IncidentFollower, link_of
from complaints.workflow import Need
from messages import push
from people.seat import Seat
from people.sign_in import agencies_of
from tenants import scope
from tenants.database import Base, TenantOwned, new_id
from tenants.directory import TenantCard
from tenants.errors import AduanError, Conflict, Invalid, NotAllowed

ANSWER_INCIDENT = "answer_incident"
"""The job that goes through the complaints of an incident; its row is the answer."""

BATCH = 50
LONGEST = 2000


class IncidentAnswer(TenantOwned, Base):
    """What was said to everybody. closes: it was the last word. done_at: when everybody had been told."""

    __tablename__ = "incident_answers"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "incident_id"], ["incidents.tenant_id", "incidents.id"]),
        ForeignKeyConstraint(["tenant_id", "seat_id"], ["seats.tenant_id", "seats.id"]),
        Index("ix_incident_answers_tenant_id_incident_id", "tenant_id", "incident_id", "at"),
    )

    incident_id: Mapped[UUID]
    seat_id: Mapped[UUID]
    body: Mapped[str]
    closes: Mapped[bool]
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class IncidentResult(TenantOwned, Base):
    """What became of one answer in one complaint. refusal: why nothing, as a msgid; None where it went."""

    __tablename__ = "incident_results"
    __table_args__ = (
        UniqueConstraint("tenant_id", "answer_id", "complaint_id"),
        ForeignKeyConstraint(["tenant_id", "answer_id"], ["incident_answers.tenant_id", "incident_answers.id"]),
        ForeignKeyConstraint(["tenant_id", "complaint_id"], ["complaints.tenant_id", "complaints.id"]),
    )

    answer_id: Mapped[UUID]
    complaint_id: Mapped[UUID]
    refusal: Mapped[str | None]
    at: Mapped[datetime]


class IncidentTold(TenantOwned, Base):
    """Who was told of an answer. key: a keyed hash of their address, which says nothing anywhere else."""

    __tablename__ = "incident_told"
    __table_args__ = (
        UniqueConstraint("tenant_id", "answer_id", "key"),
        ForeignKeyConstraint(["tenant_id", "answer_id"], ["incident_answers.tenant_id", "incident_answers.id"]),
    )

    answer_id: Mapped[UUID]
    key: Mapped[bytes]


def answer(
    session: Session,
    office: Office,
    incident: Incident,
    body: str,
    *,
    closes: bool,
    by: Official,
    card: TenantCard,
    now: datetime,
    expected_version: int | None = None,
) -> IncidentAnswer:
    """Answer an incident, for the last time with closes. Raises NotAllowed, Conflict, and Invalid, field note."""
    if expected_version is not None and incident.version != expected_version:
        raise handling.ChangedMeanwhile
    if not by.leads:
        raise NotAllowed("Your role doesn't allow this step.")
    if incident.closed_at is not None:
        raise Conflict("This incident is over: nothing can be added to it any more.")
    if not body.strip():
        raise Invalid("Write a note: one sentence is enough.", field="note")
    if len(body) > LONGEST:
        raise Invalid("This may have up to %(most)s characters.", field="note", most=LONGEST)
    said = IncidentAnswer(incident_id=incident.id, seat_id=by.seat_id, body=body.strip(), closes=closes, at=now)
    session.add(said)
    if closes:
        incident.closed_at = now
    session.flush()
    office.queue.defer(session, ANSWER_INCIDENT, card.id, said.id)
    return said


def go_on(session: Session, office: Office, card: TenantCard, answer_id: UUID, now: datetime) -> None:
    """Do the next batch of an answer, and hand on a job where more remain. The session is in the scope of `card`."""
    found = session.execute(
        select(IncidentAnswer, Incident)
        .join(
            Incident,
            and_(Incident.tenant_id == IncidentAnswer.tenant_id, Incident.id == IncidentAnswer.incident_id),
        )
        .where(IncidentAnswer.id == answer_id)
        .with_for_update(of=IncidentAnswer)  # two workers at one answer take turns
    ).one_or_none()
    if found is None or found[0].done_at is not None:
        return
    said, incident = found[0], found[1]
    told = _Telling(session, office, card, incident, said, now)
    ids = _waiting(session, said)
    actor = _actor(session, said.seat_id)
    outcomes = [(complaint_id, _move(session, office, card, said, complaint_id, actor, now)) for complaint_id in ids]
    for complaint_id, refusal in outcomes:
        session.add(IncidentResult(answer_id=answer_id, complaint_id=complaint_id, refusal=refusal, at=now))
    if len(ids) < BATCH:
        said.done_at = now
    session.flush()
    told.people_of(ids)
    if len(ids) < BATCH:
        told.followers()
    else:
        office.queue.defer(session, ANSWER_INCIDENT, card.id, answer_id)


def answers_of(session: Session, incident_id: UUID) -> list[IncidentAnswer]:
    """What was said, the latest first."""
    of_it = select(IncidentAnswer).where(IncidentAnswer.incident_id == incident_id)
    return list(session.scalars(of_it.order_by(IncidentAnswer.at.desc(), IncidentAnswer.id)))


def progress(session: Session, answer_ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """(how many complaints were gone through, how many of them refused it) by answer."""
    rows = session.execute(
        select(IncidentResult.answer_id, func.count(), func.count(IncidentResult.refusal))
        .where(IncidentResult.answer_id.in_(answer_ids))
        .group_by(IncidentResult.answer_id)
    )
    return {answer_id: (gone, refused) for answer_id, gone, refused in rows}


def results_of(session: Session, answer_id: UUID, most: int) -> list[tuple[Complaint, str | None]]:
    """What became of an answer in each complaint, the refused ones first."""
    rows = session.execute(
        select(Complaint, IncidentResult.refusal)
        .join(
            IncidentResult,
            and_(IncidentResult.tenant_id == Complaint.tenant_id, IncidentResult.complaint_id == Complaint.id),
        )
        .where(IncidentResult.answer_id == answer_id)
        .order_by(IncidentResult.refusal.is_(None), Complaint.received_at, Complaint.id)
        .limit(most)
    )
    return [(row[0], row[1]) for row in rows]


def _waiting(session: Session, said: IncidentAnswer) -> list[UUID]:
    done = select(IncidentResult.complaint_id).where(IncidentResult.answer_id == said.id)
    waiting = select(Member.complaint_id).where(
        Member.incident_id == said.incident_id, Member.added_at <= said.at, Member.complaint_id.not_in(done)
    )
    return list(session.scalars(waiting.order_by(Member.id).limit(BATCH)))


def _actor(session: Session, seat_id: UUID) -> Actor:
    role = session.scalar(select(Seat.role).where(Seat.id == seat_id, Seat.ended_at.is_(None)))
    return Actor("staff", seat_id, role, frozenset(agencies_of(session, seat_id)))


def _move(
    session: Session,
    office: Office,
    card: TenantCard,
    said: IncidentAnswer,
    complaint_id: UUID,
    actor: Actor,
    now: datetime,
) -> str | None:
    """Write the answer into one complaint, alone in a savepoint; why not, if it can't be.

    Raises ChangedMeanwhile where somebody is at it this moment: then the batch is tried again.
    """
    carried = Carried(words={Need.NOTE: said.body}, detail={handling.BY_INCIDENT: str(said.incident_id)})
    try:
        with session.begin_nested():
            complaint = handling.complaint_here(session, complaint_id)
            name = "settle" if said.closes else "reply"
            handling.move(session, office, complaint, name, actor=actor, card=card, now=now, carried=carried)
    except handling.ChangedMeanwhile:
        raise
    except AduanError as error:
        return error.message
    return None


class _Telling:
    """Tells the people of one answer, each once."""

    def __init__(
        self,
        session: Session,
        office: Office,
        card: TenantCard,
        incident: Incident,
        said: IncidentAnswer,
        now: datetime,
    ) -> None:
        self._session, self._office, self._card, self._now = session, office, card, now
        self._answer_id, self._incident_id = said.id, incident.id
        self._event = "incident_closed" if said.closes else "incident_answered"
        self._said = {"incident": incident.title, "answer": said.body}
        self._url = office.addresses.of(card) + f"/incidents/{incident.id}"

    def people_of(self, complaint_ids: Sequence[UUID]) -> None:
        """Tell the reporters of these complaints and of what was merged into them, then who follows any of them."""
        session, card = self._session, self._card
        either = or_(Complaint.id.in_(complaint_ids), Complaint.merged_into_id.in_(complaint_ids))
        facts = session.execute(select(Complaint.id, Complaint.birth_tenant_id, Complaint.visibility).where(either))
        rows = sorted(facts.all())
        book = self._office.rulebooks.of(session, card)
        for one_id, birth_id, _visibility in rows:
            own = reach_of(session, one_id)
            reach = own or self._reach_at_birth(one_id, birth_id)
            address = (reach.email or reach.phone) if reach else None
            address = address or self._device_of(one_id, birth_id)
            if address and not self._was_told(address):
                one = handling.complaint_here(session, one_id)
                telling.tell_reporter(
                    session,
                    self._office,
                    one,
                    self._event,
                    card=card,
                    book=book,
                    now=self._now,
                    said=self._said,
                    reach=own,
                )
        for one_id, _birth_id, visibility in rows:
            if visibility == "public":
                self._followers_of(one_id)

    def followers(self) -> None:
        """Tell who follows the incident itself."""
        rows = self._session.execute(
            select(IncidentFollower.id, IncidentFollower.email, IncidentFollower.language).where(
                IncidentFollower.incident_id == self._incident_id, IncidentFollower.confirmed_at.is_not(None)
            )
        ).all()
        for follower_id, email, language in rows:
            if email and not self._was_told(email):
                self._write(email, language, link_of(self._office, self._card, follower_id))

    def _followers_of(self, complaint_id: UUID) -> None:
        rows = self._session.execute(
            select(Follower.id, Follower.email, Follower.language).where(
                Follower.complaint_id == complaint_id, Follower.confirmed_at.is_not(None), Follower.email.is_not(None)
            )
        ).all()
        for follower_id, email, language in rows:
            if email and not self._was_told(email):
                self._write(email, language, link(self._office, self._card, follower_id))

    def _write(self, email: str, language: str, manage_url: str) -> None:
        telling.tell_of_incident(
            self._session,
            self._office,
            f"{self._event}_followed",
            email,
            language,
            {**self._said, "url": self._url, "manage_url": manage_url},
            card=self._card,
            now=self._now,
        )

    def _reach_at_birth(self, complaint_id: UUID, birth_id: UUID) -> Reach | None:
        """How a reporter is reached whose address stayed in the city where the report was born."""
        if birth_id == self._card.id or birth_id not in self._office.directory.by_id:
            return None
        with scope.enter(self._session, birth_id):
            return reach_of(self._session, complaint_id)

    def _device_of(self, complaint_id: UUID, birth_id: UUID) -> str | None:
        """What stands for the device of a reporter who left no address, but asked to be notified."""
        if birth_id not in self._office.directory.by_id:
            return None
        with scope.enter(self._session, birth_id):
            devices = push.devices_of(self._session, [complaint_id])
            return f"device/{devices[0].endpoint_hash}" if devices else None

    def _was_told(self, address: str) -> bool:
        """Whether somebody at this address has been told; from now on they have."""
        key = hmac.new(
            self._office.secret, b"incident" + self._answer_id.bytes + address.casefold().encode(), hashlib.sha256
        ).digest()
        row = {"tenant_id": self._card.id, "id": new_id(), "answer_id": self._answer_id, "key": key}
        once = insert(IncidentTold).on_conflict_do_nothing(index_elements=["tenant_id", "answer_id", "key"])
        return self._session.connection().execute(once.returning(IncidentTold.id), row).first() is None
