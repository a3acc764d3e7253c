"""What the queue can be filtered by: a city's categories, areas and statuses, as selects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import g
from flask_babel import gettext as _
from markupsafe import Markup

from complaints.rulebook import Rulebook
from web.context import words
from web.statuses import TO_OFFICIALS

Options = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Choice:
    """One filter as a select. drawn: its options, none of them chosen."""

    key: str
    name: str
    drawn: Markup
    value: str

    @property
    def options(self) -> Markup:
        """The options as HTML, the one with the value chosen."""
        if not self.value:
            return self.drawn
        option = str(_VALUE.format(self.value))
        return Markup(str(self.drawn).replace(option, f"{option} selected", 1))  # noqa: S704  (both are escaped)


_VALUE = Markup('<option value="{}"')

_drawn: dict[tuple[UUID, str], tuple[Rulebook, dict[str, Markup]]] = {}
"""A city's own choices in a language as HTML, kept until its rules change: there are hundreds, on every page."""


def choices(book: Rulebook, asked: Mapping[str, str]) -> list[Choice]:
    """The filters of a list with what is chosen in them."""
    kept = _drawn.get((book.tenant_id, g.language))
    if kept is None or kept[0] is not book:
        agencies = {"": [(agency.code, words(agency.name)) for agency in book.agencies.values()]}
        made = {"category": by_group(book), "area": _by_district(book), "agency": agencies}
        kept = _drawn[book.tenant_id, g.language] = (book, {key: _draw(options) for key, options in made.items()})
    drawn = kept[1] | {"status": _draw({"": [(status, _(shown.word)) for status, shown in TO_OFFICIALS.items()]})}
    names = {"category": _("Category"), "area": _("Area"), "status": _("Status"), "agency": _("Agency")}
    return [Choice(key, name, drawn[key], asked.get(key, "")) for key, name in names.items()]


def _draw(options: Options) -> Markup:
    """Options by their groups."""
    drawn = []
    for group, some in options.items():
        lines = Markup("").join(Markup('<option value="{}">{}</option>').format(*one) for one in some)
        drawn.append(Markup('<optgroup label="{}">{}</optgroup>').format(group, lines) if group else lines)
    return Markup("").join(drawn)


def by_group(book: Rulebook) -> dict[str, list[tuple[str, str]]]:
    """A city's categories as choices, by the name of their group."""
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
