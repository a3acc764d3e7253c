"""The object that a report is about: from a label's address, or picked from those near the place."""

from dataclasses import dataclass
from math import isfinite

from flask_babel import gettext as _
from shapely import from_wkb
from sqlalchemy.orm import Session

from complaints import asset
from complaints.asset import AssetEntry
from complaints.office import Office
from tenants import scope
from tenants.category import Place
from tenants.directory import TenantCard
from tenants.ground_map import GroundMap, Layer, ground_map
from web.resident.drafts import Draft
from web.resident.situation import Situation

ACCURATE_M = 10.0


@dataclass(frozen=True)
class Offered:
    """Objects to choose from: (code, name, words about it). chosen: the code of one of them, "" for none.

    numbered: whether each has its number in the drawing; lines have none.
    """

    choices: list[tuple[str, str, str]]
    chosen: str
    drawn: GroundMap | None
    numbered: bool = False

    @property
    def key(self) -> str:
        """Differs where other objects are offered."""
        return " ".join(code for code, _name, _hint in self.choices)


NOTHING = Offered([], "", None)


def settle(session: Session, office: Office, draft: Draft, host: TenantCard | None) -> None:
    """Let a newly named object say the place, and the category where none was chosen; an unknown one is forgotten.

    Objects are known on their city's own host; elsewhere the report names one when it is known whose it is.
    """
    code = draft.value("asset")
    if code == draft.asset_read or host is None:
        return
    draft.asset_read = code
    found = asset.by_code(session, code) if code else None
    if found is None:
        draft.values["asset"] = ""
        return
    close = draft.point is not None and found.metres_from(*draft.point) <= asset.NEAR_M
    if draft.point is None or (close and found.shape == "point"):
        draft.put_point(found.lon, found.lat, ACCURATE_M, "map")
        draft.spot_read, draft.area_read = draft.value("spot"), draft.value("area")
    book = office.rulebooks.of(session, host)
    category = book.category_by_id(found.category_id)
    if category is not None and not draft.value("category"):
        draft.values["category"] = category.code


def offered(session: Session, found: Situation, draft: Draft) -> Offered:
    """The objects of the category near the place, and the one that was named wherever it lies."""
    led = found.overlaid
    category, city = (led.here, led.city) if led else (found.category, found.card)
    if category is None or draft.point is None or category.place != Place.EXACT or city.is_commons:
        return NOTHING
    if not all(map(isfinite, draft.point)):  # the place's own step says what is wrong with it
        return NOTHING
    with scope.enter(session, city.id):
        around = asset.near(session, category.id, *draft.point)
        named = led.asset if led else found.to.asset if found.to else None
        if named is not None and named.id not in [one.id for one, _metres in around]:
            around = [(named, named.metres_from(*draft.point)), *around]
    if not around:
        return NOTHING
    shapes = [(one, from_wkb(one.wkb)) for one, _metres in around]
    drawn = ground_map(
        [Layer("here" if one is named else one.shape, [shape]) for one, shape in shapes],
        [shape.buffer(0.0003) for _one, shape in shapes],
    )
    return Offered(
        [_choice(one, metres) for one, metres in around],
        named.code if named else "",
        drawn,
        all(one.shape == "point" for one, _shape in shapes),
    )


def _choice(one: AssetEntry, metres: float) -> tuple[str, str, str]:
    away = _("%(metres)s m away", metres=round(metres))
    return one.code, one.name or one.code, f"{one.code}, {away}" if one.name else away
