"""Questions of a city's administrators to those who run the platform, asked at the foot of the page they are about.

The rows belong to the commons, whose staff the operators are: no other city sees them, the asking one neither.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, and_, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from messages import operating, outbox
from messages.queue import Queue
from people import limits
from people.account import Account
from tenants import scope
from tenants.database import Base, TenantOwned, new_id
from tenants.errors import Conflict, Invalid, NotFound
from tenants.personal import personal
from tenants.tenant import COMMONS_ID

SHORTEST, LONGEST = 5, 2_000
LONGEST_PAGE = 200
MOST_SHOWN = 50
A_DAY, MOST_A_DAY = timedelta(days=1), 20
A_YEAR = timedelta(days=365)
KEPT = "1 year after it was closed"


class HelpRequest(TenantOwned, Base):
    """from_tenant_id, account_id: who asks. page: the path that it was asked on. answer: of the operators, by mail."""

    __tablename__ = "help_requests"
    __table_args__ = (Index("ix_help_requests_tenant_id_asked_at", "tenant_id", "asked_at", "id"),)

    from_tenant_id: Mapped[UUID]
    account_id: Mapped[UUID]
    page: Mapped[str]
    language: Mapped[str]
    question: Mapped[str] = mapped_column(info=personal("to help an administrator", until=KEPT))
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(info=personal("to help an administrator", until=KEPT))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]


def ask(
    session: Session, *, tenant_id: UUID, account_id: UUID, page: str, question: str, language: str, now: datetime
) -> None:
    """Put a question. Raises Invalid, and Conflict for whoever has asked too often today."""
    question = _checked(question, "question")
    if limits.count(session, f"help/{account_id}", window=A_DAY, now=now) > MOST_A_DAY:
        raise Conflict("You have asked often today; the operators answer what is there first.")
    with scope.enter(session, COMMONS_ID):
        session.add(
            HelpRequest(
                id=new_id(),
                from_tenant_id=tenant_id,
                account_id=account_id,
                page=page[:LONGEST_PAGE],
                question=question,
                language=language,
                asked_at=now,
            )
        )
        session.flush()


def waiting(session: Session) -> int:
    """How many aren't closed. In the scope of the commons, as all that follows."""
    return session.scalar(select(func.count()).select_from(HelpRequest).where(HelpRequest.closed_at.is_(None))) or 0


def listed(session: Session, *, closed: bool) -> list[HelpRequest]:
    """The open ones, the oldest first; or the closed ones, the newest first."""
    ended = HelpRequest.closed_at
    query = select(HelpRequest).where(ended.is_not(None) if closed else ended.is_(None))
    return list(session.scalars(query.order_by(ended.desc() if closed else HelpRequest.asked_at).limit(MOST_SHOWN)))


def one(session: Session, request_id: UUID) -> HelpRequest:
    """One of them. Raises NotFound."""
    found = session.scalar(select(HelpRequest).where(HelpRequest.id == request_id))
    if found is None:
        raise NotFound("There is no such question.")
    return found


def answer(
    session: Session, queue: Queue, request_id: UUID, said: str, *, city: str, origin: str, by: UUID, now: datetime
) -> None:
    """Mail an answer to who asked, and close it. city: as its pages call it; origin: of its host. Raises Invalid,
    NotFound, and Conflict for one that is closed.
    """
    said = _checked(said, "answer")
    found = _open(session, request_id)
    email = session.scalar(select(Account.email).where(Account.id == found.account_id))
    found.answer, found.answered_at, found.answered_by, found.closed_at = said, now, by, now
    session.flush()
    if email is None:
        return
    values = {"city": city, "question": found.question, "answer": said, "url": f"{origin}{found.page}"}
    outbox.mail(
        session,
        queue,
        "help_answered",
        email,
        operating.compose("help_answered", found.language, values),
        language=found.language,
        now=now,
    )


def close(session: Session, request_id: UUID, now: datetime) -> None:
    """Close it without an answer. Raises NotFound, Conflict."""
    _open(session, request_id).closed_at = now
    session.flush()


def forget(session: Session, now: datetime, *, present: Collection[UUID]) -> None:
    """Delete what was closed a year ago; and what a city asked that isn't there any more, a year after it asked."""
    long_ago = now - A_YEAR
    left = and_(HelpRequest.asked_at < long_ago, HelpRequest.from_tenant_id.not_in(present))
    with scope.enter(session, COMMONS_ID):
        session.execute(delete(HelpRequest).where(or_(HelpRequest.closed_at < long_ago, left)))


def _open(session: Session, request_id: UUID) -> HelpRequest:
    """One that isn't closed, locked, so that nobody answers it twice. Raises NotFound, Conflict."""
    locked = select(HelpRequest).where(HelpRequest.id == request_id).with_for_update()
    found = session.scalar(locked.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("There is no such question.")
    if found.closed_at is not None:
        raise Conflict("This question is closed already.")
    return found


def _checked(written: str, field: str) -> str:
    words = written.strip()
    if not SHORTEST <= len(words) <= LONGEST:
        raise Invalid("Write %(least)s to %(most)s characters.", field=field, least=SHORTEST, most=LONGEST)
    return words
