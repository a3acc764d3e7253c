"""A large file of objects is brought in by the worker: all of it or nothing, once, and its page says how it went.

What it does is one transaction, marked in the ledger by the key of the file; so a worker that dies leaves nothing half
done, and a second run finds it done.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.office import Office
from configuration import asset_staging, assets
from configuration.asset_staging import StagedAssets
from configuration.assets import Outlook
from configuration.change import ConfigurationChange
from configuration.editing import Author
from messages.queue import Queue
from tenants.directory import TenantCard
from tenants.errors import AduanError, Conflict

BRING_IN = "bring_in_assets"
AT_ONCE = 2_000
"""As many objects are written within a request; more of them would let whoever sent the file wait."""


class State(StrEnum):
    """How far a file has come."""

    READ = "read"
    WAITING = "waiting"
    REFUSED = "refused"
    DONE = "done"


@dataclass(frozen=True)
class Standing:
    """counts: what was brought in, once it was."""

    state: State
    counts: dict[str, int]


def register(queue: Queue, office: Office) -> None:
    """Name the job to the queue; called once per process, where the app is put together."""

    @queue.task(BRING_IN)
    def bring_in_assets(session: Session, tenant_id: UUID, row_id: UUID, now: datetime) -> None:
        card, key = office.directory.by_id.get(tenant_id), row_id.hex
        said = asset_staging.asked(office.storage, tenant_id, key)
        if card is None or said is None or standing(session, office, card, row_id).state is not State.WAITING:
            return
        author = Author(UUID(said["seat"]) if said["seat"] else None)
        try:
            bring_in(session, office, card, key, author=author, now=now)
        except AduanError:  # its rows don't fit any more: whoever looks at the file sees which
            asset_staging.refuse(office.storage, tenant_id, key)


def bring_in(session: Session, office: Office, card: TenantCard, key: str, *, author: Author, now: datetime) -> str:
    """Bring in a file that was looked at; the code of its category.

    Raises Conflict where a row has to be put right first, NotFound where the file is gone.
    """
    staged, seen = outlook(session, office, card, key)
    category = office.rulebooks.of(session, card).category(staged.category)
    if staged.file.faults or seen.elsewhere:
        raise Conflict("Some rows have to be put right first; nothing was taken.")
    assets.bring_in(
        session, category.id, category.code, seen, staged.source, author=author, now=now, change_id=UUID(key)
    )
    return category.code


def outlook(session: Session, office: Office, card: TenantCard, key: str) -> tuple[StagedAssets, Outlook]:
    """What a file would do as things stand now. Raises NotFound for one that is gone, or another city's."""
    staged = asset_staging.staged(office.storage, card.id, key)
    category = office.rulebooks.of(session, card).category(staged.category)
    return staged, assets.outlook(session, category.id, staged.file.rows, staged.missing)


def ask(session: Session, office: Office, card: TenantCard, key: str, *, author: Author) -> None:
    """Let the worker bring it in; asked twice it is done once."""
    asset_staging.ask(office.storage, card.id, key, author.seat_id)
    office.queue.defer(session, BRING_IN, card.id, UUID(key))


def standing(session: Session, office: Office, card: TenantCard, key: UUID) -> Standing:
    """How far a file of this city has come."""
    done = session.scalar(select(ConfigurationChange.after).where(ConfigurationChange.id == key))
    if done is not None:
        return Standing(State.DONE, {name: done[name] for name in ("new", "changed", "ended")})
    said = asset_staging.asked(office.storage, card.id, key.hex)
    return Standing(State.READ if said is None else State.REFUSED if said.get("refused") else State.WAITING, {})
