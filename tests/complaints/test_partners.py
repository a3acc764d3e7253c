"""PLN, PDAM, Telkom: what a partner's seat sees and may do, and a utility that serves many cities as a tenant."""

from datetime import timedelta
from uuid import UUID

import pytest

from complaints import handling, queue
from complaints.handling import Actor, Carried
from complaints.queue import Filter, Tab
from complaints.viewer import Viewer, viewer_of
from complaints.workflow import Need, Status
from people.permissions import Role
from tenants.errors import NotAllowed
from tests.cast import IN_BARAT, IN_TIMUR, NOW, Cast, photo
from tests.complaints.moving import HOUR, agency
from tests.complaints.partnering import leave, seat_at_pln, utility
from tests.complaints.passing import give_back, pass_on, statuses

WHY = {Need.REASON: "Kabel PLN."}


def _eyes(cast: Cast, seat_id: UUID) -> Viewer:
    return viewer_of(seat_id, Role.PARTNER, [agency(cast, "barat", "pln")])


def _listed(cast: Cast, eyes: Viewer, tab: Tab) -> set[UUID]:
    cast.enter("barat")
    page = queue.page(cast.session, eyes, Filter(tab), now=NOW + HOUR, today_ends_at=NOW + timedelta(hours=14))
    return {row.id for row in page.rows}


def _given(cast: Cast, **reported: str) -> UUID:
    """A pothole of the road works, offered to PLN."""
    complaint_id = cast.complaint("barat", **reported)
    cast.move("barat", complaint_id, "coordinate", by="officer", words=WHY, agency_id=agency(cast, "barat", "pln"))
    return complaint_id


def test_a_partner_sees_what_it_was_given_and_nothing_else_not_even_what_is_public(cast: Cast) -> None:
    eyes = _eyes(cast, seat_at_pln(cast))
    public, given, private = cast.complaint("barat"), _given(cast), _given(cast, visibility="private")
    for tab in (Tab.AGENCY, Tab.ALL, Tab.UNASSIGNED):
        assert _listed(cast, eyes, tab) == {given, private}
    assert _listed(cast, eyes, Tab.MINE) == set()
    assert eyes.sees(cast.read("barat", given))
    assert not eyes.sees(cast.read("barat", public))
    cast.enter("barat")
    counted = queue.counts(cast.session, eyes, now=NOW + HOUR, today_ends_at=NOW + timedelta(hours=14))
    assert (counted[Tab.ALL], counted[Tab.UNASSIGNED], counted[Tab.MINE]) == (2, 2, 0)


def _move(cast: Cast, seat_id: UUID, complaint_id: UUID, name: str, now: timedelta, **carried: object) -> None:
    actor = Actor("staff", seat_id, Role.PARTNER, frozenset({agency(cast, "barat", "pln")}))
    cast.enter("barat")
    handling.move(
        cast.session, cast.office, cast.read("barat", complaint_id), name, actor=actor, card=cast.city("barat"),
        now=NOW + now, carried=Carried(**carried),
    )  # fmt: skip
    cast.session.commit()


def test_a_partner_accepts_works_and_finishes_though_the_category_is_anothers(cast: Cast) -> None:
    seat_id, complaint_id = seat_at_pln(cast), _given(cast)
    _move(cast, seat_id, complaint_id, "accept", HOUR)
    _move(cast, seat_id, complaint_id, "start", 2 * HOUR)
    _move(cast, seat_id, complaint_id, "resolve", 3 * HOUR, words={Need.NOTE: "Kabel sudah rapi."}, photos=[photo()])
    assert cast.read("barat", complaint_id).status == Status.RESOLVED


def test_a_partner_refuses_with_a_reason_and_loses_sight_of_it(cast: Cast) -> None:
    seat_id, complaint_id = seat_at_pln(cast), _given(cast)
    _move(cast, seat_id, complaint_id, "refuse", HOUR, words={Need.REASON: "Bukan kabel kami."})
    assert cast.read("barat", complaint_id).agency_id == agency(cast, "barat", "pu")
    assert not _eyes(cast, seat_id).sees(cast.read("barat", complaint_id))


@pytest.mark.parametrize("name", ["assign", "coordinate", "hand_over", "reject", "merge"])
def test_a_partner_passes_nothing_on_and_turns_nothing_away(cast: Cast, name: str) -> None:
    seat_id, complaint_id = seat_at_pln(cast), _given(cast)
    _move(cast, seat_id, complaint_id, "accept", HOUR)
    with pytest.raises(NotAllowed):
        _move(cast, seat_id, complaint_id, name, 2 * HOUR, words=WHY)
    cast.session.rollback()


def test_whoever_has_left_the_partner_sees_nothing_new(cast: Cast) -> None:
    seat_id = seat_at_pln(cast)
    held, offered = _given(cast), _given(cast)
    _move(cast, seat_id, held, "accept", HOUR)
    _move(cast, seat_id, held, "take", HOUR)
    leave(cast, seat_id)
    eyes = viewer_of(seat_id, Role.PARTNER, [])
    later = _given(cast)
    assert _listed(cast, eyes, Tab.ALL) | _listed(cast, eyes, Tab.AGENCY) <= {held}
    assert _listed(cast, eyes, Tab.MINE) == {held}
    assert not eyes.sees(cast.read("barat", offered))
    assert not eyes.sees(cast.read("barat", later))


def test_a_utility_that_is_a_tenant_receives_from_two_cities_what_is_its_category(cast: Cast) -> None:
    slug = utility(cast)
    for city, point in (("barat", IN_BARAT), ("timur", IN_TIMUR)):
        complaint_id = cast.complaint(city, category="listrik", at=point)
        there = cast.read(slug, complaint_id)
        assert (there.routing["rule"], there.is_open) == ("overlay", True)
        assert cast.read(city, cast.complaint(city, at=point)).routing["rule"] == "inside"


def test_two_cities_hand_over_to_it_and_it_returns_what_is_not_its_own(cast: Cast) -> None:
    slug = utility(cast)
    for city in ("barat", "timur"):
        complaint_id = cast.complaint(city)
        pass_on(cast, complaint_id, city, slug, reason="Galian kabel.")
        assert cast.read(slug, complaint_id).is_open
        give_back(cast, complaint_id, slug)
        assert statuses(cast, complaint_id)[city] == Status.RECEIVED
