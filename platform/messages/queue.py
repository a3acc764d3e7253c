"""The job queue in PostgreSQL: a job is written in the transaction of its cause, and found by a worker after it.

A job names a task, a tenant and a row, and holds nothing that anybody wrote. Upper floors register their tasks by name
in `wsgi.py`; `messages/worker.py` runs them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from procrastinate import SyncPsycopgConnector
from procrastinate.jobs import Job as QueuedJob
from procrastinate.manager import JobManager
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url
from sqlalchemy.orm import Session

LANE = "default"

Handler = Callable[[Session, UUID, UUID, datetime], datetime | None]
"""(session in the tenant's scope, tenant id, row id, now) -> when to run again, or None when it is done.

The worker commits after it; an error rolls back and is tried again, so a handler must bear being run twice.
"""

PeriodicHandler = Callable[[Session, datetime], object]
"""(session in no tenant's scope, now): walks the tenants by `every_tenant` if it needs them. The worker commits."""


@dataclass(frozen=True)
class Job:
    """Which task for which row of which tenant; at: not before this instant (aware UTC), None for at once."""

    name: str
    tenant_id: UUID
    row_id: UUID
    at: datetime | None = None


@dataclass(frozen=True)
class Filing:
    """A new complaint that the queue hasn't been told of; key: what `mark` finds it by."""

    key: bytes
    tenant_id: UUID
    complaint_id: UUID


JobsOf = Callable[[Session, Sequence[UUID], datetime], list[Job]]
"""(session in the tenant's scope, ids of complaints just filed, now) -> the jobs that they need."""

Forgotten = Callable[[Session, datetime], list[Job]]
"""(session in the tenant's scope, now) -> jobs for rows that should have been dealt with by now."""


@dataclass(frozen=True)
class Relay:
    """find: up to so many filings, oldest first, read without a tenant; mark: note that they were handed on."""

    find: Callable[[Session, int], Sequence[Filing]]
    mark: Callable[[Session, Sequence[Filing], datetime], None]
    jobs_of: Sequence[JobsOf]


class Queue:
    """What may be deferred and who does it. Opens no connection of its own: jobs go through the caller's."""

    def __init__(self, conninfo: str) -> None:
        self.conninfo = conninfo
        self.handlers: dict[str, Handler] = {}
        self.periodic_handlers: dict[str, tuple[str, PeriodicHandler]] = {}
        self.relays: list[Relay] = []
        self.forgotten: list[Forgotten] = []
        self._manager = JobManager(SyncPsycopgConnector())

    def task(self, name: str) -> Callable[[Handler], Handler]:
        """Register who does the jobs of this name. Raises ValueError if somebody does already."""

        def register(handler: Handler) -> Handler:
            if name in self.handlers or name in self.periodic_handlers:
                raise ValueError(f"two tasks are called {name!r}")
            self.handlers[name] = handler
            return handler

        return register

    def periodic(self, name: str, cron: str) -> Callable[[PeriodicHandler], PeriodicHandler]:
        """Register what is done at the times of `cron` (UTC; a sixth field counts seconds), by one worker each time."""

        def register(handler: PeriodicHandler) -> PeriodicHandler:
            if name in self.handlers or name in self.periodic_handlers:
                raise ValueError(f"two tasks are called {name!r}")
            self.periodic_handlers[name] = (cron, handler)
            return handler

        return register

    def relay(
        self,
        *,
        find: Callable[[Session, int], Sequence[Filing]],
        mark: Callable[[Session, Sequence[Filing], datetime], None],
        jobs_of: Sequence[JobsOf],
    ) -> None:
        """Register where new filings are found, so that filing itself need not touch the queue."""
        self.relays.append(Relay(find, mark, jobs_of))

    def sweep(self, forgotten: Forgotten) -> Forgotten:
        """Register a look for rows whose job got lost; taken in every tenant, every few minutes."""
        self.forgotten.append(forgotten)
        return forgotten

    def defer(self, session: Session, name: str, tenant_id: UUID, row_id: UUID, at: datetime | None = None) -> None:
        """Write one job in the session's transaction. Raises LookupError for a name that nobody registered."""
        self.defer_all(session, [Job(name, tenant_id, row_id, at)])

    def defer_all(self, session: Session, jobs: Sequence[Job]) -> None:
        """Write many jobs in one statement; rolled back with the transaction, seen by workers once it is committed."""
        for job in jobs:
            if job.name not in self.handlers:
                raise LookupError(f"no task is called {job.name!r}")
        if jobs:
            connection = session.connection().connection.driver_connection
            self._manager.batch_defer_jobs([_queued(job) for job in jobs], connection=connection)


def make_queue(url: str) -> Queue:
    """The queue in the database of this SQLAlchemy URL (psycopg; a Unix socket as `?host=/folder` too)."""
    return Queue(conninfo_of(url))


def conninfo_of(url: str) -> str:
    """The same database in libpq's spelling."""
    address = make_url(url)
    _, arguments = address.get_dialect()().create_connect_args(address)
    return make_conninfo(**arguments)


def _queued(job: Job) -> QueuedJob:
    return QueuedJob(
        queue=LANE,
        task_name=job.name,
        lock=None,
        queueing_lock=None,
        task_kwargs={"tenant_id": str(job.tenant_id), "row_id": str(job.row_id)},
        scheduled_at=job.at,
    )
