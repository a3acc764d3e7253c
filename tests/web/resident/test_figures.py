"""The public figures: what the history says, nothing of few, nothing of a neighbour."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from shapely.geometry import shape

from complaints import comparison
from complaints.workflow import Need
from tests.cast import Cast, Visitor, photo
from tests.complaints import recounting
from tests.complaints.test_figures import ZONE, City
from tests.web.staff.ground import lately
from tests.web.staff.test_morning import count, words
from web.resident.figures import FEWEST

Visit = Callable[..., Visitor]


def read(visitor: Visitor, table: str, asked: str = "") -> dict[str, dict[str, str]]:
    answer = visitor.get(f"/figures/{table}.csv?lang=en&{asked}")
    assert answer.status_code == 200
    rows = csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")))
    return {next(iter(row.values())): row for row in rows}


def test_the_promises_are_what_the_history_says(cast: Cast, visit: Visit) -> None:
    city = City(cast, 31)
    city.live(30)
    city.relay()
    cast.enter("barat")
    long_way = recounting.figures(cast.session, ZONE, date(2026, 3, 1), date(2026, 3, 31), datetime.now(UTC))
    rows = read(visit("barat"), "promises", "period=2026-03")
    expected = 0
    for milestone, name in (("respond", "The first answer"), ("secure", "Making it safe"), ("resolve", "The work")):
        of = {verdict: long_way["promises"][("all", ""), milestone, verdict] for verdict in ("kept", "missed", "open")}
        expected += sum(of.values())
        if sum(of.values()):
            assert int(rows[name]["Due"]) == sum(of.values())
            assert int(rows[name]["Not kept"]) == of["missed"] + of["open"]
    assert expected


def test_of_an_area_with_few_reports_nothing_is_told(cast: Cast, visit: Visit) -> None:
    for _ in range(FEWEST):
        cast.complaint("barat", at=(106.95, -6.22), now=lately(hours=2))
    for _ in range(FEWEST - 1):
        cast.complaint("barat", at=(106.95, -6.28), now=lately(hours=2))
    count(cast)
    rows = read(visit("barat"), "areas")
    assert (rows["Utara"]["Reported"], rows["Selatan"]["Reported"]) == (str(FEWEST), "")
    page = visit("barat").get("/figures").get_data(as_text=True)
    assert re.findall(r"<span>(Utara|Selatan)</span>.*?<b>(.*?)</b>", page) == [("Selatan", "–"), ("Utara", "5")]
    document = json.loads(visit("barat").get("/figures/areas.geojson").data)
    told = {one["properties"]["name"]: one["properties"]["reported"] for one in document["features"]}
    assert told == {"Utara": FEWEST, "Selatan": None}
    outlines = [shape(one["geometry"]) for one in document["features"]]
    assert {one.geom_type for one in outlines} <= {"Polygon", "MultiPolygon"}
    assert all(part.exterior.is_ccw for one in outlines for part in getattr(one, "geoms", [one]))  # RFC 7946, 3.1.6
    assert document["licence"] == "CC BY 4.0"


def test_the_page_says_its_numbers_and_its_licence_and_names_nobody(cast: Cast, visit: Visit) -> None:
    for _ in range(FEWEST):
        filed = cast.complaint("barat", now=lately(days=3))
        cast.move("barat", filed, "start", by="officer", now=lately(days=2))
    count(cast)
    page = words(visit("barat").get("/figures?lang=en"))
    assert f"{FEWEST} of" in page or f"reports received {FEWEST}" in page
    assert "CC BY 4.0" in page
    assert "Officer" not in page


def test_of_few_promises_no_share_is_told(cast: Cast, visit: Visit) -> None:
    for number in range(1, FEWEST + 1):
        cast.complaint("barat", category="macet", now=lately(days=3))
        count(cast)
        rows = read(visit("barat"), "promises")
        assert {int(row["Due"]) for row in rows.values()} == {number}
        assert {bool(row["Share not kept"]) for row in rows.values()} == {number >= FEWEST}
        page = words(visit("barat").get("/figures?lang=en"))
        assert ("Too few promises fell due" in page) is (number * len(rows) < FEWEST)


@pytest.mark.parametrize(("path", "status"), [("/figures?period=x", 422), ("/figures/people.csv", 404)])
def test_there_is_nothing_else_to_have(visit: Visit, path: str, status: int) -> None:
    assert visit("barat").get(path).status_code == status


def test_the_neighbours_is_its_own(cast: Cast, visit: Visit) -> None:
    for _ in range(FEWEST):
        cast.complaint("barat", now=lately(hours=2))
    count(cast)
    count(cast, "timur")
    assert {row["Reported"] for row in read(visit("timur"), "areas").values()} == {""}


def finish(cast: Cast, slug: str, category: str, number: int, **took: float) -> None:
    """Some of a kind, filed ten days ago and done after so long."""
    for _ in range(number):
        filed = cast.complaint(slug, category=category, now=lately(days=10))
        cast.move(slug, filed, "start", by="supervisor", now=lately(days=10))
        done_at = lately(days=10) + timedelta(**took)
        words = {Need.NOTE: "Selesai."}
        cast.move(slug, filed, "resolve", by="supervisor", words=words, photos=[photo()], now=done_at)
    count(cast, slug)


def test_the_national_page_compares_how_long_the_same_takes_and_nothing_of_few(cast: Cast, visit: Visit) -> None:
    finish(cast, "barat", "jalan-lubang", comparison.FEWEST, days=2)
    finish(cast, "timur", "jalan-lubang", comparison.FEWEST, days=6)
    finish(cast, "barat", "pju", 1, days=1)
    for slug in ("barat", "timur"):
        card = cast.enter(slug)
        assert comparison.roll_up(cast.session, cast.office, card, datetime.now(UTC))
        assert not comparison.roll_up(cast.session, cast.office, card, datetime.now(UTC))
        cast.session.commit()
    rows = read(visit(None), "cities")
    assert {name: round(float(row["Median (h)"]) / 24) for name, row in rows.items()} == {
        "City of Barat": 2,
        "City of Timur": 6,
    }
    assert {row["Done"] for row in rows.values()} == {str(comparison.FEWEST)}
    page = words(visit(None).get("/figures?lang=en"))
    assert "What isn't compared here, and why" in page
    assert 'value="pju"' not in visit(None).get("/figures").get_data(as_text=True)
    assert visit("barat").get("/figures/cities.csv").status_code == 404
    assert visit(None).get("/figures/areas.csv").status_code == 404
