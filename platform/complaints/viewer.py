"""Who looks at complaints, and which of them they may see: one rule for lists, pages and messages."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from complaints.complaint import Complaint
from people.permissions import Permission, may
from people.standing_in import Absent
from tenants.category import Visibility


@dataclass(frozen=True)
class Viewer:
    """Who looks: their seat and agencies, and whether they may see restricted complaints, and private ones of others.

    What they hold, or an agency of theirs has, they always see; of the rest, public complaints, and more as permitted.
    sees_city: a partner outside the government sees nothing of the rest, not even what is public.
    absent_ids: the seats that they stand in for, whose agencies are among theirs.
    """

    seat_id: UUID
    agency_ids: tuple[UUID, ...]
    sees_restricted: bool
    sees_other_agencies: bool = False
    sees_city: bool = True
    absent_ids: tuple[UUID, ...] = ()

    @property
    def holder_ids(self) -> tuple[UUID, ...]:
        """Their own seat, and those that they stand in for."""
        return (self.seat_id, *self.absent_ids)

    @property
    def visibilities(self) -> list[str]:
        """What they see of agencies that aren't theirs, from the widest to the narrowest."""
        allowed = {
            Visibility.PUBLIC: self.sees_city,
            Visibility.PRIVATE: self.sees_other_agencies,
            Visibility.RESTRICTED: self.sees_other_agencies and self.sees_restricted,
        }
        return [visibility.value for visibility, seen in allowed.items() if seen]

    def sees(self, complaint: Complaint) -> bool:
        """Whether they may see a complaint of their tenant: the same that the queue lists."""
        own = complaint.holder_id in self.holder_ids or complaint.agency_id in self.agency_ids
        return own or complaint.visibility in self.visibilities


def viewer_of(seat_id: UUID, role: str, agency_ids: Iterable[UUID], absent: Collection[Absent] = ()) -> Viewer:
    """A seat as the queue knows it, by the one table of permissions. absent: those for whom it stands in now."""
    works_for = {*agency_ids, *(agency_id for one in absent for agency_id in one.agency_ids)}
    return Viewer(
        seat_id=seat_id,
        agency_ids=tuple(sorted(works_for, key=str)),
        sees_restricted=may(role, Permission.SEE_RESTRICTED),
        sees_other_agencies=may(role, Permission.SEE_ALL_AGENCIES),
        sees_city=may(role, Permission.SEE_CITY),
        absent_ids=tuple(one.seat_id for one in absent),
    )
