"""From which day on something is to hold, as a form says it."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask import g

from tenants.errors import Invalid

LONGEST_DAYS = 3_660


def from_day(written: str) -> datetime:
    """The midnight at which a day begins in the city; now for today or for nothing. Raises Invalid, field on."""
    zone = ZoneInfo(g.tenant.time_zone)
    today = g.now.astimezone(zone).date()
    try:
        day = datetime.strptime(written, "%Y-%m-%d").date() if written else today  # noqa: DTZ007  (a day has no zone)
    except ValueError:
        raise Invalid("Write the day as 2026-12-31.", field="on") from None
    if day < today:
        raise Invalid("That day is over: choose today or a later one.", field="on")
    if (day - today).days > LONGEST_DAYS:
        raise Invalid("That day is more than ten years ahead.", field="on")
    return g.now if day == today else datetime.combine(day, time.min, zone)
