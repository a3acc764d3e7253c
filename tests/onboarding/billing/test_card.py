"""A city that signed itself up pays by card, over real HTTP on both sides; read in the order in which it happens."""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import Session

from config.postgres import EmbeddedPostgres
from onboarding.billing.billing import Billing
from onboarding.billing.contract import GRACE_DAYS, State
from onboarding.billing.following import follow
from onboarding.billing.money import rupiah
from onboarding.billing.plans import BANDS
from onboarding.billing.provider import Provider, Reading
from tests.conftest import copied, put_together
from tests.onboarding.billing.shop import Shop
from tests.onboarding.billing.stripe_server import BAD_CARD, KEY, SECRET, FakeStripe, InProcess, serving, signed

PUBLIC = ("/", "/report", "/complaints", "/map", "/figures", "/api/v1/categories")
OFFICIAL = ("/staff", "/staff/figures", "/staff/morning", "/admin", "/admin/categories", "/admin/plan")


@pytest.fixture(scope="module")
def shop(cluster: EmbeddedPostgres, nation: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder: Path = tmp_path_factory.mktemp("card")
    fake = FakeStripe()
    with copied(cluster, nation) as url, serving(fake.app, threaded=False) as fake.url:
        engine, owner_url = create_engine(url), make_url(url).set(username="aduan_owner")
        billing = Billing(provider=Provider(KEY, fake.url, SECRET))
        with (
            put_together(
                url, owner_url.render_as_string(hide_password=False), folder, billing=billing, rate_limits=False
            ) as app,
            serving(app) as address,
            Session(engine) as session,
        ):
            yield Shop(app, session, fake, address)
        engine.dispose()


def _without_a_key_cards_are_by_arrangement_and_nothing_breaks(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(shop.app.extensions, "billing", Billing())
    page = shop.admin.get("/admin/plan")
    assert page.status_code == 200
    assert 'value="card"' not in page.text
    assert shop.choose().status_code == 503
    assert shop.admin.post("/admin/plan/payment").status_code == 503
    assert shop.version() == "0"
    body, headers = signed(b"{}")
    refused = requests.post(
        f"{shop.address}/hooks/stripe", data=body, headers={**headers, "Host": "localhost"}, timeout=9
    )
    assert refused.status_code == 503


def _pressing_twice_or_from_four_windows_at_once_leads_to_one_page(shop: Shop) -> None:
    assert shop.choose().status_code == 303
    assert shop.state is State.BEGUN
    with ThreadPoolExecutor(4) as windows:
        pages = set(windows.map(lambda _: shop.go(), range(4)))
    assert pages == {shop.go()}
    assert len(shop.fake.customers) == len(shop.fake.sessions) == 1
    [price] = shop.fake.prices.values()
    assert (price["unit_amount"], price["currency"]) == (275_000_000, "idr"), "Rp2.750.000 in hundredths"


def _another_price_closes_the_page_of_the_former(shop: Shop) -> None:
    before = shop.go()
    assert shop.choose(population="600.000").status_code == 303
    assert shop.pay(before) == 410
    between = shop.go()
    assert shop.choose().status_code == 303
    assert shop.go() not in (before, between)
    assert [one["status"] for one in shop.fake.sessions.values()] == ["expired", "expired", "open"]


def test_a_page_asked_for_before_our_address_changed_does_not_stand_in_the_way() -> None:
    fake = FakeStripe()
    provider = Provider(KEY, None, SECRET, InProcess(fake))
    asked: dict[str, Any] = {"tenant": "t", "name": "Kota", "customer_ref": None, "session_ref": None}
    addresses = ["http://bogor.localhost", "http://lapor.bogor.example"]
    for back_to in [*addresses, addresses[1]]:
        provider.begin(**asked, band=BANDS[0], asked=0, back_to=back_to, now=datetime.now(UTC))
    assert [one["cancel_url"] for one in fake.sessions.values()] == addresses


def _calls_in_any_order_and_twice_make_it_active_once(shop: Shop) -> None:
    page = shop.go()
    assert shop.pay(page, BAD_CARD) == 402
    assert shop.state is State.BEGUN
    assert shop.pay(page) == 303
    assert "paid=1" in next(one for one in shop.fake.sessions.values() if one["status"] == "complete")["success_url"]
    assert shop.state is State.BEGUN, "nobody has told us yet"
    assert shop.tell([*reversed(shop.fake.told), *shop.fake.told]) == [200] * 6
    assert shop.state is State.ACTIVE
    [invoice] = shop.invoices()
    assert (invoice.state, invoice.amount) == ("paid", rupiah(2_750_000))
    assert "Rp2.750.000" in shop.admin.get(f"/admin/plan/invoices/{invoice.id}").text
    kept = shop.event(shop.fake.told[0]["id"])
    assert kept is not None
    assert (kept.tries, kept.fault) == (1, None)


def _going_back_after_paying_begins_no_second_subscription(shop: Shop) -> None:
    assert shop.admin.post("/admin/plan/payment").status_code == 409
    [done] = [one["id"] for one in shop.fake.sessions.values() if one["status"] == "complete"]
    assert shop.pay(f"{shop.fake.url}/pay/{done}") == 410
    assert shop.choose(way="invoice").status_code == 409
    assert len(shop.fake.subscriptions) == 1
    assert shop.state is State.ACTIVE


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (lambda: (b"{}", {}), 403),
        (lambda: signed(b"{}", "whsec_another"), 403),
        (lambda: signed(b"{}", SECRET, int(time.time()) - 3600), 403),
        (lambda: (b'{"id": "evt_forged"}', signed(b"{}")[1]), 403),
        (lambda: signed(b"no json"), 422),
    ],
    ids=["unsigned", "another secret", "an hour old", "another body", "no json"],
)
def test_a_call_that_the_provider_has_not_signed_lately_is_not_believed(
    shop: Shop, sent: Callable[[], tuple[bytes, dict[str, str]]], status: int
) -> None:
    body, headers = sent()  # signed now: a signature is believed for five minutes
    answer = requests.post(
        f"{shop.address}/hooks/stripe", data=body, headers={**headers, "Host": "localhost"}, timeout=9
    )
    assert answer.status_code == status
    assert shop.event("evt_forged") is None


def _a_customer_of_nobody_here_changes_nothing(shop: Shop) -> None:
    version = shop.version()
    event = {**shop.fake.told[-1], "id": "evt_other", "data": {"object": {"id": "cs_9", "customer": "cus_other"}}}
    assert shop.tell([event]) == [200]
    kept = shop.event("evt_other")
    assert kept is not None
    assert kept.fault == "unknown customer"
    assert shop.version() == version


def _nothing_stops_for_residents_and_officials_when_a_payment_fails(shop: Shop) -> None:
    before = answers(shop)
    assert set(before.values()) == {200}
    shop.fake.fail(shop.customer)
    failed = shop.fake.told[-2:]
    assert shop.tell([*failed, *failed]) == [200] * 4
    assert shop.state is State.GRACE
    assert shop.mails("payment_failed") == 1
    assert answers(shop) == before
    contract = shop.contract()
    contract.failed_at = datetime.now(UTC) - timedelta(days=GRACE_DAYS + 1)
    shop.session.commit()
    assert shop.state is State.UNPAID
    assert answers(shop) == before


def answers(shop: Shop) -> dict[str, int]:
    """What everybody gets: the pages of residents, of officials, and a report that is filed."""
    found = {path: shop.nobody.get(path).status_code for path in PUBLIC}
    report = {"category": "jalan-lubang", "description": "Lubang besar.", "lat": -6.595, "lon": 106.8}
    headers = {"Host": "bogor.localhost", "Idempotency-Key": secrets.token_hex(16)}
    filed = requests.post(f"{shop.address}/api/v1/complaints", json=report, headers=headers, timeout=20)
    assert filed.json()["tenant"]["slug"] == "bogor", filed.text
    return found | {path: shop.admin.get(path).status_code for path in OFFICIAL}


def _a_call_that_we_could_not_follow_up_is_kept_and_replayed(shop: Shop) -> None:
    shop.fake.recover(shop.customer)
    event = shop.fake.told[-1]
    shop.fake.down = True
    assert shop.tell([event]) == [503]
    assert shop.state is State.UNPAID
    shop.fake.down = False
    kept = shop.event(event["id"])
    assert kept is not None
    assert (kept.settled_at, kept.fault) == (None, "Unavailable")
    result = shop.app.test_cli_runner().invoke(args=["billing", "replay"])
    assert result.exit_code == 0, result.output
    assert shop.state is State.ACTIVE
    assert [one.state for one in shop.invoices()] == ["paid", "paid"]


def _an_old_call_that_comes_late_does_not_turn_it_back(shop: Shop) -> None:
    late = next(one for one in shop.fake.told if one["type"] == "invoice.payment_failed")
    assert json.loads(shop.fake.body_of(late)[0])["data"]["object"]["status"] == "open"
    assert shop.tell([{**late, "id": "evt_late"}]) == [200]
    assert shop.state is State.ACTIVE


def _a_reading_that_another_has_overtaken_is_taken_anew(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    provider: Provider = shop.app.extensions["billing"].provider
    read, taken = provider.read, []

    def slow(customer_ref: str) -> Reading:
        reading = read(customer_ref)
        taken.append(reading)
        if len(taken) == 1:  # meanwhile the payment fails, and somebody else reads and writes that
            shop.fake.fail(customer_ref)
            assert shop.admin.post("/admin/plan/reading").status_code == 303
        return reading

    monkeypatch.setattr(provider, "read", slow)
    shop.contract()
    tenant_id = shop.office.directory.by_slug["bogor"].id
    assert follow(shop.session, shop.office, provider, tenant_id, datetime.now(UTC))
    assert len(taken) == 3
    assert shop.state is State.GRACE
    shop.fake.recover(shop.customer)
    assert shop.admin.post("/admin/plan/reading").status_code == 303
    assert shop.state is State.ACTIVE


def _more_residents_change_the_price_of_what_runs(shop: Shop) -> None:
    assert shop.choose(population="1.200.000").status_code == 303
    running: Any = shop.fake.running(shop.customer)
    assert running["items"]["data"][0]["price"]["unit_amount"] == rupiah(8_000_000).minor
    contract = shop.contract()
    assert (contract.population, contract.monthly) == (1_200_000, rupiah(8_000_000))
    assert len(shop.fake.subscriptions) == 1


def _it_ends_with_what_is_paid_unless_the_city_goes_on(shop: Shop) -> None:
    assert shop.admin.post("/admin/plan/end", version=shop.version()).status_code == 303
    assert shop.state is State.ENDING
    assert shop.admin.post("/admin/plan/return", version=shop.version()).status_code == 303
    assert shop.state is State.ACTIVE
    assert shop.admin.post("/admin/plan/end", version=shop.version()).status_code == 303
    shop.fake.month_passes(shop.customer)
    assert shop.tell(shop.fake.told[-1:]) == [200]
    assert shop.state is State.NONE
    assert shop.contract().plan == "free"
    assert shop.nobody.get("/").status_code == shop.admin.get("/staff").status_code == 200


def _after_the_end_a_card_may_be_given_once_more(shop: Shop) -> None:
    assert shop.choose().status_code == 303
    assert shop.pay(shop.go()) == 303
    assert shop.state is State.BEGUN
    assert shop.admin.post("/admin/plan/payment").status_code == 409, "back, and once more, before anybody told us"
    assert shop.state is State.ACTIVE
    assert [one["status"] for one in shop.fake.subscriptions.values()] == ["canceled", "active"]
    answer = shop.admin.post("/admin/plan/portal")
    assert f"{shop.fake.url}/portal/" in answer.text
    result = shop.app.test_cli_runner().invoke(args=["billing", "end", "bogor"])
    assert result.exit_code == 0, result.output
    assert shop.state is State.NONE


STEPS: tuple[Callable[..., None], ...] = (
    _without_a_key_cards_are_by_arrangement_and_nothing_breaks,
    _pressing_twice_or_from_four_windows_at_once_leads_to_one_page,
    _another_price_closes_the_page_of_the_former,
    _calls_in_any_order_and_twice_make_it_active_once,
    _going_back_after_paying_begins_no_second_subscription,
    _a_customer_of_nobody_here_changes_nothing,
    _nothing_stops_for_residents_and_officials_when_a_payment_fails,
    _a_call_that_we_could_not_follow_up_is_kept_and_replayed,
    _an_old_call_that_comes_late_does_not_turn_it_back,
    _a_reading_that_another_has_overtaken_is_taken_anew,
    _more_residents_change_the_price_of_what_runs,
    _it_ends_with_what_is_paid_unless_the_city_goes_on,
    _after_the_end_a_card_may_be_given_once_more,
)
"""Each goes on from where the one before left off, so they are one test: several workers would part them."""


def test_a_plan_by_card_step_by_step(shop: Shop) -> None:
    for step in STEPS:
        with pytest.MonkeyPatch.context() as patch:
            step(*((shop, patch) if "monkeypatch" in signature(step).parameters else (shop,)))
