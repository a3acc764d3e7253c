from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints.report import Reporter
from messages.outbox import Message
from tests.cast import Cast, Visitor
from tests.web.staff.ground import lately, send, version, words

Visit = Callable[..., Visitor]


@pytest.fixture
def filed(cast: Cast) -> UUID:
    return cast.complaint(now=lately(hours=2), reporter=Reporter(email="warga@contoh.example"))


def test_the_step_just_made_is_taken_back_in_one_tap_and_nobody_hears_of_it(
    cast: Cast, visit: Visit, filed: UUID
) -> None:
    officer = visit("barat", "officer")
    answer = send(officer, filed, "question", version=version(cast, "barat", filed), question="Di mana?")
    page = officer.get(f"{answer.location}&lang=en")
    html = page.get_data(as_text=True)
    assert "Your question is on its way" in html
    assert f'<form method="post" action="/staff/complaints/{filed}/undoing" data-undo="' in html
    answer = send(officer, filed, "undoing", version=version(cast, "barat", filed))
    assert answer.status_code == 303
    page = officer.get(answer.location)
    assert "The step is taken back" in words(page)
    assert "data-undo" not in page.get_data(as_text=True)
    assert "asked the reporter" in words(page)
    assert "(taken back)" in words(page)
    assert cast.read("barat", filed).status == "received"
    assert "asked" not in cast.session.scalars(select(Message.event)).all()


def test_the_page_of_a_colleague_offers_no_undo_and_refuses_one(cast: Cast, visit: Visit, filed: UUID) -> None:
    send(visit("barat", "officer"), filed, "start", version=version(cast, "barat", filed))
    colleague = visit("barat", "colleague")
    html = colleague.get(f"/staff/complaints/{filed}?lang=en").get_data(as_text=True)
    assert "data-undo" not in html
    answer = send(colleague, filed, "undoing", version=version(cast, "barat", filed))
    assert answer.status_code == 409
    assert "isn't one of yours" in words(answer).replace("&#39;", "'")
    assert cast.read("barat", filed).status == "in_progress"


def test_after_the_minute_nothing_is_offered(cast: Cast, visit: Visit, filed: UUID) -> None:
    cast.move("barat", filed, "start", by="officer", now=lately(seconds=61))
    officer = visit("barat", "officer")
    assert "data-undo" not in officer.get(f"/staff/complaints/{filed}?lang=en").get_data(as_text=True)
    answer = send(officer, filed, "undoing", version=version(cast, "barat", filed))
    assert answer.status_code == 409
    assert "that minute is over" in words(answer)


def test_a_form_that_is_old_takes_nothing_back(cast: Cast, visit: Visit, filed: UUID) -> None:
    officer = visit("barat", "officer")
    send(officer, filed, "start", version=version(cast, "barat", filed))
    assert send(officer, filed, "undoing", version="1").status_code == 409
    assert send(officer, filed, "undoing").status_code == 422
    assert cast.read("barat", filed).status == "in_progress"
