"""What the worker does for this floor: decode photos, and tell the queue of new filings."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from complaints.reporters import left_behind, own_account, retention
from complaints.safety import breach_notice
from complaints.timekeeping import MIND
from complaints.together import incident_answer, incident_following, merging, works_following
from complaints.transfers import handing_on
from complaints.transfers.adoption import adopt
from complaints.words import vocabulary
from messages import digest, health, hook, outbox
from messages.outbox import jobs_of_complaints
from messages.queue import Filing, Handler, Job, Queue
from messages.sending import NEXT_WAY
from people import invitation, limits, sign_in
from tenants import scope
from tenants.directory import TenantCard

log = logging.getLogger(__name__)

PROCESS_EVIDENCE = "process_evidence"
KEYS_KEPT = timedelta(days=30)
LOST_AFTER = timedelta(minutes=2)


InACity = Callable[[Session, Office, TenantCard, UUID, datetime], object]
"""(session in the city's scope, office, the city, row id, now): what is done for one row of a city that is here."""

ComingBack = Callable[[Session, Office, TenantCard, UUID, datetime], datetime | None]
"""The same, and when to come back to the row."""

ONCE: Mapping[str, InACity] = {
    arriving.TELL: arriving.tell,
    batch.TELL: lambda session, office, card, row_id, _now: batch.tell(session, office, card, row_id),
    danger.WARN: danger.warn,
    circle.TELL_CIRCLE: circle.tell,
    circle.RELEASE: merging.release,
    incident_answer.ANSWER_INCIDENT: incident_answer.go_on,
    daily.NOTE_STEP: daily.note,
    digest.SEND_DIGEST: lambda session, office, card, row_id, now: digest.send(
        session, office.queue, card, row_id, now
    ),
}
MINDED: Mapping[str, ComingBack] = {
    MIND: minding.mind,
    splitting.MIND_PART: splitting.mind,
    retention.FORGET: retention.forget,
}


def register(queue: Queue, office: Office) -> None:
    """Name this floor's tasks to the queue; called once per process, where the app is put together."""
    for name, work in ONCE.items():
        queue.task(name)(_once(office, work))
    for name, minds in MINDED.items():
        queue.task(name)(_coming_back(office, minds))
    _photos(queue, office)

    @queue.task(copies.LEVEL)
    def level_what_is_left_behind(session: Session, _tenant_id: UUID, row_id: UUID, now: datetime) -> None:
        left_behind.level(session, row_id, now)

    @queue.task(NEXT_WAY)
    def take_next_way(session: Session, _tenant_id: UUID, row_id: UUID, now: datetime) -> None:
        next_way.go(session, office, row_id, now)

    for forgotten in (minding.forgotten, splitting.forgotten, digest.forgotten, health.look):
        queue.sweep(forgotten)
    folding.register(queue, office)
    handing_on.register(queue, office)
    recalculating.register(queue, office)
    breach_notice.register(queue, office)
    _by_the_clock(queue, office)
    _new_filings(queue, office)


def _once(office: Office, work: InACity) -> Handler:
    def handle(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> None:
        card = office.card_of(tenant_id)
        if card is not None:
            work(session, office, card, row_id, now)

    return handle


def _coming_back(office: Office, work: ComingBack) -> Handler:
    def handle(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> datetime | None:
        card = office.card_of(tenant_id)
        return work(session, office, card, row_id, now) if card else None

    return handle


def _photos(queue: Queue, office: Office) -> None:
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

    @queue.periodic("sweep_orphans", "40 19 * * *")
    def sweep_orphans(session: Session, now: datetime) -> None:
        for tenant in scope.every_tenant(session, because="photos without a row may lie under any tenant's keys"):
            evidence.sweep_orphans(session, storage, tenant.id, now)


def _by_the_clock(queue: Queue, office: Office) -> None:
    @queue.periodic("forget_followers", "20 18 * * *")
    def forget_followers(session: Session, now: datetime) -> None:
        for _tenant in scope.every_tenant(session, because="each city forgets who followed what is long closed"):
            outbox.forget(session, now)
            following.forget(session, now)
            incident_following.forget(session, now)
            works_following.forget(session, now)
            alerts.forget(session, now)
            digest.forget(session, now)
            sent_move.forget(session, now)
            invitation.forget(session, now)

    @queue.periodic("find_what_is_kept_too_long", "50 18 * * *")
    def find_what_is_kept_too_long(session: Session, now: datetime) -> None:
        for card in _each_city(session, office, because="each city keeps things for months of its own"):
            if card.stage in retention.STAGES and retention.is_due(session, office, card, now):
                queue.defer(session, retention.FORGET, card.id, card.id)

    @queue.periodic("tell_of_ended_works", "*/5 * * * *")
    def tell_of_ended_works(session: Session, now: datetime) -> None:
        for card in _each_city(session, office, because="each city's works end by their own dates"):
            works_following.tell_of_ended(session, office, card, now)

    @queue.periodic("write_alerts", "*/20 * * * *")
    def write_alerts(session: Session, now: datetime) -> None:
        for card in _each_city(session, office, because="each city's daily messages are due at its own hour"):
            alerts.write_lines(session, office, card, now)

    @queue.periodic("compare_cities", "7 * * * *")
    def compare_cities(session: Session, now: datetime) -> None:
        for card in _each_city(session, office, because="each city rolls its figures up for the national page"):
            if not card.is_commons:
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
        sign_in.forget_agents(session, now)
        hook.forget(session, now)
        evidence.sweep_staging(office.storage, now)

    @queue.periodic("adopt_from_the_commons", "* * * * *")
    def adopt_from_the_commons(session: Session, now: datetime) -> None:
        adopted = adopt(session, office, now)
        if adopted:
            log.info("the commons has given up complaints that lie on live ground", extra={"adopted": adopted})


def _each_city(session: Session, office: Office, *, because: str) -> Iterator[TenantCard]:
    """`scope.every_tenant` of those that this process has heard of."""
    for tenant in scope.every_tenant(session, because=because):
        card = office.directory.by_id.get(tenant.id)
        if card is not None:
            yield card


def _new_filings(queue: Queue, office: Office) -> None:
    def arrivals(session: Session, complaint_ids: Sequence[UUID], _now: datetime) -> list[Job]:
        return arriving.jobs_of_complaints(office, session, complaint_ids)

    def dangers(session: Session, complaint_ids: Sequence[UUID], now: datetime) -> list[Job]:
        return danger.jobs_of_complaints(office, session, complaint_ids, now)

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
