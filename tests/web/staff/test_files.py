"""A list of the queue as a file: the same rows as on its page, and no more than its reader may know."""

import csv
import io
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints.complaint import ReadRow
from complaints.report import Reporter
from tests.cast import Cast, Visitor
from tests.web.staff.ground import lately
from tests.web.staff.test_queue import Visit, rows
from tests.web.test_xlsx import cells


def file(visitor: Visitor, query: str) -> list[dict[str, str]]:
    answer = visitor.get(f"/staff/list.csv?{query}&lang=en")
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    "query", ["tab=all", "tab=all&category=pju", "tab=late", "tab=all&status=withdrawn", "q=kolam"]
)
def test_the_file_holds_the_rows_of_the_page(cast: Cast, visit: Visit, query: str) -> None:
    cast.complaint("barat", words="Kolam bocor.", now=lately(hours=1))
    cast.complaint("barat", category="pju", now=lately(days=30))
    closed = cast.complaint("barat", now=lately(hours=3))
    cast.move("barat", closed, "withdraw", by="reporter", now=lately(minutes=5))
    cast.complaint("timur", now=lately(hours=1))
    supervisor = visit("barat", "supervisor")
    shown = rows(supervisor.get(f"/staff?{query}").get_data(as_text=True))
    numbers = [str(cast.read("barat", id_).reference) for id_ in map(UUID, shown)]
    assert numbers
    assert [one["Number"] for one in file(supervisor, query)] == numbers
    sheet = cells(supervisor.get(f"/staff/list.xlsx?{query}").data)
    assert [row[0][1] for row in sheet[1:]] == numbers


def test_more_than_a_batch_comes_whole_and_in_order(cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("complaints.finding.listed.BATCH", 2)
    for hours in range(5):
        cast.complaint("barat", now=lately(hours=1) - timedelta(hours=hours))
    found = file(visit("barat", "supervisor"), "tab=all")
    assert len({one["Number"] for one in found}) == 5
    due = [one["Answer due (Asia/Jakarta)"] for one in found]
    assert due == sorted(due)


def test_who_may_not_see_a_report_has_it_in_no_file(cast: Cast, visit: Visit) -> None:
    hidden = cast.complaint("barat", category="pju", visibility="private", now=lately(hours=1))
    reference = cast.read("barat", hidden).reference
    assert file(visit("barat", "officer"), "tab=all") == []
    assert file(visit("timur", "admin"), "tab=all") == []
    assert [one["Number"] for one in file(visit("barat", "supervisor"), "tab=all")] == [reference]


def test_a_private_report_in_a_file_is_a_read_that_is_logged(cast: Cast, visit: Visit) -> None:
    hidden = cast.complaint("barat", visibility="private", now=lately(hours=1))
    cast.complaint("barat", now=lately(hours=1))
    file(visit("barat", "supervisor"), "tab=all")
    cast.enter("barat")
    assert [(row.complaint_id, row.what) for row in cast.session.scalars(select(ReadRow))] == [(hidden, "file")]


def test_reporters_are_named_to_whom_they_may_be_revealed_and_never_reached(cast: Cast, visit: Visit) -> None:
    known = Reporter(name="Ani Warga", email="ani@warga.example", phone="+628123456789")
    cast.complaint("barat", reporter=known, now=lately(hours=1))
    cast.complaint("barat", reporter=known, anonymous=True, now=lately(hours=1))
    for role, names in (("supervisor", ["", ""]), ("admin", ["", "Ani Warga"])):
        found = file(visit("barat", role), "tab=all")
        assert sorted(one["Reporter"] for one in found) == names
        assert "warga.example" not in str(found)
        assert "8123456789" not in str(found)
    hidden = next(one for one in found if not one["Reporter"])
    assert (hidden["Latitude"], hidden["Longitude"]) == ("", "")


@pytest.mark.parametrize("written", ["=1+1", "+62", "-6", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_somebody_wrote_is_no_formula(cast: Cast, visit: Visit, written: str) -> None:
    cast.complaint("barat", words=f"{written} x", place=written, now=lately(hours=1))
    found = file(visit("barat", "supervisor"), "tab=all")[0]
    assert not found["Place"].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert not found["Description"].startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("query", ["tab=nothing", "tab=all&category=nothing"])
def test_a_list_that_is_not_there_is_no_file(visit: Visit, query: str) -> None:
    assert visit("barat", "officer").get(f"/staff/list.csv?{query}").status_code == 422
