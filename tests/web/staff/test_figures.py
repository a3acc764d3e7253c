"""The supervisor's figures: equal to what the history says, by file and on the page, and each sees what they may."""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from tests.cast import Cast, Visitor
from tests.complaints import recounting
from tests.complaints.moving import agency
from tests.complaints.test_figures import ZONE, City
from tests.web.staff.ground import lately, statements
from tests.web.staff.test_morning import count, words

Visit = Callable[..., Visitor]
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
TABLES = ("open", "agencies", "categories", "milestones", "lengths", "steadiness", "people", "channels")


def read(visitor: Visitor, table: str, **asked: str) -> dict[str, dict[str, str]]:
    """The rows of a file by their names."""
    answer = visitor.get(f"/staff/figures/{table}.csv", query_string={"lang": "en", **asked})
    assert answer.status_code == 200, answer.status_code
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    return {next(iter(row.values())): row for row in rows}


@pytest.fixture
def city(cast: Cast) -> City:
    """Kota Barat after a month in which much happened at random."""
    lived = City(cast, 21)
    lived.live(45)
    lived.relay()
    return lived


@pytest.fixture
def long_way(city: City) -> Mapping[str, Any]:
    """What its history says of March, counted row by row."""
    city.cast.enter("barat")
    return recounting.figures(city.cast.session, ZONE, *MARCH, datetime.now(UTC))


def test_every_table_says_what_the_history_says(city: City, long_way: Mapping[str, Any], visit: Visit) -> None:
    supervisor = visit("barat", "supervisor")
    book = city.cast.office.rulebooks.of(city.cast.session, city.cast.city("barat"))
    promises: Counter[tuple[str, str, str]] = Counter()
    for ((of, key), milestone, verdict), number in long_way["promises"].items():
        promises[of, key, verdict] += number
        promises["milestone", milestone, verdict] += number if of == "all" else 0

    def said(of: str, table: str, name: str, key: str) -> None:
        row = read(supervisor, table, period="2026-03").get(name)
        expected = [
            promises[of, key, "kept"],
            promises[of, key, "missed"] + promises[of, key, "open"],
            promises[of, key, "open"],
        ]
        assert [int(row[one]) if row else 0 for one in ("Kept", "Not kept", "Still open")] == expected, name

    for one in book.agencies.values():
        said("agency", "agencies", one.name["en"], str(one.id))
    for category in book.categories.values():
        if any(promises["category", str(category.id), verdict] for verdict in ("kept", "missed", "open")):
            said("category", "categories", category.name["en"], str(category.id))
    for milestone, name in (("respond", "The first answer"), ("secure", "Making it safe"), ("resolve", "The work")):
        said("milestone", "milestones", name, milestone)
    ways = read(supervisor, "channels", period="2026-03")
    assert {name: int(row["Received"]) for name, row in ways.items()} == {
        {"web": "the portal", "phone": "telephone"}[channel]: number
        for channel, number in long_way["by_channel"].items()
    }
    steadiness = read(supervisor, "steadiness", period="2026-03")
    happened = {name: sum(counts.values()) for name, counts in long_way["happened"].items()}
    for name, again, whole in (
        ("Opened again, of what was finished", "reopenings", "resolutions"),
        ("Came back, of what was passed on", "back", "passes"),
    ):
        row = steadiness.get(name, {"How many": "0", "Of": "0"})
        assert (int(row["How many"]), int(row["Of"])) == (happened[again], happened[whole])
    assert sum(happened.values())


def test_an_agency_and_the_rest_add_up_to_the_city(city: City, visit: Visit) -> None:
    supervisor = visit("barat", "supervisor")
    book = city.cast.office.rulebooks.of(city.cast.session, city.cast.city("barat"))
    tops = [one.code for one in book.agencies.values() if one.parent_id is None]
    for table, column in (
        ("categories", "Due"),
        ("channels", "Received"),
        ("steadiness", "Of"),
        ("lengths", "Reports"),
    ):
        whole = {name: int(row[column]) for name, row in read(supervisor, table, period="2026-03").items()}
        parts: Counter[str] = Counter()
        for code in tops:
            for name, row in read(supervisor, table, period="2026-03", agency=code).items():
                parts[name] += int(row[column])
        assert dict(+parts) == {name: number for name, number in whole.items() if number}, table


def test_the_page_shows_each_table_with_its_sentence_and_its_file(city: City, visit: Visit) -> None:
    page = visit("barat", "supervisor").get("/staff/figures?period=2026-03&lang=en")
    html = page.get_data(as_text=True)
    for table in TABLES:
        assert f'<section class="panel plot" id="{table}"' in html
    assert html.count('.csv?period=2026-03"') >= 6
    assert "How this is counted" in words(page)


def test_workload_is_by_name_and_not_by_number(cast: Cast, visit: Visit) -> None:
    for _ in range(3):
        filed = cast.complaint("barat", now=lately(hours=4))
        cast.move("barat", filed, "start", by="officer", now=lately(hours=3))
    count(cast)
    rows = read(visit("barat", "supervisor"), "people")
    assert list(rows) == sorted(rows, key=str.casefold)
    assert rows["Officer Kota Barat"]["Holds now"] == "3"
    assert rows["Colleague Kota Barat"]["Holds now"] == "0"


def test_an_officer_reads_their_own_agencies_and_those_below(cast: Cast, visit: Visit) -> None:
    for code in ("uptd", "diskominfo"):
        filed = cast.complaint("barat", now=lately(days=9), channel="phone" if code == "uptd" else "web")
        cast.move("barat", filed, "assign", now=lately(days=8), agency_id=agency(cast, "barat", code))
    count(cast)
    officer, supervisor = visit("barat", "officer"), visit("barat", "supervisor")
    assert set(read(officer, "open")) == {"Road unit"}
    assert set(read(officer, "channels")) == {"telephone"}
    assert "Admin Kota Barat" not in read(officer, "people")
    assert "Admin Kota Barat" in read(supervisor, "people")
    assert set(read(supervisor, "channels")) == {"telephone", "the portal"}
    assert officer.get("/staff/figures?agency=diskominfo").status_code == 422
    assert officer.get("/staff/figures/open.csv?agency=diskominfo").status_code == 422


@pytest.mark.parametrize(("asked", "status"), [("period=8", 422), ("period=2099-01", 422), ("agency=atlantis", 422)])
def test_a_wrong_question_gets_a_sentence(visit: Visit, asked: str, status: int) -> None:
    assert visit("barat", "supervisor").get(f"/staff/figures?{asked}").status_code == status


def test_a_workbook_has_the_same_rows(city: City, visit: Visit) -> None:
    supervisor = visit("barat", "supervisor")
    answer = supervisor.get("/staff/figures/channels.xlsx?period=2026-03&lang=en")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    rows = read(supervisor, "channels", period="2026-03")
    assert sheet.count("<row>") == len(rows) + 1
    assert all(f">{name}<" in sheet and f"<v>{row['Received']}</v>" in sheet for name, row in rows.items())


def test_there_is_no_table_of_any_name(visit: Visit) -> None:
    assert visit("barat", "supervisor").get("/staff/figures/seats.csv").status_code == 404


def test_a_partner_sees_none_of_it(app: Flask, cast: Cast, visit: Visit) -> None:
    cast.enter("barat")
    cast.session.connection().exec_driver_sql("UPDATE seats SET role = 'partner' WHERE name LIKE 'Officer%%'")
    cast.session.commit()
    partner = visit("barat", "officer")
    assert partner.get("/staff").status_code == 200
    for path in ("/staff/morning", "/staff/figures", "/staff/figures/people.csv"):
        assert partner.get(path).status_code == 403
    assert "/staff/figures" not in partner.get("/staff").get_data(as_text=True)


def test_the_neighbour_reads_nothing_of_it(city: City, visit: Visit) -> None:
    count(city.cast, "timur")
    assert read(visit("timur", "supervisor"), "channels", period="2026-03") == {}


def test_the_page_asks_few_statements(app: Flask, city: City, visit: Visit) -> None:
    supervisor = visit("barat", "supervisor")
    supervisor.get("/staff/figures")
    with statements(app) as sent:
        assert supervisor.get("/staff/figures?period=365").status_code == 200
    assert len(sent) <= 12, "\n".join(sent)
