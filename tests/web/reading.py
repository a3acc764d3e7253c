"""A page as its reader meets it: every text, and every attribute that is shown or read out."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from tests.web.stand import strict

SHOWN_ATTRIBUTES = ("aria-label", "title", "placeholder", "alt")
UNREAD = ("script", "style", "code", "pre", "kbd")
CODES = ("data-text", "data-words", "data-urgent", "data-key", "data-own", "data-reference", "data-mine")
"""Attributes for scripts that hold data or the city's own words; those with sentences of ours are texts like others."""

SEAM = "\x00"
NOTHING_ELSE = re.compile(r"[\W\d_]*")


def texts(html: str) -> list[str]:
    """All texts of a page in their order, each with single blanks; none of an answer without a page."""
    if not html:
        return []
    return [text for found in _of(strict(html)) if (text := re.sub(r"\s+", " ", found).strip())]


def untranslated(found: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Of a page's texts in the pseudo-locale what stands outside its brackets, each with the text that it is a part of.

    A sentence with a link or something bold in it is several texts: one opens its brackets, another closes them.
    """
    page = SEAM.join(found)
    before = None
    marked = page
    while before != marked:
        before, marked = marked, re.sub(r"«[^«»]*»", lambda match: re.sub(f"[^{SEAM}]", " ", match[0]), marked)
    yield from zip(marked.split(SEAM), page.split(SEAM), strict=True)


def without(text: str, known: re.Pattern[str]) -> str:
    """The text without the known words; what is left was written into the program."""
    return known.sub(" ", text)


def says_nothing(text: str) -> bool:
    """Whether only digits, marks and blanks are left."""
    return NOTHING_ELSE.fullmatch(text) is not None


def _of(element: Any) -> Iterator[str]:
    if isinstance(element.tag, str) and element.tag not in UNREAD:
        yield element.text or ""
        for name, value in element.attrib.items():
            sentence = name.startswith("data-") and name not in CODES and " " in value
            if name in SHOWN_ATTRIBUTES or (sentence and not value.startswith(("/", "http"))):
                yield value
        for child in element:
            yield from _of(child)
    yield element.tail or ""
