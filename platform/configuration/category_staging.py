"""What was read from a sheet of categories, and what it would change: kept for a day between the look and its use."""

import gzip
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from complaints.photos.storage import STAGING, Storage
from configuration.category_comparing import Compared, What
from configuration.category_faults import Faults
from configuration.category_sheet import Given
from tenants.errors import Invalid, NotFound

_KEY = re.compile(r"[0-9a-f]{32}")
MOST_SHOWN = 500


@dataclass(frozen=True)
class StagedCategories:
    """A sheet that waits for its use. source: the name of the file."""

    source: str
    lines: Sequence[Given]


@dataclass(frozen=True)
class Report:
    """What a sheet would change. counts: lines by what they would do. lines: the first of those that do something.

    revision: of the city's settings when it was compared. anew: they had changed since somebody looked at it.
    """

    revision: int
    anew: bool
    counts: Mapping[str, int]
    lines: Sequence[Compared]

    @property
    def touched(self) -> int:
        return self.counts[What.ADDED] + self.counts[What.CHANGED]

    @property
    def takes(self) -> bool:
        """Whether it can be taken over, and there is something to take."""
        return not self.counts[What.REFUSED] and bool(self.touched)


def stage(storage: Storage, tenant_id: UUID, staged: StagedCategories) -> str:
    """Keep it under a key that nobody can guess."""
    key = secrets.token_hex(16)
    lines = [
        [one.number, one.row, {name: sorted(said) for name, said in one.tongues.items()}, _plain(one.faults)]
        for one in staged.lines
    ]
    _put(storage, key, "categories", {"tenant": str(tenant_id), "source": staged.source, "lines": lines})
    return key


def staged(storage: Storage, tenant_id: UUID, key: str) -> StagedCategories:
    """What is kept under a key. Raises NotFound, also for another tenant's and after a day."""
    document = _get(storage, tenant_id, key, "categories")
    lines = [
        Given(number, row, {name: frozenset(said) for name, said in tongues.items()}, _faults(faults))
        for number, row, tongues, faults in document["lines"]
    ]
    return StagedCategories(document["source"], lines)


def keep_report(
    storage: Storage, tenant_id: UUID, key: str, compared: Sequence[Compared], revision: int, *, anew: bool
) -> Report:
    """Keep what a sheet would change."""
    counts = {str(what): sum(one.what is what for one in compared) for what in What}
    telling = [one for one in compared if one.what is not What.SAME][:MOST_SHOWN]
    made = Report(revision, anew, counts, telling)
    rows = [{**asdict(one), "faults": _plain(one.faults), "row": {}} for one in telling]
    document = {"tenant": str(tenant_id), "revision": revision, "anew": anew, "counts": counts, "lines": rows}
    _put(storage, key, "report", document)
    return made


def report(storage: Storage, tenant_id: UUID, key: str) -> Report:
    """What the sheet under a key would change, once it was compared. Raises NotFound."""
    said = _get(storage, tenant_id, key, "report")
    lines = [Compared(**{**one, "what": What(one["what"]), "faults": _faults(one["faults"])}) for one in said["lines"]]
    return Report(said["revision"], said["anew"], said["counts"], lines)


def _plain(faults: Faults) -> dict[str, Any]:
    return {
        name: [error.message, error.field, {key: str(value) for key, value in error.details.items()}]
        for name, error in faults.items()
    }


def _faults(said: Mapping[str, Any]) -> Faults:
    return {name: Invalid(message, field=field, **details) for name, (message, field, details) in said.items()}


def _put(storage: Storage, key: str, name: str, document: Mapping[str, Any]) -> None:
    data = gzip.compress(json.dumps(document).encode(), 3, mtime=0)
    storage.put(_path(key, name), data, "application/gzip")


def _get(storage: Storage, tenant_id: UUID, key: str, name: str) -> dict[str, Any]:
    gone = NotFound("This file was read more than a day ago and is gone. Choose it again.")
    if not _KEY.fullmatch(key):
        raise gone
    try:
        document: dict[str, Any] = json.loads(gzip.decompress(storage.get(_path(key, name))))
    except NotFound:
        raise gone from None
    if document["tenant"] != str(tenant_id):
        raise gone
    return document


def _path(key: str, name: str) -> str:
    return f"{STAGING}{key}/{name}.json.gz"
