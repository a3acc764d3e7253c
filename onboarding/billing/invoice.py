"""An invoice of a city, and the papers that belong to it: order, hand-over, tax documents."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.billing.money import Money
from tenants.database import Base, TenantOwned
from tenants.personal import personal


class Paid(StrEnum):
    """Whether it is paid; VOID: taken back."""

    OPEN = "open"
    PAID = "paid"
    VOID = "void"


class Paper(StrEnum):
    """What a paper is: the order (SPK, surat pesanan), the signed hand-over (BAST), the tax invoice (faktur pajak), the
    proof of tax withheld (bukti potong), the proof of payment (SP2D)."""

    ORDER = "order"
    HAND_OVER = "hand_over"
    TAX_INVOICE = "tax_invoice"
    WITHHELD = "withheld"
    PAYMENT = "payment"
    OTHER = "other"


class Invoice(TenantOwned, Base):
    """What a city owes for some months that are over; or what it paid by card, as the provider says.

    number: the platform's, or the provider's. from_on, until_on: the months, both days included. payer_name to
    budget_year: as they were known when it was made, and until it is paid. provider_ref, provider_url: of the
    provider's invoice. paid_by: the operator's account; paid_note: by which transfer.

    amount_minor: before tax. tax_minor: of tax_base_minor at tax_rate (hundredths of a percent), that base being
    a part of the amount (tax_part: 11/12); no rate where nothing is said of tax. tax_by_buyer: the buyer collects it.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        UniqueConstraint("tenant_id", "provider_ref"),
        CheckConstraint(f"state IN ({', '.join(repr(str(one)) for one in Paid)})", name="state"),
        Index(
            "uq_invoices_from_on",
            "tenant_id",
            "from_on",
            unique=True,
            postgresql_where=text("provider_ref IS NULL AND state <> 'void'"),
        ),
        Index("ix_invoices_issued_at", "tenant_id", "issued_at"),
    )

    number: Mapped[str]
    way: Mapped[str]
    plan: Mapped[str]
    population: Mapped[int | None]
    from_on: Mapped[date]
    until_on: Mapped[date]
    months: Mapped[int]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    issued_at: Mapped[datetime]
    due_on: Mapped[date]
    payer_name: Mapped[str]
    payer_address: Mapped[str]
    order_number: Mapped[str]
    tax_number: Mapped[str]
    budget_year: Mapped[int | None]
    state: Mapped[str] = mapped_column(default=Paid.OPEN)
    paid_on: Mapped[date | None]
    paid_by: Mapped[UUID | None]
    paid_note: Mapped[str] = mapped_column(default="")
    provider_ref: Mapped[str | None]
    provider_url: Mapped[str | None]
    tax_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    tax_base_minor: Mapped[int | None] = mapped_column(BigInteger)
    tax_rate: Mapped[int | None]
    tax_part: Mapped[str | None]
    tax_by_buyer: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    @property
    def amount(self) -> Money:
        """Before tax."""
        return Money(self.amount_minor, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_minor, self.currency)

    @property
    def tax_base(self) -> Money:
        """What the tax is reckoned on."""
        return Money(self.amount_minor if self.tax_base_minor is None else self.tax_base_minor, self.currency)

    @property
    def gross(self) -> Money:
        return Money(self.amount_minor + self.tax_minor, self.currency)

    @property
    def payable(self) -> Money:
        """What is to come: the tax goes to the state where the buyer collects it."""
        return self.amount if self.tax_by_buyer else self.gross


class InvoiceFile(TenantOwned, Base):
    """A paper of an invoice, in the storage under `key`. size: bytes. by_seat: None where the operator brought it."""

    __tablename__ = "invoice_files"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "invoice_id"], ["invoices.tenant_id", "invoices.id"]),
        Index("ix_invoice_files_invoice_id", "tenant_id", "invoice_id"),
    )

    invoice_id: Mapped[UUID]
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(info=personal("to find a paper of an invoice", until="10 years, as tax law asks"))
    key: Mapped[str]
    size: Mapped[int]
    added_at: Mapped[datetime]
    by_seat: Mapped[UUID | None]
