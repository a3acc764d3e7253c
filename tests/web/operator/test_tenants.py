from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from people.seat import OperatorEntry
from tests.cast import Cast, Visitor
from tests.web.staff.ground import lately, words

Visit = Callable[..., Visitor]
REASON = "Admin meminta bantuan mengatur wilayah."


def test_cities_stand_by_their_stage_with_the_way_to_their_portal(visit: Visit) -> None:
    operator = visit(None, "operator")
    html = operator.get("/operator/tenants?lang=en").get_data(as_text=True)
    assert html.index("City of Barat") < html.index("City of Timur")
    assert "City of Timur" not in words(operator.get("/operator/tenants?q=brt"))
    assert "BRT" not in words(operator.get("/operator/tenants?stage=suspended"))
    assert 'href="http://barat.localhost/"' in html
    assert 'href="/operator/tenants/timur/entry"' in html


def test_nobody_is_led_to_the_sign_in_and_a_citys_host_has_no_such_page(visit: Visit) -> None:
    assert visit(None).get("/operator").status_code == 303
    assert visit("barat", "admin").get("/operator").status_code == 404


def test_an_entry_is_recorded_with_its_reason_and_the_citys_administrators_see_it(cast: Cast, visit: Visit) -> None:
    operator = visit(None, "operator")
    answer = operator.post("/operator/tenants/barat/entry", data={"reason": REASON})
    assert answer.status_code == 303
    assert "Your entry runs until" in words(operator.get(f"{answer.location}?lang=en"))
    cast.enter("barat")
    entry = cast.session.scalars(select(OperatorEntry)).one()
    assert entry.until_at - entry.from_at == timedelta(minutes=60)
    assert entry.from_at > lately(minutes=1)
    cast.enter("timur")
    assert cast.session.scalars(select(OperatorEntry)).all() == []
    settings = words(visit("barat", "admin").get("/admin?lang=en"))
    assert REASON in settings
    assert "runs until" in settings
    assert REASON not in words(visit("timur", "admin").get("/admin"))


@pytest.mark.parametrize("reason", ["", "  short  ", "x" * 501])
def test_an_entry_without_a_reason_that_says_something_is_refused(cast: Cast, visit: Visit, reason: str) -> None:
    answer = visit(None, "operator").post("/operator/tenants/barat/entry", data={"reason": reason})
    assert answer.status_code == 422
    assert 'id="reason-error"' in answer.get_data(as_text=True)
    cast.enter("barat")
    assert cast.session.scalars(select(OperatorEntry)).all() == []


def test_there_is_no_entry_into_a_city_that_does_not_exist(visit: Visit) -> None:
    assert visit(None, "operator").get("/operator/tenants/nowhere/entry").status_code == 404
