import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

from complaints import queue
from tests.cast import Cast, Visitor
from tests.web.staff.ground import lately, statements, words
from web.staff import listing
from web.staff.listing import end_of_day
from web.staff.names import short_name

Visit = Callable[..., Visitor]
MOST_STATEMENTS = 12
MORE_BESIDE = 10
"""For the complaint open beside the list: history, photos, pauses, what may be the same, incidents, who watches it."""


def rows(html: str) -> list[str]:
    return re.findall(r'<tr data-id="([0-9a-f-]+)"', html)


def test_nobody_is_led_to_the_sign_in_and_back(visit: Visit) -> None:
    answer = visit("barat").get("/staff?tab=all")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=%2Fstaff%3Ftab%3Dall"


@pytest.mark.parametrize(("role", "city"), [("resident", "barat"), ("officer", "timur"), ("admin", "timur")])
def test_residents_and_the_neighbours_staff_get_no_console(visit: Visit, role: str, city: str) -> None:
    assert visit("barat", role, city=city).get("/staff").status_code == 403


def test_the_console_is_no_page_of_the_national_host(visit: Visit) -> None:
    assert visit(None, "operator").get("/staff").status_code == 404


def test_the_queue_lists_the_citys_reports_and_not_the_neighbours(cast: Cast, visit: Visit) -> None:
    ours = cast.complaint("barat", now=lately(hours=1))
    theirs = cast.complaint("timur", now=lately(hours=1))
    html = visit("barat", "supervisor").get("/staff?tab=all").get_data(as_text=True)
    assert rows(html) == [str(ours)]
    assert str(theirs) not in html


def test_a_full_page_takes_at_most_twelve_statements_and_two_for_what_is_open_beside_it(
    app: Flask, cast: Cast, visit: Visit
) -> None:
    for _ in range(21):
        filed = cast.complaint("barat", now=lately(hours=1))
        cast.move("barat", filed, "start", by="officer", now=lately(minutes=5))
    officer = visit("barat", "officer")
    officer.get("/staff")  # the rulebook is read once per process
    beside = f"/staff/complaints/{filed}?tab=all"
    for address in ("/staff?tab=all", beside, "/staff?tab=late&category=jalan-lubang"):
        with statements(app) as sent:
            assert officer.get(address).status_code == 200
        assert len(sent) <= MOST_STATEMENTS + (MORE_BESIDE if address == beside else 0), "\n".join(sent)
        assert not [one for one in sent if "OFFSET" in one]


def test_the_next_page_begins_where_the_last_one_ended(cast: Cast, visit: Visit) -> None:
    filed = {str(cast.complaint("barat", now=lately(minutes=number))) for number in range(23)}
    visitor = visit("barat", "supervisor")
    first = visitor.get("/staff?tab=all").get_data(as_text=True)
    following = re.search(r'href="([^"]+)" rel="next"', first)
    assert following is not None
    second = visitor.get(following[1].replace("&amp;", "&")).get_data(as_text=True)
    assert len(rows(first)) == 20
    assert set(rows(first)) | set(rows(second)) == filed
    assert not set(rows(first)) & set(rows(second))
    assert 'rel="next"' not in second


def test_a_mangled_page_is_refused_with_a_sentence(visit: Visit) -> None:
    answer = visit("barat", "officer").get("/staff?tab=all&after=nonsense&lang=en")
    assert answer.status_code == 422
    assert "Start from the first one" in words(answer)


def test_counts_end_at_the_cap(cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MOST_COUNTED", 2)
    monkeypatch.setattr(listing, "MOST_COUNTED", 2)
    for _ in range(5):
        cast.complaint("barat", now=lately(hours=1))
    html = visit("barat", "supervisor").get("/staff?tab=all").get_data(as_text=True)
    assert "<b>2+</b>" in html


def test_what_concerns_safety_stands_first_with_its_word(cast: Cast, visit: Visit) -> None:
    hole = cast.complaint("barat", category="jalan-lubang", now=lately(hours=2))
    flood = cast.complaint("barat", category="banjir", now=lately(minutes=1))
    html = visit("barat", "supervisor").get("/staff?tab=all&lang=en").get_data(as_text=True)
    assert rows(html) == [str(flood), str(hole)]
    assert html.count('aria-label="safety"') == 1


def test_late_is_said_in_words_and_has_a_list_of_its_own(cast: Cast, visit: Visit) -> None:
    late = cast.complaint("barat", now=lately(days=9))
    cast.complaint("barat", now=lately(seconds=5))
    html = visit("barat", "supervisor").get("/staff?tab=late&lang=en").get_data(as_text=True)
    assert rows(html) == [str(late)]
    assert re.search(r'class="late"[^>]*>\d+ \w+ late<', html)


def test_a_filter_narrows_the_list_and_is_kept_by_the_links(cast: Cast, visit: Visit) -> None:
    hole = cast.complaint("barat", category="jalan-lubang", now=lately(hours=1))
    cast.complaint("barat", category="banjir", now=lately(hours=1))
    html = visit("barat", "supervisor").get("/staff?tab=all&category=jalan-lubang&area=BRT.1").get_data(as_text=True)
    assert rows(html) in ([str(hole)], [])
    html = visit("barat", "supervisor").get("/staff?tab=all&category=jalan-lubang").get_data(as_text=True)
    assert rows(html) == [str(hole)]
    assert f"/staff/complaints/{hole}?tab=all&amp;category=jalan-lubang" in html


@pytest.mark.parametrize("query", ["category=none", "area=none", "status=none", "tab=none"])
def test_a_filter_that_is_not_there_is_refused_rather_than_ignored(visit: Visit, query: str) -> None:
    assert visit("barat", "officer").get(f"/staff?{query}").status_code == 422


def test_a_closed_status_can_be_listed(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint("barat", now=lately(hours=1))
    cast.move("barat", filed, "withdraw", by="reporter", now=lately(minutes=5))
    html = visit("barat", "supervisor").get("/staff?tab=all&status=withdrawn").get_data(as_text=True)
    assert rows(html) == [str(filed)]


def test_a_number_leads_to_its_report_however_it_is_written(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint("barat", now=lately(hours=1))
    reference = cast.read("barat", filed).reference
    officer = visit("barat", "officer")
    answer = officer.get(f"/staff?q={reference.lower().replace('-', ' ')}")
    assert answer.location == f"/staff/complaints/{filed}"
    assert visit("timur", "officer").get(f"/staff?q={reference}&lang=en").status_code == 200


@pytest.mark.parametrize("tab", ["mine", "agency", "unassigned", "today", "late", "all"])
def test_an_empty_list_says_why_and_what_next(visit: Visit, tab: str) -> None:
    html = visit("barat", "officer").get(f"/staff?tab={tab}&lang=en").get_data(as_text=True)
    empty = html[html.index('class="empty"') :]
    assert "<h2" in empty
    assert 'class="btn"' in empty


def test_an_officer_first_sees_what_is_theirs(cast: Cast, visit: Visit) -> None:
    cast.complaint("barat", now=lately(hours=1))
    mine = cast.complaint("barat", now=lately(hours=1))
    officer = visit("barat", "officer")
    assert '<a href="/staff?tab=agency" data-tab="agency" aria-current="page">' in officer.get("/staff").get_data(
        as_text=True
    )
    cast.move("barat", mine, "start", by="officer", now=lately(minutes=1))
    html = officer.get("/staff").get_data(as_text=True)
    assert '<a href="/staff?tab=mine" data-tab="mine" aria-current="page">' in html
    assert rows(html) == [str(mine)]


def test_today_ends_at_midnight_of_the_citys_zone() -> None:
    now = datetime(2026, 3, 4, 16, 59, tzinfo=UTC)
    assert end_of_day(now, "Asia/Jakarta") == datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
    assert end_of_day(now, "Asia/Jayapura") == datetime(2026, 3, 5, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(("name", "short"), [("Rudi Hartono", "Rudi H."), ("Siti", "Siti"), ("", "")])
def test_a_narrow_column_shows_the_first_name_and_an_initial(name: str, short: str) -> None:
    assert short_name(name) == short
