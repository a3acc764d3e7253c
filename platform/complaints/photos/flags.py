"""What a person should look at in a photo, as a table of rules over facts: hints, never verdicts.

An official reads them beside the photo, each with what it means and what it doesn't prove; the public never does.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

FAR_M = 50.0


class Flag(StrEnum):
    """What stands out, the weightiest first."""

    REUSED = "reused"
    SAME_AS_BEFORE = "same_as_before"
    AI_MARKED = "ai_marked"
    BEFORE_REPORT = "before_report"
    FAR_AWAY = "far_away"
    EDITED = "edited"
    WAIVED = "waived"
    NO_METADATA = "no_metadata"


@dataclass(frozen=True)
class Facts:
    """What is known of a photo. of_work: the official's, of the finished work.

    reused: the same picture stands in another report of the city. same_as_before: it is the reporter's own picture.
    taken_at: the latest instant at which it can have been taken, by what it says of itself; None if it says nothing.
    distance_m: from the report's point to where it says it was taken; None if either isn't known. ai_marks: where a
    generator left its name. edited: an editor did. says_nothing: neither place nor time nor maker. waived: the
    city asks for our page's camera, and this came otherwise, with a reason.
    """

    of_work: bool
    received_at: datetime
    reused: bool = False
    same_as_before: bool = False
    taken_at: datetime | None = None
    distance_m: float | None = None
    ai_marks: tuple[str, ...] = ()
    edited: bool = False
    says_nothing: bool = False
    waived: bool = False


RULES: Mapping[Flag, Callable[[Facts], bool]] = {
    Flag.REUSED: lambda facts: facts.reused,
    Flag.SAME_AS_BEFORE: lambda facts: facts.of_work and facts.same_as_before,
    # signed content credentials alone are no mark: cameras and phones write them into plain photos too
    Flag.AI_MARKED: lambda facts: any(mark != "c2pa" for mark in facts.ai_marks),
    # a reporter may well have taken the photo before they found the time to send it
    Flag.BEFORE_REPORT: lambda facts: (
        facts.of_work and facts.taken_at is not None and facts.taken_at < facts.received_at
    ),
    Flag.FAR_AWAY: lambda facts: facts.distance_m is not None and facts.distance_m > FAR_M,
    Flag.EDITED: lambda facts: facts.edited,
    Flag.WAIVED: lambda facts: facts.waived,
    # of a reporter's photo it says nothing: messengers and browsers drop the metadata of everybody's
    Flag.NO_METADATA: lambda facts: facts.of_work and facts.says_nothing,
}


def far_or_not(flags: Collection[str], distance_m: float | None) -> list[str]:
    """The same flags where the distance is another now, the weightiest first."""
    far = distance_m is not None and distance_m > FAR_M
    others = set(flags) - {Flag.FAR_AWAY.value}
    return [flag.value for flag in Flag if flag.value in others or (far and flag is Flag.FAR_AWAY)]


def raised(facts: Facts) -> list[Flag]:
    """The flags that these facts raise, the weightiest first."""
    return [flag for flag, rule in RULES.items() if rule(facts)]
