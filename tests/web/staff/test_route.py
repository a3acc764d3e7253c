"""The route of the day."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from complaints.workflow import Need
from tests.cast import Cast, Visitor
from tests.web.staff.ground import lately
from web.staff.route import legs

Visit = Callable[..., Visitor]


def stops(html: str) -> list[str]:
    return re.findall(r'<h2 class="h3">.*?/staff/complaints/([0-9a-f-]+)"', html)


def test_what_i_hold_stands_in_the_order_of_the_way(cast: Cast, visit: Visit) -> None:
    along = []
    for lon in (106.93, 106.91, 106.95):
        filed = cast.complaint("barat", at=(lon, -6.25), now=lately(hours=2))
        cast.move("barat", filed, "start", by="officer", now=lately(minutes=9))
        along.append(str(filed))
    cast.complaint("barat", at=(106.92, -6.25), now=lately(hours=2))  # nobody's
    html = visit("barat", "officer").get("/staff/route?lat=-6.25&lon=106.90").get_data(as_text=True)
    assert stops(html) == [along[1], along[0], along[2]]
    assert "1,1 km" in html


def test_what_waits_for_another_is_no_stop(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint("barat", now=lately(hours=2))
    cast.move("barat", filed, "start", by="officer", now=lately(minutes=9))
    cast.move("barat", filed, "ask", by="officer", words={Need.QUESTION: "Di mana?"}, now=lately(minutes=5))
    assert stops(visit("barat", "officer").get("/staff/route").get_data(as_text=True)) == []


@pytest.mark.parametrize("asked", ["lat=x&lon=1", "lat=nan&lon=106.9", "lat=91&lon=106.9"])
def test_a_position_that_is_none_gets_a_sentence(visit: Visit, asked: str) -> None:
    assert visit("barat", "officer").get(f"/staff/route?{asked}").status_code == 422


def test_each_link_takes_as_many_stops_as_the_map_app() -> None:
    points = [(106.9 + number / 1000, -6.25) for number in range(12)]
    whole = legs(points, (106.8, -6.2))
    assert [(leg.first, leg.last) for leg in whole] == [(1, 10), (11, 12)]
    first, second = (parse_qs(urlsplit(leg.href).query) for leg in whole)
    assert first["origin"] == ["-6.200000,106.800000"]
    assert len(first["waypoints"][0].split("|")) == 9
    assert first["destination"] == second["origin"] == ["-6.250000,106.909000"]
