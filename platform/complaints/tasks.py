"""What the worker does for this floor: decode photos, and tell the queue of new filings."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from complaints import comparison, copies, evidence, minding, recalculating, sent_move
from complaints.audience import alerts, arriving, batch, circle, daily, danger, following, next_way
from complaints.complaint import Evidence, IntakeKey
from complaints.counts import folding, tally
from complaints.crews import splitting
from complaints.office import Office
from complaints.reporters import left_behind, own_account
from complaints.safety import breach_notice
from complaints.timekeeping import MIND
from complaints.together import incident_answer, incident_following, merging, works_following
from complaints.transfers import handing_on
from complaints.transfers.adoption import adopt
from complaints.words import vocabulary
from messages import digest, health, hook
from messages.outbox import jobs_of_complaints
from messages.queue import Filing, Job, Queue
from messages.sending import NEXT_WAY
from people import invitation, limits
from tenants import scope

log = logging.getLogger(__name__)

PROCESS_EVIDENCE = "process_evidence"
KEYS_KEPT = timedelta(days=30)
LOST_AFTER = timedelta(minutes=2)


def register(queue: Queue, office: Office) -> None:
    """Name this floor's tasks to the queue; called once per process, where the app is put together."""
    storage = office.storage

    @queue.task(PROCESS_EVIDENCE)
    def process_evidence(session: Session, tenant_id: UUID, row_id: UUID, _now: datetime) -> None:
        card = office.card_of(tenant_id)
        evidence.process(session, row_id, storage, zone=card.time_zone if card else "UTC")

    @queue.sweep
    def forgotten_evidence(session: Session, now: datetime) -> list[Job]:
        rows = session.execute(
            select(Evidence.tenant_id, Evidence.id)
            .where(Evidence.state == "stored", Evidence.created_at < now - LOST_AFTER)
            .limit(500)
        )
        return [Job(PROCESS_EVIDENCE, tenant_id, id_) for tenant_id, id_ in rows]

    @queue.task(MIND)
    def mind_complaint(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> datetime | None:
        card = office.card_of(tenant_id)
        return minding.mind(session, office, card, row_id, now) if card else None

    queue.sweep(minding.forgotten)

    @queue.task(splitting.MIND_PART)
    def mind_part(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> datetime | None:
        card = office.card_of(tenant_id)
        return splitting.mind(session, office, card, row_id, now) if card else None

    queue.sweep(splitting.forgotten)

    @queue.task(arriving.TELL)
    def tell_of_arrival(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> None:
        card = office.card_of(tenant_id)
        if card is not None:
            arriving.tell(session, office, card, row_id, now)

    def arrivals(session: Session, complaint_ids: Sequence[UUID], _now: datetime) -> list[Job]:
        return arriving.jobs_of_complaints(office, session, complaint_ids)

    @queue.task(batch.TELL)
    def tell_of_batch(session: Session, tenant_id: UUID, row_id: UUID, _now: datetime) -> None:
        card = office.card_of(tenant_id)
        if card is not None:
            batch.tell(session, office, card, row_id)

    @queue.task(danger.WARN)
    def warn_of_danger(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> None:
        card = office.card_of(tenant_id)
        if card is not None:
            danger.warn(session, office, card, row_id, now)

    def dangers(session: Session, complaint_ids: Sequence[UUID], now: datetime) -> list[Job]:
        return danger.jobs_of_complaints(office, session, complaint_ids, now)

    folding.register(queue, office)
    handing_on.register(queue, office)
    recalculating.register(queue, office)
    breach_notice.register(queue, office)

    @queue.task(circle.TELL_CIRCLE)
    def tell_circle(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> None:
        card = office.card_of(tenant_id)
        if card is not None:
            circle.tell(session, office, card, row_id, now)

    @queue.task(circle.RELEASE)
    def release_merged(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> None:
        card = office.card_of(tenant_id)
        if card is not None:
            merging.release(session, office, card, row_id, now)

    @queue.task(copies.LEVEL)
    def level_what_is_left_behind(session: Session, _tenant_id: UUID, row_id: UUID, now: datetime) -> None:
        left_behind.level(session, row_id, now)

    @queue.task(incident_answer.ANSWER_INCIDENT)
    def answer_incident(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> None:
        card = office.card_of(tenant_id)
        if card is not None:
            incident_answer.go_on(session, office, card, row_id, now)

    @queue.task(NEXT_WAY)
    def take_next_way(session: Session, _tenant_id: UUID, row_id: UUID, now: datetime) -> None:
        next_way.go(session, office, row_id, now)

    @queue.task(digest.SEND_DIGEST)
    def send_digest(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> None:
        card = office.card_of(tenant_id)
        if card is not None:
            digest.send(session, queue, card, row_id, now)

    queue.sweep(digest.forgotten)
    queue.sweep(health.look)

    @queue.task(daily.NOTE_STEP)
    def note_step(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> None:
        card = office.card_of(tenant_id)
        if card is not None:
            daily.note(session, office, card, row_id, now)

    @queue.periodic("forget_followers", "20 18 * * *")
    def forget_followers(session: Session, now: datetime) -> None:
        for _tenant in scope.every_tenant(session, because="each city forgets who followed what is long closed"):
            following.forget(session, now)
            incident_following.forget(session, now)
            works_following.forget(session, now)
            alerts.forget(session, now)
            digest.forget(session, now)
            sent_move.forget(session, now)
            invitation.forget(session, now)

    @queue.periodic("tell_of_ended_works", "*/5 * * * *")
    def tell_of_ended_works(session: Session, now: datetime) -> None:
        for tenant in scope.every_tenant(session, because="each city's works end by their own dates"):
            card = office.directory.by_id.get(tenant.id)
            if card is not None:
                works_following.tell_of_ended(session, office, card, now)

    @queue.periodic("write_alerts", "*/20 * * * *")
    def write_alerts(session: Session, now: datetime) -> None:
        for tenant in scope.every_tenant(session, because="each city's daily messages are due at its own hour"):
            card = office.directory.by_id.get(tenant.id)
            if card is not None:
                alerts.write_lines(session, office, card, now)

    @queue.periodic("compare_cities", "7 * * * *")
    def compare_cities(session: Session, now: datetime) -> None:
        for tenant in scope.every_tenant(session, because="each city rolls its figures up for the national page"):
            card = office.directory.by_id.get(tenant.id)
            if card is not None and not card.is_commons:
                comparison.roll_up(session, office, card, now)

    @queue.periodic("erase_accounts", "* * * * *")
    def erase_accounts(session: Session, now: datetime) -> None:
        own_account.erase_asked(session, office, now)

    @queue.periodic("forget_what_is_over", "17 * * * *")
    def forget_what_is_over(session: Session, now: datetime) -> None:
        session.execute(
            delete(IntakeKey).where(IntakeKey.created_at < now - KEYS_KEPT, IntakeKey.relayed_at.is_not(None))
        )
        limits.forget(session, now)
        hook.forget(session, now)
        evidence.sweep_staging(storage, now)

    @queue.periodic("adopt_from_the_commons", "* * * * *")
    def adopt_from_the_commons(session: Session, now: datetime) -> None:
        adopted = adopt(session, office, now)
        if adopted:
            log.info("the commons has given up complaints that lie on live ground", extra={"adopted": adopted})

    @queue.periodic("sweep_orphans", "40 19 * * *")
    def sweep_orphans(session: Session, now: datetime) -> None:
        for tenant in scope.every_tenant(session, because="photos without a row may lie under any tenant's keys"):
            evidence.sweep_orphans(session, storage, tenant.id, now)

    queue.relay(
        find=unrelayed,
        mark=mark_relayed,
        jobs_of=[
            jobs_of_complaints,
            evidence_jobs,
            arrivals,
            dangers,
            minding.jobs_of_complaints,
            tally.jobs_of_complaints,
            vocabulary.learn,
        ],
    )


def unrelayed(session: Session, limit: int) -> list[Filing]:
    """Filings that the queue hasn't been told of, oldest first."""
    rows = session.execute(
        select(IntakeKey.key_hash, IntakeKey.tenant_id, IntakeKey.complaint_id)
        .where(IntakeKey.relayed_at.is_(None))
        .order_by(IntakeKey.created_at)
        .limit(limit)
    )
    return [Filing(*row) for row in rows]


def mark_relayed(session: Session, filings: Sequence[Filing], now: datetime) -> None:
    """Note that these were handed on."""
    keys = [filing.key for filing in filings]
    session.execute(update(IntakeKey).where(IntakeKey.key_hash.in_(keys)).values(relayed_at=now))


def evidence_jobs(session: Session, complaint_ids: Sequence[UUID], _now: datetime) -> list[Job]:
    """The photos of new filings that wait to be decoded."""
    rows = session.execute(
        select(Evidence.tenant_id, Evidence.id).where(
            Evidence.complaint_id.in_(complaint_ids), Evidence.state == "stored"
        )
    )
    return [Job(PROCESS_EVIDENCE, tenant_id, id_) for tenant_id, id_ in rows]
