"""Naming an area in a form by a few letters: one that fits is taken, of several one is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from complaints.rules.rulebook import AreaEntry, Rulebook
from configuration.naming import folded
from tenants.errors import Invalid
from web.context import words

MOST = 20
MOST_LISTED = 200
"""More areas than these are typed, not chosen from a list."""


@dataclass(frozen=True)
class Picked:
    """code: of the area that is meant, "" while that isn't clear. offered: (code, name) of those it may be."""

    code: str = ""
    offered: Sequence[tuple[str, str]] = ()


def pick(book: Rulebook, typed: str, chosen: str) -> Picked:
    """What is meant by what was typed, or by the choice made after that."""
    if book.area_of_code(chosen) is not None:
        return Picked(chosen)
    wanted = folded(typed)
    if not wanted:
        return Picked()
    exact = [one for one in book.areas.values() if wanted in (one.code.casefold(), *map(folded, one.name.values()))]
    if len(exact) == 1:
        return Picked(exact[0].code)
    fitting = exact or [one for one in book.areas.values() if any(wanted in folded(name) for name in one.name.values())]
    if not fitting and "," in wanted:  # as `area_words` writes it
        fitting = [one for one in book.areas.values() if folded(area_words(book, one.code)) == wanted]
    if len(fitting) == 1:
        return Picked(fitting[0].code)
    return Picked(offered=[(one.code, area_words(book, one.code)) for one in fitting[:MOST]])


def unclear(picked: Picked, field: str) -> Invalid:
    """Why what was typed doesn't say which area is meant."""
    if picked.offered:
        return Invalid("Several areas fit. Choose the one that you mean.", field=field)
    return Invalid("No area of this city has such a name.", field=field)


def area_words(book: Rulebook, code: str) -> str:
    """An area's name with those around it; the code itself of one that has ended."""
    entry = book.area_of_code(code)
    return whole_name(book, entry) if entry else code


def whole_name(book: Rulebook, entry: AreaEntry) -> str:
    """An area's name with those around it."""
    return ", ".join(words(one.name) for one in book.areas_up(entry.id))


def area_choices(book: Rulebook) -> list[tuple[str, str]] | None:
    """(code, name) of all areas by name; None where they are too many for a list."""
    if len(book.areas) > MOST_LISTED:
        return None
    return sorted(((one.code, whole_name(book, one)) for one in book.areas.values()), key=lambda pair: pair[1])
