"""News of new reports, from the page of an area to the link that ends it."""

import re
from collections.abc import Callable
from html import unescape

from sqlalchemy import select

from complaints.audience.alerts import Alert
from messages.outbox import Message
from people.account import Account
from tests.cast import IN_BARAT, NOW, Cast, Visitor
from tests.web.staff.ground import lately

Visit = Callable[..., Visitor]


def test_it_is_asked_for_confirmed_and_ended_by_the_mailed_link(visit: Visit, cast: Cast) -> None:
    nobody, typed = visit("barat"), {"email": "ani@warga.example", "category": "jalan-lubang", "radius": "500"}
    reported = cast.read("barat", cast.complaint(now=lately(hours=1))).reference
    around = re.search(r"/alerts\?spot=[^\"]+", nobody.get(f"/complaints/{reported}").get_data(as_text=True))
    assert around is not None
    offered = nobody.get(unescape(around[0])).get_data(as_text=True)
    assert f'value="{IN_BARAT[1]},{IN_BARAT[0]}"' in offered
    assert '<option value="500" selected>' in offered
    assert 'href="/alerts"' in nobody.get("/complaints").get_data(as_text=True)
    wordy = nobody.post("/alerts", data={**typed, "spot": "depan pasar"})
    assert wordy.status_code == 422
    assert "depan pasar" in wordy.get_data(as_text=True)
    assert nobody.post("/alerts", data={**typed, "area": "tidak-ada"}).status_code == 422
    assert nobody.post("/alerts", data={**typed, "email": "bukan"}).status_code == 422
    asked = nobody.post("/alerts", data={**typed, "spot": f"{IN_BARAT[1]}, {IN_BARAT[0]}"})
    assert (asked.status_code, asked.location) == (303, "/alerts?asked=1")
    assert "ani@warga.example" not in nobody.get("/alerts?asked=1").get_data(as_text=True)
    cast.enter("barat")
    body = cast.session.scalars(select(Message.body).where(Message.event == "alert_confirm")).one()
    found = re.search(r"http://barat\.localhost(/alerts/following/\S+)", body)
    assert found is not None
    page = nobody.get(found[1]).get_data(as_text=True)
    assert "Jalan berlubang" in page
    assert "500 m" in page
    assert visit("timur").get(found[1]).status_code == 404
    assert nobody.post(f"{found[1]}/confirmation").status_code == 303
    assert cast.session.scalars(select(Alert.confirmed_at)).one() is not None
    assert nobody.post(f"{found[1]}/end").status_code == 200
    assert nobody.get(found[1]).status_code == 404
    cast.session.expire_all()
    assert cast.session.scalars(select(Alert)).all() == []


def test_a_confirmed_account_needs_no_link(visit: Visit, cast: Cast) -> None:
    resident = cast.session.scalars(select(Account).where(Account.email == "resident@barat.example")).one()
    resident.confirmed_at = NOW
    cast.session.commit()
    assert visit("barat", "resident").post("/alerts", data={}).location == "/alerts?on=1"
    cast.enter("barat")
    assert cast.session.scalars(select(Alert.email)).all() == ["resident@barat.example"]
    assert cast.session.scalars(select(Message).where(Message.event == "alert_confirm")).all() == []
