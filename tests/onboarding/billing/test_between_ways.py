"""Nothing is lost between one way of paying and another, nor by a correction; read in the order in which it happens."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from onboarding.billing import choosing, following, invoicing
from onboarding.billing.contract import State
from onboarding.billing.money import rupiah
from onboarding.billing.plans import BANDS, Plan
from onboarding.billing.provider import Bill, Reading, Subscription
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


def test_another_number_of_residents_leaves_an_arranged_price_and_the_month_alone(stand: Stand) -> None:
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


def test_who_chose_a_card_and_gives_none_is_invoiced_until_one_pays(stand: Stand) -> None:
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
