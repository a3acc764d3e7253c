"""Blocking an abuser in every city at once: by a contact, with a reason, for a time; each is kept as a record."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from complaints.office import Office
from people.account import Account
from people.contacts import checked_email, checked_phone
from tenants import reasons
from tenants.block import Block, key_of
from tenants.directory import raise_epoch
from tenants.errors import Conflict, Invalid, NotFound

LENGTHS = (1, 7, 30, 90)
"""In days."""
MOST_SHOWN = 100
KEPT = timedelta(days=365)
"""After it ended."""


def block(session: Session, office: Office, contact: str, *, why: str, days: int, by: UUID, now: datetime) -> Block:
    """Take no reports from an address or a number for some days. Raises Invalid.

    An account with that address is meant too.
    """
    kind, value = (
        ("email", checked_email(contact, field="contact"))
        if "@" in contact
        else (
            "phone",
            checked_phone(contact, field="contact"),
        )
    )
    if not value:
        raise Invalid("Write the e-mail address or the telephone number of whom to block.", field="contact")
    why = reasons.checked(" ".join(why.split()), "why")
    if days not in LENGTHS:
        raise Invalid("Choose for how long.", field="days")
    keys = [key_of(office.secret, kind, value)]
    if kind == "email":
        account_id = account_of(session, value)
        keys += [key_of(office.secret, "account", str(account_id))] if account_id else []
    row = Block(
        keys=keys,
        shown="…" + (value[value.index("@") :] if kind == "email" else value[-4:]),
        why=why,
        from_at=now,
        until_at=now + timedelta(days=days),
        begun_by=by,
    )
    session.add(row)
    session.flush()
    raise_epoch(session)
    return row


def account_of(session: Session, email: str) -> UUID | None:
    """The account of an address."""
    return session.scalar(select(Account.id).where(Account.email == email.casefold()))


def end(session: Session, block_id: UUID, *, by: UUID, now: datetime) -> None:
    """Let them report again. Raises NotFound, Conflict."""
    row = session.get(Block, block_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such block.")
    if row.ended_at is not None or row.until_at <= now:
        raise Conflict("This block is over already.")
    row.ended_at, row.ended_by = now, by
    session.flush()
    raise_epoch(session)


def listed(session: Session) -> list[Block]:
    """The newest first, those that are over too."""
    return list(session.scalars(select(Block).order_by(Block.from_at.desc(), Block.id).limit(MOST_SHOWN)))


def forget(session: Session, now: datetime) -> None:
    """Delete the blocks that ended a year ago."""
    session.execute(delete(Block).where(func.coalesce(Block.ended_at, Block.until_at) < now - KEPT))
