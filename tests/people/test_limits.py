"""How often something may be tried: one count for all processes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from people import limits
from tests.cast import NOW

WINDOW = timedelta(minutes=10)


def tries(engine: Engine, key: str, at: timedelta = timedelta(0)) -> int:
    with Session(engine) as session:
        counted = limits.count(session, key, window=WINDOW, now=NOW + at)
        session.commit()
        return counted


def test_tries_are_counted_by_key_and_window(engine: Engine) -> None:
    assert [tries(engine, "a"), tries(engine, "a"), tries(engine, "b")] == [1, 2, 1]
    assert tries(engine, "a", WINDOW) == 1
    assert tries(engine, "a", timedelta(minutes=9)) == 3


def test_a_network_is_a_households_and_for_what_costs_a_subscriptions() -> None:
    wide = [limits.wider(limits.network_of(one)) for one in ("2001:db8:0:1::1", "2001:db8:0:2::1", "192.0.2.7", "")]
    assert wide == ["2001:db8::/48", "2001:db8::/48", "192.0.2.7", ""]
    assert [limits.is_this_machine(limits.network_of(one)) for one in ("::1", "127.0.0.1", "2001:db8::1")] == [
        True,
        True,
        False,
    ]


def test_many_at_once_are_all_counted(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as threads:
        counted = list(threads.map(lambda _: tries(engine, "a"), range(40)))
    assert sorted(counted) == list(range(1, 41))


def test_the_table_is_unlogged(session: Session) -> None:
    assert session.scalar(text("SELECT relpersistence FROM pg_class WHERE relname = 'rate_limits'")) == "u"


def test_what_is_long_over_is_forgotten(engine: Engine) -> None:
    tries(engine, "a")
    tries(engine, "a", timedelta(days=5))
    with Session(engine) as session:
        limits.forget(session, NOW + timedelta(days=5))
        session.commit()
        assert session.scalar(text("SELECT count(*) FROM rate_limits")) == 1


def test_what_serves_once_is_known_across_two_windows_and_the_cleaning_between_them(session: Session) -> None:
    boundary = limits.until(2 * limits.LONGEST, NOW)
    first = boundary - timedelta(minutes=1)
    assert limits.first_use(session, "once", lasts=limits.LONGEST, now=first)
    for later in (timedelta(minutes=1), limits.LONGEST - timedelta(minutes=2)):
        limits.forget(session, boundary + later)
        assert not limits.first_use(session, "once", lasts=limits.LONGEST, now=boundary + later)
