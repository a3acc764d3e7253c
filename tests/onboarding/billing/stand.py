"""Who meets over a city's plan: its administrator, the operator, and those whom it is none of the business of."""

from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import select

from messages.outbox import Message
from onboarding.billing import choosing, invoicing
from onboarding.billing.contract import CityPlan, Contract, city_plan_of, contract_of
from onboarding.billing.invoice import Invoice
from onboarding.billing.payer import Payer
from onboarding.billing.plans import Plan
from tenants import scope
from tests.cast import Cast, Visitor


class Stand:
    """The app with both cities, one browser for each person and host, and what stands in the database."""

    def __init__(self, app: Flask, cast: Cast) -> None:
        self.app, self.cast = app, cast
        self._visitors: dict[tuple[str | None, str | None], Visitor] = {}

    def visitor(self, slug: str | None, email: str | None = None) -> Visitor:
        key = (slug, email)
        if key not in self._visitors:
            self._visitors[key] = Visitor(self.app, slug)
            if email:
                self._visitors[key].sign_in(email)
        return self._visitors[key]

    @property
    def admin(self) -> Visitor:
        return self.visitor("barat", "admin@barat.example")

    @property
    def operator(self) -> Visitor:
        return self.visitor(None, "operator@aduan.example")

    def contract(self, slug: str = "barat") -> Contract:
        self.cast.enter(slug)
        found = contract_of(self.cast.session)
        assert found is not None
        return found

    def version(self, slug: str = "barat") -> str:
        self.cast.enter(slug)
        found = contract_of(self.cast.session)
        return str(found.version if found else 0)

    def invoices(self, slug: str = "barat") -> list[Invoice]:
        """The oldest first."""
        self.cast.enter(slug)
        return list(invoicing.invoices(self.cast.session))[::-1]

    def city_plan(self, slug: str = "barat") -> CityPlan | None:
        self.cast.session.rollback()
        scope.name_tenant(self.cast.session, None)
        return city_plan_of(self.cast.session, self.cast.city(slug).id)

    def mails(self, event: str, slug: str = "barat") -> list[Message]:
        self.cast.enter(slug)
        return list(self.cast.session.scalars(select(Message).where(Message.event == event)))

    def choose(self, now: datetime, slug: str = "barat", **chosen: Any) -> Contract:
        """By the verb, at another time than now."""
        by, card = self.cast.actor(slug, "admin").seat_id, self.cast.enter(slug)
        assert by is not None
        session = self.cast.session
        found = contract_of(session)
        given = {"plan": Plan.CITY, "population": 300_000, "way": "invoice", "payer": Payer(), "months": 3, **chosen}
        contract = choosing.choose(
            session, self.cast.office, card, **given, looked_at=found.version if found else 0, by=by, now=now
        )
        session.commit()
        return contract

    def issue(self, now: datetime, slug: str = "barat") -> list[str]:
        """The numbers of the invoices that were made."""
        card = self.cast.enter(slug)
        made = [one.number for one in invoicing.issue_due(self.cast.session, self.cast.office, card, now)]
        self.cast.session.commit()
        return made
