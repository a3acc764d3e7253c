"""Value-added tax on a price: the rate of a day and the part of the price that it is reckoned on are rows. Pure."""

from dataclasses import dataclass
from datetime import date

from onboarding.billing.money import IDR, Money, decimals

WHOLE = 10_000
"""A rate is written in hundredths of a percent: 1200 of these is 12 %."""


@dataclass(frozen=True)
class Rate:
    """rate: in hundredths of a percent, of `part`/`parts` of the net price (11/12 since 2025).

    collected_above: a gross amount above which a government's treasurer collects the tax; None: whatever the amount.
    """

    from_on: date
    rate: int
    part: int = 1
    parts: int = 1
    collected_above: Money | None = None
    source: str = ""


@dataclass(frozen=True)
class Taxed:
    """base: what the rate is of. by_buyer: the buyer collects the tax and pays it (dipungut oleh pemungut).

    net + tax = gross; payable: what comes to whoever invoices.
    """

    net: Money
    base: Money
    tax: Money
    by_buyer: bool

    @property
    def gross(self) -> Money:
        return Money(self.net.minor + self.tax.minor, self.net.currency)

    @property
    def payable(self) -> Money:
        return self.net if self.by_buyer else self.gross


def taxed(net: Money, rate: Rate | None, *, buyer_collects: bool) -> Taxed:
    """The tax on a net price. Base and tax are each rounded to whole rupiah, half up, as tax invoices are written.

    rate: None where whoever invoices collects no such tax. buyer_collects: a government that does, above the amount.
    """
    if rate is None or net.minor <= 0:
        return Taxed(net, net, Money(0, net.currency), by_buyer=False)
    unit = 10 ** decimals(net.currency) if net.currency == IDR else 1
    base = Money(_rounded(net.minor * rate.part, rate.parts * unit) * unit, net.currency)
    tax = Money(_rounded(base.minor * rate.rate, WHOLE * unit) * unit, net.currency)
    gross = net.minor + tax.minor
    above = rate.collected_above is None or gross > rate.collected_above.minor
    return Taxed(net, base, tax, by_buyer=buyer_collects and above and tax.minor > 0)


def rate_on(rates: list[Rate], day: date) -> Rate | None:
    """The one that holds on a day: the latest that has begun; None before the first."""
    begun = [one for one in rates if one.from_on <= day]
    return max(begun, key=lambda one: one.from_on, default=None)


def _rounded(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
