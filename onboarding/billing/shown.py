"""How plans, states and invoices are called on pages, and what a page needs to draw an invoice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Response, g, request
from flask_babel import gettext as _

from onboarding import scan
from onboarding.billing import tax_number
from onboarding.billing.billing import billing
from onboarding.billing.contract import Contract, State, Way
from onboarding.billing.invoice import Invoice, InvoiceFile, Paid, Paper
from onboarding.billing.invoicing import period_in_words
from onboarding.billing.money import Money
from onboarding.billing.payer import payer_of
from onboarding.billing.plans import BANDS, FREE, Band, Counted, Plan, band_of
from onboarding.billing.tax import Rate, taxed
from onboarding.billing.usage import Use
from tenants.errors import Invalid
from web.context import office
from web.tongues import locale_of


@dataclass(frozen=True)
class Line:
    """A line of the price list. residents: how many."""

    residents: str
    monthly: str
    tax: str
    gross: str
    officials: int
    reports: int


def plan_name(plan: str) -> str:
    """What a plan is called."""
    return {
        Plan.FREE: _("Small city (free)"),
        Plan.CITY: _("City, by population"),
        Plan.ARRANGED: _("By arrangement"),
    }[Plan(plan)]


def way_name(way: str) -> str:
    """How it is paid, in words."""
    return {Way.INVOICE: _("by invoice, after the service"), Way.CARD: _("by card, every month")}[Way(way)]


def ways() -> list[tuple[str, str, str]]:
    """How it can be paid here: (value, name, hint)."""
    found = [
        (str(Way.INVOICE), _("By invoice, after the service"), _("With order number, tax number and budget year."))
    ]
    if billing().provider is not None:
        card = _("For the plan by population. The card is given to the payment provider, never to this platform.")
        found.append((str(Way.CARD), _("By card, every month"), card))
    return found


def state_name(state: State) -> str:
    """How it stands with paying, in a word or two."""
    return {
        State.NONE: _("nothing to pay"),
        State.INVOICED: _("by invoice"),
        State.BEGUN: _("payment begun"),
        State.ACTIVE: _("paid by card"),
        State.GRACE: _("payment failed"),
        State.UNPAID: _("unpaid"),
        State.ENDING: _("ends"),
    }[state]


def paid_name(state: str) -> str:
    """Of an invoice."""
    return {Paid.OPEN: _("to be paid"), Paid.PAID: _("paid"), Paid.VOID: _("taken back")}[Paid(state)]


def paper_names() -> list[tuple[str, str]]:
    """The kinds of documents with their names."""
    return [
        (Paper.ORDER, _("Order (SPK, order letter)")),
        (Paper.HAND_OVER, _("Signed hand-over (BAST)")),
        (Paper.TAX_INVOICE, _("Tax invoice (faktur pajak)")),
        (Paper.WITHHELD, _("Proof of tax withheld (bukti potong)")),
        (Paper.PAYMENT, _("Proof of payment (SP2D, transfer)")),
        (Paper.OTHER, _("Something else")),
    ]


def counted_name(counted: Counted) -> str:
    """What a limit is about."""
    return {
        Counted.OFFICIALS: _("Officials with access"),
        Counted.REPORTS: _("Reports received this month"),
    }[counted]


def price_list(rate: Rate | None = None) -> list[Line]:
    """The bands of the paid plan. rate: of today's value-added tax, None for none."""
    lines, least = [], FREE.most or 0
    for band in BANDS:
        lines.append(_line(band, least, rate))
        least = band.most or 0
    return lines


def free_line() -> Line:
    """The free plan."""
    return _line(FREE, 0, None)


def money(amount: Money) -> str:
    """In the page's language."""
    return amount.shown(locale_of(g.language))


def percent(rate: int) -> str:
    """A rate in hundredths of a percent: 12%, 12,5%."""
    return f"{format_decimal(rate / 100, locale=locale_of(g.language))}%"


def tax_words(rate: Rate | None) -> str:
    """How value-added tax is reckoned: 12% of 11/12 of the price."""
    if rate is None:
        return ""
    if rate.part == rate.parts:
        return percent(rate.rate)
    return _("%(rate)s of %(part)s of the price", rate=percent(rate.rate), part=f"{rate.part}/{rate.parts}")


def day(on: date) -> str:
    """In the page's language."""
    return format_date(on, "long", locale=locale_of(g.language))


def day_of(at: datetime) -> str:
    """The day of an instant in the city of the page."""
    zone = g.tenant.time_zone if g.tenant is not None else "Asia/Jakarta"
    return day(at.astimezone(ZoneInfo(zone)).date())


def number(value: int) -> str:
    """With the separators of the page's language."""
    return f"{value:,}" if g.language == "en" else f"{value:,}".replace(",", ".")


def months(invoice: Invoice) -> str:
    """The months that an invoice is for; of the provider's, which begin on any day, the days."""
    if invoice.provider_ref is not None:
        return f"{day(invoice.from_on)} – {day(invoice.until_on)}"
    return period_in_words(invoice.from_on, invoice.until_on, locale_of(g.language))


def issued(invoice: Invoice) -> str:
    """The day on which it was made, in the city."""
    card = office().directory.by_id.get(invoice.tenant_id)  # None where the city has left
    zone = card.time_zone if card is not None else "Asia/Jakarta"
    return day(invoice.issued_at.astimezone(ZoneInfo(zone)).date())


def a_month(invoice: Invoice) -> str:
    """What one of its months costs."""
    return money(Money(invoice.amount_minor // invoice.months, invoice.currency))


def kilobytes(size: int) -> str:
    """The size of a document."""
    return f"{number(max(1, round(size / 1000)))} kB"


def brought(file: InvoiceFile) -> str:
    """Who added it."""
    return _("from the operator") if file.by_seat is None else _("from the city")


def band_words(population: int | None) -> str:
    """Which line of the price list a city is on."""
    band = band_of(population or 0)
    return price_list()[BANDS.index(band)].residents


def uses(found: Sequence[Use]) -> list[tuple[str, str, str, bool]]:
    """(what, how much, up to how much, whether over) of each."""
    return [
        (
            counted_name(one.counted),
            number(one.used),
            number(one.limit) if one.limit is not None else _("as arranged"),
            one.over,
        )
        for one in found
    ]


def terms(invoice: Invoice) -> list[tuple[str, str]]:
    """What stands on an invoice about who pays; what isn't known is said."""
    unknown = _("not given yet")
    return [
        (_("Order number"), invoice.order_number or unknown),
        (_("Tax number (NPWP)"), tax_number.shown(invoice.tax_number) or unknown),
        (_("Budget year"), str(invoice.budget_year or "") or unknown),
    ]


def uploaded() -> tuple[str, str, bytes]:
    """(kind, name, content) of a document that was sent, read no further than it may be long."""
    from_form = request.files.get("file")
    if from_form is None:
        raise Invalid(_("Choose the file."), field="file")
    return request.form.get("kind", ""), from_form.filename or "", from_form.stream.read(scan.MOST_BYTES + 1)


def paper_answer(row: InvoiceFile) -> Response:
    """A document, to be saved and opened outside: what is uploaded never runs here."""
    ending = row.key.rpartition(".")[2]
    answer = Response(office().storage.get(row.key), content_type=scan.type_of(ending))
    answer.headers["Content-Disposition"] = f'attachment; filename="dokumen-{row.id.hex[:8]}.{ending}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def contract_form(contract: Contract | None) -> dict[str, str]:
    """What a form about the plan shows first."""
    if contract is None:
        return {"plan": Plan.FREE, "way": Way.INVOICE, "months": "3", "version": "0"}
    return {
        "plan": contract.plan,
        "population": number(contract.population) if contract.population else "",
        "way": contract.way,
        "months": str(contract.months),
        **payer_of(contract).shown(),
        "version": str(contract.version),
    }


def _line(band: Band, least: int, rate: Rate | None) -> Line:
    reckoned = taxed(band.monthly, rate, buyer_collects=False)
    if band.most is None:
        residents = _("more than %(least)s", least=number(least))
    else:
        residents = _("up to %(most)s", most=number(band.most))
    return Line(
        residents,
        money(band.monthly),
        money(reckoned.tax),
        money(reckoned.gross),
        band.limits[Counted.OFFICIALS],
        band.limits[Counted.REPORTS],
    )
