import re
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from complaints.report import Reporter
from messages.outbox import Message, State
from tests.cast import Cast, Visitor
from tests.web.staff.ground import lately, words

Visit = Callable[..., Visitor]


@pytest.fixture
def letter(cast: Cast) -> UUID:
    """A message to a reporter in Kota Barat."""
    cast.complaint("timur", now=lately(hours=2), reporter=Reporter(email="timur@contoh.example"))
    cast.complaint("barat", now=lately(hours=1), reporter=Reporter(email="warga@contoh.example"))
    found = cast.session.scalars(select(Message).where(Message.destination == "warga@contoh.example")).one()
    return found.id


@pytest.fixture
def production(app: Flask) -> None:
    app.extensions["web_config"] = replace(app.extensions["web_config"], production=True)


def give_up(cast: Cast, message_id: UUID) -> None:
    cast.enter("barat")
    found = cast.session.scalars(select(Message).where(Message.id == message_id)).one()
    found.state, found.attempts, found.last_error = State.DEAD, 6, f"550 <{found.destination}>: no such user"
    cast.session.commit()


def test_in_development_every_citys_messages_are_shown_newest_first(visit: Visit, letter: UUID) -> None:
    operator = visit(None, "operator")
    text = words(operator.get("/operator/outbox?lang=en"))
    assert text.index("warga@contoh.example") < text.index("timur@contoh.example")
    answer = operator.get(f"/operator/outbox/barat/{letter}")
    assert answer.status_code == 200
    assert re.search(r"/complaints/BRT-[\w-]+/manage/", answer.get_data(as_text=True))


def test_a_message_is_found_only_in_its_own_city(visit: Visit, letter: UUID) -> None:
    operator = visit(None, "operator")
    assert operator.get(f"/operator/outbox/timur/{letter}").status_code == 404
    assert operator.get(f"/operator/outbox/nowhere/{letter}").status_code == 404


@pytest.mark.parametrize("role", ["admin", "officer", "resident"])
def test_nobody_but_the_operator_sees_it(visit: Visit, letter: UUID, role: str) -> None:
    visitor = visit(None)
    visitor.sign_in(f"{role}@barat.example")
    for address in ("/operator", "/operator/outbox", f"/operator/outbox/barat/{letter}"):
        assert visitor.get(address).status_code == 404
    assert visitor.post(f"/operator/outbox/barat/{letter}/retry").status_code == 404
    assert visit("barat", role).get("/operator/outbox").status_code == 404


def test_an_outbox_without_messages_says_so(visit: Visit) -> None:
    assert "No message yet" in words(visit(None, "operator").get("/operator/outbox?lang=en"))


def test_a_message_that_was_given_up_gets_another_try(cast: Cast, visit: Visit, letter: UUID) -> None:
    give_up(cast, letter)
    operator = visit(None, "operator")
    page = words(operator.get(f"/operator/outbox/barat/{letter}?lang=en"))
    assert "no such user" in page
    assert "Try again" in page
    assert operator.post(f"/operator/outbox/barat/{letter}/retry").status_code == 303
    cast.enter("barat")
    assert cast.session.scalars(select(Message.state).where(Message.id == letter)).one() == State.WAITING
    assert operator.post(f"/operator/outbox/barat/{letter}/retry").status_code == 409


@pytest.mark.usefixtures("production")
def test_in_production_only_counts_and_failures_of_a_chosen_city_are_shown(
    cast: Cast, visit: Visit, letter: UUID
) -> None:
    give_up(cast, letter)
    operator = visit(None, "operator")
    assert "contoh.example" not in operator.get("/operator/outbox").get_data(as_text=True)
    html = operator.get("/operator/outbox?city=barat&lang=en").get_data(as_text=True)
    assert "warga@contoh.example" not in html
    assert "550 &lt;w…@contoh.example&gt;: no such user" in html
    assert str(letter) in html
    assert str(letter) not in operator.get("/operator/outbox?city=timur").get_data(as_text=True)


@pytest.mark.usefixtures("production")
def test_in_production_a_failed_message_is_looked_at_during_an_entry_and_retried_in_one_that_may_change_things(
    cast: Cast, visit: Visit, letter: UUID
) -> None:
    operator, path = visit(None, "operator"), f"/operator/outbox/barat/{letter}"
    how = {"mode": "read", "minutes": "60", "reason": "Surat kepada pelapor gagal terkirim."}
    operator.post("/operator/tenants/timur/entry", data=how)
    assert operator.get(path).status_code == 403
    operator.post("/operator/tenants/barat/entry", data=how)
    assert operator.get(path).status_code == 404, "it hasn't failed"
    give_up(cast, letter)
    page = operator.get(f"{path}?lang=en").get_data(as_text=True)
    for secret in ("warga@contoh.example", "/manage/", "BRT-"):
        assert secret not in page
    assert "w…@contoh.example" in page
    assert "550 &lt;w…@contoh.example&gt;: no such user" in page
    assert "Try again" not in page
    assert "BRT-" not in words(operator.get("/operator/outbox?city=barat")), "the list has its subject"
    assert operator.post(f"{path}/retry").status_code == 403
    operator.post("/operator/tenants/barat/entry", data={**how, "mode": "configure"})
    assert "Try again" in words(operator.get(f"{path}?lang=en"))
    assert operator.post(f"{path}/retry").location == "/operator/outbox?city=barat"

    cast.enter("barat")
    letters = {event: UUID(int=number) for number, event in enumerate(("breach", "invited", "sign_in_code", "digest"))}
    for event, id_ in letters.items():
        said = {"subject": "Perihal", "body": f"Isi {event}", "destination": "a@contoh.example", "language": "id"}
        now = lately(hours=1)
        cast.session.add(
            Message(
                id=id_,
                event=event,
                channel="email",
                key=event,
                state=State.DEAD,
                created_at=now,
                not_before_at=now,
                **said,
            )
        )
    cast.session.commit()
    shown = {event: "Isi" in words(operator.get(f"/operator/outbox/barat/{id_}")) for event, id_ in letters.items()}
    assert shown == {"breach": True, "invited": False, "sign_in_code": False, "digest": False}
