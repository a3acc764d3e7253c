"""What the queue can be filtered by: a city's categories, areas and statuses, as selects."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from complaints.rules.rulebook import Rulebook
from web.context import words
from web.options import Options, by_district, by_group, chosen, draw, drawn_once
from web.statuses import TO_OFFICIALS


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
        return chosen(self.drawn, self.value)


def choices(book: Rulebook, asked: Mapping[str, str]) -> list[Choice]:
    """The filters of a list with what is chosen in them."""
    drawn = {
        "category": drawn_once(book, "category", by_group),
        "area": drawn_once(book, "area", by_district),
        "status": draw({"": [(status, _(shown.word)) for status, shown in TO_OFFICIALS.items()]}),
        "agency": drawn_once(book, "agency", _agencies),
    }
    names = {"category": _("Category"), "area": _("Area"), "status": _("Status"), "agency": _("Agency")}
    return [Choice(key, name, drawn[key], asked.get(key, "")) for key, name in names.items()]


def _agencies(book: Rulebook) -> Options:
    return {"": [(agency.code, words(agency.name)) for agency in book.agencies.values()]}
