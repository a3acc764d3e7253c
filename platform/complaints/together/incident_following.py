"""Who follows an incident without having reported anything: by e-mail, confirmed by a mailed link."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints.audience import telling
from complaints.audience.mailed import Followers, MailFollower
from complaints.office import Office
from complaints.together.incident import Incident
from tenants.database import Base
from tenants.directory import TenantCard
from tenants.errors import Conflict, Invalid
from tenants.personal import personal

KEPT_FOR = timedelta(days=30)


class IncidentFollower(MailFollower, Base):
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


FOLLOWERS = Followers(IncidentFollower, "incident_id", b"incident", "/incidents/following")
confirm, unfollow, by_link = FOLLOWERS.confirm, FOLLOWERS.unfollow, FOLLOWERS.by_link
link_of, token_of = FOLLOWERS.link_of, FOLLOWERS.token_of


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
    follower = FOLLOWERS.join(session, incident.id, email, language, now)
    if sure:
        follower.confirmed_at = follower.confirmed_at or now
    elif follower.is_to_be_asked(now):
        said = {
            "incident": incident.title,
            "url": office.addresses.of(card) + f"/incidents/{incident.id}",
            "manage_url": link_of(office, card, follower.id),
        }
        telling.tell_of_incident(
            session, office, "incident_confirm", follower.email, language, said, card=card, now=now
        )
    session.flush()
    return follower


def forget(session: Session, now: datetime) -> int:
    """Remove followers who never confirmed, and those of incidents that are long over; how many."""
    return FOLLOWERS.forget(session, select(Incident.id).where(Incident.closed_at < now - KEPT_FOR), now)
