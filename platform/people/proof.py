"""Whose an account is: it becomes its address's own when somebody shows that they read the mail that goes there."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from people import second_factor, sign_in
from people.account import Account, Ticket


def prove(session: Session, account: Account, now: datetime) -> None:
    """Somebody has shown that the account's address is theirs; the first time whatever was set up before is void."""
    if account.confirmed_at is None:
        void(session, account, now)
        account.confirmed_at = now
    session.flush()


def void(session: Session, account: Account, now: datetime) -> None:
    """Take the password and every way in from whoever made the account without having shown that it is theirs."""
    account.password_hash = None
    session.flush()
    second_factor.remove(session, account.id)
    sign_in.end_all(session, account.id, now=now)
    session.execute(
        update(Ticket).where(Ticket.account_id == account.id, Ticket.used_at.is_(None)).values(used_at=now),
        execution_options={"synchronize_session": "fetch"},
    )
