"""The form of a calendar: what was typed as its document, and a document as the form shows it.

Lists of days are typed a line each, a date and what else there is to say of it, as they stand in a decree.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from tenants.errors import Invalid
from tenants.working_time import WEEKDAYS

BLANKS = 1
MOST_SPANS = 30
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})\b\s*(.*)")
_HOURS = re.compile(r"((?:\d{1,2}[:.]\d{2}\s*[-–]\s*\d{1,2}[:.]\d{2}[\s,;]*)+)(.*)")


class Misread(Invalid):
    """A line that can't be read; its field is the control."""


@dataclass(frozen=True)
class DatedLine:
    """Hours between two dates, as typed."""

    name: str = ""
    first_on: str = ""
    last_on: str = ""
    hours: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TypedCalendar:
    """What stands in the form; hours by weekday, days a line each."""

    name: str
    time_zone: str
    hours: Mapping[str, str]
    dated: Sequence[DatedLine]
    country: str
    joint_leave: bool
    added: str
    removed: str
    half_days: str

    @property
    def spans(self) -> list[DatedLine]:
        """With an empty one at the end."""
        return [*self.dated, *(DatedLine() for _number in range(BLANKS))]


def of_document(name: str, document: Mapping[str, Any], said: Callable[[Mapping[str, str]], str]) -> TypedCalendar:
    """A calendar as the form shows it. said: words in the language of the form."""
    official = document.get("holidays", {})
    return TypedCalendar(
        name=name,
        time_zone=document["time_zone"],
        hours=_week(document["hours"]),
        dated=[
            DatedLine(said(one.get("name", {})), one["from"], one["until"], _week(one.get("hours", {})))
            for one in document.get("dated", ())
        ],
        country=official.get("country") or "",
        joint_leave=official.get("joint_leave", True),
        added="\n".join(f"{one['on']} {said(one.get('name', {}))}".strip() for one in official.get("add", ())),
        removed="\n".join(official.get("remove", ())),
        half_days="\n".join(
            f"{one['on']} {', '.join(one['hours'])} {said(one.get('name', {}))}".strip()
            for one in document.get("half_days", ())
        ),
    )


def of_form(form: MultiDict[str, str]) -> TypedCalendar:
    """What was typed, as it stands."""
    return TypedCalendar(
        name=form.get("name", "").strip(),
        time_zone=form.get("time_zone", ""),
        hours={day: form.get(f"hours-{day}", "").strip() for day in WEEKDAYS},
        dated=[
            DatedLine(
                form.get(f"d{number}-name", "").strip(),
                form.get(f"d{number}-from", "").strip(),
                form.get(f"d{number}-until", "").strip(),
                {day: form.get(f"d{number}-{day}", "").strip() for day in WEEKDAYS},
            )
            for number in range(MOST_SPANS)
            if form.get(f"d{number}-from", "").strip() or form.get(f"d{number}-until", "").strip()
        ],
        country=form.get("country", "").strip().upper(),
        joint_leave="joint_leave" in form,
        added=form.get("added", ""),
        removed=form.get("removed", ""),
        half_days=form.get("half_days", ""),
    )


def document_of(
    form: TypedCalendar, before: Mapping[str, Any], language: str, said: Callable[[Mapping[str, str]], str]
) -> dict[str, Any]:
    """The document that a form says. language: of its names. before: whose names in other languages stay where the
    one that was shown does. said: as in `of_document`.

    Raises Misread for a line that is none.
    """
    names = _names_before(before)

    def words(key: str, name: str) -> dict[str, str]:
        kept = names.get(key, {})
        return kept if kept and said(kept) == name else {language: name} if name else {}

    added = [
        _named({"on": on}, words(on, rest))
        for on, rest in dated_lines(form.added, "added", "2026-03-10 Hari jadi kota")
    ]
    half_days = []
    for on, rest in dated_lines(form.half_days, "half_days", "2026-12-31 07:30-12:00 Malam tahun baru"):
        found = _HOURS.fullmatch(rest)
        if found is None:
            raise Misread(
                _("After the date write the hours: %(example)s", example="2026-12-31 07:30-12:00"), field="half_days"
            )
        half_days.append(_named({"on": on, "hours": _spans(found[1])}, words(on, found[2].strip())))
    removed = [on for on, _rest in dated_lines(form.removed, "removed", "2026-05-15")]
    official: dict[str, Any] = {"add": added, "remove": removed}
    if form.country:
        official |= {"country": form.country, "joint_leave": form.joint_leave}
    return {
        "time_zone": form.time_zone,
        "hours": _week_of(form.hours),
        "dated": [
            _named(
                {"from": one.first_on, "until": one.last_on, "hours": _week_of(one.hours)},
                words(f"{one.first_on}–", one.name),
            )
            for one in form.dated
        ],
        "holidays": official,
        "half_days": half_days,
    }


def control_of(place: str) -> str:
    """The control of a place in the document: "dated.0.hours.mon" is "d0-mon"."""
    parts = place.split(".")
    if parts[0] == "hours":
        return f"hours-{parts[1] if len(parts) > 1 else 'mon'}"
    if parts[0] == "dated":
        number = parts[1] if len(parts) > 1 and parts[1].isdigit() else "0"
        return f"d{number}-{parts[-1] if parts[-1] in (*WEEKDAYS, 'from', 'until') else 'from'}"
    if parts[0] == "holidays":
        return {"country": "country", "remove": "removed"}.get(parts[1] if len(parts) > 1 else "", "added")
    return parts[0]


def _week(hours: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {day: ", ".join(hours.get(day, ())) for day in WEEKDAYS}


def _week_of(hours: Mapping[str, str]) -> dict[str, list[str]]:
    return {day: _spans(written) for day, written in hours.items() if written}


def _spans(written: str) -> list[str]:
    """ "07.30–12.00, 13:00-16:00" as spans; what isn't one stays, for the calendar to refuse."""
    return [part.strip().replace(".", ":") for part in re.split(r"[,;]", written) if part.strip()]


def dated_lines(written: str, control: str, example: str) -> list[tuple[str, str]]:
    """Each line's date and the rest."""
    found = []
    for line in written.splitlines():
        if line.strip():
            match = _DAY.fullmatch(line.strip())
            if match is None:
                raise Misread(
                    _("“%(line)s” doesn't begin with a date. Write it as %(example)s", line=line[:60], example=example),
                    field=control,
                )
            found.append((match[1], match[2].strip()))
    return found


def _named(entry: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    return {**entry, "name": words} if words else entry


def _names_before(document: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Names that there were, by date; of dated hours by the first date and a dash."""
    return {
        **{one["on"]: one.get("name", {}) for one in document.get("holidays", {}).get("add", ())},
        **{one["on"]: one.get("name", {}) for one in document.get("half_days", ())},
        **{f"{one['from']}–": one.get("name", {}) for one in document.get("dated", ())},
    }
