"""Languages by their own names, and the locale in which a page in one of them writes its dates and numbers.

A city may speak a language that no locale data knows (Madurese, Balinese …): its own words are in it, the platform's
sentences, dates and numbers in Indonesian.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from flask import Response, g
from flask_babel import force_locale

FALLBACK = "id"
LANGUAGES = {
    "id": "Bahasa Indonesia",
    "en": "English",
    "jv": "Basa Jawa",
    "su": "Basa Sunda",
    "mad": "Basa Madura",
    "min": "Baso Minangkabau",
    "ban": "Basa Bali",
    "bug": "Basa Ugi",
    "ace": "Bahsa Acèh",
}
"""By their own names, which are the same on every page."""


def tongue(code: str, reader: str) -> str:
    """What a language is called, by itself or, where it isn't one of ours, in the reader's language; else its code."""
    if code in LANGUAGES:
        return LANGUAGES[code]
    try:
        return Locale.parse(code, sep="-").get_display_name(locale_of(reader)) or code
    except (UnknownLocaleError, ValueError):
        return code


@lru_cache(maxsize=256)
def locale_of(code: str) -> str:
    """The locale for a language's dates and numbers, as Babel writes it."""
    try:
        return str(Locale.parse(code, sep="-"))
    except (UnknownLocaleError, ValueError):
        return FALLBACK


@lru_cache(maxsize=256)
def read_locale(code: str) -> Locale:
    """The same as Babel's own object, read once a process; Flask-Babel would read it for every request."""
    return Locale.parse(locale_of(code))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Write a part of a page in another language: its texts, dates and numbers."""
    before = g.pop("translations", None)
    try:
        with force_locale(locale_of(language)):
            yield
    finally:
        g.pop("translations", None)
        if before is not None:
            g.translations = before


def keep(answer: Response, *, seconds: int) -> Response:
    """Let any cache keep an answer in its reader's language, for those who read the same one."""
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    answer.vary.update(("Accept-Language", "Cookie"))
    return answer
