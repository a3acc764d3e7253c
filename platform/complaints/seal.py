"""Seals: what makes a link of ours one that nobody else could have written. Reckoned, so that it can be given again."""

import hashlib
import hmac
from uuid import UUID

LENGTH = 40
"""Hexadecimal digits: 160 bits."""


def seal(secret: bytes, purpose: bytes, tenant_id: UUID, row_id: UUID, more: bytes = b"") -> str:
    """The seal of a row for one purpose, as hexadecimal digits; it fits no other purpose, tenant or row."""
    signed = purpose + tenant_id.bytes + row_id.bytes + more
    return hmac.new(secret, signed, hashlib.sha256).hexdigest()[:LENGTH]


def is_same(given: str, right: str) -> bool:
    """Whether a seal that came with a link is the right one, in constant time; whatever was typed is only wrong."""
    return hmac.compare_digest(given.encode(), right.encode())
