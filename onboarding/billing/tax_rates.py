"""The operator's rows of value-added tax, for the whole platform: none, and nothing is said of it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from sqlalchemy import BigInteger, CheckConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.billing.money import Money, rupiah
from onboarding.billing.tax import Rate, rate_on
from tenants.database import Base, new_id
from tenants.errors import Conflict, Invalid, NotFound

KNOWN = Path(__file__).parent.parent / "data" / "tax_rates.yaml"
MOST_PERCENT, LONGEST_SOURCE = 50, 200
_PERCENT = re.compile(r"(\d{1,2})(?:[.,](\d{1,2}))?")
_PART = re.compile(r"([1-9]\d{0,3})\s*/\s*([1-9]\d{0,3})")


class TaxRate(Base):
    """One row of `tax.Rate`. rate: hundredths of a percent. collected_above_minor: rupiah in 1/100, tax included."""

    __tablename__ = "tax_rates"
    __table_args__ = (CheckConstraint("rate >= 0 AND part > 0 AND parts > 0", name="rate"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    from_on: Mapped[date] = mapped_column(unique=True)
    rate: Mapped[int]
    part: Mapped[int] = mapped_column(default=1)
    parts: Mapped[int] = mapped_column(default=1)
    collected_above_minor: Mapped[int | None] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(default="")
    set_at: Mapped[datetime]
    set_by: Mapped[UUID | None]

    @property
    def value(self) -> Rate:
        """The row as the rule reads it."""
        above = None if self.collected_above_minor is None else Money(self.collected_above_minor)
        return Rate(self.from_on, self.rate, self.part, self.parts, above, self.source)


def listed(session: Session) -> Sequence[TaxRate]:
    """All of them, the newest first."""
    return session.scalars(select(TaxRate).order_by(TaxRate.from_on.desc())).all()


def of_day(session: Session, day: date) -> Rate | None:
    """The rate that holds on a day, in the city of the invoice."""
    return rate_on([one.value for one in listed(session)], day)


def add(session: Session, typed: Mapping[str, str], *, by: UUID | None, now: datetime) -> TaxRate:
    """What a form says: from_on, percent, part, collected_above, source. Raises Invalid, Conflict for a day taken."""
    try:
        from_on = date.fromisoformat(typed.get("from_on", ""))
    except ValueError:
        raise Invalid("Write the day as year-month-day.", field="from_on") from None
    percent = _PERCENT.fullmatch(typed.get("percent", "").strip().removesuffix("%").strip())
    if percent is None or int(percent[1]) > MOST_PERCENT:
        raise Invalid("Write the rate in percent, such as 12 or 12,5.", field="percent")
    part = _PART.fullmatch(typed.get("part", "").strip() or "1/1")
    if part is None or int(part[1]) > int(part[2]):
        raise Invalid("Write the part of the price as a fraction, such as 11/12 or 1/1.", field="part")
    above = typed.get("collected_above", "").replace(".", "").replace(" ", "")
    if above and not (above.isascii() and above.isdigit() and len(above) <= 12):
        raise Invalid("Write the amount in whole rupiah, such as 5.000.000.", field="collected_above")
    source = " ".join(typed.get("source", "").split())
    if not source or len(source) > LONGEST_SOURCE:
        raise Invalid("Name the law or decree that says so.", field="source")
    if session.scalar(select(TaxRate.id).where(TaxRate.from_on == from_on)) is not None:
        raise Conflict("A rate holds from this day on already.", field="from_on")
    row = TaxRate(
        from_on=from_on,
        rate=int(percent[1]) * 100 + int((percent[2] or "").ljust(2, "0")),
        part=int(part[1]),
        parts=int(part[2]),
        collected_above_minor=rupiah(int(above)).minor if above else None,
        source=source,
        set_at=now,
        set_by=by,
    )
    session.add(row)
    session.flush()
    return row


def take_over_known(session: Session, *, by: UUID | None, now: datetime) -> int:
    """Write down the rates of the law as they are shipped, where no row holds from the same day; how many."""
    taken = {one.from_on for one in listed(session)}
    fresh = [one for one in known() if one.from_on not in taken]
    for one in fresh:
        above = one.collected_above.minor if one.collected_above else None
        session.add(
            TaxRate(
                from_on=one.from_on, rate=one.rate, part=one.part, parts=one.parts, collected_above_minor=above,
                source=one.source, set_at=now, set_by=by,
            )
        )  # fmt: skip
    session.flush()
    return len(fresh)


def remove(session: Session, rate_id: UUID) -> None:
    """Take a row out. Invoices that were made keep what stands on them. Raises NotFound."""
    if session.scalar(delete(TaxRate).where(TaxRate.id == rate_id).returning(TaxRate.id)) is None:
        raise NotFound("There is no such rate.")


@lru_cache(maxsize=1)
def known() -> tuple[Rate, ...]:
    """The rates that are shipped, by day."""
    rows: list[dict[str, Any]] = yaml.safe_load(KNOWN.read_text())
    found = []
    for row in rows:
        part, _slash, parts = str(row["of"]).partition("/")
        above = rupiah(row["collected_above"])
        found.append(Rate(row["from"], row["rate"], int(part), int(parts), above, row["source"]))
    return tuple(sorted(found, key=lambda one: one.from_on))
