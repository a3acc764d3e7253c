"""Nothing is lost between one way of paying and another, nor by a correction; read in the order in which it happens."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from inspect import signature
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from complaints.office import Office
from onboarding.billing import card as card_of_city
from onboarding.billing import choosing, events, following, invoicing
from onboarding.billing.contract import State
from onboarding.billing.event import BillingEvent
from onboarding.billing.invoice import Invoice
from onboarding.billing.money import rupiah
from onboarding.billing.plans import BANDS, Plan
from onboarding.billing.provider import Bill, Payment, Reading, Subscription
from tenants.directory import TenantCard
from tenants.errors import Conflict
from tests.onboarding.billing.stand import Stand

PAYS = Subscription("sub_1", "active", BANDS[1], None, ends=False)


@dataclass
class Provider:
    """A payment provider that answers this."""

    subscription: Subscription | None
    bills: tuple[Bill, ...] = ()

    def read(self, customer_ref: str) -> Reading:
        return Reading(self.subscription, self.bills)


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 3, tzinfo=UTC)


def months(stand: Stand, slug: str) -> list[tuple[int, int]]:
    return [(one.from_on.month, one.until_on.month) for one in stand.invoices(slug)]


def follow(stand: Stand, slug: str, subscription: Subscription | None, now: datetime) -> None:
    """The provider has told something about the city."""
    session, card = stand.cast.session, stand.cast.city(slug)
    row = stand.city_plan(slug)
    assert row is not None
    row.customer_ref = "cus_1"
    session.commit()
    provider: Any = Provider(subscription)
    assert following.follow(session, stand.cast.office, provider, card.id, now)


def _another_number_of_residents_leaves_an_arranged_price_and_the_month_alone(stand: Stand) -> None:
    stand.choose(on(1, 10), plan=Plan.ARRANGED, population=None, months=1)
    card, version = stand.cast.enter("barat"), stand.contract().version
    choosing.agree(stand.cast.session, stand.cast.office, card, "5.000.000", version, on(1, 11))
    stand.cast.session.commit()
    stand.choose(on(3, 10), plan=Plan.ARRANGED, population=310_000, months=1)
    assert (stand.contract().monthly, months(stand, "barat")) == (rupiah(5_000_000), [])
    assert len(stand.issue(on(4, 1))) == 2
    stand.choose(on(4, 10), plan=Plan.CITY, population=310_000, months=1)
    stand.choose(on(4, 11), plan=Plan.CITY, population=320_000, months=1)
    assert months(stand, "barat") == [(2, 2), (3, 3), (4, 4)]
    assert (stand.contract().monthly, stand.contract().agreed_minor) == (rupiah(2_750_000), None)


def _who_chose_a_card_and_gives_none_is_invoiced_until_one_pays(stand: Stand) -> None:
    stand.choose(on(1, 10), "timur", months=1)
    stand.choose(on(3, 10), "timur", months=1, way="card")
    assert months(stand, "timur") == [(2, 2)]
    stand.choose(on(3, 11), "timur", months=1, way="card", population=310_000)
    assert months(stand, "timur") == [(2, 2)], "a correction within one band"
    listed = stand.city_plan("timur")
    assert listed is not None
    assert listed.state == State.BEGUN
    stand.cast.session.commit()
    assert invoicing.issue_everywhere(stand.cast.session, stand.cast.office, on(5, 2)) == 2
    follow(stand, "timur", PAYS, on(6, 20))
    assert months(stand, "timur") == [(2, 2), (3, 3), (4, 4), (5, 5)], "June is the card's"
    assert stand.issue(on(9, 2), "timur") == []


def _the_contract_is_locked_before_what_the_operators_see_of_it(stand: Stand) -> None:
    engine, locked = stand.cast.session.get_bind(), []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "FOR UPDATE" in statement:
            locked.append(re.findall(r"FROM (\w+)", statement)[0])

    event.listen(engine, "before_cursor_execute", note)
    follow(stand, "timur", PAYS, on(9, 3))
    event.remove(engine, "before_cursor_execute", note)
    assert locked == ["contracts", "tenants", "city_plans"], "as where a plan is chosen, so that neither waits for ever"


def _a_fault_in_one_city_leaves_the_other_invoiced(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    follow(stand, "timur", None, on(9, 4))
    stand.choose(on(9, 5), "timur", months=1)
    stand.city_plan()
    due, first = invoicing.issue_due, min(stand.cast.city(slug).id for slug in ("barat", "timur"))

    def faulty(session: Session, office: Office, card: TenantCard, now: datetime) -> list[Invoice]:
        made = due(session, office, card, now)
        if card.id == first:
            session.execute(text("SELECT 1 / 0"))
        return made

    monkeypatch.setattr(invoicing, "issue_due", faulty)
    assert invoicing.issue_everywhere(stand.cast.session, stand.cast.office, on(11, 2)) >= 1
    monkeypatch.undo()
    assert invoicing.issue_everywhere(stand.cast.session, stand.cast.office, on(11, 2)) >= 1, "none is lost"


def _calls_about_nobody_do_not_stand_before_those_that_wait(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    stand.city_plan()
    for number, settled_at in ((1, on(1, 1)), (2, on(1, 2)), (3, None)):
        told = {"id": f"evt_{number}", "type": "invoice.paid", "created_at": on(1, number), "tries": 1}
        fault = events.UNKNOWN if settled_at else None
        received = {"received_at": on(1, number), "settled_at": settled_at, "fault": fault}
        stand.cast.session.add(BillingEvent(**told, **received))
    stand.cast.session.flush()
    monkeypatch.setattr(events, "MOST", 2)
    assert events.to_replay(stand.cast.session, None) == ["evt_3", "evt_1"]
    stand.cast.session.rollback()


def _a_page_for_what_was_chosen_before_is_not_kept(stand: Stand) -> None:
    stand.choose(on(11, 3), "timur", way="card")
    session, card = stand.cast.session, stand.cast.enter("timur")

    class Slow:
        def begin(self, **_asked: object) -> Payment:
            stand.choose(on(11, 3), "timur", way="card", population=900_000)
            return Payment("cus_1", "cs_former", "https://pay.example/former")

    slow: Any = Slow()
    with pytest.raises(Conflict, match="since you looked"):
        card_of_city.begin(session, stand.cast.office, slow, card, "http://timur.localhost", on(11, 3))
    session.rollback()
    assert stand.contract("timur").session_ref is None


STEPS: tuple[Callable[..., None], ...] = (
    _another_number_of_residents_leaves_an_arranged_price_and_the_month_alone,
    _who_chose_a_card_and_gives_none_is_invoiced_until_one_pays,
    _the_contract_is_locked_before_what_the_operators_see_of_it,
    _a_fault_in_one_city_leaves_the_other_invoiced,
    _calls_about_nobody_do_not_stand_before_those_that_wait,
    _a_page_for_what_was_chosen_before_is_not_kept,
)
"""Each goes on from where the one before left off, so they are one test: several workers would part them."""


def test_between_the_ways_of_paying_step_by_step(stand: Stand) -> None:
    for step in STEPS:
        with pytest.MonkeyPatch.context() as patch:
            step(*((stand, patch) if "monkeypatch" in signature(step).parameters else (stand,)))
