"""The shipped catalogues: whole, in part, and without touching what a city has decided by itself."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from configuration import categories
from configuration.change import ConfigurationChange
from configuration.editing import Author
from onboarding.bundle import platform_codes
from onboarding.category_templates import NAMES, template
from tenants.agency import Agency
from tenants.category import Assignment
from tests.cast import NOW, Cast, Visitor
from tests.configuration.test_categories import save
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]


@pytest.mark.parametrize("key", NAMES)
def test_each_is_whole_in_both_languages_and_known_to_other_cities(key: str) -> None:
    rows = {row["code"]: row for row in template(key).rows}
    for row in rows.values():
        assert {"id", "en"} <= row["name"].keys()
        assert row["parent"] is None or rows[row["parent"]]["group"]
        if not row["group"]:
            assert row["platform_code"] in platform_codes()
            assert row["agency"]
            assert row["search_words"]
            assert all({"id", "en"} <= one["label"].keys() for one in row["questions"])


def test_what_a_kabupaten_needs_is_shown_and_taken_in_part_with_its_group(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    page = words(admin.get("/admin/categories/templates/kabupaten?lang=en"))
    assert "New: 9. Changed: 0." in page
    assert "Broken or dry irrigation irigasi New" in page
    assert "Pothole" not in page
    nothing = admin.post("/admin/categories/templates/kabupaten?lang=en", data={"agency": "dlh"})
    assert (nothing.status_code, 'value="dlh" selected' in nothing.get_data(as_text=True)) == (422, True)
    assert "Tick what you want to take first." in words(nothing)
    ticked = {"code": ["irigasi", "hama"], "agency": "dlh"}
    assert admin.post("/admin/categories/templates/kabupaten", data=ticked).status_code == 303
    cast.enter("barat")
    irrigation = categories.category_of(cast.session, "irigasi")
    assert irrigation.parent_id == categories.category_of(cast.session, "desa").id
    assert irrigation.platform_code == "drainase"
    owners = dict(
        cast.session.execute(
            select(Assignment.category_id, Agency.code).join(Agency, Agency.id == Assignment.agency_id)
        ).all()
    )
    assert owners[irrigation.id] == "sda"
    assert owners[categories.category_of(cast.session, "hama").id] == "dlh"
    assert "jalan-desa" not in {one.code for one in categories.every(cast.session)}
    again = words(admin.get("/admin/categories/templates/kabupaten?lang=en"))
    assert "New: 6. Changed: 0." in again


def test_what_the_city_has_changed_is_beside_it_and_its_own_agencies_stay(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    cast.enter("barat")
    lamp = categories.category_of(cast.session, "pju")
    form = {
        "name-id": "Lampu",
        "name-en": "Lamp",
        "parent": "jalan",
        "agency": "pu",
        "kinds": "complaint",
        "icon": "lamp",
    }
    page = admin.get(f"/admin/categories/{lamp.id}").get_data(as_text=True)
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    form |= {"place": "exact", "visibility": "private", "seen": seen, "go": "save"}
    assert admin.post(f"/admin/categories/{lamp.id}", data=form).status_code == 303
    report = words(admin.get("/admin/categories/templates/default?lang=en"))
    assert "who sees it : private public" in report
    assert admin.post("/admin/categories/templates/default", data={"code": "pju"}).status_code == 303
    cast.enter("barat")
    row = categories.row_of(cast.session, categories.category_of(cast.session, "pju"))
    assert (row["visibility"], row["agency"]) == ("public", "pu")
    assert len(row["questions"]) == 2


def test_a_city_publishes_its_catalogue_and_another_sees_the_difference_and_takes_a_part(
    visit: Visit, cast: Cast
) -> None:
    save(cast, "pju", name={"id": "Lampu padam", "en": "Lamp out"}, agency="uptd")
    cast.enter("barat")
    lamp = categories.row_of(cast.session, categories.category_of(cast.session, "pju"))
    row = lamp | {"code": "", "name": {"id": "Dermaga rusak", "en": "Broken pier"}, "questions": []}
    categories.add(cast.session, row, author=Author(), now=NOW, languages=["id", "en"])
    cast.session.commit()
    author = visit("barat", "admin")
    assert author.post("/admin/categories/publishing?lang=en", data={"name-id": ""}).status_code == 422
    said: dict[str, Any] = {"name-id": "Kota pelabuhan", "name-en": "A port city", "help-en": "Piers and quays."}
    none = author.post("/admin/categories/publishing?lang=en", data=said)
    assert none.status_code == 422
    assert "Tick at least one kind of problem." in words(none)
    said["codes"] = ["pju", "dermaga-rusak"]
    assert author.post("/admin/categories/publishing", data=said).status_code == 303
    assert "A port city Piers and quays. 2" in words(author.get("/admin/categories/publishing?lang=en"))

    taker = visit("timur", "admin")
    shelf = taker.get("/admin/categories/templates?lang=en")
    assert "A port city City of Barat Piers and quays." in words(shelf)
    path = (
        "/admin/categories/templates/"
        + shelf.get_data(as_text=True).rpartition("/admin/categories/templates/")[2].partition('"')[0]
    )
    page = words(taker.get(f"{path}?lang=en"))
    assert "New: 1. Changed: 1." in page
    assert "Published by City of Barat" in page
    assert "agencies don" in page
    assert "Broken pier dermaga-rusak New" in page
    assert "Bahasa Indonesia: Lampu padam" in page
    assert "Pothole" not in page
    assert taker.post(path, data={"code": "dermaga-rusak"}).status_code == 303
    cast.enter("timur")
    pier = categories.row_of(cast.session, categories.category_of(cast.session, "dermaga-rusak"))
    assert (pier["agency"], pier["parent"]) == ("diskominfo", "jalan")
    assert categories.category_of(cast.session, "pju").name["en"] == "Street light out"
    assert "dermaga-rusak" in {one.code for one in cast.session.scalars(select(ConfigurationChange))}
    own = author.get("/admin/categories/publishing").get_data(as_text=True)
    withdrawal = own.partition('action="/admin/categories/publishing/')[2].partition('"')[0]
    assert taker.post(f"/admin/categories/publishing/{withdrawal}").status_code == 404
    assert author.post(f"/admin/categories/publishing/{withdrawal}").status_code == 303
    assert taker.get(path).status_code == 404
    assert "No city has published one yet." in words(taker.get("/admin/categories/templates?lang=en"))
