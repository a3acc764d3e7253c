"""`/admin/assets`: objects are brought in after a look, all or none, found, labelled and ended."""

import io
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from configuration import asset_bringing
from configuration.change import ConfigurationChange
from tenants.asset import Asset, AssetCell, AssetRule
from tenants.category import Category
from tests.cast import NOW, Cast, Visitor
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]

LAMPS = "kode;nama;lat;lon;status\nPJU-1;Depan pasar;-6,25;106,95;kota\nPJU/2;Depan SD;-6,2501;106,9502;nasional\n"


def take(admin: Visitor, content: str, *, name: str = "lampu.csv", category: str = "pju", **more: str) -> Any:
    data = {"file": (io.BytesIO(content.encode()), name), "category": category, **more}
    return admin.post("/admin/assets/imports?lang=en", data=data)


def bring_in(admin: Visitor, content: str, **more: str) -> None:
    answer = take(admin, content, **more)
    assert answer.status_code == 303, words(answer)
    assert admin.post(f"{answer.location}/application").status_code == 303


def test_a_file_is_looked_at_taken_changed_and_what_it_lacks_can_end(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    answer = take(admin, LAMPS)
    page = words(admin.get(f"{answer.location}?lang=en"))
    assert "2 new, 0 changed, 0 back in use, 0 as they are, 0 ended." in page
    assert "2 PJU-1 Depan pasar new status: kota" in page
    cast.enter("barat")
    assert cast.session.scalar(select(func.count()).select_from(Asset)) == 0
    assert admin.post(f"{answer.location}/application").status_code == 303
    again = admin.post(f"{answer.location}/application")
    assert (again.status_code, again.location) == (303, answer.location)
    assert "Brought in: 2 new, 0 changed" in words(admin.get(f"{answer.location}?lang=en"))
    listed = words(admin.get("/admin/assets?lang=en&q=NASIONAL"))
    assert "PJU/2 Depan SD" in listed
    assert "PJU-1" not in listed

    changed = LAMPS.replace("Depan pasar", "Depan masjid").split("PJU/2")[0]
    answer = take(admin, changed, missing="end")
    page = words(admin.get(f"{answer.location}?lang=en"))
    assert "0 new, 1 changed, 0 back in use, 0 as they are, 1 ended." in page
    assert "changed: name" in page
    admin.post(f"{answer.location}/application")
    cast.enter("barat")
    ended = dict(cast.session.execute(select(Asset.code, Asset.ended_at.is_not(None))).all())
    assert ended == {"PJU-1": False, "PJU/2": True}
    assert (
        len(cast.session.scalars(select(ConfigurationChange).where(ConfigurationChange.section == "assets")).all()) == 2
    )
    assert visit("timur", "admin").get("/admin/assets").get_data(as_text=True).count("PJU-1") == 0


def test_one_faulty_row_keeps_all_out_and_another_category_keeps_its_own(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    bring_in(admin, LAMPS)
    answer = take(admin, LAMPS + "PJU-3;Salah;106,95;-6,25;\n")
    page = words(admin.get(f"{answer.location}?lang=en"))
    assert "4 Latitude and longitude seem to be exchanged." in page
    refused = admin.post(f"{answer.location}/application?lang=en")
    assert refused.status_code == 409
    assert "nothing was taken" in words(refused)
    other = take(admin, LAMPS, category="jalan-lubang")
    assert "The code PJU-1 belongs to an object of" in words(admin.get(f"{other.location}?lang=en"))
    assert visit("timur", "admin").get(other.location).status_code == 404
    lacking = take(admin, LAMPS, category="")
    assert lacking.status_code == 422
    assert "Choose what kind of problem these objects have." in words(lacking)
    cast.enter("barat")
    assert cast.session.scalar(select(func.count()).select_from(Asset)) == 2


def test_a_line_lies_in_every_cell_that_it_crosses_and_an_object_ends(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    road = {"type": "LineString", "coordinates": [[106.9505, -6.2505], [106.9605, -6.2505]]}
    feature = {"type": "Feature", "properties": {"kode": "R-1", "nama": "Jalan Raya"}, "geometry": road}
    content = json.dumps({"type": "FeatureCollection", "features": [feature]})
    bring_in(admin, content, name="jalan.geojson", category="jalan-lubang")
    cast.enter("barat")
    assert cast.session.scalar(select(func.count()).select_from(AssetCell)) == 11
    asset = cast.session.scalars(select(Asset)).one()
    page = admin.get(f"/admin/assets/{asset.id}").get_data(as_text=True)
    assert 'class="g-line"' in page
    assert "http://barat.localhost/report?asset=R-1" in page
    assert visit("timur", "admin").get(f"/admin/assets/{asset.id}").status_code == 404
    assert admin.post(f"/admin/assets/{asset.id}/ending").status_code == 303
    assert admin.get(f"/admin/assets/{asset.id}").status_code == 404


def test_labels_are_drawn_a_sheet_at_a_time(visit: Visit) -> None:
    admin = visit("barat", "admin")
    assert "Import the city's objects first" in words(admin.get("/admin/assets/labels?lang=en"))
    assert "there is nothing to print" in words(admin.get("/admin/assets/labels?lang=en&q=zzz"))
    rows = "".join(f"L-{number:03};;-6,25;106,95;\n" for number in range(30))
    bring_in(admin, "kode;nama;lat;lon;status\n" + rows)
    page = admin.get("/admin/assets/labels?category=pju").get_data(as_text=True)
    assert page.count('class="qr"') == 24
    assert "after=L-023" in page
    assert admin.get("/admin/assets/labels?after=L-023").get_data(as_text=True).count('class="qr"') == 6


def test_a_rule_of_attributes_is_added_once_and_ended(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    said = {"attribute": "Status", "value": "Nasional", "category": "", "agency": "uptd"}
    assert admin.post("/admin/assets/rules", data=said).status_code == 303
    assert "status nasional any Road unit" in words(admin.get("/admin/assets/rules?lang=en"))
    again = admin.post("/admin/assets/rules?lang=en", data=said)
    assert again.status_code == 409
    assert "End it first" in words(again)
    assert admin.post("/admin/assets/rules", data={**said, "agency": "x"}).status_code == 422
    empty = admin.post("/admin/assets/rules?lang=en", data={**said, "value": " "})
    assert (empty.status_code, "Write the value" in words(empty)) == (422, True)
    cast.enter("barat")
    rule = cast.session.scalars(select(AssetRule)).one()
    assert visit("timur", "admin").post(f"/admin/assets/rules/{rule.id}/ending").status_code == 404
    assert admin.post(f"/admin/assets/rules/{rule.id}/ending").status_code == 303
    assert "No rule yet" in words(admin.get("/admin/assets/rules?lang=en"))


def test_the_worker_brings_in_a_large_file_once_and_its_page_says_how_far_it_is(
    visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asset_bringing, "AT_ONCE", 1)
    admin, office = visit("barat", "admin"), cast.office
    page = take(admin, LAMPS).location
    other = take(admin, LAMPS.replace("Depan SD", "Depan SMP")).location
    for one in (page, other):
        asked = admin.post(f"{one}/application")
        assert (asked.status_code, asked.location) == (303, one)
        assert "are being brought in" in words(admin.get(f"{one}?lang=en"))
    assert visit("timur", "admin").post(f"{page}/stopping").status_code == 303
    assert "Waits for its turn" in words(admin.get(f"{page}?lang=en"))
    assert visit("timur", "admin").get(page).status_code == 404
    card = cast.enter("barat")
    assert cast.session.scalar(select(func.count()).select_from(Asset)) == 0
    job, key = office.queue.handlers[asset_bringing.BRING_IN], UUID(page.rsplit("/", 1)[1])
    for _time in range(2):  # a worker that died after its commit is followed by another
        assert job(cast.session, card.id, key, NOW) is None
        cast.session.commit()
        cast.enter("barat")
    assert cast.session.scalar(select(func.count()).select_from(Asset)) == 2
    made = cast.session.scalars(select(ConfigurationChange).where(ConfigurationChange.section == "assets")).one()
    assert (made.id, made.seat_id) == (key, cast.actor("barat", "admin").seat_id)
    assert "Brought in: 2 new, 0 changed" in words(admin.get(f"{page}?lang=en"))

    cast.enter("barat")
    category = cast.session.scalars(select(Category).where(Category.code == "jalan-lubang")).one()
    cast.session.execute(update(Asset).values(category_id=category.id))
    cast.session.commit()
    cast.enter("barat")
    job(cast.session, card.id, UUID(other.rsplit("/", 1)[1]), NOW)
    cast.session.commit()
    assert "Nothing was taken" in words(admin.get(f"{other}?lang=en"))
    assert not cast.session.scalars(select(Asset.id).where(Asset.name == "Depan SMP")).all()


def test_the_key_of_another_import_opens_nothing(visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = visit("barat", "admin")
    rows = b"code;safety\npju;yes\n"
    sheet = admin.post("/admin/categories/files", data={"file": (io.BytesIO(rows), "a.csv")}).location
    assert admin.post(f"{sheet}/taking").status_code == 303
    brought = take(admin, LAMPS).location
    assert admin.post(f"{brought}/application").status_code == 303
    monkeypatch.setattr(asset_bringing, "AT_ONCE", 1)
    waiting = take(admin, LAMPS.replace("Depan", "Dekat")).location
    assert admin.post(f"{waiting}/application").status_code == 303
    cast.enter("barat")
    one_change = cast.session.scalars(
        select(ConfigurationChange.id).where(ConfigurationChange.code == "pju", ConfigurationChange.fields != ["file"])
    ).first()
    assert one_change is not None
    keys = [*(page.rsplit("/", 1)[1] for page in (sheet, brought, waiting)), one_change.hex]
    for imports, step, mine in (
        ("/admin/assets/imports", "application", keys[1:3]),
        ("/admin/categories/files", "taking", keys[:1]),
    ):
        for key in keys:
            page = f"{imports}/{key}"
            assert admin.get(page).status_code == (200 if key in mine else 404), page
            if key not in mine:
                assert admin.post(f"{page}/{step}").status_code == 404
