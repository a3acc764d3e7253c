"""The form of an SLA rule: what was typed as the bundle's row, and a row as the form shows it.

Rows of the form are numbered by their names (`m0-amount`, `l2-tell`); one whose amount is empty is left out, so that a
line is taken away by emptying it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from configuration.checks import answers_to
from configuration.rules import Misfits
from configuration.schema import LADDER
from tenants.errors import Invalid
from web.admin.amounts import target_of, typed
from web.errors import sentence

MOST_LINES = 40
BLANKS = 2
"""Empty lines at the end of each list, to be filled."""
STEP_KINDS = ("percent", "unanswered_hours", "offer_working_hours")
MILESTONES = ("respond", "secure", "resolve")
NEVER = "never"


@dataclass(frozen=True)
class MilestoneLine:
    """One line as typed. when: question and answer as `question:answer`. label: words by language."""

    milestone: str = "respond"
    amount: str = ""
    unit: str = "working_hours"
    when: Sequence[str] = ()
    label: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StepLine:
    """A step of the ladder as typed."""

    kind: str = "percent"
    number: str = ""
    tell: str = "supervisor"


@dataclass(frozen=True)
class Typed:
    """What stands in the form. then: resume, close or never."""

    category: str = ""
    priority: str = ""
    area: str = ""
    milestones: Sequence[MilestoneLine] = (MilestoneLine(), MilestoneLine("resolve", unit="days"))
    ceiling: tuple[str, str] = ("", "working_days")
    pausing: Sequence[str] = ("waiting_for_reporter",)
    asking: tuple[str, str] = ("5", "working_days")
    then: str = "resume"
    auto_close: bool = False
    ladder: Sequence[StepLine] = tuple(
        StepLine(kind, str(step[kind]), str(step["tell"])) for step in LADDER for kind in STEP_KINDS if kind in step
    )

    @property
    def lines(self) -> list[MilestoneLine]:
        """With some empty ones at the end."""
        return [*self.milestones, *(MilestoneLine(name, unit="days") for name in ("resolve", "secure")[:BLANKS])]

    @property
    def steps(self) -> list[StepLine]:
        """With some empty ones at the end."""
        return [*self.ladder, *(StepLine() for _number in range(BLANKS))]


def of_row(row: Mapping[str, Any]) -> Typed:
    """A rule, as a row of the bundle, as the form shows it."""
    asking = row["asking"]
    return Typed(
        category=row["category"] or "",
        priority=row["priority"] or "",
        area=row["area"] or "",
        milestones=[
            MilestoneLine(
                line["milestone"],
                *typed(line),
                when=[f"{question}:{answer}" for question, wanted in (line["when"] or {}).items() for answer in wanted],
                label=line["label"] or {},
            )
            for line in row["milestones"]
        ],
        ceiling=typed(row["ceiling"]) if row["ceiling"] else ("", "working_days"),
        pausing=row["pausing"],
        asking=typed(asking) if asking else ("", "working_days"),
        then=asking["then"] if asking else NEVER,
        auto_close=row["auto_close"],
        ladder=[
            StepLine(kind, str(step[kind]), step["tell"])
            for step in row["ladder"]
            for kind in STEP_KINDS
            if kind in step
        ],
    )


def of_form(form: MultiDict[str, str]) -> Typed:
    """What was typed, as it stands."""
    numbers = range(MOST_LINES)
    return Typed(
        category=form.get("category", ""),
        priority=form.get("priority", "").strip(),
        area=form.get("area", "").strip(),
        milestones=_ordered(
            MilestoneLine(
                form.get(f"m{number}-milestone", ""),
                form.get(f"m{number}-amount", "").strip(),
                form.get(f"m{number}-unit", ""),
                form.getlist(f"m{number}-when"),
                {
                    name.removeprefix(f"m{number}-label-"): words.strip()
                    for name, words in form.items()
                    if name.startswith(f"m{number}-label-") and words.strip()
                },
            )
            for number in numbers
            if form.get(f"m{number}-amount", "").strip()
        ),
        ceiling=(form.get("ceiling-amount", "").strip(), form.get("ceiling-unit", "working_days")),
        pausing=form.getlist("pausing"),
        asking=(form.get("asking-amount", "").strip(), form.get("asking-unit", "working_days")),
        then=form.get("asking-then", "resume"),
        auto_close="auto_close" in form,
        ladder=[
            StepLine(
                form.get(f"l{number}-kind", ""),
                form.get(f"l{number}-number", "").strip(),
                form.get(f"l{number}-tell", ""),
            )
            for number in numbers
            if form.get(f"l{number}-number", "").strip()
        ],
    )


def row_of(form: Typed) -> dict[str, Any]:
    """The row of the bundle that a form says. Raises Misfits, with the ids of the controls as fields."""
    errors: list[Invalid] = []

    def target(amount: str, unit: str, control: str) -> dict[str, Any]:
        try:
            return target_of(amount, unit)
        except ValueError as error:
            errors.append(Invalid(str(error), field=control))
            return {}

    milestones = []
    for number, line in enumerate(form.milestones):
        row: dict[str, Any] = {
            "milestone": line.milestone,
            **target(line.amount, line.unit, f"m{number}-amount"),
            "when": _when(line.when),
        }
        if line.label:
            row["label"] = dict(line.label)
        milestones.append(row)
    asking: dict[str, Any] | None = None
    if form.then != NEVER:
        asking = {**target(*form.asking, "asking-amount"), "then": form.then}
    ladder = []
    for number, step in enumerate(form.ladder):
        if not step.number.isascii() or not step.number.isdigit() or not 1 <= int(step.number[:9]) <= 10_000:
            errors.append(Invalid(_("Write a whole number from 1 to 10,000."), field=f"l{number}-number"))
        else:
            ladder.append({step.kind: int(step.number), "tell": step.tell})
    row = {
        "category": form.category or None,
        "priority": form.priority or None,
        "area": form.area or None,
        "milestones": milestones,
        "ceiling": target(*form.ceiling, "ceiling-amount") if form.ceiling[0] else None,
        "pausing": list(form.pausing),
        "asking": asking,
        "auto_close": form.auto_close,
        "ladder": ladder,
    }
    if errors:
        raise Misfits(errors)
    return row


def errors_by_control(error: Invalid) -> dict[str, str]:
    """What is wrong, by the id of the control that it is about."""
    errors = error.errors if isinstance(error, Misfits) else [error]
    return {_control(one.field or ""): sentence(one) for one in errors}


def asked_of(questions: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The questions of a category whose answers can decide a promise."""
    return [question for question in questions if answers_to(question)]


def _ordered(lines: Iterable[MilestoneLine]) -> list[MilestoneLine]:
    """As they are promised; of one milestone the line for all answers last."""
    return sorted(lines, key=lambda line: ((*MILESTONES, line.milestone).index(line.milestone), not line.when))


def _when(chosen: Sequence[str]) -> dict[str, list[str]] | None:
    when: dict[str, list[str]] = {}
    for one in chosen:
        question, _colon, answer = one.partition(":")
        when.setdefault(question, []).append(answer)
    return when or None


def _control(place: str) -> str:
    """The control of a place in the bundle's row: "milestones.0.amount" is "m0-amount"."""
    parts = place.split(".")
    if parts[0] == "milestones":
        number = parts[1] if len(parts) > 1 else "0"
        return f"m{number}-{'when' if 'when' in parts else 'amount'}"
    if parts[0] == "ladder":
        return f"l{parts[1] if len(parts) > 1 else 0}-number"
    if parts[0] in ("ceiling", "asking"):
        return f"{parts[0]}-amount"
    return place
