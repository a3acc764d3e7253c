"""Codes by time, held to the vectors of RFC 6238, appendix B (SHA-1), cut to six digits."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from people import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_vectors_of_the_standard(seconds: int, code: str) -> None:
    assert totp.code_at(SECRET, totp.step_of(datetime.fromtimestamp(seconds, UTC))) == code[-6:]


def test_a_clock_may_be_half_a_minute_off_and_a_code_is_taken_once() -> None:
    now = datetime(2026, 3, 4, 3, 0, 15, tzinfo=UTC)
    here = totp.step_of(now)
    for drift, taken in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        found = totp.step_of_code(SECRET, totp.code_at(SECRET, here + drift), now)
        assert (found == here + drift) is taken
    code = totp.code_at(SECRET, here)
    assert totp.step_of_code(SECRET, code, now, after=here) is None
    assert totp.step_of_code(SECRET, code, now + timedelta(minutes=2)) is None
    assert len(base64.b32decode(totp.new_secret())) == 20
