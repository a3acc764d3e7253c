"""Who follows a complaint without having reported it, and who says "me too".

Following is by e-mail, confirmed by a mailed link. Its row stays in the tenant in which somebody began to follow, also
when the complaint is handed over: an address crosses to nobody. Neither number is read where priority is decided.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from complaints.audience import telling
from complaints.audience.mailed import Followers, MailFollower
from complaints.complaint import ERASED, Complaint
from complaints.office import Office
from messages import digest
from tenants.database import Base, TenantOwned, new_id
from tenants.directory import TenantCard
from tenants.errors import Invalid, NotFound
from tenants.personal import personal
from tenants.scope import tenant_of

WHILE_FOLLOWED = "90 days after the report is closed"
KEPT_FOR = timedelta(days=90)


class Follower(MailFollower, Base):
    """Somebody who is told of the end of a complaint, once confirmed_at is set; daily: of each step, once a day.

    email: case-folded; None for the reporter of a merged complaint (of_reporter), whose own contact is asked, and after
    erasure. asked_at: when the link to confirm was mailed last. told_of: the history row that they were told of last.
    """

    __tablename__ = "followers"
    __table_args__ = (
        UniqueConstraint("tenant_id", "complaint_id", "email"),
        ForeignKeyConstraint(["tenant_id", "complaint_id"], ["complaints.tenant_id", "complaints.id"]),
        Index("ix_followers_erased", "tenant_id", "erased_at", postgresql_where=ERASED),
    )

    complaint_id: Mapped[UUID]
    email: Mapped[str | None] = mapped_column(info=personal("to tell who follows a report", until=WHILE_FOLLOWED))
    account_id: Mapped[UUID | None]
    of_reporter: Mapped[bool] = mapped_column(default=False)
    told_at: Mapped[datetime | None]
    told_of: Mapped[UUID | None]
    daily: Mapped[bool] = mapped_column(default=False)
    erased_at: Mapped[datetime | None]


FOLLOWERS = Followers(Follower, "complaint_id", b"follow", "/following")
confirm, by_link, link, token_of = FOLLOWERS.confirm, FOLLOWERS.by_link, FOLLOWERS.link_of, FOLLOWERS.token_of


class Support(TenantOwned, Base):
    """One "me too". key: a hash of the complaint and the device or account, so that two complaints tell no person."""

    __tablename__ = "supports"
    __table_args__ = (
        UniqueConstraint("tenant_id", "complaint_id", "key"),
        ForeignKeyConstraint(["tenant_id", "complaint_id"], ["complaints.tenant_id", "complaints.id"]),
    )

    complaint_id: Mapped[UUID]
    key: Mapped[bytes]
    created_at: Mapped[datetime]


def follow(
    session: Session,
    office: Office,
    complaint: Complaint,
    email: str | None,
    *,
    card: TenantCard,
    language: str,
    now: datetime,
    account_id: UUID | None = None,
) -> Follower:
    """Follow a public complaint; without an account's own, confirmed address a link to confirm is mailed, once a day.

    Raises Invalid, field email, without an address; NotFound for a complaint that isn't public.
    """
    if complaint.visibility != "public":
        raise NotFound("There is no such report here.")
    if not email:
        raise Invalid("Write the e-mail address to which we should write.", field="email")
    more = {"account_id": account_id, "of_reporter": False}
    follower = FOLLOWERS.join(session, complaint.id, email, language, now, **more)
    if account_id is not None:
        follower.account_id, follower.confirmed_at = account_id, follower.confirmed_at or now
    elif follower.is_to_be_asked(now):
        _ask_to_confirm(session, office, complaint, follower, card, now)
    session.flush()
    return follower


def _ask_to_confirm(
    session: Session, office: Office, complaint: Complaint, follower: Follower, card: TenantCard, now: datetime
) -> None:
    telling.tell_follower(
        session,
        office,
        "follow_confirm",
        follower.email or "",
        follower.language,
        {
            "reference": complaint.reference,
            "url": office.addresses.complaint(card, complaint.reference),
            "manage_url": link(office, card, follower.id),
        },
        category_id=complaint.category_id,
        card=card,
        now=now,
    )


def unfollow(session: Session, office: Office, follower_id: UUID, token: str) -> UUID:
    """Forget a follower; the id of what they followed. Raises NotFound."""
    follower = by_link(session, office, follower_id, token)
    digest.drop(session, reader_id(tenant_of(session), follower.email or ""), follower.complaint_id)
    session.delete(follower)
    session.flush()
    return follower.complaint_id


def choose(session: Session, office: Office, follower_id: UUID, token: str, *, daily: bool) -> Follower:
    """Be told of each step once a day, or at once of the end alone. Raises NotFound."""
    follower = by_link(session, office, follower_id, token)
    follower.daily = daily
    if not daily:
        digest.drop(session, reader_id(tenant_of(session), follower.email or ""), follower.complaint_id)
    session.flush()
    return follower


def reader_id(tenant_id: UUID, email: str) -> UUID:
    """What stands for an address in a tenant's digests: all that is followed with it comes in one message."""
    return uuid5(tenant_id, email.casefold())


def support(session: Session, office: Office, complaint: Complaint, who: bytes, now: datetime) -> None:
    """Count a "me too", once for each device or account. who: what names it. Raises NotFound where it isn't public."""
    if complaint.visibility != "public":
        raise NotFound("There is no such report here.")
    row = {
        "tenant_id": tenant_of(session),
        "id": new_id(),
        "complaint_id": complaint.id,
        "key": support_key(office, complaint.id, who),
        "created_at": now,
    }
    statement = insert(Support).on_conflict_do_nothing(index_elements=["tenant_id", "complaint_id", "key"])
    session.connection().execute(statement, row)


def support_key(office: Office, complaint_id: UUID, who: bytes) -> bytes:
    """What stands for a device or account at one complaint, and says nothing elsewhere."""
    return hmac.new(office.secret, b"support" + complaint_id.bytes + who, hashlib.sha256).digest()


def supports(session: Session, office: Office, complaint_id: UUID, who: bytes) -> bool:
    """Whether this device or account has said "me too"."""
    key = support_key(office, complaint_id, who)
    found = select(Support.id).where(Support.complaint_id == complaint_id, Support.key == key)
    return session.scalar(found) is not None


def supporters(session: Session, complaint_ids: Sequence[UUID]) -> int:
    """How many say "me too" to these complaints."""
    count = session.scalar(select(func.count()).select_from(Support).where(Support.complaint_id.in_(complaint_ids)))
    return int(count or 0)


def forget(session: Session, now: datetime) -> int:
    """Remove followers who never confirmed, and those of complaints that are long closed; how many.

    A merged complaint is closed with the one that it was merged into.
    """
    head = aliased(Complaint)
    closed = (
        select(Complaint.id)
        .outerjoin(head, and_(head.tenant_id == Complaint.tenant_id, head.id == Complaint.merged_into_id))
        .where(Complaint.closed_at < now - KEPT_FOR)
        .where(or_(Complaint.merged_into_id.is_(None), head.closed_at < now - KEPT_FOR))
    )
    return FOLLOWERS.forget(session, closed, now)
