"""The address to which a reply to one of our mails goes: it says whose complaint it is about, signed. Pure."""

import base64
import binascii
import hashlib
import hmac
import re
from uuid import UUID

MAC_BYTES = 10
WRITTEN = re.compile(r"reply\+([a-z]{3})\.([a-z2-7]{42})@", re.ASCII | re.IGNORECASE)


def reply_address(secret: bytes, code: str, complaint_id: UUID, domain: str) -> str:
    """Where the reporter of a complaint answers. code: of the tenant whose contact they are."""
    data = complaint_id.bytes + _mac(secret, code, complaint_id)
    token = base64.b32encode(data).decode().rstrip("=").lower()
    return f"reply+{code.lower()}.{token}@{domain}"


def read(secret: bytes, written: str) -> tuple[str, UUID] | None:
    """(code of the tenant, complaint's id) of an address of ours, in whatever case; None for any other."""
    found = WRITTEN.search(written)
    if found is None:
        return None
    code, token = found[1].upper(), found[2].upper()
    try:
        data = base64.b32decode(token + "=" * (-len(token) % 8))
    except binascii.Error:
        return None
    complaint_id = UUID(bytes=data[:16])
    return (code, complaint_id) if hmac.compare_digest(data[16:], _mac(secret, code, complaint_id)) else None


def _mac(secret: bytes, code: str, complaint_id: UUID) -> bytes:
    signed = b"reply" + code.upper().encode() + complaint_id.bytes
    return hmac.new(secret, signed, hashlib.sha256).digest()[:MAC_BYTES]
