"""What was done lately and is back: offered to who reports it, opened again by its own reporter, seen by officials."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints.complaint import Complaint
from complaints.duplicates import CLOSED_WITHIN, closed_within
from complaints.workflow import Need
from people.account import Account
from tenants.directory import raise_epoch
from tests.cast import IN_BARAT, Cast, Visitor, photo
from tests.web.resident.sheet import Sheet
from tests.web.resident.test_complaint import manage
from tests.web.staff.ground import lately, words

Visit = Callable[..., Visitor]
HOLE = {
    "category": "jalan-lubang",
    "description": "Lubangnya muncul lagi.",
    "source": "map",
    "lon": str(IN_BARAT[0]),
    "lat": str(IN_BARAT[1]),
}


def done(cast: Cast, *, days: float, **more: object) -> UUID:
    """A report that was finished some days ago."""
    complaint_id = cast.complaint(now=lately(days=days + 1), **more)
    cast.move("barat", complaint_id, "start", now=lately(days=days + 0.5))
    note = {Need.NOTE: "Ditambal."}
    cast.move("barat", complaint_id, "resolve", words=note, photos=[photo()], now=lately(days=days))
    return complaint_id


def window(cast: Cast, days: int) -> None:
    tenant = cast.tenant("barat")
    tenant.options, tenant.revision = {**tenant.options, "reopen_days": days}, tenant.revision + 1
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()


def offered(visitor: Visitor) -> Sheet:
    sheet = Sheet(visitor, "/report?lang=en")
    sheet.press("stay", HOLE)
    return sheet


def reported(cast: Cast, complaint_id: UUID) -> UUID:
    """The report that was filed after this one."""
    cast.enter("barat")
    return cast.session.scalars(
        select(Complaint.id).where(Complaint.id != complaint_id).order_by(Complaint.received_at.desc()).limit(1)
    ).one()


def test_the_time_is_the_citys_own_time_to_open_a_report_again() -> None:
    assert closed_within({"reopen_days": 30}) == timedelta(days=30)
    assert closed_within({}) == closed_within({"reopen_days": 0}) == CLOSED_WITHIN


@pytest.mark.parametrize(("days", "reopen_days", "shown"), [(3, 14, True), (20, 14, False), (20, 30, True)])
def test_what_was_done_within_the_time_is_offered_as_back(
    cast: Cast, visit: Visit, days: int, reopen_days: int, shown: bool
) -> None:
    complaint_id = done(cast, days=days)
    window(cast, reopen_days)
    sheet = offered(visit("barat"))
    assert (cast.read("barat", complaint_id).reference in sheet.answer.get_data(as_text=True)) is shown
    assert ("Is it back?" in sheet.text) is shown


def test_somebody_elses_report_is_linked_to_it_and_officials_see_both_ways(cast: Cast, visit: Visit) -> None:
    complaint_id = done(cast, days=3)
    reference = cast.read("barat", complaint_id).reference
    sheet = offered(visit("barat"))
    html = sheet.answer.get_data(as_text=True)
    assert re.search(rf'data-mine="{reference}" hidden', html)
    assert "/manage/" not in html
    sheet.press("send", {"again": reference}, follow=False)
    again = reported(cast, complaint_id)
    assert cast.read("barat", complaint_id).status == "resolved"
    officer = visit("barat", "officer")
    page = words(officer.get(f"/staff/complaints/{again}?lang=en"))
    assert "The reporter says that this is back" in page
    assert "said to be done 3 days ago" in page
    assert page.count(reference) == 1
    old = officer.get(f"/staff/complaints/{complaint_id}?lang=en")
    assert "Possibly the same, reported since" in words(old)
    assert f"/staff/complaints/{again}" in old.get_data(as_text=True)
    public = visit("barat").get(f"/complaints/{cast.read('barat', again).reference}").get_data(as_text=True)
    assert reference not in public


def test_its_own_reporter_is_led_to_the_page_that_opens_it_again(cast: Cast, visit: Visit) -> None:
    resident = cast.session.scalars(select(Account.id).where(Account.email == "resident@barat.example")).one()
    complaint_id = done(cast, days=3, account_id=resident)
    link = manage(cast.office, cast, "barat", complaint_id)
    own = offered(visit("barat", "resident")).answer.get_data(as_text=True)
    assert f'href="http://barat.localhost{link}" data-mine-link' in own
    answer = visit("barat").get(f"{link}?lang=en")
    assert "Open it again" in words(answer)
    other = offered(visit("barat", "colleague")).answer.get_data(as_text=True)
    assert link not in other


def test_a_private_report_is_offered_to_nobody_and_shown_to_who_may_see_it_and_a_neighbours_to_nobody(
    cast: Cast, visit: Visit
) -> None:
    hidden = done(cast, days=3, visibility="private", category="sampah-angkut")
    theirs = cast.complaint("timur", now=lately(days=4))
    for target, slug, seen in ((hidden, "barat", True), (theirs, "timur", False)):
        reference = cast.read(slug, target).reference
        sheet = offered(visit("barat"))
        assert reference not in sheet.answer.get_data(as_text=True)
        sheet.press("send", {"again": reference}, follow=False)
        again = reported(cast, hidden)
        for who, sees in (("officer", False), ("supervisor", seen)):
            page = visit("barat", who).get(f"/staff/complaints/{again}?lang=en")
            assert ("says that this is back" in words(page)) is sees
            assert (reference in words(page)) is sees
