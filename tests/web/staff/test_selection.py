"""Steps for many reports from the queue: ticked, made each by itself, told one by one; the same for every role."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from complaints import bulk
from tests.cast import Cast, Visitor
from tests.web.staff.ground import lately, words

Visit = Callable[..., Visitor]


@pytest.fixture
def two(cast: Cast) -> list[UUID]:
    return [cast.complaint(now=lately(hours=hours)) for hours in (2, 3)]


def ask(official: Visitor, move: str, chosen: list[Any], **fields: Any) -> TestResponse:
    ticked = [one if isinstance(one, str) else f"{one}~1" for one in chosen]
    return official.post("/staff/selection?lang=en", data={"move": move, "chosen": ticked, **fields})


def test_each_row_can_be_ticked_and_the_bar_offers_what_the_role_may(cast: Cast, visit: Visit, two: list[UUID]) -> None:
    officer = visit("barat", "officer").get("/staff?tab=all&lang=en").text
    for one in two:
        assert f'value="{one}~1"' in officer
    assert 'name="move" value="take"' in officer
    assert '<option value="reject">' not in officer
    assert '<option value="reject">' in visit("barat", "supervisor").get("/staff?tab=all&lang=en").text


def test_what_carries_nothing_is_done_at_once_with_a_sentence_for_each(
    cast: Cast, visit: Visit, two: list[UUID]
) -> None:
    officer = visit("barat", "officer")
    answer = ask(officer, "take", two)
    assert answer.status_code == 200
    assert "Done for all 2 reports" in words(answer)
    assert all(cast.read("barat", one).holder_id == cast.actor("barat", "officer").seat_id for one in two)
    again = words(ask(officer, "take", two))
    assert "Done for 0 of 2" in again
    assert again.count("Somebody has changed this report") == 2


def test_what_carries_something_asks_for_it_first_and_keeps_what_was_ticked(
    cast: Cast, visit: Visit, two: list[UUID]
) -> None:
    supervisor = visit("barat", "supervisor")
    form = ask(supervisor, "reject", two)
    assert "The same for each of 2 reports" in words(form)
    assert all(f'name="chosen" value="{one}~1"' in form.text for one in two)
    empty = ask(supervisor, "reject", two, go="make")
    assert empty.status_code == 422
    assert 'id="reason-error"' in empty.text
    assert all(cast.read("barat", one).version == 1 for one in two)
    done = ask(supervisor, "reject", two, go="make", reason="Bukan kewenangan kami.", right_category="pju")
    assert "Done for all 2 reports" in words(done)
    assert [cast.read("barat", one).status for one in two] == ["rejected"] * 2
    ended = [f"{one}~{cast.read('barat', one).version}" for one in two]
    assert words(ask(supervisor, "start", ended)).count("possible while a report has this status") == 2


def test_they_can_go_to_an_agency_and_to_another_city(cast: Cast, visit: Visit, two: list[UUID]) -> None:
    supervisor = visit("barat", "supervisor")
    book = cast.office.rulebooks.of(cast.session, cast.city("barat"))
    other = next(one.id for one in book.agencies.values() if one.code == "dishub")
    ask(supervisor, "assign", two, go="make", agency=str(other))
    assert {cast.read("barat", one).agency_id for one in two} == {other}
    moved = [f"{one}~{cast.read('barat', one).version}" for one in two]
    assert ask(supervisor, "hand_over", moved, go="make", reason="Di seberang.", tenant="").status_code == 422
    assert "Done for all" in words(ask(supervisor, "hand_over", moved, go="make", reason="Di sana.", tenant="timur"))
    assert {cast.read("timur", one).status for one in two} == {"received"}


def test_one_that_cant_says_why_and_the_others_are_done(cast: Cast, visit: Visit, two: list[UUID]) -> None:
    elsewhere = cast.complaint("timur", now=lately(hours=1))
    others = cast.complaint(category="pju", now=lately(hours=1))
    answer = words(ask(visit("barat", "officer"), "start", [two[0], others, elsewhere, two[1]]))
    assert "Done for 2 of 4 reports" in answer
    assert "Only officials of the agency that has this report" in answer
    assert "There is no such report here" in answer
    assert cast.read("timur", elsewhere).reference not in answer


@pytest.mark.parametrize(("move", "chosen", "status"), [
    ("resolve", ["00000000-0000-4000-8000-000000000000~1"], 422),
    ("nonsense", ["00000000-0000-4000-8000-000000000000~1"], 422),
    ("take", [], 422),
    ("take", ["x~1"], 422),
    ("take", [f"{number:032x}~1" for number in range(bulk.MOST + 1)], 422),
    ("reject", ["00000000-0000-4000-8000-000000000000~1"], 403),
])  # fmt: skip
def test_what_cant_be_done_for_many_is_refused_in_a_sentence(
    visit: Visit, move: str, chosen: list[str], status: int
) -> None:
    answer = ask(visit("barat", "officer"), move, chosen)
    assert (answer.status_code, 'id="queue"' in answer.get_data(as_text=True)) == (status, status == 422)


def test_residents_and_neighbours_do_nothing(cast: Cast, visit: Visit, two: list[UUID]) -> None:
    assert ask(visit("barat", "resident"), "take", two).status_code == 403
    assert "Done for 0 of 2" in words(ask(visit("timur", "supervisor"), "take", two))
    assert all(cast.read("barat", one).version == 1 for one in two)
