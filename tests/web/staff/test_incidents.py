"""Incidents on pages: opened from a report, answered for all, followed by residents, and unseen by the neighbour."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest

from complaints.report import Reporter
from complaints.together import incident, incident_answer
from complaints.together.incident_answer import IncidentAnswer
from tests.cast import IN_BARAT, Cast, Visitor
from tests.web.resident.sheet import Sheet
from tests.web.staff.ground import lately, words
from web.app import utc_now

Visit = Callable[..., Visitor]
FLOOD = {
    "category": "banjir",
    "description": "Air sampai lutut.",
    "source": "map",
    "lon": str(IN_BARAT[0]),
    "lat": str(IN_BARAT[1]),
}


@pytest.fixture
def flood(cast: Cast, visit: Visit) -> tuple[str, UUID]:
    """The path of an incident that a supervisor opened from a report, and the report."""
    complaint_id = cast.complaint(
        category="banjir", now=lately(hours=2), reporter=Reporter(email="ani@warga.example"), words="Air masuk rumah."
    )
    supervisor = visit("barat", "supervisor")
    assert "Open an incident around here" in words(supervisor.get(f"/staff/complaints/{complaint_id}?lang=en"))
    form = supervisor.get(f"/staff/incidents/new?from={complaint_id}&lang=en").get_data(as_text=True)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', form))
    chosen = re.search(r'value="([0-9a-f-]{36})" selected', form)
    assert chosen is not None
    sent = {**hidden, "title": "Banjir Utara", "text": "Hindari Jalan Raya.", "category": chosen[1], "radius_m": "2000"}
    answer = supervisor.post("/staff/incidents", data=sent)
    assert answer.status_code == 303, words(answer)
    return answer.location, complaint_id


def test_from_opening_to_the_last_word(cast: Cast, visit: Visit, flood: tuple[str, UUID]) -> None:
    path, complaint_id = flood
    supervisor = visit("barat", "supervisor")
    second = cast.complaint(category="banjir", now=lately(hours=1))
    page = words(supervisor.get(f"{path}?lang=en"))
    assert "1 report belongs to it" in page
    assert "1 report may belong to it" in page
    assert supervisor.post(f"{path}/members", data={"complaint": str(second)}).status_code == 303
    assert "2 reports belong to it" in words(supervisor.get(f"{path}?lang=en"))
    assert "Belongs to an incident: Banjir Utara" in words(supervisor.get(f"/staff/complaints/{second}?lang=en"))
    supervisor.post(f"{path}/members/{second}/removal")
    assert "It may belong to an incident:" in words(supervisor.get(f"/staff/complaints/{second}?lang=en"))
    empty = supervisor.post(f"{path}/answers", data={"version": "1", "note": " ", "closes": "yes"})
    assert empty.status_code == 422
    sent = supervisor.post(f"{path}/answers", data={"version": "1", "note": "Air sudah surut.", "closes": "yes"})
    assert sent.status_code == 303
    late = supervisor.post(f"{path}/answers", data={"version": "1", "note": "Sekali lagi."})
    assert late.status_code == 409
    assert "Sekali lagi." in late.get_data(as_text=True) or "over" in words(late)
    card = cast.enter("barat")
    for one in cast.session.query(IncidentAnswer).all():
        incident_answer.go_on(cast.session, cast.office, card, one.id, utc_now())
    cast.session.commit()
    after = words(supervisor.get(f"{path}?lang=en"))
    assert "Gone through 1 report." in after
    assert "Over since" in after
    assert cast.read("barat", complaint_id).status == "resolved"
    public = visit("barat").get(f"{path.removeprefix('/staff')}?lang=en")
    assert "Air sudah surut." in words(public)
    assert "Air masuk rumah" not in words(public)
    reference = cast.read("barat", complaint_id).reference
    assert "Banjir Utara" in words(visit("barat").get(f"/complaints/{reference}?lang=en"))


def test_who_reports_the_same_reads_of_it_and_can_follow_it_instead(
    cast: Cast, visit: Visit, flood: tuple[str, UUID]
) -> None:
    public = flood[0].removeprefix("/staff")
    visitor = visit("barat")
    assert "Banjir Utara" in words(visitor.get("/?lang=en"))
    sheet = Sheet(visitor, "/report?lang=en")
    sheet.press("next-1")
    sheet.press("next-2", {name: FLOOD[name] for name in ("source", "lon", "lat")})
    sheet.press("next-3", {"category": "banjir"})
    assert sheet.step == 3
    assert "Hindari Jalan Raya." in sheet.text
    assert f"{public}#follow" in sheet.answer.get_data(as_text=True)
    sheet.press("next-3")
    assert sheet.step == 4
    other = Sheet(visitor, "/report?lang=en")
    other.press("stay", {**FLOOD, "category": "jalan-lubang"})
    assert "Hindari Jalan Raya." not in other.text
    asked = visitor.post(f"{public}/follow", data={"email": "budi@warga.example"})
    assert asked.location.endswith("?asked=1#follow")
    assert visitor.post(f"{public}/follow", data={"email": "kacau"}).status_code == 422


def test_only_supervisors_lead_and_the_neighbour_finds_nothing(
    cast: Cast, visit: Visit, flood: tuple[str, UUID]
) -> None:
    path, complaint_id = flood
    officer = visit("barat", "officer")
    assert officer.get(path).status_code == 200
    assert "Answer everybody" not in words(officer.get(f"{path}?lang=en"))
    assert officer.post(f"{path}/answers", data={"version": "1", "note": "Ya."}).status_code == 403
    assert officer.get("/staff/incidents/new").status_code == 403
    nowhere = {"title": "Banjir", "text": "Air.", "lon": "inf", "lat": "nan", "radius_m": "1000"}
    refused = visit("barat", "supervisor").post("/staff/incidents?lang=en", data=nowhere)
    assert refused.status_code == 422
    assert "This form is incomplete." in words(refused)
    neighbour = visit("timur", "supervisor")
    assert neighbour.get(path).status_code == 404
    assert neighbour.get(path.removeprefix("/staff")).status_code == 404
    assert neighbour.get(f"/staff/incidents/new?from={complaint_id}").status_code == 404
    assert "Banjir Utara" not in words(visit("timur").get("/"))


def test_what_a_seat_may_not_see_is_neither_shown_nor_added_by_it(
    cast: Cast, visit: Visit, flood: tuple[str, UUID]
) -> None:
    path, _complaint_id = flood
    hidden = cast.complaint(category="sampah-angkut", visibility="private", now=lately(hours=1), words="RAHASIA")
    reference = cast.read("barat", hidden).reference
    officer = visit("barat", "officer")
    officer.post(f"{path}/members", data={"complaint": str(hidden)})
    cast.enter("barat")
    assert incident.of_complaint(cast.session, hidden) is None
    visit("barat", "supervisor").post(f"{path}/members", data={"complaint": str(hidden)})
    assert reference in words(visit("barat", "supervisor").get(path))
    assert reference not in words(officer.get(path))
    assert officer.post(f"{path}/members/{hidden}/removal").status_code == 404
