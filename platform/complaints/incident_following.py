"""Who follows an incident without having reported anything: by e-mail, confirmed by a mailed link."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints import telling
from complaints.incident import Incident
from complaints.office import Office
from complaints.seal import is_same, seal
from tenants.database import Base, TenantOwned, new_id
from tenants.directory import TenantCard
from tenants.errors import Conflict, Invalid, NotFound
from tenants.personal import personal
from tenants.scope import tenant_of

ASKED_AGAIN_AFTER = timedelta(hours=24)
UNCONFIRMED_FOR = timedelta(days=7)
KEPT_FOR = timedelta(days=30)


class IncidentFollower(TenantOwned, Base):
    """Somebody who is told of an incident's answers, once confirmed_at is set. email: case-folded."""

    __tablename__ = "incident_followers"
    __table_args__ = (
        UniqueConstraint("tenant_id", "incident_id", "email"),
        ForeignKeyConstraint(["tenant_id", "incident_id"], ["incidents.tenant_id", "incidents.id"]),
    )

    incident_id: Mapped[UUID]
    email: Mapped[str] = mapped_column(
        info=personal("to tell who follows an incident", until="30 days after the incident is over")
    )
    language: Mapped[str]
    created_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]


def follow(
    session: Session,
    office: Office,
    incident: Incident,
    email: str | None,
    *,
    sure: bool,
    card: TenantCard,
    language: str,
    now: datetime,
) -> IncidentFollower:
    """Follow an incident. sure: it is the confirmed address of who asks; else a link to confirm is mailed, once a day.

    Raises Invalid, field email, without an address; Conflict once it is over.
    """
    if not email:
        raise Invalid("Write the e-mail address to which we should write.", field="email")
    if incident.closed_at is not None:
        raise Conflict("This incident is over.")
    row = {
        "tenant_id": tenant_of(session),
        "id": new_id(),
        "incident_id": incident.id,
        "email": email.casefold(),
        "language": language,
        "created_at": now,
    }
    once = insert(IncidentFollower).on_conflict_do_nothing(index_elements=["tenant_id", "incident_id", "email"])
    session.connection().execute(once, row)
    follower = session.scalars(
        select(IncidentFollower)
        .where(IncidentFollower.incident_id == incident.id, IncidentFollower.email == email.casefold())
        .with_for_update()
    ).one()
    if sure:
        follower.confirmed_at = follower.confirmed_at or now
    elif follower.confirmed_at is None and (follower.asked_at is None or follower.asked_at < now - ASKED_AGAIN_AFTER):
        follower.asked_at = now
        telling.tell_of_incident(
            session,
            office,
            "incident_confirm",
            follower.email,
            language,
            {
                "incident": incident.title,
                "url": office.addresses.of(card) + f"/incidents/{incident.id}",
                "manage_url": link_of(office, card, follower.id),
            },
            card=card,
            now=now,
        )
    session.flush()
    return follower


def confirm(session: Session, office: Office, follower_id: UUID, token: str, now: datetime) -> IncidentFollower:
    """Take the mailed link's word for it. Raises NotFound for a link that isn't whole, or not any more."""
    follower = by_link(session, office, follower_id, token)
    follower.confirmed_at = follower.confirmed_at or now
    session.flush()
    return follower


def unfollow(session: Session, office: Office, follower_id: UUID, token: str) -> UUID:
    """Forget a follower; the id of the incident. Raises NotFound."""
    follower = by_link(session, office, follower_id, token)
    session.delete(follower)
    session.flush()
    return follower.incident_id


def by_link(session: Session, office: Office, follower_id: UUID, token: str) -> IncidentFollower:
    """The follower of a mailed link, in the session's tenant. Raises NotFound."""
    follower = session.scalar(select(IncidentFollower).where(IncidentFollower.id == follower_id))
    if follower is None or not is_same(token, token_of(office, tenant_of(session), follower_id)):
        raise NotFound("This link isn't valid any more. You get no messages by it.")
    return follower


def link_of(office: Office, card: TenantCard, follower_id: UUID) -> str:
    """The address by which a follower confirms and stops."""
    return f"{office.addresses.of(card)}/incidents/following/{follower_id}/{token_of(office, card.id, follower_id)}"


def forget(session: Session, now: datetime) -> int:
    """Remove followers who never confirmed, and those of incidents that are long over; how many."""
    over = select(Incident.id).where(Incident.closed_at < now - KEPT_FOR)
    gone = session.scalars(
        delete(IncidentFollower)
        .where(
            (IncidentFollower.confirmed_at.is_(None) & (IncidentFollower.created_at < now - UNCONFIRMED_FOR))
            | IncidentFollower.incident_id.in_(over)
        )
        .returning(IncidentFollower.id),
        execution_options={"synchronize_session": False},
    )
    return len(gone.all())


def token_of(office: Office, tenant_id: UUID, follower_id: UUID) -> str:
    """What the mailed link of a follower is signed with."""
    return seal(office.secret, b"incident", tenant_id, follower_id)
