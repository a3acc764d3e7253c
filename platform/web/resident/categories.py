"""The categories as a form offers them: the likely ones as pictures, all by group, and a search by words. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from complaints.rulebook import CategoryEntry, Rulebook
from tenants.category import Place
from tenants.database import Words
from tenants.tenant import in_language

PICTURES = {
    "jalan-lubang": "f-lubang",
    "jalan-rusak": "f-road",
    "pju": "f-lampu",
    "banjir": "f-banjir",
    "drainase": "f-saluran",
    "sampah-liar": "f-sampah",
    "sampah-angkut": "f-sampah",
    "pohon-tumbang": "f-pohon",
}
"""Drawn pictures of static/pictures.svg by platform code."""

MOST_TILES = 6
USUAL = ("jalan-lubang", "pju", "banjir", "drainase", "sampah-liar", "pohon-tumbang")
"""What is reported most anywhere: the tiles where a tenant names none, as the commons does."""


@dataclass(frozen=True)
class Choice:
    """A category to choose. picture: its drawing, "" where it has only an icon. words: what a search finds it by."""

    code: str
    name: str
    help: str
    icon: str
    picture: str
    words: str
    placeless: bool


@dataclass(frozen=True)
class Group:
    name: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class Offer:
    """tiles: the likely ones. found: what the search found, None where nothing was searched for."""

    tiles: Sequence[Choice]
    groups: Sequence[Group]
    found: Sequence[Choice] | None
    count: int


def offer(book: Rulebook, likely: Iterable[str], searched: str, language: str, languages: Sequence[str]) -> Offer:
    """What the form offers, in a language with the tenant's own as the fallback."""
    choices = {code: _choice(entry, language, languages) for code, entry in book.categories.items()}
    groups = []
    for group in book.groups:
        inside = [choices[code] for code, entry in book.categories.items() if entry.group == group.code]
        if inside:
            groups.append(Group(in_language(group.name, language, list(languages)), inside))
    alone = [choices[code] for code, entry in book.categories.items() if not entry.group]
    if alone:
        groups.append(Group("", alone))
    tiles = [choices[code] for code in (*likely, *USUAL) if code in choices] or list(choices.values())
    tiles = list(dict.fromkeys(tiles))
    return Offer(tiles[:MOST_TILES], groups, search(choices.values(), searched), len(choices))


def search(choices: Iterable[Choice], searched: str) -> list[Choice] | None:
    """Those that have every searched word in their names or search words; None without a search."""
    wanted = re.findall(r"\w+", searched.casefold())
    if not wanted:
        return None
    return [choice for choice in choices if all(word in choice.words for word in wanted)]


def _choice(entry: CategoryEntry, language: str, languages: Sequence[str]) -> Choice:
    return Choice(
        code=entry.code,
        name=in_language(entry.name, language, list(languages)),
        help=in_language(entry.help, language, list(languages)),
        icon=entry.icon,
        picture=PICTURES.get(entry.platform_code, ""),
        words=_words(entry.name, entry.help, entry.search_words),
        placeless=entry.place == Place.NONE,
    )


def _words(name: Words, help_: Words, search_words: Mapping[str, Sequence[str]]) -> str:
    texts = [*name.values(), *help_.values(), *(word for words in search_words.values() for word in words)]
    return " ".join(texts).casefold()
