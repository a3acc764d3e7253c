"""A small payment provider that speaks Stripe's interface as far as we ask, and has the page where a card is given.

The packaged local server (localstripe) knows neither prices nor Checkout nor the portal, and ignores idempotency keys;
this one has these, keeps its state in memory, and tells of what happened only when a test has it do so: twice, late, in
another order or never.
"""

import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
import stripe
from flask import Flask, Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.serving import make_server
from werkzeug.test import Client

KEY = "sk_test_aduan"
SECRET = "whsec_aduan"
GOOD_CARD, BAD_CARD = "4242424242424242", "4000000000000002"
MONTH_S = 30 * 24 * 3600
DAY_S = 24 * 3600


class FakeStripe:
    """customers, prices …: by id. told: the events so far, the oldest first. calls: (method, path) of each."""

    def __init__(self) -> None:
        self.customers: dict[str, dict[str, Any]] = {}
        self.products: dict[str, dict[str, Any]] = {}
        self.prices: dict[str, dict[str, Any]] = {}
        self.sessions: dict[str, dict[str, Any]] = {}
        self.subscriptions: dict[str, dict[str, Any]] = {}
        self.invoices: dict[str, dict[str, Any]] = {}
        self.told: list[dict[str, Any]] = []
        self.calls: list[tuple[str, str]] = []
        self.down = False
        self.url = "http://stripe.invalid"
        self._answers: dict[tuple[str, str], tuple[str, str]] = {}
        self._count = 0
        self._lock = threading.RLock()
        self.app = self._app()

    # what happens at the provider without anybody asking

    def fail(self, customer: str) -> None:
        """The card is refused for the next month."""
        running = self.running(customer)
        running["status"] = "past_due"
        invoice = self._invoice(running, "open")
        self._tell("invoice.payment_failed", invoice)
        self._tell("customer.subscription.updated", running)

    def recover(self, customer: str) -> None:
        """It is charged after all."""
        running = self.running(customer)
        running["status"] = "active"
        for one in self.invoices.values():
            if one["customer"] == customer and one["status"] == "open":
                one["status"], one["status_transitions"] = "paid", {"paid_at": int(time.time())}
                self._tell("invoice.paid", one)
        self._tell("customer.subscription.updated", running)

    def month_passes(self, customer: str) -> None:
        """What was to end with the month ends; else a month is charged."""
        running = self.running(customer)
        if running["cancel_at_period_end"]:
            running["status"] = "canceled"
            self._tell("customer.subscription.deleted", running)
        else:
            self._tell("invoice.paid", self._invoice(running, "paid"))

    def subscribe(self, minor: int = 275_000_000) -> tuple[str, str]:
        """A customer who pays so much a month, without the way there: (its id, the subscription's)."""
        customer, price = {"id": self._id("cus")}, {"id": self._id("price"), "unit_amount": minor, "currency": "idr"}
        price |= {"lookup_key": None, "metadata": {"band": "b2"}}
        self.customers[customer["id"]], self.prices[price["id"]] = customer, price
        subscription = self._subscribe(customer["id"], price["id"])
        return customer["id"], subscription["id"]

    def running(self, customer: str) -> dict[str, Any]:
        [found] = [
            one for one in self.subscriptions.values() if one["customer"] == customer and one["status"] != "canceled"
        ]
        return found

    def body_of(self, event: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
        """A call as the provider makes it, signed now: (body, headers)."""
        return signed(json.dumps(event).encode())

    def deliver(self, event: Mapping[str, Any], to: str, host: str = "localhost") -> requests.Response:
        """Call a server of ours with an event."""
        body, headers = self.body_of(event)
        return requests.post(f"{to}/hooks/stripe", data=body, headers={**headers, "Host": host}, timeout=10)

    # the interface

    def _app(self) -> Flask:
        app = Flask("stripe")
        app.before_request(self._look)
        app.after_request(self._remember)
        for rule, view, methods in (
            ("/v1/customers", self._make_customer, ["POST"]),
            ("/v1/products", self._make_product, ["POST"]),
            ("/v1/products/<id_>", self._product, ["GET"]),
            ("/v1/prices", self._make_price, ["POST"]),
            ("/v1/prices", self._list_prices, ["GET"]),
            ("/v1/checkout/sessions", self._make_session, ["POST"]),
            ("/v1/checkout/sessions/<id_>", self._session, ["GET"]),
            ("/v1/checkout/sessions/<id_>/expire", self._expire, ["POST"]),
            ("/v1/billing_portal/sessions", self._portal, ["POST"]),
            ("/v1/subscriptions", self._list_subscriptions, ["GET"]),
            ("/v1/subscriptions/<id_>", self._subscription, ["GET"]),
            ("/v1/subscriptions/<id_>", self._change_subscription, ["POST"]),
            ("/v1/subscriptions/<id_>", self._cancel, ["DELETE"]),
            ("/v1/invoices", self._list_invoices, ["GET"]),
            ("/pay/<id_>", self._card_page, ["GET"]),
            ("/pay/<id_>", self._pay, ["POST"]),
        ):
            app.add_url_rule(rule, f"{view.__name__}{methods}", view, methods=methods)
        return app

    def _look(self) -> ResponseReturnValue | None:
        self.calls.append((request.method, request.path))
        if not request.path.startswith("/v1/"):
            return None
        if self.down:
            return _error(500, "api_error", "down")
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return _error(401, "invalid_request_error", "Invalid API Key")
        key = request.headers.get("Idempotency-Key")
        known = self._answers.get((request.path, key or ""))
        if request.method == "POST" and key and known:
            if known[0] != _written():
                return _error(
                    400, "idempotency_error", "Keys for idempotent requests can only be used with the same parameters"
                )
            return Response(known[1], content_type="application/json")
        return None

    def _remember(self, response: Response) -> Response:
        key = request.headers.get("Idempotency-Key")
        if request.method == "POST" and key and response.status_code == 200 and request.path.startswith("/v1/"):
            self._answers.setdefault((request.path, key), (_written(), response.get_data(as_text=True)))
        return response

    def _make_customer(self) -> ResponseReturnValue:
        row = {"id": self._id("cus"), "object": "customer", **_form()}
        self.customers[row["id"]] = row
        return jsonify(row)

    def _make_product(self) -> ResponseReturnValue:
        row = {"object": "product", **_form()}
        self.products[row["id"]] = row
        return jsonify(row)

    def _product(self, id_: str) -> ResponseReturnValue:
        return (
            jsonify(self.products[id_])
            if id_ in self.products
            else _error(404, "invalid_request_error", "No such product")
        )

    def _make_price(self) -> ResponseReturnValue:
        given = _form()
        if given["product"] not in self.products:
            return _error(400, "invalid_request_error", "No such product")
        for one in self.prices.values():
            if one["lookup_key"] == given["lookup_key"]:
                one["lookup_key"] = None
        row = {
            "id": self._id("price"), "object": "price", "active": True, "currency": given["currency"],
            "unit_amount": int(given["unit_amount"]), "lookup_key": given["lookup_key"],
            "metadata": given.get("metadata", {}), "recurring": given["recurring"], "product": given["product"],
        }  # fmt: skip
        self.prices[row["id"]] = row
        return jsonify(row)

    def _list_prices(self) -> ResponseReturnValue:
        wanted = set(request.args.getlist("lookup_keys[0]") + request.args.getlist("lookup_keys[]"))
        return _list([one for one in self.prices.values() if one["lookup_key"] in wanted])

    def _make_session(self) -> ResponseReturnValue:
        given = _form()
        price = self.prices[given["line_items"]["0"]["price"]]
        row = {
            "id": self._id("cs"), "object": "checkout.session", "status": "open", "customer": given["customer"],
            "metadata": given["metadata"], "success_url": given["success_url"], "cancel_url": given["cancel_url"],
            "expires_at": int(time.time()) + DAY_S, "price": price["id"], "subscription": None,
        }  # fmt: skip
        row["url"] = f"{self.url}/pay/{row['id']}"
        self.sessions[row["id"]] = row
        return jsonify(row)

    def _session(self, id_: str) -> ResponseReturnValue:
        return jsonify(self.sessions[id_])

    def _expire(self, id_: str) -> ResponseReturnValue:
        row = self.sessions[id_]
        if row["status"] != "open":
            return _error(400, "invalid_request_error", "Only open sessions can be expired")
        row["status"], row["url"] = "expired", None
        return jsonify(row)

    def _portal(self) -> ResponseReturnValue:
        given = _form()
        id_ = self._id("bps")
        return jsonify({"id": id_, "object": "billing_portal.session", "url": f"{self.url}/portal/{id_}", **given})

    def _list_subscriptions(self) -> ResponseReturnValue:
        return _list([one for one in self.subscriptions.values() if one["customer"] == request.args["customer"]])

    def _subscription(self, id_: str) -> ResponseReturnValue:
        return jsonify(self.subscriptions[id_])

    def _change_subscription(self, id_: str) -> ResponseReturnValue:
        given, row = _form(), self.subscriptions[id_]
        if "cancel_at_period_end" in given:
            row["cancel_at_period_end"] = given["cancel_at_period_end"] == "true"
        for item in given.get("items", {}).values():
            [own] = [one for one in row["items"]["data"] if one["id"] == item["id"]]
            own["price"] = self.prices[item["price"]]
        self._tell("customer.subscription.updated", row)
        return jsonify(row)

    def _cancel(self, id_: str) -> ResponseReturnValue:
        row = self.subscriptions[id_]
        row["status"] = "canceled"
        self._tell("customer.subscription.deleted", row)
        return jsonify(row)

    def _list_invoices(self) -> ResponseReturnValue:
        found = [one for one in self.invoices.values() if one["customer"] == request.args["customer"]]
        return _list(found[::-1][: int(request.args.get("limit", 10))])

    def _card_page(self, id_: str) -> ResponseReturnValue:
        row = self.sessions[id_]
        return f"<form method=post><input name=card></form>{row['status']}"

    def _pay(self, id_: str) -> ResponseReturnValue:
        with self._lock:
            row = self.sessions[id_]
            if row["status"] != "open":
                return "This page is over.", 410
            if request.form["card"] == BAD_CARD:
                return "Your card was declined.", 402
            subscription = self._subscribe(row["customer"], row["price"])
            row["status"], row["url"], row["subscription"] = "complete", None, subscription["id"]
            self._tell("customer.subscription.created", subscription)
            self._tell("invoice.paid", self._invoice(subscription, "paid"))
            self._tell("checkout.session.completed", row)
        return redirect(row["success_url"], 303)

    def _subscribe(self, customer: str, price: str) -> dict[str, Any]:
        now = int(time.time())
        item = {
            "id": self._id("si"), "object": "subscription_item", "price": self.prices[price],
            "current_period_end": now + MONTH_S,
        }  # fmt: skip
        row = {
            "id": self._id("sub"), "object": "subscription", "customer": customer, "status": "active",
            "created": now, "cancel_at_period_end": False, "cancel_at": None,
            "items": {"object": "list", "data": [item]},
        }  # fmt: skip
        self.subscriptions[row["id"]] = row
        return row

    def _invoice(self, subscription: Mapping[str, Any], status: str) -> dict[str, Any]:
        now, id_ = int(time.time()), self._id("in")
        price = subscription["items"]["data"][0]["price"]
        row = {
            "id": id_, "object": "invoice", "customer": subscription["customer"], "status": status, "created": now,
            "number": f"ADN-{self._count:04}", "total": price["unit_amount"], "currency": price["currency"],
            "due_date": None, "hosted_invoice_url": f"{self.url}/invoice/{id_}",
            "status_transitions": {"paid_at": now if status == "paid" else None},
            "lines": {"object": "list", "data": [{"period": {"start": now, "end": now + MONTH_S}}]},
        }  # fmt: skip
        self.invoices[id_] = row
        return row

    def _tell(self, type_: str, about: Mapping[str, Any]) -> None:
        event = {
            "id": self._id("evt"), "object": "event", "type": type_, "created": int(time.time()),
            "api_version": "2026-10-28.endive", "data": {"object": json.loads(json.dumps(about))},
        }  # fmt: skip
        self.told.append(event)

    def _id(self, kind: str) -> str:
        with self._lock:
            self._count += 1
            return f"{kind}_{self._count:06}"


class InProcess(stripe.HTTPClient):
    """The client's transport straight into the fake, for the tests that don't care about the wire."""

    name = "in-process"

    def __init__(self, fake: FakeStripe) -> None:
        super().__init__()
        self._fake = fake

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, *, _usage: Any = None
    ) -> tuple[str, int, Mapping[str, str]]:
        path = re.sub(r"^https?://[^/]+", "", url)
        answer = Client(self._fake.app).open(path, method=method.upper(), headers=dict(headers or {}), data=post_data)
        return answer.get_data(as_text=True), answer.status_code, dict(answer.headers)

    def close(self) -> None:
        """Nothing is open."""


def signed(body: bytes, secret: str = SECRET, at: int | None = None) -> tuple[bytes, dict[str, str]]:
    """A body with the header in which the provider signs it."""
    timestamp = at if at is not None else int(time.time())
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return body, {"Stripe-Signature": f"t={timestamp},v1={digest}", "Content-Type": "application/json"}


@contextmanager
def serving(app: Flask, *, threaded: bool = True) -> Iterator[str]:
    """An app behind real sockets; the address."""
    server = make_server("127.0.0.1", 0, app, threaded=threaded)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _written() -> str:
    return json.dumps(sorted(request.form.items(multi=True)))


def _form() -> dict[str, Any]:
    """`a[b][0]=c` as {"a": {"b": {"0": "c"}}}."""
    made: dict[str, Any] = {}
    for name, value in request.form.items():
        parts = re.findall(r"[^\[\]]+", name)
        inner = made
        for part in parts[:-1]:
            inner = inner.setdefault(part, {})
        inner[parts[-1]] = value
    return made


def _list(rows: list[dict[str, Any]]) -> ResponseReturnValue:
    return jsonify({"object": "list", "data": rows, "has_more": False, "url": request.path})


def _error(status: int, kind: str, words: str) -> ResponseReturnValue:
    return jsonify({"error": {"type": kind, "message": words}}), status
