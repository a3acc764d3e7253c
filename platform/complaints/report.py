"""What a reporter sends, before anything is known of where it goes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tenants.category import Visibility
from tenants.errors import Invalid

LONGEST_DESCRIPTION = 4_000
LONGEST_PLACE = 300
KINDS = ("complaint", "question", "wish")


@dataclass(frozen=True)
class Reporter:
    """How the reporter may be reached; all None for nobody. may_cross: consent that it goes along to another city."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    may_cross: bool = False

    @property
    def reachable(self) -> bool:
        return bool(self.email or self.phone)


@dataclass(frozen=True)
class Report:
    """What a reporter sends. lon, lat: WGS84 degrees, None without a point. host: whose portal it was sent on.

    filed_by: the seat, in the host's city, of the official who writes it down for the reporter.
    border_answer: the slug that the reporter chose when asked on which side of a border it is. again: the reference of
    a complaint nearby that was said to be done, where the reporter says that it is still there.
    asset: the code of the object that it is about, in the city that it goes to. asked_elsewhere: whoever sent it was
    shown the questions of another city than the one it goes to, so none of that one's is missing. placed_in_words:
    whoever sent it has no point to give, so that the words of the place have to do.
    """

    category: str
    description: str
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    place: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    kind: str = "complaint"
    visibility: str | None = None
    anonymous: bool = False
    reporter: Reporter = field(default_factory=Reporter)
    language: str = "id"
    channel: str = "web"
    border_answer: str | None = None
    again: str | None = None
    asset: str | None = None
    account_id: UUID | None = None
    filed_by: UUID | None = None
    asked_elsewhere: bool = False
    placed_in_words: bool = False


def check_words(report: Report) -> None:
    """Raise Invalid, naming the field, for words that no city takes."""
    if not report.description.strip():
        raise Invalid("Describe what you see: one sentence is enough.", field="description")
    if len(report.description) > LONGEST_DESCRIPTION:
        raise Invalid(
            "The description may have up to %(most)s characters.", field="description", most=LONGEST_DESCRIPTION
        )
    if report.place is not None and len(report.place) > LONGEST_PLACE:
        raise Invalid("The place may have up to %(most)s characters.", field="place", most=LONGEST_PLACE)
    if "\x00" in report.description + (report.place or ""):
        raise Invalid("The text holds a character that can't be stored.", field="description")
    if report.kind not in KINDS:
        raise Invalid("Choose complaint, question or wish.", field="kind")
    if report.visibility is not None and report.visibility not in list(Visibility):
        raise Invalid("Choose public, private or restricted.", field="visibility")
