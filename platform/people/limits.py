"""How often something may be tried: a fixed window in an unlogged table, shared by all processes."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from people.account import RateLimit


def count(session: Session, key: str, *, window: timedelta, now: datetime) -> int:
    """Count one try under a key; how many there were in the present window, this one included."""
    seconds = int(window.total_seconds())
    started_at = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)
    statement = insert(RateLimit).values(key=key, window_started_at=started_at, count=1)
    tries = session.execute(
        statement.on_conflict_do_update(
            index_elements=["key", "window_started_at"], set_={"count": RateLimit.__table__.c.count + 1}
        ).returning(RateLimit.__table__.c.count)
    ).scalar_one()
    return int(tries)


def clear(session: Session, key: str) -> None:
    """Forget the tries under a key, since the last one succeeded."""
    session.execute(delete(RateLimit).where(RateLimit.key == key))


def forget(session: Session, now: datetime) -> None:
    """Remove windows that are long over."""
    session.execute(delete(RateLimit).where(RateLimit.window_started_at < now - timedelta(days=2)))
