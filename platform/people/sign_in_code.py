"""Signing in by a code that is sent: six digits, for one address or number on one host, for ten minutes.

Nothing is stored: a code is reckoned from the time and our secret, as seals are; whoever guesses is stopped by the
limits. Only who has neither a password nor a seat in the city signs in so: what a city asks of officials isn't gone
around by a mail. Codes to telephones cost money, so they are counted by number, by network and by city as well.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from people import identities, limits, proof
from people.account import Account
from people.contacts import checked_contact, is_mobile
from people.identities import Kind
from people.limits import TooMany
from people.sign_in import seat_of
from tenants.database import new_id
from tenants.errors import N_, Invalid, Unavailable

LASTS = timedelta(minutes=10)
MOST_ASKED = 3
MOST_TRIES = 5
DIGITS = 6
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_TO_NUMBER_A_DAY = 8
MOST_FROM_NETWORK_AN_HOUR = 30
MOST_OF_CITY_A_DAY = 2000
"""Of codes to telephones, each of which is paid for; by e-mail they go on."""


class WrongCode(Invalid):
    """One sentence for wrong, used and too old."""

    def __init__(self) -> None:
        super().__init__(
            N_("This code isn't right, or is over. Look at it once more, or ask for a new one."), field="code"
        )


@dataclass(frozen=True)
class Asked:
    """Where a code goes: email, case-folded, or phone, +62…; the other is None."""

    email: str | None
    phone: str | None

    @property
    def address(self) -> str:
        return self.email or self.phone or ""


def code_of(secret: bytes, host: str, address: str, at: datetime) -> str:
    """The code of an address or number on a host for the ten minutes in which an instant lies."""
    slot = int(at.timestamp()) // int(LASTS.total_seconds())
    signed = "\0".join(("sign-in code", host, address.casefold(), str(slot))).encode()
    number = int.from_bytes(hmac.new(secret, signed, hashlib.sha256).digest()[:8])
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def is_right(secret: bytes, host: str, address: str, typed: str, now: datetime) -> bool:
    """Whether it is the code of these ten minutes or of those before; blanks and hyphens are forgiven."""
    right = (code_of(secret, host, address, at) for at in (now, now - LASTS))
    return any(hmac.compare_digest(_bare(typed).encode(), one.encode()) for one in right)


def ask(
    session: Session, written: str, *, host: str, network: str, phones: bool, now: datetime, limited: bool
) -> Asked | None:
    """Where to send a code; None where it signs in by a password. network: of who asks. phones: whether we can call.

    Raises Invalid, Unavailable and TooMany, field contact.
    """
    asked = _checked(written)
    if not asked.address:
        raise Invalid("Write your WhatsApp number or your e-mail address.", field="contact")
    if asked.phone and not phones:
        raise Invalid("Codes can't be sent to telephones here. Write your e-mail address.", field="contact")
    if asked.phone and not is_mobile(asked.phone):
        raise Invalid("Codes go to Indonesian mobile numbers. Write one, or your e-mail address.", field="contact")
    tries = limits.count(session, f"code-asked/{host}/{asked.address}", window=LASTS, now=now)
    session.commit()  # asking counts also when nothing is sent
    if limited and tries > MOST_ASKED:
        raise Unavailable("Too many codes for this address. Please wait ten minutes.", field="contact")
    account = _account_of(session, asked)
    if account is not None and _signs_in_otherwise(session, account):
        return None
    if asked.phone:
        _pay(session, asked.phone, host, network, now, limited=limited)
    return asked


def enter(session: Session, secret: bytes, written: str, typed: str, *, host: str, now: datetime) -> Account:
    """The account of an address or number whose code this is, made anew where there is none; each code once.

    Raises WrongCode, or Unavailable after too many tries.
    """
    asked = prove(session, secret, written, typed, host=host, now=now)
    account = _account_of(session, asked)
    if account is not None and (account.erasing_since is not None or _signs_in_otherwise(session, account)):
        raise WrongCode
    if account is None and asked.phone:
        account = identities.account_made_for(session, Kind.PHONE, asked.phone, name=f"…{asked.phone[-4:]}", now=now)
    if account is None:
        name = (asked.email or "").partition("@")[0]
        account = Account(id=new_id(), email=asked.email, name=name, created_at=now, confirmed_at=now)
        session.add(account)
        session.flush()
    if asked.email:
        proof.prove(session, account, now)
    return account


def prove(session: Session, secret: bytes, written: str, typed: str, *, host: str, now: datetime) -> Asked:
    """Whose code this is, which is used up by it. Raises WrongCode, or Unavailable after too many tries."""
    asked = _checked(written)
    tries = limits.count(session, f"code-tried/{host}/{asked.address}", window=LASTS, now=now)
    session.commit()
    if tries > MOST_TRIES:
        raise Unavailable("Too many tries for this address. Please wait ten minutes.", field="code")
    if not asked.address or not is_right(secret, host, asked.address, typed, now):
        raise WrongCode
    used = hashlib.sha256(f"{host}/{asked.address}/{_bare(typed)}".encode()).hexdigest()
    if limits.count(session, f"code-used/{used}", window=2 * LASTS, now=now) > 1:
        raise WrongCode
    return asked


def _pay(session: Session, phone: str, host: str, network: str, now: datetime, *, limited: bool) -> None:
    """Count a code that costs money. Raises TooMany, each time with the way that is left."""
    number = hashlib.sha256(phone.encode()).hexdigest()
    for key, most, window, sentence in (
        (f"code-number/{number}", MOST_TO_NUMBER_A_DAY, DAY, OF_NUMBER),
        (f"code-network/{network}", MOST_FROM_NETWORK_AN_HOUR, HOUR, OF_NETWORK),
        (f"code-city/{host}", MOST_OF_CITY_A_DAY, DAY, OF_CITY),
    ):
        tries = limits.count(session, key, window=window, now=now)
        session.commit()
        if limited and tries > most:
            raise TooMany(sentence, until=limits.until(window, now), field="contact")


OF_NUMBER = N_("Many codes were sent to this number. Ask again from %(until)s on, or write your e-mail address.")
OF_NETWORK = N_("Many codes were asked for in your network. Ask again from %(until)s on, or write your e-mail address.")
OF_CITY = N_("No more codes go to telephones today. Ask again from %(until)s on, or write your e-mail address.")


def _checked(written: str) -> Asked:
    email, phone = checked_contact(written)
    return Asked(email.casefold() if email else None, phone)


def _account_of(session: Session, asked: Asked) -> Account | None:
    if asked.phone:
        return identities.account_known_by(session, Kind.PHONE, asked.phone)
    return session.scalar(select(Account).where(Account.email == asked.email))


def _signs_in_otherwise(session: Session, account: Account) -> bool:
    """Whether it has a password, or a seat in this city whose holder is still to choose one."""
    return account.password_hash is not None or seat_of(session, account.id) is not None


def _bare(typed: str) -> str:
    return "".join(character for character in typed if character not in " -.\u00a0")
