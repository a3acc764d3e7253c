"""The words of time, as the pages call them."""

from tenants.times import (
    day_time,
    due_time,
    duration,
    filters,
    full_day,
    full_time,
    local,
    relative_time,
    short_duration,
)

__all__ = [
    "day_time",
    "due_time",
    "duration",
    "filters",
    "full_day",
    "full_time",
    "local",
    "relative_time",
    "short_duration",
]
