"""The page of a report's parts, and the list of what my agency is asked for."""

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.cast import Cast, Visitor
from tests.complaints.moving import agency
from tests.complaints.partnering import PARTNER, seat_at_pln
from tests.web.staff.ground import lately, version, words

Visit = Callable[..., Visitor]


@pytest.fixture
def complaint_id(cast: Cast) -> UUID:
    return cast.complaint("barat", now=lately(hours=1), visibility="private")


def _ask(visitor: Visitor, cast: Cast, complaint_id: UUID, **given: str) -> None:
    form = {
        "agency": str(agency(cast, "barat", "pln")), "task": "Matikan listrik tiang.", "days": "2",
        "required": "yes", "version": version(cast, "barat", complaint_id), **given,
    }  # fmt: skip
    answer = visitor.post(f"/staff/complaints/{complaint_id}/parts", data=form)
    assert answer.status_code == 303, words(answer)


def test_a_partner_finds_its_part_does_it_and_the_report_goes_on(visit: Visit, cast: Cast, complaint_id: UUID) -> None:
    seat_at_pln(cast)
    officer, partner = visit("barat", "officer"), visit("barat", PARTNER)
    assert partner.get(f"/staff/complaints/{complaint_id}").status_code == 404
    assert "No other agency waits" in words(partner.get("/staff/parts?lang=en"))
    _ask(officer, cast, complaint_id)
    assert "PLN" in words(officer.get(f"/staff/complaints/{complaint_id}?lang=en"))
    html = partner.get("/staff/parts?lang=en").get_data(as_text=True)
    assert f"/staff/complaints/{complaint_id}/parts" in html
    assert "Matikan listrik tiang." in html
    assert partner.get(f"/staff/complaints/{complaint_id}").status_code == 200
    page = partner.get(f"/staff/complaints/{complaint_id}/parts?lang=en").get_data(as_text=True)
    assert "Ask another agency" not in page
    part_id = page.split("/parts/", 1)[1][:36]
    form = {"version": version(cast, "barat", complaint_id), "words": ""}
    answer = partner.post(f"/staff/complaints/{complaint_id}/parts/{part_id}/completion?lang=en", data=form)
    assert (answer.status_code, "one sentence is enough" in words(answer)) == (422, True)
    form["words"] = "Sudah dimatikan."
    answer = partner.post(f"/staff/complaints/{complaint_id}/parts/{part_id}/completion", data=form)
    assert answer.status_code == 303, words(answer)
    assert "Sudah dimatikan." in words(officer.get(f"/staff/complaints/{complaint_id}/parts"))
    assert "No other agency waits" in words(partner.get("/staff/parts?lang=en"))


def test_a_partner_that_refuses_loses_sight_of_it(visit: Visit, cast: Cast, complaint_id: UUID) -> None:
    seat_at_pln(cast)
    officer, partner = visit("barat", "officer"), visit("barat", PARTNER)
    _ask(officer, cast, complaint_id)
    page = partner.get(f"/staff/complaints/{complaint_id}/parts").get_data(as_text=True)
    part_id = page.split("/parts/", 1)[1][:36]
    form = {"version": version(cast, "barat", complaint_id), "words": "Bukan tiang kami."}
    answer = partner.post(f"/staff/complaints/{complaint_id}/parts/{part_id}/refusal", data=form)
    assert (answer.status_code, answer.location) == (303, "/staff/parts")
    assert partner.get(f"/staff/complaints/{complaint_id}").status_code == 404
    text = words(officer.get(f"/staff/complaints/{complaint_id}/parts?lang=en"))
    assert "Refused" in text
    assert "Bukan tiang kami." in text
    form = {"version": version(cast, "barat", complaint_id), "words": "Tidak perlu lagi."}
    answer = officer.post(f"/staff/complaints/{complaint_id}/parts/{part_id}/cancellation", data=form)
    assert answer.status_code == 303, words(answer)


def test_a_form_that_is_not_whole_comes_back_filled_in(visit: Visit, cast: Cast, complaint_id: UUID) -> None:
    officer = visit("barat", "officer")
    form = {"agency": "", "task": "Matikan.", "days": "5", "version": version(cast, "barat", complaint_id)}
    answer = officer.post(f"/staff/complaints/{complaint_id}/parts?lang=en", data=form)
    html = answer.get_data(as_text=True)
    assert (answer.status_code, "Matikan." in html, 'value="5" selected' in html) == (422, True, True)
    assert "Choose an agency of this city." in html


def test_the_neighbour_and_other_agencies_find_nothing(visit: Visit, cast: Cast, complaint_id: UUID) -> None:
    _ask(visit("barat", "officer"), cast, complaint_id)
    assert visit("timur", "supervisor").get(f"/staff/complaints/{complaint_id}/parts").status_code == 404
    assert "Matikan listrik" not in words(visit("barat", "officer").get("/staff/parts"))
