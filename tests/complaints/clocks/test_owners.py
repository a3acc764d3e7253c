"""The time that counts, per owner."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from complaints.clock import Pause
from complaints.clocks.owners import Held, owned
from tenants.working_time import Calendar, Span

OFFICE = Calendar("Asia/Jakarta", dict.fromkeys(range(5), (Span(480, 960),)))
MONDAY = datetime(2026, 3, 30, 1, 0, tzinfo=UTC)  # 08.00 WIB
PU, DLH = UUID(int=1), UUID(int=2)
HOUR = timedelta(hours=1)


def test_each_agency_answers_for_its_own_time_without_the_pauses() -> None:
    holdings = [
        Held(PU, MONDAY, MONDAY + 2 * HOUR),
        Held(DLH, MONDAY + 2 * HOUR, MONDAY + 5 * HOUR),
        Held(PU, MONDAY + 5 * HOUR, None),
    ]
    pauses = [Pause(MONDAY + 3 * HOUR, MONDAY + 6 * HOUR)]
    pu, dlh = owned(holdings, lambda _agency_id: OFFICE, pauses, MONDAY + 10 * HOUR)
    assert (pu.agency_id, pu.time, pu.working, pu.now) == (PU, 6 * HOUR, 4 * HOUR, True)
    assert (dlh.agency_id, dlh.time, dlh.working, dlh.now) == (DLH, HOUR, HOUR, False)


def test_working_time_is_that_of_each_agencys_own_hours() -> None:
    nights = Calendar("Asia/Jakarta", dict.fromkeys(range(7), (Span(0, 1440),)))
    holdings = [Held(PU, MONDAY, MONDAY + 24 * HOUR), Held(DLH, MONDAY + 24 * HOUR, MONDAY + 48 * HOUR)]
    pu, dlh = owned(holdings, lambda one: nights if one == DLH else OFFICE, [], MONDAY + 48 * HOUR)
    assert (pu.working, dlh.working) == (8 * HOUR, 24 * HOUR)
    assert owned(holdings, lambda _agency_id: None, [], MONDAY) == []


@given(st.lists(st.tuples(st.sampled_from([PU, DLH, None]), st.integers(0, 5_000)), min_size=1, max_size=6))
def test_no_minute_is_lost_or_counted_twice(pieces: list[tuple[UUID | None, int]]) -> None:
    at, holdings = MONDAY, []
    for agency_id, minutes in pieces:
        holdings.append(Held(agency_id, at, at + timedelta(minutes=minutes)))
        at += timedelta(minutes=minutes)
    assert sum((one.time for one in owned(holdings, lambda _agency_id: OFFICE, [], at)), timedelta(0)) == at - MONDAY
