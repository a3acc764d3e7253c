"""What lay in no city is handed over once a city stands on that ground."""

from datetime import timedelta

import shapely
from sqlalchemy import select

from complaints.counts.waiting import waiting_for
from complaints.lookup import holder_of
from complaints.transfers.adoption import adopt
from complaints.workflow import Status
from messages.outbox import Message
from tenants.boundary import Boundary
from tenants.catalogue import Municipality
from tenants.directory import raise_epoch
from tests.cast import FOUNDED, NOW, NOWHERE, Cast

LATER = NOW + timedelta(days=2)


def test_a_complaint_of_the_commons_goes_to_the_city_that_now_stands_there(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", at=NOWHERE)
    reference = cast.read("commons", complaint_id).reference
    _give_ground(cast, "timur")
    assert adopt(cast.session, cast.office, LATER) == 1
    there = cast.read("timur", complaint_id)
    assert (there.reference, there.status, there.adopted) == (reference, Status.RECEIVED, True)
    assert there.clock_from_at == LATER
    assert cast.read("commons", complaint_id).status == Status.HANDED_OVER
    cast.enter("barat")
    assert holder_of(cast.session, cast.office, reference) == (cast.city("timur"), complaint_id)


def test_a_second_run_finds_nothing(cast: Cast) -> None:
    cast.complaint("barat", at=NOWHERE)
    _give_ground(cast, "timur")
    adopt(cast.session, cast.office, LATER)
    cast.enter("timur")
    told = len(cast.session.scalars(select(Message)).all())
    assert adopt(cast.session, cast.office, LATER) == 0
    cast.enter("timur")
    assert len(cast.session.scalars(select(Message)).all()) == told


def test_what_still_lies_in_no_city_stays(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", at=NOWHERE)
    assert adopt(cast.session, cast.office, LATER) == 0
    assert cast.read("commons", complaint_id).is_open


def test_what_waits_for_a_municipality_is_counted_until_its_city_is_live(cast: Cast) -> None:
    lon, lat = NOWHERE
    cast.enter("barat")
    outline = shapely.to_wkb(shapely.box(lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1))
    cast.session.add(
        Municipality(
            code="99.71", level="municipality", type="kota", name="Kota Tengah", province_code="99",
            province_name="Tengah", claimable=True, outline=outline,
        )
    )  # fmt: skip
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    for _ in range(2):
        cast.complaint("barat", at=NOWHERE)
    adopt(cast.session, cast.office, LATER)
    assert waiting_for(cast.session, ["99.71", "99.72"]) == {"99.71": 2}
    cast.complaint("barat", at=NOWHERE)
    adopt(cast.session, cast.office, LATER)
    assert waiting_for(cast.session, ["99.71"]) == {"99.71": 3}
    _give_ground(cast, "timur")
    adopt(cast.session, cast.office, LATER)
    assert waiting_for(cast.session, ["99.71"]) == {}, "they are handed over and still counted"


def _give_ground(cast: Cast, slug: str) -> None:
    """A second piece of ground, around the point that lay nowhere."""
    lon, lat = NOWHERE
    cast.enter("commons")
    square = shapely.box(lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1)
    cast.session.add(
        Boundary(
            tenant_id=cast.city(slug).id,
            wkb=shapely.to_wkb(square),
            area_m2=1.0e8,
            claimed_at=FOUNDED,
            created_at=FOUNDED,
        )
    )
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
