"""What the platform does with a complaint when a time is over, besides its ladder; and until when it can be reopened.

Pure: the rule, the city's terms, the calendar and `now` are arguments. A timer that has gone off changes the status, so
that it can't go off twice; the worker makes its move (`minding.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from complaints.clock import Pause, Target, Unit, due, instant_at_share
from complaints.workflow import HANDLED, Status
from tenants.errors import N_, Conflict
from tenants.working_time import Calendar

EXPIRE, CLOSE, REMIND, GO_ON, LAPSE = "expire", "close", "remind", "go_on", "lapse"

REMIND_AT = 0.5
"""The share of a wait for the reporter after which they are reminded, once."""
AFTER_REMINDER = timedelta(days=1)
"""Nobody's wait ends sooner than this after the reminder, however late that came."""


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
    """What timers rest on. auto_close: whether the rule closes it at its due instant. closed_at: when it ended.

    asking: how long a question waits, and then what, as a rule says it. asked_at: since when the reporter is waited
    for. reminded_at: when they were reminded. city_pauses: in which the whole city stood still; nothing goes off then.
    """

    status: Status
    auto_close: bool = False
    resolve_due_at: datetime | None = None
    closed_at: datetime | None = None
    asking: Mapping[str, Any] | None = None
    asked_at: datetime | None = None
    reminded_at: datetime | None = None
    city_pauses: Sequence[Pause] = ()


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
        at = due(timed.closed_at, target, calendar, timed.city_pauses)
        return Timer(at, CLOSE) if at is not None else None
    if timed.status is Status.WAITING_FOR_REPORTER and timed.reminded_at is None:
        at = _wait(timed, calendar, REMIND_AT)
        return Timer(at, REMIND) if at is not None else None
    return end_of_wait(timed, calendar)


def end_of_wait(timed: Timed, calendar: Calendar | None) -> Timer | None:
    """What ends a wait for the reporter, and when; None where none runs or it may last for ever."""
    at = _wait(timed, calendar, 1)
    if at is None or timed.asking is None:
        return None
    if timed.reminded_at is not None:
        at = max(at, timed.reminded_at + AFTER_REMINDER)
    return Timer(at, LAPSE if timed.asking["then"] == "close" else GO_ON)


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


def _wait(timed: Timed, calendar: Calendar | None, share: float) -> datetime | None:
    """The instant at which that share of a wait is over."""
    if calendar is None or timed.status is not Status.WAITING_FOR_REPORTER:
        return None
    if timed.asked_at is None or timed.asking is None:
        return None
    target = Target(timed.asking["amount"], Unit(timed.asking["unit"]))
    return instant_at_share(timed.asked_at, target, calendar, timed.city_pauses, share)
