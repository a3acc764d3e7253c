"""The page of a city's agencies."""

import re
from collections.abc import Callable

from sqlalchemy import select

from tenants.agency import Agency, AgencyArea
from tests.cast import Cast, Visitor
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]


def path_of(cast: Cast, code: str) -> str:
    cast.enter("barat")
    return f"/admin/agencies/{cast.session.scalars(select(Agency.id).where(Agency.code == code)).one()}"


def version_in(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_an_administrator_adds_an_agency_and_ends_it(cast: Cast, visit: Visit) -> None:
    admin = visit("barat", "admin")
    listed = words(admin.get("/admin/agencies?lang=en"))
    assert "Nobody works here: its reports go to Works." in listed
    form = {
        "name-id": "Dinas Taman",
        "name-en": "Fountains",
        "phone": "0812 3456 7890",
        "areas": "BRT.1",
        "parent": path_of(cast, "pu").rsplit("/", 1)[1],
    }
    answer = admin.post("/admin/agencies", data=form)
    assert answer.status_code == 303
    page = admin.get(answer.location).get_data(as_text=True)
    assert "+6281234567890" in page
    assert re.search(r'value="BRT.1"[^>]* checked', page)
    cast.enter("barat")
    row = cast.session.scalars(select(Agency).where(Agency.code == "dinas-taman")).one()
    path = f"/admin/agencies/{row.id}"
    assert len(cast.session.scalars(select(AgencyArea).where(AgencyArea.agency_id == row.id)).all()) == 1
    ending = admin.get(f"{path}/ending").get_data(as_text=True)
    pu = path_of(cast, "pu").rsplit("/", 1)[1]
    assert re.search(rf'value="{pu}" selected', ending), "the one above is what most will choose"
    refused = admin.post(f"{path}/ending", data={"to": "", "version": version_in(ending)})
    assert refused.status_code == 422
    assert admin.post(f"{path}/ending", data={"to": pu, "version": version_in(ending)}).status_code == 303
    assert admin.get(path).status_code == 404
    assert "Fountains" not in words(admin.get("/admin/agencies?lang=en"))


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(cast: Cast, visit: Visit) -> None:
    admin, path = visit("barat", "admin"), path_of(cast, "uptd")
    own = path.rsplit("/", 1)[1]
    form = {"name-id": "Unit Baru", "phone": "entah", "parent": own, "areas": "Atlantis", "version": "1"}
    page = admin.post(path, data=form).get_data(as_text=True)
    assert 'value="Unit Baru"' in page
    assert 'id="areas-error"' in page
    page = admin.post(path, data={**form, "areas": ""}).get_data(as_text=True)
    assert 'id="phone-error"' in page
    assert 'id="parent-error"' in page


def test_two_administrators_on_one_form_the_second_sees_both(cast: Cast, visit: Visit) -> None:
    admin, path = visit("barat", "admin"), path_of(cast, "pu")
    version = version_in(admin.get(path).get_data(as_text=True))
    first = {"name-id": "Dinas Satu", "name-en": "One", "version": version}
    assert admin.post(path, data=first).status_code == 303
    answer = admin.post(f"{path}?lang=en", data={**first, "name-id": "Dinas Dua"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Admin Kota Barat has saved this meanwhile" in page
    assert "Dinas Satu" in page
    assert 'value="Dinas Dua"' in page
    assert admin.post(path, data={**first, "name-id": "Dinas Dua", "version": version_in(page)}).status_code == 303


def test_the_neighbour_finds_none_of_them(cast: Cast, visit: Visit) -> None:
    path, neighbour = path_of(cast, "pu"), visit("timur", "admin")
    assert "Kota Barat" not in neighbour.get("/admin/agencies").get_data(as_text=True)
    assert neighbour.get(path).status_code == 404
    assert neighbour.post(path, data={"name-id": "X", "version": "1"}).status_code == 404
    assert neighbour.post(f"{path}/parent", data={"parent": ""}).status_code == 404
    assert visit("barat", "officer").get(path).status_code == 403
