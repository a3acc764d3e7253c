import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from complaints.counts.counting import Dimension, Measure
from complaints.counts.tally import FigureCell
from people import entry
from people.account import Account, SignIn
from people.permissions import Role
from people.seat import OperatorEntry, Seat
from tenants.agency import Agency
from tenants.directory import raise_epoch
from tenants.errors import Conflict
from tenants.tenant import Tenant
from tests.cast import Cast, Visitor
from tests.web.staff.ground import lately, words

Visit = Callable[..., Visitor]
REASON = "Admin meminta bantuan mengatur wilayah."
ENTRY = {"reason": REASON, "mode": "read", "minutes": "30"}


def test_cities_stand_by_their_stage_with_the_way_to_their_portal(visit: Visit) -> None:
    operator = visit(None, "operator")
    html = operator.get("/operator/tenants?lang=en").get_data(as_text=True)
    assert html.index("City of Barat") < html.index("City of Timur")
    assert "City of Timur" not in words(operator.get("/operator/tenants?q=brt"))
    assert "BRT" not in words(operator.get("/operator/tenants?stage=suspended"))
    assert 'href="http://barat.localhost/"' in html
    assert 'href="/operator/tenants/timur/entry"' in html


def test_a_citys_line_says_how_many_reports_came_and_draws_the_weeks(cast: Cast, visit: Visit) -> None:
    today = datetime.now(ZoneInfo("Asia/Jakarta")).date().toordinal()
    cast.enter("barat")
    for days, count in ((1, 1_200), (5, 34), (8, 5), (88, 6), (95, 999)):  # midnight in between changes no week
        cell = {"measure": Measure.RECEIVED, "dimension": Dimension.ALL, "key": "", "slot": 0}
        cast.session.add(FigureCell(day=today - days, count=count, **cell))
    cast.session.commit()
    operator = visit(None, "operator")
    html = operator.get("/operator/tenants?lang=en&q=brt").get_data(as_text=True)
    assert "1,245" in html
    assert re.search(r'points="0\.0,14\.9 5\.0,15\.0 .* 55\.0,14\.9 60\.0,1\.0"', html)
    assert "<polyline" not in operator.get("/operator/tenants?lang=en&q=tmr").get_data(as_text=True)


def test_nobody_is_led_to_the_sign_in_and_a_citys_host_has_no_such_page(visit: Visit) -> None:
    assert visit(None).get("/operator").status_code == 303
    assert visit("barat", "admin").get("/operator").status_code == 404


def test_an_entry_is_recorded_with_its_reason_and_the_citys_administrators_see_it(cast: Cast, visit: Visit) -> None:
    operator = visit(None, "operator")
    answer = operator.post("/operator/tenants/barat/entry", data=ENTRY)
    assert answer.status_code == 303
    assert "Your entry runs until" in words(operator.get(f"{answer.location}?lang=en"))
    cast.enter("barat")
    begun = cast.session.scalars(select(OperatorEntry)).one()
    assert begun.until_at - begun.from_at == timedelta(minutes=30)
    assert begun.from_at > lately(minutes=1)
    cast.enter("timur")
    assert cast.session.scalars(select(OperatorEntry)).all() == []
    settings = words(visit("barat", "admin").get("/admin?lang=en"))
    assert REASON in settings
    assert "runs until" in settings
    assert REASON not in words(visit("timur", "admin").get("/admin"))


@pytest.mark.parametrize("reason", ["", "  short  ", "x" * 501])
def test_an_entry_without_a_reason_that_says_something_is_refused(cast: Cast, visit: Visit, reason: str) -> None:
    answer = visit(None, "operator").post("/operator/tenants/barat/entry", data={**ENTRY, "reason": reason})
    assert answer.status_code == 422
    assert 'id="reason-error"' in answer.get_data(as_text=True)
    cast.enter("barat")
    assert cast.session.scalars(select(OperatorEntry)).all() == []


def test_there_is_no_entry_into_a_city_that_does_not_exist(visit: Visit) -> None:
    assert visit(None, "operator").get("/operator/tenants/nowhere/entry").status_code == 404


def come_in(visit: Visit, mode: str) -> Visitor:
    """The operator in Kota Barat's console, by the buttons that lead there."""
    operator = visit(None, "operator")
    assert operator.post("/operator/tenants/barat/entry/pass").status_code == 409, "without a reason"
    operator.post("/operator/tenants/barat/entry", data={**ENTRY, "mode": mode})
    passed = operator.post("/operator/tenants/barat/entry/pass").location.removeprefix("http://barat.localhost")
    inside = visit("barat")
    assert visit("timur").get(passed).status_code == 404
    assert inside.get(passed).status_code == 200
    assert inside.post(passed).location == "/admin"
    assert visit("barat").post(passed).status_code == 404, "it opens twice"
    return inside


def test_an_operator_looks_around_in_a_city_and_changes_nothing(cast: Cast, visit: Visit) -> None:
    private = cast.complaint("barat", visibility="private", now=lately(minutes=5))
    inside = come_in(visit, "read")
    for path in ("/admin", "/admin/agencies", "/admin/changes", "/staff"):
        assert REASON in words(inside.get(path)) or path not in ("/admin", "/admin/changes"), path
        assert "You are in this city as an operator until" in words(inside.get(f"{path}?lang=en")), path
    assert inside.get(f"/staff/complaints/{private}").status_code == 404
    for path in ("/admin/options", "/admin/help", "/staff/report", f"/staff/complaints/{private}/reporter"):
        assert inside.post(path, data={"question": "Apa ini?"}).status_code == 403, path
    other = visit("timur")
    other.set_cookie("sign-in", inside.get_cookie("sign-in", domain="barat.localhost").value, domain="timur.localhost")
    assert other.get("/admin").status_code in (303, 403), "it opens the neighbour"
    admin = visit("barat", "admin")
    assert "Operator" not in words(admin.get("/admin/people")), "it counts as staff"
    assert inside.post("/entry/ending").location == "http://localhost/operator/tenants/barat/entry"
    assert inside.get("/admin").status_code == 303
    assert "Operator" not in words(admin.get("/admin/people?role=former")), "it counts as somebody who has left"
    assert "runs until" not in words(admin.get("/admin?lang=en"))


@pytest.mark.parametrize(
    "path", ["/admin/standing/archives", "/admin/standing/pause", "/admin/plan", "/admin/people/invitation"]
)
def test_no_entry_takes_what_residents_wrote_along_or_binds_the_city(visit: Visit, path: str) -> None:
    inside = come_in(visit, "configure")
    assert inside.get("/admin/options").status_code == 200
    assert inside.post(path).status_code == 403


def test_a_change_by_an_operator_stands_in_the_ledger_with_their_name(cast: Cast, visit: Visit) -> None:
    inside = come_in(visit, "configure")
    cast.enter("barat")
    agency = cast.session.scalars(select(Agency).where(Agency.code == "pu")).one()
    form = {"version": str(agency.version), "name-id": "Dinas Baru", "email": "baru@barat.example"}
    answer = inside.post(f"/admin/agencies/{agency.id}", data=form)
    assert answer.status_code == 303, words(answer)
    assert "Operator (Aduan)" in words(visit("barat", "admin").get("/admin/changes"))
    assert inside.post("/admin/people/invitation", data={}).status_code == 403
    cast.enter("barat")
    cast.session.execute(update(OperatorEntry).values(until_at=lately(minutes=1)))
    cast.session.commit()
    assert inside.get("/admin").status_code == 403, "the time is over and it goes on"


def test_an_entry_ends_no_seat_of_the_operators_own_and_gives_none_back(cast: Cast) -> None:
    now, how = lately(minutes=5), {"reason": REASON, "mode": "read", "minutes": "60"}
    cast.enter("barat")
    account = cast.session.scalars(select(Account).where(Account.is_operator)).one()
    first = entry.begin(cast.session, account, **how, now=now)
    seat = cast.session.scalars(select(Seat).where(Seat.id == first.seat_id)).one()
    cast.session.add(
        OperatorEntry(account_id=account.id, reason=REASON, from_at=now, until_at=now + timedelta(hours=9))
    )
    seat.role, seat.ended_at = Role.ADMIN, None
    cast.session.flush()
    assert entry.seat_of(cast.session, account.id, now) is None, "an entry lends a seat that is the account's own"
    with pytest.raises(Conflict):
        entry.begin(cast.session, account, **how, now=now)
    entry.end(cast.session, account.id, now)
    assert seat.ended_at is None, "the end of an entry ends a seat of one's own"
    assert entry.running(cast.session, account.id, now) is None, "one of two entries goes on"
    seat.ended_at = now
    again = entry.begin(cast.session, account, **how, now=now)
    lent = entry.seat_of(cast.session, account.id, now)
    assert lent is not None
    assert (lent[0].role, lent[1].id) == (Role.OPERATOR, again.id)


def test_an_operator_makes_the_second_step_that_a_city_asks_for(cast: Cast, visit: Visit) -> None:
    cast.enter("barat")
    tenant = cast.session.get_one(Tenant, cast.city("barat").id)
    tenant.options = {**tenant.options, "second_factor": "admins"}
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    operator = visit(None, "operator")
    operator.post("/operator/tenants/barat/entry", data=ENTRY)
    assert operator.post("/operator/tenants/barat/entry/pass").status_code == 403
    cast.session.execute(update(SignIn).where(SignIn.host == "localhost").values(proved_at=lately(minutes=1)))
    cast.session.commit()
    passed = operator.post("/operator/tenants/barat/entry/pass").location.removeprefix("http://barat.localhost")
    cast.session.execute(update(SignIn).values(proved_at=None))
    cast.session.commit()
    inside = visit("barat")
    assert inside.post(passed).status_code == 403, "a pass alone is taken for the second step"
    cast.session.execute(update(SignIn).values(proved_at=lately(minutes=1)))
    cast.session.commit()
    passed = operator.post("/operator/tenants/barat/entry/pass").location.removeprefix("http://barat.localhost")
    assert inside.post(passed).status_code == 303
    assert inside.get("/admin").status_code == 200
