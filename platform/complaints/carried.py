"""What a move brings along, and which of the needs of the workflow table that meets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from complaints.evidence import Photo
from complaints.workflow import Need


@dataclass(frozen=True)
class Carried:
    """What a move brings along. words: the note, question, answer or reason, by need.

    seat_id: whom of the agency an assignment is for, if anybody. target_id: the complaint that this one belongs to.
    waiver: why photos of work aren't from our page's camera. right_category: the
    code of the one under which a rejected report can be sent again.
    """

    words: Mapping[Need, str] = field(default_factory=dict)
    agency_id: UUID | None = None
    seat_id: UUID | None = None
    target_id: UUID | None = None
    right_category: str | None = None
    date: datetime | None = None
    photos: Sequence[Photo] = ()
    waiver: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def needs(self) -> set[Need]:
        """Which needs it meets."""
        met = {need for need, words in self.words.items() if words.strip()}
        if self.agency_id is not None:
            met.add(Need.AGENCY)
        if self.target_id is not None:
            met.add(Need.TARGET)
        if self.date is not None:
            met.add(Need.DATE)
        if self.photos:
            met.add(Need.PHOTO)
        return met


NOTHING = Carried()
