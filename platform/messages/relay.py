"""Hands new filings and whatever was forgotten to the queue.

Filing writes outbox rows and its intake key, and no job: the queue's NOTIFY would let one filing commit at a time. The
relay finds the keys instead, which need no tenant to be seen, and writes the jobs of many filings at once. Beside it
the sweep looks into every tenant, so that a message without a job is late, never lost.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from sqlalchemy import text
from sqlalchemy.orm import Session

from messages.queue import Filing, Job, Queue, Relay
from tenants.scope import enter, every_tenant, name_tenant
from tenants.tenant import Stage

logger = logging.getLogger(__name__)

BATCH = 500  # filings in one transaction
ONE_AT_A_TIME = 0x616475616E  # the advisory lock: two workers would write the same jobs twice
STAGES = tuple(stage for stage in Stage if stage is not Stage.ERASED)


def relay_once(session: Session, queue: Queue, now: datetime, limit: int = BATCH) -> int:
    """Hand up to `limit` filings of each relay to the queue, one transaction each; how many there were.

    0 also while another process is at it. A filing whose jobs can't be gathered is logged and left to the sweep, so
    that it doesn't hold up the others.
    """
    return sum(_relay(session, queue, relay, now, limit) for relay in queue.relays)


def sweep(session: Session, queue: Queue, now: datetime) -> int:
    """Look into every tenant for rows whose job got lost, and give them a new one; how many there were."""
    found = 0
    for tenant in every_tenant(session, because="a job that got lost may be anywhere", stages=STAGES):
        slug = tenant.slug
        try:
            jobs = [job for forgotten in queue.forgotten for job in forgotten(session, now)]
            queue.defer_all(session, jobs)
            session.flush()
            found += len(jobs)
        except Exception:
            session.rollback()
            logger.exception("the sweep failed in one tenant", extra={"tenant": slug})
    if found:
        logger.warning("the sweep found rows without a job", extra={"found": found})
    return found


def _relay(session: Session, queue: Queue, relay: Relay, now: datetime, limit: int) -> int:
    name_tenant(session, None)
    if not session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME}):
        session.rollback()
        return 0
    filings = relay.find(session, limit)
    try:
        _hand_on(session, queue, relay, filings, now)
        session.commit()
    except Exception:
        session.rollback()
        logger.exception("a batch of filings can't be relayed; each is tried alone", extra={"filings": len(filings)})
        _one_by_one(session, queue, relay, filings, now)
    return len(filings)


def _hand_on(session: Session, queue: Queue, relay: Relay, filings: Sequence[Filing], now: datetime) -> None:
    if not filings:
        return
    jobs: list[Job] = []
    for tenant_id, group in groupby(sorted(filings, key=attrgetter("tenant_id")), key=attrgetter("tenant_id")):
        complaint_ids = [filing.complaint_id for filing in group]
        with enter(session, tenant_id):
            for jobs_of in relay.jobs_of:
                jobs += jobs_of(session, complaint_ids, now)
    queue.defer_all(session, jobs)
    relay.mark(session, filings, now)


def _one_by_one(session: Session, queue: Queue, relay: Relay, filings: Sequence[Filing], now: datetime) -> None:
    for filing in filings:
        try:
            _hand_on(session, queue, relay, [filing], now)
            session.commit()
        except Exception:
            session.rollback()
            name_tenant(session, None)
            logger.exception(
                "a filing can't be relayed and is left to the sweep",
                extra={"tenant_id": str(filing.tenant_id), "complaint_id": str(filing.complaint_id)},
            )
            relay.mark(session, [filing], now)
            session.commit()
