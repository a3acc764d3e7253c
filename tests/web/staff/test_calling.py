"""A report written down for a caller or a walk-in, on one page, and its slip."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from complaints.complaint import Complaint, Contact, HistoryRow
from complaints.report import Reporter
from tests.cast import IN_BARAT, IN_TIMUR, Cast, Visitor
from tests.web.staff.ground import lately
from tests.web.staff.test_morning import words

Visit = Callable[..., Visitor]
CALLER = "+628123456789"


def call(**changes: Any) -> dict[str, Any]:
    """A form that can be sent."""
    lon, lat = IN_BARAT
    return {
        "draft": uuid4().hex, "go": "send", "channel": "phone", "q": "Jalan berlubang", "spot": f"{lat}, {lon}",
        "place": "Depan pasar", "description": "Lubang besar.", "contact": "0812 345 6789", "name": "Ibu Sari",
        "asked": "kedalaman pernah-celaka", "shown_tenant": "barat", **changes,
    }  # fmt: skip


def filed(cast: Cast, slug: str = "barat") -> list[Complaint]:
    cast.enter(slug)
    return list(cast.session.scalars(select(Complaint).order_by(Complaint.received_at)))


def send(visitor: Visitor, **changes: Any) -> TestResponse:
    return visitor.post("/staff/report?lang=en", data=call(**changes))


@pytest.mark.parametrize("channel", ["phone", "counter", "letter", "social"])
def test_it_is_the_callers_report_written_down_by_the_officer(cast: Cast, visit: Visit, channel: str) -> None:
    assert send(visit("barat", "officer"), channel=channel).status_code == 200
    officer = cast.actor("barat", "officer")
    (complaint,) = filed(cast)
    row = cast.session.scalars(select(HistoryRow).where(HistoryRow.number == 1)).one()
    contact = cast.session.scalars(select(Contact)).one()
    assert (complaint.channel, row.by, row.seat_id) == (channel, "reporter", officer.seat_id)
    assert row.detail["filed_by"] == str(officer.seat_id)
    assert (contact.phone, contact.name) == (CALLER, "Ibu Sari")


def test_the_slip_opens_the_report_for_its_reporter_and_stands_at_no_address(cast: Cast, visit: Visit) -> None:
    officer = visit("barat", "officer")
    form = call()
    slip = officer.post("/staff/report", data=form)
    (complaint,) = filed(cast)
    page = f"/staff/complaints/{complaint.id}"
    assert complaint.reference in words(slip)
    assert 'class="qr"' in slip.get_data(as_text=True)
    url = cast.office.manage_url(cast.city("barat"), complaint.reference, complaint.birth_tenant_id, complaint.id)
    secret = url.rpartition("/")[2]
    again = officer.post("/staff/report", data=form)  # a page that is loaded again files nothing twice
    assert again.status_code == 200
    assert len(filed(cast)) == 1
    for visitor, path in ((officer, page), (visit("barat", "admin"), page), (officer, "/staff/report")):
        assert secret not in visitor.get(path).get_data(as_text=True)


def test_the_console_says_who_wrote_it_down(cast: Cast, visit: Visit) -> None:
    send(visit("barat", "officer"))
    (complaint,) = filed(cast)
    page = visit("barat", "supervisor").get(f"/staff/complaints/{complaint.id}?lang=en")
    assert "It came by telephone; Officer Kota Barat wrote it down" in words(page)
    assert "Officer Kota Barat" not in words(visit("barat").get(f"/complaints/{complaint.reference}?lang=en"))


def test_a_place_in_another_city_is_said_first_and_filed_there_then(cast: Cast, visit: Visit) -> None:
    officer = visit("barat", "officer")
    there = f"{IN_TIMUR[1]}, {IN_TIMUR[0]}"
    looked = send(officer, spot=there)
    assert "This isn't your city's: it goes to City of Timur." in words(looked)
    assert filed(cast) == filed(cast, "timur") == []
    slip = send(officer, spot=there, shown_tenant="timur")
    assert "It went to City of Timur, not to your city." in words(slip)
    assert filed(cast) == []
    (complaint,) = filed(cast, "timur")
    row = cast.session.scalars(select(HistoryRow).where(HistoryRow.number == 1)).one()
    assert (complaint.channel, row.seat_id, row.detail["filed_in"]) == ("phone", None, "barat")
    page = visit("timur", "supervisor").get(f"/staff/complaints/{complaint.id}?lang=en")
    assert "an official of another city wrote it down" in words(page)


def test_questions_are_asked_before_it_is_sent(cast: Cast, visit: Visit) -> None:
    answer = send(visit("barat", "officer"), asked="")
    assert answer.status_code == 200
    assert 'name="answers.kedalaman"' in answer.get_data(as_text=True)
    assert filed(cast) == []


def test_a_place_that_isnt_found_is_said_at_the_first_look(cast: Cast, visit: Visit) -> None:
    looked = send(visit("barat", "officer"), go="look", spot="Antah Berantah", description="")
    assert looked.status_code == 200
    assert 'id="spot-error"' in looked.text
    assert 'value="Antah Berantah"' in looked.text


def test_words_that_several_kinds_have_are_asked_about(cast: Cast, visit: Visit) -> None:
    officer = visit("barat", "officer")
    answer = send(officer, q="jalan")
    assert answer.status_code == 422
    assert "Several kinds of problem fit these words" in words(answer)
    codes = re.findall(r'name="category" value="([^"]+)"', answer.get_data(as_text=True))
    assert "jalan-lubang" in codes
    assert send(officer, q="jalan", category="jalan-lubang").status_code == 200
    assert len(filed(cast)) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"q": ""}, "q"),
        ({"q": "Atlantis"}, "q"),
        ({"description": " "}, "description"),
        ({"contact": "bukan nomor"}, "contact"),
        ({"channel": "pigeon"}, "channel"),
        ({"spot": ""}, "spot"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(
    cast: Cast, visit: Visit, changes: dict[str, str], field: str
) -> None:
    answer = send(visit("barat", "officer"), **changes)
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert f'id="{field}-error"' in html
    assert 'value="Ibu Sari"' in html
    assert filed(cast) == []


def test_earlier_reports_of_the_contact_are_shown_as_far_as_they_may_be_seen(cast: Cast, visit: Visit) -> None:
    caller = Reporter(phone=CALLER, name="Sari")
    seen = cast.complaint("barat", now=lately(days=2), reporter=caller)
    hidden = cast.complaint("barat", now=lately(days=3), reporter=caller, anonymous=True)
    other = cast.complaint("barat", now=lately(days=1), reporter=Reporter(phone="+628999999999"))
    there = cast.complaint("timur", now=lately(days=1), reporter=caller)
    for role, expected in (("officer", {seen}), ("supervisor", {seen}), ("admin", {seen, hidden})):
        html = send(visit("barat", role), go="look").get_data(as_text=True)
        listed = {one for one in (seen, hidden, other, there) if f"/staff/complaints/{one}" in html}
        assert listed == expected, role


def test_private_reports_of_other_agencies_stay_hidden_from_an_officer(cast: Cast, visit: Visit) -> None:
    caller = Reporter(phone=CALLER)
    private = cast.complaint("barat", category="banjir", visibility="private", now=lately(days=2), reporter=caller)
    row = cast.read("barat", private)
    row.agency_id = None
    cast.session.commit()
    assert str(private) not in send(visit("barat", "officer"), go="look").get_data(as_text=True)
    assert str(private) in send(visit("barat", "supervisor"), go="look").get_data(as_text=True)
