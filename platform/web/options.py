"""The options of a select as HTML, drawn once where a city has hundreds of them on every page."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID
from weakref import ref

from flask import g
from markupsafe import Markup

from complaints.rules.rulebook import CategoryEntry, Rulebook
from web.context import words

Options = Mapping[str, Sequence[tuple[str, str]]]
"""(value, words) pairs by the name of their group, "" for none."""

_OPTION, _GROUP = Markup('<option value="{}">{}</option>'), Markup('<optgroup label="{}">{}</optgroup>')
_VALUE = Markup('<option value="{}"')

_drawn: dict[tuple[UUID, str, str], tuple[ref[Rulebook], Markup]] = {}
"""A city's own options by what they are and in which language, while the rules that they were drawn from are held."""


def draw(options: Options) -> Markup:
    """Options by their groups, none of them chosen."""
    drawn = []
    for group, some in options.items():
        lines = Markup("").join(_OPTION.format(*one) for one in some)
        drawn.append(_GROUP.format(group, lines) if group else lines)
    return Markup("").join(drawn)


def drawn_once(book: Rulebook, what: str, options: Callable[[Rulebook], Options]) -> Markup:
    """A city's own options, which only its rules and the page's language decide. what: by which they are kept."""
    key = (book.tenant_id, what, g.language)
    kept = _drawn.get(key)
    if kept is None or kept[0]() is not book:
        kept = _drawn[key] = (ref(book), draw(options(book)))
    return kept[1]


def chosen(drawn: Markup, value: str) -> Markup:
    """The options with the one of a value chosen."""
    if not value:
        return drawn
    option = str(_VALUE.format(value))
    return Markup(str(drawn).replace(option, f"{option} selected", 1))  # noqa: S704  (both are escaped)


def by_district(book: Rulebook) -> Options:
    """The innermost areas, since a complaint lies in one of those, by the name of the area around each."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for area in book.areas.values():
        if not book.areas_in(area.id):
            parent = book.areas.get(area.parent_id) if area.parent_id else None
            grouped.setdefault(words(parent.name) if parent else "", []).append((area.code, words(area.name)))
    return {name: sorted(areas, key=lambda pair: pair[1]) for name, areas in sorted(grouped.items())}


def by_group(book: Rulebook, fits: Callable[[CategoryEntry], bool] | None = None) -> dict[str, list[tuple[str, str]]]:
    """A city's categories, or those of them that fit, by the name of their group."""
    names = {group.code: words(group.name) for group in book.groups}
    grouped: dict[str, list[tuple[str, str]]] = {}
    for entry in book.categories.values():
        if fits is None or fits(entry):
            grouped.setdefault(names.get(entry.group, ""), []).append((entry.code, words(entry.name)))
    return grouped
