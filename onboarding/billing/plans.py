"""The plans and what they cost: one table. What a city uses beyond its fair limits is talked about, never blocked."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.billing.money import Money, rupiah
from tenants.errors import Invalid
from tenants.sentence import grouped
from tenants.tenant import Plan as Limit

MOST_PEOPLE = 60_000_000
"""More live in no municipality and no province of the country."""


class Plan(StrEnum):
    """FREE: small cities. CITY: at a price by population. ARRANGED: what operator and government agree on."""

    FREE = "free"
    CITY = "city"
    ARRANGED = "arranged"


class Counted(StrEnum):
    """What fair limits are about."""

    OFFICIALS = "officials"
    REPORTS = "reports"


@dataclass(frozen=True)
class Band:
    """Up to so many residents; None: any number. monthly: before tax."""

    code: str
    most: int | None
    monthly: Money
    limits: Mapping[Counted, int]


FREE = Band("free", 100_000, rupiah(0), {Counted.OFFICIALS: 25, Counted.REPORTS: 500})
BANDS = (
    Band("b1", 250_000, rupiah(1_500_000), {Counted.OFFICIALS: 100, Counted.REPORTS: 2_000}),
    Band("b2", 500_000, rupiah(2_750_000), {Counted.OFFICIALS: 200, Counted.REPORTS: 4_000}),
    Band("b3", 1_000_000, rupiah(4_500_000), {Counted.OFFICIALS: 400, Counted.REPORTS: 8_000}),
    Band("b4", 2_500_000, rupiah(8_000_000), {Counted.OFFICIALS: 1_000, Counted.REPORTS: 20_000}),
    Band("b5", None, rupiah(14_000_000), {Counted.OFFICIALS: 3_000, Counted.REPORTS: 50_000}),
)
"""By population, rising. The prices of the platform's operator; another operator writes its own here."""


def band_of(population: int) -> Band:
    """The band of a city of so many residents, on the paid plan."""
    return next(band for band in BANDS if band.most is None or population <= band.most)


def monthly(plan: str, population: int | None, agreed: Money | None = None) -> Money:
    """What a plan costs a month. agreed: of the arranged plan, nothing until it is agreed."""
    if plan == Plan.CITY:
        return band_of(population or 0).monthly
    return (agreed or rupiah(0)) if plan == Plan.ARRANGED else FREE.monthly


def checked(plan: str, population: str) -> tuple[Plan, int | None]:
    """What a form says. Raises Invalid, so also for a free plan that a city is too large for."""
    if plan not in list(Plan):
        raise Invalid("Choose one of the plans.", field="plan")
    written = population.replace(".", "").replace(",", "").replace(" ", "")
    people = int(written) if written.isascii() and written.isdigit() and len(written) <= 9 else None
    if people is not None and not 0 < people <= MOST_PEOPLE:
        people = None
    if people is None and (population.strip() or plan != Plan.ARRANGED):
        raise Invalid("Write how many residents your city has, in digits, such as 250.000.", field="population")
    if plan == Plan.FREE and people is not None and people > (FREE.most or 0):
        raise Invalid(
            "The free plan is for up to %(most)s residents. Choose the plan by population.",
            field="plan",
            most=grouped(FREE.most or 0),
        )
    return Plan(plan), people


def limits_of(session: Session, plan: str, population: int | None) -> dict[Counted, int]:
    """The fair limits of a city: the table's, unless rows of `plan_limits` say otherwise; none if arranged.

    The rows' plan is the plan's name, or the code of a band.
    """
    band = band_of(population or 0) if plan == Plan.CITY else FREE if plan == Plan.FREE else None
    found: dict[Counted, int] = dict(band.limits) if band else {}
    names = [plan, band.code] if band else [plan]
    for row in session.scalars(select(Limit).where(Limit.plan.in_(names))):
        if row.limit in list(Counted):
            found[Counted(row.limit)] = row.value
    return found
