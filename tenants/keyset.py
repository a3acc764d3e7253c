"""Where a page of a list in the order of time ends, as one value of its address. Pages have keys, never numbers."""

from datetime import datetime
from uuid import UUID

from tenants.errors import Invalid


def written_key(at: datetime, id_: UUID) -> str:
    """The key of the row in which a page ends."""
    return f"{at.isoformat()}~{id_}"


def read_key(written: str) -> tuple[datetime, UUID]:
    """The instant and the id of a key. Raises Invalid, field after."""
    at, _tilde, id_ = written.partition("~")
    try:
        return datetime.fromisoformat(at), UUID(id_)
    except ValueError:
        raise Invalid("This page of the list can't be found. Begin with the first one.", field="after") from None
