"""A decree and a calendar: what differs is offered once, and a city's own decisions stay its own."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tenants.holiday_decree import Decreed, answered, differences
from tenants.working_time import Calendar, from_document, is_holiday, to_document

BEGIN = date(2027, 1, 1)
DAYS = st.integers(0, 364).map(lambda number: BEGIN + timedelta(days=number))
WEEK = {day: ["08:00-16:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def calendar(joint: bool, added: list[date], removed: list[date]) -> Calendar:
    return from_document(
        {
            "time_zone": "Asia/Jakarta",
            "hours": WEEK,
            "holidays": {
                "country": "ID",
                "joint_leave": joint,
                "add": [{"on": on} for on in sorted({*added})],
                "remove": sorted({*removed} - {*added}),
            },
        }
    )


@given(
    st.booleans(),
    st.lists(DAYS, max_size=3),
    st.lists(DAYS, max_size=3),
    st.dictionaries(DAYS, st.booleans(), max_size=12),
    st.sets(DAYS),
)
def test_after_the_answer_nothing_is_offered_again_and_what_was_accepted_holds(
    joint: bool, added: list[date], removed: list[date], decreed: dict[date, bool], accepted: set[date]
) -> None:
    before = calendar(joint, added, removed)
    days = [Decreed(on, "Hari", is_joint) for on, is_joint in decreed.items()]
    offered = differences(before, "ID", 2027, days)
    # half of what is offered, besides what happens to be chosen
    accepted |= {one.on for one in offered[::2]}
    after = answered(before, offered, accepted, "id")
    assert differences(after, "ID", 2027, days) == []
    assert from_document(to_document(after)) == after
    for one in offered:
        assert is_holiday(before, one.on) is not one.adds
        assert is_holiday(after, one.on) is (one.adds is (one.on in accepted))
        assert one.on not in (*added, *removed)
        assert joint or not one.joint
    untouched = {BEGIN + timedelta(days=number) for number in range(365)} - {one.on for one in offered}
    assert all(is_holiday(after, on) is is_holiday(before, on) for on in untouched)


def test_another_countrys_decree_is_nothing_to_a_calendar() -> None:
    assert differences(calendar(True, [], []), "MY", 2027, [Decreed(BEGIN, "x", False)]) == []
