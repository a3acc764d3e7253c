"""The commons gives up what lies on live ground: a standing job, since a city may have gone live after the report."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from complaints import handling
from complaints.complaint import Complaint
from complaints.counts import waiting
from complaints.handling import SYSTEM
from complaints.office import Office
from complaints.transfers import handover
from tenants import scope
from tenants.errors import AduanError
from tenants.locate import Decision
from tenants.tenant import COMMONS_ID

BATCH = 1_000
REASON = "Wilayah ini sekarang punya pemerintah yang menangani laporan."
"""Part of the public history, in the language of the country: the commons has no language of its own."""


def adopt(session: Session, office: Office, now: datetime) -> int:
    """Hand over every open complaint of the commons that lies on live ground now; how many.

    Each in a transaction of its own, so that a crash loses none and one that is refused doesn't hold up the others.
    """
    moved = 0
    going, staying = _by_ground(session, office, now)
    waiting.note(session, staying)
    session.commit()
    for complaint_id, slug in going:
        scope.name_tenant(session, COMMONS_ID)
        try:
            complaint = handling.complaint_here(session, complaint_id)
            if complaint.is_open:
                handover.hand_over(
                    session,
                    office,
                    complaint,
                    office.directory.by_slug[slug],
                    actor=SYSTEM,
                    card=office.directory.commons,
                    reason=REASON,
                    now=now,
                )
                moved += 1
            session.commit()
        except AduanError:
            session.rollback()
    scope.name_tenant(session, None)
    return moved


def _by_ground(session: Session, office: Office, now: datetime) -> tuple[list[tuple[UUID, str]], Counter[str]]:
    """Of the commons' open complaints (id, slug of the live city on whose ground it lies), and how many stay for each
    municipality's code.
    """
    found: list[tuple[UUID, str]] = []
    staying: Counter[str] = Counter()
    session.commit()
    scope.name_tenant(session, COMMONS_ID)
    after: tuple[datetime, UUID] | None = None
    while rows := _batch(session, after):
        points = [(row.lon or 0.0, row.lat or 0.0) for row in rows]  # none is null: the statement sees to that
        decisions = office.directory.index.locate_many([lon for lon, _ in points], [lat for _, lat in points], at=now)
        found += [
            (row.id, decision.slug)
            for row, decision in zip(rows, decisions, strict=True)
            if isinstance(decision, Decision) and decision.tenant_id is not None
        ]
        staying.update(
            decision.municipality_code
            for decision in decisions
            if isinstance(decision, Decision) and decision.tenant_id is None and decision.municipality_code
        )
        after = (rows[-1].sort_at, rows[-1].id)
    session.commit()
    return found, staying


def _batch(session: Session, after: tuple[datetime, UUID] | None) -> Sequence[Complaint]:
    statement = select(Complaint).where(Complaint.is_open, Complaint.lon.is_not(None))
    if after is not None:
        statement = statement.where(tuple_(Complaint.sort_at, Complaint.id) > tuple_(*after))
    return session.scalars(statement.order_by(Complaint.sort_at, Complaint.id).limit(BATCH)).all()
