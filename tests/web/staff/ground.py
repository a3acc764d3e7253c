"""What the console's tests share: counting statements, and reading a page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from tenants.database import db
from tests.cast import Cast, Visitor


def lately(**ago: float) -> datetime:
    """An instant a little before now, whole seconds."""
    return (datetime.now(UTC) - timedelta(**ago)).replace(microsecond=0)


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Every statement that a request sends to PostgreSQL, SET LOCAL included; the poll of the directory isn't one."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "epochs" not in statement:
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def version(cast: Cast, slug: str, complaint_id: UUID) -> str:
    """What a form that is opened now carries."""
    return str(cast.read(slug, complaint_id).version)


def send(visitor: Visitor, complaint_id: UUID, resource: str, **fields: object) -> TestResponse:
    """Post the form of a move."""
    return visitor.post(f"/staff/complaints/{complaint_id}/{resource}", data=fields)


def words(answer: TestResponse) -> str:
    """The text of a page, without tags and with single blanks."""
    html = answer.get_data(as_text=True)
    html = re.sub(r"<(script|style|title)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
