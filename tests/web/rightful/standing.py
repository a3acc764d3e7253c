"""The rightful calls of plans, payment, pausing and leaving."""

import io
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import update

from configuration import (
    standstill,
)
from configuration.editing import Author
from onboarding.billing import choosing, invoicing, papers, tax_rates
from onboarding.billing.contract import Way, contract_of
from onboarding.billing.invoice import Invoice, Paid
from onboarding.billing.payer import Payer
from onboarding.billing.plans import Plan
from onboarding.leaving import departure
from onboarding.leaving.archiving import SLOWEST, Archive
from onboarding.leaving.archiving import State as ArchiveState
from tenants import scope
from tenants.database import new_id
from tenants.tenant import Stage
from tests.conftest import STRIPE
from tests.onboarding.billing.stripe_server import signed
from tests.web.rightful.world import SHOWN, Ask, Call, World, clock, plain


def bill(world: World, plan: Plan = Plan.CITY) -> Invoice:
    """An invoice of Kota Barat that nobody has paid yet, of months that are over. The session is turned to it."""
    by, card = world.cast.actor("barat", "admin").seat_id, world.cast.enter("barat")
    session, now = world.cast.session, clock()
    payer = Payer(payer_name=SHOWN["message"])

    def choose(wanted: Plan, version: int, at: datetime) -> None:
        choosing.choose(
            session, world.cast.office, card,
            plan=wanted, population=300_000, way=Way.INVOICE, payer=payer, months=12, looked_at=version, by=by, now=at,
        )  # fmt: skip

    if contract_of(session) is None:
        choose(Plan.CITY, 0, now - timedelta(days=400))
        invoicing.issue_due(session, world.cast.office, card, now)
    contract = contract_of(session)
    assert contract is not None
    contract.way, contract.ends = Way.INVOICE, False
    contract.customer_ref = contract.subscription_ref = contract.session_ref = None
    if contract.plan != plan:
        choose(plan, contract.version, now)
    found = next((one for one in invoicing.invoices(session) if one.state == Paid.OPEN), None)
    if found is None:
        found = invoicing.invoices(session)[0]
        found.state, found.paid_on = Paid.OPEN, None
    session.flush()
    found_id = found.id
    world.cast.enter("barat")
    return invoicing.invoice_by_id(world.cast.session, found_id)


def of_invoice(folder: str, rest: str = "", data: Mapping[str, Any] | None = None) -> Callable[[World], Ask]:
    """folder: of the invoices, on the host of who reads them. data: a form besides its version."""

    def make(world: World) -> Ask:
        invoice = bill(world)
        fields = {"version": str(invoice.version), **(data or {})}
        return Ask(f"{folder}/{invoice.id}{rest}", (lambda: dict(fields)) if data is not None else None)

    return make


def of_plan(path: str, on: Plan = Plan.CITY, **data: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        bill(world, on)
        contract = contract_of(world.cast.session)
        fields = {"version": str(contract.version if contract else 0), **data}
        return Ask(path, lambda: dict(fields))

    return make


TAX_RATE = {"from_on": "2030-01-01", "percent": "12", "part": "11/12", "collected_above": "", "source": "PMK"}


def tax_rate(path: str) -> Callable[[World], Ask]:
    return lambda _world: Ask(path, lambda: dict(TAX_RATE))


def tax_rate_to_take_out(world: World) -> Ask:
    world.cast.session.commit()
    scope.name_tenant(world.cast.session, None)
    day = f"{2031 + len(tax_rates.listed(world.cast.session))}-01-01"
    row = tax_rates.add(world.cast.session, {**TAX_RATE, "from_on": day}, by=None, now=clock())
    world.cast.session.commit()
    return Ask(f"/operator/tax/{row.id}/removal", lambda: {})


def by_card(path: str, *, runs: bool = True) -> Callable[[World], Ask]:
    """runs: a subscription is there; else a card was chosen only."""

    def make(world: World) -> Ask:
        bill(world)
        session = world.cast.session
        contract = contract_of(session)
        assert contract is not None
        contract.way, contract.ends = Way.CARD, runs
        if runs:
            contract.customer_ref, contract.subscription_ref = STRIPE.subscribe()
        invoicing.list_anew(session, contract, clock())
        version = str(contract.version)
        session.commit()
        return Ask(path, lambda: {"version": version})

    return make


def billing_event(world: World) -> Ask:
    about = {"id": uuid4().hex, "object": "invoice", "customer": "cus_nobody"}
    event = {"id": f"evt_{uuid4().hex}", "object": "event", "type": "invoice.paid", "created": 1_790_000_000}
    body = json.dumps({**event, "data": {"object": about}}).encode()
    return Ask("/hooks/stripe", signed=lambda: signed(body), harmless=True)


def with_paper(folder: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        invoice = bill(world)
        return Ask(
            f"{folder}/{invoice.id}/files",
            lambda: {"kind": "hand_over", "file": (io.BytesIO(b"%PDF-1.7 " + uuid4().bytes), "bast.pdf")},
        )

    return make


def paper(folder: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        invoice = bill(world)
        row = papers.add(
            world.cast.session, world.cast.office.storage, invoice.id,
            kind="order", name="spk.pdf", content=b"%PDF-1.7", by_seat=None, now=clock(),
        )  # fmt: skip
        path = f"{folder}/{row.id}"
        world.cast.session.commit()
        return Ask(path)

    return make


def standing(how: str) -> Callable[[World], Ask]:
    """Kota Barat pauses, or goes on: each begins where the other ends, so that what comes after meets a live city."""

    def make(world: World) -> Ask:
        author = Author(world.cast.actor("barat", "admin").seat_id)
        tenant = world.cast.tenant("barat")
        turn = {(Stage.PAUSED, "pause"): standstill.resume, (Stage.LIVE, "resumption"): standstill.pause}
        if (tenant.stage, how) in turn:
            turn[Stage(tenant.stage), how](world.cast.session, tenant.id, author=author, now=clock())
        world.cast.session.commit()
        world.cast.office.keeper.refresh()
        return Ask(f"/admin/standing/{how}", dict)

    return make


def leaving(step: str) -> Callable[[World], Ask]:
    """Kota Barat asks to leave, stays after all, is stopped: each meets what it needs, and a live city follows."""

    def make(world: World) -> Ask:
        cast, author = world.cast, Author(world.cast.actor("barat", "admin").seat_id)
        card = cast.enter("barat")
        if cast.tenant("barat").stage == Stage.LIVE:
            standstill.pause(cast.session, card.id, author=author, now=clock())
        row = departure.current(cast.session)
        if row is None and step:
            row = departure.ask(cast.session, cast.office, card, author=author, now=clock())
        if row is not None and not step:
            departure.withdraw(cast.session, cast.office, card, author=author, now=clock())
        if (contract := contract_of(cast.session)) is not None:  # a card that pays holds the city
            contract.way, contract.subscription_ref = Way.INVOICE, None
            invoicing.list_anew(cast.session, contract, clock())
        if step == "/confirmation" and row is not None:
            row.confirm_from_at = clock() - timedelta(days=1)
            row.asked_at = row.confirm_from_at
            cast.session.add(
                Archive(
                    id=new_id(), state=ArchiveState.GONE, asked_at=clock(), state_at=clock() + timedelta(hours=1),
                    downloaded_at=clock(),
                )
            )  # fmt: skip
        cast.session.commit()
        cast.office.keeper.refresh()
        if step.startswith("/operator"):
            return Ask(step, lambda: {"reason": "Sebab itu benar."})
        return Ask(f"/admin/standing/leaving{step}", lambda: {"slug": "barat"})

    return make


def an_archive(world: World) -> Ask:
    """Asked for once more: whoever came before has theirs."""
    world.cast.enter("barat")
    world.cast.session.execute(update(Archive).values(state=ArchiveState.GONE))
    world.cast.session.commit()
    return Ask("/admin/standing/archives", dict)


def own_archive(world: World) -> Ask:
    world.cast.enter("barat")
    key = f"archive/{uuid4()}"
    row = Archive(
        id=new_id(), state=ArchiveState.READY, asked_at=clock(),
        state_at=clock() + 2 * SLOWEST,  # whatever was erased by an earlier call
        complaints=1,
        files=1, size=9,
        expires_at=clock() + timedelta(days=1), key=key, sha256="0" * 64,
    )  # fmt: skip
    world.cast.office.storage.put(key, b"KENARI-AR", "application/x-tar")
    world.cast.session.add(row)
    world.cast.session.commit()
    return Ask(f"/admin/standing/archives/{row.id}/copy", dict)


CALLS: dict[tuple[str, str], Call | dict[str, Call]] = {
    ("admin_standing.page", "GET"): Call("admin", plain("/admin/standing")),
    ("admin_standing.pause", "POST"): Call("admin", standing("pause")),
    ("admin_standing.leave", "POST"): Call("admin", leaving("")),
    ("admin_standing.confirm", "POST"): Call("admin", leaving("/confirmation")),
    ("admin_standing.stay", "POST"): Call("admin", leaving("/withdrawal")),
    ("operator_leaving.page", "GET"): Call("operator", plain("/operator/tenants/barat/leaving"), host=None),
    ("operator_leaving.stop", "POST"): Call("operator", leaving("/operator/tenants/barat/leaving/stop"), host=None),
    ("admin_standing.resume", "POST"): Call("admin", standing("resumption")),
    ("admin_standing.archive", "POST"): Call("admin", an_archive),
    ("admin_standing.download", "POST"): Call("admin", own_archive),
    ("admin_plan.page", "GET"): Call("admin", of_plan("/admin/plan")),
    ("admin_plan.choose", "POST"): Call(
        "admin", of_plan("/admin/plan", plan="city", population="300.000", way="invoice", months="3")
    ),
    ("admin_plan.end", "POST"): Call("admin", of_plan("/admin/plan/end")),
    ("admin_plan.go_on", "POST"): Call("admin", by_card("/admin/plan/return")),
    ("admin_plan.pay", "POST"): Call("admin", by_card("/admin/plan/payment", runs=False)),
    ("admin_plan.portal", "POST"): Call("admin", by_card("/admin/plan/portal")),
    ("admin_plan.read", "POST"): Call("admin", by_card("/admin/plan/reading")),
    **{
        (f"billing_public.{name}", "GET"): Call(None, plain(path), host=None)
        for name, path in (
            ("prices", "/prices"),
            ("agreement", "/agreement"),
            ("agreement_text", "/agreement.txt"),
            ("hosting", "/where-data-lies"),
            ("exit_plan", "/exit-plan"),
        )
    },
    ("billing_hook.receive", "POST"): Call(None, billing_event, host=None),
    ("admin_plan.invoice", "GET"): Call("admin", of_invoice("/admin/plan/invoices")),
    ("admin_plan.complete", "POST"): Call("admin", of_invoice("/admin/plan/invoices", data={"order_number": "SPK/1"})),
    ("admin_plan.bring", "POST"): Call("admin", with_paper("/admin/plan/invoices")),
    ("admin_plan.paper", "GET"): Call("admin", paper("/admin/plan/files")),
    ("operator_plans.page", "GET"): Call("operator", of_plan("/operator/plans?plan=city"), host=None),
    ("operator_plans.city", "GET"): Call("operator", of_plan("/operator/plans/barat"), host=None),
    ("operator_plans.agree", "POST"): Call(
        "operator", of_plan("/operator/plans/barat/agreement", Plan.ARRANGED, monthly="5.000.000"), host=None
    ),
    ("operator_plans.say_who_collects", "POST"): Call("operator", of_plan("/operator/plans/barat/tax"), host=None),
    ("operator_tax.page", "GET"): Call("operator", plain("/operator/tax"), host=None),
    ("operator_tax.add", "POST"): Call("operator", tax_rate("/operator/tax"), host=None),
    ("operator_tax.take_over", "POST"): Call("operator", tax_rate("/operator/tax/known"), host=None),
    ("operator_tax.remove", "POST"): Call("operator", tax_rate_to_take_out, host=None),
    ("operator_plans.issue", "POST"): Call("operator", of_plan("/operator/plans/barat/invoices"), host=None),
    ("operator_plans.invoice", "GET"): Call("operator", of_invoice("/operator/plans/barat/invoices"), host=None),
    ("operator_plans.mark_paid", "POST"): Call(
        "operator",
        of_invoice("/operator/plans/barat/invoices", "/payment", {"paid_on": f"{clock():%Y-%m-%d}"}),
        host=None,
    ),
    ("operator_plans.bring", "POST"): Call("operator", with_paper("/operator/plans/barat/invoices"), host=None),
    ("operator_plans.paper", "GET"): Call("operator", paper("/operator/plans/barat/files"), host=None),
}
