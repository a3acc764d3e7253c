"""Nobody validates their own work, nor checks it on the spot: who did it, by the history. Pure."""

from collections.abc import Sequence
from uuid import UUID

from complaints import restoring
from complaints.complaint import HistoryRow
from tenants.errors import N_

WORK = frozenset(("start", "secure", "submit", "resolve"))
"""The moves by which somebody does the work, or says that it is done."""
ANEW = frozenset(("reopen", "overturn", "assign", "accept", "receive", "revive"))
"""The moves after which the work is done anew, perhaps by others."""
BY_ANOTHER = frozenset(("validate",))
"""The moves that are for somebody who didn't do the work."""
OWN_WORK = N_("This is your own work: somebody else validates it.")


def workers(history: Sequence[HistoryRow]) -> frozenset[UUID]:
    """The seats that did the work which stands now: since it was last given to somebody or opened again.

    history: oldest first; what was taken back doesn't count.
    """
    seats: set[UUID] = set()
    for row in restoring.standing(history):
        if row.move in ANEW:
            seats.clear()
        elif row.move in WORK and row.seat_id is not None:
            seats.add(row.seat_id)
    return frozenset(seats)


def is_own(history: Sequence[HistoryRow], seat_id: UUID | None) -> bool:
    """Whether the work is this seat's."""
    return seat_id is not None and seat_id in workers(history)
