"""Sign-ins: server-side, revocable, bound to one host; passwords by argon2."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from people.account import Account, SignIn, Ticket
from people.deputyship import Deputyship
from people.seat import Seat, SeatAgency
from tenants.errors import N_, Invalid

LASTS = timedelta(days=14)
WAITS = timedelta(minutes=10)
"""How long the second step may take."""
TICKET_LASTS = timedelta(seconds=60)
AGENT_KEPT = timedelta(days=90)
SHORTEST_PASSWORD = 10
MOST_SHOWN = 50

_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex(16))


class WrongPassword(Invalid):
    """One sentence for both: who asks must not learn which addresses have an account."""

    def __init__(self) -> None:
        super().__init__(N_("The e-mail address or the password isn't right. Please try again."), field="password")


def hash_password(password: str) -> str:
    """An argon2 hash. Raises Invalid for a short one."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid("Choose a password of at least %(least)s characters.", field="password", least=SHORTEST_PASSWORD)
    return _hasher.hash(password)


def account_by_password(session: Session, email: str, password: str) -> Account:
    """The account of an address and its password. Raises WrongPassword, after the same time whoever asks."""
    account = session.scalar(select(Account).where(Account.email == email.strip().casefold()))
    try:
        _hasher.verify((account.password_hash if account else None) or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        raise WrongPassword from None
    if account is None or account.password_hash is None:
        raise WrongPassword
    return account


def account_by_email(session: Session, email: str) -> Account | None:
    """The account of a case-folded address."""
    return session.scalar(select(Account).where(Account.email == email)) if email else None


def names_of(session: Session, account_ids: Collection[UUID]) -> dict[UUID, str]:
    """What the holders of these accounts are called; nobody who is gone."""
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(account_ids)))
    return {row.id: row.name for row in rows}


def change_password(session: Session, account: Account, *, present: str, wanted: str) -> None:
    """Set another password. Raises Invalid naming the field where the present one is wrong or the other too short."""
    try:
        _hasher.verify(account.password_hash or _NOBODY, present)
    except (VerificationError, InvalidHashError):
        raise Invalid("This isn't your present password.", field="present") from None
    account.password_hash = hash_password(wanted)
    session.flush()


def begin(
    session: Session,
    account: Account,
    *,
    host: str,
    agent: str,
    now: datetime,
    waits: bool = False,
    until: datetime | None = None,
    proved_at: datetime | None = None,
) -> str:
    """Begin a sign-in on a host; the token for its cookie, of which only the hash is kept.

    waits: for a second step. until: when it ends, if otherwise than usual. proved_at: when the second step was made.
    """
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            token_hash=_hash(token),
            account_id=account.id,
            host=host,
            agent=agent[:200],
            created_at=now,
            expires_at=until or now + (WAITS if waits else LASTS),
            waits=waits,
            proved_at=proved_at,
        )
    )
    session.flush()
    return token


def waiting_of(session: Session, token: str, *, host: str, now: datetime) -> SignIn | None:
    """The sign-in of a token that waits for its second step."""
    return session.scalar(
        select(SignIn).where(
            SignIn.token_hash == _hash(token),
            SignIn.host == host,
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
            SignIn.waits,
        )
    )


def finish(session: Session, waiting: SignIn, now: datetime) -> str:
    """The second step is made: it is a sign-in now, with another token for its cookie."""
    token = secrets.token_urlsafe(32)
    waiting.token_hash, waiting.waits, waiting.proved_at = _hash(token), False, now
    waiting.expires_at = now + LASTS
    session.flush()
    return token


def account_of(session: Session, token: str, *, host: str, now: datetime) -> tuple[Account, SignIn] | None:
    """Whose running sign-in on this host the token is."""
    found = session.execute(_RUNNING, {"token_hash": _hash(token), "host": host, "now": now}).one_or_none()
    return (found[0], found[1]) if found else None


def running(session: Session, account_id: UUID, now: datetime, *, hosts: Collection[str] | None = None) -> list[SignIn]:
    """The sign-ins of an account that haven't ended, the newest first. hosts: only those there."""
    found = select(SignIn).where(
        SignIn.account_id == account_id, SignIn.ended_at.is_(None), SignIn.expires_at > now, ~SignIn.waits
    )
    if hosts is not None:
        found = found.where(SignIn.host.in_(hosts))
    return list(session.scalars(found.order_by(SignIn.created_at.desc(), SignIn.id).limit(MOST_SHOWN)))


def forget_agents(session: Session, now: datetime) -> None:
    """Forget with which kind of device somebody signed in long ago; when and where stays, since rosters tell it."""
    session.execute(
        update(SignIn).where(SignIn.created_at < now - AGENT_KEPT, SignIn.agent != "").values(agent=""),
        execution_options={"synchronize_session": False},
    )


def end_all(
    session: Session,
    account_id: UUID,
    *,
    now: datetime,
    hosts: Collection[str] | None = None,
    but: UUID | None = None,
) -> None:
    """End every sign-in of an account. hosts: only those there. but: the one that stays."""
    ending = update(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    if hosts is not None:
        ending = ending.where(SignIn.host.in_(hosts))
    if but is not None:
        ending = ending.where(SignIn.id != but)
    session.execute(ending.values(ended_at=now), execution_options={"synchronize_session": "fetch"})


def end_one(session: Session, account_id: UUID, sign_in_id: UUID, now: datetime) -> None:
    """End one of an account's own sign-ins; nothing for one that isn't theirs."""
    session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.account_id == account_id, SignIn.ended_at.is_(None))
        .values(ended_at=now),
        execution_options={"synchronize_session": "fetch"},
    )


def end(sign_in: SignIn, now: datetime) -> None:
    """End a sign-in."""
    sign_in.ended_at = now


def issue_ticket(
    session: Session, account_id: UUID, *, purpose: str, host: str, now: datetime, lasts: timedelta = TICKET_LASTS
) -> str:
    """A pass for one use on a host: on another within a minute, in a mail for longer; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    session.add(
        Ticket(token_hash=_hash(token), account_id=account_id, purpose=purpose, host=host, expires_at=now + lasts)
    )
    session.flush()
    return token


def _good(token: str, purpose: str, host: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What holds of a ticket that may be used."""
    return (
        Ticket.token_hash == _hash(token),
        Ticket.purpose == purpose,
        Ticket.host == host,
        Ticket.used_at.is_(None),
        Ticket.expires_at > now,
    )


def use_ticket(session: Session, token: str, *, purpose: str, host: str, now: datetime) -> Account | None:
    """The account of a ticket, which is used up by it; None for one that is over, used or another's."""
    ticket = session.scalar(select(Ticket).where(*_good(token, purpose, host, now)).with_for_update())
    if ticket is None:
        return None
    ticket.used_at = now
    return session.get(Account, ticket.account_id)


def holder_of(session: Session, token: str, *, purpose: str, host: str, now: datetime) -> Account | None:
    """Whose ticket this is, without using it up; None where `use_ticket` would say so."""
    return session.scalar(
        select(Account).join(Ticket, Ticket.account_id == Account.id).where(*_good(token, purpose, host, now))
    )


def seat_of(session: Session, account_id: UUID) -> tuple[Seat, frozenset[UUID]] | None:
    """The account's seat in the session's tenant, and the agencies that it works for."""
    found = seated(session, account_id)
    return found[:2] if found is not None else None


def seated(session: Session, account_id: UUID) -> tuple[Seat, frozenset[UUID], bool] | None:
    """As `seat_of`, and whether it was ever named somebody's deputy, by one statement."""
    row = session.execute(_SEATED, {"account_id": account_id}).one_or_none()
    return None if row is None else (row[0], frozenset(row[1] or ()), row[2])


# Made once, since every page of somebody signed in asks them, and putting a statement together takes time.
_RUNNING = (
    select(Account, SignIn)
    .join(SignIn, SignIn.account_id == Account.id)
    .where(
        SignIn.token_hash == bindparam("token_hash"),
        SignIn.host == bindparam("host"),
        SignIn.ended_at.is_(None),
        SignIn.expires_at > bindparam("now"),
        ~SignIn.waits,
    )
)
_SEATED = select(
    Seat,
    select(func.array_agg(SeatAgency.agency_id)).where(SeatAgency.seat_id == Seat.id).scalar_subquery(),
    exists().where(Deputyship.deputy_id == Seat.id, Deputyship.ended_at.is_(None)),
).where(Seat.account_id == bindparam("account_id"), Seat.ended_at.is_(None))


def agencies_of(session: Session, seat_id: UUID) -> list[UUID]:
    """The agencies that a seat works for."""
    return list(session.scalars(select(SeatAgency.agency_id).where(SeatAgency.seat_id == seat_id)))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
