"""`/admin/areas`: the tree, a search, one area and its words."""

from collections.abc import Callable

from sqlalchemy import select

from configuration.change import ConfigurationChange
from tenants.area import Area
from tests.cast import Cast, Visitor
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]

NAMED = {"name.id": "Barat Laut", "name.en": "North-west", "type": "distrik"}


def test_the_tree_is_listed_searched_and_paged(visit: Visit, cast: Cast) -> None:
    cast.enter("barat")
    north = cast.session.scalars(select(Area).where(Area.code == "BRT.1")).one()
    cast.session.add_all(
        Area(code=f"BRT.1.{number:03}", name={"id": f"Desa {number}"}, level="desa", depth=2, parent_id=north.id)
        for number in range(60)
    )
    tenant = cast.tenant("barat")
    tenant.revision += 1
    cast.session.commit()
    cast.office.keeper._directory = None  # as the poll would see it
    admin = visit("barat", "admin")
    top = words(admin.get("/admin/areas?lang=en"))
    assert "62 parts of the city" in top
    assert "Utara kecamatan – BRT.1" in top
    assert "60 areas" in top
    assert "Desa 1 " not in top
    inside = admin.get("/admin/areas?in=BRT.1&lang=en").get_data(as_text=True)
    assert inside.count("/admin/areas/of/BRT.1.") == 50
    assert "after=BRT.1.049" in inside
    assert words(admin.get("/admin/areas?in=BRT.1&after=BRT.1.049&lang=en")).count("Desa 5") == 10
    found = words(admin.get("/admin/areas?q=desa+17&lang=en"))
    assert "Desa 17 desa Utara BRT.1.017" in found
    assert "Desa 18" not in found
    assert "No area fits" in words(admin.get("/admin/areas?q=atlantis&lang=en"))


def test_one_area_tells_its_ground_and_what_depends_on_it(visit: Visit, cast: Cast) -> None:
    cast.complaint("barat", at=(106.95, -6.22))
    page = words(visit("barat", "admin").get("/admin/areas/of/BRT.1?lang=en"))
    assert "Code BRT.1" in page
    assert "61." in page  # km²: 0.1° by 0.05°
    assert "Open reports 1" in page
    assert "Agencies tied to it None" in page
    assert 'class="g-here"' in visit("barat", "admin").get("/admin/areas/of/BRT.1").get_data(as_text=True)
    assert visit("timur", "admin").get("/admin/areas/of/BRT.1").status_code == 404


def test_its_words_are_saved_on_record_and_a_second_admin_sees_both(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    answer = admin.post("/admin/areas/of/BRT.1", data={**NAMED, "version": "1"})
    assert answer.status_code == 303
    assert "Barat Laut" in words(admin.get("/admin/areas"))
    cast.enter("barat")
    change = cast.session.scalars(select(ConfigurationChange)).one()
    assert (change.section, change.code, sorted(change.fields)) == ("areas", "BRT.1", ["level", "name"])
    late = admin.post("/admin/areas/of/BRT.1?lang=en", data={**NAMED, "name.id": "Lain", "version": "1"})
    assert late.status_code == 409
    assert "Somebody else has saved this area meanwhile. It now reads North-west / Barat Laut, distrik" in words(late)
    assert 'value="Lain"' in late.get_data(as_text=True)
    wrong = admin.post("/admin/areas/of/BRT.1?lang=en", data={**NAMED, "type": "", "version": "2"})
    assert wrong.status_code == 422
    assert 'href="#type"' in wrong.get_data(as_text=True)
