"""What goes off by the clock besides the ladder, and until when an ended report can be opened again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from complaints.clocks.timers import (
    CLOSE,
    EXPIRE,
    GO_ON,
    LAPSE,
    REMIND,
    Terms,
    Timed,
    Timer,
    TooLateToReopen,
    check_reopening,
    end_of_wait,
    timer,
)
from complaints.workflow import HANDLED, Status, moves_from
from tenants.working_time import Calendar, Span

OFFICE = Calendar("Asia/Jakarta", dict.fromkeys(range(5), (Span(450, 960),)), holidays=frozenset({date(2026, 4, 3)}))
MONDAY = datetime(2026, 3, 30, 2, 0, tzinfo=UTC)  # 09.00 WIB
FOUR_HOURS = MONDAY + timedelta(hours=4)
TERMS = Terms(reopen_days=14, silence_closes_working_days=10)


def jam(status: Status = Status.RECEIVED, due_at: datetime | None = FOUR_HOURS, *, auto_close: bool = True) -> Timed:
    return Timed(status, auto_close, due_at, None)


@pytest.mark.parametrize("status", Status)
def test_what_passes_by_itself_is_over_at_its_promised_instant_while_it_is_the_officials(status: Status) -> None:
    expected = Timer(FOUR_HOURS, EXPIRE) if status in HANDLED else None
    assert timer(jam(status), TERMS, OFFICE) == expected


def test_without_the_rule_without_a_running_promise_and_in_the_commons_nothing_ends_by_itself() -> None:
    assert timer(jam(auto_close=False), TERMS, OFFICE) is None
    assert timer(jam(due_at=None), TERMS, OFFICE) is None
    assert timer(jam(), TERMS, None) is None


def test_silence_closes_after_working_days_of_the_calendar() -> None:
    resolved = Timed(Status.RESOLVED, False, None, MONDAY)
    # The day itself isn't counted and 3 April is a holiday: Tuesday 31 March is the first, Tuesday 14 April the tenth.
    assert timer(resolved, TERMS, OFFICE) == Timer(datetime(2026, 4, 14, 9, 0, tzinfo=UTC), CLOSE)
    assert timer(resolved, Terms(), OFFICE) is None


@pytest.mark.parametrize("status", Status)
def test_every_timer_makes_a_move_that_is_possible_from_its_status(status: Status) -> None:
    found = timer(Timed(status, True, FOUR_HOURS, MONDAY), TERMS, OFFICE)
    assert found is None or moves_from(status)[found.move].permission is None


@pytest.mark.parametrize(
    ("days", "now", "too_late"),
    [
        (14, datetime(2026, 4, 13, 16, 59, tzinfo=UTC), False),  # 23.59 WIB of the fourteenth day
        (14, datetime(2026, 4, 13, 17, 0, tzinfo=UTC), True),
        (0, MONDAY, True),
        (1, MONDAY, False),
        (None, datetime(2036, 1, 1, tzinfo=UTC), False),
    ],
)
def test_a_report_can_be_opened_again_until_the_end_of_the_last_day(
    days: int | None, now: datetime, too_late: bool
) -> None:
    terms = Terms(reopen_days=days)
    check_reopening(None, terms, "Asia/Jakarta", now)
    if too_late:
        with pytest.raises(TooLateToReopen):
            check_reopening(MONDAY, terms, "Asia/Jakarta", now)
    else:
        check_reopening(MONDAY, terms, "Asia/Jakarta", now)


RESUME = {"amount": 4, "unit": "working_days", "then": "resume"}


def asked(**more: object) -> Timed:
    return Timed(Status.WAITING_FOR_REPORTER, asking=RESUME, asked_at=MONDAY, **more)


def test_a_question_is_reminded_of_when_half_its_time_is_over_and_ends_when_all_of_it_is() -> None:
    # Tuesday to Thursday, then Friday 3 April is a holiday, Monday 6 April the fourth day.
    end = datetime(2026, 4, 6, 9, 0, tzinfo=UTC)
    assert timer(asked(), TERMS, OFFICE) == Timer(datetime(2026, 4, 1, 9, 0, tzinfo=UTC), REMIND)
    reminded = asked(reminded_at=datetime(2026, 4, 1, 9, 0, tzinfo=UTC))
    assert timer(reminded, TERMS, OFFICE) == end_of_wait(reminded, OFFICE) == Timer(end, GO_ON)
    closing = replace(reminded, asking={**RESUME, "then": "close"})
    assert timer(closing, TERMS, OFFICE) == Timer(end, LAPSE)


def test_nobody_is_closed_out_sooner_than_a_day_after_the_reminder_however_late_that_came() -> None:
    late = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)
    assert timer(asked(reminded_at=late), TERMS, OFFICE) == Timer(late + timedelta(days=1), GO_ON)


def test_a_rule_without_a_timer_waits_for_ever_and_so_does_the_commons() -> None:
    assert timer(replace(asked(), asking=None), TERMS, OFFICE) is None
    assert timer(asked(), TERMS, None) is None
    assert end_of_wait(Timed(Status.IN_PROGRESS, asking=RESUME, asked_at=MONDAY), OFFICE) is None
