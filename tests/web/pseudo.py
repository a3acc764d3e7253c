"""The pseudo-locale `xx`: English that is longer, accented and in brackets, «Ŝíĝñ íñ ŵŵŵ».

On a page in it, words without brackets aren't translated, and what overflows is too narrow for a longer language.
"""

import re
from pathlib import Path

from babel import localedata
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask_babel import get_babel

from web.translating import extracted

LANGUAGE = "xx"
LONGER = 0.4
ACCENTS = str.maketrans("aceghijlnorstuwyACEGHIJLNORSTUWY", "åçéĝĥíĵľñöŕšţúŵýÅÇÉĜĤÍĴĽÑÖŔŠŢÚŴÝ")
# A placeholder, an entity or a tag is for the program, not for the reader.
FIXED = re.compile(r"(%\(\w+\)[sd]|%%|&\w+;|<[^>]+>)")


def write_pseudo_catalogue(folder: Path) -> Path:
    """Make the compiled catalogue of `xx` from the sources' msgids below folder, as gettext looks for it; its path."""
    template, pseudo = extracted(), Catalog(locale="en", charset="utf-8")
    for message in template:
        if isinstance(message.id, tuple):
            pseudo.add(message.id, tuple(pseudonym(words) for words in message.id), context=message.context)
        elif message.id:
            pseudo.add(message.id, pseudonym(message.id), context=message.context)
    path = folder / LANGUAGE / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_mo(file, pseudo)
    return path


def speak_pseudo(app: Flask, folder: Path) -> None:
    """Let an app answer in `xx` from the catalogue below folder; Babel is taught that there is such a language."""
    localedata._cache[LANGUAGE] = localedata.load("en")
    get_babel(app).translation_directories.append(str(folder))


def pseudonym(words: str) -> str:
    """The words accented, two fifths longer, in brackets; placeholders stay."""
    parts = FIXED.split(words)
    accented = "".join(part if FIXED.fullmatch(part) else part.translate(ACCENTS) for part in parts)
    letters = sum(len(part) for part in parts if not FIXED.fullmatch(part))
    more = "ŵ" * max(1, round(letters * LONGER))
    return f"«{accented} {' '.join(more[at : at + 7] for at in range(0, len(more), 7))}»"
