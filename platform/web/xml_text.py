"""Text as XML can hold it."""

import re

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def fitting(text: str) -> str:
    """The text without the characters that XML 1.0 has no place for, not even escaped."""
    return _ILLEGAL.sub("", text)
