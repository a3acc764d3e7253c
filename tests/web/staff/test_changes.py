"""What a page that shows a list asks now and then: whether it is still true."""

from tests.cast import Cast
from tests.web.staff.ground import lately
from tests.web.staff.test_queue import Visit


def test_nothing_new_is_said_in_no_words(cast: Cast, visit: Visit) -> None:
    cast.complaint("barat", now=lately(hours=1))
    officer = visit("barat", "officer")
    first = officer.get("/staff/changes?tab=all")
    assert first.status_code == 200
    again = officer.get("/staff/changes?tab=all", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


def test_a_step_changes_its_row_and_the_counts(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint("barat", now=lately(hours=1))
    officer = visit("barat", "officer")
    before = officer.get("/staff/changes?tab=all&lang=en")
    assert before.json["rows"][str(filed)]["who"] == "nobody"
    assert before.json["tabs"]["unassigned"] == "1"
    cast.move("barat", filed, "start", by="officer", now=lately(minutes=5))
    after = officer.get("/staff/changes?tab=all&lang=en", headers={"If-None-Match": before.headers["ETag"]})
    row, earlier = after.json["rows"][str(filed)], before.json["rows"][str(filed)]
    assert row["version"] > earlier["version"]
    assert row["standing"] != earlier["standing"]
    assert row["held"]
    assert after.json["tabs"]["unassigned"] == "0"


def test_a_new_report_is_among_the_rows(cast: Cast, visit: Visit) -> None:
    officer = visit("barat", "officer")
    before = officer.get("/staff/changes?tab=all")
    filed = cast.complaint("barat", now=lately(minutes=1))
    assert list(officer.get("/staff/changes?tab=all").json["rows"]) == [str(filed)]
    assert before.json["rows"] == {}


def test_the_rows_on_the_page_carry_what_they_are_compared_by(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint("barat", now=lately(hours=1))
    officer = visit("barat", "officer")
    version = officer.get("/staff/changes?tab=all").json["rows"][str(filed)]["version"]
    html = officer.get("/staff?tab=all").get_data(as_text=True)
    assert f'data-id="{filed}" data-version="{version}"' in html
    assert 'data-changes="/staff/changes?tab=all"' in html
    assert "data-changes" not in officer.get("/staff?q=lubang").get_data(as_text=True)


def test_the_neighbour_hears_of_nothing(cast: Cast, visit: Visit) -> None:
    cast.complaint("barat", now=lately(hours=1))
    assert visit("timur", "admin").get("/staff/changes?tab=all").json["rows"] == {}
    assert visit("barat").get("/staff/changes").status_code == 303
