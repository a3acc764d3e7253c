from collections.abc import Callable

import pytest

from tests.cast import Visitor
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]


def test_the_first_page_tells_what_is_set_up(visit: Visit) -> None:
    text = words(visit("barat", "admin").get("/admin?lang=en"))
    assert "Settings of City of Barat" in text
    assert "35 Categories" in text
    assert "2 Areas" in text
    assert "Nobody works for 21 of them." in text
    assert "Bahasa Indonesia, English" in text
    assert "No operator has entered this city" in text
    assert "Timur" not in text


@pytest.mark.parametrize("role", ["officer", "supervisor", "resident"])
def test_only_administrators_see_it(visit: Visit, role: str) -> None:
    assert visit("barat", role).get("/admin").status_code == 403
    assert "/admin" not in visit("barat", "officer").get("/staff").get_data(as_text=True)
    assert 'href="/admin"' in visit("barat", "admin").get("/staff").get_data(as_text=True)


def test_the_neighbours_administrator_does_not(visit: Visit) -> None:
    assert visit("barat", "admin", city="timur").get("/admin").status_code == 403
    assert visit(None, "operator").get("/admin").status_code == 404
