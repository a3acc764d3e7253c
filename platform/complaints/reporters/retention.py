"""What is kept of people with a report goes when its time is over: each city's own months, counted from its end.

UU 27/2022, articles 43 and 44: what is no longer needed for its purpose is deleted. `/privacy` says the same months,
and `own_data` what stays. A report that can still be opened again keeps everything.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from complaints import copies
from complaints.complaint import Complaint, Contact, Evidence, ReadRow, Remark
from complaints.office import Office
from complaints.reporters import own_data
from tenants.directory import TenantCard
from tenants.tenant import Stage

USUAL_MONTHS: Mapping[str, int] = {"contacts": 24, "remarks": 60, "evidence": 60, "reads": 24}
"""By what is kept: for how long where a city says nothing else."""
FORGET = "forget_in_time"
AT_ONCE = 200
"""So many reports are dealt with in one transaction."""

STAGES = (Stage.LIVE,)
"""Of a city that pauses nothing goes: its archive has to stay true while it leaves."""


def months_of(options: Mapping[str, Any]) -> dict[str, int]:
    """By what is kept: for how many months, with a city's own options."""
    return {**USUAL_MONTHS, **options.get("retention_months", {})}


def is_due(session: Session, office: Office, card: TenantCard, now: datetime) -> bool:
    """Whether there is something to forget in the session's city."""
    found = (*_over(session, office, card, now).values(), _old_reads(card, now))
    return any(session.execute(one.limit(1)).first() is not None for one in found)


def forget(session: Session, office: Office, card: TenantCard, _row_id: UUID, now: datetime) -> datetime | None:
    """Forget what is over in the session's city, some reports at a time; when to go on, None if all is done."""
    if card.stage not in STAGES:
        return None
    found = {
        what: session.scalars(reports.limit(AT_ONCE).with_for_update(of=Complaint, skip_locked=True)).all()
        for what, reports in _over(session, office, card, now).items()
    }
    for complaint in found["contacts"]:
        own_data.forget(session, office.queue, complaint, now)
    for complaint in found["remarks"]:
        own_data.blank(session, office.queue, complaint, now)
    for complaint in found["evidence"]:
        session.execute(delete(Evidence).where(Evidence.complaint_id == complaint.id))
        copies.wind(session, office.queue, complaint)
    session.flush()
    session.execute(select(func.forget_reads(_before(card, "reads", now))))
    return now if any(len(reports) == AT_ONCE for reports in found.values()) else None


def _over(session: Session, office: Office, card: TenantCard, now: datetime) -> dict[str, Select[Complaint]]:
    """By what is kept: the reports of which it has to go, those that ended first before others."""
    reopen_days = office.rulebooks.of(session, card).terms.reopen_days or 0
    reopened_at_most = now - timedelta(days=reopen_days + 2)  # a day of the city's zone begins before or after ours
    left: dict[str, ColumnElement[bool]] = {
        "contacts": or_(_exists(Contact, Contact.erased_at.is_(None)), Complaint.reporter_account_id.is_not(None)),
        "remarks": _exists(Remark, Remark.erased_at.is_(None)),
        "evidence": _exists(Evidence),
    }
    head = aliased(Complaint)
    goes_on = (
        select(head.id)
        .where(head.tenant_id == Complaint.tenant_id, head.id == Complaint.merged_into_id)
        .where(or_(head.closed_at.is_(None), head.closed_at >= reopened_at_most))
        .exists()
    )
    return {
        what: select(Complaint)
        .where(Complaint.closed_at < func.least(_before(card, what, now), reopened_at_most))
        .where(Complaint.is_open.is_(False), ~goes_on, something)
        .order_by(Complaint.closed_at, Complaint.id)
        for what, something in left.items()
    }


def _exists(table: type[Contact] | type[Remark] | type[Evidence], *more: ColumnElement[bool]) -> ColumnElement[bool]:
    same = and_(table.tenant_id == Complaint.tenant_id, table.complaint_id == Complaint.id, *more)
    return select(table.id).where(same).exists()


def _old_reads(card: TenantCard, now: datetime) -> Select[UUID]:
    return select(ReadRow.id).where(ReadRow.at < _before(card, "reads", now))


def _before(card: TenantCard, what: str, now: datetime) -> ColumnElement[datetime]:
    return literal(now) - func.make_interval(0, months_of(card.options)[what])
