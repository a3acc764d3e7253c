"""The tree of agencies: no circles, no reports lost with one that ends, and none sent where nobody works."""

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import handling
from complaints.complaint import HistoryRow, Holding
from complaints.rules.rulebook import Rulebook
from complaints.transfers import handing_on
from complaints.transfers.handing_on import HandingOn
from complaints.workflow import Need
from configuration import agencies, editing
from configuration.agencies import Draft
from configuration.editing import Author, Stale
from configuration.faults import Faults
from people.seat import Seat, SeatAgency
from tenants.agency import Agency
from tenants.category import Assignment
from tenants.errors import Conflict, Invalid
from tests.cast import NOW, Cast, Visitor, photo

Visit = Callable[..., Visitor]


def book_of(cast: Cast) -> Rulebook:
    cast.office.keeper.refresh()
    return cast.office.rulebooks.of(cast.session, cast.city("barat"))


def id_of(cast: Cast, code: str) -> UUID:
    return next(one.id for one in book_of(cast).agencies.values() if one.code == code)


def by_admin(cast: Cast) -> Author:
    return Author(cast.actor("barat", "admin").seat_id)


def agency(cast: Cast, code: str) -> Agency:
    return cast.session.scalars(select(Agency).where(Agency.code == code)).one()


def ended(cast: Cast, code: str, to: str, *, with_people: bool = True) -> None:
    author, to_id = by_admin(cast), id_of(cast, to)
    row = agency(cast, code)
    agencies.end(
        cast.session, cast.office, cast.city("barat"), row,
        to_id=to_id, with_people=with_people, author=author, now=NOW, expected_version=row.version,
    )  # fmt: skip
    cast.session.commit()
    cast.office.keeper.refresh()


def test_a_tree_without_circles(cast: Cast) -> None:
    author = by_admin(cast)
    pu, uptd = agency(cast, "pu"), agency(cast, "uptd")
    for parent in (pu.id, uptd.id):
        with pytest.raises(Invalid, match="under itself") as refused:
            agencies.move(cast.session, pu, parent, author=author, now=NOW)
        assert refused.value.field == "parent"
    agencies.move(cast.session, uptd, None, author=author, now=NOW)
    agencies.move(cast.session, pu, uptd.id, author=author, now=NOW)
    assert pu.parent_id == uptd.id


def test_a_number_is_kept_in_one_form_and_all_that_is_wrong_is_said_at_once(cast: Cast) -> None:
    author = by_admin(cast)
    for number, written in enumerate(("0812-3456 7890", "+62 812 3456 7890")):
        draft = Draft({"id": f"Dinas {number}"}, phone=written, email="Dinas@Barat.example")
        made = agencies.add(
            cast.session, draft, code=agencies.free_code(cast.session, draft.name), author=author, now=NOW
        )
        assert (made.phone, made.email, made.code) == ("+6281234567890", "dinas@barat.example", f"dinas-{number}")
    with pytest.raises(Faults) as refused:
        agencies.add(cast.session, Draft({"id": "DINAS 0"}, phone="x", email="x"), code="x", author=author, now=NOW)
    assert set(refused.value.by_field) == {"name", "phone", "email"}


def test_who_saves_an_agency_that_changed_meanwhile_is_told(cast: Cast) -> None:
    author, row = by_admin(cast), agency(cast, "pu")
    version = row.version
    draft = Draft({"id": "Dinas Jalan"}, parent_id=None)
    agencies.change(cast.session, row, draft, author=author, now=NOW, expected_version=version)
    with pytest.raises(Stale):
        agencies.change(cast.session, row, draft, author=author, now=NOW, expected_version=version)


def test_one_that_ends_hands_on_its_reports_categories_people_and_children(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    cast.move("barat", complaint_id, "start", by="officer")
    before = cast.read("barat", complaint_id)
    assert before.agency_id == id_of(cast, "pu")
    holder, clock, due = before.holder_id, before.clock_from_at, before.resolve_due_at
    closed_id = cast.complaint("barat")
    cast.move("barat", closed_id, "start", by="officer")
    cast.move("barat", closed_id, "resolve", by="officer", words={Need.NOTE: "Selesai."}, photos=[photo()])
    pu_id, heir_id = id_of(cast, "pu"), id_of(cast, "dishub")
    ended(cast, "pu", "dishub")
    after = cast.read("barat", complaint_id)
    assert (after.agency_id, after.holder_id) == (heir_id, holder), "who works on it keeps it"
    assert (after.clock_from_at, after.resolve_due_at) == (clock, due), "no promise moves"
    row = handling.history_of(cast.session, complaint_id)[-1]
    assert (row.move, row.public, row.by) == ("pass_on", False, "staff")
    assert row.detail["agency_id"] == str(heir_id)
    running = cast.session.scalars(
        select(Holding).where(Holding.complaint_id == complaint_id, Holding.until_at.is_(None))
    ).one()
    assert running.agency_id == heir_id
    assert not cast.session.scalars(select(Assignment).where(Assignment.agency_id == pu_id)).all()
    assert not cast.session.scalars(select(SeatAgency).where(SeatAgency.agency_id == pu_id)).all()
    assert agency(cast, "uptd").parent_id is None
    assert book_of(cast).agency_for(after.category_id, after.area_id) == book_of(cast).agencies[heir_id]
    assert cast.read("barat", closed_id).agency_id == pu_id, "what is finished stays on the record of who did it"
    cast.move("barat", closed_id, "reopen", by="reporter", words={Need.REASON: "Belum."})
    assert cast.read("barat", closed_id).agency_id == heir_id


def test_many_go_on_in_batches_and_latecomers_are_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_on, "BATCH", 2)
    ids = [cast.complaint("barat") for _ in range(5)]
    heir_id = id_of(cast, "dishub")
    ended(cast, "pu", "dishub")
    cast.enter("barat")
    row = cast.session.scalars(select(HandingOn)).one()
    assert (row.moved, row.done_at) == (2, None)
    pu_id = row.from_agency_id
    rounds = [handing_on.go_on(cast.session, cast.office, row.id, NOW) for _ in range(2)]
    assert rounds == [NOW, NOW + handing_on.LAST_LOOK]
    late = handling.complaint_here(cast.session, ids[0])
    late.agency_id = pu_id  # filed by a process that hadn't read the change
    cast.session.commit()
    assert handing_on.go_on(cast.session, cast.office, row.id, NOW + handing_on.LAST_LOOK) is None
    assert handing_on.go_on(cast.session, cast.office, row.id, NOW + timedelta(days=1)) is None
    assert (row.moved, row.done_at) == (6, NOW + handing_on.LAST_LOOK)
    assert {cast.read("barat", one).agency_id for one in ids} == {heir_id}
    steps = select(HistoryRow.number).where(HistoryRow.move == "pass_on", HistoryRow.complaint_id == ids[1])
    assert len(cast.session.scalars(steps).all()) == 1


def test_it_must_be_said_where_they_go_and_the_desk_stays(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        ended(cast, "pu", "pu")
    assert refused.value.field == "to"
    with pytest.raises(Conflict):
        ended(cast, "diskominfo", "pu")


def test_what_would_go_to_an_agency_without_people_goes_to_the_one_above(cast: Cast) -> None:
    author, uptd_id, pu_id = by_admin(cast), id_of(cast, "uptd"), id_of(cast, "pu")
    assignment = cast.session.scalars(select(Assignment).where(Assignment.agency_id == pu_id)).first()
    assert assignment is not None
    editing.change(cast.session, assignment, {"agency_id": uptd_id}, author=author, now=NOW)
    cast.session.commit()
    found = book_of(cast).agency_for(assignment.category_id, None)
    assert found is not None
    assert (found.id, book_of(cast).agencies[uptd_id].staffed) == (pu_id, False)
    officer = cast.session.scalars(select(Seat).where(Seat.name.like("Officer%"))).one()
    editing.add(cast.session, SeatAgency(seat_id=officer.id, agency_id=uptd_id), author=author, now=NOW)
    cast.session.commit()
    found = book_of(cast).agency_for(assignment.category_id, None)
    assert found is not None
    assert found.id == uptd_id


def test_two_moves_at_once_make_no_circle(cast: Cast) -> None:
    author = by_admin(cast)
    pu, other = agency(cast, "pu").id, agency(cast, "dishub").id
    cast.session.commit()
    refused: list[Invalid] = []

    def put(child: UUID, parent: UUID) -> None:
        with Session(cast.session.get_bind(), info=dict(cast.session.info)) as session:
            try:
                agencies.move(session, agencies.one(session, child), parent, author=author, now=NOW)
                session.commit()
            except Invalid as error:
                refused.append(error)

    both = [threading.Thread(target=put, args=pair) for pair in ((pu, other), (other, pu))]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(refused) == 1


def test_a_name_in_another_case_or_unicode_form_is_the_same_name(cast: Cast) -> None:
    author = by_admin(cast)
    agencies.add(cast.session, Draft(name={"id": "Dinas Café"}), code="cafe", author=author, now=NOW)
    for again in ("DINAS CAFE\u0301", "\uff24inas Café", "Dinas\u200b  Café"):
        with pytest.raises(Faults) as refused:
            agencies.add(cast.session, Draft(name={"id": again}), code="cafe-2", author=author, now=NOW)
        assert "this name already" in refused.value.by_field["name"].message
