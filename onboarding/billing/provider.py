"""The payment provider (Stripe), through its own client: what is asked of it, and what it answers as plain values.

Nothing here touches the database, and nobody holds a transaction open meanwhile. Every call may raise Unavailable.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import stripe
from stripe import StripeClient

from onboarding.billing.money import Money
from onboarding.billing.plans import BANDS, Band
from tenants.errors import Conflict, Invalid, NotAllowed, Unavailable

TIMEOUT_S = 10
RETRIES = 2
MOST_INVOICES = 24
PRODUCT = "aduan-city"
OVER = ("canceled", "incomplete", "incomplete_expired")
"""Subscriptions that pay for nothing: ended, or never begun."""
FAILED = ("past_due", "unpaid")
OPEN = "open"
COMPLETE = "complete"
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
"""How a call that is no event comes to light."""

log = logging.getLogger(__name__)


class Running(Conflict):
    """A subscription runs already; a second one is never begun."""


@dataclass(frozen=True)
class Payment:
    """A page at the provider where a card is given. url: its address."""

    customer_ref: str
    session_ref: str
    url: str


@dataclass(frozen=True)
class Subscription:
    """band: of the price list, None for a price that isn't ours. renews_at: until when is paid."""

    ref: str
    status: str
    band: Band | None
    renews_at: datetime | None
    ends: bool

    @property
    def failed(self) -> bool:
        return self.status in FAILED


@dataclass(frozen=True)
class Bill:
    """An invoice of the provider. status: open, paid or void."""

    ref: str
    number: str
    status: str
    amount: Money
    issued_at: datetime
    due_on: date
    from_on: date
    until_on: date
    paid_on: date | None
    url: str | None


@dataclass(frozen=True)
class Reading:
    """How a customer stands at the provider: the subscription that runs, if one does, and the newest invoices."""

    subscription: Subscription | None
    bills: Sequence[Bill]


@dataclass(frozen=True)
class Told:
    """An event, without what stands in it."""

    id: str
    type: str
    created_at: datetime
    customer_ref: str | None


class Provider:
    """The provider under one key. webhook_secret: None where its calls aren't believed. http: for tests."""

    def __init__(
        self,
        api_key: str,
        api_base: str | None = None,
        webhook_secret: str | None = None,
        http: stripe.HTTPClient | None = None,
    ) -> None:
        self.webhook_secret = webhook_secret
        self._client = StripeClient(
            api_key,
            base_addresses={"api": api_base.rstrip("/")} if api_base else {},
            max_network_retries=RETRIES,
            http_client=http or stripe.RequestsClient(timeout=TIMEOUT_S),
        )

    def begin(
        self,
        *,
        tenant: str,
        name: str,
        customer_ref: str | None,
        session_ref: str | None,
        band: Band,
        asked: int,
        back_to: str,
        now: datetime,
    ) -> Payment:
        """A page where a city gives its card; the same one as long as it is open and about the same price.

        tenant: its id, told along. asked: counts the choices, so that a form sent twice is one page. Raises Running.
        """
        with _asking():
            customer = customer_ref or self._customer(tenant, name)
            # The page first, then what runs: a payment between the two looks shows as a subscription.
            page = self._client.v1.checkout.sessions.retrieve(session_ref).to_dict() if session_ref else None
            if self._running(customer) is not None:
                raise Running("A subscription runs already; a second one isn't begun.")
            if page is not None and session_ref is not None:
                if page["status"] == OPEN and page["url"] and page["metadata"].get("band") == band.code:
                    return Payment(customer, session_ref, page["url"])
                if page["status"] == OPEN:
                    self._client.v1.checkout.sessions.expire(session_ref)
                asked += 1
            return self._session(customer, tenant, band, asked, back_to, now)

    def abandon(self, session_ref: str) -> None:
        """Close a page where a card could still be given. Raises Running where that has happened."""
        with _asking():
            session = self._client.v1.checkout.sessions.retrieve(session_ref)
            if session.status == COMPLETE:
                raise Running("This was paid already; it is being confirmed.")
            if session.status == OPEN:
                self._client.v1.checkout.sessions.expire(session_ref)

    def portal(self, customer_ref: str, back_to: str) -> str:
        """The address where a city changes its card and sees its invoices."""
        with _asking():
            made = self._client.v1.billing_portal.sessions.create({"customer": customer_ref, "return_url": back_to})
            return made.url

    def change(self, subscription_ref: str, band: Band, asked: str) -> None:
        """Another price for what runs, from now on; days that are paid are set off."""
        with _asking():
            price = self.price(band)
            running = self._client.v1.subscriptions.retrieve(subscription_ref).to_dict()
            item = running["items"]["data"][0]["id"]
            self._client.v1.subscriptions.update(
                subscription_ref,
                {"items": [{"id": item, "price": price}], "proration_behavior": "create_prorations"},
                {"idempotency_key": f"aduan-change-{subscription_ref}-{band.code}-{asked}"},
            )

    def end(self, subscription_ref: str, *, ends: bool) -> None:
        """Let it end with what is paid, or go on after all."""
        with _asking():
            self._client.v1.subscriptions.update(subscription_ref, {"cancel_at_period_end": ends})

    def cancel(self, subscription_ref: str) -> None:
        """End it at once."""
        with _asking():
            self._client.v1.subscriptions.cancel(subscription_ref)

    def read(self, customer_ref: str) -> Reading:
        """How a customer stands now."""
        with _asking():
            running = self._running(customer_ref)
            found = self._client.v1.invoices.list({"customer": customer_ref, "limit": MOST_INVOICES})
            return Reading(
                _subscription(running.to_dict()) if running is not None else None,
                [_bill(one.to_dict()) for one in found.data if one.status in ("open", "paid", "void", "uncollectible")],
            )

    def price(self, band: Band) -> str:
        """The provider's id of a band's monthly price; made there, or made anew where the price list has changed."""
        key = price_key(band)
        with _asking():
            found = self._client.v1.prices.list({"lookup_keys": [key], "active": True, "limit": 1}).data
            if found and (found[0].unit_amount, found[0].currency) == (band.monthly.minor, band.monthly.currency):
                return found[0].id
            made = self._client.v1.prices.create(
                {
                    "currency": band.monthly.currency,
                    "unit_amount": band.monthly.minor,
                    "recurring": {"interval": "month"},
                    "lookup_key": key,
                    "transfer_lookup_key": True,
                    "product": self._product(),
                    "metadata": {"band": band.code},
                },
                {"idempotency_key": f"aduan-price-{band.code}-{band.monthly.currency}-{band.monthly.minor}"},
            )
            return made.id

    def told(self, body: bytes, signature: str) -> Told:
        """What a call of the provider says. Raises NotAllowed unless it has signed that lately, Unavailable unset."""
        if self.webhook_secret is None:
            raise Unavailable("STRIPE_WEBHOOK_SECRET isn't set, so the payment provider isn't believed.")
        try:
            plain = signature.encode("ascii", "replace").decode()  # the library can't compare anything else
            event = self._client.construct_event(body, plain, self.webhook_secret).to_dict()
            about = event["data"]["object"]
            customer = about["id"] if about.get("object") == "customer" else about.get("customer")
            return Told(
                str(event["id"]),
                str(event["type"]),
                datetime.fromtimestamp(event["created"], UTC),
                customer if isinstance(customer, str) else None,
            )
        except stripe.SignatureVerificationError:
            raise NotAllowed("The call isn't signed by our payment provider.") from None
        except UNREADABLE:
            raise Invalid("The call can't be read.") from None

    def _customer(self, tenant: str, name: str) -> str:
        made = self._client.v1.customers.create(
            {"name": name, "metadata": {"tenant": tenant}, "preferred_locales": ["id"]},
            {"idempotency_key": f"aduan-customer-{tenant}"},
        )
        return made.id

    def _product(self) -> str:
        try:
            return self._client.v1.products.retrieve(PRODUCT).id
        except stripe.InvalidRequestError:
            made = self._client.v1.products.create(
                {"id": PRODUCT, "name": "Aduan"}, {"idempotency_key": f"aduan-product-{PRODUCT}"}
            )
            return made.id

    def _session(self, customer: str, tenant: str, band: Band, asked: int, back_to: str, now: datetime) -> Payment:
        about = {"tenant": tenant, "band": band.code}
        try:
            made = self._client.v1.checkout.sessions.create(
                {
                    "mode": "subscription",
                    "customer": customer,
                    "client_reference_id": tenant,
                    "line_items": [{"price": self.price(band), "quantity": 1}],
                    "success_url": f"{back_to}?paid=1",
                    "cancel_url": back_to,
                    "locale": "id",
                    "metadata": about,
                    "subscription_data": {"metadata": about},
                },
                {"idempotency_key": f"aduan-checkout-{tenant}-{band.code}-{asked}"},
            )
        except stripe.IdempotencyError:  # asked before the price list or the city's address changed
            return self._session(customer, tenant, band, asked + 1, back_to, now)
        if made.url is None or made.expires_at <= now.timestamp():
            # The answer of long ago, given again: that page is closed by now.
            return self._session(customer, tenant, band, asked + 1, back_to, now)
        return Payment(customer, made.id, made.url)

    def _running(self, customer_ref: str) -> stripe.Subscription | None:
        """The newest that pays or should pay."""
        found = self._client.v1.subscriptions.list({"customer": customer_ref, "status": "all", "limit": 20}).data
        running = [one for one in found if one.status not in OVER]
        return max(running, key=lambda one: one.created, default=None)


def price_key(band: Band) -> str:
    """How a price is found at the provider."""
    return f"aduan-{band.code}-month"


@contextmanager
def _asking() -> Iterator[None]:
    """Say what the provider refused or couldn't answer as one of our errors; its own words stand in the log."""
    try:
        yield
    except stripe.StripeError as error:
        log.warning("the payment provider said no: %s %s", type(error).__name__, error.code)
        raise Unavailable("The payment provider doesn't answer as it should. Please try again in a moment.") from error


def _subscription(found: Any) -> Subscription:
    item = found["items"]["data"][0]
    key = item["price"].get("lookup_key") or ""
    code = (item["price"].get("metadata") or {}).get("band")
    # Since 2025 an item says until when is paid; before that the subscription did.
    until = item.get("current_period_end") or found.get("current_period_end")
    return Subscription(
        found["id"],
        found["status"],
        next((band for band in BANDS if code == band.code or key == price_key(band)), None),
        datetime.fromtimestamp(until, UTC) if until else None,
        bool(found.get("cancel_at_period_end") or found.get("cancel_at")),
    )


def _bill(found: Any) -> Bill:
    lines = (found.get("lines") or {}).get("data") or []
    period = lines[-1]["period"] if lines else {"start": found["created"], "end": found["created"]}
    paid_at = (found.get("status_transitions") or {}).get("paid_at")
    return Bill(
        ref=found["id"],
        number=found.get("number") or found["id"],
        status="open" if found["status"] == "uncollectible" else found["status"],
        amount=Money(found["total"], found["currency"]),
        issued_at=datetime.fromtimestamp(found["created"], UTC),
        due_on=_day(found.get("due_date") or found["created"]),
        from_on=_day(period["start"]),
        until_on=_day(period["end"]),
        paid_on=_day(paid_at) if paid_at else None,
        url=found.get("hosted_invoice_url"),
    )


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()
