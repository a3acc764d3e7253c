"""Devices that asked for notifications: where a browser takes them, and for whom. Nobody is asked unprompted."""

import base64
import binascii
import hashlib
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from tenants.database import Base, TenantOwned, new_id
from tenants.errors import Invalid
from tenants.personal import personal
from tenants.scope import tenant_of

UNTIL = "until the device is taken off, or its browser says that it is gone"
MOST_DEVICES = 10
LONGEST_ENDPOINT = 1_000

SERVICES = (
    "fcm.googleapis.com",
    "android.googleapis.com",
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
    "notify.windows.com",
)
"""Whose hosts, and hosts below them, browsers name. Nothing is posted elsewhere: the address comes from a stranger."""


class Whose(StrEnum):
    """For whom: an official, or the reporter of a complaint."""

    SEAT = "seat"
    REPORT = "report"


class PushSubscription(TenantOwned, Base):
    """A browser that takes notifications. reader_id: a seat, or a complaint of whose birth tenant this row is.

    p256dh, auth: the browser's keys, base64url; what is sent can be read there alone.
    """

    __tablename__ = "push_subscriptions"
    __table_args__ = (
        UniqueConstraint("tenant_id", "reader_id", "endpoint_hash"),
        CheckConstraint(f"whose IN ({', '.join(repr(str(one)) for one in Whose)})", name="whose"),
    )

    whose: Mapped[str]
    reader_id: Mapped[UUID]
    endpoint: Mapped[str] = mapped_column(info=personal("to send notifications to a device", until=UNTIL))
    endpoint_hash: Mapped[str] = mapped_column(info=personal("to know a device again", until=UNTIL))
    p256dh: Mapped[str] = mapped_column(info=personal("to encrypt notifications", until=UNTIL))
    auth: Mapped[str] = mapped_column(info=personal("to encrypt notifications", until=UNTIL))
    language: Mapped[str]
    created_at: Mapped[datetime]


def subscribe(
    session: Session,
    whose: Whose,
    reader_id: UUID,
    *,
    endpoint: str,
    p256dh: str,
    auth: str,
    language: str,
    now: datetime,
    also_here: bool = False,
) -> None:
    """Send notifications for a reader to a browser; asked twice it is once. also_here: take this machine's servers too.

    Raises Invalid for what no browser's push service would give, or for too many devices.
    """
    _check(endpoint, p256dh, auth, also_here=also_here)
    count = select(func.count()).select_from(PushSubscription).where(PushSubscription.reader_id == reader_id)
    if (session.scalar(count) or 0) >= MOST_DEVICES:
        raise Invalid("Notifications already go to %(most)s devices. Take one off first.", most=MOST_DEVICES)
    keys = {"p256dh": p256dh, "auth": auth, "language": language}
    row = {
        "tenant_id": tenant_of(session),
        "id": new_id(),
        "whose": whose.value,
        "reader_id": reader_id,
        "endpoint": endpoint,
        "endpoint_hash": _hash(endpoint),
        "created_at": now,
        **keys,
    }
    adding = insert(PushSubscription).values(row)
    known = ["tenant_id", "reader_id", "endpoint_hash"]
    session.execute(adding.on_conflict_do_update(index_elements=known, set_=keys))


def unsubscribe(session: Session, reader_id: UUID, endpoint: str | None = None) -> None:
    """Take one device of a reader off, or all of them."""
    gone = delete(PushSubscription).where(PushSubscription.reader_id == reader_id)
    session.execute(gone if endpoint is None else gone.where(PushSubscription.endpoint_hash == _hash(endpoint)))


def remove(session: Session, subscription_id: UUID) -> None:
    """Forget a subscription that its push service doesn't know any more."""
    session.execute(delete(PushSubscription).where(PushSubscription.id == subscription_id))


def devices_of(session: Session, reader_ids: Collection[UUID]) -> list[PushSubscription]:
    """The browsers that take notifications for these readers, the oldest first."""
    if not reader_ids:
        return []
    found = select(PushSubscription).where(PushSubscription.reader_id.in_(reader_ids))
    return list(session.scalars(found.order_by(PushSubscription.created_at, PushSubscription.id)))


def device(session: Session, subscription_id: UUID) -> PushSubscription | None:
    """One subscription, None if it is gone."""
    return session.scalar(select(PushSubscription).where(PushSubscription.id == subscription_id))


def _check(endpoint: str, p256dh: str, auth: str, *, also_here: bool) -> None:
    try:
        parts = urlsplit(endpoint)
        host = parts.hostname or ""
        here = also_here and host in ("localhost", "127.0.0.1")
        right = parts.scheme == "https" and any(host == one or host.endswith(f".{one}") for one in SERVICES)
        keys = (base64.urlsafe_b64decode(f"{p256dh}=="), base64.urlsafe_b64decode(f"{auth}=="))
        sound = len(keys[0]) == 65 and keys[0][0] == 4 and len(keys[1]) == 16
        whole = len(endpoint) <= LONGEST_ENDPOINT and parts.username is None and (here or parts.port in (None, 443))
    except (ValueError, binascii.Error):
        right = here = sound = whole = False
    if not (right or here) or not sound or not whole:
        raise Invalid("This browser's way of taking notifications isn't one that we know.")


def _hash(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()
