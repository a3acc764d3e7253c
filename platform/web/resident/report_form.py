"""From a sent form to a draft: what was typed, made storable, and where the place was said, made a point."""

import math
import re
from collections.abc import Iterable
from typing import Any

import shapely
from flask import Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.photos.storage import Storage
from tenants.area import Area
from tenants.catalogue import Municipality
from tenants.directory import TenantCard
from tenants.errors import Invalid
from tenants.locate import MOST_ACCURACY_M
from web.forms import clean
from web.resident import drafts, places
from web.resident.drafts import Draft

FIELDS = (
    "spot",
    "area",
    "place",
    "q",
    "category",
    "city",
    "border",
    "description",
    "kind",
    "contact",
    "name",
    "may_cross",
    "anonymous",
    "visibility",
    "shown_tenant",
    "asked",
    "offered",
    "again",
    "asset",
    "proof",
)
POINTED = ("gps", "map")


def read(request: Request, storage: Storage) -> tuple[Draft, bool]:
    """The draft with what this form says, and whether photos that it had are gone; a filed one as it is."""
    given = request.form.get("draft", "")
    kept = drafts.load(storage, given)
    draft = kept or Draft(given if drafts.is_id(given) else drafts.new_id())
    if draft.filed:
        return draft, False
    for name in FIELDS:
        draft.values[name] = clean(request.form.get(name, ""))
    draft.answers = _answers(request)
    _read_point(request, draft)
    return draft, kept is None and request.form.get("photo_count", "0") not in ("", "0")


def add_photos(request: Request, storage: Storage, draft: Draft) -> list[Invalid]:
    """Take the form's photos into the draft; what is no photo is named, the others stay."""
    refused = []
    for field, capture in (("camera", "camera"), ("gallery", "gallery"), ("photos", "unknown")):
        for upload in request.files.getlist(field):
            if not upload.filename:
                continue
            try:
                drafts.add_photo(storage, draft, upload.read(), capture)
            except Invalid as error:
                refused.append(error)
    return refused


def settle_place(session: Session, draft: Draft, host: TenantCard | None, near: tuple[float, float] | None) -> None:
    """Make a point of what was typed or chosen since the last look. Raises Invalid, field spot or area.

    near: a point of the host's city, by which short plus codes are meant.
    """
    spot, area = draft.value("spot"), draft.value("area")
    if spot != draft.spot_read:
        draft.spot_read, draft.spot_words = spot, ""
        if draft.source == "pasted":
            draft.forget_point()
        try:
            found = places.find(spot, near) if spot else None
        except Invalid:
            draft.spot_read = ""  # so that the same text is refused again, and not taken for words
            raise
        if found is not None:
            draft.spot_words = found.words
            draft.put_point(found.lon, found.lat, found.accuracy_m, "pasted")
            return
        draft.spot_words = spot
        if spot and not area and draft.point is None and host is not None:
            area = draft.values["area"] = area_named_in(session, spot)
    if area != draft.area_read:
        draft.area_read = area
        if area:
            put_area(session, draft, area, host)
        elif draft.source == "area":
            draft.forget_point()


def put_area(session: Session, draft: Draft, code: str, host: TenantCard | None) -> None:
    """A point inside the chosen area. Raises Invalid, field area."""
    draft.put_point(*point_in_area(session, code, host), "area")


def point_in_area(session: Session, code: str, host: TenantCard | None) -> tuple[float, float, float]:
    """(lon, lat, accuracy in metres) of a point in an area, as inexact as that is large. Raises Invalid, field area."""
    table: Any = Area if host is not None else Municipality
    outline = Area.wkb if host is not None else Municipality.outline
    row = session.execute(select(outline, table.area_m2).where(table.code == code)).one_or_none()
    if row is None or row[0] is None:
        raise Invalid("Choose the area from the list.", field="area")
    wkb: bytes = row[0]
    point = shapely.from_wkb(wkb).representative_point()
    radius_m = ((row[1] or MOST_ACCURACY_M**2) / math.pi) ** 0.5
    return round(point.x, 6), round(point.y, 6), min(radius_m, MOST_ACCURACY_M)


def _read_point(request: Request, draft: Draft) -> None:
    """The point of the phone or the map, where the page's script put one in since the last look."""
    source = request.form.get("source", "")
    if source not in POINTED:
        return
    numbers = [_number(request.form.get(name)) for name in ("lon", "lat", "accuracy_m")]
    lon, lat, accuracy_m = numbers
    if lon is None or lat is None:
        return
    draft.put_point(lon, lat, accuracy_m if accuracy_m and accuracy_m > 0 else None, source)
    draft.spot_read, draft.area_read = draft.value("spot"), draft.value("area")


def _answers(request: Request) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for name, values in request.form.lists():
        if name.startswith("answers."):
            code = name.removeprefix("answers.").removesuffix("[]")
            given = [clean(value).strip() for value in values if value.strip()]
            if given:
                answers[code] = given if name.endswith("[]") else given[0]
    return answers


def area_named_in(session: Session, words: str) -> str:
    """The code of the area whose name stands in the words, if it is exactly one; of nested ones the deepest."""
    folded = _folded(words)
    rows = session.execute(
        select(Area.code, Area.name, Area.depth).where(Area.ended_at.is_(None), Area.wkb.is_not(None))
    )
    named = [(depth, code) for code, name, depth in rows if any(_folded(one) in folded for one in name.values())]
    deepest = [code for depth, code in named if depth == max(named)[0]]
    return deepest[0] if len(deepest) == 1 else ""


def _folded(text: str) -> str:
    words = re.findall(r"[^\W_]+", text.casefold())
    return f" {' '.join(words)} "


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def codes(values: Iterable[str]) -> str:
    """Codes in one hidden field."""
    return " ".join(values)
