"""Who makes a move: a member of staff, the reporter, the platform, or another tenant."""

from dataclasses import dataclass
from uuid import UUID

from complaints import workflow
from complaints.rules.competence import Person
from people.permissions import Permission, may
from people.standing_in import Absent


@dataclass(frozen=True)
class Actor:
    """Who makes a move. by: staff, reporter, system, tenant or operator. agency_ids: those that somebody works for.

    absent: those for whom they stand in now.
    """

    by: str
    seat_id: UUID | None = None
    role: str | None = None
    agency_ids: frozenset[UUID] = frozenset()
    absent: tuple[Absent, ...] = ()

    def holds(self, permission: Permission | None) -> bool:
        """Whether the actor may make moves that ask for this permission; None is the platform's own."""
        if self.by in ("system", "tenant", "operator"):
            return permission in (workflow.SYSTEM, Permission.HAND_OVER, Permission.MERGE)
        if permission is Permission.OWN:
            return self.by == "reporter"
        return permission is not None and self.role is not None and may(self.role, permission)

    @property
    def person(self) -> Person:
        """A member of staff, as competence asks for them."""
        return Person(self.seat_id, self.agency_ids, self.holds(Permission.SEE_ALL_AGENCIES), self.absent)


REPORTER = Actor("reporter")
SYSTEM = Actor("system")
