"""The pure rules of plans: amounts, bands, months, tax numbers."""

import hashlib
import hmac
import time
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.billing import money, periods, plans, tax_number
from onboarding.billing.money import Money, rupiah
from onboarding.billing.plans import BANDS, FREE, Plan
from onboarding.billing.provider import Provider
from onboarding.billing.tax import Rate, rate_on, taxed
from onboarding.billing.tax_rates import known
from tenants.errors import Invalid, NotAllowed

ZERO_DECIMAL = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF"
THREE_DECIMAL = "BHD JOD KWD OMR TND"
SPECIAL = {"ISK": 2, "HUF": 2, "TWD": 2, "UGX": 2}
"""As Stripe publishes them, https://docs.stripe.com/currencies, under "Zero-decimal currencies", "Three-decimal
currencies" and "Special cases": amounts of the last are given with two decimals although fewer are charged. IDR is a
presentment currency and stands in none of them."""

MONTHS = st.builds(date, st.integers(2024, 2030), st.integers(1, 12), st.just(1))


def test_minor_units_are_those_of_the_providers_list() -> None:
    published = dict.fromkeys(ZERO_DECIMAL.split(), 0) | dict.fromkeys(THREE_DECIMAL.split(), 3) | SPECIAL
    assert {one: money.decimals(one.lower()) for one in published} == published
    assert {one.upper() for one in money.ZERO_DECIMAL} == set(ZERO_DECIMAL.split())
    assert "IDR" not in published
    assert money.decimals("idr") == 2


def test_rupiah_are_counted_in_hundredths_and_shown_whole() -> None:
    assert rupiah(1_500_000) == Money(150_000_000, "idr")
    assert rupiah(1_500_000).shown("id") == "Rp1.500.000"
    assert Money(150_000_049).shown("en") == "Rp1,500,000"


def test_bands_rise_without_a_gap_and_the_last_has_no_end() -> None:
    for lower, higher in pairwise([FREE, *BANDS]):
        assert lower.most is not None
        assert higher.most is None or higher.most > lower.most
        assert higher.monthly.minor > lower.monthly.minor
        assert all(higher.limits[one] > lower.limits[one] for one in plans.Counted)
        assert higher.code == "b1" or plans.band_of(lower.most) == lower
        assert plans.band_of(lower.most + 1) == higher
    assert BANDS[-1].most is None


@pytest.mark.parametrize(
    ("plan", "population", "field"),
    [
        ("gold", "1000", "plan"),
        ("city", "", "population"),
        ("city", "many", "population"),
        ("city", "0", "population"),
        ("city", "999999999", "population"),
        ("free", "100.001", "plan"),
        ("arranged", "x", "population"),
    ],
)
def test_what_can_not_be_chosen_is_named(plan: str, population: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        plans.checked(plan, population)
    assert refused.value.field == field


def test_what_can_be_chosen_is_read_as_it_is_written() -> None:
    assert plans.checked("free", "100.000") == (Plan.FREE, 100_000)
    assert plans.checked("city", "1 250 000") == (Plan.CITY, 1_250_000)
    assert plans.checked("arranged", "") == (Plan.ARRANGED, None)


@given(MONTHS, st.sampled_from(periods.LENGTHS), st.integers(0, 1200))
def test_periods_follow_each_other_within_a_year_and_are_over(since_on: date, months: int, days: int) -> None:
    today = since_on + timedelta(days=days)
    found = list(periods.ended(since_on, months, today))
    assert [one.from_on for one in found] == [since_on, *(one.until_on + timedelta(days=1) for one in found)][
        : len(found)
    ]
    for one in found:
        assert one.from_on.day == 1
        assert one.from_on.year == one.until_on.year
        assert 1 <= one.months <= months
        assert one.until_on < today
        assert periods.month_end(one.until_on) == one.until_on
        assert one.until_on.month % months == 0
    following = found[-1].until_on + timedelta(days=1) if found else since_on
    assert (today - following).days <= 366


@given(MONTHS, st.integers(-40, 900))
def test_pieces_cover_every_month_once(since_on: date, days: int) -> None:
    until_on = periods.month_end(since_on + timedelta(days=days))
    counted = sum(one.months for one in periods.pieces(since_on, until_on))
    whole = (until_on.year - since_on.year) * 12 + until_on.month - since_on.month + 1
    assert counted == max(0, whole)


def test_a_tax_number_has_fifteen_or_sixteen_digits() -> None:
    assert tax_number.checked("01.234.567.8-901.000") == "012345678901000"
    assert tax_number.shown("012345678901000") == "01.234.567.8-901.000"
    assert tax_number.shown(tax_number.checked("0012345678901000")) == "0012 3456 7890 1000"
    assert tax_number.checked("  ") == ""
    for wrong in ("1234", "01.234.567.8-901.00x", "01234567890123456"):
        with pytest.raises(Invalid):
            tax_number.checked(wrong)


OLD, NEW = Rate(date(2022, 4, 1), 1100), Rate(date(2025, 1, 1), 1200, 11, 12, rupiah(2_000_000))


@pytest.mark.parametrize(
    ("net", "rate", "base", "tax"),
    [
        (1_500_000, NEW, 1_375_000, 165_000),
        (1_500_000, OLD, 1_500_000, 165_000),
        (5_000_000, NEW, 4_583_333, 550_000),  # 4,583,333.33 and 549,999.96
        (50, NEW, 46, 6),  # 45.83 and 5.52
        (25, Rate(date(2030, 1, 1), 200), 25, 1),  # a half goes up
        (1_500_000, None, 1_500_000, 0),
        (0, NEW, 0, 0),
    ],
)
def test_base_and_tax_are_rounded_to_whole_rupiah(net: int, rate: Rate | None, base: int, tax: int) -> None:
    found = taxed(rupiah(net), rate, buyer_collects=False)
    assert (found.base, found.tax, found.payable) == (rupiah(base), rupiah(tax), rupiah(net + tax))


@given(st.integers(1, 10_000_000_000), st.booleans())
def test_eleven_twelfths_at_twelve_percent_is_eleven_percent_to_the_rupiah(net: int, collects: bool) -> None:
    old, new = (taxed(rupiah(net), rate, buyer_collects=collects) for rate in (OLD, NEW))
    assert abs(old.tax.minor - new.tax.minor) <= rupiah(1).minor
    assert new.tax.minor % rupiah(1).minor == 0
    assert new.gross.minor == new.net.minor + new.tax.minor
    assert new.by_buyer == (collects and new.tax.minor > 0 and new.gross.minor > rupiah(2_000_000).minor)
    assert new.payable == (new.net if new.by_buyer else new.gross)


def test_a_rate_holds_from_its_day_until_the_next_one_does() -> None:
    rates = [NEW, OLD]
    days = (date(2022, 3, 31), date(2022, 4, 1), date(2024, 12, 31), date(2025, 1, 1), date(2040, 1, 1))
    assert [rate_on(rates, day) for day in days] == [None, OLD, OLD, NEW, NEW]
    assert [(one.rate, one.part, one.parts) for one in known()] == [(1100, 1, 1), (1200, 11, 12)]


@pytest.mark.parametrize("signature", ["", "t=1", "t=1,v1=é", "t=soon,v1=0", "=,="])
def test_a_call_that_the_payment_provider_has_not_signed_is_refused(signature: str) -> None:
    with pytest.raises(NotAllowed):
        Provider("sk_test", webhook_secret="secret").told(b"{}", signature)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"null", b'{"data": {}}', b'{"data": {"object": 1}}', b'{"id":' + b"[" * 100_000]
)
def test_a_signed_call_that_is_no_event_is_refused(body: bytes) -> None:
    at = int(time.time())
    signature = f"t={at},v1=" + hmac.new(b"secret", f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    with pytest.raises(Invalid):
        Provider("sk_test", webhook_secret="secret").told(body, signature)
