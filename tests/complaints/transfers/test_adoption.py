"""What lay in no city is handed over once a city stands on that ground."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import shapely
from sqlalchemy import select

from complaints.counts.waiting import waiting_for
from complaints.lookup import holder_of
from complaints.report import Reporter
from complaints.transfers import handover
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


def test_what_is_posted_throughout_a_go_live_is_the_citys_after_one_run_also_when_a_run_was_killed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ani = Reporter(email="ani@warga.example", may_cross=True)
    posted = [cast.complaint("barat", at=NOWHERE, reporter=ani) for _ in range(3)]
    _give_ground(cast, "timur", known=False)
    posted += [
        cast.complaint("barat", at=NOWHERE, reporter=ani) for _ in range(2)
    ]  # by a process that hasn't heard of it yet
    references = {one: cast.read("commons", one).reference for one in posted}
    cast.office.keeper.refresh()
    after = cast.complaint("barat", at=NOWHERE)
    assert cast.read("timur", after).adopted is False

    passed, whole = [], handover.hand_over

    def killed_at_the_third(*given: Any, **more: Any) -> bool:
        passed.append(whole(*given, **more))
        if len(passed) == 3:
            raise SystemExit  # all of it is written, nothing committed
        return passed[-1]

    with monkeypatch.context() as patched:
        patched.setattr(handover, "hand_over", killed_at_the_third)
        with pytest.raises(SystemExit):
            adopt(cast.session, cast.office, LATER)
    cast.session.rollback()
    assert sum(cast.read("commons", one).is_open for one in posted) == 3, (
        "what was handed over before the kill stays so"
    )
    assert adopt(cast.session, cast.office, LATER) == 3
    for one in posted:
        assert cast.read("commons", one).status == Status.HANDED_OVER
        there = cast.read("timur", one)
        assert (there.reference, there.clock_from_at, there.is_open) == (references[one], LATER, True)
        assert there.respond_due_at is not None
        assert there.respond_due_at > LATER
    told: Counter[Any] = Counter()
    for slug in ("commons", "timur"):
        cast.enter(slug)
        mails = select(Message.complaint_id).where(Message.destination == ani.email, Message.created_at >= LATER)
        told.update(cast.session.scalars(mails))
    assert told == dict.fromkeys(posted, 1)


def _give_ground(cast: Cast, slug: str, *, known: bool = True) -> None:
    """A second piece of ground, around the point that lay nowhere. known: to this process at once."""
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
    if known:
        cast.office.keeper.refresh()
