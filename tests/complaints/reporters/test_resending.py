"""A report rejected for its category: one tap of its reporter's, and it is where it belongs, once."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints import handling
from complaints.actor import REPORTER, Actor
from complaints.complaint import Evidence
from complaints.report import Reporter
from complaints.reporters import resending
from complaints.workflow import IllegalMove, Need, Status
from messages.outbox import Message
from tenants.boundary import Boundary
from tenants.directory import raise_epoch
from tenants.errors import Invalid, NotAllowed
from tests.cast import NOW, Cast, photo
from tests.complaints.moving import HOUR, agency, make

ANI = Reporter(email="ani@warga.example")
REJECTED_AT, AT = NOW + HOUR, NOW + 3 * HOUR
SAID = {Need.REASON: "Ini lampu jalan."}


def reject(cast: Cast, complaint_id: UUID, right: str | None = "pju", now: datetime = REJECTED_AT) -> None:
    cast.move("barat", complaint_id, "reject", words=SAID, right_category=right, now=now)


def resend(cast: Cast, complaint_id: UUID, *, actor: Actor = REPORTER, now: datetime = AT) -> None:
    complaint = cast.read("barat", complaint_id)
    resending.resend(cast.session, cast.office, complaint, actor=actor, card=cast.city("barat"), now=now)
    cast.session.commit()


def test_the_reporter_is_told_the_right_category_and_that_one_tap_is_enough(cast: Cast) -> None:
    complaint_id = cast.complaint(reporter=ANI)
    reject(cast, complaint_id)
    message = cast.session.scalars(select(Message).where(Message.destination == ANI.email).order_by(Message.created_at))
    body = list(message)[-1].body
    assert "Kategori yang tepat: Lampu jalan" in body
    assert "Ini lampu jalan." in body


def test_it_is_the_same_report_with_a_new_owner_and_a_new_clock(cast: Cast) -> None:
    complaint_id = cast.complaint(reporter=ANI, photos=[photo()], answers={"kedalaman": "mata-kaki"})
    before = cast.read("barat", complaint_id).reference
    reject(cast, complaint_id)
    assert cast.read("barat", complaint_id).closed_at == REJECTED_AT
    resend(cast, complaint_id)
    complaint = cast.read("barat", complaint_id)
    assert (complaint.reference, complaint.status, complaint.is_open) == (before, Status.RECEIVED, True)
    assert complaint.agency_id == agency(cast, "barat", "dishub")
    assert (complaint.clock_from_at, complaint.received_at) == (AT, NOW)
    assert (complaint.responded_at, complaint.closed_at, complaint.holder_id) == (None, None, None)
    assert complaint.resolve_due_at == AT + timedelta(minutes=4320)
    assert complaint.respond_due_at is not None
    assert complaint.next_step_at is not None
    assert [row.move for row in handling.history_of(cast.session, complaint_id)] == ["file", "reject", "resend"]
    assert cast.session.scalar(select(Evidence.id).where(Evidence.complaint_id == complaint_id))


def test_its_new_agency_is_told_once_and_the_second_tap_does_nothing(cast: Cast) -> None:
    complaint_id = cast.complaint()
    reject(cast, complaint_id, "jalan-rusak")
    for minutes in (0, 1):
        resend(cast, complaint_id, now=AT + timedelta(minutes=minutes))
    rows = handling.history_of(cast.session, complaint_id)
    assert [row.move for row in rows].count("resend") == 1
    told = cast.session.scalars(select(Message.event).where(Message.created_at >= AT)).all()
    assert told == ["new_for_agency"]


def test_the_ladder_begins_anew_too(cast: Cast) -> None:
    complaint_id = cast.complaint()
    reject(cast, complaint_id)
    assert cast.read("barat", complaint_id).next_step_at is None
    resend(cast, complaint_id)
    after = cast.read("barat", complaint_id).next_step_at
    assert after is not None
    assert after > AT


def test_a_utility_that_looks_after_that_category_gets_it(cast: Cast) -> None:
    cast.enter("timur")
    ground = cast.session.scalars(select(Boundary).where(Boundary.tenant_id == cast.city("barat").id)).one()
    pju = cast.office.rulebooks.of(cast.session, cast.city("barat")).category("pju")
    cast.session.add(
        Boundary(
            tenant_id=cast.city("timur").id, wkb=ground.wkb, area_m2=ground.area_m2, claimed_at=NOW, created_at=NOW,
            overlay=[pju.platform_code],
        )
    )  # fmt: skip
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    complaint_id = cast.complaint("barat", reporter=Reporter(email="ani@warga.example", may_cross=True))
    reject(cast, complaint_id)
    resend(cast, complaint_id)
    assert cast.read("barat", complaint_id).status == Status.HANDED_OVER
    there = cast.read("timur", complaint_id)
    assert (there.status, there.clock_from_at) == (Status.RECEIVED, AT)
    cast.enter("barat")
    told = cast.session.scalars(select(Message.event).where(Message.created_at == AT)).all()
    assert told == ["handed_over"]


@pytest.mark.parametrize("right", ["jalan-lubang", "tidak-ada", ""])
def test_only_another_category_of_the_city_can_be_the_right_one(cast: Cast, right: str) -> None:
    complaint_id = cast.complaint()
    with pytest.raises(Invalid) as refused:
        reject(cast, complaint_id, right)
    assert refused.value.field == "right_category"
    cast.session.rollback()


def test_a_category_with_a_place_isnt_proposed_for_a_report_without_one(cast: Cast) -> None:
    complaint_id = cast.complaint(category="aparatur")
    with pytest.raises(Invalid, match="need a place"):
        reject(cast, complaint_id, "jalan-lubang")
    cast.session.rollback()


def test_nothing_else_is_opened_again_and_by_nobody_else(cast: Cast) -> None:
    plainly = cast.complaint()
    reject(cast, plainly, None)
    with pytest.raises(IllegalMove):
        resend(cast, plainly)
    cast.session.rollback()
    complaint_id = cast.complaint()
    reject(cast, complaint_id)
    with pytest.raises(NotAllowed):
        resend(cast, complaint_id, actor=cast.actor("barat", "admin"))
    cast.session.rollback()
    make(cast, complaint_id, "note", {})
    resend(cast, complaint_id)
    with pytest.raises(ValueError, match="verb of its own"):
        handling.move(
            cast.session, cast.office, cast.read("barat", plainly), "resend", actor=REPORTER, card=cast.city("barat"),
            now=AT,
        )  # fmt: skip
