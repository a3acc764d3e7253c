"""When somebody is told of what: at once, in their daily digest, or never; and the hours in which they are left alone.

What may be chosen is data: a topic names its events and what it offers, so that what nobody may miss offers no
silence. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

QUIET_HOURS = ("21:00", "06:00")
DIGEST_AT = "07:00"


class How(StrEnum):
    """When a message about something is sent."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    NEVER = "never"


ANY = (How.AT_ONCE, How.DIGEST, How.NEVER)
NOT_SILENT = (How.AT_ONCE, How.DIGEST)
"""What is the reader's own duty can come once a day, but not never."""

Choices = Mapping[str, Mapping[str, str]]
"""{topic: {channel: how}}; what isn't in it is as the topic says."""


@dataclass(frozen=True)
class Topic:
    """What can be chosen together. events: by the names of `texts.VALUES`. offers: what may be chosen by e-mail.

    usual: what is so until somebody chooses.
    """

    events: tuple[str, ...]
    usual: How = How.AT_ONCE
    offers: tuple[How, ...] = ANY

    @property
    def can_be_silent(self) -> bool:
        return How.NEVER in self.offers


OFFICIALS: Mapping[str, Topic] = {
    "assigned": Topic(("new_for_agency", "many_for_agency", "pause_asked", "work_done"), offers=NOT_SILENT),
    "arrived": Topic(("new_in_agency", "many_in_agency")),
    "reporter": Topic(
        ("answered", "reporter_wrote", "objected", "added", "unanswered", "reopened", "overturned", "withdrawn")
    ),
    "mentioned": Topic(("mentioned",)),
    "watched": Topic(("watched_moved",), usual=How.DIGEST),
    "late": Topic(("reminder",)),
    "escalated": Topic(("escalated", "on_the_board", "disagree", "part_late"), offers=NOT_SILENT),
}
"""What an official chooses."""

REPORTERS: Mapping[str, Topic] = {
    "steps": Topic(("replied", "scheduled")),
    "started": Topic(("started",), usual=How.NEVER),
    "late": Topic(("promise_passed",)),
}
"""What a reporter chooses; a question to them, its end and where it is now aren't among it."""


def topic_of(topics: Mapping[str, Topic], event: str) -> str | None:
    """The topic that an event belongs to; None for what can't be chosen."""
    return next((name for name, topic in topics.items() if event in topic.events), None)


def how(topics: Mapping[str, Topic], choices: Choices, event: str, channel: str) -> How:
    """When somebody is told of an event by a channel. What isn't offered any more counts as not chosen."""
    name = topic_of(topics, event)
    if name is None:
        return How.AT_ONCE
    topic = topics[name]
    chosen = choices.get(name, {}).get(channel)
    return How(chosen) if chosen in topic.offers else topic.usual


def pushes(topics: Mapping[str, Topic], choices: Choices, event: str) -> bool:
    """Whether somebody is notified of an event on their devices: as they chose, else of what usually comes at once."""
    name = topic_of(topics, event)
    if name is None:
        return True
    chosen = choices.get(name, {}).get("push")
    return chosen == How.AT_ONCE if chosen is not None else topics[name].usual is How.AT_ONCE


def quiet_hours(options: Mapping[str, Any], start: str | None = None, end: str | None = None) -> tuple[str, str]:
    """Somebody's own quiet hours, else the tenant's (`quiet_hours` of its options), else ours."""
    usual = options.get("quiet_hours", QUIET_HOURS)
    return (start, end) if start is not None and end is not None else (usual[0], usual[1])


def quiet_for(now: datetime, zone: str, hours: tuple[str, str]) -> timedelta:
    """How long an ordinary message waits: until the quiet hours are over; nothing outside them.

    hours: local time, ["21:00", "06:00"]; the first may be the later, across midnight. The same twice: none.
    """
    start, end = (time.fromisoformat(written) for written in hours)
    here = now.astimezone(ZoneInfo(zone))
    quiet = start <= here.time() < end if start <= end else here.time() >= start or here.time() < end
    return next_at(now, zone, hours[1]) - now if quiet else timedelta(0)


def next_at(after: datetime, zone: str, clock: str) -> datetime:
    """The next instant after this one at which clocks in a zone show that time; aware UTC."""
    wanted = time.fromisoformat(clock)
    here = after.astimezone(ZoneInfo(zone))
    for days in range(3):
        day = here.date() + timedelta(days=days)
        at = datetime.combine(day, wanted, ZoneInfo(zone)).astimezone(UTC)
        if at > after:
            return at
    raise ValueError(f"no {clock} within three days of {after}")
