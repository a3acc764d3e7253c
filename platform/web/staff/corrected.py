"""What a correction changed, in words: from the facts of its history row."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from complaints.rules.rulebook import Rulebook
from tenants.errors import N_
from web.context import words

KINDS = {"complaint": N_("A complaint"), "question": N_("A question"), "wish": N_("A wish")}
PRIORITIES = {"low": N_("Low"), "normal": N_("Normal"), "high": N_("High")}


def corrected(changed: Mapping[str, Sequence[Any]], book: Rulebook) -> str:
    """ "category: Jalan berlubang → Lampu jalan; priority: …"."""
    said: dict[str, tuple[str, Callable[[Any], str]]] = {
        "category": (_("category"), lambda code: category_word(code, book)),
        "kind": (_("kind"), kind_word),
        "priority": (_("priority"), priority_word),
        "place": (_("place"), place_word),
        "asset": (_("object"), lambda code: code or "–"),
    }
    return "; ".join(
        f"{said[name][0]}: {said[name][1](pair[0])} → {said[name][1](pair[1])}"
        for name, pair in changed.items()
        if name in said
    )


def category_word(code: str | None, book: Rulebook) -> str:
    """The name of a category's code; of another city's, or one that has ended, the code itself."""
    entry = book.categories.get(code or "")
    return words(entry.name) if entry else code or "–"


def kind_word(kind: str) -> str:
    """What the reporter wants."""
    return _(KINDS.get(kind, kind))


def priority_word(priority: str) -> str:
    """A priority; one of the city's own is its code."""
    return _(PRIORITIES.get(priority, priority))


def place_word(point: Sequence[float] | None) -> str:
    """Latitude and longitude of (lon, lat), as maps take them."""
    return f"{point[1]:.5f}, {point[0]:.5f}" if point else _("no place")
