"""Calendars that come and go, and an agency that keeps its own: what it holds counts by that, and by no other."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints.complaint import Complaint
from complaints.crews import splitting
from complaints.recalculating import Watch, recalculate
from complaints.replay import replay
from complaints.subtask import DAYS, Asked
from configuration import agencies, calendars
from configuration.agencies import Draft
from configuration.change import ConfigurationChange
from configuration.editing import Author, Stale
from configuration.faults import Faults
from onboarding import archive
from onboarding.bundle import BundleError, read_bundle, write_bundle
from onboarding.export import export_tenant
from onboarding.provision import provision
from tenants import scope
from tenants.agency import Agency
from tenants.calendar import CalendarRow
from tenants.errors import Conflict, Invalid, NotFound
from tests.cast import NOW, Cast
from tests.complaints.moving import HOUR, agency

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
ROUND_THE_CLOCK = {"time_zone": "Asia/Jakarta", "hours": {day: ["00:00-24:00"] for day in WORKDAYS}}


def by_admin(cast: Cast) -> Author:
    return Author(cast.actor("barat", "admin").seat_id)


def added(cast: Cast, name: str = "Piket", document: dict[str, Any] = ROUND_THE_CLOCK) -> UUID:
    row_id = calendars.add(cast.session, {"id": name}, document, author=by_admin(cast), now=NOW).id
    cast.session.commit()
    return row_id


def kept_by(cast: Cast, code: str, calendar_id: UUID | None) -> None:
    """Let an agency keep a calendar, None for the city's, and every process know it."""
    author = by_admin(cast)
    one = cast.session.scalars(select(Agency).where(Agency.code == code)).one()
    draft = Draft(one.name, one.parent_id, one.partner, calendar_id=calendar_id)
    agencies.change(cast.session, one, draft, author=author, now=NOW, expected_version=one.version)
    cast.session.commit()
    cast.office.keeper.refresh()


def respond_at(complaint: Complaint) -> datetime:
    assert complaint.respond_due_at is not None
    return complaint.respond_due_at


def test_what_an_agency_holds_counts_by_its_own_hours_and_by_the_citys_again_when_it_goes_on(cast: Cast) -> None:
    usual = respond_at(cast.read("barat", cast.complaint(category="jalan-lubang")))
    row_id = added(cast)
    kept_by(cast, "pu", row_id)
    complaint_id = cast.complaint(category="jalan-lubang")
    soon = respond_at(cast.read("barat", complaint_id))
    assert soon == NOW + 6 * HOUR  # six working hours, all of which pass by night too
    assert soon < usual
    ceiling = cast.read("barat", complaint_id).ceiling_at
    passed = cast.move("barat", complaint_id, "assign", agency_id=agency(cast, "barat", "dlh"))
    assert respond_at(passed) == usual
    assert passed.ceiling_at == ceiling
    back = cast.move("barat", complaint_id, "assign", agency_id=agency(cast, "barat", "pu"))
    assert (respond_at(back), back.ceiling_at) == (
        NOW + 6 * HOUR,
        ceiling,
    )  # the law's limit knows only the city's hours


def test_an_agency_that_takes_up_other_hours_moves_what_it_holds_and_nothing_else(cast: Cast) -> None:
    watch = Watch()
    cast.session.commit()
    watch.look(cast.session, cast.office, NOW)
    complaint_id, other_id = cast.complaint(category="jalan-lubang"), cast.complaint(category="sampah-liar")
    before, other = (respond_at(cast.read("barat", one)) for one in (complaint_id, other_id))
    row_id = added(cast)
    assert watch.look(cast.session, cast.office, NOW) == []
    kept_by(cast, "pu", row_id)
    cast.session.commit()
    assert watch.look(cast.session, cast.office, NOW) == [cast.city("barat").id]
    recalculate(cast.session, cast.office, cast.enter("barat"), NOW)
    cast.session.commit()
    assert respond_at(cast.read("barat", complaint_id)) == NOW + 6 * HOUR < before
    assert respond_at(cast.read("barat", other_id)) == other


def test_what_if_replays_each_report_by_the_hours_of_who_has_it(cast: Cast) -> None:
    cast.complaint(category="jalan-lubang")
    night = NOW + 7 * HOUR

    def late() -> int:
        book = cast.office.rulebooks.of(cast.session, cast.enter("barat"))
        rule = book.rule_for(book.category("jalan-lubang").id, "normal", None)
        assert rule is not None
        *_rest, last = replay(cast.session, book, rule, night)
        return last.tally.today

    assert late() == 0  # six working hours of the city end tomorrow
    kept_by(cast, "pu", added(cast))
    assert late() == 1


def test_what_an_ended_agency_leaves_counts_by_its_heirs_hours(cast: Cast) -> None:
    complaint_id = cast.complaint(category="jalan-lubang")
    row_id = added(cast)
    kept_by(cast, "dlh", row_id)
    author = by_admin(cast)
    ending = cast.session.scalars(select(Agency).where(Agency.code == "pu")).one()
    agencies.end(
        cast.session, cast.office, cast.city("barat"), ending, to_id=agency(cast, "barat", "dlh"), with_people=True,
        author=author, now=NOW, expected_version=ending.version,
    )  # fmt: skip
    cast.session.commit()
    assert respond_at(cast.read("barat", complaint_id)) == NOW + 6 * HOUR


def ended(cast: Cast, calendar_id: UUID, *, version: int = 1) -> None:
    author = by_admin(cast)
    row = calendars.one(cast.session, calendar_id)
    calendars.end(cast.session, row, lambda name: name["en"], author=author, now=NOW, expected_version=version)
    cast.session.commit()


def test_a_calendar_ends_only_once_nobody_counts_by_it(cast: Cast) -> None:
    row_id = added(cast)
    kept_by(cast, "pu", row_id)
    with pytest.raises(Conflict) as kept:
        ended(cast, row_id)
    assert kept.value.details["names"] == "Works"
    office_id = cast.session.scalars(select(CalendarRow.id).where(CalendarRow.code == "kantor")).one()
    with pytest.raises(Conflict, match="whole city"):
        ended(cast, office_id)
    kept_by(cast, "pu", None)
    with pytest.raises(Stale):
        ended(cast, row_id, version=2)
    ended(cast, row_id)
    with pytest.raises(NotFound):
        calendars.one(cast.session, row_id)
    with pytest.raises(Faults) as refused:
        kept_by(cast, "pu", row_id)
    assert set(refused.value.by_field) == {"calendar"}
    assert calendars.one(cast.session, added(cast)).code == "piket-2"
    with pytest.raises(Invalid, match="this name already"):
        calendars.bring_back(cast.session, row_id, author=Author(), now=NOW)


def test_a_calendar_that_comes_first_by_its_code_takes_no_city_over(cast: Cast) -> None:
    cast.enter("barat")
    office = cast.session.scalars(select(CalendarRow).where(CalendarRow.code == "kantor")).one()
    office.code = "normal"
    cast.session.commit()

    def of_the_city() -> list[str]:
        cast.enter("barat")
        kept = calendars.users(cast.session, cast.tenant("barat").options)
        return [one.code for one in calendars.every(cast.session) if kept[one.id].city]

    earlier = added(cast, "Apel")
    assert of_the_city() == ["normal"]
    assert cast.tenant("barat").options["calendar"] == "normal"
    ended(cast, earlier)
    tenant = cast.tenant("barat")
    tenant.options = {key: value for key, value in tenant.options.items() if key != "calendar"}
    cast.session.commit()
    cast.enter("barat")
    calendars.bring_back(cast.session, earlier, author=by_admin(cast), now=NOW)
    cast.session.commit()
    assert of_the_city() == ["normal"]
    changed = cast.session.scalars(select(ConfigurationChange).where(ConfigurationChange.section == "tenant")).all()
    assert [one.fields for one in changed] == [["options"], ["options"]]


def test_an_agencys_hours_travel_in_the_bundle(cast: Cast) -> None:
    row_id = added(cast)
    kept_by(cast, "pu", row_id)
    cast.session.commit()
    scope.name_tenant(cast.session, None)
    written = write_bundle(export_tenant(cast.session, cast.city("barat").id))
    assert b"calendar: piket" in archive.unpack(written)["bundle.yaml"]
    kept_by(cast, "pu", None)
    ended(cast, row_id)
    cast.session.commit()
    scope.name_tenant(cast.session, None)
    bundle = archive.unpack(write_bundle(export_tenant(cast.session, cast.city("barat").id)))["bundle.yaml"]
    assert b"piket" not in bundle
    cast.session.commit()
    scope.name_tenant(cast.session, None)
    provision(cast.session, read_bundle(written), now=NOW)
    cast.session.commit()
    assert write_bundle(export_tenant(cast.session, cast.city("barat").id)) == written


def test_a_bundle_whose_agency_names_an_ended_calendar_says_which() -> None:
    tenant = "format: 1\ntenant: {slug: bogor, code: BGR, name: Kota Bogor}\n"
    with pytest.raises(BundleError, match=r"agencies\.pu\.calendar.*There is no calendar rsud"):
        read_bundle((tenant + "agencies: [{code: pu, calendar: rsud}]\n").encode())


def test_the_neighbour_has_a_calendar_of_the_same_name_for_itself(cast: Cast) -> None:
    row_id = added(cast)
    cast.enter("timur")
    with pytest.raises(NotFound):
        calendars.one(cast.session, row_id)
    assert [one.code for one in calendars.every(cast.session)] == ["kantor"]


def test_a_part_is_due_by_the_hours_of_whom_it_is_asked_of(cast: Cast) -> None:
    row_id = added(cast, "Sabtu", {"time_zone": "Asia/Jakarta", "hours": {"sat": ["08:00-12:00"]}})
    kept_by(cast, "dlh", row_id)
    complaint_id, actor = cast.complaint(), cast.actor("barat", "officer")
    asked = Asked(agency(cast, "barat", "dlh"), "Angkut puing.", DAYS[0], required=False)
    complaint = cast.read("barat", complaint_id)
    part = splitting.ask(cast.session, cast.office, complaint, asked, actor=actor, card=cast.city("barat"), now=NOW)
    assert part.due_at == datetime(2026, 3, 7, 5, 0, tzinfo=UTC)  # the first Saturday, at noon
