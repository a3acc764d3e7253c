"""A city's archive on demand: asked for by an administrator, made by the worker, kept for a while, for its admins."""

import logging
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import BinaryIO, cast
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Engine, Index, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints.office import Office
from complaints.reporters.erased import last_erased_at
from configuration import editing
from configuration.editing import Author
from configuration.standstill import locked
from messages.queue import Job, Queue
from onboarding.leaving.city_archive import write_archive
from tenants import scope
from tenants.database import Base, TenantOwned, new_id
from tenants.errors import N_, Conflict, NotFound
from tenants.tenant import Stage

MAKE_ARCHIVE = "make_archive"
KEPT = timedelta(days=7)
"""How long an archive can be downloaded."""
LOST_AFTER = timedelta(minutes=5)
GIVEN_UP_AFTER = timedelta(days=1)
SLOWEST = timedelta(minutes=1)
"""How long before it was written the instant may lie that an erasing says."""
MOST_SHOWN = 10
FOLDER = "archive"
STAGES = (Stage.LIVE, Stage.PAUSED, Stage.REHEARSAL, Stage.SUSPENDED)

log = logging.getLogger(__name__)


class State(StrEnum):
    """Where an archive is: asked for, ready, or gone because its time is over."""

    ASKED = "asked"
    READY = "ready"
    GONE = "gone"


class Archive(TenantOwned, Base):
    """One archive. key: where it lies. state_at: of what instant it is. sha256: of the whole file.

    complaints, files: how many it holds. begun_at: when somebody began to download it last; downloaded_at: when one of
    them had it whole.
    """

    __tablename__ = "archives"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in State)})", name="state"),
        Index("uq_archives_asked", "tenant_id", unique=True, postgresql_where=text("state = 'asked'")),
        Index("ix_archives_tenant_id_asked_at", "tenant_id", "asked_at"),
    )

    state: Mapped[str] = mapped_column(default=State.ASKED)
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID | None]
    state_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    key: Mapped[str | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None]
    complaints: Mapped[int | None]
    files: Mapped[int | None]
    begun_at: Mapped[datetime | None]
    begun_by: Mapped[UUID | None]
    downloaded_at: Mapped[datetime | None]
    downloaded_by: Mapped[UUID | None]


def ask(session: Session, office: Office, *, author: Author, now: datetime) -> Archive:
    """Have the worker make an archive. Raises Conflict where one is being made: whoever presses second has it too."""
    locked(session, scope.tenant_of(session))
    if session.scalar(select(Archive.id).where(Archive.state == State.ASKED)):
        raise Conflict(N_("An archive is being made already; somebody else was faster."))
    row = Archive(id=new_id(), asked_at=now, asked_by=author.seat_id)
    editing.add(session, row, author=author, now=now)
    office.queue.defer(session, MAKE_ARCHIVE, row.tenant_id, row.id)
    return row


def make(session: Session, office: Office, row_id: UUID, now: datetime) -> None:
    """Make what was asked for and put it into the storage; nothing where it is ready or gone. The caller commits.

    Nothing either where another worker is at it; one that dies leaves no row that names half a file.
    """
    row = session.scalar(select(Archive).where(Archive.id == row_id).with_for_update(skip_locked=True))
    if row is None or row.state != State.ASKED:
        return
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    key = f"{FOLDER}/{row.tenant_id}/{row.id}.tar"
    with tempfile.TemporaryFile() as file:
        made = write_archive(engine, office.storage, row.tenant_id, cast(BinaryIO, file), now=now)
        file.seek(0)
        office.storage.put(key, cast(BinaryIO, file), "application/x-tar")
    row.state, row.state_at, row.expires_at, row.key = State.READY, now, now + KEPT, key
    row.size, row.sha256, row.complaints, row.files = made.size, made.sha256.hex(), made.complaints, made.files
    session.flush()
    log.info("a city's archive is ready", extra={"complaints": made.complaints, "files": made.files})


def open_for(
    session: Session, office: Office, row_id: UUID, *, author: Author, now: datetime
) -> tuple[Archive, BinaryIO]:
    """The archive for an administrator, who is noted, and its content. Raises NotFound; Conflict if it is gone."""
    row = archive_here(session, row_id)
    if row.state != State.READY or row.key is None or row.expires_at is None or row.expires_at <= now:
        raise Conflict(N_("This archive isn't kept any more. Have a new one made."))
    if is_overtaken(row, last_erasure(session, now)):
        raise Conflict(N_("Something in this archive was erased since it was made. Have a new one made."))
    content = office.storage.open(row.key)
    editing.change(session, row, {"begun_at": now, "begun_by": author.seat_id}, author=author, now=now)
    return row, content


def had_whole(session: Session, row_id: UUID, *, author: Author, now: datetime) -> None:
    """Its last byte was handed over: the archive is in the city's hands."""
    row = archive_here(session, row_id)
    editing.change(session, row, {"downloaded_at": now, "downloaded_by": author.seat_id}, author=author, now=now)


def last_erasure(session: Session, now: datetime) -> datetime | None:
    """When something was erased in the session's city that an archive on the shelf may hold still."""
    return last_erased_at(session, now - KEPT - SLOWEST)


def is_overtaken(row: Archive, erased_at: datetime | None) -> bool:
    """Whether an archive may hold what was erased meanwhile."""
    return row.state_at is not None and erased_at is not None and erased_at > row.state_at - SLOWEST


def archive_here(session: Session, row_id: UUID) -> Archive:
    """Raises NotFound."""
    row = session.scalar(select(Archive).where(Archive.id == row_id))
    if row is None:
        raise NotFound(N_("There is no such archive."))
    return row


def latest(session: Session) -> Sequence[Archive]:
    """The newest archives."""
    return session.scalars(select(Archive).order_by(Archive.asked_at.desc(), Archive.id).limit(MOST_SHOWN)).all()


def forget(session: Session, office: Office, now: datetime) -> int:
    """Delete the files whose time is over or of which something was erased since, in the session's city; how many.

    An archive that can't be made is given up.
    """
    session.execute(
        update(Archive)
        .where(Archive.state == State.ASKED, Archive.asked_at < now - GIVEN_UP_AFTER)
        .values(state=State.GONE)
    )
    ready = session.scalars(select(Archive).where(Archive.state == State.READY)).all()
    erased_at = last_erasure(session, now) if ready else None
    rows = [row for row in ready if row.expires_at is None or row.expires_at <= now or is_overtaken(row, erased_at)]
    for row in rows:
        if row.key is not None:
            office.storage.delete(row.key)
        row.state, row.key = State.GONE, None
    session.flush()
    return len(rows)


def register(queue: Queue, office: Office) -> None:
    """Name the making and the forgetting to the queue."""

    @queue.task(MAKE_ARCHIVE)
    def make_archive(session: Session, _tenant_id: UUID, row_id: UUID, now: datetime) -> None:
        make(session, office, row_id, now)

    @queue.sweep
    def lost(session: Session, now: datetime) -> list[Job]:
        asked = select(Archive).where(
            Archive.state == State.ASKED, Archive.asked_at.between(now - GIVEN_UP_AFTER, now - LOST_AFTER)
        )
        return [Job(MAKE_ARCHIVE, row.tenant_id, row.id) for row in session.scalars(asked)]

    @queue.periodic("forget_archives", "7 * * * *")
    def forget_archives(session: Session, now: datetime) -> None:
        because = "each city's archives are kept for their own time"
        for _tenant in scope.every_tenant(session, because=because, stages=STAGES):
            forget(session, office, now)
