"""The page of a correction: nothing is saved before what follows was shown, and then exactly that is saved."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from complaints.report import Reporter
from tests.cast import IN_TIMUR, Cast, Visitor
from tests.web.staff.ground import lately, send, version, words

Visit = Callable[..., Visitor]


@pytest.fixture
def filed(cast: Cast) -> UUID:
    return cast.complaint(
        now=lately(hours=2), reporter=Reporter(email="warga@contoh.example"), answers={"kedalaman": "mata-kaki"}
    )


def fields(cast: Cast, complaint_id: UUID, **more: Any) -> dict[str, Any]:
    complaint = cast.read("barat", complaint_id)
    return {
        "version": str(complaint.version), "category": "jalan-lubang", "kind": "complaint", "priority": "normal",
        "lat": str(complaint.lat), "lon": str(complaint.lon), "lang": "en", "go": "preview", **more,
    }  # fmt: skip


def seen(answer: TestResponse) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', answer.get_data(as_text=True))
    assert found
    return found[1]


def ask(officer: Visitor, complaint_id: UUID, given: dict[str, Any]) -> TestResponse:
    return officer.post(f"/staff/complaints/{complaint_id}/correction?lang=en", data=given)


def test_the_form_is_filled_in_with_what_the_report_says(cast: Cast, visit: Visit, filed: UUID) -> None:
    officer = visit("barat", "officer")
    assert f'href="/staff/complaints/{filed}/correction"' in officer.get(f"/staff/complaints/{filed}").text
    html = officer.get(f"/staff/complaints/{filed}/correction?lang=en").text
    assert '<option value="jalan-lubang" selected>' in html
    assert 'value="-6.25"' in html
    assert "Save the correction" not in html


def test_owner_area_and_clock_are_shown_before_anything_is_saved_and_then_saved(
    cast: Cast, visit: Visit, filed: UUID
) -> None:
    officer = visit("barat", "officer")
    given = fields(cast, filed, category="pju", lat="-6.22")
    answer = ask(officer, filed, given)
    said = words(answer)
    for expected in ("Street light", "Transport", "Selatan", "Utara", "Finished by", "starts anew"):
        assert expected in said, expected
    assert "These answers don&#39;t fit" in said
    assert cast.read("barat", filed).version == 1
    saved = ask(officer, filed, {**given, "go": "save", "seen": seen(answer)})
    assert saved.status_code == 303
    assert saved.location.endswith("done=correction")
    page = words(officer.get(f"{saved.location}&lang=en"))
    assert "The correction is saved" in page
    assert "category: Pothole" in page
    complaint = cast.read("barat", filed)
    assert (complaint.lat, complaint.version) == (-6.22, 2)


def test_what_was_never_shown_isnt_saved(cast: Cast, visit: Visit, filed: UUID) -> None:
    officer = visit("barat", "officer")
    given = fields(cast, filed, category="pju")
    shown = seen(ask(officer, filed, given))
    for changed in ({"category": "drainase", "seen": shown}, {"seen": "0" * 16}, {}):
        answer = ask(officer, filed, {**given, "go": "save", **changed})
        assert answer.status_code == 200
        assert "This is what follows" in words(answer)
    assert "You have changed something since" in words(ask(officer, filed, {**given, "seen": "x"}))
    assert cast.read("barat", filed).version == 1


def test_another_city_is_named_before_it_gets_the_report(cast: Cast, visit: Visit, filed: UUID) -> None:
    officer = visit("barat", "officer")
    given = fields(cast, filed, lat=str(IN_TIMUR[1]), lon=str(IN_TIMUR[0]))
    answer = ask(officer, filed, given)
    assert "Another city gets it: City of Timur" in words(answer)
    saved = ask(officer, filed, {**given, "go": "save", "seen": seen(answer)})
    assert saved.status_code == 303
    assert cast.read("barat", filed).status == "handed_over"
    assert cast.read("timur", filed).lon == IN_TIMUR[0]
    assert "handed it over to City of Timur" in words(officer.get(f"{saved.location}&lang=en"))


@pytest.mark.parametrize(("wrong", "said"), [
    ({"lat": "north"}, "Write a number such as"),
    ({"lat": "nan"}, "Write a number such as"),
    ({"lon": ""}, "A place needs both"),
    ({"lat": "91"}, "latitude"),
    ({"category": ""}, "list"),
    ({}, "Nothing differs"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    cast: Cast, visit: Visit, filed: UUID, wrong: dict[str, str], said: str
) -> None:
    answer = ask(visit("barat", "officer"), filed, fields(cast, filed, **wrong))
    assert answer.status_code == 422
    assert said in words(answer)
    for name, value in wrong.items():
        if value and name != "category":
            assert f'value="{value}"' in answer.text


def test_somebody_was_quicker(cast: Cast, visit: Visit, filed: UUID) -> None:
    given = fields(cast, filed, category="pju")
    officer = visit("barat", "officer")
    shown = seen(ask(officer, filed, given))
    assert send(visit("barat", "colleague"), filed, "start", version=version(cast, "barat", filed)).status_code == 303
    answer = ask(officer, filed, {**given, "go": "save", "seen": shown})
    assert answer.status_code == 409
    assert '<option value="pju" selected>' in answer.text
    assert cast.read("barat", filed).status == "in_progress"


def test_who_no_longer_sees_it_is_led_back_to_the_list(cast: Cast, visit: Visit) -> None:
    private = cast.complaint(now=lately(hours=1), visibility="private")
    officer = visit("barat", "officer")
    given = fields(cast, private, category="pju")
    saved = ask(officer, private, {**given, "go": "save", "seen": seen(ask(officer, private, given))})
    assert saved.status_code == 303
    assert officer.get(saved.location).status_code == 200


def test_it_isnt_for_everybody(cast: Cast, visit: Visit, filed: UUID) -> None:
    others = cast.complaint(category="pju", now=lately(hours=1))
    assert visit("barat", "officer").get(f"/staff/complaints/{others}/correction").status_code == 403
    assert visit("barat", "resident").get(f"/staff/complaints/{filed}/correction").status_code == 403
    assert visit("timur", "supervisor").get(f"/staff/complaints/{filed}/correction").status_code == 404
    assert ask(visit("timur", "supervisor"), filed, fields(cast, filed, category="pju")).status_code == 404
    assert cast.read("barat", filed).version == 1
