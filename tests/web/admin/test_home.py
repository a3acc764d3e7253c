from collections.abc import Callable

import pytest
from sqlalchemy import update

from tenants.calendar import CalendarRow
from tests.cast import Cast, Visitor
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]


def test_the_first_page_tells_what_is_set_up(visit: Visit) -> None:
    text = words(visit("barat", "admin").get("/admin?lang=en"))
    assert "Settings of City of Barat" in text
    assert "35 Categories" in text
    assert "2 Areas" in text
    assert "Bahasa Indonesia, English" in text
    assert "No operator has entered this city" in text
    assert "Timur" not in text


def test_what_the_sign_up_checked_is_looked_after_from_then_on(visit: Visit, cast: Cast) -> None:
    tidy = words(visit("barat", "admin").get("/admin?lang=en"))
    assert "done The calendar knows the holidays of" in tidy
    assert "done 35 kinds of problem, each with an agency and a promise." in tidy
    assert "worth mending The notice on personal data is there, but names nobody of your government" in tidy
    cast.enter("barat")
    cast.tenant("barat").texts = {"imprint": {"id": "Kota Barat"}}
    cast.session.execute(update(CalendarRow).values(document={"zone": "Asia/Jakarta", "hours": {}}))
    cast.session.commit()
    page = visit("barat", "admin").get("/admin?lang=en")
    assert "done The notice on personal data says who in your government answers for it." in words(page)
    assert "worth mending The calendar knows no holidays of" in words(page)
    assert '<a class="linked" href="/admin/calendars">Mend it</a>' in page.get_data(as_text=True)


@pytest.mark.parametrize("role", ["officer", "supervisor", "resident"])
def test_only_administrators_see_it(visit: Visit, role: str) -> None:
    assert visit("barat", role).get("/admin").status_code == 403
    assert "/admin" not in visit("barat", "officer").get("/staff").get_data(as_text=True)
    assert 'href="/admin"' in visit("barat", "admin").get("/staff").get_data(as_text=True)


def test_the_neighbours_administrator_does_not(visit: Visit) -> None:
    assert visit("barat", "admin", city="timur").get("/admin").status_code == 403
    assert visit(None, "operator").get("/admin").status_code == 404
