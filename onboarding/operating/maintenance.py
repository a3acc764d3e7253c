"""Banners of the operators: written, shown everywhere for a time, ended."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tenants.directory import raise_epoch
from tenants.errors import Conflict, Invalid, NotFound
from tenants.maintenance import Maintenance

LONGEST_WORDS = 300
LONGEST = timedelta(days=60)
MOST_SHOWN = 50


def announce(
    session: Session, words: Mapping[str, str], from_at: datetime, until_at: datetime, *, by: UUID, now: datetime
) -> Maintenance:
    """Show these words on every page between the two instants. Raises Invalid."""
    said = {language: " ".join(text.split()) for language, text in words.items() if text.strip()}
    if "id" not in said:
        raise Invalid("Write it in Indonesian at least: every resident reads it.", field="words-id")
    for language, text in said.items():
        if len(text) > LONGEST_WORDS:
            raise Invalid("Up to %(most)s characters, please.", field=f"words-{language}", most=LONGEST_WORDS)
    if until_at <= from_at or until_at <= now:
        raise Invalid("The end lies before the beginning, or in the past.", field="until")
    if until_at - from_at > LONGEST:
        raise Invalid("At most %(days)s days: a banner that always stands there isn't read.", field="until", days=60)
    row = Maintenance(words=said, from_at=from_at, until_at=until_at, written_at=now, written_by=by)
    session.add(row)
    session.flush()
    raise_epoch(session)
    return row


def end(session: Session, maintenance_id: UUID, now: datetime) -> None:
    """Take it down now. Raises NotFound, Conflict."""
    row = session.get(Maintenance, maintenance_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such banner.")
    if row.ended_at is not None or row.until_at <= now:
        raise Conflict("This banner is over already.")
    row.ended_at = now
    session.flush()
    raise_epoch(session)


def listed(session: Session) -> list[Maintenance]:
    """The newest first."""
    newest = select(Maintenance).order_by(Maintenance.from_at.desc(), Maintenance.id).limit(MOST_SHOWN)
    return list(session.scalars(newest))
