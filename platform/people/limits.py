"""How often something may be tried: a fixed window in an unlogged table, shared by all processes."""

import ipaddress
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from people.account import RateLimit
from tenants.errors import Unavailable

LONGEST = timedelta(days=1)
"""Nothing that serves once lasts longer."""


class TooMany(Unavailable):
    """Somebody has done something too often; the sentence says with %(until)s when they may go on."""

    def __init__(self, message: str, *, until: datetime, field: str | None = None) -> None:
        super().__init__(message, field=field, until=until)
        self.until = until


def network_of(address: str) -> str:
    """What stands for one subscriber's network: an IPv4 address, of IPv6 the 64 bits that one household has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def wider(network: str) -> str:
    """A network as one subscription has it at most: of IPv6 the 48 bits within which a subscriber may choose 64."""
    try:
        parsed = ipaddress.ip_network(network)
    except ValueError:
        return network
    return str(parsed.supernet(new_prefix=48)) if parsed.version == 6 and parsed.prefixlen > 48 else network


def is_this_machine(address: str) -> bool:
    """Whether whoever asks is on the server itself: somebody trying it out, or a proxy that isn't trusted.

    Then the address, or its `network_of`, tells no two people apart.
    """
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == network_of("::1")


def count(session: Session, key: str, *, window: timedelta, now: datetime) -> int:
    """Count one try under a key; how many there were in the present window, this one included."""
    return count_all(session, [key], window=window, now=now)[key]


def count_all(session: Session, keys: Collection[str], *, window: timedelta, now: datetime) -> dict[str, int]:
    """The same under each of several keys, in one statement; in their order, so that no two wait for one another."""
    started_at, table = _started_at(window, now), RateLimit.__table__
    rows = [{"key": key, "window_started_at": started_at, "count": 1} for key in sorted(set(keys))]
    statement = insert(RateLimit).values(rows)
    tries = session.execute(
        statement.on_conflict_do_update(
            index_elements=["key", "window_started_at"], set_={"count": table.c.count + 1}
        ).returning(table.c.key, table.c.count)
    )
    return {row.key: int(row[1]) for row in tries}


def counted(session: Session, key: str, *, window: timedelta, now: datetime) -> int:
    """How often something was counted under a key in the present window."""
    return counted_all(session, [key], window=window, now=now)[key]


def counted_all(session: Session, keys: Collection[str], *, window: timedelta, now: datetime) -> dict[str, int]:
    """The same under each of several keys, in one statement."""
    found = session.execute(
        select(RateLimit.key, RateLimit.count).where(
            RateLimit.key.in_(keys), RateLimit.window_started_at == _started_at(window, now)
        )
    )
    return dict.fromkeys(keys, 0) | {row.key: int(row[1]) for row in found}


def until(window: timedelta, now: datetime) -> datetime:
    """When the present window ends, and the next one begins."""
    return _started_at(window, now) + window


def clear(session: Session, key: str) -> None:
    """Forget the tries under a key, since the last one succeeded."""
    session.execute(delete(RateLimit).where(RateLimit.key == key))


def first_use(session: Session, key: str, *, lasts: timedelta, now: datetime) -> bool:
    """Whether a thing that serves once is used for the first time; what `lasts` so long may lie across two windows.

    lasts: up to `LONGEST`.
    """
    window = 2 * lasts
    before = counted(session, key, window=window, now=now - window)
    return before + count(session, key, window=window, now=now) == 1


def forget(session: Session, now: datetime) -> None:
    """Remove windows that nobody looks at any more; `first_use` looks back to two of its own."""
    session.execute(delete(RateLimit).where(RateLimit.window_started_at < now - 4 * LONGEST))


def _started_at(window: timedelta, now: datetime) -> datetime:
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)
