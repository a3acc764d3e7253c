"""The lists of reports, the map's boxes, and one's own."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, text

from complaints.complaint import Complaint
from complaints.handling import complaint_here
from complaints.workflow import Need
from people.account import Account
from tenants.errors import Invalid
from tests.cast import IN_BARAT, IN_TIMUR, NOW, NOWHERE, Cast, Visitor
from web.resident import around

Visit = Callable[..., Visitor]


def references(page: str) -> list[str]:
    return re.findall(r'<li class="row"><a href="/complaints/([A-Z0-9-]+)"', page)


def test_the_list_shows_public_reports_of_this_city_newest_first(visit: Visit, cast: Cast) -> None:
    ids = [cast.complaint("barat", now=NOW + timedelta(minutes=minute)) for minute in range(3)]
    cast.complaint("barat", visibility="private")
    cast.complaint("timur")
    expected = [cast.read("barat", one).reference for one in reversed(ids)]
    assert references(visit("barat").get("/complaints").get_data(as_text=True)) == expected


def test_pages_follow_each_other_without_a_gap_or_a_repetition(visit: Visit, cast: Cast) -> None:
    for minute in range(45):
        cast.complaint("barat", now=NOW + timedelta(minutes=minute // 3))  # several at one instant
    visitor, path, seen = visit("barat"), "/complaints", []
    while path:
        page = visitor.get(path).get_data(as_text=True)
        seen += references(page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == 45
    assert len(set(seen)) == 45


def test_an_odd_key_of_a_page_is_the_first_page(visit: Visit, cast: Cast) -> None:
    cast.complaint("barat")
    for odd in ("x", "~", "2026-01-01~x", "2026-01-01T00:00:00~" + "0" * 32, "%00", "9" * 999):
        answer = visit("barat").get(f"/complaints?after={odd}&status=nothing")
        assert answer.status_code == 200
        assert len(references(answer.get_data(as_text=True))) == 1


def test_filters_use_the_words_that_residents_see(visit: Visit, cast: Cast) -> None:
    waiting = cast.complaint("barat")
    answered = cast.complaint("barat")
    agency_id = cast.read("barat", answered).agency_id
    cast.move("barat", answered, "assign", agency_id=agency_id)
    cast.move("barat", answered, "reply", by="officer", words={Need.NOTE: "Kami ke sana."})
    asked = cast.complaint("barat")
    cast.move("barat", asked, "ask", words={Need.QUESTION: "Di mana?"})
    names = {name: cast.read("barat", one).reference for name, one in {"w": waiting, "p": answered, "a": asked}.items()}
    visitor = visit("barat")
    assert set(references(visitor.get("/complaints?status=waiting").get_data(as_text=True))) == {names["w"], names["a"]}
    assert references(visitor.get("/complaints?status=in-progress").get_data(as_text=True)) == [names["p"]]
    assert references(visitor.get("/complaints?status=done").get_data(as_text=True)) == []


def test_the_national_list_is_of_reports_that_wait_for_a_government(visit: Visit, cast: Cast) -> None:
    cast.complaint("barat")
    lonely = cast.read("commons", cast.complaint("commons", at=NOWHERE)).reference
    assert references(visit().get("/complaints").get_data(as_text=True)) == [lonely]


def test_the_map_shows_what_is_in_its_box_and_public(visit: Visit, cast: Cast) -> None:
    inside = cast.complaint("barat", at=IN_BARAT)
    cast.complaint("barat", at=(106.91, -6.21))
    cast.complaint("barat", at=IN_BARAT, visibility="private")
    cast.complaint("timur", at=IN_TIMUR)
    reference = cast.read("barat", inside).reference
    found = visit("barat").get("/map.json?bbox=106.94,-6.26,106.96,-6.24").json
    assert [pin["url"] for pin in found["pins"]] == [f"/complaints/{reference}"]
    assert (found["count"], found["clusters"]) == (1, [])
    assert references(found["rows"]) == [reference]
    whole = visit("barat").get("/map.json?bbox=-180,-90,180,90").json
    assert whole["count"] == 2


def test_too_many_for_pins_are_heaps_that_add_up(visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(around, "MOST_PINS", 5)
    for number in range(9):
        cast.complaint("barat", at=(106.91 + number * 0.009, -6.25))
    found = visit("barat").get("/map.json?bbox=106.9,-6.3,107.0,-6.2").json
    assert found["pins"] == []
    assert sum(heap["count"] for heap in found["clusters"]) == 9
    assert all(106.9 <= heap["lon"] <= 107.0 for heap in found["clusters"])


def test_a_box_that_is_none_is_refused(visit: Visit) -> None:
    visitor = visit("barat")
    for odd in ("", "1,2,3", "a,b,c,d", "nan,0,1,1", "2,2,1,1", "inf,inf,inf,inf", "1,1,1,1"):
        answer = visitor.get(f"/map.json?bbox={odd}")
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
        with pytest.raises(Invalid):
            around.box_from(odd)


MANY = text(
    "INSERT INTO complaints SELECT (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(),"
    " 'reference', 'BRT-' || n, 'lon', 106.95 + n % 10 * 0.001, 'lat', -6.9 + n / 10 * 0.001,"
    " 'cell', (83100 + n / 10) * 1000000::bigint + 286950 + n % 10))).* FROM complaints c, generate_series(1, 9000) n"
)
"""Nine hundred rows of ten cells each, with a complaint in every cell."""


def test_a_box_asks_the_index_of_cells(cast: Cast, owner_url: str) -> None:
    cast.complaint("barat")
    card = cast.enter("barat")
    cast.session.execute(MANY)
    cast.session.commit()
    with create_engine(owner_url).connect() as owner:
        owner.execute(text("ANALYZE complaints"))
        owner.commit()
    owner.engine.dispose()
    for box in (around.Box(106.94, -6.26, 106.96, -6.24), around.Box(106.8, -6.27, 107.1, -6.2)):
        statement = (
            select(Complaint.id)
            .where(Complaint.tenant_id == card.id, *around.inside(box))
            .compile(dialect=cast.session.get_bind().dialect, compile_kwargs={"literal_binds": True})
        )
        plan = json.dumps(cast.session.connection().exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}").scalar())
        assert re.search(r'"Index Cond": "[^"]*cell', plan), plan


def test_an_account_shows_its_own_reports_and_no_others(visit: Visit, cast: Cast) -> None:
    visitor = visit("barat", "resident")
    assert visit("barat").get("/account").status_code == 303
    other = cast.complaint("barat")
    account_id = cast.session.scalars(select(Account.id).where(Account.email == "resident@barat.example")).one()
    own = cast.complaint("barat", account_id=account_id, visibility="private")
    page = visitor.get("/account").get_data(as_text=True)
    assert references(page) == [complaint_here(cast.session, own).reference]
    assert cast.read("barat", other).reference not in page
