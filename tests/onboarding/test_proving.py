"""An account that somebody made in advance for another address gives them nothing of the city that its owner makes."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.postgres import EmbeddedPostgres
from onboarding import deciding, founding
from onboarding.bundle import read_bundle
from onboarding.provision import provision
from people import sign_in
from people.account import Account
from tests.cast import NOW, PASSWORD, QUICK, Visitor
from tests.conftest import copied
from tests.onboarding.signing_up import Founder

THEFT = QUICK.hash(PASSWORD)


@pytest.fixture
def database(cluster: EmbeddedPostgres, nation: str) -> Iterator[str]:
    with copied(cluster, nation) as url:
        yield url


def squat(session: Session, email: str) -> None:
    """As an invitation by a link leaves it: a password, and nobody has shown that the address is theirs."""
    session.rollback()
    account = session.scalar(select(Account).where(Account.email == email))
    if account is None:
        account = Account(email=email, name="Siapa", created_at=NOW)
        session.add(account)
    account.password_hash, account.confirmed_at = THEFT, None
    session.commit()


def password_of(session: Session, email: str) -> str | None:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Account.password_hash).where(Account.email == email)).one()


def test_whoever_signs_up_owns_the_account_of_their_address_from_the_proof_on(app: Flask, session: Session) -> None:
    founder = Founder(app, session)
    squat(session, founder.email)
    thief = Visitor(app, None)
    assert thief.post("/sign-in", data={"email": founder.email, "password": PASSWORD}).status_code == 303
    founder.confirmed()
    assert password_of(session, founder.email) is None
    account = session.scalars(select(Account).where(Account.email == founder.email)).one()
    assert sign_in.running(session, account.id, NOW) == []

    # in a database from before, or by a link between the proof and the founding
    squat(session, founder.email)
    chosen = {"municipality": "32.71", "slug": "bogor", "code": "BGR"}
    founder.post("/signup/place", data=chosen)
    founder.post("/signup/people", data={"email": [""], "role": ["officer"]})
    stolen = Visitor(app, "bogor").post("/sign-in", data={"email": founder.email, "password": PASSWORD})
    assert stolen.status_code == 422
    assert "/welcome/" in founder.post("/signup/portal").location


def test_a_city_that_is_passed_on_goes_to_the_address_and_not_to_who_took_it_in_advance(
    app: Flask, session: Session
) -> None:
    Founder(app, session).founded()
    second = Founder(app, session, "sekda@kotabogor.go.id").confirmed()
    squat(session, second.email)
    claim = second.claim()
    deciding.dispute(session, second.office, claim, "32.71", "Kami yang berwenang.", NOW)
    deciding.decide(
        session, second.office, claim.id, approve=True, reason="Surat tugas lengkap.",
        looked_at=deciding.mark(claim), by=claim.id, now=NOW,
    )  # fmt: skip
    session.commit()
    assert password_of(session, second.email) is None


def test_a_bundle_seats_nobody_under_a_password_that_somebody_else_may_have_set(app: Flask, session: Session) -> None:
    founder = Founder(app, session).founded()
    document = founding.document_of(session, founder.claim())
    squat(session, "kadis@kotabogor.go.id")
    document["people"] = [{"email": "kadis@kotabogor.go.id", "name": "Kadis", "role": "admin", "agencies": []}]
    report = provision(session, read_bundle(json.dumps(document).encode(), name="bogor"), now=NOW)
    session.commit()
    assert report.invited == ("kadis@kotabogor.go.id",)
    assert password_of(session, "kadis@kotabogor.go.id") is None
