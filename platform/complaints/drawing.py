"""Which finished work is looked at on the spot: drawn at random, unknown before and open to anybody's doubt after.

Every finish keeps its seed and the share that held, drawn or not; who doubts the draw reckons it anew. Pure.
"""

import hashlib
from fractions import Fraction

SEED_BYTES = 16
WHOLE = 2**64


def drawn(seed: bytes, percent: int) -> bool:
    """Whether work with this seed is drawn where so many of a hundred are. seed: random, made when the work is done."""
    number = int.from_bytes(hashlib.sha256(seed).digest()[:8], "big")
    return Fraction(number, WHOLE) < Fraction(percent, 100)
