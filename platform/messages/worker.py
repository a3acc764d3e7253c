"""The worker: a procrastinate worker for the registered tasks, and the relay's loop beside it."""

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import DeleteJobCondition, Status
from procrastinate.jobs import Job as QueuedJob
from sqlalchemy.orm import Session

from messages.queue import Handler, PeriodicHandler, Queue
from messages.relay import relay_once, sweep
from messages.sending import WAITS
from tenants.scope import name_tenant

logger = logging.getLogger(__name__)

KEPT_HOURS = 30 * 24  # how long a job that failed for good can be looked at
BEFORE_ALL_OTHERS = 100  # priority of what keeps the queue itself going


@dataclass(frozen=True)
class Pace:
    """How often things are looked at; the defaults suit production, tests are less patient.

    relay, poll, heartbeat: from one look to the next. stalled_after: the silence after which a worker's jobs are
    another's. leave: how long begun jobs may take when asked to stop. restart: the pause after losing the database.
    stalled_cron, sweep_cron: when jobs of silent workers, and rows without a job, are looked for (a sixth field counts
    seconds).
    """

    relay: timedelta = timedelta(seconds=1)
    poll: timedelta = timedelta(seconds=5)
    heartbeat: timedelta = timedelta(seconds=2)
    stalled_after: timedelta = timedelta(seconds=10)
    leave: timedelta = timedelta(seconds=30)
    restart: timedelta = timedelta(seconds=1)
    stalled_cron: str = "* * * * * */10"
    sweep_cron: str = "*/10 * * * *"


def utc_now() -> datetime:
    """The time, as an aware UTC instant."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Worker:
    """What a worker works with. waits: the pauses after the first, second, … error of a job; then it has failed.

    session_factory: makes sessions of the app role, of which `concurrency` and one more are open at most.
    """

    queue: Queue
    session_factory: Callable[[], Session]
    waits: Sequence[timedelta] = WAITS
    pace: Pace = Pace()
    concurrency: int = 4
    clock: Callable[[], datetime] = utc_now


def run_worker(
    queue: Queue,
    session_factory: Callable[[], Session],
    *,
    waits: Sequence[timedelta] = WAITS,
    pace: Pace = Pace(),
    concurrency: int = 4,
) -> None:
    """Work until TERM or INT, then finish what is begun and return. Outlives a restart of the database."""
    worker = Worker(queue, session_factory, waits, pace, concurrency)
    leaving = threading.Event()
    relaying = threading.Thread(target=_relay_until, args=(leaving, worker), name="relay", daemon=True)
    relaying.start()
    try:
        asyncio.run(_work(worker))
    finally:
        leaving.set()
        relaying.join(timeout=pace.leave.total_seconds())


def drain(
    queue: Queue,
    session_factory: Callable[[], Session],
    *,
    waits: Sequence[timedelta] = WAITS,
    clock: Callable[[], datetime] = utc_now,
) -> None:
    """Relay, do every job that is due, and return: what a worker does until it has caught up."""
    worker = Worker(queue, session_factory, waits, clock=clock)
    with session_factory() as session:
        while relay_once(session, queue, clock()):
            pass
    asyncio.run(_run(make_app(worker), worker, wait=False))


class Again(Exception):
    """The task wants to be run once more, at this instant."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"again at {at.isoformat()}")
        self.at = at


class BackOff(BaseRetryStrategy):
    """Again when the task says so; after an error by the waits, and then not any more."""

    def __init__(self, waits: Sequence[timedelta]) -> None:
        self._waits = waits

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        if isinstance(exception, Again):
            return RetryDecision(retry_at=exception.at)
        if job.attempts < len(self._waits):
            return RetryDecision(retry_at=utc_now() + self._waits[job.attempts])
        return None


def make_app(worker: Worker) -> App:
    """A procrastinate app with the queue's tasks and no periodic ones, not yet opened."""
    app = App(connector=PsycopgConnector(conninfo=worker.queue.conninfo, min_size=1, max_size=4))
    for name, handler in worker.queue.handlers.items():
        app.task(name=name, retry=BackOff(worker.waits))(_one_job(worker, handler))
    return app


def _one_job(worker: Worker, handler: Handler) -> Callable[[str, str], None]:
    def run(tenant_id: str, row_id: str) -> None:
        with worker.session_factory() as session:
            name_tenant(session, UUID(tenant_id))
            again_at = handler(session, UUID(tenant_id), UUID(row_id), worker.clock())
            session.commit()
        if again_at is not None:
            raise Again(again_at)

    return run


async def _work(worker: Worker) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(worker.concurrency + 1, thread_name_prefix="job"))
    leaving = asyncio.Event()
    if threading.current_thread() is threading.main_thread():
        for asked in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(asked, leaving.set)
    while not leaving.is_set():
        app = make_app(worker)
        _add_periodic(app, worker)
        working = asyncio.create_task(_run(app, worker))
        asked_to_leave = asyncio.create_task(leaving.wait())
        await asyncio.wait([working, asked_to_leave], return_when=asyncio.FIRST_COMPLETED)
        if leaving.is_set():
            working.cancel()  # it finishes what is begun
        try:
            await working
        except asyncio.CancelledError:
            logger.info("the worker leaves")
        except Exception:
            logger.exception("the worker lost its database and starts anew")
        asked_to_leave.cancel()
        with suppress(TimeoutError):
            await asyncio.wait_for(leaving.wait(), worker.pace.restart.total_seconds())


async def _run(app: App, worker: Worker, *, wait: bool = True) -> None:
    pace = worker.pace
    async with app.open_async():
        await app.run_worker_async(
            wait=wait,
            concurrency=worker.concurrency,
            listen_notify=wait,
            fetch_job_polling_interval=pace.poll.total_seconds(),
            update_heartbeat_interval=pace.heartbeat.total_seconds(),
            stalled_worker_timeout=pace.stalled_after.total_seconds(),
            shutdown_graceful_timeout=pace.leave.total_seconds(),
            delete_jobs=DeleteJobCondition.SUCCESSFUL,
            install_signal_handlers=False,
        )


def _add_periodic(app: App, worker: Worker) -> None:
    def at_its_time(name: str, cron: str, handler: PeriodicHandler) -> None:
        def run(timestamp: int) -> None:  # noqa: ARG001  (always passed)
            with worker.session_factory() as session:
                handler(session, worker.clock())
                session.commit()

        app.periodic(cron=cron)(app.task(name=name, queueing_lock=name, priority=BEFORE_ALL_OTHERS)(run))

    at_its_time("sweep", worker.pace.sweep_cron, lambda session, now: sweep(session, worker.queue, now))
    for name, (cron, handler) in worker.queue.periodic_handlers.items():
        at_its_time(name, cron, handler)

    @app.periodic(cron=worker.pace.stalled_cron)
    @app.task(name="take_over_stalled_jobs", queueing_lock="take_over_stalled_jobs", priority=BEFORE_ALL_OTHERS)
    async def take_over_stalled_jobs(timestamp: int) -> None:  # noqa: ARG001  (always passed)
        silence = worker.pace.stalled_after.total_seconds()
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silence):
            await _take_over(app, job, len(worker.waits))

    @app.periodic(cron="17 3 * * *")
    @app.task(name="remove_failed_jobs", queueing_lock="remove_failed_jobs", priority=BEFORE_ALL_OTHERS)
    async def remove_failed_jobs(timestamp: int) -> None:  # noqa: ARG001  (always passed)
        await app.job_manager.delete_old_jobs(
            nb_hours=KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
        )


async def _take_over(app: App, job: QueuedJob, most: int) -> None:
    """Put the job of a silent worker back; one that never comes to its end may be what kills the workers."""
    try:
        if job.attempts > most:
            logger.error("a job never came to its end and is given up", extra={"job": job.id, "task": job.task_name})
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            await app.job_manager.retry_job(job)
    except UniqueViolation:
        # The same periodic task waits again already, so this one isn't needed.
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
    except ConnectorException:
        logger.info("a stalled job was somebody else's before it was ours", extra={"job": job.id})


def _relay_until(leaving: threading.Event, worker: Worker) -> None:
    while not leaving.is_set():
        relayed = 0
        try:
            with worker.session_factory() as session:
                relayed = relay_once(session, worker.queue, worker.clock())
        except Exception:
            logger.exception("the relay failed and goes on")
        if not relayed:
            leaving.wait(worker.pace.relay.total_seconds())
