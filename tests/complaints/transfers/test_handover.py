"""Hand-over between cities: one reference, one live row, and nothing crosses that may not."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from complaints import evidence, handling, lookup
from complaints.complaint import Contact, Evidence, Forwarding, Holding, Remark
from complaints.report import Reporter
from complaints.transfers import handover
from complaints.workflow import Need, Status
from messages.outbox import Message
from tenants import scope
from tenants.directory import raise_epoch
from tenants.errors import Invalid
from tests.cast import NOW, NOWHERE, Cast, photo
from tests.complaints.passing import HOUR, give_back, pass_on, statuses


@pytest.mark.parametrize(("of", "to"), [("barat", "timur"), ("timur", "barat")])
def test_the_receiver_gets_a_row_of_its_own_under_the_same_reference(cast: Cast, of: str, to: str) -> None:
    complaint_id = cast.complaint(of)
    before = cast.read(of, complaint_id)
    reference, received_at = before.reference, before.received_at
    pass_on(cast, complaint_id, of, to)
    assert statuses(cast, complaint_id) == {of: Status.HANDED_OVER, to: Status.RECEIVED}
    there = cast.read(to, complaint_id)
    assert (there.reference, there.received_at, there.birth_tenant_id) == (reference, received_at, cast.city(of).id)
    assert there.clock_from_at == NOW + HOUR
    assert there.agency_id in cast.office.rulebooks.of(cast.session, cast.city(to)).agencies
    assert there.category_id in {
        one.id for one in cast.office.rulebooks.of(cast.session, cast.city(to)).categories.values()
    }
    assert there.routing["rule"] == "handed_over"
    left = cast.read(of, complaint_id)
    assert (left.is_open, left.handed_to_tenant_id, left.hand_overs) == (False, cast.city(to).id, 1)


def test_the_ceiling_counts_from_the_report_and_not_from_the_hand_over(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    ceiling = cast.read("barat", complaint_id).ceiling_at
    pass_on(cast, complaint_id, "barat", "timur", now=NOW + timedelta(days=3))
    there = cast.read("timur", complaint_id)
    assert there.ceiling_at == ceiling is not None
    assert there.resolve_due_at == NOW + timedelta(days=10)


def test_a_return_revives_the_row_that_was_left(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    pass_on(cast, complaint_id, "barat", "timur")
    give_back(cast, complaint_id, "timur")
    assert statuses(cast, complaint_id) == {"barat": Status.RECEIVED, "timur": Status.HANDED_OVER}
    back = cast.read("barat", complaint_id)
    assert (back.is_open, back.handed_to_tenant_id, back.closed_at) == (True, None, None)
    assert back.clock_from_at == NOW + 2 * HOUR
    cast.move("barat", complaint_id, "start", now=NOW + 3 * HOUR)


def test_what_nobody_handed_over_can_not_be_returned(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    with pytest.raises(Invalid, match="No other city"):
        give_back(cast, complaint_id, "barat")
    cast.session.rollback()
    pass_on(cast, complaint_id, "barat", "timur")
    give_back(cast, complaint_id, "timur")
    with pytest.raises(Invalid, match="No other city"):
        give_back(cast, complaint_id, "barat")
    cast.session.rollback()


def test_the_history_of_each_is_whole_public_and_numbered_without_gaps(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    cast.move("barat", complaint_id, "note", words={Need.NOTE: "Rahasia kantor barat."})
    cast.move("barat", complaint_id, "reply", words={Need.NOTE: "Kami periksa."})
    pass_on(cast, complaint_id, "barat", "timur")
    cast.move("timur", complaint_id, "note", words={Need.NOTE: "Rahasia kantor timur."}, now=NOW + HOUR)
    cast.move("timur", complaint_id, "reply", words={Need.NOTE: "Kami di timur."}, now=NOW + HOUR)
    cast.enter("timur")
    there = handling.history_of(cast.session, complaint_id)
    assert [(row.number, row.move) for row in there] == list(
        enumerate(["file", "reply", "hand_over", "receive", "note", "reply"], 1)
    )
    give_back(cast, complaint_id, "timur")
    cast.enter("barat")
    back = handling.history_of(cast.session, complaint_id)
    assert [(row.number, row.move) for row in back] == list(
        enumerate(["file", "note", "reply", "hand_over", "receive", "reply", "return", "revive"], 1)
    )


def test_inner_remarks_and_who_it_was_do_not_cross(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    cast.move("barat", complaint_id, "note", words={Need.NOTE: "Rahasia kantor barat."})
    cast.move("barat", complaint_id, "assign", agency_id=_agency(cast, "barat", "diskominfo"))
    pass_on(cast, complaint_id, "barat", "timur")
    cast.enter("timur")
    remarks = cast.session.scalars(select(Remark)).all()
    assert "Rahasia" not in " ".join(one.body for one in remarks)
    assert not [one for one in remarks if one.inner]
    crossed = [row for row in handling.history_of(cast.session, complaint_id) if row.move != "receive"]
    assert {row.seat_id for row in crossed} == {None}
    assert str(_agency(cast, "barat", "diskominfo")) not in str([row.detail for row in crossed])
    cast.enter("barat")
    assert cast.session.scalars(select(Remark.body).where(Remark.inner)).all() == ["Rahasia kantor barat."]


def _agency(cast: Cast, slug: str, code: str) -> UUID:
    book = cast.office.rulebooks.of(cast.session, cast.city(slug))
    return next(entry.id for entry in book.agencies.values() if entry.code == code)


@pytest.mark.parametrize("may_cross", [True, False])
def test_contact_data_crosses_only_with_consent(cast: Cast, may_cross: bool) -> None:
    reporter = Reporter(name="Ani", email="ani@warga.example", may_cross=may_cross)
    complaint_id = cast.complaint("barat", reporter=reporter)
    pass_on(cast, complaint_id, "barat", "timur")
    cast.enter("timur")
    assert cast.session.scalars(select(Contact.email)).all() == (["ani@warga.example"] if may_cross else [])
    assert "ani@warga.example" not in cast.session.scalars(select(Message.destination)).all()


@pytest.mark.parametrize("may_cross", [True, False])
def test_the_new_citys_word_reaches_the_reporter_either_way(cast: Cast, may_cross: bool) -> None:
    """Without consent it is relayed from where the address lies, and the new city never sees it."""
    complaint_id = cast.complaint("barat", reporter=Reporter(email="ani@warga.example", may_cross=may_cross))
    pass_on(cast, complaint_id, "barat", "timur")
    cast.move("timur", complaint_id, "ask", words={Need.QUESTION: "Di gang berapa?"}, now=NOW + 2 * HOUR)
    sent = {}
    for slug in ("barat", "timur"):
        cast.enter(slug)
        sent[slug] = cast.session.scalars(
            select(Message.body).where(Message.event == "asked", Message.destination == "ani@warga.example")
        ).all()
    assert [len(sent[slug]) for slug in ("barat", "timur")] == ([0, 1] if may_cross else [1, 0])
    (body,) = [*sent["barat"], *sent["timur"]]
    assert "Di gang berapa?" in body
    assert "Kota Timur" in body


def test_an_erased_contact_neither_crosses_nor_is_written_to(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", reporter=Reporter(email="ani@warga.example", may_cross=True))
    cast.enter("barat")
    cast.session.execute(text("SELECT erase_personal(:id, :now)"), {"id": complaint_id, "now": NOW})
    cast.session.commit()
    pass_on(cast, complaint_id, "barat", "timur")
    cast.enter("timur")
    assert cast.session.scalars(select(Contact)).all() == []
    cast.enter("barat")
    assert "handed_over" not in cast.session.scalars(select(Message.event)).all()


def test_the_reporter_is_told_once_and_both_agencies_know(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", reporter=Reporter(email="ani@warga.example", may_cross=True))
    pass_on(cast, complaint_id, "barat", "timur", reason="Jembatan ini milik timur.")
    told = []
    for slug in ("barat", "timur"):
        cast.enter(slug)
        told += [(slug, one.event, one.destination, one.body) for one in cast.session.scalars(select(Message))]
    to_reporter = [one for one in told if one[2] == "ani@warga.example" and one[1] != "received"]
    assert [one[:2] for one in to_reporter] == [("barat", "handed_over")]
    assert "Kota Timur" in to_reporter[0][3]
    assert "Jembatan ini milik timur." in to_reporter[0][3]
    assert ("timur", "new_for_agency", "pu@timur.example") in {one[:3] for one in told}


@pytest.mark.parametrize("visibility", ["private", "restricted"])
def test_visibility_is_never_wider_there_nor_on_the_way_back(cast: Cast, visibility: str) -> None:
    complaint_id = cast.complaint("barat", visibility=visibility)
    pass_on(cast, complaint_id, "barat", "timur")
    assert cast.read("timur", complaint_id).visibility == visibility
    give_back(cast, complaint_id, "timur")
    assert cast.read("barat", complaint_id).visibility == visibility


def test_what_was_said_in_private_there_does_not_become_public_by_a_return(cast: Cast) -> None:
    cast.enter("timur")
    cast.session.execute(text("UPDATE categories SET visibility = 'private' WHERE code = 'jalan-lubang'"))
    cast.tenant("timur").revision += 1
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    complaint_id = cast.complaint("barat")
    assert cast.read("barat", complaint_id).visibility == "public"
    pass_on(cast, complaint_id, "barat", "timur")
    assert cast.read("timur", complaint_id).visibility == "private"
    give_back(cast, complaint_id, "timur")
    assert cast.read("barat", complaint_id).visibility == "private"


def test_evidence_is_copied_under_the_receivers_keys(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", photos=[photo("#101010"), photo("#f0f0f0", (640, 480))])
    cast.enter("barat")
    for id_ in evidence.waiting(cast.session, complaint_id)[:1]:
        evidence.process(cast.session, id_, cast.office.storage)
    cast.session.commit()
    pass_on(cast, complaint_id, "barat", "timur")
    rows = {}
    for slug in ("barat", "timur"):
        cast.enter(slug)
        rows[slug] = {row.id: row for row in cast.session.scalars(select(Evidence))}
        cast.session.expunge_all()
    assert set(rows["barat"]) == set(rows["timur"])
    for id_, there in rows["timur"].items():
        here = rows["barat"][id_]
        assert there.state == here.state
        assert there.key.startswith(f"tenant/{cast.city('timur').id}/{complaint_id}/")
        assert cast.office.storage.get(there.key) == cast.office.storage.get(here.key)
        if here.public_key:
            assert there.public_key
            assert cast.office.storage.get(there.public_key) == cast.office.storage.get(here.public_key)
            assert there.public_key.startswith(f"tenant/{cast.city('timur').id}/")


def test_the_birth_tenants_forwarding_row_names_the_holder_however_often_it_moves(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    reference = cast.read("barat", complaint_id).reference
    pass_on(cast, complaint_id, "barat", "timur")
    assert _holder(cast, reference) == "timur"
    pass_on(cast, complaint_id, "timur", "commons", now=NOW + 2 * HOUR)
    assert _holder(cast, reference) == "commons"
    cast.enter("barat")
    row = cast.session.scalars(select(Forwarding)).one()
    assert (row.reference, row.complaint_id) == (reference, complaint_id)
    cast.enter("timur")
    assert cast.session.scalars(select(Forwarding)).all() == []


def test_a_return_points_the_reference_back(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    reference = cast.read("barat", complaint_id).reference
    pass_on(cast, complaint_id, "barat", "timur")
    give_back(cast, complaint_id, "timur")
    assert _holder(cast, reference) == "barat"


def _holder(cast: Cast, reference: str) -> str:
    cast.session.commit()
    scope.name_tenant(cast.session, None)
    found = lookup.holder_of(cast.session, cast.office, reference)
    assert found is not None
    return found[0].slug


def test_from_the_commons_it_is_marked_as_adopted(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", at=NOWHERE)
    cast.enter("commons")
    complaint = cast.read("commons", complaint_id)
    handover.hand_over(
        cast.session, cast.office, complaint, cast.city("timur"), actor=handling.SYSTEM,
        card=cast.city("commons"), reason="Sekarang ada.", now=NOW + HOUR,
    )  # fmt: skip
    cast.session.commit()
    assert cast.read("timur", complaint_id).adopted


def test_an_unknown_category_becomes_other(cast: Cast) -> None:
    cast.enter("timur")
    cast.session.execute(text("UPDATE categories SET platform_code = 'unik' WHERE code = 'jalan-lubang'"))
    cast.tenant("timur").revision += 1
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    complaint_id = cast.complaint("barat")
    pass_on(cast, complaint_id, "barat", "timur")
    book = cast.office.rulebooks.of(cast.session, cast.city("timur"))
    category = book.category_by_id(cast.read("timur", complaint_id).category_id)
    assert category is not None
    assert category.platform_code == "lain"


def test_only_one_side_holds_it_at_a_time(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    pass_on(cast, complaint_id, "barat", "timur")
    give_back(cast, complaint_id, "timur")
    running = []
    for slug in ("barat", "timur"):
        cast.enter(slug)
        running.append(len(cast.session.scalars(select(Holding).where(Holding.until_at.is_(None))).all()))
    assert running == [1, 0]


def test_the_secret_link_of_the_reporter_stays_the_same(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    here = cast.read("barat", complaint_id)
    token = cast.office.manage_url(cast.city("barat"), here.reference, here.birth_tenant_id, complaint_id).split("/")[
        -1
    ]
    pass_on(cast, complaint_id, "barat", "timur")
    there = cast.read("timur", complaint_id)
    url = cast.office.manage_url(cast.city("timur"), there.reference, there.birth_tenant_id, complaint_id)
    assert url.endswith(token)
    assert url.startswith("http://timur.localhost/")
