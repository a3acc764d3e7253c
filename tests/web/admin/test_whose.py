"""“Who gets this?” answers as filing does, and names the row that decided."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from complaints.complaint import Complaint
from complaints.destination import destination
from complaints.report import Report
from tests.cast import NOW, NOWHERE, Cast, Visitor
from tests.complaints.partnering import utility
from tests.complaints.rules.test_questions import BRANCH
from tests.configuration.test_categories import save
from tests.web.admin.test_assets import LAMPS, bring_in
from tests.web.resident.test_report_asset import send
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]


def asked(visit: Visit, query: str) -> str:
    return words(visit("barat", "admin").get(f"/admin/who-gets-this?lang=en&{query}"))


def test_the_most_specific_row_decides_and_is_named_as_when_it_is_filed(visit: Visit, cast: Cast) -> None:
    save(cast, "jalan-lubang", by_area={"BRT.2": "uptd"})
    south = asked(visit, "category=jalan-lubang&spot=-6.28,106.95")
    assert "Works , City of Barat" in south
    assert "Nobody works at Road unit, so Works above it gets the reports." in south
    assert "“Pothole” in Selatan goes to Road unit. This row decides." in south
    assert "“Pothole” in the whole city goes to Works. A more specific row comes before it." in south
    assert "The point lies in Kota Barat." in south
    assert "Promise: jalan-lubang" in south
    report = Report(category="jalan-lubang", description="x", lon=106.95, lat=-6.28)
    to = destination(cast.session, cast.office, report, cast.enter("barat"), NOW)
    assert to.agency_id is not None
    assert cast.office.rulebooks.of(cast.session, to.card).agencies[to.agency_id].name["en"] == "Works"
    north = asked(visit, "category=jalan-lubang&area=utara")
    assert "Works , City of Barat" in north
    assert "This row decides" in north


def test_what_an_object_says_of_itself_comes_before_every_row(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    bring_in(admin, LAMPS)
    said = {"attribute": "status", "value": "nasional", "category": "", "agency": "dlh"}
    assert admin.post("/admin/assets/rules", data=said).status_code == 303
    named = asked(visit, "category=pju&asset=PJU/2")  # its own place counts
    assert "Environment Agency , City of Barat" in named
    assert "Of the object PJU/2, status is “nasional”, so it is for Environment Agency. This row decides." in named
    assert named.count("This row decides.") == 1
    assert "“Street light out” in the whole city goes to" in named
    other = asked(visit, "category=pju&asset=PJU-1&spot=-6.25,106.95")
    assert "No row speaks of what the object PJU-1 says of itself." in other
    assert "in the whole city goes to Transport Agency. This row decides." in other
    near = admin.get("/admin/who-gets-this?lang=en&category=pju&spot=-6.25,106.95").get_data(as_text=True)
    assert '<option value="PJU/2">Depan SD, 25 m away</option>' in near
    assert "far from the place" in asked(visit, "category=pju&asset=PJU-1&spot=-6.28,106.95")
    assert "There is no object with this code." in asked(visit, "category=pju&asset=PJU-9")
    theirs = visit("timur", "admin").get("/admin/who-gets-this?lang=en&category=pju&asset=PJU-1")
    assert "There is no object with this code." in words(theirs)


def test_what_lies_elsewhere_says_only_whose_it_is(visit: Visit, cast: Cast) -> None:
    other = asked(visit, "category=jalan-lubang&spot=-6.28,107.05")
    assert "The point lies in Kota Timur." in other
    assert "has set by itself" in other
    assert "This row decides" not in other
    lon, lat = NOWHERE
    nobodys = asked(visit, f"category=jalan-lubang&spot={lat},{lon}")
    assert "waits in the common list" in nobodys
    assert "has set by itself" not in nobodys


def test_what_is_closed_there_and_what_is_no_place_is_said(visit: Visit, cast: Cast) -> None:
    save(cast, "pju", off_in=["BRT.2"], questions=[one | {"label": {"id": one["code"]}} for one in BRANCH])
    assert "aren&#39;t taken in Selatan" in visit("barat", "admin").get(
        "/admin/who-gets-this?lang=en&category=pju&spot=-6.28,106.95"
    ).get_data(as_text=True)
    atlantis = asked(visit, "category=pju&area=atlantis")
    assert "No area of this city has such a name" in atlantis.partition("The answer")[2], "where it is refreshed"
    assert "Say where it is" in asked(visit, "category=pju")


@pytest.mark.parametrize(
    "query", ["spot=nan,nan", "spot=999,999&category=pju", "category=x&priority=y&area=%00", "answers.x=1"]
)
def test_whatever_is_asked_is_answered(visit: Visit, query: str) -> None:
    assert visit("barat", "admin").get(f"/admin/who-gets-this?{query}").status_code == 200


def test_an_object_of_an_overlay_is_its_own_and_the_row_is_named(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    bring_in(admin, LAMPS)
    said = {"attribute": "status", "value": "nasional", "category": ""}
    refused = admin.post("/admin/assets/rules?lang=en", data=said | {"agency": "overlay:timur"})
    assert refused.status_code == 422
    assert "work over the ground of this city" in words(refused)
    slug = utility(cast)
    assert admin.post("/admin/assets/rules", data=said | {"agency": f"overlay:{slug}"}).status_code == 303
    listed = words(admin.get("/admin/assets/rules?lang=en"))
    assert "status nasional any Setrum Power" in listed
    assert "this rule decides nothing" not in listed
    named = asked(visit, "category=pju&asset=PJU/2")
    assert ", Setrum Power." in named
    assert "What it is about belongs to Setrum Jaya: so the government of the place has decided." in named
    assert "Of the object PJU/2, status is “nasional”, so it is for Setrum Power. This row decides." in named
    resident = visit("barat")
    page = resident.get("/report?asset=PJU/2&lang=en").get_data(as_text=True)
    assert "Setrum Power" in page
    assert re.search(r'name="asset" value="PJU/2"[^>]* checked', page)  # else the next form would lose it again
    draft = re.search(r'name="draft" value="(\w+)"', page)
    assert draft
    send(resident, draft[1], asset="PJU/2", category="pju", shown_tenant=slug)
    cast.enter(slug)
    filed = cast.session.scalars(select(Complaint)).one()
    assert filed.routing["rule"] == "object"
    here = cast.complaint("barat", category="pju", at=(106.9502, -6.2501))
    officer = visit("barat", "supervisor")
    path = f"/staff/complaints/{here}"
    assert officer.post(f"{path}/object", data={"asset": "PJU/2", "version": 1}).status_code == 303
    told = words(officer.get(f"{path}?lang=en"))
    assert "It is about Depan SD, whose status is “nasional”: that is the work of Setrum Power." in told
