"""Who follows a complaint without having reported it, and who says "me too".

Following is by e-mail, confirmed by a mailed link. Its row stays in the tenant in which somebody began to follow, also
when the complaint is handed over: an address crosses to nobody. Neither number is read where priority is decided.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, and_, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from complaints import telling
from complaints.complaint import Complaint
from complaints.office import Office
from complaints.seal import is_same, seal
from messages import digest
from tenants.database import Base, TenantOwned, new_id
from tenants.directory import TenantCard
from tenants.errors import Invalid, NotFound
from tenants.personal import personal
from tenants.scope import tenant_of

WHILE_FOLLOWED = "90 days after the report is closed"
UNCONFIRMED_FOR = timedelta(days=7)
KEPT_FOR = timedelta(days=90)
ASKED_AGAIN_AFTER = timedelta(hours=24)


class Follower(TenantOwned, Base):
    """Somebody who is told of the end of a complaint, once confirmed_at is set; daily: of each step, once a day.

    email: case-folded; None for the reporter of a merged complaint (of_reporter), whose own contact is asked, and after
    erasure. asked_at: when the link to confirm was mailed last. told_of: the history row that they were told of last.
    """

    __tablename__ = "followers"
    __table_args__ = (
        UniqueConstraint("tenant_id", "complaint_id", "email"),
        ForeignKeyConstraint(["tenant_id", "complaint_id"], ["complaints.tenant_id", "complaints.id"]),
    )

    complaint_id: Mapped[UUID]
    email: Mapped[str | None] = mapped_column(info=personal("to tell who follows a report", until=WHILE_FOLLOWED))
    account_id: Mapped[UUID | None]
    of_reporter: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str]
    created_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    told_of: Mapped[UUID | None]
    daily: Mapped[bool] = mapped_column(default=False)
    erased_at: Mapped[datetime | None]


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
    _insert(session, complaint.id, email.casefold(), account_id, language, now)
    follower = session.scalars(
        select(Follower)
        .where(Follower.complaint_id == complaint.id, Follower.email == email.casefold())
        .with_for_update()
    ).one()
    if account_id is not None:
        follower.account_id, follower.confirmed_at = account_id, follower.confirmed_at or now
    elif follower.confirmed_at is None and (follower.asked_at is None or follower.asked_at < now - ASKED_AGAIN_AFTER):
        follower.asked_at = now
        _ask_to_confirm(session, office, complaint, follower, card, now)
    session.flush()
    return follower


def _insert(
    session: Session, complaint_id: UUID, email: str, account_id: UUID | None, language: str, now: datetime
) -> None:
    """Two taps at once make one row."""
    row = {
        "tenant_id": tenant_of(session),
        "id": new_id(),
        "complaint_id": complaint_id,
        "email": email,
        "account_id": account_id,
        "of_reporter": False,
        "language": language,
        "created_at": now,
    }
    statement = insert(Follower).on_conflict_do_nothing(index_elements=["tenant_id", "complaint_id", "email"])
    session.connection().execute(statement, row)


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


def confirm(session: Session, office: Office, follower_id: UUID, token: str, now: datetime) -> Follower:
    """Take the mailed link's word for it. Raises NotFound for a link that isn't whole, or not any more."""
    follower = by_link(session, office, follower_id, token)
    follower.confirmed_at = follower.confirmed_at or now
    session.flush()
    return follower


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


def by_link(session: Session, office: Office, follower_id: UUID, token: str) -> Follower:
    """The follower of a mailed link, in the session's tenant. Raises NotFound."""
    follower = session.scalar(select(Follower).where(Follower.id == follower_id))
    if follower is None or not is_same(token, token_of(office, tenant_of(session), follower_id)):
        raise NotFound("This link isn't valid any more. You get no messages by it.")
    return follower


def link(office: Office, card: TenantCard, follower_id: UUID) -> str:
    """The page with which a follower confirms and ends it: on the host of the tenant that has their row."""
    return f"{office.addresses.of(card)}/following/{follower_id}/{token_of(office, card.id, follower_id)}"


def token_of(office: Office, tenant_id: UUID, follower_id: UUID) -> str:
    """What the mailed link of a follower is signed with."""
    return seal(office.secret, b"follow", tenant_id, follower_id)


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
    gone = session.scalars(
        delete(Follower)
        .where(
            (Follower.confirmed_at.is_(None) & (Follower.created_at < now - UNCONFIRMED_FOR))
            | Follower.complaint_id.in_(closed)
        )
        .returning(Follower.id),
        execution_options={"synchronize_session": False},
    )
    return len(gone.all())
