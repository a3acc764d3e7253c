"""An area that is typed, where a city has too many for a list: one that fits is taken, of several one is chosen."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from complaints.together.incident import Incident
from complaints.together.works import Works
from tests.cast import Cast, Visitor
from tests.web.rightful.settings import admin_notice
from tests.web.staff.ground import words
from web import area_picking

Visit = Callable[..., Visitor]


def test_where_areas_are_many_they_are_typed_and_of_several_that_fit_one_is_chosen(
    visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = visit("barat", "admin")
    assert '<option value="BRT.2">Selatan</option>' in admin.get("/admin/notices/new").get_data(as_text=True)
    monkeypatch.setattr(area_picking, "MOST_LISTED", 1)
    assert "BRT.2" not in admin.get("/admin/notices/new").get_data(as_text=True)
    form = admin_notice() | {"place": "area"}
    unknown = admin.post("/admin/notices?lang=en", data=form | {"area": "Timur Laut"})
    assert (unknown.status_code, "Choose an area of the city." in words(unknown)) == (422, True)
    several = admin.post("/admin/notices?lang=en", data=form | {"area": "ta"})
    assert (several.status_code, "Which one do you mean?" in words(several)) == (422, True)
    assert '<option value="BRT.2">Selatan</option>' in several.get_data(as_text=True)
    assert admin.post("/admin/notices", data=form | {"area": "ta", "area_pick": "BRT.2"}).status_code == 303
    cast.enter("barat")
    works = cast.session.scalars(select(Works)).one()
    south = cast.session.execute(text("SELECT id FROM areas WHERE code = 'BRT.2'")).scalar_one()
    assert works.area_id == south
    saved = admin.get(f"/admin/notices/{works.id}").get_data(as_text=True)
    assert 'value="Selatan" id="area" name="area"' in saved

    supervisor = visit("barat", "supervisor")
    told = {"title": "Banjir", "text": "Hindari jalan ini."}
    refused = supervisor.post("/staff/incidents?lang=en", data=told | {"area": "ta"})
    assert "Several areas fit. Choose the one that you mean." in words(refused)
    assert supervisor.post("/staff/incidents", data=told | {"area": "selatan"}).status_code == 303
    assert cast.session.scalars(select(Incident.area_id)).one() == south
    found = words(admin.get("/admin/rules?category=jalan-lubang&area=selatan&lang=en"))
    assert "For such a report the first of these decides" in found
