"""Who follows known works instead of reporting: by e-mail, confirmed by a mailed link, and told when they end."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints.audience import telling
from complaints.audience.mailed import Followers, MailFollower
from complaints.office import Office
from complaints.together.works import Works
from tenants.database import Base
from tenants.directory import TenantCard
from tenants.errors import Conflict, Invalid
from tenants.personal import personal
from tenants.tenant import in_language

KEPT_FOR = timedelta(days=30)
OVER = {"id": "Pekerjaan ini sudah berakhir menurut pemerintah.", "en": "These works have ended, the government says."}
"""What stands in the message as the last word."""


class WorksFollower(MailFollower, Base):
    """Somebody who is told of the end of works, once confirmed_at is set. email: case-folded."""

    __tablename__ = "works_followers"
    __table_args__ = (
        UniqueConstraint("tenant_id", "works_id", "email"),
        ForeignKeyConstraint(["tenant_id", "works_id"], ["works.tenant_id", "works.id"]),
    )

    works_id: Mapped[UUID]
    email: Mapped[str] = mapped_column(info=personal("to tell who follows works", until="30 days after the works end"))


FOLLOWERS = Followers(WorksFollower, "works_id", b"works", "/works/following")
confirm, unfollow, by_link = FOLLOWERS.confirm, FOLLOWERS.unfollow, FOLLOWERS.by_link
link_of, token_of = FOLLOWERS.link_of, FOLLOWERS.token_of


def follow(
    session: Session,
    office: Office,
    works: Works,
    email: str | None,
    *,
    sure: bool,
    card: TenantCard,
    language: str,
    now: datetime,
) -> WorksFollower:
    """Follow works. sure: it is the confirmed address of who asks; else a link to confirm is mailed, once a day.

    Raises Invalid, field email, without an address; Conflict once they are over.
    """
    if not email:
        raise Invalid("Write the e-mail address to which we should write.", field="email")
    if works.is_over(now):
        raise Conflict("This has ended.")
    follower = FOLLOWERS.join(session, works.id, email, language, now)
    if sure:
        follower.confirmed_at = follower.confirmed_at or now
    elif follower.is_to_be_asked(now):
        _tell(session, office, "incident_confirm", follower, works, card, now)
    session.flush()
    return follower


def tell_of_ended(session: Session, office: Office, card: TenantCard, now: datetime) -> int:
    """Tell the followers of works in the session's city that are over and weren't told of; how many works."""
    over = or_(Works.ended_at <= now, Works.until_at <= now)
    ended = session.scalars(select(Works).where(Works.told_at.is_(None), over).with_for_update(skip_locked=True)).all()
    for works in ended:
        followers = select(WorksFollower).where(
            WorksFollower.works_id == works.id, WorksFollower.confirmed_at.is_not(None)
        )
        for follower in session.scalars(followers):
            _tell(session, office, "incident_closed_followed", follower, works, card, now)
        works.told_at = now
    session.flush()
    return len(ended)


def forget(session: Session, now: datetime) -> int:
    """Remove followers who never confirmed, and those of works that are long over; how many."""
    return FOLLOWERS.forget(session, select(Works.id).where(Works.told_at < now - KEPT_FOR), now)


def _tell(
    session: Session, office: Office, event: str, follower: WorksFollower, works: Works, card: TenantCard, now: datetime
) -> None:
    languages = list(card.languages)
    said = {
        "incident": in_language(works.title, follower.language, languages),
        "url": f"{office.addresses.of(card)}/works/{works.id}",
        "manage_url": link_of(office, card, follower.id),
        "answer": in_language(OVER, follower.language, languages),
    }
    telling.tell_of_incident(session, office, event, follower.email, follower.language, said, card=card, now=now)
