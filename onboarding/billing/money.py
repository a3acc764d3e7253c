"""Amounts: integers in the payment provider's minor unit, with their currency; shown as people write them. Pure."""

from dataclasses import dataclass

from babel.numbers import format_decimal

IDR = "idr"
ZERO_DECIMAL = frozenset(
    {
        "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf",
    }
)  # fmt: skip
"""Whose amounts the provider counts in whole units. The rupiah isn't among them: it is counted in 1/100, as a dollar is
in cents, though nobody writes or pays a sen any more."""
THREE_DECIMAL = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
STILL_TWO_DECIMAL = frozenset({"ugx"})
"""Without a minor unit, and yet counted in 1/100, so that older amounts stay right; only whole units may be charged."""


@dataclass(frozen=True)
class Money:
    """minor: in the provider's minor unit, for rupiah 1/100. currency: ISO 4217, in lower case as there."""

    minor: int
    currency: str = IDR

    @property
    def units(self) -> float:
        """In whole units: rupiah."""
        return self.minor / 10 ** decimals(self.currency)

    def shown(self, language: str) -> str:
        """As on a page or an invoice: Rp1.500.000; a sen that an exchange left over is rounded."""
        whole = format_decimal(round(self.units), format="#,##0", locale=language if language in ("id", "en") else "id")
        return f"Rp{whole}" if self.currency == IDR else f"{self.currency.upper()} {whole}"


def decimals(currency: str) -> int:
    """How many decimals the provider counts a currency with, whether or not anybody shows them."""
    if currency in STILL_TWO_DECIMAL:
        return 2
    return 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2


def rupiah(whole: int) -> Money:
    """So many whole rupiah."""
    return Money(whole * 10 ** decimals(IDR))
