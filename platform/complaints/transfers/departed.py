"""Where the reports of a city live on that has left: what it handed over stays with whoever got it.

A reference names its birth city. While that is here its forwarding row says who has it; from then on this table does.
"""

from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints.complaint import Forwarding
from tenants.database import Base
from tenants.scope import tenant_of


class DepartedReference(Base):
    """A reference whose birth city has left, and who holds its complaint."""

    __tablename__ = "departed_references"

    reference: Mapped[str] = mapped_column(primary_key=True)
    complaint_id: Mapped[UUID]
    holder_tenant_id: Mapped[UUID]


def keep(session: Session) -> None:
    """Before the session's city is erased: write down whoever else holds what was born here."""
    elsewhere = select(Forwarding.reference, Forwarding.complaint_id, Forwarding.holder_tenant_id).where(
        Forwarding.holder_tenant_id != tenant_of(session)
    )
    for rows in session.execute(elsewhere.execution_options(yield_per=500)).partitions():
        added = insert(DepartedReference)
        holder = {"holder_tenant_id": added.excluded.holder_tenant_id}
        session.execute(
            added.on_conflict_do_update(index_elements=["reference"], set_=holder), [row._asdict() for row in rows]
        )


def holder_of(session: Session, reference: str) -> tuple[UUID, UUID] | None:
    """(tenant, complaint) of a reference whose birth city has left, if somebody else has it."""
    row = session.execute(
        select(DepartedReference.holder_tenant_id, DepartedReference.complaint_id).where(
            DepartedReference.reference == reference
        )
    ).one_or_none()
    return (row.holder_tenant_id, row.complaint_id) if row is not None else None


def move(session: Session, reference: str, holder_tenant_id: UUID) -> None:
    """Note that it was passed on."""
    session.execute(
        update(DepartedReference)
        .where(DepartedReference.reference == reference)
        .values(holder_tenant_id=holder_tenant_id),
        execution_options={"synchronize_session": False},
    )


def come_back(session: Session, code: str) -> None:
    """The session's city is here again: its forwarding rows name who has what by now, and this table doesn't.

    code: the city's, with which the references begin that it gave.
    """
    own = select(Forwarding.reference).where(Forwarding.reference.startswith(f"{code}-", autoescape=True))
    moved = session.execute(
        select(DepartedReference.reference, DepartedReference.holder_tenant_id).where(
            DepartedReference.reference.in_(own)
        )
    ).all()
    for reference, holder_tenant_id in moved:
        session.execute(
            update(Forwarding).where(Forwarding.reference == reference).values(holder_tenant_id=holder_tenant_id),
            execution_options={"synchronize_session": False},
        )
    session.execute(
        delete(DepartedReference).where(DepartedReference.reference.in_([row.reference for row in moved])),
        execution_options={"synchronize_session": False},
    )
