"""What the queue can be filtered by: a city's categories, areas and statuses, as selects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import g
from flask_babel import gettext as _

from complaints.rulebook import Rulebook
from web.context import words
from web.statuses import TO_OFFICIALS

Options = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Choice:
    """One filter as a select. options: (value, words) by the name of their group, "" for none."""

    key: str
    name: str
    options: Options
    value: str


_options: dict[tuple[UUID, str], tuple[Rulebook, Options, Options]] = {}
"""A city's categories and areas as choices in a language, kept until its rules change: there are hundreds of them."""


def choices(book: Rulebook, asked: Mapping[str, str]) -> list[Choice]:
    kept = _options.get((book.tenant_id, g.language))
    if kept is None or kept[0] is not book:
        kept = _options[book.tenant_id, g.language] = (book, by_group(book), _by_district(book))
    _book, categories, areas = kept
    return [
        Choice("category", _("Category"), categories, asked.get("category", "")),
        Choice("area", _("Area"), areas, asked.get("area", "")),
        Choice(
            "status",
            _("Status"),
            {"": [(status, _(shown.word)) for status, shown in TO_OFFICIALS.items()]},
            asked.get("status", ""),
        ),
        Choice(
            "agency",
            _("Agency"),
            {"": [(agency.code, words(agency.name)) for agency in book.agencies.values()]},
            asked.get("agency", ""),
        ),
    ]


def by_group(book: Rulebook) -> dict[str, list[tuple[str, str]]]:
    names = {group.code: words(group.name) for group in book.groups}
    grouped: dict[str, list[tuple[str, str]]] = {}
    for entry in book.categories.values():
        grouped.setdefault(names.get(entry.group, ""), []).append((entry.code, words(entry.name)))
    return grouped


def _by_district(book: Rulebook) -> dict[str, list[tuple[str, str]]]:
    """The innermost areas, since a complaint lies in one of those, by the name of the area around each."""
    around = {area.parent_id for area in book.areas.values()}
    grouped: dict[str, list[tuple[str, str]]] = {}
    for area in book.areas.values():
        if area.id not in around:
            parent = book.areas.get(area.parent_id) if area.parent_id else None
            grouped.setdefault(words(parent.name) if parent else "", []).append((area.code, words(area.name)))
    return {name: sorted(areas, key=lambda pair: pair[1]) for name, areas in sorted(grouped.items())}
