"""The console of a partner's seat: what it was given, without who reported it; of the rest not even that it exists."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from complaints.report import Reporter
from complaints.workflow import Need
from tests.cast import Cast, Visitor, photo
from tests.complaints.moving import agency
from tests.complaints.partnering import PARTNER, leave, seat_at_pln
from tests.web.staff.ground import lately, send, version, words

Visit = Callable[..., Visitor]


@pytest.fixture
def seat_id(cast: Cast) -> UUID:
    return seat_at_pln(cast)


def _reported(cast: Cast) -> UUID:
    return cast.complaint(
        "barat", now=lately(hours=1), reporter=Reporter(name="Ani Pelapor", phone="+628123456789"), photos=[photo()]
    )


def _given(cast: Cast) -> UUID:
    complaint_id = _reported(cast)
    cast.move(
        "barat", complaint_id, "coordinate", by="officer", words={Need.REASON: "Tiang PLN."},
        agency_id=agency(cast, "barat", "pln"), now=lately(minutes=30),
    )  # fmt: skip
    return complaint_id


def test_the_queue_and_the_page_hold_what_was_given(visit: Visit, cast: Cast, seat_id: UUID) -> None:
    given, other = _given(cast), _reported(cast)
    partner = visit("barat", PARTNER)
    html = partner.get("/staff?tab=all&lang=en").get_data(as_text=True)
    assert str(given) in html
    assert str(other) not in html
    assert partner.get(f"/staff/complaints/{given}").status_code == 200
    for path in ("", "/assignment", "/photos/00000000-0000-4000-8000-000000000000/public"):
        assert partner.get(f"/staff/complaints/{other}{path}").status_code == 404


def test_who_reported_it_stays_with_the_city(visit: Visit, cast: Cast, seat_id: UUID) -> None:
    given = _given(cast)
    text = words(visit("barat", PARTNER).get(f"/staff/complaints/{given}?lang=en"))
    assert "Ani" not in text
    assert "without a name, has WhatsApp" in text
    assert "Ani Pelapor" in words(visit("barat", "officer").get(f"/staff/complaints/{given}?lang=en"))


def test_a_partner_accepts_and_finishes_at_the_console(visit: Visit, cast: Cast, seat_id: UUID) -> None:
    given = _given(cast)
    partner = visit("barat", PARTNER)
    for resource in ("acceptance", "start"):
        answer = send(partner, given, resource, version=version(cast, "barat", given))
        assert answer.status_code == 303, words(answer)
    text = words(partner.get(f"/staff/complaints/{given}?lang=en"))
    assert "isn't the one for its category" not in text


def test_a_partner_that_refuses_is_led_to_its_list_and_not_to_what_it_no_longer_sees(
    visit: Visit, cast: Cast, seat_id: UUID
) -> None:
    given = _given(cast)
    partner = visit("barat", PARTNER)
    answer = send(partner, given, "refusal", version=version(cast, "barat", given), reason="Bukan tiang kami.")
    assert answer.status_code == 303
    page = partner.get(f"{answer.headers['Location']}&lang=en")
    assert page.status_code == 200
    assert f"{cast.read('barat', given).reference} has left your list" in words(page)


def test_whoever_left_the_partner_finds_nothing_new(visit: Visit, cast: Cast, seat_id: UUID, app: Flask) -> None:
    partner = visit("barat", PARTNER)
    leave(cast, seat_id)
    given = _given(cast)
    assert partner.get(f"/staff/complaints/{given}").status_code == 404
    assert str(given) not in partner.get("/staff?tab=all").get_data(as_text=True)


def test_admin_and_figures_are_closed_to_a_partner(visit: Visit, seat_id: UUID) -> None:
    partner = visit("barat", PARTNER)
    assert partner.get("/admin").status_code == 403
    assert partner.get("/staff/morning").status_code in (403, 404)
