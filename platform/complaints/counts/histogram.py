"""Lengths of time in buckets that grow by a tenth: a median of ten million takes two hundred numbers. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from math import exp, floor, log, sqrt

GROWTH = 1.1
ERROR = sqrt(GROWTH) - 1
"""How far a percentile may lie from the exact one, as a share of it: 4.9 %."""
SECOND = timedelta(seconds=1)
LONGEST = timedelta(days=100 * 366)


def bucket_of(length: timedelta) -> int:
    """The bucket of a length of time; everything up to a second is in the first."""
    seconds = min(max(length, SECOND), LONGEST) / SECOND
    return floor(log(seconds) / log(GROWTH) + 1e-9)


def length_of(bucket: int) -> timedelta:
    """What a bucket stands for: its middle by ratio, at most ERROR away from all that it holds."""
    return timedelta(seconds=exp((bucket + 0.5) * log(GROWTH)))


def percentile(buckets: Mapping[int, int], share: float) -> timedelta | None:
    """The length that this share of all doesn't exceed, by nearest rank (0.5: the median); None where there is none."""
    total = sum(count for count in buckets.values() if count > 0)
    rank = max(1, -floor(-share * total))
    seen = 0
    for bucket in sorted(buckets):
        seen += max(buckets[bucket], 0)
        if seen >= rank:
            return length_of(bucket)
    return None
