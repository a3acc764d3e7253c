"""How the city works: what is chosen is what the portal, the API and the officials' pages do."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.cast import IN_BARAT, IN_TIMUR, Cast, Visitor
from tests.web.rightful.settings import admin_options
from tests.web.rightful.world import World
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]
SOUTH = (106.95, -6.28)


def form(cast: Cast, **more: Any) -> dict[str, Any]:
    return admin_options(World(cast)) | more


def report(visitor: Visitor, at: tuple[float, float], category: str = "jalan-lubang", **more: Any) -> Any:
    body = {"category": category, "description": "Lubang di jalan.", "lon": at[0], "lat": at[1], **more}
    return visitor.post("/api/v1/complaints?lang=en", json=body, headers={"Idempotency-Key": str(uuid4())})


def test_a_soft_launch_is_honoured_by_the_portal_and_the_api(visit: Visit, cast: Cast) -> None:
    admin, resident = visit("barat", "admin"), visit("barat")
    launch = {"launch_areas": ["BRT.1"], "launch_categories": ["jalan-lubang", "pju"], "figures_hidden": "yes"}
    answer = admin.post("/admin/options", data=form(cast, **launch))
    assert (answer.status_code, answer.location) == (303, "/admin/options?saved=1")
    front = words(resident.get("/?lang=en"))
    assert "We begin in Utara." in front
    assert "We begin with" in front
    assert resident.get("/figures").status_code == 404
    assert resident.get("/figures/areas.geojson").status_code == 404
    codes = [one["code"] for one in resident.get("/api/v1/categories").get_json()["categories"]]
    assert sorted(codes) == ["jalan-lubang", "pju"]
    assert 'value="banjir"' not in resident.get("/report").get_data(as_text=True)

    north = report(resident, (106.95, -6.22))
    assert north.status_code == 201, north.get_data(as_text=True)
    south = report(resident, SOUTH)
    assert south.status_code == 422
    assert "doesn't take reports from this area yet" in south.get_json()["detail"]
    assert report(resident, (106.95, -6.22), "banjir").status_code == 422
    assert report(resident, IN_TIMUR).status_code == 201, "the neighbour takes everything"

    assert admin.post("/admin/options", data=form(cast)).status_code == 303
    assert report(resident, SOUTH).status_code == 201
    assert resident.get("/figures").status_code == 200


def test_switches_and_terms_hold_at_once(visit: Visit, cast: Cast) -> None:
    admin, resident = visit("barat", "admin"), visit("barat")
    switches = ["verification", "pause_approval"]
    assert admin.post("/admin/options", data=form(cast, switches=switches, reopen_days="0")).status_code == 303
    cast.enter("barat")
    options = cast.tenant("barat").options
    assert (options["verification"], options["gallery_allowed"], options["anonymous_allowed"]) == (True, False, False)
    assert options["reopen_days"] == 0
    assert options["emergency_numbers"], "what the form doesn't know stays"
    assert 'name="gallery"' not in resident.get("/report").get_data(as_text=True)
    assert 'name="anonymous"' not in resident.get("/report").get_data(as_text=True)
    anonymous = report(resident, IN_BARAT, anonymous=True)
    assert anonymous.status_code == 422
    assert report(visit("timur"), IN_TIMUR, anonymous=True).status_code == 201
    page = admin.get("/admin/options?lang=en").get_data(as_text=True)
    assert 'value="verification" checked' in page
    assert 'value="validation" checked' not in page


def test_what_cannot_be_is_named_and_kept(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    wrong = {"reopen_days": "1.5", "field_check_percent": "101", "quiet_from": "25:00", "desk": "tidak-ada"}
    answer = admin.post("/admin/options?lang=en", data=form(cast, **wrong, launch_areas=["TMR.1"]))
    assert answer.status_code == 422
    said = words(answer)
    for sentence in (
        "Write a whole number from 0 to 365.",
        "Write a whole number from 0 to 100.",
        "Write a time of day such as 21:00.",
        "Choose the agency that sorts out the rest.",
        "One of these areas isn",
    ):
        assert sentence in said
    assert 'value="1.5"' in answer.get_data(as_text=True)
    stale = admin.post("/admin/options?lang=en", data=form(cast, reopen_days="7") | {"version": "0"})
    assert stale.status_code == 409
    assert 'value="7"' in stale.get_data(as_text=True)


def test_the_first_kinds_of_problem_and_the_emergency_words_are_the_citys(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    said = {"likely": ["pju", "", "banjir", "pju"], "urgent-id": "Tersengat listrik\ntersengat  LISTRIK, roboh"}
    assert admin.post("/admin/options", data=form(cast, **said)).status_code == 303
    cast.enter("barat")
    options = cast.tenant("barat").options
    assert options["likely_categories"] == ["pju", "banjir"]
    assert options["emergency_words"] == {"id": ["tersengat LISTRIK", "roboh"], "en": ["Kata"]}
    for city, alarmed in (("barat", True), ("timur", False)):
        asked = visit(city).post("/report", data={"description": "Pohon roboh", "step": "4", "go": "search"})
        page = visit(city).get(asked.location) if asked.status_code == 303 else asked
        assert ('class="note ask urgent" data-urgent-note' in page.get_data(as_text=True)) is alarmed
    wrong = admin.post("/admin/options?lang=en", data=form(cast, likely=["hantu"], **{"urgent-en": "x" * 61}))
    assert wrong.status_code == 422
    told = words(wrong)
    assert "At most 60 words or phrases of up to 60 characters." in told
    assert "One of these categories isn" in told
    assert "x" * 61 in wrong.get_data(as_text=True)
