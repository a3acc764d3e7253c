"""What the platform does with a complaint when a time is over, besides its ladder; and until when it can be reopened.

Pure: the rule, the city's terms, the calendar and `now` are arguments. A timer that has gone off changes the status, so
that it can't go off twice; the worker makes its move (`minding.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from complaints.clock import Target, Unit, due
from complaints.workflow import HANDLED, Status
from tenants.errors import N_, Conflict
from tenants.working_time import Calendar

EXPIRE = "expire"
CLOSE = "close"


@dataclass(frozen=True)
class Terms:
    """What a city grants its residents, by its options. None: no such term.

    reopen_days: on so many days after that of its end a report can be opened again; 0: it can't.
    silence_closes_working_days: after so many nobody who hasn't objected will.
    """

    reopen_days: int | None = None
    silence_closes_working_days: int | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Terms":
        return cls(options.get("reopen_days"), options.get("silence_closes_working_days"))


@dataclass(frozen=True)
class Timed:
    """What timers rest on. auto_close: whether the rule closes it at its due instant. closed_at: when it ended."""

    status: Status
    auto_close: bool
    resolve_due_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, order=True)
class Timer:
    """Which move the platform makes at which instant, if nothing happens before it."""

    at: datetime
    move: str


def timer(timed: Timed, terms: Terms, calendar: Calendar | None) -> Timer | None:
    """What goes off next; None for nothing, also without a calendar (the commons)."""
    if calendar is None:
        return None
    if timed.status in HANDLED and timed.auto_close and timed.resolve_due_at is not None:
        return Timer(timed.resolve_due_at, EXPIRE)
    if timed.status is Status.RESOLVED and timed.closed_at is not None and terms.silence_closes_working_days:
        target = Target(terms.silence_closes_working_days, Unit.WORKING_DAYS)
        at = due(timed.closed_at, target, calendar, ())
        return Timer(at, CLOSE) if at is not None else None
    return None


class TooLateToReopen(Conflict):
    """The city's days for opening an ended report again are over."""


def check_reopening(closed_at: datetime | None, terms: Terms, zone: str, now: datetime) -> None:
    """Raise TooLateToReopen if the days in which an ended report can be opened again are over."""
    last_on = last_day_to_reopen(closed_at, terms, zone) if closed_at is not None else None
    if last_on is not None and now.astimezone(ZoneInfo(zone)).date() > last_on:
        raise TooLateToReopen(
            N_(
                "A finished report can be opened again for %(days)s days, and they are over. If it is still wrong,"
                " please report it anew."
            ),
            days=terms.reopen_days,
        )


def last_day_to_reopen(closed_at: datetime, terms: Terms, zone: str) -> date | None:
    """The last local day on which an ended report can be opened again; None: it always can. 0 days: never."""
    if terms.reopen_days is None:
        return None
    return closed_at.astimezone(ZoneInfo(zone)).date() + timedelta(days=terms.reopen_days or -1)
