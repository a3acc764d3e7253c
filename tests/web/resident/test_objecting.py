"""Objecting to what everybody can read."""

from collections.abc import Callable

from sqlalchemy import select

from complaints.report import Reporter
from complaints.reporters.objecting import MOST_A_DAY
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


def test_what_is_upheld_leaves_the_public_eye_and_the_reporter_is_told_why(visit: Visit, cast: Cast) -> None:
    ani = Reporter(email="ani@warga.example")
    complaint_id = cast.complaint(words="Ini ulah tetangga saya.", reporter=ani, now=lately(hours=2))
    reference = cast.read("barat", complaint_id).reference
    page, supervisor = f"/staff/complaints/{complaint_id}", visit("barat", "supervisor")
    assert f"{page}/concealment" in supervisor.get(page).get_data(as_text=True)
    version = str(cast.read("barat", complaint_id).version)
    assert visit("barat", "officer").get(f"{page}/concealment").status_code in (403, 409)
    lacking = supervisor.post(f"{page}/concealment", data={"version": version})
    assert lacking.status_code == 422
    made = supervisor.post(f"{page}/concealment", data={"version": version, "reason": "Menyebut seseorang."})
    assert made.status_code == 303
    public = visit().get(f"/api/v1/complaints/{reference}").get_json()
    assert (public["visibility"], "description" in public) == ("private", False)
    assert reference not in visit("barat").get("/complaints").get_data(as_text=True)
    cast.enter("barat")
    cast.session.expire_all()
    told = cast.session.scalars(select(Message).where(Message.event == "concealed")).one()
    assert told.destination == "ani@warga.example"
    assert "Menyebut seseorang." in told.body
    complaint = cast.read("barat", complaint_id)
    own = cast.office.manage_url(cast.city("barat"), reference, complaint.birth_tenant_id, complaint_id)
    read = visit("barat").get(own.removeprefix("http://barat.localhost")).get_data(as_text=True)
    assert "Menyebut seseorang." in read
    assert f"{page}/concealment" not in supervisor.get(page).get_data(as_text=True)
    again = {"version": str(complaint.version), "reason": "Sekali lagi."}
    assert supervisor.post(f"{page}/concealment", data=again).status_code == 409
