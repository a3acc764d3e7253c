"""An instant as operators type it: a day and a time of western Indonesia."""

from datetime import datetime
from zoneinfo import ZoneInfo

from tenants.errors import Invalid
from tenants.times import local
from web.context import settings

WRITTEN = "%Y-%m-%dT%H:%M"


def instant(written: str, field: str) -> datetime:
    """Of a datetime-local control. Raises Invalid naming it."""
    try:
        return datetime.strptime(written[:16], WRITTEN).replace(tzinfo=ZoneInfo(settings().default_time_zone))
    except ValueError:
        raise Invalid("Write a day and a time.", field=field) from None


def typed(at: datetime) -> str:
    """The same the other way."""
    return local(at, settings().default_time_zone).strftime(WRITTEN)
