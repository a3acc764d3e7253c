"""Who pays, as a government needs it on an invoice: kept with the contract, copied to each invoice that is made."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from onboarding.billing import tax_number
from onboarding.billing.contract import Contract
from onboarding.billing.invoice import Invoice
from tenants.errors import Invalid

LONGEST = 300
FIRST_YEAR, LAST_YEAR = 2020, 2100


@dataclass(frozen=True)
class Payer:
    """By which order, which tax number, from which budget: columns of contracts and of invoices, by their names."""

    payer_name: str = ""
    payer_address: str = ""
    order_number: str = ""
    tax_number: str = ""
    budget_year: int | None = None

    def put(self, row: Contract | Invoice) -> None:
        """Write it down."""
        for name, value in self.columns().items():
            setattr(row, name, value)

    def columns(self) -> dict[str, Any]:
        """Each by its name."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def shown(self) -> dict[str, str]:
        """As a form has it."""
        said = {**self.columns(), "tax_number": tax_number.shown(self.tax_number)}
        return {name: str(value or "") for name, value in said.items()}


def payer_of(row: Contract | Invoice) -> Payer:
    """Who pays by what is written down."""
    return Payer(**{one.name: getattr(row, one.name) for one in fields(Payer)})


def read(form: Mapping[str, str]) -> Payer:
    """What a form says. Raises Invalid; each may be left empty until the invoice is to be paid."""
    given = {one.name: form.get(one.name, "") for one in fields(Payer)}
    for field in ("payer_name", "payer_address", "order_number"):
        if len(given[field]) > LONGEST:
            raise Invalid("Up to %(most)s characters, please.", field=field, most=LONGEST)
    year = given["budget_year"].strip()
    if year and not (year.isascii() and year.isdigit() and FIRST_YEAR <= int(year[:5]) <= LAST_YEAR):
        raise Invalid("Write the budget year as four digits, such as 2026.", field="budget_year")
    return Payer(
        " ".join(given["payer_name"].split()),
        given["payer_address"].strip(),
        " ".join(given["order_number"].split()),
        tax_number.checked(given["tax_number"]),
        int(year) if year else None,
    )
