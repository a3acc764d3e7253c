"""Merging at the console: from a suggestion or by number, taken apart by one button, and nothing leaks on any page."""

from collections.abc import Callable
from uuid import UUID

import pytest

from complaints import evidence
from complaints.complaint import Evidence
from tests.cast import Cast, Visitor, photo
from tests.web.resident.test_complaint import manage
from tests.web.staff.ground import lately, send, version, words

Visit = Callable[..., Visitor]


@pytest.fixture
def pair(cast: Cast) -> tuple[UUID, UUID]:
    """A report, and an older one of the same hole."""
    head = cast.complaint(now=lately(hours=5), words="Lubang yang lama.", photos=[photo("#112233")])
    return cast.complaint(now=lately(hours=2), words="Lubang yang sama.", photos=[photo("#445566")]), head


def number(cast: Cast, complaint_id: UUID) -> str:
    return cast.read("barat", complaint_id).reference


def merged(cast: Cast, officer: Visitor, complaint_id: UUID, head: UUID) -> None:
    given = {"version": version(cast, "barat", complaint_id), "target": number(cast, head)}
    assert send(officer, complaint_id, "merging", **given).status_code == 303


def test_a_suggestion_leads_to_the_form_and_back_again_with_one_button(
    cast: Cast, visit: Visit, pair: tuple[UUID, UUID]
) -> None:
    complaint_id, head = pair
    officer, reference = visit("barat", "officer"), number(cast, pair[1])
    page = officer.get(f"/staff/complaints/{complaint_id}?lang=en")
    assert "Merge with this one…" in words(page)
    form = officer.get(f"/staff/complaints/{complaint_id}/merging?target={reference}&lang=en")
    assert f'value="{reference}" id="target" checked' in form.get_data(as_text=True)
    merged(cast, officer, complaint_id, head)
    after = officer.get(f"/staff/complaints/{complaint_id}?done=merging&lang=en")
    assert "The report is merged" in words(after)
    assert "Goes on as" in words(after)
    assert f"/staff/complaints/{head}" in after.get_data(as_text=True)
    other = officer.get(f"/staff/complaints/{head}?lang=en")
    assert "Merged with this one" in words(other)
    assert "merged another report with this one" in words(other)
    given = {"version": version(cast, "barat", complaint_id)}
    assert send(officer, complaint_id, "taking-apart", **given).status_code == 303
    assert cast.read("barat", complaint_id).status == "received"
    assert "took another report apart" in words(officer.get(f"/staff/complaints/{head}?lang=en"))


def test_by_number_and_what_cant_be_is_said_beside_what_was_typed(
    cast: Cast, visit: Visit, pair: tuple[UUID, UUID]
) -> None:
    complaint_id, head = pair
    officer = visit("barat", "officer")
    theirs = cast.read("timur", cast.complaint("timur", now=lately(hours=1))).reference
    for typed in ("BRT-0000-0000", theirs, ""):
        given = {"version": version(cast, "barat", complaint_id), "number": typed, "lang": "en"}
        answer = send(officer, complaint_id, "merging", **given)
        assert answer.status_code == 422
        assert f'value="{typed}"' in answer.get_data(as_text=True)
    given = {"version": version(cast, "barat", complaint_id), "number": number(cast, head).lower()}
    assert send(officer, complaint_id, "merging", **given).status_code == 303
    assert cast.read("barat", complaint_id).merged_into_id == head


def test_the_second_of_two_officials_is_told_and_the_neighbour_sees_nothing(
    cast: Cast, visit: Visit, pair: tuple[UUID, UUID]
) -> None:
    complaint_id, head = pair
    seen = version(cast, "barat", complaint_id)
    merged(cast, visit("barat", "officer"), complaint_id, head)
    again = send(visit("barat", "colleague"), complaint_id, "merging", version=seen, target=number(cast, head))
    assert again.status_code == 409
    neighbour = visit("timur", "supervisor")
    assert neighbour.get(f"/staff/complaints/{complaint_id}/merging").status_code == 404
    assert send(neighbour, complaint_id, "taking-apart", version="1").status_code == 404


def test_the_public_page_says_where_it_went_and_the_head_shows_photo_and_number(
    cast: Cast, visit: Visit, pair: tuple[UUID, UUID]
) -> None:
    complaint_id, head = pair
    merged(cast, visit("barat", "officer"), complaint_id, head)
    cast.enter("barat")
    shots = {row.complaint_id: row.id for row in cast.session.query(Evidence)}
    for shot in shots.values():
        evidence.process(cast.session, shot, cast.office.storage)
    cast.session.commit()
    page = visit("barat").get(f"/complaints/{number(cast, complaint_id)}?lang=en")
    assert f"It goes on as report {number(cast, head)}" in words(page)
    assert f'href="/complaints/{number(cast, head)}"' in page.get_data(as_text=True)
    assert "Promised:" not in words(page)
    html = visit("barat").get(f"/complaints/{number(cast, head)}?lang=en").get_data(as_text=True)
    assert "1 other person says the same" in html
    assert all(f"/media/{shot}/public" in html for shot in shots.values())
    assert "Lubang yang sama" not in html


@pytest.mark.parametrize(("first", "second"), [("private", "public"), ("private", "private")])
def test_a_private_report_shows_nothing_of_itself_on_the_others_page_nor_the_other_on_its_own(
    cast: Cast, visit: Visit, first: str, second: str
) -> None:
    hidden = cast.complaint(now=lately(hours=2), visibility=first, words="RAHASIA", photos=[photo("#445566")])
    head = cast.complaint(now=lately(hours=5), visibility=second, words="KEPALA")
    merged(cast, visit("barat", "supervisor"), hidden, head)
    cast.enter("barat")
    for shot in cast.session.query(Evidence):
        evidence.process(cast.session, shot.id, cast.office.storage)
    cast.session.commit()
    shown = visit("barat").get(f"/complaints/{number(cast, head)}?lang=en").get_data(as_text=True)
    for secret in ("RAHASIA", number(cast, hidden), "says the same", "/media/"):
        assert secret not in shown
    own = visit("barat").get(manage(cast.office, cast, "barat", hidden) + "?lang=en").get_data(as_text=True)
    assert ("It goes on as report" in own) is (second == "public")
    assert "KEPALA" not in own
    nobody = visit("barat").get(f"/complaints/{number(cast, hidden)}?lang=en").get_data(as_text=True)
    assert "KEPALA" not in nobody


def test_an_official_who_may_not_see_one_of_them_reads_only_that_there_is_one(cast: Cast, visit: Visit) -> None:
    hidden = cast.complaint(now=lately(hours=2), visibility="private", category="sampah-angkut", words="RAHASIA")
    head = cast.complaint(now=lately(hours=5))
    merged(cast, visit("barat", "supervisor"), hidden, head)
    page = visit("barat", "officer").get(f"/staff/complaints/{head}?lang=en")
    assert "1 more that you may not see" in words(page)
    assert number(cast, hidden) not in words(page)
    assert "RAHASIA" not in words(page)
