"""Objecting to what everybody can read."""

from collections.abc import Callable

from sqlalchemy import select

from complaints.objecting import MOST_A_DAY
from messages.outbox import Message
from tests.cast import Cast, Visitor
from tests.web.resident.test_resending import moves
from tests.web.staff.ground import lately, words

Visit = Callable[..., Visitor]


def test_an_objection_reaches_officials_alone_and_many_are_told_of_once(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint(now=lately(hours=1))
    path = f"/complaints/{cast.read('barat', filed).reference}"
    visitor = visit("barat")
    assert "Something here shouldn't be public" in words(visitor.get(f"{path}?lang=en"))
    wrong = visitor.post(f"{path}/objection", data={"reason": "x", "note": "Nomor saya"})
    assert wrong.status_code == 422
    assert "Nomor saya" in wrong.get_data(as_text=True)
    for _time in range(MOST_A_DAY + 2):
        sent = visitor.post(f"{path}/objection", data={"reason": "personal", "note": "KENARI nomor saya"})
        assert sent.status_code == 303
    assert moves(cast, filed) == ["file", *["object"] * MOST_A_DAY]
    public = words(visitor.get(sent.location.partition("#")[0]))
    assert "KENARI" not in public
    assert "Thank you. Officials look at it" in public
    official = words(visit("barat", "supervisor").get(f"/staff/complaints/{filed}?lang=en"))
    assert "Somebody objects to what everybody can read here" in official
    assert "KENARI" in official
    cast.enter("barat")
    told = cast.session.scalars(select(Message.destination).where(Message.event == "objected")).all()
    assert told == ["supervisor@barat.example"]
    hidden = cast.read("barat", cast.complaint(visibility="private", now=lately(hours=1))).reference
    assert visitor.post(f"/complaints/{hidden}/objection", data={"reason": "personal"}).status_code == 404
