"""What a city promises, in few words: for its likeliest kinds of problem the promise that says most."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from complaints.clock import Milestone, Target, Unit
from complaints.clocks.promise import targets
from complaints.rules.rulebook import CategoryEntry, Rulebook
from tenants.tenant import in_language
from tenants.times import duration

MOST = 4


@dataclass(frozen=True)
class Promised:
    """what: the category. words: such as "done within 3 days"."""

    what: str
    words: str


def promised(book: Rulebook, likely: Iterable[str], language: str, languages: list[str]) -> list[Promised]:
    """The promises of the first few likely categories; none where the city promises nothing."""
    rows = []
    for code in likely:
        category = book.categories.get(code)
        words = _words(book, category, language) if category and book.calendar else ""
        if category and words:
            rows.append(Promised(in_language(category.name, language, languages), words))
    return rows[:MOST]


def _words(book: Rulebook, category: CategoryEntry, language: str) -> str:
    rule = book.rule_for(category.id, "normal", None)
    by_milestone = targets(rule.milestones, {}) if rule else {}
    if category.safety and Milestone.RESPOND in by_milestone:
        return _("answered within %(time)s", time=_length(by_milestone[Milestone.RESPOND], language))
    if Milestone.SECURE in by_milestone:
        return _("made safe within %(time)s", time=_length(by_milestone[Milestone.SECURE], language))
    if Milestone.RESOLVE in by_milestone:
        return _("done within %(time)s", time=_length(by_milestone[Milestone.RESOLVE], language))
    return ""


def _length(target: Target, language: str) -> str:
    if target.unit is Unit.WORKING_DAYS:
        return ngettext("%(num)s working day", "%(num)s working days", target.amount)
    if target.unit is Unit.WORKING_MINUTES:
        hours = max(1, round(target.amount / 60))
        return ngettext("%(num)s working hour", "%(num)s working hours", hours)
    return duration(timedelta(minutes=target.amount), language, units=1)
