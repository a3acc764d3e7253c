"""Tabs of one's own: reports that are watched, what waits for reporters, and lists that were given a name."""

import re

import pytest

from complaints import watching
from complaints.complaint import Complaint
from complaints.finding import saved_list
from complaints.finding.saved_list import MOST_LISTS
from complaints.workflow import Need
from tests.cast import NOW, Cast, Visitor
from tests.web.staff.ground import lately, words
from tests.web.staff.test_queue import Visit, rows


def tab(html: str, name: str) -> str:
    """The link of a tab with its count, as words."""
    found = re.search(rf'<a href="([^"]*)"[^>]*>{re.escape(name)} (?:<(?:b|span[^>]*)>([^<]*)<)?', html)
    assert found is not None, name
    return found[2] or ""


def link(html: str, name: str) -> str:
    found = re.search(rf'<a href="([^"]*)"[^>]*>{re.escape(name)} ', html)
    assert found is not None, name
    return found[1].replace("&amp;", "&")


def page(visitor: Visitor, address: str) -> str:
    answer = visitor.get(address + ("&" if "?" in address else "?") + "lang=en")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_what_is_watched_stands_in_a_list_of_the_watchers_own(cast: Cast, visit: Visit) -> None:
    watched = cast.complaint("barat", now=lately(hours=1))
    cast.complaint("barat", now=lately(hours=1))
    officer, colleague = visit("barat", "officer"), visit("barat", "colleague")
    for _ in range(2):
        assert officer.post(f"/staff/complaints/{watched}/watching?tab=all").status_code == 303
    assert rows(page(officer, "/staff?tab=watched")) == [str(watched)]
    assert tab(page(officer, "/staff"), "Watched") == "1"
    assert "Stop watching" in page(officer, f"/staff/complaints/{watched}")
    assert rows(page(colleague, "/staff?tab=watched")) == []
    assert "You watch no open report" in page(colleague, "/staff?tab=watched")
    officer.post(f"/staff/complaints/{watched}/watching", data={"stop": "1"})
    assert rows(page(officer, "/staff?tab=watched")) == []


def test_what_cannot_be_seen_cannot_be_watched(cast: Cast, visit: Visit) -> None:
    hidden = cast.complaint("barat", category="pju", visibility="private", now=lately(hours=1))
    assert visit("barat", "officer").post(f"/staff/complaints/{hidden}/watching").status_code == 404
    assert visit("timur", "admin").post(f"/staff/complaints/{hidden}/watching").status_code == 404


def test_who_watches_everything_is_asked_to_choose(cast: Cast, monkeypatch: pytest.MonkeyPatch, visit: Visit) -> None:
    monkeypatch.setattr(watching, "MOST_WATCHED", 1)
    first, second = (cast.complaint("barat", now=lately(hours=1)) for _ in range(2))
    officer = visit("barat", "officer")
    officer.post(f"/staff/complaints/{first}/watching")
    refused = officer.post(f"/staff/complaints/{second}/watching")
    assert (refused.status_code, str(second) in refused.get_data(as_text=True)) == (422, True)


def test_what_waits_for_its_reporter_is_a_list(cast: Cast, visit: Visit) -> None:
    asked = cast.complaint("barat", now=lately(hours=2))
    cast.complaint("barat", now=lately(hours=1))
    cast.move("barat", asked, "start", by="officer", now=lately(minutes=50))
    cast.move("barat", asked, "ask", by="officer", words={Need.QUESTION: "Di mana?"}, now=lately(minutes=40))
    officer = visit("barat", "officer")
    assert rows(page(officer, "/staff?tab=waiting")) == [str(asked)]
    assert tab(page(officer, "/staff?tab=waiting"), "With the reporter") == "1"


def test_a_list_gets_a_name_another_name_and_is_removed(cast: Cast, visit: Visit) -> None:
    lamp = cast.complaint("barat", category="pju", now=lately(hours=1))
    cast.complaint("barat", now=lately(hours=1))
    officer = visit("barat", "officer")
    saved = officer.post("/staff/lists?tab=all&category=pju&after=x", data={"name": "  Lampu  saya "})
    html = page(officer, saved.location)
    assert rows(html) == [str(lamp)]
    assert tab(html, "Lampu saya") == "1"
    assert link(html, "Lampu saya") == saved.location
    own = re.search(r"/staff/lists/([0-9a-f-]+)\?", html)
    assert own is not None
    officer.post(f"/staff/lists/{own[1]}?tab=all&category=jalan-lubang", data={"name": "Lubang"})
    html = page(officer, "/staff?tab=mine")
    assert "Lampu saya" not in html
    assert str(lamp) not in rows(page(officer, link(html, "Lubang")))
    assert officer.post(f"/staff/lists/{own[1]}/removal").status_code == 303
    assert "Lubang " not in page(officer, "/staff?tab=mine").split("</nav>")[1]


def test_a_search_can_be_kept_too(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint("barat", words="Kolam lele bocor.", now=lately(hours=1))
    officer = visit("barat", "officer")
    saved = officer.post("/staff/lists?q=kolam+lele", data={"name": "Lele"})
    assert rows(page(officer, saved.location)) == [str(filed)]
    assert link(page(officer, "/staff"), "Lele") == saved.location


@pytest.mark.parametrize("name", ["", "   ", "x" * 31, "a\x00b"])
def test_a_name_that_cannot_be_kept_is_refused_beside_what_was_typed(visit: Visit, name: str) -> None:
    answer = visit("barat", "officer").post("/staff/lists?tab=all", data={"name": name})
    assert answer.status_code == 422
    assert "list-name-error" in answer.get_data(as_text=True)


def test_two_lists_of_a_seat_have_two_names(visit: Visit) -> None:
    officer, colleague = visit("barat", "officer"), visit("barat", "colleague")
    assert officer.post("/staff/lists?tab=all", data={"name": "Saya"}).status_code == 303
    again = officer.post("/staff/lists?tab=late&lang=en", data={"name": "Saya"})
    assert again.status_code == 409
    assert "You already have a list of this name." in words(again)
    assert colleague.post("/staff/lists?tab=all", data={"name": "Saya"}).status_code == 303


def test_so_many_lists_and_no_more(visit: Visit) -> None:
    officer = visit("barat", "officer")
    for number in range(MOST_LISTS):
        assert officer.post("/staff/lists?tab=all", data={"name": f"Daftar {number}"}).status_code == 303
    assert officer.post("/staff/lists?tab=all", data={"name": "Satu lagi"}).status_code == 422


def test_a_list_is_its_owners_alone(cast: Cast, visit: Visit) -> None:
    seat = cast.actor("barat", "officer").seat_id
    assert seat is not None
    own = saved_list.save(cast.session, seat, "Saya", {"tab": "all"}, NOW).id
    cast.session.commit()
    for who, host in (("colleague", "barat"), ("admin", "barat"), ("officer", "timur")):
        visitor = visit(host, who)
        assert visitor.post(f"/staff/lists/{own}?tab=all", data={"name": "Saya"}).status_code == 404
        assert visitor.post(f"/staff/lists/{own}/removal").status_code == 404
        assert "Saya 0" not in page(visitor, "/staff?tab=all")


def test_a_list_whose_category_has_ended_stays_and_counts_nothing(cast: Cast, visit: Visit) -> None:
    seat = cast.actor("barat", "officer").seat_id
    assert seat is not None
    saved_list.save(cast.session, seat, "Lama", {"tab": "all", "category": "sudah-tidak-ada"}, NOW)
    cast.session.commit()
    assert tab(page(visit("barat", "officer"), "/staff?tab=all"), "Lama") == ""


def test_more_than_ninety_nine_is_not_counted(cast: Cast, visit: Visit) -> None:
    filed = cast.read("barat", cast.complaint("barat", now=lately(hours=1)))
    names = {column.name for column in Complaint.__table__.columns} - {"id", "reference"}
    values = {name: getattr(filed, name) for name in names}
    cast.session.add_all(Complaint(**values, reference=f"BRT-{number:08}") for number in range(100))
    cast.session.commit()
    officer = visit("barat", "officer")
    saved = officer.post("/staff/lists?tab=all&category=jalan-lubang", data={"name": "Lubang"})
    assert tab(page(officer, saved.location), "Lubang") == "99+"
