"""What operators do for all cities: banners, blocks, suspensions, answers to administrators."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from complaints.report import Reporter
from complaints.safety.blocked import Blocked
from messages import health
from messages.outbox import Message, State
from onboarding.operating import blocking
from people.help_request import HelpRequest
from tenants import scope
from tenants.block import Block
from tenants.tenant import COMMONS_ID, Stage
from tests.cast import Cast, Visitor
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]
PATHS = [(None, "/"), ("barat", "/report"), ("timur", "/sign-in")]
WHY = "Dua ratus laporan palsu dalam sehari."


def stamp(hours: float) -> str:
    """An instant from now as the form has it, in Jakarta."""
    return (datetime.now(UTC) + timedelta(hours=7 + hours)).strftime("%Y-%m-%dT%H:%M")


def test_a_banner_stands_on_every_page_of_every_city_for_its_time(visit: Visit) -> None:
    operator = visit(None, "operator")
    form = {"words-id": "Pemeliharaan malam ini.", "words-en": "Maintenance tonight.", "from": stamp(-1)}
    for wrong in (stamp(-2), stamp(24 * 90), "besok", ""):
        assert operator.post("/operator/maintenance", data={**form, "until": wrong}).status_code == 422
    later = {**form, "words-id": "Nanti.", "from": stamp(2), "until": stamp(3)}
    for sent in ({**form, "until": stamp(3)}, later):
        assert operator.post("/operator/maintenance", data=sent).status_code == 303
    for host, path in PATHS:
        assert "Pemeliharaan malam ini." in words(visit(host).get(f"{path}?lang=id")), host
        page = words(visit(host).get(f"{path}?lang=en"))
        assert "Maintenance tonight." in page
        assert "Nanti." not in page
    page = operator.get("/operator/maintenance").get_data(as_text=True)
    ending = [one.split('"')[0] for one in page.split('action="') if "/ending" in one][-1]
    assert operator.post(ending).status_code == 303
    assert "Pemeliharaan malam ini." not in words(visit("barat").get("/")), "it still stands there"
    assert operator.post(ending).status_code == 409


def test_who_is_blocked_files_in_no_city_until_the_block_ends(cast: Cast, visit: Visit) -> None:
    operator = visit(None, "operator")
    form = {"contact": "0812 3456 7899", "why": WHY, "days": "7"}
    for wrong in ({"contact": "x"}, {"why": ""}, {"days": "9999"}):
        assert operator.post("/operator/blocks", data={**form, **wrong}).status_code == 422
    assert operator.post("/operator/blocks", data=form).status_code == 303
    assert "0812" not in words(operator.get("/operator/blocks"))
    reporter, now = Reporter(phone="+6281234567899"), datetime.now(UTC)
    for slug in ("barat", "timur"):
        with pytest.raises(Blocked, match="until"):
            cast.complaint(slug, reporter=reporter, now=now)
        cast.session.rollback()
    sent = {"category": "jalan-lubang", "description": "Lubang.", "lat": -6.25, "lon": 106.95}
    answer = visit("barat").post("/api/v1/complaints?lang=id", json={**sent, "contact": {"phone": "081234567899"}})
    assert answer.status_code == 422
    assert "kontak ini tidak diterima sampai" in answer.get_data(as_text=True)
    cast.complaint("barat", reporter=reporter, now=now + timedelta(days=8))
    assert cast.complaint("barat", reporter=Reporter(phone="+6281234567800"), now=now), "another one was meant too"
    seat = cast.actor("barat", "officer").seat_id
    assert cast.complaint("barat", reporter=reporter, now=now, filed_by=seat), "an official writes it down"

    block = cast.session.scalars(select(Block)).one()
    assert block.begun_by is not None
    assert operator.post(f"/operator/blocks/{block.id}/ending").status_code == 303
    cast.complaint("timur", reporter=reporter, now=now)


def test_an_account_is_blocked_by_its_address(cast: Cast) -> None:
    blocking.block(
        cast.session, cast.office, "Resident@barat.example", why=WHY, days=1, by=uuid4(), now=datetime.now(UTC)
    )
    cast.session.commit()
    cast.office.keeper.refresh()
    account_id = blocking.account_of(cast.session, "resident@barat.example")
    with pytest.raises(Blocked):
        cast.complaint("timur", account_id=account_id, now=datetime.now(UTC))


def test_residents_read_why_their_city_is_out_of_service(cast: Cast, visit: Visit) -> None:
    operator, path = visit(None, "operator"), "/operator/tenants/barat"
    assert operator.post(f"{path}/suspension", data={"why-id": "ya"}).status_code == 422
    why = {"why-id": "Pemerintah kota memintanya.", "why-en": "The city asked for it."}
    assert operator.post(f"{path}/suspension", data=why).status_code == 303
    assert operator.post(f"{path}/suspension", data=why).status_code == 409
    assert why["why-id"] in words(visit("barat").get("/report"))
    assert why["why-en"] in words(visit("barat").get("/?lang=en"))
    assert why["why-id"] not in words(visit("timur").get("/"))
    assert cast.complaint("barat"), "what is reported is kept"
    assert operator.post(f"{path}/resumption", data={"why": "Sudah selesai semuanya."}).status_code == 303
    assert why["why-id"] not in words(visit("barat").get("/"))
    assert cast.city("barat").stage == Stage.LIVE
    assert why["why-id"] in words(operator.get(f"{path}/suspension")), "the record of it is gone"
    assert operator.get("/operator/tenants/commons/suspension").status_code == 404


def test_an_administrators_question_is_answered_by_mail_and_nobody_else_sees_it(cast: Cast, visit: Visit) -> None:
    admin, operator = visit("barat", "admin"), visit(None, "operator")
    asked = {"question": "Bagaimana mengubah jam kerja?", "page": "/admin/calendars"}
    assert 'action="/admin/help"' in admin.get("/admin/calendars").get_data(as_text=True)
    short = admin.post("/admin/help", data={**asked, "question": "?"})
    assert short.status_code == 422
    assert admin.post("/admin/help", data={**asked, "page": "//elsewhere"}).location == "/admin?asked=1"
    assert admin.post("/admin/help", data=asked).location == "/admin/calendars?asked=1"
    cast.enter("barat")
    assert cast.session.scalars(select(HelpRequest)).all() == [], "it lies in the city"
    page = words(operator.get("/operator/help"))
    assert asked["question"] in page
    assert "admin@barat.example" in page
    cast.enter("commons")
    one = cast.session.scalars(select(HelpRequest.id).where(HelpRequest.page == "/admin/calendars")).one()
    assert operator.post(f"/operator/help/{one}/answer", data={"answer": ""}).status_code == 422
    answer = {"answer": "Di halaman Kalender, bagian jam kerja."}
    assert operator.post(f"/operator/help/{one}/answer", data=answer).status_code == 303
    cast.enter("commons")
    mail = cast.session.scalars(select(Message).where(Message.event == "help_answered")).one()
    assert mail.destination == "admin@barat.example"
    assert answer["answer"] in mail.body
    assert "http://barat.localhost/admin/calendars" in mail.body
    assert operator.post(f"/operator/help/{one}/closing").status_code == 409
    assert operator.post(f"/operator/help/{one}/answer", data=answer).status_code == 409, "it is answered twice"
    cast.enter("commons")
    assert len(cast.session.scalars(select(Message).where(Message.event == "help_answered")).all()) == 1


def test_closed_questions_and_ended_blocks_are_forgotten_after_a_year(cast: Cast) -> None:
    now = datetime.now(UTC)
    here, gone, old = cast.city("barat").id, uuid4(), now - timedelta(days=366)
    cast.enter("commons")
    questions = {
        "closed": (here, old, old),
        "gone": (gone, old, None),
        "open": (here, old, None),
        "new": (gone, now, now),
    }
    for page, (tenant_id, asked, closed) in questions.items():
        said = {"page": page, "language": "id", "question": "Apa?", "account_id": uuid4()}
        cast.session.add(HelpRequest(from_tenant_id=tenant_id, asked_at=asked, closed_at=closed, **said))
    for shown, ended, until in (("over", None, old), ("ended", old, now), ("lately", now, now), ("runs", None, now)):
        begun = {"keys": [], "why": WHY, "from_at": old - timedelta(days=9), "begun_by": uuid4()}
        cast.session.add(Block(shown=shown, until_at=until, ended_at=ended, **begun))
    cast.session.commit()
    _when, forget = cast.office.queue.periodic_handlers["forget_what_operators_did"]
    scope.name_tenant(cast.session, None)
    forget(cast.session, now)
    cast.enter("commons")
    assert set(cast.session.scalars(select(HelpRequest.page))) == {"open", "new"}
    assert set(cast.session.scalars(select(Block.shown))) == {"lately", "runs"}


def test_the_outbox_of_every_city_is_counted_by_the_sweep_and_shown_together(cast: Cast, visit: Visit) -> None:
    now = datetime.now(UTC)
    for slug in ("barat", "timur"):
        cast.complaint(slug, reporter=Reporter(email="warga@contoh.example"), now=now - timedelta(hours=2))
    cast.enter("barat")
    dead = cast.session.scalars(select(Message)).first()
    assert dead is not None
    dead.state = State.DEAD
    cast.session.flush()
    for slug in ("barat", "timur"):
        cast.enter(slug)
        health.look(cast.session, now)
    cast.session.commit()
    found = health.of_the_platform(cast.session)
    assert found.dead == 1
    assert found.waiting >= 2
    assert [one.owner_id for one in found.worst] == [cast.city("barat").id, cast.city("timur").id]
    page = words(visit(None, "operator").get("/operator?lang=en"))
    assert "One message was given up." in page
    assert found.oldest_at == now - timedelta(hours=2)
    assert COMMONS_ID not in {one.owner_id for one in found.worst}
