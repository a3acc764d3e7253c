"""What the pages of the two imports by the worker share: how far it is, in numbers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response, request
from flask_babel import format_decimal

from configuration import import_notes
from configuration.import_notes import Standing, State
from tenants.errors import NotFound


@dataclass(frozen=True)
class Told:
    """state, task, step: of the standing. open: whether it may still be brought in. share: None before it has begun.

    counts: what was brought in, written out.
    """

    state: State
    task: str
    step: str
    open: bool
    share: float | None
    done: str
    of: str
    again: bool
    silent_since: datetime | None
    counts: dict[str, str]


def told(stands: Standing) -> Told:
    """A standing as a page tells it."""
    return Told(
        state=stands.state,
        task=stands.task,
        step=stands.step,
        open=stands.state in import_notes.OPEN,
        share=stands.done / stands.of if stands.of else None,
        done=format_decimal(stands.done),
        of=format_decimal(stands.of),
        again=stands.begun > 1,
        silent_since=stands.silent_since,
        counts={name: format_decimal(count) for name, count in (stands.counts or {}).items()},
    )


def once_over(stands: Standing) -> Response | None:
    """What the page's own look answers once the work is over: that the whole page is to be read anew, not a part."""
    if "HX-Request" not in request.headers or stands.state in import_notes.OPEN:
        return None
    return Response(headers={"HX-Refresh": "true"})


def file_id(key: str) -> UUID:
    """The key of a file that waits for its use, as ledger and queue have it. Raises NotFound."""
    try:
        return UUID(hex=key)
    except ValueError:
        raise NotFound("There is no such file here.") from None
