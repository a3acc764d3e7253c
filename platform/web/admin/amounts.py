"""Targets as people write them: hours and days beside minutes, and back."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

MINUTES_OF = {
    "minutes": ("minutes", 1),
    "hours": ("minutes", 60),
    "days": ("minutes", 24 * 60),
    "working_minutes": ("working_minutes", 1),
    "working_hours": ("working_minutes", 60),
    "working_days": ("working_days", 1),
}
"""What a unit of the forms is in a target: the target's unit, and how many of it."""


def unit_options() -> list[tuple[str, str]]:
    """The units of the forms, for a select."""
    return [
        ("hours", _("hours")),
        ("days", _("days")),
        ("minutes", _("minutes")),
        ("working_hours", _("working hours")),
        ("working_days", _("working days")),
        ("working_minutes", _("working minutes")),
    ]


def target_of(amount: str, unit: str) -> dict[str, Any]:
    """A target from what was typed: a number, also with a comma or point, and a unit of the forms.

    Raises ValueError with a sentence.
    """
    if unit not in MINUTES_OF:
        raise ValueError(_("Choose a unit."))
    stored, minutes = MINUTES_OF[unit]
    try:
        exact = Fraction(amount.strip().replace(",", ".")) * minutes
    except (ValueError, ZeroDivisionError):
        raise ValueError(_("Write a number, such as 6 or 1.5.")) from None
    if exact <= 0:
        raise ValueError(_("A target of nothing can't be kept. Write more than 0.")) from None
    if exact.denominator != 1:
        raise ValueError(_("Write whole minutes or whole working days.")) from None
    if exact > (1_000 if stored == "working_days" else 1_000_000):
        raise ValueError(_("A promise this long isn't one: at most 694 days, or 1,000 working days.")) from None
    return {"amount": int(exact), "unit": stored}


def typed(target: Mapping[str, Any]) -> tuple[str, str]:
    """A target as the forms show it: the number, and the largest unit in which it is whole."""
    amount = target["amount"]
    fitting = [
        (unit, minutes)
        for unit, (stored, minutes) in MINUTES_OF.items()
        if stored == target["unit"] and amount % minutes == 0
    ]
    unit, minutes = max(fitting, key=lambda each: each[1])
    return str(amount // minutes), unit


def words_of(target: Mapping[str, Any] | None) -> str:
    """A target in words: "6 working hours"; a dash for none."""
    if target is None:
        return "–"
    number, unit = typed(target)
    count = int(number)
    return {
        "minutes": lambda: ngettext("%(num)s minute", "%(num)s minutes", count),
        "hours": lambda: ngettext("%(num)s hour", "%(num)s hours", count),
        "days": lambda: ngettext("%(num)s day", "%(num)s days", count),
        "working_minutes": lambda: ngettext("%(num)s working minute", "%(num)s working minutes", count),
        "working_hours": lambda: ngettext("%(num)s working hour", "%(num)s working hours", count),
        "working_days": lambda: ngettext("%(num)s working day", "%(num)s working days", count),
    }[unit]()
