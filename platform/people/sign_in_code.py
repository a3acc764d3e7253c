"""Signing in by a code that is sent: six digits, for one address or number on one host, for ten minutes.

No code is stored: it is reckoned from the time and our secret, as seals are. It counts only in the ten minutes, on the
host and for the address for which one was sent, which is noted beside the limits. Whoever guesses is stopped by these:
wrong codes are counted by address on all hosts together, and by network. Only who has neither a password nor a seat in
the city signs in so: what a city asks of officials isn't gone around by a mail. Codes are counted by where they go and
by network as well, and those to telephones, which cost money, by city and in all.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from people import identities, limits, proof
from people.account import Account
from people.contacts import checked_contact, is_mobile
from people.identities import Kind
from people.limits import TooMany
from people.sign_in import account_by_email, seat_of
from tenants.database import new_id
from tenants.errors import N_, Invalid
from tenants.scope import tenant_of

LASTS = timedelta(minutes=10)
MOST_ASKED = 3
MOST_TRIES = 5
DIGITS = 6
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_TO_NUMBER_A_DAY = 8
MOST_TO_ADDRESS_A_DAY = 20
MOST_FROM_NETWORK_AN_HOUR = 300
"""Thousands of telephones may share one network address."""
MOST_OF_CITY_A_DAY, MOST_IN_ALL_A_DAY = 2000, 20_000
"""Of codes to telephones, each of which is paid for; by e-mail they go on."""
MOST_WRONG_A_DAY, MOST_WRONG_FROM_NETWORK_AN_HOUR = 30, 60
"""Wrong codes for an address or number to which one was sent, on all hosts; and those of a network for whomever."""


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

    @property
    def hashed(self) -> str:
        """What stands for it in a key that isn't of one host."""
        return hashlib.sha256(self.address.encode()).hexdigest()


@dataclass(frozen=True)
class Limit:
    """At most so often under a key in a window; the sentence says until when it is refused."""

    key: str
    most: int
    window: timedelta
    sentence: str


def code_of(secret: bytes, host: str, address: str, at: datetime) -> str:
    """The code of an address or number on a host for the ten minutes in which an instant lies."""
    slot = int(at.timestamp()) // int(LASTS.total_seconds())
    signed = "\0".join(("sign-in code", host, address.casefold(), str(slot))).encode()
    number = int.from_bytes(hmac.new(secret, signed, hashlib.sha256).digest()[:8])
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def is_right(
    secret: bytes, host: str, address: str, typed: str, now: datetime, *, sent: Collection[datetime] | None = None
) -> bool:
    """Whether it is the code of these ten minutes or of those before; blanks and hyphens are forgiven.

    sent: the instants whose codes count, if not both.
    """
    right = (code_of(secret, host, address, at) for at in (moments(now) if sent is None else sent))
    return any(hmac.compare_digest(_bare(typed).encode(), one.encode()) for one in right)


def moments(now: datetime) -> tuple[datetime, datetime]:
    """An instant in each of the ten minutes whose codes may be entered now."""
    return now, now - LASTS


def note_sent(session: Session, host: str, address: str, now: datetime) -> None:
    """Note that the code of this moment goes out: none counts of which this wasn't noted."""
    limits.count(session, _sent_key(host, address), window=LASTS, now=now)


def ask(
    session: Session, written: str, *, host: str, network: str, phones: bool, now: datetime, limited: bool
) -> Asked | None:
    """Where to send a code; None where it signs in by a password. network: of who asks. phones: whether we can call.

    The session is in the city's scope, and the message is written in the same transaction.
    Raises Invalid and TooMany, field contact.
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
        raise TooMany(
            "Too many codes for this address. Please wait ten minutes.", until=limits.until(LASTS, now), field="contact"
        )
    for_all, paid = _limits(session, asked, network)
    if limited:
        _refuse_past(session, [*for_all, *paid], now, field="contact")
    for limit in for_all:  # also where nothing is sent, so that nobody learns it by being refused
        limits.count(session, limit.key, window=limit.window, now=now)
    session.commit()
    account = _account_of(session, asked)
    if account is not None and signs_in_otherwise(session, account):
        return None
    for limit in paid:
        limits.count(session, limit.key, window=limit.window, now=now)
        session.commit()  # everybody counts here, so nobody holds it for long
    note_sent(session, host, asked.address, now)
    return asked


def enter(
    session: Session, secret: bytes, written: str, typed: str, *, host: str, now: datetime, network: str = ""
) -> Account:
    """The account of an address or number whose code this is, made anew where there is none; each code once.

    Raises WrongCode, or TooMany after too many tries.
    """
    asked = prove(session, secret, written, typed, host=host, now=now, network=network)
    account = _account_of(session, asked)
    if account is not None and (account.erasing_since is not None or signs_in_otherwise(session, account)):
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


def prove(
    session: Session, secret: bytes, written: str, typed: str, *, host: str, now: datetime, network: str = ""
) -> Asked:
    """Whose code this is, which is used up by it. network: of who enters it; "" counts by none.

    Raises WrongCode, or TooMany after too many tries.
    """
    asked = _checked(written)
    tries = limits.count(session, f"code-tried/{host}/{asked.address}", window=LASTS, now=now)
    session.commit()
    if tries > MOST_TRIES:
        raise TooMany(
            "Too many tries for this address. Please wait ten minutes.", until=limits.until(LASTS, now), field="code"
        )
    key = _sent_key(host, asked.address)
    sent = [at for at in moments(now) if asked.address and limits.counted(session, key, window=LASTS, now=at)]
    # without a code that was sent there is nothing to guess, so nobody's own tries are used up
    wrong = [Limit(f"code-wrong/{asked.hashed}", MOST_WRONG_A_DAY, DAY, WRONG_OF_ADDRESS)] if sent else []
    if network and not limits.is_this_machine(network):
        by_network = f"code-wrong-network/{network}"
        wrong.append(Limit(by_network, MOST_WRONG_FROM_NETWORK_AN_HOUR, HOUR, WRONG_OF_NETWORK))
    _refuse_past(session, wrong, now, field="code")
    if not is_right(secret, host, asked.address, typed, now, sent=sent):
        for limit in wrong:
            limits.count(session, limit.key, window=limit.window, now=now)
        session.commit()
        raise WrongCode
    used = f"code-used/{hashlib.sha256(f'{host}/{asked.address}/{_bare(typed)}'.encode()).hexdigest()}"
    if not limits.first_use(session, used, lasts=LASTS, now=now):
        raise WrongCode
    return asked


def _limits(session: Session, asked: Asked, network: str) -> tuple[list[Limit], list[Limit]]:
    """What a code counts under: wherever it goes, and what is paid for besides."""
    to_phone = asked.phone is not None
    for_all = [
        Limit(f"code-number/{asked.hashed}", MOST_TO_NUMBER_A_DAY, DAY, OF_NUMBER)
        if to_phone
        else Limit(f"code-address/{asked.hashed}", MOST_TO_ADDRESS_A_DAY, DAY, OF_ADDRESS)
    ]
    if not limits.is_this_machine(network):
        by_network = f"code-network/{limits.wider(network)}"
        for_all.append(Limit(by_network, MOST_FROM_NETWORK_AN_HOUR, HOUR, OF_NETWORK))
    if not to_phone:
        return for_all, []
    return for_all, [
        Limit(f"code-city/{tenant_of(session)}", MOST_OF_CITY_A_DAY, DAY, OF_CITY),
        Limit("code-all", MOST_IN_ALL_A_DAY, DAY, OF_CITY),
    ]


def _refuse_past(session: Session, several: Iterable[Limit], now: datetime, *, field: str) -> None:
    """Raises TooMany for the first of these limits that is reached."""
    for limit in several:
        if limits.counted(session, limit.key, window=limit.window, now=now) >= limit.most:
            raise TooMany(limit.sentence, until=limits.until(limit.window, now), field=field)


def _sent_key(host: str, address: str) -> str:
    return f"code-sent/{host}/{address.casefold()}"


OF_NUMBER = N_("Many codes were sent to this number. Ask again from %(until)s on, or write your e-mail address.")
OF_ADDRESS = N_("Many codes were sent to this address. Ask again from %(until)s on.")
OF_NETWORK = N_("Many codes were asked for in your network. Ask again from %(until)s on.")
WRONG_OF_ADDRESS = N_("Many wrong codes were written for this address. Try again from %(until)s on.")
WRONG_OF_NETWORK = N_("Many wrong codes were written in your network. Try again from %(until)s on.")
OF_CITY = N_("No more codes go to telephones today. Ask again from %(until)s on, or write your e-mail address.")


def _checked(written: str) -> Asked:
    email, phone = checked_contact(written)
    return Asked(email.casefold() if email else None, phone)


def _account_of(session: Session, asked: Asked) -> Account | None:
    if asked.phone:
        return identities.account_known_by(session, Kind.PHONE, asked.phone)
    return account_by_email(session, asked.email or "")


def signs_in_otherwise(session: Session, account: Account) -> bool:
    """Whether it has a password, or a seat in this city whose holder is still to choose one."""
    return account.password_hash is not None or seat_of(session, account.id) is not None


def _bare(typed: str) -> str:
    return "".join(character for character in typed if character not in " -.\u00a0")
