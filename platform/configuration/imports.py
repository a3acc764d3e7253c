"""How far a file has come that the worker brings in: by its notes, and by the ledger once it is brought in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from complaints.photos.storage import Storage
from configuration import import_notes, ledger
from configuration.import_notes import Standing, State
from tenants.directory import TenantCard


@dataclass(frozen=True)
class Kind:
    """Files for one section of the settings. tasks: what the worker may be asked for. counted: what the ledger says."""

    section: str
    tasks: Sequence[str]
    counted: Sequence[str]


def standing(session: Session, storage: Storage, card: TenantCard, kind: Kind, key: UUID, now: datetime) -> Standing:
    """How far a file of this city is; the key of another kind of file is one that nothing was asked about."""
    told = import_notes.standing(storage, card.id, key.hex, now)
    done = ledger.file_brought_in(session, kind.section, key)
    if done is None:
        return told if told.task in kind.tasks else Standing(State.READ)
    return replace(told, state=State.DONE, counts={name: done[name] for name in kind.counted})


def stop(session: Session, storage: Storage, card: TenantCard, kind: Kind, key: UUID, now: datetime) -> None:
    """Ask the worker to stop, if it isn't through."""
    if standing(session, storage, card, kind, key, now).state in import_notes.OPEN:
        import_notes.stop(storage, key.hex)
