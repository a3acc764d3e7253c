"""The page on which an official chooses what they hear of."""

from collections.abc import Callable

from sqlalchemy import select

from messages.preferences import OFFICIALS
from people.preference import Preference
from tests.cast import Cast, Visitor

USUAL = {name: topic.usual.value for name, topic in OFFICIALS.items()}


def test_an_official_chooses_and_finds_it_again(visit: Callable[..., Visitor], cast: Cast) -> None:
    officer = visit("barat", "officer")
    page = officer.get("/staff/preferences").get_data(as_text=True)
    assert "officer@barat.example" in page
    assert 'value="07:00"' in page
    chosen = {**USUAL, "late": "never", "quiet": "own", "quiet_from": "19:00", "quiet_until": "05:00"}
    answer = officer.post("/staff/preferences", data={**chosen, "digest_at": "06:15"})
    assert answer.status_code == 303
    page = officer.get(answer.location).get_data(as_text=True)
    assert 'value="06:15"' in page
    assert 'value="19:00"' in page
    cast.enter("barat")
    (kept,) = cast.session.scalars(select(Preference)).all()
    assert kept.choices["late"]["email"] == "never"
    cast.enter("timur")
    assert cast.session.scalars(select(Preference)).all() == []


def test_the_citys_own_hours_are_kept_as_the_citys(visit: Callable[..., Visitor], cast: Cast) -> None:
    officer = visit("barat", "officer")
    officer.post("/staff/preferences", data={**USUAL, "quiet": "city", "quiet_from": "01:00", "digest_at": "07:00"})
    cast.enter("barat")
    (kept,) = cast.session.scalars(select(Preference)).all()
    assert (kept.quiet_from, kept.quiet_until, kept.digest_at) == (None, None, None)


def test_what_cannot_be_switched_off_is_refused_in_a_sentence_and_nothing_typed_is_lost(
    visit: Callable[..., Visitor],
) -> None:
    officer = visit("barat", "officer")
    answer = officer.post("/staff/preferences?lang=en", data={**USUAL, "escalated": "never", "digest_at": "06:45"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'value="06:45"' in page
    assert 'id="escalated-error"' in page
    assert 'name="escalated"' in page
    assert '<option value="never"' not in page[page.index('name="escalated"') :].split("</select>")[0]


def test_a_clock_that_is_none_is_named(visit: Callable[..., Visitor]) -> None:
    answer = visit("barat", "officer").post("/staff/preferences", data={**USUAL, "digest_at": "pagi"})
    assert answer.status_code == 422
    assert 'id="digest_at-error"' in answer.get_data(as_text=True)


def test_a_resident_has_no_such_page(visit: Callable[..., Visitor]) -> None:
    assert visit("barat", "resident").get("/staff/preferences").status_code == 403
