"""A report about an object: from its label or from the list, to whom its attributes say, and shown to officials."""

import re
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import func, select

from complaints.complaint import Complaint
from configuration import asset_rules, assets
from configuration.asset_file import read_assets
from configuration.editing import Author
from tenants.agency import Agency
from tenants.category import Category
from tests.cast import NOW, Cast, Visitor
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]

LAMPS = """kode;nama;lat;lon;status
PJU-1;Depan pasar;-6,25;106,95;Nasional
PJU-2;;-6,2503;106,95;kota
PJU-9;;-6,28;106,95;kota
"""


def put_up_lamps(cast: Cast) -> None:
    """Three lamps, and the desk for what is national."""
    cast.enter("barat")
    session = cast.session
    category = session.scalars(select(Category).where(Category.code == "pju")).one()
    unit = session.scalars(select(Agency.id).where(Agency.code == "diskominfo")).one()
    read = read_assets(LAMPS.encode(), "pju.csv", None)
    seen = assets.outlook(session, category.id, read.rows, "keep")
    assets.bring_in(session, category.id, "pju", seen, "pju.csv", author=Author(), now=NOW)
    said = {"attribute": "status", "value": "nasional"}
    asset_rules.add(session, said, category_id=None, agency_id=unit, author=Author(), now=NOW)
    session.commit()
    cast.office.keeper.refresh()


def send(visitor: Visitor, draft: str, **said: str) -> str:
    """Send the report as its form does; where its page is."""
    form = {"draft": draft, "description": "Lampu mati.", "shown_tenant": "barat", "step": "5", "go": "send", **said}
    first = visitor.post("/report", data=form)
    if first.status_code == 303 and "draft=" in first.location:
        first = visitor.post("/report", data=form)
    assert first.status_code == 303, words(first)
    return first.location


def agency_of(cast: Cast, complaint: Complaint) -> str:
    return cast.session.scalars(select(Agency.code).where(Agency.id == complaint.agency_id)).one()


def test_a_label_opens_the_report_and_its_object_says_place_category_and_whose_it_is(visit: Visit, cast: Cast) -> None:
    put_up_lamps(cast)
    resident = visit("barat")
    page = resident.get("/report?asset=PJU-1&lang=en").get_data(as_text=True)
    assert re.search(r'value="pju"[^>]* checked', page)
    assert re.search(r'name="asset" value="PJU-1"[^>]* checked', page)
    assert "Depan pasar" in page
    assert "PJU-2" in page  # 33 m away
    assert "PJU-9" not in page
    draft = re.search(r'name="draft" value="(\w+)"', page)
    assert draft
    send(resident, draft[1], asset="PJU-1", category="pju")
    cast.enter("barat")
    complaint = cast.session.scalars(select(Complaint)).one()
    assert (complaint.lon, complaint.lat) == (106.95, -6.25)
    assert complaint.routing["asset"]["code"] == "PJU-1"
    assert agency_of(cast, complaint) == "diskominfo"
    officer = visit("barat", "supervisor")
    told = words(officer.get(f"/staff/complaints/{complaint.id}?lang=en"))
    assert "The object: Depan pasar" in told
    assert "status Nasional" in told
    assert "Nothing else was reported about it." in told
    assert "It is about Depan pasar, whose status is “nasional”: that is the work of Communications and" in told


def test_the_next_report_about_it_shows_the_earlier_one_and_another_object_goes_by_the_usual_rules(
    visit: Visit, cast: Cast
) -> None:
    put_up_lamps(cast)
    first = cast.complaint("barat", category="pju", at=(106.95, -6.25), asset="PJU-1")
    second = cast.complaint("barat", category="pju", at=(106.9501, -6.25), asset="PJU-1")
    other = cast.complaint("barat", category="pju", at=(106.95, -6.2503), asset="PJU-2")
    far = cast.complaint("barat", category="pju", at=(106.95, -6.2503), asset="PJU-9")
    unknown = cast.complaint("barat", category="pju", at=(106.95, -6.2503), asset="PJU-77")
    reference = cast.read("barat", first).reference
    assert agency_of(cast, cast.read("barat", first)) == "diskominfo"
    assert agency_of(cast, cast.read("barat", other)) != "diskominfo"
    assert cast.read("barat", other).asset_id is not None
    assert cast.read("barat", far).asset_id is None
    assert cast.read("barat", unknown).asset_id is None
    page = words(visit("barat", "supervisor").get(f"/staff/complaints/{second}?lang=en"))
    assert f"Reported about it before: {reference}" in page


def test_an_official_picks_the_object_and_its_attributes_say_whose_it_is(visit: Visit, cast: Cast) -> None:
    put_up_lamps(cast)
    complaint_id = cast.complaint("barat", category="pju", at=(106.9501, -6.25))
    supervisor = visit("barat", "supervisor")
    path = f"/staff/complaints/{complaint_id}"
    page = words(supervisor.get(f"{path}?lang=en"))
    assert "Pick the object that it is about" in page
    assert "PJU-1 Depan pasar, 11 m away" in page
    version = str(cast.read("barat", complaint_id).version)
    answer = supervisor.post(f"{path}/object", data={"asset": "PJU-1", "version": version})
    assert answer.status_code == 303
    page = words(supervisor.get(f"{path}?lang=en"))
    assert "The object: Depan pasar" in page
    assert "object: – → PJU-1" in page
    assert "whose status is “nasional”" in page
    assert supervisor.post(f"{path}/object", data={"asset": "PJU-2", "version": version}).status_code == 409
    far = {"asset": "PJU-9", "version": str(cast.read("barat", complaint_id).version)}
    assert supervisor.post(f"{path}/object", data=far).status_code == 422
    assert visit("timur", "supervisor").post(f"{path}/object", data=far).status_code == 404


def test_an_unknown_label_and_the_neighbours_are_a_plain_report(visit: Visit, cast: Cast) -> None:
    put_up_lamps(cast)
    for slug, code in (("barat", "PJU-77"), ("timur", "PJU-1"), (None, "PJU-1")):
        page = visit(slug).get("/report", query_string={"asset": code})
        assert page.status_code == 200
        assert "Depan pasar" not in page.get_data(as_text=True)
    cast.enter("timur")
    filed: UUID = cast.complaint("timur", category="pju", asset="PJU-1")
    assert cast.read("timur", filed).asset_id is None
    assert cast.session.scalar(select(func.count()).select_from(Complaint)) == 1
