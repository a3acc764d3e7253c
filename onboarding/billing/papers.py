"""The papers of an invoice: brought by the city or the operator, read by the city's administrators and the operator."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from complaints.photos.storage import Storage
from onboarding import scan
from onboarding.billing.invoice import InvoiceFile, Paper
from onboarding.billing.invoicing import invoice_by_id
from tenants import scope
from tenants.database import new_id
from tenants.errors import Invalid, NotFound

MOST_FILES = 20


def add(
    session: Session,
    storage: Storage,
    invoice_id: UUID,
    *,
    kind: str,
    name: str,
    content: bytes,
    by_seat: UUID | None,
    now: datetime,
) -> InvoiceFile:
    """Keep a paper with an invoice of the session's city; it is stored before its row is. Raises Invalid."""
    invoice_by_id(session, invoice_id, lock=True)
    if kind not in list(Paper):
        raise Invalid("Choose what kind of document it is.", field="kind")
    ending, content_type = scan.kind_of(content, "file")
    many = session.scalar(select(func.count(InvoiceFile.id)).where(InvoiceFile.invoice_id == invoice_id)) or 0
    if many >= MOST_FILES:
        raise Invalid("An invoice has at most %(most)s documents.", field="file", most=MOST_FILES)
    key = f"tenant/{scope.tenant_of(session)}/billing-{hashlib.sha256(content).hexdigest()}.{ending}"
    storage.put(key, content, content_type)
    row = InvoiceFile(
        id=new_id(),
        invoice_id=invoice_id,
        kind=kind,
        name=" ".join(name.split())[:200] or f"dokumen.{ending}",
        key=key,
        size=len(content),
        added_at=now,
        by_seat=by_seat,
    )
    session.add(row)
    session.flush()
    return row


def of_invoice(session: Session, invoice_id: UUID) -> Sequence[InvoiceFile]:
    """The papers of an invoice, in the order in which they came."""
    rows = select(InvoiceFile).where(InvoiceFile.invoice_id == invoice_id)
    return session.scalars(rows.order_by(InvoiceFile.added_at, InvoiceFile.id)).all()


def by_id(session: Session, file_id: UUID) -> InvoiceFile:
    """A paper of the session's city. Raises NotFound."""
    row = session.scalar(select(InvoiceFile).where(InvoiceFile.id == file_id))
    if row is None:
        raise NotFound("There is no such document.")
    return row
