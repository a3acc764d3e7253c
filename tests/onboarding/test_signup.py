"""A city signs itself up: every step by its pages, without a script."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from complaints.complaint import Complaint
from complaints.transfers.adoption import adopt
from config.postgres import EmbeddedPostgres
from messages.outbox import Message
from onboarding.claim import MOST_TRIES, Claim, ClaimDevice
from onboarding.signup import you
from people import identities
from people.account import Account, RateLimit
from people.identities import AccountIdentity, Kind
from people.invitation import Invitation
from people.seat import Seat
from tenants import scope
from tenants.directory import raise_epoch
from tenants.tenant import Stage, Tenant
from tests.cast import Visitor
from tests.conftest import copied
from tests.onboarding.signing_up import PASSWORD, Founder, verify

BOGOR = {"municipality": "32.71", "slug": "bogor", "code": "BGR"}


@pytest.fixture
def database(cluster: EmbeddedPostgres, nation: str) -> Iterator[str]:
    with copied(cluster, nation) as url:
        yield url


@pytest.fixture
def founder(app: Flask, session: Session) -> Founder:
    return Founder(app, session)


def shown(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, (answer.status_code, answer.location)
    return answer.get_data(as_text=True)


def resident_reports(app: Flask, slug: str | None) -> Any:
    """A report from the middle of Kota Bogor."""
    answer = Visitor(app, slug).post(
        "/api/v1/complaints",
        json={"category": "jalan-lubang", "description": "Lubang.", "lat": -6.595, "lon": 106.797},
        headers={"Idempotency-Key": uuid4().hex},
    )
    assert answer.status_code == 201
    return answer.get_json()


def in_shadow(session: Session, table: type) -> int:
    session.rollback()
    shadow_id = session.scalars(select(Tenant.id).where(Tenant.stage == Stage.SHADOW)).one()
    with scope.enter(session, shadow_id):
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_city_goes_from_an_address_to_a_live_portal_that_takes_a_report(
    app: Flask, founder: Founder, session: Session
) -> None:
    before = resident_reports(app, None)
    assert before["tenant"]["slug"] == "commons"
    assert "Step 1 of 5" in shown(founder, "/signup?lang=en")
    founder.placed()
    answer = founder.post("/signup/people", data={"email": ["budi@kotabogor.go.id"], "role": ["officer"]})
    assert answer.location == "/signup/rehearsal"

    # closed: to strangers, their programs, and to reports that would be real ones
    for path in ("/", "/staff", "/api/v1/categories", "/map.json?bbox=1,1,2,2"):
        assert Visitor(app, "bogor").get(path).status_code == 403, path
    for path in ("/sign-in", "/theme.css", "/service-worker.js"):
        assert Visitor(app, "bogor").get(path).status_code == 200, path
    founder.post("/signup/rehearsal", data={"category": "jalan-lubang"})
    page = shown(founder, "/signup/rehearsal")
    assert "Public Works and Roads Agency" in page
    assert "BGR-" in page
    assert "http://bogor.localhost/complaints/BGR-" in page
    assert "&#39;en&#39;" not in page, "words were written as they are kept"
    assert in_shadow(session, Complaint) == 1
    assert in_shadow(session, Message) == 1

    # the colleague's link sets a password, once
    city = session.scalars(select(Tenant).where(Tenant.slug == "bogor")).one()
    mail = founder.mails("invited", city.id)[0]
    link = re.search(r"http://bogor\.localhost(/invitation/[\w-]+)", mail.body)
    assert link is not None
    budi = Visitor(app, "bogor")
    assert budi.get(link[1]).status_code == 200
    assert budi.post(link[1], data={"name": "Budi", "password": PASSWORD}).location == "/staff"
    assert budi.get("/staff").status_code == 200
    assert budi.post("/report", data={"go": "next-1"}).status_code == 403, "a real report was begun in a rehearsal"

    # not before the address is known to be the city's, and not without the agreement
    assert founder.post("/signup/live", data={"agreed": "yes"}).status_code == 409
    verify(session, "kotabogor.go.id")
    refused = founder.post("/signup/live", data={})
    assert (refused.status_code, 'href="#agreed"' in refused.get_data(as_text=True)) == (409, True)
    assert founder.post("/signup/live", data={"agreed": "yes"}).status_code == 303
    assert "Kota Bogor is live" in shown(founder, "/signup/live")
    assert "<svg" in shown(founder, "/signup/poster")
    assert in_shadow(session, Complaint) == in_shadow(session, Message) == 0

    # who signed up is its administrator
    answer = founder.post("/signup/portal")
    console = Visitor(app, "bogor")
    way = answer.location.removeprefix(console.origin)
    account = session.scalars(select(Account).where(Account.email == founder.email)).one()
    identities.give(session, account, Kind.OIDC, "https://provider.example ani-1", account.created_at)
    session.commit()
    assert console.post(way, data={"name": "Ani Kepala", "password": PASSWORD}).location == "/staff"
    assert session.scalars(select(AccountIdentity.kind)).all() == [], "the password alone opens it"
    assert console.get("/admin").status_code == 200
    sent = resident_reports(app, "bogor")
    assert sent["tenant"]["slug"] == "bogor"
    assert sent["reference"].startswith("BGR-")

    # what was reported there before follows, under its number
    session.rollback()
    assert adopt(session, founder.office, datetime.now(UTC)) == 1
    followed = Visitor(app, "bogor").get(f"/api/v1/complaints/{before['reference']}")
    assert followed.status_code == 200
    assert before["reference"].startswith("UMM-")


def test_another_device_goes_on_by_the_same_mail_and_an_unconfirmed_one_sees_nothing(
    app: Flask, founder: Founder, session: Session
) -> None:
    founder.placed()
    stranger = Founder(app, session)
    stranger.begin("Orang lain")
    for path in ("/signup/place", "/signup/people", "/signup/rehearsal", "/signup/live", "/signup/check"):
        assert stranger.get(path).location == "/signup", path
    assert "32.71" not in shown(stranger, "/signup")
    assert founder.claim().name == "Ani Kepala"

    link = founder.link()
    assert "kepala@kotabogor.go.id" in shown(stranger, link)
    for visitor, path in ((stranger, link), (stranger, "/signup/code"), (founder, "/signup/place")):
        assert visitor.get(path).headers["Cache-Control"] == "private, no-store", path
    assert Visitor(app, None).get("/signup").headers["Cache-Control"] == "no-cache, private"
    assert stranger.get("/signup/people").location == "/signup", "a GET confirmed it"
    phone = Visitor(app, None)
    assert phone.post(link).location == "/signup"
    assert phone.get("/signup").location == "/signup/people"
    assert 'value="bogor"' in shown(phone, "/signup/place"), "back has lost something"
    assert Visitor(app, None).post(link).status_code == 409, "the link was used twice"


def test_a_code_is_tried_six_times_and_no_more(founder: Founder) -> None:
    founder.begin()
    code = founder.code()
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(MOST_TRIES):
        assert founder.post("/signup/code", data={"code": wrong}).status_code == 422
    assert founder.post("/signup/code", data={"code": code}).status_code == 422
    founder.begin()
    assert (
        founder.post("/signup/code", data={"code": f" {founder.code()[:3]} {founder.code()[3:]} "}).status_code == 303
    )


def test_the_mails_to_an_address_are_limited(founder: Founder) -> None:
    answers = [founder.begin().status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]
    assert len(founder.mails()) == 5


def test_from_a_network_that_begins_many_each_further_one_answers_a_question_and_nothing_else_is_kept(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten thousand leave what one leaves: nothing. A whole carrier's customers get through all the same."""
    monkeypatch.setattr(you, "FREE_OF_NETWORK", 2)
    monkeypatch.setattr(Founder, "address", "2001:db8::1")
    assert [Founder(app, session, f"staf{one}@kotabogor.go.id").begin().status_code for one in range(2)] == [303, 303]
    monkeypatch.setattr(Founder, "address", "2001:db8::2")  # one household's

    def kept() -> list[int]:
        session.rollback()
        return [
            session.scalar(select(func.count()).select_from(table)) or 0 for table in (Claim, ClaimDevice, RateLimit)
        ]

    def sent(number: int, **proof: str) -> TestResponse:
        person = Founder(app, session, f"orang{number}@kotabogor.go.id")
        return person.post("/signup?lang=en", data={"name": "Ani", "email": person.email, **proof})

    before = kept()
    page = ""
    for number in range(20):
        answer = sent(number, proof="99", form="f" * 32 if number % 2 else "")
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert "short question" in page
        assert f'value="orang{number}@kotabogor.go.id"' in page, "what was typed is lost"
    assert kept() == before
    assert len(Founder(app, session).mails()) == before[0]

    form, one, other = re.findall(r'name="form" value="(\w+)"[\s\S]*How much is (\w+) plus (\w+)', page)[0]
    numbers = ["two", "three", "four", "five", "six", "seven", "eight", "nine"]
    proof = {"form": form, "proof": str(numbers.index(one) + numbers.index(other) + 4)}
    assert sent(20, **proof).status_code == 303
    assert sent(21, **proof).status_code == 422, "one answer opened twice"
    assert kept()[0] == before[0] + 1


def test_one_device_begins_no_more_than_a_person_does(founder: Founder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(you, "MOST_OF_DEVICE", 1)
    answers = []
    for number in range(3):
        founder.email = f"staf{number}@kotabogor.go.id"
        answers.append(founder.begin().status_code)
    assert answers == [303, 303, 429]


def test_the_ground_is_the_firsts_who_rehearses_and_nobody_else_takes_it(
    app: Flask, founder: Founder, session: Session
) -> None:
    verify(session, "kotabogor.go.id")
    slow = Founder(app, session, "sekda@kotabogor.go.id").placed()
    founder.rehearsed()
    late = slow.post("/signup/people", data={})
    assert late.status_code == 409
    assert 'role="alert"' in late.get_data(as_text=True)
    assert "Kota Bogor" in shown(slow, "/signup/place?q=32.71")

    founder.post("/signup/live", data={"agreed": "yes"})
    for data in (BOGOR, {**BOGOR, "slug": "bogor-baru", "code": "BGX"}):
        assert slow.post("/signup/place", data=data).status_code == 409
    assert slow.post("/signup/people", data={}).status_code == 409
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Tenant).where(Tenant.municipality_code == "32.71")) == 1
    with scope.enter(session, session.scalars(select(Tenant.id).where(Tenant.slug == "bogor")).one()):
        seats = session.scalars(select(Seat.account_id)).all()
    emails = set(session.scalars(select(Account.email).where(Account.id.in_(seats))))
    assert emails == {"kepala@kotabogor.go.id"}


def test_a_colleague_who_is_taken_out_or_is_to_do_less_loses_the_mail_that_was_sent(
    app: Flask, founder: Founder, session: Session
) -> None:
    def offered() -> dict[str, str]:
        """What can still be taken."""
        session.rollback()
        with scope.enter(session, session.scalars(select(Tenant.id).where(Tenant.slug == "bogor")).one()):
            found = select(Invitation).where(Invitation.withdrawn_at.is_(None), Invitation.accepted_at.is_(None))
            return {one.email: one.role for one in session.scalars(found)}

    founder.founded(**{"salah_at_x.example": "admin", "budi_at_x.example": "admin", "sari_at_x.example": "officer"})
    data = {"email": ["budi@x.example", "sari@x.example"], "role": ["officer", "officer"]}
    assert founder.post("/signup/people", data=data).status_code == 303
    assert offered() == {"budi@x.example": "officer", "sari@x.example": "officer"}
    session.rollback()
    city = session.scalars(select(Tenant.id).where(Tenant.slug == "bogor")).one()
    mails = founder.mails("invited", city)
    assert sorted(mail.destination for mail in mails) == ["budi@x.example"] * 2 + ["salah@x.example", "sari@x.example"]

    # who has come already isn't taken out here without anybody noticing
    link = next(mail.link or "" for mail in mails if mail.destination == "sari@x.example")
    sari = Visitor(app, "bogor")
    assert sari.post(f"/{link.split('/', 3)[3]}", data={"name": "Sari", "password": PASSWORD}).location == "/staff"
    answer = founder.post("/signup/people", data={"email": ["budi@x.example"], "role": ["officer"]})
    assert answer.status_code == 409
    assert "sari@x.example" in answer.get_data(as_text=True)


def test_whoever_goes_back_finds_again_what_was_typed(founder: Founder) -> None:
    founder.confirmed()
    assert founder.post("/signup/place", data={**BOGOR, "slug": "kota-hujan", "go": "back"}).location == "/signup?back"
    assert founder.claim().slug == "kota-hujan"
    sent = {"email": ["budi@x.example"], "role": ["supervisor"], "go": "back"}
    assert founder.post("/signup/people", data=sent).location == "/signup/place"
    assert founder.claim().tenant_id is None, "the city isn't set up by going back"
    assert 'value="budi@x.example"' in shown(founder, "/signup/people")

    founder.post("/signup/people", data={**sent, "go": ""})
    form = {"category": "jalan-lubang", "hours-mon": "09:00-10:00", "colour": "#0b5fa5", "go": "back"}
    assert founder.post("/signup/check", data=form).location == "/signup/people"
    assert "09:00-10:00" in shown(founder, "/signup/check")
    for page in ("/signup/place", "/signup/people", "/signup/check"):
        buttons = re.findall(r"<button[^>]*>", shown(founder, page).partition("<form")[2])
        assert 'value="back"' not in buttons[0], "Enter goes on"


def test_a_tap_on_the_map_is_the_place_and_one_outside_is_refused(founder: Founder) -> None:
    founder.founded()
    assert founder.get("/signup/outline.svg").mimetype == "image/svg+xml"
    outside = {"category": "jalan-lubang", "point.x": "3", "point.y": "3"}
    assert founder.post("/signup/rehearsal", data=outside).status_code == 422
    assert founder.post("/signup/rehearsal", data={**outside, "point.x": "140", "point.y": "140"}).status_code == 303
    assert "<circle" in founder.get("/signup/outline.svg").get_data(as_text=True)


def test_the_nation_sees_who_is_free_who_is_being_set_up_and_who_is_live(founder: Founder, session: Session) -> None:
    def states(path: str) -> set[str]:
        return set(re.findall(r"<b>(Kota [\w ]+|Kabupaten [\w ]+)</b>", shown(founder, path)))

    founder.get("/?lang=en")
    assert "Kota Bogor" in states("/governments?state=free&q=bogor")
    assert states("/governments?state=no_outline") >= {"Kota Bandung", "Kota Surabaya"}
    assert "Kota Jakarta Pusat" not in states("/governments?state=free&q=31.")
    first = shown(founder, "/governments")
    assert len(re.findall("<li>", first)) == 50
    after = re.search(r'href="(/governments\?after=[\d.]+)"', first)
    assert after is not None
    assert not states("/governments") & states(after[1])

    assert 'class="barred"' in shown(founder, "/"), "Jakarta's parts, as long as nobody serves them"
    founder.founded()
    assert states("/governments?state=setting_up") == {"Kota Bogor"}
    assert "Kota Bogor" not in states("/governments?state=free&q=bogor")
    assert "being set up" in shown(founder, "/?city=kota+bogor")
    assert "/signup?municipality=32.71" not in shown(founder, "/?city=kota+bogor")
    verify(session, "kotabogor.go.id")
    founder.post("/signup/rehearsal", data={"category": "jalan-lubang"})
    founder.post("/signup/live", data={"agreed": "yes"})
    assert states("/governments?state=live") == {"Kota Bogor"}
    assert "here, but paused" not in shown(founder, "/governments?state=live")
    values = {"stage": Stage.PAUSED, "paused_at": datetime.now(UTC)}
    session.execute(update(Tenant).where(Tenant.slug == "bogor").values(**values))
    raise_epoch(session)
    session.commit()
    founder.office.keeper.refresh()
    assert "here, but paused" in shown(founder, "/governments?state=live")
    assert states("/governments?state=setting_up") == set()
