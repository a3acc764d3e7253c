"""What is asked of a network address that much comes from: a person answers a sum, a program solves a puzzle.

Both are reckoned from our secret and the hour, so that nothing is kept; those of the hour before still hold.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

HOLDS = timedelta(hours=1)
BITS = 20
"""How many zero bits a solution begins with: about a second of a program's time, a million tries."""
LEAST, MOST = 2, 9


def sum_of(secret: bytes, draft_id: str, now: datetime) -> tuple[int, int]:
    """The two numbers that whoever fills in this form adds up; a form is filed once, so each sum serves once."""
    reckoned = _reckoned(secret, "sum", draft_id, _hour(now))
    choices = MOST - LEAST + 1
    return LEAST + reckoned[0] % choices, LEAST + reckoned[1] % choices


def is_sum(secret: bytes, draft_id: str, written: str, now: datetime) -> bool:
    """Whether a sum was answered, that of this hour or of the last."""
    return written.strip() in {str(sum(sum_of(secret, draft_id, at))) for at in (now, now - HOLDS)}


def puzzle(secret: bytes, address: str, now: datetime) -> str:
    """The puzzle of a network address: find a text to append, so that the SHA-256 begins with `BITS` zero bits."""
    hour = _hour(now)
    return f"{hour}-{_reckoned(secret, 'puzzle', address, hour).hex()[:32]}"


def is_solved(secret: bytes, address: str, written: str, now: datetime, bits: int = BITS) -> bool:
    """Whether `<puzzle>:<text>` solves the puzzle of this hour or of the last."""
    given, _, _text = written.partition(":")
    ours = any(hmac.compare_digest(given.encode(), puzzle(secret, address, at).encode()) for at in (now, now - HOLDS))
    return ours and int.from_bytes(hashlib.sha256(written.encode()).digest()) >> (256 - bits) == 0


def _hour(now: datetime) -> int:
    return int(now.timestamp() // HOLDS.total_seconds())


def _reckoned(secret: bytes, purpose: str, whose: str, hour: int) -> bytes:
    return hmac.new(secret, f"proof\0{purpose}\0{whose}\0{hour}".encode(), hashlib.sha256).digest()
