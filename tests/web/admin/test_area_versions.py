"""`/admin/areas/versions`: a file becomes areas, whole or not at all, and the open reports follow."""

import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from complaints import handling
from complaints.complaint import Complaint
from configuration import area_following, area_version
from configuration.area_version import AreaVersion, State
from configuration.change import ConfigurationChange
from tenants.agency import Agency
from tenants.area import Area
from tenants.category import Assignment, Category
from tenants.database import new_id
from tests.cast import Cast, Visitor
from tests.web.staff.ground import words
from web.app import utc_now

Visit = Callable[..., Visitor]

IN_NORTH = (106.95, -6.24)
READING = {"code": "kode", "name": "nama", "level_word": "kecamatan", "parent": ""}


def square(
    code: str, name: str, south: float, north: float, west: float = 106.9, east: float = 107.0
) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"kode": code, "nama": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def take(admin: Visitor, *features: dict[str, Any], reading: dict[str, str] = READING) -> tuple[str, Any]:
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    answer = admin.post("/admin/areas/versions", data={"file": (io.BytesIO(content), "baru.geojson")})
    assert answer.status_code == 303, words(answer)
    path = answer.location
    return path, admin.post(f"{path}/reading?lang=en", data=reading)


def south_has_its_own(cast: Cast) -> None:
    """In the south the city's desk gets potholes, elsewhere Works."""
    cast.enter("barat")
    session = cast.session
    category = session.scalars(select(Category).where(Category.code == "jalan-lubang")).one()
    south = session.scalars(select(Area).where(Area.code == "BRT.2")).one()
    unit = session.scalars(select(Agency).where(Agency.code == "diskominfo")).one()
    session.add(Assignment(id=new_id(), code="own", category_id=category.id, area_id=south.id, agency_id=unit.id))
    cast.tenant("barat").revision += 1
    session.commit()
    cast.office.keeper._directory = None


def test_a_new_version_is_looked_at_holds_and_takes_the_open_reports_along(
    visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    south_has_its_own(cast)
    moving = cast.complaint("barat", at=IN_NORTH)
    by_hand = cast.complaint("barat", at=IN_NORTH)
    other = cast.session.scalars(select(Agency.id).where(Agency.code == "dlh")).one()
    cast.move("barat", by_hand, "assign", agency_id=other)
    admin = visit("barat", "admin")
    # The south grows to 6.23; the north loses that strip, sticks out by some metres and leaves some ground bare.
    path, answer = take(admin, square("BRT.1", "Utara", -6.22, -6.199), square("brt.2", "Selatan", -6.3, -6.23))
    assert answer.status_code == 303
    page = words(admin.get(f"{path}?lang=en"))
    assert "0 new areas, 2 changed, 0 as they are, 0 ended" in page
    assert "Of 2 open reports with a place 2 would lie in another area, and 1 would change hands." in page
    assert "Works Communications and Informatics Agency 1" in page
    assert "Sticks out of what it lies in: 1.22 km²" in page
    assert "Ground in no area: 12.2" in page
    assert "No two of them overlap" in page
    cast.enter("barat")
    assert cast.session.scalar(select(func.count()).select_from(ConfigurationChange)) == 0

    earlier = cast.office.keeper.current
    assert admin.post(f"{path}/date", data={"on": ""}).status_code == 303
    monkeypatch.setattr(area_following, "BATCH", 1)
    assert "Looked at: 0 of 2 open reports" in words(admin.get(f"{path}?lang=en"))
    card = cast.enter("barat")
    row = cast.session.scalars(select(AreaVersion)).one()
    assert row.state == State.APPLIED
    grown = cast.session.scalars(select(Area).where(Area.code == "BRT.2")).one()
    assert grown.valid_from == row.effective_at
    grown_id, version_id = grown.id, row.id
    assert cast.session.scalar(select(func.count()).select_from(ConfigurationChange)) == 2
    cast.session.commit()
    cast.enter("barat")
    cast.office.keeper._directory = earlier  # as in the worker, which hasn't looked since
    follow = cast.office.queue.handlers[area_version.FOLLOW]
    for done in (1, 2):
        assert follow(cast.session, card.id, version_id, utc_now()) is not None
        cast.session.commit()
        assert f"Looked at: {done} of 2 open reports" in words(admin.get(f"{path}?lang=en"))
        cast.enter("barat")
    assert follow(cast.session, card.id, version_id, utc_now()) is None
    cast.session.commit()
    assert "1 report has changed hands with it" in words(admin.get(f"{path}?lang=en"))
    cast.enter("barat")
    assert cast.session.scalars(select(AreaVersion.moved)).one() == 1
    for complaint_id, agency in ((moving, "diskominfo"), (by_hand, "dlh")):
        found = cast.read("barat", complaint_id)
        assert found.area_id == grown_id
        assert cast.session.scalars(select(Agency.code).where(Agency.id == found.agency_id)).one() == agency
    assert handling.history_of(cast.session, moving)[-1].move == "assign"


def test_a_later_date_waits_for_its_job_and_can_be_withdrawn(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    path, _answer = take(admin, square("NEW", "Baru", -6.3, -6.2))
    assert "That day is over" in words(admin.post(f"{path}/date?lang=en", data={"on": "2020-01-01"}))
    later = (utc_now() + timedelta(days=40)).date()
    assert admin.post(f"{path}/date", data={"on": later.isoformat()}).status_code == 303
    cast.enter("barat")
    row = cast.session.scalars(select(AreaVersion)).one()
    assert (row.state, row.applied_at) == (State.WAITING, None)
    assert row.effective_at is not None
    task = cast.office.queue.handlers[area_version.APPLY]
    assert task(cast.session, row.tenant_id, row.id, row.effective_at - timedelta(hours=1)) == row.effective_at
    assert cast.session.scalars(select(Area).where(Area.code == "NEW")).one_or_none() is None
    task(cast.session, row.tenant_id, row.id, row.effective_at)
    assert cast.session.scalars(select(Area).where(Area.code == "NEW")).one().valid_from == row.effective_at
    cast.session.rollback()
    assert admin.post(f"{path}/withdrawal").status_code == 303
    assert admin.post(f"{path}/date", data={"on": ""}).status_code == 422
    assert visit("timur", "admin").get(path).status_code == 404


def test_a_file_that_cannot_be_used_is_refused_with_each_fault_and_leaves_nothing(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    line = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "LineString", "coordinates": [[106, -6], [107, -6]]},
    }
    for content, name, why in (
        (
            json.dumps({"type": "FeatureCollection", "features": [line, square("A", "A", -6.3, -6.2)]}).encode(),
            "a",
            "It is a LineString",
        ),
        (b"PK\x03\x04", "a.zip", "damaged zip archive"),
        (b"", "a", "Choose a file"),
    ):
        data = {"file": (io.BytesIO(content), name)} if content else {}
        refused = admin.post("/admin/areas/versions?lang=en", data=data)
        assert refused.status_code == 422
        assert why in words(refused)
    _path, answer = take(admin, square("A", "Satu", -6.3, -6.25), square("a", "Dua", -6.25, -6.2))
    assert answer.status_code == 422
    assert "more than once, capitals or not" in words(answer)
    assert "2 outlines can't become areas" in words(answer)
    cast.enter("barat")
    assert cast.session.scalar(select(func.count()).select_from(Area)) == 2


def test_what_has_ended_since_the_look_is_not_built_upon(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    path, answer = take(admin, square("BRT.1.1", "Desa", -6.22, -6.21), reading={**READING, "parent": "@code"})
    assert answer.status_code == 303
    cast.enter("barat")
    cast.session.execute(update(Area).where(Area.code == "BRT.1").values(ended_at=utc_now()))
    cast.session.commit()
    refused = admin.post(f"{path}/date?lang=en", data={"on": ""})
    assert refused.status_code == 422
    assert "lies in BRT.1, which has ended since" in words(refused)
    cast.enter("barat")
    assert cast.session.scalars(select(AreaVersion.state)).one() == State.PLANNED
    assert cast.session.scalar(select(func.count()).select_from(Complaint)) == 0


def test_a_version_that_waited_changes_its_outlines_and_brings_no_older_words_back(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    cast.enter("barat")
    name = cast.session.scalars(select(Area.name).where(Area.code == "BRT.1")).one()["id"]
    path, _answer = take(admin, square("BRT.1", name, -6.22, -6.199))
    *row, due_at = waiting(admin, cast, path)
    south = cast.session.scalars(select(Area.wkb).where(Area.code == "BRT.2")).one()
    renamed = {"id": "Kecamatan Utara Baru", "en": "New North"}
    cast.session.execute(update(Area).where(Area.code == "BRT.1").values(name=renamed, level="distrik"))
    cast.session.commit()
    cast.enter("barat")
    cast.office.queue.handlers[area_version.APPLY](cast.session, *row, due_at)
    north = cast.session.scalars(select(Area).where(Area.code == "BRT.1")).one()
    assert (north.name, north.level, north.valid_from) == (renamed, "distrik", due_at)
    assert cast.session.scalars(select(Area.wkb).where(Area.code == "BRT.2")).one() == south


def test_a_version_that_does_not_fit_on_its_day_stops_and_says_why(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    path, _answer = take(admin, square("BRT.1.1", "Desa", -6.22, -6.21), reading={**READING, "parent": "@code"})
    *row, due_at = waiting(admin, cast, path)
    cast.session.execute(update(Area).where(Area.code == "BRT.1").values(ended_at=utc_now()))
    cast.session.commit()
    cast.enter("barat")
    task = cast.office.queue.handlers[area_version.APPLY]
    assert task(cast.session, *row, due_at) is None
    assert task(cast.session, *row, due_at) is None
    cast.session.commit()
    for page in ("/admin/areas", "/admin/areas/versions", path):
        said = words(admin.get(f"{page}?lang=en"))
        assert "its date has come, and it does not hold. The area BRT.1.1 lies in BRT.1, which has ended since" in said
    cast.enter("barat")
    assert cast.session.scalars(select(Area).where(Area.code == "BRT.1.1")).one_or_none() is None
    assert admin.post(f"{path}/withdrawal").status_code == 303
    assert "does not hold" not in words(admin.get("/admin/areas?lang=en"))


def test_a_version_by_which_two_areas_would_lie_in_each_other_does_not_hold(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    inner = square("BRT.1", "Utara", -6.22, -6.199)
    inner["properties"]["dalam"] = "BRT.2"
    reading = {**READING, "parent": "dalam"}
    path, answer = take(admin, inner, square("BRT.2", "Selatan", -6.3, -6.199), reading=reading)
    assert answer.status_code == 303, words(answer)
    *row, due_at = waiting(admin, cast, path)
    north = cast.session.scalars(select(Area.id).where(Area.code == "BRT.1")).one()
    cast.session.execute(update(Area).where(Area.code == "BRT.2").values(parent_id=north))
    cast.session.commit()
    cast.enter("barat")
    assert cast.office.queue.handlers[area_version.APPLY](cast.session, *row, due_at) is None
    cast.session.commit()
    assert "would lie in each other" in words(admin.get(f"{path}?lang=en"))
    cast.enter("barat")
    assert cast.session.scalars(select(AreaVersion.state)).one() == State.PLANNED


def waiting(admin: Visitor, cast: Cast, path: str) -> tuple[UUID, UUID, datetime]:
    """The tenant and the id of the version of this path, waiting for a day in some weeks; and when that begins."""
    later = (utc_now() + timedelta(days=40)).date()
    assert admin.post(f"{path}/date", data={"on": later.isoformat()}).status_code == 303
    cast.enter("barat")
    row = cast.session.scalars(select(AreaVersion)).one()
    assert row.effective_at is not None
    return row.tenant_id, row.id, row.effective_at
