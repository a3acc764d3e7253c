"""Metres around a point on the WGS84 ellipsoid.

Away from the poles: equirectangular, scaled at the point's own latitude, so that edges that are straight in longitude
and latitude stay straight. Near a pole, where a degree of longitude shrinks to nothing: azimuthal about that pole.
"""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SEMI_MAJOR_M = 6_378_137.0
ECCENTRICITY_SQUARED = 0.006_694_379_990_14
RADIANS = math.pi / 180
# At 85 degrees and 1 km from the point the equirectangular metres are off by 0.2 %; beyond, azimuthal ones are better.
POLAR_LATITUDE = 85.0
METRES_PER_DEGREE_AT_THE_POLE = RADIANS * SEMI_MAJOR_M / math.sqrt(1 - ECCENTRICITY_SQUARED)


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Metres in a degree of longitude and in a degree of latitude, at latitude lat (degrees)."""
    phi = lat * RADIANS
    sine = math.sin(phi)
    w = 1 - ECCENTRICITY_SQUARED * sine * sine
    root = math.sqrt(w)
    return (
        RADIANS * SEMI_MAJOR_M * math.cos(phi) / root,
        RADIANS * SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED) / (w * root),
    )


def metres_per_degree_many(lats: Floats) -> tuple[Floats, Floats]:
    """The same for an array of latitudes (degrees), shape (n,)."""
    phi = lats * RADIANS
    sine = np.sin(phi)
    w = 1 - ECCENTRICITY_SQUARED * sine * sine
    root = np.sqrt(w)
    return (
        RADIANS * SEMI_MAJOR_M * np.cos(phi) / root,
        RADIANS * SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED) / (w * root),
    )


def polar_metres(lons: Floats, lats: Floats) -> tuple[Floats, Floats]:
    """Points (degrees, all of one hemisphere's cap) as metres from that hemisphere's pole."""
    from_pole = (90 - np.abs(lats)) * METRES_PER_DEGREE_AT_THE_POLE
    return from_pole * np.sin(lons * RADIANS), from_pole * np.cos(lons * RADIANS)


def distances_to_lines(x: Floats, y: Floats) -> Floats:
    """Distance from the origin to each of n lines, in the unit of x and y.

    x, y: shape (n, k), the k vertices of each line. A line may repeat a vertex (its last, to fill a row).
    """
    ax, ay = x[:, :-1], y[:, :-1]
    dx, dy = x[:, 1:] - ax, y[:, 1:] - ay
    squared = dx * dx + dy * dy
    # A repeated vertex has length 0: any divisor but 0 gives that vertex.
    squared[squared == 0] = 1.0
    along = (ax * dx + ay * dy) / -squared
    np.maximum(along, 0.0, out=along)
    np.minimum(along, 1.0, out=along)
    px, py = ax + along * dx, ay + along * dy
    nearest: Floats = np.sqrt((px * px + py * py).min(axis=1))
    return nearest
