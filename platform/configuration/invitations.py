"""Inviting somebody to a city's staff, by mail or by a link that is handed over; and taking such an invitation.

Whoever comes with a link that was only mailed has proved the address. A link that an administrator copied proves
nothing of it: it may give a new account its first password, but never one that is there already and has none yet, since
that account may have a seat in another city.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from configuration import editing
from configuration.editing import Author
from messages import outbox, texts
from messages.queue import Queue
from people import identities, limits, proof, sign_in
from people.account import Account
from people.contacts import checked_email
from people.invitation import LASTS, Invitation, hash_of
from people.permissions import Permission, Role, may
from people.seat import Seat, SeatAgency
from people.sign_in import hash_password
from tenants.agency import Agency
from tenants.database import new_id
from tenants.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from tenants.scope import tenant_of
from tenants.tenant import Tenant, in_language
from tenants.times import due_time

INVITED = "invited"
LONGEST_NAME = 120
MOST_MAILED = 200
"""Invitations of a city by mail in a day: whoever signs a city up can write to anybody."""
STAFF = (Role.ADMIN, Role.SUPERVISOR, Role.OFFICER, Role.PARTNER)
"""The roles that can be given, from the top."""
OF_AN_AGENCY = (Role.OFFICER, Role.PARTNER)
"""Whoever has one of these works for an agency: without one they would see nothing of their own."""


@dataclass(frozen=True)
class Invited:
    """Who is invited, and as what."""

    email: str
    name: str
    role: str
    agency_ids: Sequence[UUID] = ()


class Way(Enum):
    """How an invitation can be taken by whoever came with it."""

    FIRST = "first"
    """They choose their first password."""
    SIGN_IN = "sign_in"
    """They have an account: they sign in with it and accept."""
    MAIL = "mail"
    """An account is there that nobody has signed in to yet: only a link that is mailed to its address opens it."""


def checked_name(written: str) -> str:
    """A person's name. Raises Invalid."""
    name = " ".join(written.split())
    if not name:
        raise Invalid("Write the name.", field="name")
    if len(name) > LONGEST_NAME:
        raise Invalid("A name has at most %(most)s characters.", field="name", most=LONGEST_NAME)
    return name


def checked_place(session: Session, role: str, agency_ids: Sequence[UUID]) -> list[UUID]:
    """The agencies of a seat, each once. Raises Invalid, naming the field, for what can't be."""
    if role not in STAFF:
        raise Invalid("Choose a role.", field="role")
    wanted = list(dict.fromkeys(agency_ids))
    here = set(session.scalars(select(Agency.id).where(Agency.id.in_(wanted), Agency.ended_at.is_(None))))
    if here != set(wanted):
        raise Invalid("One of these agencies has ended. Please choose again.", field="agencies")
    if role in OF_AN_AGENCY and not wanted:
        raise Invalid("Name at least one agency that this person works for.", field="agencies")
    return wanted


def invite(
    session: Session, queue: Queue, invited: Invited, *, base_url: str, by_mail: bool, author: Author, now: datetime
) -> tuple[Invitation, str]:
    """Invite somebody into the session's tenant; the invitation and its link, of which only a hash is kept.

    base_url: of the tenant's portal, without a slash at the end. by_mail: the link is mailed to the address; whoever
    calls must then show it to nobody. An earlier invitation of the same address ends. Raises Invalid naming the field,
    Conflict for somebody who works here already, or Unavailable after too many mails in a day.
    """
    email = (checked_email(invited.email) or "").casefold()
    if not email:
        raise Invalid("Write the e-mail address: it is what they sign in with.", field="email")
    name = checked_name(invited.name)
    agency_ids = checked_place(session, invited.role, invited.agency_ids)
    account = session.scalar(select(Account).where(Account.email == email))
    if account is not None and _running(session, account.id):
        raise Conflict("Somebody with this address works here already.", field="email")
    for earlier in session.scalars(
        select(Invitation).where(
            Invitation.email == email, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None)
        )
    ):
        earlier.withdrawn_at = now
    if by_mail:
        _refuse_too_many(session, now)
    token = secrets.token_urlsafe(24)
    invitation = Invitation(
        id=new_id(),
        token_hash=hash_of(token),
        by_mail=by_mail,
        email=email,
        name=name,
        role=invited.role,
        agency_ids=[str(one) for one in agency_ids],
        invited_by=author.seat_id,
        created_at=now,
        expires_at=now + LASTS,
    )
    session.add(invitation)
    session.flush()
    link = f"{base_url}/invitation/{token}"
    if by_mail:
        _mail(session, queue, invitation, link, account.language if account else None, now)
    return invitation, link


def invite_anew(
    session: Session, queue: Queue, invitation_id: UUID, *, base_url: str, by_mail: bool, author: Author, now: datetime
) -> tuple[Invitation, str]:
    """The same invitation with a new link; the former one opens nothing any more."""
    former = session.scalar(select(Invitation).where(Invitation.id == invitation_id))
    if former is None or former.accepted_at is not None:
        raise NotFound("There is no such invitation.")
    invited = Invited(former.email, former.name, former.role, [UUID(one) for one in former.agency_ids])
    return invite(session, queue, invited, base_url=base_url, by_mail=by_mail, author=author, now=now)


def withdraw(session: Session, invitation_id: UUID, now: datetime) -> None:
    """End an invitation that nobody has taken; nothing for one that is over."""
    found = select(Invitation).where(Invitation.id == invitation_id, Invitation.accepted_at.is_(None))
    invitation = session.scalar(found.with_for_update())
    if invitation is None:
        raise NotFound("There is no such invitation.")
    invitation.withdrawn_at = invitation.withdrawn_at or now
    session.flush()


def invitation_by(session: Session, token: str, now: datetime) -> Invitation:
    """The invitation of a link, locked until the transaction ends. Raises NotFound for one that is over."""
    found = select(Invitation).where(
        Invitation.token_hash == hash_of(token),
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > now,
    )
    invitation = session.scalar(found.with_for_update())
    if invitation is None:
        raise NotFound(
            "This invitation has been used or withdrawn, or it is older than seven days."
            " Please ask whoever invited you for a new one."
        )
    return invitation


def way_in(session: Session, invitation: Invitation) -> Way:
    """How whoever came with the link can take the invitation."""
    account = session.scalar(select(Account).where(Account.email == invitation.email))
    if account is None:
        return Way.FIRST
    # who comes by a mail is the address's owner; a password that was set before anybody had shown that isn't theirs
    if account.password_hash is not None and (account.confirmed_at is not None or not invitation.by_mail):
        return Way.SIGN_IN
    return Way.FIRST if invitation.by_mail else Way.MAIL


def accept_with_password(
    session: Session, invitation: Invitation, *, name: str, password: str, language: str, now: datetime
) -> Account:
    """Take an invitation with a first password; the account, new or so far without one.

    From now on the password alone opens it: its sign-ins end, and no provider leads into it.
    Raises Invalid naming the field.
    """
    if way_in(session, invitation) is not Way.FIRST:
        raise NotAllowed("There is an account with this address. Please sign in with it first.")
    name, hashed = checked_name(name), hash_password(password)
    account = session.scalar(select(Account).where(Account.email == invitation.email))
    if account is None:
        account = Account(id=new_id(), email=invitation.email, name=name, created_at=now)
        session.add(account)
        session.flush()
    if invitation.by_mail:
        proof.prove(session, account, now)
    identities.forget_providers(session, account.id)
    sign_in.end_all(session, account.id, now=now)
    account.name, account.password_hash = name, hashed
    account.language = account.language or language
    session.flush()
    _take(session, invitation, account, name, now)
    return account


def accept(session: Session, invitation: Invitation, account: Account, now: datetime) -> None:
    """Take an invitation with the account of its address. Raises NotAllowed for another's."""
    if account.email != invitation.email:
        raise NotAllowed("This invitation is for another address than yours. Sign out, and sign in with that one.")
    if way_in(session, invitation) is not Way.SIGN_IN:
        raise NotAllowed("Choose a password first: nobody has shown so far that this address is theirs.")
    _take(session, invitation, account, invitation.name, now)


def settle_agencies(session: Session, seat: Seat, agency_ids: Sequence[UUID], *, author: Author, now: datetime) -> None:
    """Let a seat work for these agencies and no other."""
    wanted = set(agency_ids)
    for tie in session.scalars(select(SeatAgency).where(SeatAgency.seat_id == seat.id)).all():
        if tie.agency_id in wanted:
            wanted.discard(tie.agency_id)
        else:
            editing.end(session, tie, author=author, now=now)
    for agency_id in sorted(wanted, key=str):
        editing.add(session, SeatAgency(seat_id=seat.id, agency_id=agency_id), author=author, now=now)


def _take(session: Session, invitation: Invitation, account: Account, name: str, now: datetime) -> None:
    if _running(session, account.id):
        raise Conflict("Your account works here already.")
    _refuse_unless_still_meant(session, invitation)
    author = Author(invitation.invited_by)
    seat = session.scalar(select(Seat).where(Seat.account_id == account.id))
    if seat is None:
        seat = Seat(id=new_id(), account_id=account.id, role=invitation.role, name=name, created_at=now)
        editing.add(session, seat, author=author, now=now)
    else:
        values = {"role": invitation.role, "name": name, "ended_at": None}
        editing.change(session, seat, values, author=author, now=now)
    named = [UUID(one) for one in invitation.agency_ids]
    # one that has ended since takes nobody along
    here = session.scalars(select(Agency.id).where(Agency.id.in_(named), Agency.ended_at.is_(None))).all()
    settle_agencies(session, seat, here, author=author, now=now)
    invitation.accepted_at, invitation.seat_id = now, seat.id
    session.flush()


def _refuse_unless_still_meant(session: Session, invitation: Invitation) -> None:
    """Whoever invited may have left since, or may let nobody in any more. Without a seat it was a command."""
    if invitation.invited_by is None:
        return
    inviter = session.scalar(select(Seat).where(Seat.id == invitation.invited_by))
    if inviter is None or inviter.ended_at is not None or not may(inviter.role, Permission.CONFIGURE):
        raise Conflict("Whoever invited you doesn't let people in here any more. Please ask for a new invitation.")


def _running(session: Session, account_id: UUID) -> bool:
    """Whether the account is staff here; a resident's seat can become another."""
    seat = session.scalar(select(Seat).where(Seat.account_id == account_id, Seat.ended_at.is_(None)))
    return seat is not None and seat.role != Role.RESIDENT


def _refuse_too_many(session: Session, now: datetime) -> None:
    mailed = limits.count(session, f"invited/{tenant_of(session)}", window=timedelta(days=1), now=now)
    if mailed > MOST_MAILED:
        raise Unavailable(
            "At most %(most)s invitations are mailed in a day. Please go on tomorrow.", field="email", most=MOST_MAILED
        )


def _mail(
    session: Session, queue: Queue, invitation: Invitation, link: str, language: str | None, now: datetime
) -> None:
    tenant = session.get_one(Tenant, tenant_of(session))
    language = language if language in tenant.languages else tenant.languages[0]
    inviter = session.scalar(select(Seat.name).where(Seat.id == invitation.invited_by))
    values = {
        "city": in_language(tenant.name, language, tenant.languages),
        "who": invitation.name,
        "inviter": inviter,
        "until": due_time(invitation.expires_at, language, tenant.time_zone),
        "url": link,
    }
    outbox.mail(
        session,
        queue,
        INVITED,
        invitation.email,
        texts.compose(INVITED, language, values, tenant.texts),
        language=language,
        now=now,
        link=link,
    )
