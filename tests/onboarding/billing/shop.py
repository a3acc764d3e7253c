"""A city that has signed itself up, our app and the payment provider, all behind real sockets."""

import re
from datetime import UTC, datetime
from typing import Any

import requests
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.office import Office
from messages.outbox import Message
from onboarding.billing.contract import Contract, State, contract_of, state_of
from onboarding.billing.event import BillingEvent
from onboarding.billing.invoice import Invoice
from onboarding.billing.invoicing import invoices
from people.account import Account
from tenants import scope
from tests.cast import PASSWORD, QUICK
from tests.onboarding.billing.stripe_server import GOOD_CARD, FakeStripe
from tests.onboarding.signing_up import EMAIL, Founder

FORM = {"plan": "city", "population": "400.000", "way": "card", "months": "1"}


class Browser:
    """Talks HTTP with our server under a host's name; follows nothing by itself."""

    def __init__(self, address: str, host: str) -> None:
        self.address, self.host = address, host
        self.session = requests.Session()

    def get(self, path: str) -> requests.Response:
        return self._ask("GET", path)

    def post(self, path: str, **data: str) -> requests.Response:
        return self._ask("POST", path, data)

    def _ask(self, method: str, path: str, data: dict[str, str] | None = None) -> requests.Response:
        headers = {"Host": self.host, "Origin": f"http://{self.host}"}
        return self.session.request(
            method, self.address + path, data=data, headers=headers, allow_redirects=False, timeout=20
        )


class Shop:
    def __init__(self, app: Flask, session: Session, fake: FakeStripe, address: str) -> None:
        self.app, self.session, self.fake, self.address = app, session, fake, address
        self.office: Office = app.extensions["office"]
        Founder(app, session).live()
        session.rollback()
        scope.name_tenant(session, None)
        session.scalars(select(Account).where(Account.email == EMAIL)).one().password_hash = QUICK.hash(PASSWORD)
        session.commit()
        self.nobody = Browser(address, "bogor.localhost")
        self.admin = Browser(address, "bogor.localhost")
        assert self.admin.post("/sign-in", email=EMAIL, password=PASSWORD).status_code == 303

    def choose(self, **other: str) -> requests.Response:
        return self.admin.post("/admin/plan", version=self.version(), **{**FORM, **other})

    def go(self) -> str:
        """The payment provider's address, as the page leads to it."""
        answer = self.admin.post("/admin/plan/payment")
        assert answer.status_code == 200, answer.text
        found = re.search(rf'href="({re.escape(self.fake.url)}/pay/\w+)"', answer.text)
        assert found is not None, answer.text
        return found[1]

    def pay(self, url: str, card: str = GOOD_CARD) -> int:
        return requests.post(url, data={"card": card}, allow_redirects=False, timeout=20).status_code

    def tell(self, events: list[dict[str, Any]]) -> list[int]:
        """The provider calls us with each; what we answer."""
        return [self.fake.deliver(event, self.address).status_code for event in events]

    def contract(self) -> Contract:
        self._enter()
        found = contract_of(self.session)
        assert found is not None
        return found

    def version(self) -> str:
        self._enter()
        found = contract_of(self.session)
        return str(found.version if found else 0)

    @property
    def state(self) -> State:
        return state_of(self.contract(), datetime.now(UTC))

    @property
    def customer(self) -> str:
        ref = self.contract().customer_ref
        assert ref is not None
        return ref

    def invoices(self) -> list[Invoice]:
        self._enter()
        return list(invoices(self.session))

    def mails(self, event: str) -> int:
        self._enter()
        return len(self.session.scalars(select(Message).where(Message.event == event)).all())

    def event(self, id_: str) -> BillingEvent | None:
        self.session.rollback()
        return self.session.get(BillingEvent, id_, populate_existing=True)

    def _enter(self) -> None:
        self.session.rollback()
        self.session.expunge_all()
        scope.name_tenant(self.session, self.office.directory.by_slug["bogor"].id)
