"""What providers call us with: signed, fresh, and each call once.

`X-Aduan-Timestamp: <seconds>` and `X-Aduan-Signature: v1=<hex>`, the HMAC-SHA256 of `<timestamp>.<body>` under the
secret that the provider was given.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from tenants.database import Base
from tenants.errors import Conflict, NotAllowed

WINDOW = timedelta(minutes=5)
KEPT_FOR = timedelta(hours=1)


class HookReceipt(Base):
    """A call that was taken, so that it isn't taken again; platform-wide, since it is known before any tenant is.

    signature_hash: SHA-256 of its signature.
    """

    __tablename__ = "hook_receipts"

    signature_hash: Mapped[bytes] = mapped_column(primary_key=True)
    received_at: Mapped[datetime]


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """What a provider sends as X-Aduan-Signature."""
    return "v1=" + hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def take(session: Session, secret: str, timestamp: str, signature: str, body: bytes, now: datetime) -> None:
    """Raise NotAllowed for a call that isn't signed or not fresh, Conflict for one that was taken before."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise NotAllowed("The call isn't signed.")
    if not hmac.compare_digest(sign(secret, int(timestamp), body).encode(), signature.encode()):
        raise NotAllowed("The call isn't signed by our provider.")
    if abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
        raise NotAllowed("The call is too old, or its clock is wrong.")
    row = {"signature_hash": hashlib.sha256(signature.encode()).digest(), "received_at": now}
    added = session.execute(
        insert(HookReceipt).values(row).on_conflict_do_nothing().returning(HookReceipt.signature_hash)
    )
    if added.scalar_one_or_none() is None:
        raise Conflict("This call was taken before.")


def forget(session: Session, now: datetime) -> None:
    """Remove what is past the window, in which alone a call could be repeated."""
    session.execute(delete(HookReceipt).where(HookReceipt.received_at < now - KEPT_FOR))
