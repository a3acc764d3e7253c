"""Words that sound like an emergency, noticed so that somebody calls for help first; they never stop a report. Pure."""

import re
from collections.abc import Mapping, Sequence

DEFAULT_WORDS = (
    "kebakaran",
    "kecelakaan",
    "kekerasan",
    "tenggelam",
    "terluka",
    "tersengat",
    "fire",
    "accident",
    "drowning",
)


def words_of(by_language: Mapping[str, Sequence[str]]) -> list[str]:
    """The words of a tenant in all its languages, since people mix them; our own where it has none."""
    return [word.casefold() for words in by_language.values() for word in words if word.strip()] or list(DEFAULT_WORDS)


def sounds_urgent(text: str, words: Sequence[str]) -> bool:
    """Whether one of the words or phrases stands in the text as a whole word."""
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text.casefold()) for word in words)
