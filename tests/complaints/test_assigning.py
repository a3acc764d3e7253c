"""An assignment can be for one person of the agency, who hears of it."""

import pytest
from sqlalchemy import select, text

from complaints import handling
from complaints.workflow import Status
from messages.outbox import Message
from people import seats
from people.seat import Seat
from tenants.errors import Invalid
from tests.cast import NOW, Cast
from tests.complaints.moving import HOUR, agency


def test_a_report_assigned_to_somebody_is_theirs_and_they_are_told(cast: Cast) -> None:
    complaint_id = cast.complaint()
    works, officer = agency(cast, "barat", "pu"), cast.actor("barat", "officer").seat_id
    complaint = cast.move("barat", complaint_id, "assign", agency_id=works, seat_id=officer, now=NOW + HOUR)
    assert (complaint.status, complaint.agency_id, complaint.holder_id) == (Status.ASSIGNED, works, officer)
    last = handling.history_of(cast.session, complaint_id)[-1]
    assert (last.detail["agency_id"], last.detail["seat_id"]) == (str(works), str(officer))
    told = cast.session.scalars(select(Message.destination).where(Message.created_at == NOW + HOUR)).all()
    assert sorted(told) == ["officer@barat.example", "pu@barat.example"]


def test_giving_it_to_nobody_in_particular_frees_it(cast: Cast) -> None:
    complaint_id = cast.complaint()
    cast.move("barat", complaint_id, "take", by="officer")
    works = agency(cast, "barat", "pu")
    assert cast.move("barat", complaint_id, "assign", agency_id=works, now=NOW + HOUR).holder_id is None


@pytest.mark.parametrize(("city", "who", "code"), [
    ("barat", "officer", "uptd"), ("barat", "resident", "pu"), ("timur", "officer", "pu"), ("barat", "admin", "pu"),
])  # fmt: skip
def test_only_who_works_for_the_agency_can_be_given_it(cast: Cast, city: str, who: str, code: str) -> None:
    complaint_id = cast.complaint()
    cast.enter(city)
    seat_id = cast.session.scalars(select(Seat.id).where(Seat.name.startswith(who.title()))).one()
    with pytest.raises(Invalid) as refused:
        cast.move("barat", complaint_id, "assign", agency_id=agency(cast, "barat", code), seat_id=seat_id)
    assert refused.value.field == "seat"
    cast.session.rollback()


def test_who_has_left_is_no_longer_among_the_members(cast: Cast) -> None:
    works = agency(cast, "barat", "pu")
    cast.enter("barat")
    names = [member.name for member in seats.members_of(cast.session, works)]
    assert names == ["Colleague Kota Barat", "Officer Kota Barat", "Supervisor Kota Barat"]
    cast.session.execute(text("UPDATE seats SET ended_at = now() WHERE name = 'Officer Kota Barat'"))
    cast.session.commit()
    assert [member.name for member in seats.members_of(cast.session, works)] == [names[0], names[2]]
    complaint_id = cast.complaint()
    cast.enter("barat")
    left = cast.session.scalars(select(Seat.id).where(Seat.name == "Officer Kota Barat")).one()
    with pytest.raises(Invalid):
        cast.move("barat", complaint_id, "assign", agency_id=works, seat_id=left)
    cast.session.rollback()
