"""From a point inside a tenant to its deepest area. Pure, as `tenants/locate.py`."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from tenants.locate import NEAREST_WITHIN_M, SAME_DISTANCE_M
from tenants.shapes import Shapes


@dataclass(frozen=True, slots=True)
class OutlinedArea:
    """A part of one tenant. depth: 0 at the top of the tree. wkb: as in Ground, or None where it has no outline."""

    area_id: UUID
    code: str
    name: str
    depth: int
    wkb: bytes | None
    area_m2: float


class AreaIndex:
    """The areas of one tenant."""

    def __init__(self, areas: Iterable[OutlinedArea]) -> None:
        outlined = [(area, area.wkb) for area in areas if area.wkb is not None]
        outlined.sort(key=lambda pair: (-pair[0].depth, pair[0].area_m2, pair[0].code))
        self._areas = [area for area, _ in outlined]
        self._shapes = Shapes([wkb for _, wkb in outlined])

    def locate(self, lon: float, lat: float) -> OutlinedArea | None:
        """The deepest area that covers the point; of several the smaller, then the first by code.

        A point in none, in a crack between two or on the shore, gets the nearest within 250 m by the same order, else
        None. The point is one that Index.locate has accepted.
        """
        covering = self._shapes.covering(lon, lat)
        if covering:  # then nobody asks how far the borders are
            return self._areas[covering[0]]
        _, near = self._shapes.around(lon, lat, NEAREST_WITHIN_M)
        if not near:
            return None
        closest_m = min(near.values()) + SAME_DISTANCE_M
        return self._areas[min(number for number, metres in near.items() if metres <= closest_m)]
