"""A whole number as somebody typed it, or wrote it into an address."""

import re

_DIGITS = re.compile(r"[0-9]{1,9}")
"""`isdigit` is true of "²", which `int` refuses; and `int` refuses what has thousands of digits."""


def whole_number(written: str) -> int | None:
    """The number, from 0 to 999,999,999; None for anything else."""
    return int(written) if _DIGITS.fullmatch(written) else None
