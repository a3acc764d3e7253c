"""The address by which somebody ends messages: a mail program posts to it with one click (RFC 8058), people read it.

It says whose messages and which, and is signed for its tenant; it opens nothing else.
"""

from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from complaints.office import Office
from complaints.seal import seal
from tenants.directory import TenantCard
from tenants.scope import tenant_of

ALL = "all"
DAY = "day"
"""Which messages: all, or the daily digest; of an official also a topic of `preferences.OFFICIALS`."""


class Whose(StrEnum):
    """Whose messages: by which kind of row they are known."""

    FOLLOWING = "following"
    INCIDENT = "incident"
    WORKS = "works"
    ALERT = "alert"
    REPORT = "report"
    SEAT = "seat"


def of_reporter(session: Session, office: Office, complaint_id: UUID, which: str = ALL) -> str:
    """Of a complaint's reporter, on the host of the session's tenant, which has their address."""
    return _address(office, office.directory.by_id[tenant_of(session)], Whose.REPORT, complaint_id, which)


def of_seat(office: Office, card: TenantCard, seat_id: UUID, which: str) -> str:
    """Of an official."""
    return _address(office, card, Whose.SEAT, seat_id, which)


def of_follower(manage_url: str, which: str = ALL) -> str:
    """Of who follows a complaint, an incident, works or new reports, from the link by which they manage it."""
    rest, row_id, token = manage_url.rsplit("/", 2)
    origin, _, kind = rest.removesuffix("/following").rpartition("/")
    whose = {"incidents": Whose.INCIDENT, "works": Whose.WORKS, "alerts": Whose.ALERT}.get(kind, Whose.FOLLOWING)
    if whose is Whose.FOLLOWING:
        origin = rest.removesuffix("/following")
    return f"{origin}/unsubscribe/{whose}/{row_id}/{which}/{token}"


def token_of(office: Office, tenant_id: UUID, whose: Whose, row_id: UUID, which: str) -> str:
    """What a link of a reporter or an official is signed with; followers have one of their own."""
    return seal(office.secret, b"ending", tenant_id, row_id, f"{whose}/{which}".encode())


def _address(office: Office, card: TenantCard, whose: Whose, row_id: UUID, which: str) -> str:
    token = token_of(office, card.id, whose, row_id, which)
    return f"{office.addresses.of(card)}/unsubscribe/{whose}/{row_id}/{which}/{token}"
