"""A sheet of categories: compared with what stands, and taken over once somebody has looked; a long one by the worker.

Taking over is one transaction, marked in the ledger by the key of the sheet; so a worker that dies leaves nothing half
done, and a second run finds it done.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from complaints.office import Office
from configuration import category_staging, import_notes, imports
from configuration.category_comparing import Compared, compare, take
from configuration.category_staging import Report, StagedCategories
from configuration.change import ConfigurationChange, Did
from configuration.editing import Author
from configuration.import_notes import COMPARING, WRITING, Heard, State
from configuration.imports import Kind
from messages.queue import Queue
from tenants.directory import TenantCard
from tenants.errors import Conflict
from tenants.tenant import Tenant

BRING_IN = "bring_in_categories"
COMPARE, TAKE = "compare", "take"
"""What the worker may be asked for."""
KIND = Kind("categories", tasks=(COMPARE, TAKE), counted=("new", "changed"))

AT_ONCE = 500
"""As many lines are compared and taken within a request; more of them would let whoever sent the file wait."""


def register(queue: Queue, office: Office) -> None:
    """Name the job to the queue; called once per process, where the app is put together."""

    @queue.task(BRING_IN)
    def bring_in_categories(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> None:
        card, key = office.card_of(tenant_id), row_id.hex
        said = import_notes.asked(office.storage, tenant_id, key)
        if card is None or said is None:
            return
        if imports.standing(session, office.storage, card, KIND, row_id, now).state not in import_notes.OPEN:
            return
        with import_notes.underway(session, office.storage, tenant_id, key, now) as heard:
            staged = category_staging.staged(office.storage, tenant_id, key)
            if said["task"] == COMPARE:
                look(session, office, card, key, staged, heard=heard)
                import_notes.end(office.storage, tenant_id, key, State.READ)
            else:  # that it was taken says the ledger, once it is committed
                author = Author(UUID(said["seat"]) if said["seat"] else None)
                bring_in(session, office, card, key, staged, seen=said["seen"], author=author, now=now, heard=heard)


def look(
    session: Session,
    office: Office,
    card: TenantCard,
    key: str,
    staged: StagedCategories,
    *,
    seen: int | None = None,
    heard: Heard = import_notes.nobody_asked,
) -> tuple[Report, list[Compared]]:
    """Compare a sheet with what stands, and keep what it would change. Nothing is written to the settings.

    seen: the revision with which somebody has looked at it already.
    """
    revision = session.get_one(Tenant, card.id, populate_existing=True).revision
    of = len(staged.lines)
    compared = compare(session, staged.lines, card.languages, lambda done: heard(COMPARING, done, of))
    anew = seen is not None and seen != revision
    return category_staging.keep_report(office.storage, card.id, key, compared, revision, anew=anew), compared


def bring_in(
    session: Session,
    office: Office,
    card: TenantCard,
    key: str,
    staged: StagedCategories,
    *,
    seen: int,
    author: Author,
    now: datetime,
    heard: Heard = import_notes.nobody_asked,
) -> None:
    """Let a sheet that was looked at hold, with one more line in the ledger for the sheet itself.

    seen: the revision of the report that was looked at; a run that died may have left a newer one since.
    Raises Conflict where the settings have changed since, or a line is refused; then it is to be looked at once more.
    """
    report, compared = look(session, office, card, key, staged, seen=seen, heard=heard)
    if report.anew or not report.takes:
        raise Conflict("The settings have changed since you looked at this. Please look once more.")
    take(session, compared, author=author, now=now, heard=lambda done: heard(WRITING, done, report.touched))
    session.add(
        ConfigurationChange(
            id=UUID(key),
            at=now,
            seat_id=author.seat_id,
            section="categories",
            row_id=UUID(key),
            code=staged.source,
            did=Did.CHANGED,
            revision=1,
            fields=["file"],
            before=None,
            after={"file": staged.source, "new": report.counts["added"], "changed": report.counts["changed"]},
        )
    )
    session.flush()
    heard(WRITING, report.touched, report.touched)


def ask(
    session: Session,
    office: Office,
    card: TenantCard,
    key: str,
    task: str,
    *,
    author: Author,
    now: datetime,
    seen: int | None = None,
) -> None:
    """Let the worker compare a sheet or take over what was seen; asked twice it is done once."""
    import_notes.ask(office.storage, card.id, key, author.seat_id, now, task, seen)
    office.queue.defer(session, BRING_IN, card.id, UUID(key))
