"""Naming an area in a form of the settings by a few letters: one that fits is taken, of several one is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from complaints.rulebook import Rulebook
from configuration.category_faults import folded
from web.context import words

MOST = 20


@dataclass(frozen=True)
class Picked:
    """code: of the area that is meant, "" while that isn't clear. offered: (code, name) of those it may be."""

    code: str = ""
    offered: Sequence[tuple[str, str]] = ()


def pick(book: Rulebook, typed: str, chosen: str) -> Picked:
    """What is meant by what was typed, or by the choice made after that."""
    areas = {entry.code: entry for entry in book.areas.values()}
    if chosen in areas:
        return Picked(chosen)
    wanted = folded(typed)
    if not wanted:
        return Picked()
    exact = [one for one in areas.values() if wanted in (one.code.casefold(), *map(folded, one.name.values()))]
    if len(exact) == 1:
        return Picked(exact[0].code)
    fitting = [one for one in areas.values() if any(wanted in folded(name) for name in one.name.values())]
    if len(fitting) == 1:
        return Picked(fitting[0].code)
    return Picked(offered=[(one.code, area_words(book, one.code)) for one in (exact or fitting)[:MOST]])


def area_words(book: Rulebook, code: str) -> str:
    """An area's name with those around it; the code itself of one that has ended."""
    entry = next((one for one in book.areas.values() if one.code == code), None)
    return ", ".join(words(one.name) for one in book.areas_up(entry.id)) if entry else code
