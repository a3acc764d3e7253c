"""Who follows known works instead of reporting: by e-mail, confirmed by a mailed link, and told when they end."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints import telling
from complaints.office import Office
from complaints.seal import is_same, seal
from complaints.works import Works
from tenants.database import Base, TenantOwned, new_id
from tenants.directory import TenantCard
from tenants.errors import Conflict, Invalid, NotFound
from tenants.personal import personal
from tenants.scope import tenant_of
from tenants.tenant import in_language

ASKED_AGAIN_AFTER = timedelta(hours=24)
UNCONFIRMED_FOR = timedelta(days=7)
KEPT_FOR = timedelta(days=30)
OVER = {"id": "Pekerjaan ini sudah berakhir menurut pemerintah.", "en": "These works have ended, the government says."}
"""What stands in the message as the last word."""


class WorksFollower(TenantOwned, Base):
    """Somebody who is told of the end of works, once confirmed_at is set. email: case-folded."""

    __tablename__ = "works_followers"
    __table_args__ = (
        UniqueConstraint("tenant_id", "works_id", "email"),
        ForeignKeyConstraint(["tenant_id", "works_id"], ["works.tenant_id", "works.id"]),
    )

    works_id: Mapped[UUID]
    email: Mapped[str] = mapped_column(info=personal("to tell who follows works", until="30 days after the works end"))
    language: Mapped[str]
    created_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]


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
    row = {
        "tenant_id": tenant_of(session),
        "id": new_id(),
        "works_id": works.id,
        "email": email.casefold(),
        "language": language,
        "created_at": now,
    }
    once = insert(WorksFollower).on_conflict_do_nothing(index_elements=["tenant_id", "works_id", "email"])
    session.connection().execute(once, row)
    follower = session.scalars(
        select(WorksFollower)
        .where(WorksFollower.works_id == works.id, WorksFollower.email == email.casefold())
        .with_for_update()
    ).one()
    if sure:
        follower.confirmed_at = follower.confirmed_at or now
    elif follower.confirmed_at is None and (follower.asked_at is None or follower.asked_at < now - ASKED_AGAIN_AFTER):
        follower.asked_at = now
        _tell(session, office, "incident_confirm", follower, works, card, now)
    session.flush()
    return follower


def confirm(session: Session, office: Office, follower_id: UUID, token: str, now: datetime) -> WorksFollower:
    """Take the mailed link's word for it. Raises NotFound for a link that isn't whole, or not any more."""
    follower = by_link(session, office, follower_id, token)
    follower.confirmed_at = follower.confirmed_at or now
    session.flush()
    return follower


def unfollow(session: Session, office: Office, follower_id: UUID, token: str) -> UUID:
    """Forget a follower; the id of the works. Raises NotFound."""
    follower = by_link(session, office, follower_id, token)
    session.delete(follower)
    session.flush()
    return follower.works_id


def by_link(session: Session, office: Office, follower_id: UUID, token: str) -> WorksFollower:
    """The follower of a mailed link, in the session's tenant. Raises NotFound."""
    follower = session.scalar(select(WorksFollower).where(WorksFollower.id == follower_id))
    if follower is None or not is_same(token, token_of(office, tenant_of(session), follower_id)):
        raise NotFound("This link isn't valid any more. You get no messages by it.")
    return follower


def link_of(office: Office, card: TenantCard, follower_id: UUID) -> str:
    """The address by which a follower confirms and stops."""
    return f"{office.addresses.of(card)}/works/following/{follower_id}/{token_of(office, card.id, follower_id)}"


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
    over = select(Works.id).where(Works.told_at < now - KEPT_FOR)
    gone = session.scalars(
        delete(WorksFollower)
        .where(
            (WorksFollower.confirmed_at.is_(None) & (WorksFollower.created_at < now - UNCONFIRMED_FOR))
            | WorksFollower.works_id.in_(over)
        )
        .returning(WorksFollower.id),
        execution_options={"synchronize_session": False},
    )
    return len(gone.all())


def token_of(office: Office, tenant_id: UUID, follower_id: UUID) -> str:
    """What the mailed link of a follower is signed with."""
    return seal(office.secret, b"works", tenant_id, follower_id)


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
