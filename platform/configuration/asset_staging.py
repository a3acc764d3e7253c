"""What was read from a file of objects, kept for a day between the look at it and its use."""

import gzip
import json
import re
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import shapely

from complaints.photos.storage import STAGING, Storage
from configuration.asset_file import AssetFile, AssetRow
from tenants.errors import Invalid, NotFound

_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class StagedAssets:
    """A file that waits for its use. category: its code. missing: what happens to objects that the file lacks."""

    source: str
    category: str
    missing: str
    file: AssetFile


def stage(storage: Storage, tenant_id: UUID, staged: StagedAssets) -> str:
    """Keep it under a key that nobody can guess."""
    key = secrets.token_hex(16)
    document = {
        "tenant": str(tenant_id),
        "source": staged.source,
        "category": staged.category,
        "missing": staged.missing,
        "rows": [
            [row.line, row.code, row.name, shapely.to_wkb(row.geometry, hex=True), dict(row.attributes)]
            for row in staged.file.rows
        ],
        "faults": [[line, error.message, _plain(error.details)] for line, error in staged.file.faults],
    }
    storage.put(_path(key), gzip.compress(json.dumps(document).encode(), 3, mtime=0), "application/gzip")
    return key


def staged(storage: Storage, tenant_id: UUID, key: str) -> StagedAssets:
    """What is kept under a key. Raises NotFound, also for another tenant's and after a day."""
    gone = NotFound("This file was read more than a day ago and is gone. Choose it again.")
    if not _KEY.fullmatch(key):
        raise gone
    try:
        document = json.loads(gzip.decompress(storage.get(_path(key))))
    except NotFound:
        raise gone from None
    if document["tenant"] != str(tenant_id):
        raise gone
    rows = [
        AssetRow(line, code, name, shapely.from_wkb(wkb), attributes)
        for line, code, name, wkb, attributes in document["rows"]
    ]
    faults = [(line, Invalid(said, **details)) for line, said, details in document["faults"]]
    return StagedAssets(document["source"], document["category"], document["missing"], AssetFile(rows, faults))


def drop(storage: Storage, key: str) -> None:
    """It has been used."""
    storage.delete(_path(key))


def _path(key: str) -> str:
    return f"{STAGING}{key}/assets.json.gz"


def _plain(details: dict[str, object]) -> dict[str, Any]:
    return {name: str(value) for name, value in details.items()}
