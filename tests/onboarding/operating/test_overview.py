"""The operators' first page: who is how far, and what each waits for."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.postgres import EmbeddedPostgres
from onboarding.billing.tax_rates import TaxRate
from people.account import Account
from tests.cast import NOW, PASSWORD, QUICK, Visitor
from tests.conftest import copied
from tests.onboarding.signing_up import Founder
from tests.web.staff.ground import words


@pytest.fixture
def database(cluster: EmbeddedPostgres, nation: str) -> Iterator[str]:
    with copied(cluster, nation) as url:
        yield url


@pytest.fixture
def visitor(app: Flask, session: Session) -> Visitor:
    """The operator's browser, signed in."""
    hashed = QUICK.hash(PASSWORD)
    operator = Account(email="operator@aduan.example", name="O", is_operator=True, created_at=NOW, password_hash=hashed)
    session.add(operator)
    session.commit()
    visitor = Visitor(app, None)
    visitor.sign_in("operator@aduan.example")
    return visitor


def test_a_city_stands_there_with_what_it_waits_for_until_it_is_live(
    app: Flask, session: Session, visitor: Visitor
) -> None:
    founder = Founder(app, session).founded()
    page = words(visitor.get("/operator?lang=en"))
    assert "Kota Bogor" in page
    assert "proof that they may, a test report, the agreement on personal data" in page
    assert "No city has gone live by the sign-up in the last year." in page
    week = visitor.get("/operator?lang=en").get_data(as_text=True)
    assert (
        '<td class="num">1</td><td class="num">1</td><td class="num">1</td><td class="num">1</td><td class="num">0</td>'
        in week
    )

    founder.live()
    page = words(visitor.get("/operator?lang=en"))
    assert "Nobody is setting a city up." in page
    assert "One city went live in the last year" in page


def test_what_an_operator_types_is_read_as_in_every_form(session: Session, visitor: Visitor) -> None:
    typed = {"from_on": "2031-01-01", "percent": "60", "source": "UU\x00 HPP 7/2021"}
    refused = visitor.post("/operator/tax", data=typed)
    assert refused.status_code == 422
    assert "HPP 7/2021" in refused.get_data(as_text=True)
    assert visitor.post("/operator/tax", data={**typed, "percent": "12"}).status_code == 303
    assert session.scalars(select(TaxRate.source)).one() == "UU HPP 7/2021"
