"""Who hears of an invoice or a failed payment: the city's administrators, by mail."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.office import Office
from messages import outbox, paying
from people.account import Account
from people.permissions import Permission, Role, may
from people.seat import Seat

ADMINS = [role for role in Role if may(role, Permission.CONFIGURE)]


def tell_admins(
    session: Session, office: Office, event: str, values: Callable[[str], Mapping[str, str]], now: datetime
) -> None:
    """Mail everybody who may configure the session's city. values: what fills the text, by language."""
    seats = select(Seat.account_id).where(Seat.role.in_(ADMINS), Seat.ended_at.is_(None))
    accounts = select(Account).where(Account.id.in_(list(session.scalars(seats)))).order_by(Account.email)
    for account in session.scalars(accounts):
        language = account.language or "id"
        outbox.mail(
            session,
            office.queue,
            event,
            account.address,
            paying.compose(event, language, values(language)),
            language=language,
            now=now,
        )
