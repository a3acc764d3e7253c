"""Colleagues named in an internal note: "@Rudi Hartono" tells Rudi Hartono. Pure."""

import re
from collections.abc import Mapping
from uuid import UUID

_SIGN = re.compile(r"(?<!\w)@(?=\w)")


def mentioned(text: str, names: Mapping[UUID, str]) -> list[UUID]:
    """Whom of these colleagues a text names, in the order of the text, each once.

    After an @ the longest name that stands there counts, whatever its case and spacing, and only as whole words.
    Namesakes are all meant, since nobody could tell which one was.
    """
    by_name: dict[str, list[UUID]] = {}
    for seat_id, name in names.items():
        by_name.setdefault(_plain(name), []).append(seat_id)
    longest_first = sorted((name for name in by_name if name), key=len, reverse=True)
    found: dict[UUID, None] = {}
    plain = _plain(text)
    for sign in _SIGN.finditer(plain):
        for name in longest_first:
            if plain.startswith(name, sign.end()) and not _goes_on(plain, sign.end() + len(name)):
                found |= dict.fromkeys(by_name[name])
                break
    return list(found)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _goes_on(text: str, at: int) -> bool:
    """Whether the word at an index goes on: "@Rudi Hartono2" isn't Rudi Hartono."""
    return at < len(text) and (text[at].isalnum() or text[at] == "_")
