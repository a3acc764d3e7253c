"""An instant as operators type it: a day and a time of western Indonesia."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import ValidationError, fields

from tenants.errors import N_
from tenants.times import local
from web.context import settings

WRITTEN = "%Y-%m-%dT%H:%M"


class Instant(fields.Field[datetime]):
    """Of a datetime-local control."""

    def _deserialize(self, value: str, *_args: Any, **_kwargs: Any) -> datetime:
        try:
            return datetime.strptime(value[:16], WRITTEN).replace(tzinfo=ZoneInfo(settings().default_time_zone))
        except ValueError:
            raise ValidationError(N_("Write a day and a time.")) from None


def typed(at: datetime) -> str:
    """The same the other way."""
    return local(at, settings().default_time_zone).strftime(WRITTEN)
