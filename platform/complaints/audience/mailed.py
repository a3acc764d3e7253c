"""Following by e-mail, whatever is followed: an address stands once, and a mailed link confirms it and ends it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session

from complaints.audience import ending_link
from complaints.office import Office
from complaints.seal import is_same, seal
from messages import digest, texts
from tenants.database import TenantOwned, new_id
from tenants.directory import TenantCard
from tenants.errors import NotFound
from tenants.scope import tenant_of

ASKED_AGAIN_AFTER = timedelta(hours=24)
UNCONFIRMED_FOR = timedelta(days=7)


class MailFollower(TenantOwned):
    """What every follower has, beside what they follow and their address. They are told once confirmed_at is set."""

    language: Mapped[str]
    created_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]

    def is_to_be_asked(self, now: datetime) -> bool:
        """Whether a link to confirm is to be mailed now, once a day; it is noted that it is."""
        if self.confirmed_at is not None or (self.asked_at is not None and self.asked_at >= now - ASKED_AGAIN_AFTER):
            return False
        self.asked_at = now
        return True


def add_line(
    session: Session,
    office: Office,
    event: str,
    email: str,
    language: str,
    words: Mapping[str, str],
    *,
    card: TenantCard,
    reader_id: UUID,
    due_at: datetime,
    complaint_id: UUID,
    cause_id: UUID,
    now: datetime,
) -> None:
    """A line for somebody who hears once a day, without an account. words: also url, and manage_url, which ends it.

    card: the city that speaks. cause_id: of what happened, which is told once. Running twice writes none twice.
    """
    subject, _body = texts.compose(event, language, words, card.texts)
    reader = digest.Reader(
        id=reader_id,
        destination=email,
        language=language,
        manage_url=words["manage_url"],
        unsubscribe_url=ending_link.of_follower(words["manage_url"], ending_link.DAY),
        due_at=due_at,
    )
    digest.add_line(
        session,
        office.queue,
        reader,
        event=event,
        subject=subject,
        link=words["url"],
        complaint_id=complaint_id,
        now=now,
        cause_id=cause_id,
    )


F = TypeVar("F", bound=MailFollower)


@dataclass(frozen=True)
class Followers(Generic[F]):
    """Those who follow one kind of thing. about: the column that names it. purpose: of their seals. path: of links."""

    table: type[F]
    about: str
    purpose: bytes
    path: str

    def join(self, session: Session, about_id: UUID, email: str, language: str, now: datetime, **more: Any) -> F:
        """The follower with this address, locked; a new one where there is none. more: further columns of a new one."""
        wanted = {self.about: about_id, "email": email.casefold()}
        row = {"tenant_id": tenant_of(session), "id": new_id(), "language": language, "created_at": now}
        once = insert(self.table).on_conflict_do_nothing(index_elements=["tenant_id", *wanted])
        session.connection().execute(once, row | wanted | more)
        return session.scalars(select(self.table).filter_by(**wanted).with_for_update()).one()

    def by_link(self, session: Session, office: Office, follower_id: UUID, token: str) -> F:
        """The follower of a mailed link, in the session's tenant. Raises NotFound."""
        follower = session.scalar(select(self.table).where(self.table.id == follower_id))
        if follower is None or not is_same(token, self.token_of(office, tenant_of(session), follower_id)):
            raise NotFound("This link isn't valid any more. You get no messages by it.")
        return follower

    def confirm(self, session: Session, office: Office, follower_id: UUID, token: str, now: datetime) -> F:
        """Take the mailed link's word for it. Raises NotFound for a link that isn't whole, or not any more."""
        follower = self.by_link(session, office, follower_id, token)
        follower.confirmed_at = follower.confirmed_at or now
        session.flush()
        return follower

    def unfollow(self, session: Session, office: Office, follower_id: UUID, token: str) -> UUID:
        """Forget a follower; the id of what they followed. Raises NotFound."""
        follower = self.by_link(session, office, follower_id, token)
        session.delete(follower)
        session.flush()
        about_id: UUID = getattr(follower, self.about)
        return about_id

    def forget(self, session: Session, over: Select[UUID], now: datetime) -> int:
        """Remove those who never confirmed, and those of what is long over; how many. over: ids of that."""
        unconfirmed = self.table.confirmed_at.is_(None) & (self.table.created_at < now - UNCONFIRMED_FOR)
        gone = session.scalars(
            delete(self.table).where(unconfirmed | getattr(self.table, self.about).in_(over)).returning(self.table.id),
            execution_options={"synchronize_session": False},
        )
        return len(gone.all())

    def link_of(self, office: Office, card: TenantCard, follower_id: UUID) -> str:
        """The page with which a follower confirms and stops, on the host of the tenant that has their row."""
        return f"{office.addresses.of(card)}{self.path}/{follower_id}/{self.token_of(office, card.id, follower_id)}"

    def token_of(self, office: Office, tenant_id: UUID, follower_id: UUID) -> str:
        """What the mailed link of a follower is signed with."""
        return seal(office.secret, self.purpose, tenant_id, follower_id)
