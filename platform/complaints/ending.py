"""Ending messages by the link that they carry: a follower's, a reporter's, an official's. Doing it twice is once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from complaints.audience import alerts, following
from complaints.audience.alerts import Alert
from complaints.audience.ending_link import DAY, Whose, token_of
from complaints.audience.following import Follower
from complaints.audience.mailed import Followers
from complaints.complaint import Complaint, Contact
from complaints.office import Office
from complaints.seal import is_same
from complaints.together import incident_following, works_following
from messages import digest
from people import preference
from people.seat import Seat
from tenants.errors import NotFound
from tenants.scope import tenant_of

MAILED: Mapping[Whose, Followers[Any]] = {
    Whose.INCIDENT: incident_following.FOLLOWERS,
    Whose.WORKS: works_following.FOLLOWERS,
    Whose.ALERT: alerts.FOLLOWERS,
}
"""Who follows by e-mail alone, with links of their own."""


@dataclass(frozen=True)
class Subscription:
    """What a link ends. reference: of the complaint, where it is one's. topic: of an official. left: topics that stay.

    ended: whether it is ended already.
    """

    whose: Whose
    which: str
    ended: bool
    reference: str | None = None
    left: tuple[str, ...] = ()


def subscription_of(
    session: Session, office: Office, whose: Whose, row_id: UUID, which: str, token: str
) -> Subscription:
    """What a link is about, in the session's tenant. Raises NotFound for one that isn't whole, or another tenant's."""
    if whose is Whose.FOLLOWING:
        follower = session.scalar(select(Follower).where(Follower.id == row_id))
        _check(token, following.token_of(office, tenant_of(session), row_id))
        reference = _reference(session, follower.complaint_id) if follower else None
        return Subscription(whose, which, follower is None, reference)
    if (followers := MAILED.get(whose)) is not None:
        one = session.scalar(select(followers.table.id).where(followers.table.id == row_id))
        _check(token, followers.token_of(office, tenant_of(session), row_id))
        return Subscription(whose, which, one is None)
    _check(token, token_of(office, tenant_of(session), whose, row_id, which))
    if whose is Whose.REPORT:
        contact = session.scalar(select(Contact).where(Contact.complaint_id == row_id, Contact.erased_at.is_(None)))
        ended = contact is None or contact.stopped_at is not None
        return Subscription(whose, which, ended, _reference(session, row_id))
    seat = session.scalar(select(Seat.id).where(Seat.id == row_id, Seat.ended_at.is_(None)))
    silent, left = preference.would_fall_silent(session, row_id, None if which == DAY else which)
    return Subscription(whose, which, seat is None or not silent, left=left)


def end(
    session: Session, office: Office, whose: Whose, row_id: UUID, which: str, token: str, now: datetime
) -> Subscription:
    """End it; nothing more happens where it was ended before. Raises NotFound as `subscription_of` does."""
    found = subscription_of(session, office, whose, row_id, which, token)
    if found.ended:
        return found
    if whose is Whose.FOLLOWING:
        _end_following(session, row_id, all_daily=which == DAY)
    elif whose is Whose.ALERT:
        alert = session.scalars(select(Alert).where(Alert.id == row_id)).one()
        alerts.end(session, office, alert, all_of_address=which == DAY)
    elif (followers := MAILED.get(whose)) is not None:
        session.execute(delete(followers.table).where(followers.table.id == row_id))
    elif whose is Whose.REPORT:
        contact = session.scalars(select(Contact).where(Contact.complaint_id == row_id)).one()
        contact.stopped_at = now
        digest.drop(session, contact.id, row_id)
    else:
        topics, _left = preference.would_fall_silent(session, row_id, None if which == DAY else which)
        preference.silence(session, row_id, topics, now)
    session.flush()
    return found


def _end_following(session: Session, follower_id: UUID, *, all_daily: bool) -> None:
    follower = session.scalars(select(Follower).where(Follower.id == follower_id)).one()
    same = select(Follower).where(Follower.email == follower.email, Follower.daily)
    for one in session.scalars(same).all() if all_daily else [follower]:
        digest.drop(session, following.reader_id(one.tenant_id, one.email or ""), one.complaint_id)
        session.delete(one)


def _reference(session: Session, complaint_id: UUID) -> str | None:
    return session.scalar(select(Complaint.reference).where(Complaint.id == complaint_id))


def _check(given: str, right: str) -> None:
    if not is_same(given, right):
        raise NotFound("This link isn't valid any more. You get no messages by it.")
