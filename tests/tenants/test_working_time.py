"""A government's hours, date by date, and the document they are written in."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.errors import Invalid
from tenants.working_time import (
    Calendar,
    DatedHours,
    Span,
    from_document,
    holidays_of,
    is_holiday,
    spans_on,
    to_document,
)

BEKASI: dict[str, Any] = {
    "time_zone": "Asia/Jakarta",
    "hours": {
        "mon": ["07:30-12:00", "13:00-16:00"],
        "tue": ["07:30-12:00", "13:00-16:00"],
        "wed": ["07:30-12:00", "13:00-16:00"],
        "thu": ["07:30-12:00", "13:00-16:00"],
        "fri": ["07:30-11:30", "13:00-16:30"],
    },
    "dated": [
        {
            "from": "2026-02-18",
            "until": "2026-03-19",
            "hours": {"mon": ["08:00-15:00"], "thu": ["08:00-15:00"]},
            "name": {"en": "Ramadan", "id": "Ramadan"},
        },
        {"from": "2026-03-09", "until": "2026-03-09", "hours": {}},
    ],
    "holidays": {
        "country": "ID",
        "joint_leave": True,
        "add": [{"on": "2026-03-10", "name": {"id": "HUT Kota Bekasi"}}],
        "remove": ["2026-12-24"],
    },
    "half_days": [
        {"on": "2026-12-25", "hours": ["07:30-10:00"]},
        {"on": "2026-12-31", "hours": ["07:30-12:00"], "name": {"id": "Akhir tahun"}},
    ],
}
CALENDAR = from_document(BEKASI)


def hours(on: str) -> list[str]:
    return [str(span) for span in spans_on(CALENDAR, date.fromisoformat(on))]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param("2026-01-05", ["07:30-12:00", "13:00-16:00"], id="an ordinary Monday"),
        pytest.param("2026-01-09", ["07:30-11:30", "13:00-16:30"], id="an ordinary Friday"),
        pytest.param("2026-01-10", [], id="a Saturday"),
        pytest.param("2026-02-19", ["08:00-15:00"], id="a Thursday in Ramadan"),
        pytest.param("2026-02-18", [], id="a weekday that Ramadan's week leaves out has no hours"),
        pytest.param("2026-03-09", [], id="the later entry of dated hours wins"),
        pytest.param("2026-03-20", [], id="the day after Ramadan is joint leave"),
        pytest.param("2026-03-10", [], id="the city's own holiday"),
        pytest.param("2026-05-01", [], id="a public holiday"),
        pytest.param("2026-12-24", ["07:30-12:00", "13:00-16:00"], id="joint leave that the city removed"),
        pytest.param("2026-12-25", ["07:30-10:00"], id="hours written for a date hold on a holiday too"),
        pytest.param("2026-12-31", ["07:30-12:00"], id="a half day"),
        pytest.param("2031-06-02", ["07:30-12:00", "13:00-16:00"], id="a Monday years ahead"),
        pytest.param("2031-08-17", [], id="Independence Day years ahead"),
    ],
)
def test_a_date_has_the_hours_of_the_first_rule_that_speaks_of_it(on: str, expected: list[str]) -> None:
    assert hours(on) == expected


def test_cuti_bersama_counts_only_where_joint_leave_is_kept() -> None:
    with_leave, without = holidays_of("ID", True, 2026), holidays_of("ID", False, 2026)
    assert (len(with_leave), len(without)) == (25, 17)
    without_leave = from_document({**BEKASI, "holidays": {"country": "ID", "joint_leave": False}})
    assert is_holiday(CALENDAR, date(2026, 3, 24))
    assert not is_holiday(without_leave, date(2026, 3, 24))
    assert is_holiday(without_leave, date(2026, 3, 19))


def test_without_a_country_only_own_holidays_hold() -> None:
    own = from_document({**BEKASI, "holidays": {"add": [{"on": "2026-03-10"}]}})
    assert is_holiday(own, date(2026, 3, 10))
    assert not is_holiday(own, date(2026, 8, 17))


def test_a_document_comes_back_as_it_was_written() -> None:
    assert to_document(CALENDAR) == BEKASI
    assert from_document(to_document(CALENDAR)) == CALENDAR


def test_a_document_comes_back_in_one_order_whatever_order_it_was_written_in() -> None:
    turned = {
        **BEKASI,
        "hours": dict(reversed(BEKASI["hours"].items())) | {"mon": ["13:00-16:00", "7:30 - 12:00"], "sun": []},
        "half_days": list(reversed(BEKASI["half_days"])),
    }
    again = to_document(from_document(turned))
    assert again == BEKASI
    assert list(again["hours"]) == ["mon", "tue", "wed", "thu", "fri"]
    assert [entry["on"] for entry in again["half_days"]] == ["2026-12-25", "2026-12-31"]


def test_only_a_zone_and_hours_need_be_written_and_yaml_may_bring_dates() -> None:
    least = {"time_zone": "Asia/Jayapura", "hours": {"sat": ["00:00-24:00"]}}
    assert to_document(from_document(least)) == least
    dated = {**least, "half_days": [{"on": date(2026, 1, 2), "hours": ["08:00-09:00"]}]}
    assert spans_on(from_document(dated), date(2026, 1, 2)) == (Span(480, 540),)


RAMADAN = {"from": "2027-02-08", "until": "2027-03-09", "hours": {"mon": ["08:00-15:00"]}}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"time_zone": "Asia/Bekasi"}, "time_zone"),
        ({"time_zone": "Asia"}, "time_zone"),
        ({"time_zone": "../zoneinfo/UTC"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"time_zone": None}, "time_zone"),
        ({"time_zone": ["UTC"]}, "time_zone"),
        ({"hours": {}}, "hours"),
        ({"hours": {"mon": []}}, "hours"),
        ({"hours": {"monday": ["08:00-16:00"]}}, "hours"),
        ({"hours": {"mon": "08:00-16:00"}}, "hours.mon"),
        ({"hours": {"mon": ["08:00"]}}, "hours.mon"),
        ({"hours": {"mon": ["08:00-08:00"]}}, "hours.mon"),
        ({"hours": {"mon": ["22:00-06:00"]}}, "hours.mon"),
        ({"hours": {"mon": ["08:00-24:01"]}}, "hours.mon"),
        ({"hours": {"mon": ["08:60-10:00"]}}, "hours.mon"),
        ({"hours": {"mon": ["08:00-12:00", "11:59-16:00"]}}, "hours.mon"),
        ({"hours": {"mon": [480]}}, "hours.mon"),
        ({"dated": {}}, "dated"),
        ({"dated": [{"from": "2026-02-18", "hours": {}}]}, "dated.0.until"),
        ({"dated": [{"from": "2026-02-18", "until": "18-03-2026", "hours": {}}]}, "dated.0.until"),
        ({"dated": [{"from": "2026-02-30", "until": "2026-03-18", "hours": {}}]}, "dated.0.from"),
        ({"dated": [RAMADAN, {"from": "2026-02-18", "until": "2026-02-17", "hours": {}}]}, "dated.1.until"),
        ({"dated": [RAMADAN, RAMADAN | {"hours": {"tue": ["08:00-12:00", "11:00-15:00"]}}]}, "dated.1.hours.tue"),
        ({"dated": [{"from": "2026-02-18", "until": "2026-02-18", "hours": {}, "name": "Ramadan"}]}, "dated.0.name"),
        ({"holidays": ["2026-03-10"]}, "holidays"),
        ({"holidays": {"country": "Indonesia"}}, "holidays.country"),
        ({"holidays": {"country": "ZZ"}}, "holidays.country"),
        ({"holidays": {"country": 62}}, "holidays.country"),
        ({"holidays": {"joint_leave": "no"}}, "holidays.joint_leave"),
        ({"holidays": {"add": ["2026-03-10"]}}, "holidays.add.0"),
        ({"holidays": {"add": [{"on": "2026-03-10", "name": {"id": 3}}]}}, "holidays.add.0.name"),
        ({"holidays": {"add": [{"on": "2026-03-10"}, {"on": "2026-03-10"}]}}, "holidays.add.1.on"),
        ({"holidays": {"add": [{"on": "2026-03-10"}], "remove": ["2026-03-10"]}}, "holidays"),
        ({"holidays": {"add": [{"on": "2026-12-31"}]}}, "half_days.1.on"),
        ({"half_days": [{"on": "2026-12-31"}]}, "half_days.0.hours"),
        ({"half_days": [{"on": "2026-12-31", "hours": []}]}, "half_days"),
        ({"half_day": []}, "calendar"),
    ],
)
def test_a_document_that_cannot_hold_is_refused_at_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        from_document({**BEKASI, **change})
    assert refused.value.field == field
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(("start", "end"), [(-1, 60), (0, 1441), (60, 60), (61, 60), (1440, 1441)])
def test_a_span_lies_within_its_day_and_ends_after_it_starts(start: int, end: int) -> None:
    with pytest.raises(Invalid):
        Span(start, end)


def test_a_calendar_made_by_hand_is_checked_too() -> None:
    day = date(2026, 1, 5)
    for wrong in (
        {"weekly": {0: (Span(0, 60), Span(59, 120))}},
        {"weekly": {7: (Span(0, 60),)}},
        {"weekly": {}},
        {"weekly": {0: ()}},
        {"holidays": frozenset({day}), "half_days": {day: (Span(0, 60),)}},
        {"holidays": frozenset({day}), "extra_working": frozenset({day})},
        {"half_days": {day: (Span(0, 60), Span(30, 90))}},
        {"country": "id"},
    ):
        with pytest.raises(Invalid):
            Calendar(**{"time_zone": "UTC", "weekly": {0: (Span(0, 60),)}} | wrong)
    with pytest.raises(Invalid):
        DatedHours(day, day - timedelta(1), {})


def test_spans_that_touch_do_not_overlap_and_are_kept_in_order() -> None:
    calendar = Calendar("UTC", {0: (Span(720, 1440), Span(0, 720))})
    assert spans_on(calendar, date(2026, 1, 5)) == (Span(0, 720), Span(720, 1440))


def test_equal_calendars_share_one_hash_whoever_made_them() -> None:
    again = from_document(BEKASI)
    assert again is not CALENDAR
    assert (again, hash(again)) == (CALENDAR, hash(CALENDAR))
    assert from_document({**BEKASI, "half_days": []}) != CALENDAR
    reordered = Calendar("UTC", {1: (Span(0, 60),), 0: (Span(0, 60),)})
    assert hash(reordered) == hash(Calendar("UTC", {0: (Span(0, 60),), 1: (Span(0, 60),)}))


_lines = st.lists(st.integers(0, 1440), min_size=0, max_size=6, unique=True).map(
    lambda cuts: [
        f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
        for start, end in zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False)
    ]
)
_days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@settings(max_examples=100, deadline=None, database=None)
@given(
    hours=st.dictionaries(st.sampled_from(["mon", "wed", "sun"]), _lines.filter(bool), min_size=1),
    half_days=st.dictionaries(_days, _lines.filter(bool), max_size=3),
    name=st.dictionaries(st.sampled_from(["id", "en"]), st.text(min_size=1), max_size=2),
    last=_days,
)
def test_any_calendar_survives_its_document(
    hours: dict[str, list[str]], half_days: dict[date, list[str]], name: dict[str, str], last: date
) -> None:
    calendar = from_document(
        {
            "time_zone": "Europe/Berlin",
            "hours": hours,
            "dated": [{"from": "2020-01-01", "until": last.isoformat(), "hours": hours, "name": name}],
            "half_days": [{"on": on.isoformat(), "hours": spans, "name": name} for on, spans in half_days.items()],
        }
    )
    document = to_document(calendar)
    assert from_document(document) == calendar
    assert to_document(from_document(document)) == document
