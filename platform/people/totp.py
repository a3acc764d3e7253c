"""One-time passwords by time: RFC 6238 with SHA-1, six digits, steps of thirty seconds, as every app reads it. Pure."""

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import datetime
from urllib.parse import quote

STEP_S = 30
DIGITS = 6
DRIFT = 1
"""Steps by which the clock of a telephone may differ, either way."""


def new_secret() -> str:
    """160 random bits in base 32, as apps take them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_of(now: datetime) -> int:
    """The number of the step at an instant."""
    return int(now.timestamp()) // STEP_S


def code_at(secret: str, step: int) -> str:
    """The six digits of a step."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of_code(secret: str, code: str, now: datetime, *, after: int | None = None) -> int | None:
    """The step that a code is of, None for a wrong one. after: the step of the last code taken, which none is again."""
    here = step_of(now)
    steps = [here + drift for drift in range(-DRIFT, DRIFT + 1)]
    found = [one for one in steps if hmac.compare_digest(code_at(secret, one), code)]
    return next((one for one in found if after is None or one > after), None)


def address(secret: str, *, issuer: str, account: str) -> str:
    """The otpauth: address that a QR code holds."""
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?secret={secret}&issuer={quote(issuer)}"
