"""What our page's camera says of a photo, and what a city asks of photos of its work. Pure.

A browser's word, which whoever wants to can make up: so it is kept as a claim, shown as one, and proves nothing. What
the option keeps out is the old picture that is chosen in haste, not somebody who is set on cheating.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tenants.errors import N_, Invalid

CAMERA = "camera"
"""How a photo came that our page's camera took; the others are `gallery` and `unknown`."""
OPTION = "work_camera_only"
"""The tenant's option: photos of work come from our page's camera, or with a reason why not."""
ASKED = N_(
    "This city asks for photos from the camera of this page. Take the photo there, or say why that isn't possible."
)


@dataclass(frozen=True)
class Claim:
    """What the camera of our page said when it took the photo.

    lon, lat: WGS84, both None without a position. accuracy_m: what the device gave with it.
    """

    at: datetime
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None


def read_claim(written: str) -> Claim | None:
    """The claim as our page writes it, {"at", "lon", "lat", "accuracy_m"}; None for what isn't one."""
    try:
        said = json.loads(written)
        at = datetime.fromisoformat(said["at"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if at.tzinfo is None:
        return None
    lon, lat = _number(said, "lon", 180), _number(said, "lat", 90)
    if lon is None or lat is None:
        return Claim(at)
    accuracy_m = _number(said, "accuracy_m", math.inf)
    return Claim(at, lon, lat, accuracy_m if accuracy_m is not None and accuracy_m >= 0 else None)


def write_claim(claim: Claim) -> str:
    """The same in writing."""
    said = {"at": claim.at.isoformat(), "lon": claim.lon, "lat": claim.lat, "accuracy_m": claim.accuracy_m}
    return json.dumps(said)


def waived(options: Mapping[str, Any], captures: Sequence[str], reason: str) -> str:
    """The reason that has to be kept with these photos of work, "" where none is asked for. captures: how each came.

    Raises Invalid, field photo, where the city asks for one and there is none.
    """
    if not options.get(OPTION) or all(capture == CAMERA for capture in captures):
        return ""
    if not reason.strip():
        raise Invalid(ASKED, field="photo")
    return reason.strip()


def _number(said: Mapping[str, Any], name: str, most: float) -> float | None:
    value = said.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and -most <= number <= most else None
