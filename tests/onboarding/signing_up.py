"""Somebody who signs a city up, in a browser, as far as a test wants."""

import re
from collections.abc import Iterator
from typing import Any

import shapely
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from complaints.office import Office
from messages.outbox import Message
from onboarding.claim import Claim
from tenants import scope
from tenants.catalogue import Municipality, OfficialDomain
from tenants.tenant import COMMONS_ID
from tests.cast import Visitor
from tests.web.rightful.world import World

EMAIL = "kepala@kotabogor.go.id"
PASSWORD = "tiga kata acak"


class Founder(Visitor):
    """On the national host; `step` names the pages that it goes through by pressing the main button."""

    def __init__(self, app: Flask, session: Session, email: str = EMAIL) -> None:
        super().__init__(app, None)
        self.email, self.session = email, session
        self.office: Office = app.extensions["office"]

    def begin(self, name: str = "Ani Kepala") -> Any:
        return self.post("/signup", data={"name": name, "email": self.email})

    def mails(self, event: str = "confirm", tenant_id: Any = COMMONS_ID) -> list[Message]:
        """The newest first."""
        self.session.rollback()
        with scope.enter(self.session, tenant_id):
            found = select(Message).where(Message.event == event).order_by(Message.created_at.desc(), Message.id)
            mails = list(self.session.scalars(found))
            self.session.expunge_all()
        self.session.rollback()
        return mails

    def code(self) -> str:
        found = re.search(r"\b(\d{6})\b", self.mails()[0].body)
        assert found is not None
        return found[1]

    def link(self) -> str:
        found = re.search(r"/signup/confirm/[\w-]+", self.mails()[0].body)
        assert found is not None
        return found[0]

    def confirmed(self) -> "Founder":
        self.begin()
        assert self.post("/signup/code", data={"code": self.code()}).status_code == 303
        return self

    def placed(self, municipality: str = "32.71", slug: str = "bogor", code: str = "BGR") -> "Founder":
        self.confirmed()
        answer = self.post("/signup/place", data={"municipality": municipality, "slug": slug, "code": code})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return self

    def founded(self, **people: str) -> "Founder":
        """people: role by address, with _at_ for @."""
        self.placed()
        data = {"email": [one.replace("_at_", "@") for one in people], "role": list(people.values())}
        answer = self.post("/signup/people", data=data)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return self

    def rehearsed(self) -> "Founder":
        self.founded()
        answer = self.post("/signup/rehearsal", data={"category": "jalan-lubang"})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return self

    def live(self) -> "Founder":
        verify(self.session, "kotabogor.go.id")
        self.rehearsed()
        answer = self.post("/signup/live", data={"agreed": "yes"})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return self

    def claim(self) -> Claim:
        self.session.rollback()
        self.session.expire_all()
        return self.session.scalars(select(Claim).where(Claim.email == self.email)).one()


def verify(session: Session, domain: str) -> None:
    """As the operator does."""
    session.rollback()
    session.execute(text("UPDATE official_domains SET verified = true WHERE domain = :domain"), {"domain": domain})
    session.commit()


def every_page_of_the_signup(app: Flask, world: World) -> Iterator[tuple[str, TestResponse]]:
    """Each step as it shows itself on the way, and what can be wrong there. Kota Bogor lies where nobody is."""
    session = world.cast.session
    session.rollback()
    scope.name_tenant(session, None)
    square = shapely.to_wkb(shapely.MultiPolygon([shapely.box(106.7, -6.7, 106.8, -6.6)]))
    if session.get(Municipality, "32.71") is None:
        session.add(
            Municipality(
                code="32.71", level="municipality", type="kota", name="Kota Bogor", province_code="32",
                province_name="Jawa Barat", claimable=True, outline=square, area_m2=1.2e8,
            )
        )  # fmt: skip
        session.add(OfficialDomain(domain="bogor.example", municipality_code="32.71", verified=True))
    session.commit()
    founder = Founder(app, session, "kepala@bogor.example")
    yield "sign-up: the beginning", founder.get("/signup")
    for path in ("/governments", "/governments?q=atlantis", "/governments?state=free", "/?city=bogor"):
        yield f"sign-up: {path}", founder.get(path)
    yield "sign-up: of a city", founder.get("/signup?municipality=32.71")
    yield "sign-up: nothing typed", founder.post("/signup", data={})
    yield "sign-up: private address", founder.post("/signup", data={"name": "Kata", "email": "kata@gmail.com"})
    founder.begin("Kata")
    yield "sign-up: code", founder.get("/signup/code")
    yield "sign-up: wrong code", founder.post("/signup/code", data={"code": "1"})
    yield "sign-up: link", founder.get(founder.link())
    yield "sign-up: wrong link", founder.get("/signup/confirm/none")
    founder.post("/signup/code", data={"code": founder.code()})
    yield "sign-up: first step again", founder.get("/signup?back")
    for path in ("/signup/place", "/signup/place?search", "/signup/place?q=bogor", "/signup/place?q=atlantis"):
        yield f"sign-up: {path}", founder.get(path)
    chosen = {"municipality": "32.71", "slug": "bogor", "code": "BGR"}
    yield "sign-up: no boundary in the file", founder.post("/signup/boundary", data=chosen)
    yield "sign-up: reserved address", founder.post("/signup/place", data={**chosen, "slug": "admin"})
    founder.post("/signup/place", data=chosen)
    yield "sign-up: people", founder.get("/signup/people")
    yield "sign-up: wrong colleague", founder.post("/signup/people", data={"email": ["x"], "role": ["officer"]})
    founder.post("/signup/people", data={"email": [""], "role": ["officer"]})
    yield "sign-up: what is filled in", founder.get("/signup/check")
    yield "sign-up: before the rehearsal", founder.get("/signup/rehearsal")
    yield "sign-up: nothing ready", founder.post("/signup/live", data={})
    founder.post("/signup/rehearsal", data={"category": "jalan-lubang"})
    yield "sign-up: after the rehearsal", founder.get("/signup/rehearsal")
    yield "sign-up: place again", founder.get("/signup/place")
    second = _second(app, session)
    yield "sign-up: a place that is being set up", second.get("/signup/place?chosen=32.71")
    dispute = {"municipality": "32.71", "reason": ""}
    yield "sign-up: objection without a reason", second.post("/signup/dispute", data=dispute)
    second.post("/signup/dispute", data={**dispute, "reason": "Kami yang berwenang."})
    second.post("/signup/asking", data=dispute)
    yield "sign-up: a place that is asked for", second.get("/signup/place?chosen=32.71")
    operator = Visitor(app, None)
    operator.sign_in("operator@aduan.example")
    for path in ("/operator/claims", f"/operator/claims/{second.claim().id}"):
        yield f"sign-up: {path}", operator.get(path)
    yield "sign-up: nothing decided", operator.post(f"/operator/claims/{second.claim().id}/decision", data={})
    yield "sign-up: closed portal", Visitor(app, "bogor").get("/")
    domain = {"domain": "bogor.example", "code": "32.71"}
    operator.post("/operator/domains", data={**domain, "verified": "no"})
    yield "sign-up: without a letter", founder.get("/signup/live")
    yield "sign-up: no letter", founder.post("/signup/letter", data={})
    operator.post("/operator/domains", data={**domain, "verified": "yes"})
    yield "sign-up: before going live", founder.get("/signup/live")
    founder.post("/signup/live", data={"agreed": "yes"})
    yield "sign-up: live", founder.get("/signup/live")
    yield "sign-up: poster", founder.get("/signup/poster")
    yield "sign-up: a place that is live", second.get("/signup/place?chosen=32.71")
    yield "sign-up: wrong domain", operator.post("/operator/domains", data={"domain": "go.id"})
    answer = founder.post("/signup/portal")
    console = Visitor(app, "bogor")
    yield "sign-up: welcome", console.get(answer.location.removeprefix(console.origin))
    yield "sign-up: welcome by a link that is over", console.get("/welcome/none")


def _second(app: Flask, session: Session) -> Founder:
    other = Founder(app, session, "wakil@bogor.example")
    other.begin("Kata")
    other.post("/signup/code", data={"code": other.code()})
    return other
