"""Two agencies of one city that pass a complaint to and fro: a person above both decides. Pure."""

from collections.abc import Sequence
from uuid import UUID

from complaints.complaint import HistoryRow
from tenants.errors import N_

MOST_PASSES = 2
"""As between cities: the third pass between the same two isn't theirs to make."""

PASSES = ("assign", "coordinate")
DISAGREE = "disagree"
"""The move that is made instead: it leaves the complaint where it is, and tells the supervisors why."""

NO_REASON = N_(
    "The two agencies have passed this report to and fro already, so a supervisor decides now."
    " Ask the other agency to take it, with your reason: the supervisors get it."
)


def passes_between(rows: Sequence[HistoryRow], one: UUID, other: UUID) -> int:
    """How often a complaint went from one of two agencies to the other. rows: what stands of its history, in order."""
    holder: str | None = None
    offered_by: str | None = None
    pair, count = {str(one), str(other)}, 0
    for row in rows:
        former = holder
        if row.move in PASSES:
            former = row.detail.get("from_agency_id", holder)
            offered_by = former if row.move == "coordinate" else offered_by
            holder = row.detail.get("agency_id")
        elif row.move == "refuse":
            holder = offered_by
        elif row.move in ("receive", "revive"):
            holder = former = None
        count += former != holder and {former, holder} == pair
    return count


def goes_above(rows: Sequence[HistoryRow], holder: UUID | None, other: UUID | None) -> bool:
    """Whether a supervisor decides before `other` gets it from `holder` once more."""
    if holder is None or other is None or holder == other:
        return False
    return passes_between(rows, holder, other) >= MOST_PASSES
