"""The third pass between the same two goes to a person above both: between cities to the operator."""

from uuid import UUID

import pytest
from sqlalchemy import select

from complaints import handling
from complaints.complaint import HistoryRow
from complaints.report import Reporter
from complaints.rules import dispute, quarrel
from complaints.rules.dispute import Dispute, PingPong
from complaints.transfers import arbitration
from complaints.transfers.arbitration import decide
from complaints.workflow import Need, Status
from messages.outbox import Message
from people.account import Account
from people.seat import OperatorEntry
from tenants import scope
from tenants.errors import Conflict, Invalid, NotFound
from tests.cast import NOW, Cast
from tests.complaints.passing import HOUR, give_back, pass_on, statuses, third_city, told_where

LATER = NOW + 5 * HOUR


def _disputed(cast: Cast, **reported: object) -> tuple[UUID, UUID]:
    """A complaint that barat has and says is timur's, and the dispute about it."""
    complaint_id = cast.complaint("barat", **reported)
    pass_on(cast, complaint_id, "barat", "timur")
    give_back(cast, complaint_id, "timur")
    pass_on(cast, complaint_id, "barat", "timur", now=NOW + 3 * HOUR, reason="Jembatan itu di seberang.")
    found = dispute.open_about(cast.session, complaint_id)
    assert found is not None
    return complaint_id, found.id


def _decide(cast: Cast, dispute_id: UUID, keeper: str, reason: str = "Menurut peta, titiknya di sana.") -> None:
    cast.session.commit()
    scope.name_tenant(cast.session, None)
    account_id = cast.session.scalars(select(Account.id).where(Account.is_operator)).one()
    decide(cast.session, cast.office, dispute_id, cast.city(keeper).id, account_id=account_id, reason=reason, now=LATER)
    cast.session.commit()


def test_the_third_pass_stays_where_it_is_and_the_operator_hears_of_it(cast: Cast) -> None:
    complaint_id, dispute_id = _disputed(cast)
    assert statuses(cast, complaint_id) == {"barat": Status.RECEIVED, "timur": Status.HANDED_OVER}
    raised = cast.session.get_one(Dispute, dispute_id)
    assert (raised.holder_tenant_id, raised.other_tenant_id) == (cast.city("barat").id, cast.city("timur").id)
    cast.enter("commons")
    letter = cast.session.scalars(select(Message).where(Message.event == "disputed")).one()
    assert letter.destination == "operator@aduan.example"
    assert f"http://localhost/operator/disputes/{dispute_id}" in letter.body
    assert "Jembatan itu di seberang." in letter.body


def test_handing_to_and_fro_without_returning_is_a_dispute_too(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    pass_on(cast, complaint_id, "barat", "timur")
    pass_on(cast, complaint_id, "timur", "barat", now=NOW + 2 * HOUR)
    pass_on(cast, complaint_id, "barat", "timur", now=NOW + 3 * HOUR)
    assert dispute.open_about(cast.session, complaint_id) is not None


def test_while_it_waits_nobody_passes_it_again_but_a_third_city_may_get_it(cast: Cast) -> None:
    hulu = third_city(cast)
    complaint_id, _dispute_id = _disputed(cast)
    with pytest.raises(PingPong, match="is deciding"):
        pass_on(cast, complaint_id, "barat", "timur", now=LATER)
    cast.session.rollback()
    pass_on(cast, complaint_id, "barat", hulu, now=LATER)
    assert cast.read(hulu, complaint_id).is_open


def test_the_holder_keeps_it_and_can_not_pass_it_back(cast: Cast) -> None:
    complaint_id, dispute_id = _disputed(cast)
    _decide(cast, dispute_id, "barat")
    assert statuses(cast, complaint_id) == {"barat": Status.RECEIVED, "timur": Status.HANDED_OVER}
    with pytest.raises(PingPong, match="has decided"):
        pass_on(cast, complaint_id, "barat", "timur", now=LATER + HOUR)
    cast.session.rollback()
    cast.move("barat", complaint_id, "start", now=LATER + HOUR)


def test_the_other_gets_it_and_can_not_pass_it_back(cast: Cast) -> None:
    complaint_id, dispute_id = _disputed(cast)
    _decide(cast, dispute_id, "timur")
    assert statuses(cast, complaint_id) == {"barat": Status.HANDED_OVER, "timur": Status.RECEIVED}
    with pytest.raises(PingPong, match="has decided"):
        pass_on(cast, complaint_id, "timur", "barat", now=LATER + HOUR)
    cast.session.rollback()


@pytest.mark.parametrize("keeper", ["barat", "timur"])
def test_a_decision_is_recorded_on_it_in_its_history_and_for_both_cities_admins(cast: Cast, keeper: str) -> None:
    complaint_id, dispute_id = _disputed(cast)
    _decide(cast, dispute_id, keeper)
    decided = cast.session.get_one(Dispute, dispute_id)
    assert (decided.keeper_tenant_id, decided.decided_at) == (cast.city(keeper).id, LATER)
    operator_id = decided.decided_by
    for slug in ("barat", "timur"):
        cast.enter(slug)
        entry = cast.session.scalars(select(OperatorEntry)).one()
        assert (entry.account_id, entry.reason) == (operator_id, "Menurut peta, titiknya di sana.")
        letter = cast.session.scalars(select(Message).where(Message.event == "decided")).one()
        assert (letter.destination, cast.city(keeper).name["id"] in letter.subject) == (f"pu@{slug}.example", True)
    cast.enter(keeper)
    row = next(one for one in handling.history_of(cast.session, complaint_id) if one.move == "decide")
    assert (row.by, row.public, row.detail["dispute_id"]) == ("operator", True, str(dispute_id))
    remarks = handling.remarks_of(cast.session, complaint_id)
    assert row.remark_id is not None
    assert remarks[row.remark_id].body == "Menurut peta, titiknya di sana."


def test_the_reporter_is_told_once_where_it_is_after_a_decision(cast: Cast) -> None:
    _complaint_id, dispute_id = _disputed(cast, reporter=Reporter(email="ani@warga.example"))
    assert told_where(cast) == []
    _decide(cast, dispute_id, "timur")
    ((_state, body),) = told_where(cast)
    assert "Pemerintah Kota Barat sudah meneruskannya ke Pemerintah Kota Timur" in body


def test_a_decision_takes_one_of_the_two_and_a_reason_and_is_made_once(cast: Cast) -> None:
    _complaint_id, dispute_id = _disputed(cast)
    for keeper, reason, field in (
        ("commons", "Sebab.", "keeper"),
        ("barat", " ", "reason"),
        ("barat", "a" * 1001, "reason"),
    ):
        with pytest.raises(Invalid) as refused:
            _decide(cast, dispute_id, keeper, reason)
        assert refused.value.field == field
        cast.session.rollback()
    _decide(cast, dispute_id, "barat")
    with pytest.raises(Conflict, match="already"):
        _decide(cast, dispute_id, "timur")
    cast.session.rollback()
    with pytest.raises(NotFound):
        _decide(cast, UUID(int=1), "barat")
    cast.session.rollback()


def test_what_was_closed_meanwhile_needs_no_decision(cast: Cast) -> None:
    complaint_id, dispute_id = _disputed(cast)
    cast.move("barat", complaint_id, "reject", words={Need.REASON: "Sudah diperbaiki."}, now=LATER)
    with pytest.raises(Conflict, match="closed"):
        _decide(cast, dispute_id, "timur")
    cast.session.rollback()


def test_the_operator_reads_both_sides_and_of_the_report_what_is_public(cast: Cast) -> None:
    _complaint_id, dispute_id = _disputed(cast)
    case = arbitration.case(cast.session, cast.office, dispute_id)
    assert [(one.move, one.reason) for one in case.passes] == [
        ("hand_over", "Di seberang batas."),
        ("return", "Bukan wilayah kami."),
        ("dispute", "Jembatan itu di seberang."),
    ]
    assert case.description == "Lubang besar di depan pasar."
    assert (case.holder.slug, case.other.slug, case.open) == ("barat", "timur", True)
    _complaint_id, private_id = _disputed(cast, visibility="private")
    assert arbitration.case(cast.session, cast.office, private_id).description is None


def _agency(cast: Cast, code: str) -> UUID:
    book = cast.office.rulebooks.of(cast.session, cast.city("barat"))
    return next(entry.id for entry in book.agencies.values() if entry.code == code)


def _to_and_fro(cast: Cast) -> UUID:
    """Offered by the road works to Diskominfo and refused: passed twice between the two."""
    complaint_id = cast.complaint("barat")
    words = {Need.REASON: "Bukan jalan kami."}
    cast.move("barat", complaint_id, "coordinate", by="officer", words=words, agency_id=_agency(cast, "diskominfo"))
    cast.move("barat", complaint_id, "refuse", by="admin", words=words, now=NOW + HOUR)
    return complaint_id


def test_between_agencies_the_supervisor_hears_and_decides(cast: Cast) -> None:
    complaint_id = _to_and_fro(cast)
    pu, other = _agency(cast, "pu"), _agency(cast, "diskominfo")
    words = {Need.REASON: "Itu lampu mereka."}
    cast.move("barat", complaint_id, "coordinate", by="officer", words=words, agency_id=other, now=NOW + 2 * HOUR)
    assert cast.read("barat", complaint_id).agency_id == pu
    last = handling.history_of(cast.session, complaint_id)[-1]
    assert (last.move, last.public, last.detail) == ("disagree", False, {"asked_agency_id": str(other)})
    letter = cast.session.scalars(select(Message).where(Message.event == "disagree")).one()
    assert letter.destination == "supervisor@barat.example"
    assert "Itu lampu mereka." in letter.body
    cast.move("barat", complaint_id, "assign", by="supervisor", agency_id=other, now=NOW + 3 * HOUR)
    assert cast.read("barat", complaint_id).agency_id == other


def test_the_agency_that_lost_can_not_pass_it_back(cast: Cast) -> None:
    complaint_id = _to_and_fro(cast)
    pu = _agency(cast, "pu")
    with pytest.raises(PingPong, match="supervisor"):
        cast.move("barat", complaint_id, "assign", by="officer", agency_id=_agency(cast, "diskominfo"))
    cast.session.rollback()
    cast.move("barat", complaint_id, "assign", by="officer", agency_id=_agency(cast, "uptd"), now=NOW + 2 * HOUR)
    assert cast.read("barat", complaint_id).agency_id != pu


def test_passes_are_counted_between_the_same_two_alone() -> None:
    one, other = UUID(int=1), UUID(int=2)
    rows = [
        HistoryRow(move="assign", detail={"agency_id": str(one)}),
        HistoryRow(move="coordinate", detail={"from_agency_id": str(one), "agency_id": str(other)}),
        HistoryRow(move="refuse", detail={}),
        HistoryRow(move="assign", detail={"agency_id": str(one)}),
    ]
    assert quarrel.passes_between(rows, one, other) == 2
    assert quarrel.passes_between(rows[:2], one, other) == 1
    assert not quarrel.goes_above(rows, one, one)
    assert not quarrel.goes_above(rows, one, UUID(int=3))
    assert quarrel.goes_above(rows, one, other)
