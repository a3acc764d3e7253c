"""Signing in by a code that is mailed: six digits, for one address on one host, for ten minutes; nothing is stored.

A code is reckoned from the time and our secret, as seals are; whoever guesses is stopped by the limits. Only who has
neither a password nor a seat in the city signs in so: what a city asks of officials isn't gone around by a mail.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from people import limits, proof
from people.account import Account
from people.contacts import checked_email
from people.sign_in import seat_of
from tenants.database import new_id
from tenants.errors import N_, Invalid, Unavailable

LASTS = timedelta(minutes=10)
MOST_ASKED = 3
MOST_TRIES = 5
DIGITS = 6


class WrongCode(Invalid):
    """One sentence for wrong, used and too old."""

    def __init__(self) -> None:
        super().__init__(
            N_("This code isn't right, or is over. Look at it once more, or ask for a new one."), field="code"
        )


def code_of(secret: bytes, host: str, email: str, at: datetime) -> str:
    """The code of an address on a host for the ten minutes in which an instant lies."""
    slot = int(at.timestamp()) // int(LASTS.total_seconds())
    signed = "\0".join(("sign-in code", host, email.casefold(), str(slot))).encode()
    number = int.from_bytes(hmac.new(secret, signed, hashlib.sha256).digest()[:8])
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def is_right(secret: bytes, host: str, email: str, typed: str, now: datetime) -> bool:
    """Whether it is the code of these ten minutes or of those before; blanks and hyphens are forgiven."""
    right = (code_of(secret, host, email, at) for at in (now, now - LASTS))
    return any(hmac.compare_digest(_bare(typed).encode(), one.encode()) for one in right)


def ask(session: Session, email: str, *, host: str, now: datetime, limited: bool) -> str | None:
    """The address to mail a code to; None where it signs in by a password. Raises Invalid, Unavailable, field email."""
    address = (checked_email(email) or "").casefold()
    if not address:
        raise Invalid("Write your e-mail address.", field="email")
    tries = limits.count(session, f"code-asked/{host}/{address}", window=LASTS, now=now)
    session.commit()  # asking counts also when nothing is sent
    if limited and tries > MOST_ASKED:
        raise Unavailable("Too many codes for this address. Please wait ten minutes.", field="email")
    account = session.scalar(select(Account).where(Account.email == address))
    return None if account is not None and _signs_in_otherwise(session, account) else address


def enter(session: Session, secret: bytes, email: str, typed: str, *, host: str, now: datetime) -> Account:
    """The account of an address whose code this is, made anew where there is none; each code once.

    Raises WrongCode, or Unavailable after too many tries.
    """
    address = (checked_email(email) or "").casefold()
    tries = limits.count(session, f"code-tried/{host}/{address}", window=LASTS, now=now)
    session.commit()
    if tries > MOST_TRIES:
        raise Unavailable("Too many tries for this address. Please wait ten minutes.", field="code")
    if not address or not is_right(secret, host, address, typed, now):
        raise WrongCode
    used = hashlib.sha256(f"{host}/{address}/{_bare(typed)}".encode()).hexdigest()
    if limits.count(session, f"code-used/{used}", window=2 * LASTS, now=now) > 1:
        raise WrongCode
    account = session.scalar(select(Account).where(Account.email == address))
    if account is not None and _signs_in_otherwise(session, account):
        raise WrongCode
    if account is None:
        name = address.partition("@")[0]
        account = Account(id=new_id(), email=address, name=name, created_at=now, confirmed_at=now)
        session.add(account)
        session.flush()
    proof.prove(session, account, now)
    return account


def _signs_in_otherwise(session: Session, account: Account) -> bool:
    """Whether it has a password, or a seat in this city whose holder is still to choose one."""
    return account.password_hash is not None or seat_of(session, account.id) is not None


def _bare(typed: str) -> str:
    return "".join(character for character in typed if character not in " -.\u00a0")
