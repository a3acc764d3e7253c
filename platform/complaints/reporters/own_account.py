"""An account in its holder's own hands: their name, one more confirmed contact, and its erasure.

Erasing ends every sign-in at once; a job then goes through the cities. There each report is forgotten whose it is, or
erased whole where that was asked for and officials are done with it, as by the link of the report. What stays is what
stays of an erased report (own_data), and of whoever works for a government the account, since history names them.
"""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, delete, or_, select, update
from sqlalchemy.orm import Session

from complaints.audience import alerts, following
from complaints.audience.alerts import Alert
from complaints.audience.following import Follower
from complaints.complaint import Complaint
from complaints.office import Office
from complaints.reporters import joining, own_data
from complaints.together.incident_following import IncidentFollower
from complaints.together.works_following import WorksFollower
from messages import digest
from people import identities, sign_in
from people.account import Account, SignIn
from people.identities import Kind
from people.passkey import PasskeyChallenge
from people.permissions import Role
from people.seat import Seat
from people.sign_in_code import Asked
from tenants import scope
from tenants.database import Base
from tenants.errors import Conflict, Invalid
from tenants.scope import tenant_of
from tenants.tenant import Stage

log = logging.getLogger(__name__)

LONGEST_NAME = 200
BATCH = 20


def rename(session: Session, account: Account, name: str) -> None:
    """Be called otherwise. Raises Invalid, field name."""
    name = " ".join(name.split())
    if not name:
        raise Invalid("Write your name.", field="name")
    if len(name) > LONGEST_NAME:
        raise Invalid("Up to %(most)s characters, please.", field="name", most=LONGEST_NAME)
    account.name = name
    session.flush()


def add_contact(session: Session, account: Account, proved: Asked, now: datetime) -> int:
    """Add an address or number whose code was just given back; how many earlier reports of this city join by it.

    Raises Conflict where it is another account's, or the address is how a government knows its official.
    """
    if proved.phone:
        if not identities.give(session, account, Kind.PHONE, proved.phone, now):
            raise Conflict("This number belongs to another account. Sign in with it instead.", field="contact")
        return joining.join_earlier(session, account.id, phones=[proved.phone])
    if account.email != proved.email:
        if _signs_in_by_its_address(session, account):
            raise Conflict("You sign in with your address here, so it can't be changed on this page.", field="contact")
        taken = session.scalar(select(Account.id).where(Account.email == proved.email))
        if taken is not None:
            raise Conflict("This address belongs to another account. Sign in with it instead.", field="contact")
        account.email, account.confirmed_at = proved.email, now
        session.flush()
    return joining.join_earlier(session, account.id, emails=[proved.email or ""])


def ask_to_erase(session: Session, account: Account, *, words: bool, now: datetime) -> None:
    """Have an account erased within minutes. words: and what was written and photographed in finished reports.

    Raises Conflict for who works for a government or runs the platform.
    """
    if account.is_operator or _works_here(session, account.id):
        raise Conflict("You work here with this account. Your administrator ends your place first.")
    account.erasing_since, account.erasing_words = account.erasing_since or now, words
    sign_in.end_all(session, account.id, now=now)
    session.flush()


def erase_asked(session: Session, office: Office, now: datetime) -> int:
    """Erase the accounts whose holders asked for it, in every city; how many. Killed on the way, it begins anew."""
    asked = select(Account.id, Account.email, Account.erasing_words).where(Account.erasing_since.is_not(None))
    found = session.execute(asked.order_by(Account.erasing_since).limit(BATCH)).all()
    session.commit()
    erased = 0
    for account_id, email, words in found:
        try:
            erased += _erase(session, office, account_id, email, words=words, now=now)
        except Exception:  # one account that can't be erased mustn't keep the others waiting
            session.rollback()
            log.exception("an account couldn't be erased", extra={"account": str(account_id)})
    return erased


def _erase(
    session: Session, office: Office, account_id: UUID, email: str | None, *, words: bool, now: datetime
) -> bool:
    """Erase an account in every city. Whoever works in one keeps it, and no report is theirs any more; then False."""
    works = False
    for _tenant in scope.every_tenant(session, because="an account may have a seat anywhere", stages=tuple(Stage)):
        works = works or _works_here(session, account_id)
    for _tenant in scope.every_tenant(session, because="an account may have reports anywhere", stages=tuple(Stage)):
        _leave_city(session, office, account_id, email, words=words, now=now)
        if not works:
            session.execute(update(Seat).where(Seat.account_id == account_id).values(name="", ended_at=now))
    if works:
        session.execute(update(Account).where(Account.id == account_id).values(erasing_since=None))
        session.commit()
        return False
    sign_ins = select(SignIn.id).where(SignIn.account_id == account_id)
    session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.sign_in_id.in_(sign_ins)))
    for column in _columns_that_name_an_account():
        session.execute(delete(column.table).where(column == account_id))
    session.execute(delete(Account).where(Account.id == account_id))
    session.commit()
    return True


def _columns_that_name_an_account() -> list[Column[Any]]:
    """Its sign-ins, second steps and names: whatever table refers to it, also one that is added later."""
    accounts = Base.metadata.tables[Account.__tablename__]
    return [
        key.parent for table in Base.metadata.tables.values() for key in table.foreign_keys if key.references(accounts)
    ]


def _leave_city(
    session: Session, office: Office, account_id: UUID, email: str | None, *, words: bool, now: datetime
) -> None:
    """Forget the account in the session's city."""
    for complaint in session.scalars(select(Complaint).where(Complaint.reporter_account_id == account_id)).all():
        if words and not complaint.is_open:
            own_data.erase(session, office.queue, complaint, now)
        else:
            own_data.forget(session, office.queue, complaint, now)
    theirs = [Follower.account_id == account_id, *([Follower.email == email] if email is not None else [])]
    gone = session.scalars(delete(Follower).where(or_(*theirs)).returning(Follower.email)).all()
    for address in {one for one in gone if one is not None}:
        digest.drop_of(session, following.reader_id(tenant_of(session), address))
    if email is not None:
        for alert in session.scalars(select(Alert).where(Alert.email == email).limit(1)).all():
            alerts.end(session, office, alert, all_of_address=True)
        for table in (IncidentFollower, WorksFollower):
            session.execute(delete(table).where(table.email == email))


def _works_here(session: Session, account_id: UUID) -> bool:
    """Whether it has a running seat in the session's city, other than a resident's."""
    seat = select(Seat.id).where(Seat.account_id == account_id, Seat.ended_at.is_(None), Seat.role != Role.RESIDENT)
    return session.scalar(seat) is not None


def _signs_in_by_its_address(session: Session, account: Account) -> bool:
    return account.password_hash is not None or account.is_operator or _works_here(session, account.id)
