"""A corrected report stays about its object where that still fits, and goes where the object says."""

from typing import Any
from uuid import UUID

import pytest

from complaints import correcting, handling
from complaints.correcting import Correction
from configuration import asset_file, asset_rules, assets
from configuration.editing import Author
from tenants.ground_map import ground_of
from tests.cast import NOW, Cast
from tests.complaints.moving import agency

LAMPS = b"kode;nama;lat;lon;status\nPJU-1;Depan pasar;-6,25;106,95;nasional\n"
AT_MARKET, BESIDE, FAR = (106.95, -6.25), (106.951, -6.25), (106.96, -6.22)


@pytest.fixture
def lamp(cast: Cast) -> UUID:
    """A report about a national lamp, which the city's rule gives to the desk."""
    card, session = cast.enter("barat"), cast.session
    category = cast.office.rulebooks.of(session, card).category("pju")
    read = asset_file.read_assets(LAMPS, "lampu.csv", ground_of(session, card.id))
    seen = assets.outlook(session, category.id, read.rows, assets.KEEP)
    assets.bring_in(session, category.id, "pju", seen, "lampu.csv", author=Author(), now=NOW)
    desk = agency(cast, "barat", "diskominfo")
    said = {"attribute": "status", "value": "nasional"}
    asset_rules.add(session, said, category_id=None, agency_id=desk, author=Author(), now=NOW)
    session.commit()
    cast.office.keeper.refresh()
    return cast.complaint("barat", category="pju", at=AT_MARKET, asset="PJU-1")


def correct(cast: Cast, complaint_id: UUID, **to: Any) -> Any:
    actor, complaint, card = cast.actor("barat", "supervisor"), cast.read("barat", complaint_id), cast.city("barat")
    book = cast.office.rulebooks.of(cast.session, card)
    correction = Correction(**{**vars(correcting.as_it_is(complaint, book)), **to})
    correcting.correct(cast.session, cast.office, complaint, correction, actor=actor, card=card, now=NOW)
    cast.session.commit()
    return cast.read("barat", complaint_id)


def test_a_priority_and_a_place_beside_it_leave_object_and_agency(cast: Cast, lamp: UUID) -> None:
    desk, before = agency(cast, "barat", "diskominfo"), cast.read("barat", lamp)
    about, object_id = before.routing["asset"], before.asset_id
    assert (before.agency_id, about["value"]) == (desk, "nasional")
    for to in ({"priority": "high"}, {"point": BESIDE}):
        after = correct(cast, lamp, **to)
        assert (after.asset_id, after.agency_id, after.routing["asset"]) == (object_id, desk, about)
        changed = handling.history_of(cast.session, lamp)[-1].detail["changed"]
        assert set(changed) == {"priority" if "priority" in to else "place"}


@pytest.mark.parametrize("to", [{"point": FAR}, {"category": "jalan-lubang"}])
def test_far_away_or_in_another_category_it_is_about_no_object_and_goes_by_the_other_rules(
    cast: Cast, lamp: UUID, to: dict[str, Any]
) -> None:
    after = correct(cast, lamp, **to)
    assert (after.asset_id, "asset" in after.routing) == (None, False)
    assert after.agency_id == agency(cast, "barat", "pu" if "category" in to else "dishub")
    row = handling.history_of(cast.session, lamp)[-1]
    assert row.detail["changed"]["asset"] == ["PJU-1", None]


def test_a_category_that_is_the_objects_own_lets_it_decide(cast: Cast, lamp: UUID) -> None:
    desk, object_id = agency(cast, "barat", "diskominfo"), cast.read("barat", lamp).asset_id
    wrong = cast.complaint("barat", category="jalan-lubang", at=AT_MARKET, asset="PJU-1")
    after = correct(cast, wrong, category="pju")
    assert (after.asset_id, after.agency_id) == (object_id, desk)
    assert after.routing["asset"]["code"] == "PJU-1"
