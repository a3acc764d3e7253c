"""The queue on the map: the reports of the list, as pins or as counted heaps, and the same as a list beside."""

import re

import pytest

from complaints.finding import queue_map
from complaints.workflow import Need
from tests.cast import IN_BARAT, Cast, Visitor
from tests.web.staff.ground import lately
from tests.web.staff.test_queue import Visit

BOX = "106.9,-6.3,107.0,-6.2"


def places(visitor: Visitor, query: str = "") -> dict:
    answer = visitor.get(f"/staff/map.json?bbox={BOX}&lang=en{query}")
    assert answer.status_code == 200
    return answer.get_json()


def beside(html: str) -> list[str]:
    return re.findall(r'href="/staff/complaints/([0-9a-f-]+)', html)


def test_pins_and_the_list_beside_say_the_same(cast: Cast, visit: Visit) -> None:
    for hours in range(3):
        cast.complaint("barat", at=(106.95 + hours / 1000, -6.25), now=lately(hours=1 + hours))
    cast.complaint("timur", now=lately(hours=1))
    found = places(visit("barat", "officer"))
    assert len(found["pins"]) == found_count(found) == 3
    assert [one["url"].split("/")[3].split("?")[0] for one in found["pins"]] == beside(found["rows"])
    html = visit("barat", "officer").get("/staff/map").get_data(as_text=True)
    assert beside(html) == beside(found["rows"])
    assert html.count('href="/static') or "#p-wait" in html


def found_count(found: dict) -> int:
    return int(found["count"])


def test_a_box_holds_what_lies_in_it(cast: Cast, visit: Visit) -> None:
    cast.complaint("barat", now=lately(hours=1))
    officer = visit("barat", "officer")
    lon, lat = IN_BARAT
    assert officer.get(f"/staff/map.json?bbox={lon - 0.01},{lat - 0.01},{lon + 0.01},{lat + 0.01}").json["count"] == "1"
    assert officer.get(f"/staff/map.json?bbox={lon + 0.01},{lat},{lon + 0.02},{lat + 0.01}").json["count"] == 0
    for box in ("", "a,b,c,d", "1,2,3", "107,-6,106,-7", "nan,0,1,1"):
        assert officer.get(f"/staff/map.json?bbox={box}").status_code == 422


@pytest.mark.parametrize(
    ("query", "pins"),
    [("&tab=all", 2), ("&tab=all&category=pju", 1), ("&tab=mine", 0), ("&q=kolam", 1), ("&tab=late", 0)],
)
def test_the_map_shows_the_list_and_no_other(cast: Cast, visit: Visit, query: str, pins: int) -> None:
    cast.complaint("barat", words="Kolam bocor.", now=lately(minutes=5))
    cast.complaint("barat", category="pju", now=lately(minutes=5))
    assert len(places(visit("barat", "supervisor"), query)["pins"]) == pins


def test_who_may_not_see_a_report_sees_no_pin(cast: Cast, visit: Visit) -> None:
    cast.complaint("barat", category="pju", visibility="private", now=lately(hours=1))
    assert places(visit("barat", "officer"))["pins"] == []
    assert places(visit("timur", "admin"))["pins"] == []
    assert len(places(visit("barat", "supervisor"))["pins"]) == 1


def test_what_is_too_much_is_heaped_and_counted(cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_map, "MOST_PINS", 2)
    monkeypatch.setattr(queue_map, "BESIDE", 2)
    for number in range(5):
        at = (106.91, -6.29) if number < 3 else (106.99, -6.21)
        cast.complaint("barat", at=at, now=lately(hours=1 + number))
    officer = visit("barat", "officer")
    found = places(officer)
    assert found["pins"] == []
    assert [heap["count"] for heap in found["clusters"]] == [3, 2]
    assert found["count"] == "5"
    assert len(beside(found["rows"])) == 2
    assert 'class="heap"' in officer.get("/staff/map").get_data(as_text=True)
    monkeypatch.setattr(queue_map, "MOST_READ", 4)
    assert places(officer)["count"] == "4+"


def test_what_ended_has_a_pin_of_its_own(cast: Cast, visit: Visit) -> None:
    cast.complaint("barat", now=lately(hours=1))
    ended = cast.complaint("barat", now=lately(hours=1))
    cast.move("barat", ended, "reject", words={Need.REASON: "Bukan di sini."}, now=lately())
    supervisor = visit("barat", "supervisor")
    assert {pin["kind"] for pin in places(supervisor, "&status=rejected")["pins"]} == {"end"}
    html = supervisor.get("/staff/map?tab=all&status=rejected&lang=en").get_data(as_text=True)
    assert html.count("#p-end") == 2  # on the drawing and in the legend
    assert "Rejected, withdrawn, merged or handed over" in html


def test_an_empty_map_says_so(visit: Visit) -> None:
    html = visit("barat", "officer").get("/staff/map?lang=en").get_data(as_text=True)
    assert "No report of this list has a point on the map" in html
