"""How far the worker has come with a file, noted beside it: what brings it in is one transaction, unseen until then.

A note is no lock. Whether a file was brought in stands in the ledger, where it is written together with the rows; so a
worker that dies leaves nothing half done, and the next begins from the start.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from complaints.photos.storage import STAGING, Storage
from tenants.errors import AduanError, NotFound

SILENT_AFTER = timedelta(minutes=1)
"""A worker tells of itself every few seconds; after so long without a word it has stopped, or there is none."""

COMPARING, WRITING = "comparing", "writing"
"""The steps of the work; each goes through all rows."""

Heard = Callable[[str, int, int], None]
"""(step, rows done, of how many): told while the work goes on. Raises Stopped where somebody has asked for that."""


class State(StrEnum):
    """How far a file has come. Waiting: for a worker. Stopping: asked for, and the worker hasn't seen it yet."""

    READ = "read"
    WAITING = "waiting"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    REFUSED = "refused"
    DONE = "done"


OPEN = (State.WAITING, State.RUNNING, State.STOPPING)
"""The worker may still bring the file in."""


class Stopped(Exception):
    """Somebody has asked to stop; whoever catches it rolls back."""


@dataclass(frozen=True)
class Standing:
    """How far a file is. task: what the worker was asked for. done, of: rows of a step. begun: how often it was begun.

    counts: what was brought in, once it was. silent_since: when the worker was last heard of, where that is too long
    ago.
    """

    state: State
    task: str = ""
    step: str = ""
    done: int = 0
    of: int = 0
    begun: int = 0
    counts: Mapping[str, int] | None = None
    silent_since: datetime | None = None


def nobody_asked(_step: str, _done: int, _of: int) -> None:
    """For work within a request: it is told to nobody."""


def ask(
    storage: Storage,
    tenant_id: UUID,
    key: str,
    seat_id: UUID | None,
    now: datetime,
    task: str = "",
    seen: int | None = None,
) -> None:
    """Note who has asked the worker for it; what was noted of an earlier time is forgotten.

    seen: the revision of the settings with which whoever asks has seen the file compared.
    """
    storage.delete(_path(key, "stop"))
    storage.delete(_path(key, "progress"))
    seat = str(seat_id) if seat_id else None
    said = {"tenant": str(tenant_id), "seat": seat, "at": now.isoformat(), "task": task, "seen": seen}
    _put(storage, key, "asked", said)


def asked(storage: Storage, tenant_id: UUID, key: str) -> Mapping[str, Any] | None:
    """What was noted of a file of this tenant: `seat`, `at`, `task`, `seen`, and `ended` once the worker is through."""
    said = _get(storage, key, "asked")
    return said if said is not None and said["tenant"] == str(tenant_id) else None


def end(storage: Storage, tenant_id: UUID, key: str, state: State) -> None:
    """Note how the worker has ended, where it brought nothing in."""
    _put(storage, key, "asked", {**(asked(storage, tenant_id, key) or {"tenant": str(tenant_id)}), "ended": state})


def stop(storage: Storage, key: str) -> None:
    """Ask the worker to stop."""
    _put(storage, key, "stop", {})


@contextmanager
def underway(session: Session, storage: Storage, tenant_id: UUID, key: str, now: datetime) -> Iterator[Heard]:
    """A worker's work on a file, by what it tells how far it is: what ends it early is rolled back and noted."""
    try:
        yield begin(storage, key, now)
    except Stopped:
        session.rollback()
        end(storage, tenant_id, key, State.STOPPED)
    except AduanError:  # its rows don't fit any more: whoever looks at the file sees which
        session.rollback()
        end(storage, tenant_id, key, State.REFUSED)


def begin(storage: Storage, key: str, now: datetime) -> Heard:
    """Note that a worker has begun, perhaps once more; by what it tells how far it is. Raises Stopped."""
    begun = ((_get(storage, key, "progress") or {}).get("begun") or 0) + 1
    started = time.monotonic()

    def heard(step: str, done: int, of: int) -> None:
        if storage.exists(_path(key, "stop")):
            raise Stopped
        at = now + timedelta(seconds=time.monotonic() - started)
        _put(storage, key, "progress", {"step": step, "done": done, "of": of, "begun": begun, "at": at.isoformat()})

    heard(COMPARING, 0, 0)
    return heard


def standing(storage: Storage, tenant_id: UUID, key: str, now: datetime) -> Standing:
    """How far a file of this tenant is, by what was noted. Whether it was brought in the ledger knows."""
    said = asked(storage, tenant_id, key)
    if said is None:
        return Standing(State.READ)
    task = said.get("task") or ""
    if said.get("ended"):
        return Standing(State(said["ended"]), task)
    told, stopping = _get(storage, key, "progress"), storage.exists(_path(key, "stop"))
    last = datetime.fromisoformat((told or said)["at"])
    silent = last if now - last > SILENT_AFTER else None
    if stopping and (told is None or silent):  # nobody works at it: whoever begins sees first that it shall not be
        return Standing(State.STOPPED, task)
    if told is None:
        return Standing(State.WAITING, task, silent_since=silent)
    state = State.STOPPING if stopping else State.RUNNING
    return Standing(state, task, told["step"], told["done"], told["of"], told["begun"], silent_since=silent)


def _put(storage: Storage, key: str, name: str, said: Mapping[str, Any]) -> None:
    storage.put(_path(key, name), json.dumps(said).encode(), "application/json")


def _get(storage: Storage, key: str, name: str) -> dict[str, Any] | None:
    try:
        said: dict[str, Any] = json.loads(storage.get(_path(key, name)))
    except NotFound:
        return None
    return said


def _path(key: str, name: str) -> str:
    return f"{STAGING}{key}/{name}.json"
