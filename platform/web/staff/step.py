"""What the form of a step says, be it for one report or for many."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import g
from marshmallow import ValidationError, fields

from complaints.carried import Carried
from complaints.evidence import Photo
from complaints.workflow import Need
from tenants.errors import N_
from web.forms import Form, Id, Text

USUAL_TIME = "16:00"


class Ahead(fields.Field[datetime | None]):
    """A day that lies ahead, with the form's `time`, by the city's clock; None for none."""

    def _deserialize(self, value: str, *args: Any, **_kwargs: Any) -> datetime | None:
        if not value.strip():
            return None
        _name, sent = args
        try:
            at = datetime.fromisoformat(f"{value.strip()}T{sent['time'].strip() or USUAL_TIME}")
            at = at.replace(tzinfo=ZoneInfo(g.tenant.time_zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError(N_("This date can't be read. An example: 2026-11-30.")) from None
        if at <= g.now:
            raise ValidationError(N_("Choose a date in the future."))
        return at


class StepForm(Form):
    """What any step asks for; the names of its needs, and what goes with them."""

    note = Text()
    question = Text()
    reason = Text()
    agency = Id(N_("Choose an agency of this city."))
    seat = Id(N_("Choose somebody who works for this agency."))
    tenant = Text()
    target = Text()
    number = Text()
    right_category = Text()
    date = Ahead()
    time = Text()
    waiver = Text()


def carried(name: str, said: Mapping[str, Any], photos: Sequence[Photo] = ()) -> Carried:
    """What a step brings along, of what its form said."""
    return Carried(
        words={need: said[need.value] for need in (Need.NOTE, Need.QUESTION, Need.REASON) if said[need.value]},
        agency_id=said["agency"],
        seat_id=said["seat"] if name == "assign" else None,
        right_category=said["right_category"] or None if name == "reject" else None,
        date=said["date"],
        photos=photos,
        waiver=said["waiver"],
    )
