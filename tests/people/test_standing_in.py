"""A deputy's rights: both roles', never more, and only for the absent's own work."""

from datetime import UTC, date, datetime
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.rules.competence import Matter, Person, in_place_of, refusal
from complaints.workflow import MOVES, Move, Reach
from people.permissions import PERMISSIONS, Permission, Role
from people.standing_in import Absent, day_in, may_stand_in, not_passed_on
from tests.complaints.rules.test_competence import AGENCIES, ROADS, matter, name

DEPUTY, AWAY, OTHER = (UUID(int=number) for number in (1, 2, 3))
BY_HAND = [one for one in MOVES.values() if one.permission in set().union(*PERMISSIONS.values())]
ROLES = st.sampled_from(list(Role))
SOME = st.frozensets(st.sampled_from(sorted(AGENCIES)), max_size=3)


def away(role: Role, *agencies: str) -> Absent:
    return Absent(AWAY, "Sari", role, frozenset(name(one) for one in agencies), date(2026, 3, 6))


def deputy(absent: Absent | None, *agencies: str) -> Person:
    return Person(DEPUTY, {name(one) for one in agencies}, everywhere=False, absent=(absent,) if absent else ())


@given(st.sampled_from(BY_HAND), ROLES, SOME, SOME, st.sampled_from(sorted(AGENCIES)), st.sampled_from([AWAY, OTHER]))
def test_a_deputy_gains_only_what_the_absents_role_may_in_their_agencies_and_for_what_they_hold(
    move: Move, role: Role, own: frozenset[str], theirs: frozenset[str], where: str, holder: UUID
) -> None:
    of: Matter = matter(where, holder=holder)
    alone, with_absent = deputy(None, *own), deputy(away(role, *theirs), *own)
    gained = refusal(ROADS, move, alone, of) is not None and refusal(ROADS, move, with_absent, of) is None
    up = set(ROADS.agencies_up(name(where)))
    if gained:
        assert move.permission in PERMISSIONS[role]
        assert holder == AWAY or not up.isdisjoint(name(one) for one in theirs)
        assert in_place_of(ROADS, move, with_absent, of) is not None, "on record"
    assert not (refusal(ROADS, move, alone, of) is None and refusal(ROADS, move, with_absent, of) is not None)


def test_what_the_absent_may_not_do_isnt_done_for_them() -> None:
    of = matter("roads", holder=AWAY)
    assign = next(one for one in BY_HAND if one.permission is Permission.ASSIGN and one.reach is Reach.THE_AGENCY)
    assert refusal(ROADS, assign, deputy(away(Role.OFFICER, "roads"), "waste"), of) is None
    assert refusal(ROADS, assign, deputy(away(Role.PARTNER, "roads"), "waste"), of) is not None


def test_ones_own_work_is_nobody_elses_even_beside_a_deputyship() -> None:
    start = next(one for (_status, name_), one in MOVES.items() if name_ == "start")
    both = deputy(away(Role.OFFICER, "roads"), "roads")
    assert in_place_of(ROADS, start, both, matter("roads", holder=OTHER)) is None
    held = in_place_of(ROADS, start, both, matter("roads", holder=AWAY))
    assert held is not None
    assert held.seat_id == AWAY


def test_partners_and_officials_dont_stand_in_for_one_another_and_residents_for_nobody() -> None:
    allowed = {(one, other) for one, other in product(Role, Role) if may_stand_in(one, other)}
    officials = {Role.OFFICER, Role.SUPERVISOR, Role.ADMIN}
    assert allowed == {(Role.PARTNER, Role.PARTNER), *product(officials, officials)}


@given(ROLES, ROLES)
def test_what_isnt_passed_on_is_what_the_deputys_role_lacks(role: Role, for_role: Role) -> None:
    assert set(not_passed_on(role, for_role)) == PERMISSIONS[for_role] - PERMISSIONS[role]


@pytest.mark.parametrize(("hour", "day"), [(16, 4), (17, 5)])
def test_a_day_begins_and_ends_by_the_citys_clock(hour: int, day: int) -> None:
    assert day_in("Asia/Jakarta", datetime(2026, 3, 4, hour, 30, tzinfo=UTC)) == date(2026, 3, day)
