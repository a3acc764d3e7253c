"""What a move changes of a complaint, kept with its history row for as long as the move can be taken back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row

from complaints.complaint import Complaint, HistoryRow

KEPT = (
    "status",
    "status_left",
    "is_open",
    "kind",
    "category_id",
    "category_revision",
    "sla_rule_id",
    "sla_rule_revision",
    "priority",
    "urgency",
    "agency_id",
    "area_id",
    "holder_id",
    "visibility",
    "lon",
    "lat",
    "accuracy_m",
    "cell",
    "routing",
    "near_border_tenant_id",
    "clock_from_at",
    "responded_at",
    "secured_at",
    "resolved_at",
    "closed_at",
    "scheduled_for",
    "on_board_since",
    "pause_asked_at",
    "merged_into_id",
)
"""What moves set. The due instants aren't among them: they are reckoned anew."""


Past = TypeVar("Past", HistoryRow, Row[Any])


def snapshot(complaint: Complaint) -> dict[str, Any]:
    """The complaint as it is before a move."""
    return {name: getattr(complaint, name) for name in KEPT}


def changed(before: Mapping[str, Any], complaint: Complaint) -> dict[str, Any]:
    """What has become different since a snapshot, as it was then, in values that JSON has."""
    return {name: _plain(value) for name, value in before.items() if getattr(complaint, name) != value}


def put_back(complaint: Complaint, was: Mapping[str, Any]) -> None:
    """Set the complaint to what `changed` had kept."""
    for name, value in was.items():
        kind = Complaint.__table__.columns[name].type.python_type
        if value is not None and kind in (UUID, datetime):
            value = UUID(value) if kind is UUID else datetime.fromisoformat(value)
        setattr(complaint, name, value)


def standing(rows: Sequence[Past]) -> list[Past]:
    """The history without what was taken back, and without the taking back: what counts, and what outsiders read.

    rows: whole, or as the columns id, move and detail with whatever others.
    """
    undone = {row.detail["undoes"] for row in rows if row.move == "undo"}
    return [row for row in rows if row.move != "undo" and str(row.id) not in undone]


def before_merging(rows: Sequence[HistoryRow]) -> Mapping[str, Any]:
    """What the last merger of a complaint had changed, as it was before."""
    merged = next(row for row in reversed(rows) if row.move == "merge")
    before: Mapping[str, Any] = merged.detail["before"]
    return before


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
