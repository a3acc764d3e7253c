"""The operator's page of disputes: both sides in words, and the decision."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from complaints.complaint import Complaint
from tests.cast import Cast, Visitor
from tests.web.rightful.world import World
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def test_the_list_shows_who_has_it_and_whose_it_is_said_to_be(visit: Visit, world: World) -> None:
    operator = visit(None, "operator")
    assert "No two cities disagree" in words(operator.get("/operator/disputes?lang=en"))
    world.disputed()
    text = words(operator.get("/operator/disputes?lang=en"))
    assert text.index("City of Timur") < text.index("City of Barat")
    assert "TMR-" in text


def test_the_page_tells_the_quarrel_from_its_first_pass_on(visit: Visit, world: World) -> None:
    path = f"/operator/disputes/{world.disputed()}"
    text = words(visit(None, "operator").get(f"{path}?lang=en"))
    first = text.index("City of Timur handed it over to City of Barat")
    second = text.index("City of Barat returned it to City of Timur")
    assert first < second < text.index("City of Timur says that it belongs to City of Barat")
    assert "Di seberang." in text
    assert "The point lies in" in text
    assert "isn't public" in text


def test_a_decision_without_a_choice_or_reason_comes_back_with_what_was_typed(visit: Visit, world: World) -> None:
    path = f"/operator/disputes/{world.disputed()}"
    operator = visit(None, "operator")
    answer = operator.post(f"{path}/decision?lang=en", data={"reason": "Menurut peta."})
    assert answer.status_code == 422
    assert "Menurut peta." in answer.get_data(as_text=True)
    assert "Choose which of the two cities" in words(answer)
    answer = operator.post(f"{path}/decision?lang=en", data={"keeper": "barat", "reason": ""})
    assert answer.status_code == 422
    assert "Give the reason" in words(answer)


def test_what_is_decided_is_shown_to_the_public_and_to_both(visit: Visit, world: World) -> None:
    dispute_id = world.disputed()
    operator = visit(None, "operator")
    data = {"keeper": "barat", "reason": "Titiknya di barat."}
    assert operator.post(f"/operator/disputes/{dispute_id}/decision", data=data).status_code == 303
    text = words(operator.get(f"/operator/disputes/{dispute_id}?lang=en"))
    assert "You decided: City of Barat keeps it. Titiknya di barat." in text
    assert "Your decision" not in text
    again = operator.post(f"/operator/disputes/{dispute_id}/decision?lang=en", data=data)
    assert (again.status_code, "decided already" in words(again)) == (409, True)


def test_nobody_but_an_operator_sees_it(visit: Visit, world: World) -> None:
    path = f"/operator/disputes/{world.disputed()}"
    assert visit(None).get(path).status_code == 303
    assert visit("barat", "admin").get(path).status_code == 404


def test_the_third_hand_over_at_the_console_says_who_decides(visit: Visit, world: World, cast: Cast) -> None:
    world.disputed()
    cast.enter("timur")
    complaint = cast.session.scalars(select(Complaint)).one()
    officer = visit("timur", "supervisor")
    text = words(officer.get(f"/staff/complaints/{complaint.id}?done=operator&lang=en"))
    assert "so the operator of the platform decides" in text
    assert "is deciding whether this report is yours or that of City of Barat" in text
