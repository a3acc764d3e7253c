"""Claims that a person decides: a letter, and two who claim the same municipality."""

import io
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from config.postgres import EmbeddedPostgres
from onboarding import deciding, founding, scan
from people.account import Account
from people.seat import Seat
from tenants import scope
from tenants.catalogue import Municipality
from tenants.errors import Conflict
from tenants.tenant import Stage, Tenant
from tests.cast import NOW, PASSWORD, QUICK, Visitor
from tests.conftest import copied
from tests.onboarding.signing_up import Founder, verify

REASON = "Surat tugas itu bertanda tangan wali kota."
BOGOR = {"municipality": "32.71", "slug": "bogor", "code": "BGR"}


@pytest.fixture
def database(cluster: EmbeddedPostgres, nation: str) -> Iterator[str]:
    with copied(cluster, nation) as url:
        yield url


@pytest.fixture
def founder(app: Flask, session: Session) -> Founder:
    return Founder(app, session, "kepala@diskominfo.go.id")


@pytest.fixture
def operator(app: Flask, session: Session) -> Visitor:
    session.add(
        Account(
            email="operator@aduan.example",
            name="Operator",
            is_operator=True,
            created_at=NOW,
            password_hash=QUICK.hash(PASSWORD),
        )
    )
    session.commit()
    visitor = Visitor(app, None)
    visitor.sign_in("operator@aduan.example")
    return visitor


def letter(content: bytes, name: str = "surat.pdf") -> dict[str, tuple[io.BytesIO, str]]:
    return {"letter": (io.BytesIO(content), name)}


def decide(operator: Visitor, founder: Founder, decision: str, reason: str = REASON) -> int:
    """By the form of the page as it is now; the status."""
    path = f"/operator/claims/{founder.claim().id}"
    looked_at = re.search(r'name="looked_at" value="([^"]*)"', operator.get(path).get_data(as_text=True))
    data = {"decision": decision, "reason": reason, "looked_at": looked_at[1] if looked_at else ""}
    return operator.post(f"{path}/decision", data=data).status_code


def seated(session: Session) -> set[str]:
    """Who has a running seat in Kota Bogor."""
    session.rollback()
    with scope.enter(session, session.scalars(select(Tenant.id).where(Tenant.slug == "bogor")).one()):
        ids = session.scalars(select(Seat.account_id).where(Seat.ended_at.is_(None))).all()
    return set(session.scalars(select(Account.email).where(Account.id.in_(ids))))


def test_another_office_goes_live_once_the_operator_has_approved_its_letter(
    founder: Founder, operator: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "MOST_BYTES", 1_000)
    founder.rehearsed()
    assert founder.post("/signup/live", data={"agreed": "yes"}).status_code == 409
    for wrong in (b"", b"<svg onload=alert(1)>", b"MZ\x90", b"%PDF-" + b"x" * 1_000):
        assert founder.post("/signup/letter", data=letter(wrong)).status_code == 422
    assert founder.post("/signup/letter", data=letter(b"%PDF-1.7 surat", "../../<b>.pdf")).status_code == 303
    assert "<b>.pdf" not in founder.get("/signup/live").get_data(as_text=True)
    assert founder.post("/signup/live", data={"agreed": "yes"}).status_code == 409
    claim_id = founder.claim().id
    assert str(claim_id) in founder.mails("claim_waits")[0].body
    assert str(claim_id) in operator.get("/operator/claims").get_data(as_text=True)
    file = operator.get(f"/operator/claims/{claim_id}/letter")
    assert file.data == b"%PDF-1.7 surat"
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert founder.get(f"/operator/claims/{claim_id}/letter").status_code == 303, "not only the operator reads it"

    assert decide(operator, founder, "approve", "ya") == 422
    assert decide(operator, founder, "refuse") == 303
    assert REASON in founder.mails("claim_refused")[0].body
    assert REASON in founder.get("/signup/live").get_data(as_text=True)
    assert decide(operator, founder, "approve") == 409

    founder.post("/signup/letter", data=letter(b"\xff\xd8\xff foto"))
    read = {"decision": "approve", "reason": REASON, "looked_at": deciding.mark(founder.claim())}
    founder.post("/signup/letter", data=letter(b"\xff\xd8\xff foto lain"))
    swapped = operator.post(f"/operator/claims/{claim_id}/decision", data=read)
    assert swapped.status_code == 409, "a letter that nobody has read was approved"
    assert REASON in swapped.get_data(as_text=True)
    assert decide(operator, founder, "approve") == 303
    assert founder.post("/signup/live", data={"agreed": "yes"}).status_code == 303
    assert founder.claim().live_at is not None


def test_the_second_asks_to_be_invited_or_objects_and_the_operator_decides_between_both(
    app: Flask, founder: Founder, operator: Visitor, session: Session
) -> None:
    founder.rehearsed()
    second = Founder(app, session, "sekda@kotabogor.go.id").confirmed()
    assert second.post("/signup/place", data=BOGOR).status_code == 409
    assert second.post("/signup/asking", data=BOGOR).status_code == 303
    assert second.post("/signup/asking", data=BOGOR).status_code == 409, "mailed twice"
    city = session.scalars(select(Tenant.id).where(Tenant.slug == "bogor")).one()
    asked = second.mails("asked_to_join", city)
    assert [mail.destination for mail in asked] == [founder.email]
    assert second.email in asked[0].body

    assert second.post("/signup/dispute", data=BOGOR).status_code == 422
    assert second.post("/signup/dispute", data={**BOGOR, "reason": "Kami yang berwenang."}).status_code == 303
    page = operator.get(f"/operator/claims/{second.claim().id}").get_data(as_text=True)
    assert founder.email in page
    assert second.email in page
    assert decide(operator, second, "approve") == 303
    assert seated(session) == {second.email}
    assert founder.claim().tenant_id is None
    assert founder.mails("claim_refused")[0].destination == founder.email
    assert founder.get("/signup/rehearsal").status_code == 303

    verify(session, "kotabogor.go.id")
    second.post("/signup/rehearsal", data={"category": "jalan-lubang"})
    assert second.post("/signup/live", data={"agreed": "yes"}).status_code == 303
    assert second.claim().live_at is not None


def test_a_live_citys_ground_is_beyond_dispute(
    app: Flask, founder: Founder, operator: Visitor, session: Session
) -> None:
    second = Founder(app, session, "sekda@diskominfo.go.id").confirmed()
    first = Founder(app, session).live()
    objection = {**BOGOR, "reason": "Kami yang berwenang."}
    assert second.post("/signup/dispute", data=objection).status_code == 409
    assert second.claim().disputed_at is None
    assert seated(session) == {first.email}

    # an objection made before it was live comes too late as well
    claim = second.claim()
    claim.municipality_code, claim.dispute, claim.disputed_at = "32.71", objection["reason"], NOW
    session.commit()
    assert decide(operator, second, "approve") == 409
    assert seated(session) == {first.email}
    assert session.scalars(select(Tenant.stage).where(Tenant.slug == "bogor")).one() == Stage.LIVE


def test_the_operator_verifies_a_domain_and_whoever_writes_from_it_needs_no_letter(
    app: Flask, operator: Visitor, session: Session
) -> None:
    founder = Founder(app, session).rehearsed()
    assert founder.post("/signup/live", data={"agreed": "yes"}).status_code == 409
    for domain, code in (("go.id", "32.71"), ("kotabogor", "32.71"), ("kotabogor.go.id", "99.99")):
        answer = operator.post("/operator/domains", data={"domain": domain, "code": code, "verified": "yes"})
        assert answer.status_code == 422, domain
    operator.post("/operator/domains", data={"domain": "kotabogor.go.id", "code": "32.71", "verified": "yes"})
    assert founder.post("/signup/live", data={"agreed": "yes"}).status_code == 303


def test_the_operator_writes_down_what_address_an_office_publishes(operator: Visitor, session: Session) -> None:
    contact = {"contact_code": "32.71", "email": "diskominfo@kotabogor.go.id"}
    for wrong in ({"contact_code": "99.99"}, {"email": "diskominfo"}):
        assert operator.post("/operator/contacts", data={**contact, **wrong}).status_code == 422, wrong
    assert operator.post("/operator/contacts", data=contact).status_code == 303
    assert "diskominfo@kotabogor.go.id" in operator.get("/operator/domains?q=bogor").get_data(as_text=True)
    assert session.get_one(Municipality, "32.71").contact_email == contact["email"]
    session.rollback()
    operator.post("/operator/contacts", data={**contact, "email": ""})
    assert session.get_one(Municipality, "32.71").contact_email is None


def test_going_live_and_passing_on_look_at_the_city_as_it_is_by_now(
    app: Flask, founder: Founder, session: Session
) -> None:
    founder.founded()
    second = Founder(app, session, "sekda@kotabogor.go.id").confirmed()
    deciding.dispute(session, second.office, second.claim(), "32.71", "Kami yang berwenang.", NOW)
    session.commit()
    first, other = founder.claim(), second.claim()
    city = session.get_one(Tenant, first.tenant_id)  # as somebody reads it who is a moment too early
    assert city.stage == Stage.REHEARSAL
    with Session(session.get_bind()) as meanwhile:
        meanwhile.get_one(Tenant, city.id).stage = Stage.LIVE
        meanwhile.commit()
    with pytest.raises(Conflict):
        founding.go_live(session, founder.office, first, NOW)
    set_committed_value(city, "stage", Stage.REHEARSAL)
    with pytest.raises(Conflict):
        deciding.decide(
            session, founder.office, other.id, approve=True, reason=REASON, looked_at=deciding.mark(other),
            by=other.id, now=NOW,
        )  # fmt: skip
    session.rollback()
