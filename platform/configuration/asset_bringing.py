"""A large file of objects is brought in by the worker: all of it or nothing, once, and its page says how far it is.

What it does is one transaction, marked in the ledger by the key of the file; so a worker that dies leaves nothing half
done, and a second run finds it done.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from complaints.office import Office
from configuration import asset_staging, assets, import_notes, imports
from configuration.asset_staging import StagedAssets
from configuration.assets import Outlook
from configuration.editing import Author
from configuration.import_notes import WRITING, Heard
from configuration.imports import Kind
from messages.queue import Queue
from tenants.directory import TenantCard
from tenants.errors import Conflict

BRING_IN = "bring_in_assets"
KIND = Kind("assets", tasks=(BRING_IN,), counted=("new", "changed", "ended"))
AT_ONCE = 2_000
"""As many objects are written within a request; more of them would let whoever sent the file wait."""


def register(queue: Queue, office: Office) -> None:
    """Name the job to the queue; called once per process, where the app is put together."""

    @queue.task(BRING_IN)
    def bring_in_assets(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> None:
        card, key = office.card_of(tenant_id), row_id.hex
        said = import_notes.asked(office.storage, tenant_id, key)
        if card is None or said is None:
            return
        if imports.standing(session, office.storage, card, KIND, row_id, now).state not in import_notes.OPEN:
            return
        author = Author(UUID(said["seat"]) if said["seat"] else None)
        with import_notes.underway(session, office.storage, tenant_id, key, now) as heard:
            bring_in(session, office, card, key, author=author, now=now, heard=heard)


def bring_in(
    session: Session,
    office: Office,
    card: TenantCard,
    key: str,
    *,
    author: Author,
    now: datetime,
    heard: Heard = import_notes.nobody_asked,
) -> str:
    """Bring in a file that was looked at; the code of its category.

    Raises Conflict where a row has to be put right first, NotFound where the file is gone, and what `heard` raises.
    """
    staged, seen = outlook(session, office, card, key)
    category = office.rulebooks.of(session, card).category(staged.category)
    if staged.file.faults or seen.elsewhere:
        raise Conflict("Some rows have to be put right first; nothing was taken.")
    assets.bring_in(
        session,
        category.id,
        category.code,
        seen,
        staged.source,
        author=author,
        now=now,
        change_id=UUID(key),
        heard=lambda done, of: heard(WRITING, done, of),
    )
    return category.code


def outlook(session: Session, office: Office, card: TenantCard, key: str) -> tuple[StagedAssets, Outlook]:
    """What a file would do as things stand now. Raises NotFound for one that is gone, or another city's."""
    staged = asset_staging.staged(office.storage, card.id, key)
    category = office.rulebooks.of(session, card).category(staged.category)
    return staged, assets.outlook(session, category.id, staged.file.rows, staged.missing)


def ask(session: Session, office: Office, card: TenantCard, key: str, *, author: Author, now: datetime) -> None:
    """Let the worker bring it in; asked twice it is done once."""
    import_notes.ask(office.storage, card.id, key, author.seat_id, now, BRING_IN)
    office.queue.defer(session, BRING_IN, card.id, UUID(key))
