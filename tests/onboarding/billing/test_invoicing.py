"""A city chooses a plan, uses it, is invoiced afterwards and pays; read in the order in which it happens."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from inspect import signature

import pytest

from onboarding.billing import choosing
from onboarding.billing.contract import State, state_of
from onboarding.billing.invoice import Invoice, Paid
from onboarding.billing.money import rupiah
from onboarding.billing.payer import Payer
from onboarding.billing.plans import Plan
from tenants.errors import Conflict
from tenants.tenant import Stage
from tests.onboarding.billing.stand import Stand

FEBRUARY = datetime(2026, 2, 10, 3, tzinfo=UTC)
JUNE = datetime(2026, 6, 20, 3, tzinfo=UTC)
JULY = datetime(2026, 7, 2, 3, tzinfo=UTC)
FORM = {
    "plan": "city",
    "population": "300.000",
    "way": "invoice",
    "months": "3",
    "payer_name": "Diskominfo Kota Barat",
    "tax_number": "01.234.567.8-901.000",
}
PDF = b"%PDF-1.7 surat"


def _a_city_that_chose_nothing_has_the_free_plan_and_owes_nothing(stand: Stand) -> None:
    page = stand.admin.get("/admin/plan").get_data(as_text=True)
    assert "Rp0" in page
    assert stand.city_plan() is None


def _the_choice_is_kept_and_what_can_not_be_is_said_beside_what_was_typed(stand: Stand) -> None:
    refused = stand.admin.post("/admin/plan", data={**FORM, "version": "0", "tax_number": "12"})
    assert refused.status_code == 422
    assert "Diskominfo Kota Barat" in refused.get_data(as_text=True)
    assert 'id="tax_number-error"' in refused.get_data(as_text=True)
    assert stand.city_plan() is None
    assert stand.admin.post("/admin/plan", data={**FORM, "version": "0"}).status_code == 303
    contract = stand.contract()
    assert (contract.plan, contract.population, contract.tax_number) == ("city", 300_000, "012345678901000")
    assert stand.admin.post("/admin/plan", data={**FORM, "version": "0"}).status_code == 409, "an older form"
    listed = stand.city_plan()
    assert listed is not None
    assert (listed.plan, listed.state) == ("city", State.INVOICED)
    stand.cast.session.rollback()
    assert stand.cast.tenant("barat").plan == "city"


def _months_that_are_over_are_invoiced_once_at_their_price(stand: Stand) -> None:
    contract = stand.contract()
    contract.since_on = date(2026, 2, 1)
    stand.cast.session.commit()
    assert stand.issue(datetime(2026, 3, 31, 3, tzinfo=UTC)) == []
    assert stand.issue(datetime(2026, 3, 31, 18, tzinfo=UTC)) == ["ADN/BRT/2026/001"], "it is April in Jakarta"
    assert stand.issue(JUNE) == []
    [invoice] = stand.invoices()
    assert (invoice.from_on, invoice.until_on, invoice.months) == (date(2026, 2, 1), date(2026, 3, 31), 2)
    assert invoice.amount == rupiah(5_500_000)
    assert invoice.budget_year == 2026
    [mail] = stand.mails("invoice_issued")
    assert "Rp5.500.000" in mail.body
    assert mail.destination == "admin@barat.example"


def _another_price_holds_from_next_month_and_the_former_until_then(stand: Stand) -> None:
    stand.choose(JUNE, population=600_000)
    assert [(one.months, one.amount) for one in stand.invoices()][1:] == [(3, rupiah(8_250_000))]
    assert stand.contract().since_on == date(2026, 7, 1)
    assert stand.issue(JULY) == []
    listed = stand.city_plan()
    assert listed is not None
    assert (listed.open_count, listed.open_minor) == (2, rupiah(13_750_000).minor)
    assert listed.oldest_due_on == date(2026, 5, 1)


def _the_order_number_follows_and_papers_are_for_the_city_and_the_operator_only(stand: Stand) -> None:
    invoice = stand.invoices()[0]
    path = f"/admin/plan/invoices/{invoice.id}"
    form = {"version": str(invoice.version), "order_number": "SPK/12/2026", "budget_year": "2026"}
    assert stand.admin.post(path, data=form).status_code == 303
    assert stand.admin.post(path, data=form).status_code == 409, "an older form"
    assert "SPK/12/2026" in stand.admin.get(path).get_data(as_text=True)
    paper = {"kind": "hand_over", "file": (io.BytesIO(PDF), "bast.pdf")}
    assert stand.admin.post(f"{path}/files", data=paper).status_code == 303
    wrong = {"kind": "hand_over", "file": (io.BytesIO(b"<svg onload=alert(1)>"), "bast.pdf")}
    assert stand.admin.post(f"{path}/files", data=wrong).status_code == 422
    found = re.search(r"/admin/plan/files/[\w-]+", stand.admin.get(path).get_data(as_text=True))
    assert found is not None
    answer = stand.admin.get(found[0])
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    at_operator = found[0].replace("/admin/plan", "/operator/plans/barat")
    assert stand.operator.get(at_operator).data == PDF
    assert stand.visitor("barat", "supervisor@barat.example").get(found[0]).status_code == 403
    assert stand.visitor("timur", "admin@timur.example").get(found[0]).status_code == 404
    assert stand.operator.get(at_operator.replace("barat", "timur")).status_code == 404


def _the_operator_marks_paid_once_and_the_list_is_shorter(stand: Stand) -> None:
    invoice = stand.invoices()[0]
    assert "Rp13.750.000" in stand.operator.get("/operator/plans").get_data(as_text=True)
    own = f"/admin/plan/invoices/{invoice.id}"
    path = f"/operator/plans/barat/invoices/{invoice.id}/payment"
    form = {"version": str(invoice.version), "paid_on": "2026-05-20", "note": "SP2D 77"}
    assert stand.operator.post(path, data={**form, "paid_on": "2126-01-01"}).status_code == 422
    assert stand.operator.post(path, data=form).status_code == 303
    assert stand.operator.post(path, data=form).status_code == 409
    assert [one.state for one in stand.invoices()] == [Paid.PAID, Paid.OPEN]
    assert "Rp13.750.000" not in stand.operator.get("/operator/plans").get_data(as_text=True)
    assert "SP2D 77" in stand.admin.get(own).get_data(as_text=True)
    assert stand.admin.post(own, data={"version": "3"}).status_code == 409


def _what_is_arranged_costs_what_the_operator_wrote_down(stand: Stand) -> None:
    stand.choose(JULY, plan=Plan.ARRANGED, population=None, months=1)
    before = len(stand.invoices())
    form = {"version": stand.version(), "monthly": "5.000.000"}
    assert stand.operator.post("/operator/plans/barat/agreement", data={**form, "monthly": "much"}).status_code == 422
    assert stand.operator.post("/operator/plans/barat/agreement", data=form).status_code == 303
    contract = stand.contract()
    since_on = contract.since_on
    assert since_on is not None
    later = datetime(since_on.year, since_on.month, 1, 3, tzinfo=UTC) + timedelta(days=35)
    assert len(stand.issue(later)) == 1
    assert stand.invoices()[before].amount == rupiah(5_000_000)


def _value_added_tax_is_a_row_of_the_operator_and_stands_on_the_next_invoice(stand: Stand) -> None:
    assert stand.invoices()[-1].tax_rate is None
    assert "With tax" not in stand.visitor(None).get("/prices?lang=en").get_data(as_text=True)
    assert stand.operator.post("/operator/tax/known").status_code == 303
    assert stand.operator.post("/operator/tax/known").status_code == 303, "once"
    wrong = {"from_on": "2027-01-01", "percent": "12", "part": "13/12", "source": "UU"}
    for form in (wrong, {**wrong, "part": "1/1", "percent": "many"}, {**wrong, "part": "", "source": ""}):
        assert stand.operator.post("/operator/tax", data=form).status_code == 422
    assert stand.operator.post("/operator/tax", data={**wrong, "part": "", "from_on": "2025-01-01"}).status_code == 409
    assert "11/12" in stand.operator.get("/operator/tax").get_data(as_text=True)
    prices = stand.visitor(None).get("/prices?lang=en").get_data(as_text=True)
    assert "Rp165,000" in prices, "12% of 11/12 of Rp1,500,000"
    assert "Rp1,665,000" in prices

    def next_invoice() -> Invoice:
        since_on = stand.contract().since_on
        assert since_on is not None
        stand.issue(datetime(since_on.year, since_on.month, 1, 3, tzinfo=UTC) + timedelta(days=35))
        return stand.invoices()[-1]

    one = next_invoice()
    assert (one.amount, one.tax_base, one.tax) == (rupiah(5_000_000), rupiah(4_583_333), rupiah(550_000))
    assert (one.gross, one.payable, one.tax_by_buyer) == (rupiah(5_550_000), rupiah(5_000_000), True)
    page = stand.admin.get(f"/admin/plan/invoices/{one.id}?lang=id").get_data(as_text=True)
    assert "dipungut oleh pemungut" in page
    assert "Rp5.550.000" in page
    form = {"version": stand.version()}
    assert stand.operator.post("/operator/plans/barat/tax", data=form).status_code == 303
    assert stand.operator.post("/operator/plans/barat/tax", data=form).status_code == 409
    before = stand.city_plan()
    owed = before.open_minor if before else 0
    one = next_invoice()
    assert (one.payable, one.tax_by_buyer) == (rupiah(5_550_000), False)
    listed = stand.city_plan()
    assert listed is not None
    assert listed.open_minor - owed == rupiah(5_550_000).minor
    assert "Rp5.550.000" in stand.mails("invoice_issued")[-1].body


def _after_the_end_nothing_more_is_invoiced_and_the_city_goes_on(stand: Stand) -> None:
    assert stand.admin.post("/admin/plan/end", data={"version": stand.version()}).status_code == 303
    assert state_of(stand.contract(), JULY) is State.NONE
    assert stand.issue(datetime(2036, 1, 1, tzinfo=UTC)) == []
    assert stand.visitor("barat").get("/").status_code == 200
    assert stand.admin.post("/admin/plan/end", data={"version": stand.version()}).status_code == 409


def _the_month_in_which_a_card_takes_over_is_not_invoiced_as_well(stand: Stand) -> None:
    stand.choose(datetime(2026, 1, 10, 3, tzinfo=UTC), "timur")
    stand.choose(datetime(2026, 3, 10, 3, tzinfo=UTC), "timur", way="card")
    assert [(one.from_on, one.until_on) for one in stand.invoices("timur")] == [(date(2026, 2, 1), date(2026, 2, 28))]


def _the_plan_comes_after_going_live(stand: Stand) -> None:
    card = stand.cast.enter("timur")
    rehearsing = replace(card, stage=Stage.REHEARSAL)
    with pytest.raises(Conflict, match="after going live"):
        choosing.choose(
            stand.cast.session, stand.cast.office, rehearsing, plan=Plan.FREE, population=1, way="invoice",
            payer=Payer(), months=3, looked_at=0, by=card.id, now=JUNE,
        )  # fmt: skip
    assert stand.contract("timur").plan == Plan.CITY


STEPS: tuple[Callable[..., None], ...] = (
    _a_city_that_chose_nothing_has_the_free_plan_and_owes_nothing,
    _the_choice_is_kept_and_what_can_not_be_is_said_beside_what_was_typed,
    _months_that_are_over_are_invoiced_once_at_their_price,
    _another_price_holds_from_next_month_and_the_former_until_then,
    _the_order_number_follows_and_papers_are_for_the_city_and_the_operator_only,
    _the_operator_marks_paid_once_and_the_list_is_shorter,
    _what_is_arranged_costs_what_the_operator_wrote_down,
    _value_added_tax_is_a_row_of_the_operator_and_stands_on_the_next_invoice,
    _after_the_end_nothing_more_is_invoiced_and_the_city_goes_on,
    _the_month_in_which_a_card_takes_over_is_not_invoiced_as_well,
    _the_plan_comes_after_going_live,
)
"""Each goes on from where the one before left off, so they are one test: several workers would part them."""


def test_a_citys_plan_by_invoice_step_by_step(stand: Stand) -> None:
    for step in STEPS:
        with pytest.MonkeyPatch.context() as patch:
            step(*((stand, patch) if "monkeypatch" in signature(step).parameters else (stand,)))
