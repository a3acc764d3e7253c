"""What each status is to other systems: one table for GeoReport's two, CitySDK's six, and those of updates."""

from collections.abc import Mapping
from typing import NamedTuple

from complaints.workflow import Status

OPEN, CLOSED = "open", "closed"
CHOICES = (OPEN, CLOSED)


class Told(NamedTuple):
    """status: GeoReport v2. detailed: CitySDK's `detailed_status`. update: of a service request update."""

    status: str
    detailed: str
    update: str


TOLD: Mapping[Status, Told] = {
    Status.RECEIVED: Told(OPEN, "RECEIVED", "open"),
    Status.ASSIGNED: Told(OPEN, "RECEIVED", "open"),
    Status.COORDINATING: Told(OPEN, "RECEIVED", "investigating"),
    Status.IN_PROGRESS: Told(OPEN, "IN_PROCESS", "in_progress"),
    Status.SCHEDULED: Told(OPEN, "IN_PROCESS", "action_scheduled"),
    Status.WAITING_FOR_REPORTER: Told(OPEN, "PENDING", "investigating"),
    Status.AWAITING_VALIDATION: Told(OPEN, "IN_PROCESS", "in_progress"),
    Status.RESOLVED: Told(CLOSED, "PROCESSED", "fixed"),
    Status.CONFIRMED: Told(CLOSED, "ARCHIVED", "fixed"),
    Status.REJECTED: Told(CLOSED, "REJECTED", "no_further_action"),
    Status.MERGED: Told(CLOSED, "ARCHIVED", "duplicate"),
    # only until whoever has it now is asked: a report that was passed on isn't shown here any more
    Status.HANDED_OVER: Told(CLOSED, "ARCHIVED", "not_councils_responsibility"),
    Status.WITHDRAWN: Told(CLOSED, "ARCHIVED", "cancelled"),
}
