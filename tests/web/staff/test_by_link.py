"""A crew's page, as a phone without script shows it, and the official's page about it."""

import io
import re
from collections.abc import Callable
from uuid import UUID

import pytest

from complaints import evidence
from complaints.report import Reporter
from tests.cast import Cast, Visitor, jpeg, photo
from tests.web.staff.ground import lately, version, words

Visit = Callable[..., Visitor]


@pytest.fixture
def complaint_id(cast: Cast) -> UUID:
    made = cast.complaint(
        "barat", words="Depan rumah Ani Pelapor.", place="Jl. Melati", now=lately(hours=1),
        photos=[photo()], reporter=Reporter(name="Ani Pelapor"),
    )  # fmt: skip
    cast.enter("barat")
    for id_ in evidence.waiting(cast.session, made):
        evidence.process(cast.session, id_, cast.office.storage)
    cast.session.commit()
    return made


def _send(officer: Visitor, cast: Cast, complaint_id: UUID, **given: str) -> str:
    """Send the task by the form; the path of its link."""
    form = {
        "crew": "Regu Dua", "task": "Tambal lubangnya.", "channel": "whatsapp", "destination": "0812 3456 789",
        "days": "3", "version": version(cast, "barat", complaint_id), **given,
    }  # fmt: skip
    answer = officer.post(f"/staff/complaints/{complaint_id}/crews", data=form)
    assert answer.status_code == 303, words(answer)
    page = officer.get(f"/staff/complaints/{complaint_id}/crews").get_data(as_text=True)
    found = re.search(r"http://barat\.localhost(/work/[0-9a-f]{72})", page)
    assert found is not None
    return found[1]


def test_the_way_of_a_task_from_the_desk_to_the_street_and_back(visit: Visit, cast: Cast, complaint_id: UUID) -> None:
    officer, crew = visit("barat", "officer"), visit("barat")
    path = _send(officer, cast, complaint_id)
    page = officer.get(f"/staff/complaints/{complaint_id}/crews?lang=en").get_data(as_text=True)
    assert "https://wa.me/628123456789?text=" in page
    text = words(crew.get(f"{path}?lang=en"))
    assert "Tambal lubangnya." in text
    assert "Jl. Melati" in text
    assert "Ani" not in text
    assert re.search(r'name="note"[^>]*>\s*</textarea>', crew.get(path).get_data(as_text=True))
    sent = crew.post(path, data={"note": "Sudah ditambal.", "photo": (io.BytesIO(jpeg("#113311")), "kerja.jpg")})
    assert sent.status_code == 303, words(sent)
    text = words(crew.get(f"{path}?lang=en"))
    assert "Your photos have arrived" in text
    assert "Send the work" not in text
    assert "Regu Dua sent photos of the work" in words(officer.get(f"/staff/complaints/{complaint_id}?lang=en"))
    page = officer.get(f"/staff/complaints/{complaint_id}/crews").get_data(as_text=True)
    result = re.search(r"/crews/([0-9a-f-]{36})/approval", page)
    assert result is not None
    form = {"version": version(cast, "barat", complaint_id), "reason": "Fotonya gelap."}
    answer = officer.post(f"/staff/complaints/{complaint_id}/crews/{result[1]}/return", data=form)
    assert answer.status_code == 303, words(answer)
    text = words(crew.get(f"{path}?lang=en"))
    assert "More is needed: Fotonya gelap." in text
    crew.post(path, data={"note": "Ini yang terang.", "photo": (io.BytesIO(jpeg("#335533")), "kerja.jpg")})
    page = officer.get(f"/staff/complaints/{complaint_id}/crews").get_data(as_text=True)
    result = re.search(r"/crews/([0-9a-f-]{36})/approval", page)
    assert result is not None
    accept = f"/staff/complaints/{complaint_id}/crews/{result[1]}/approval"
    stale = officer.post(accept, data={"version": "0", "note": "Sudah rata lagi."})
    assert (stale.status_code, "Sudah rata lagi." in stale.get_data(as_text=True)) == (409, True)
    form = {"version": version(cast, "barat", complaint_id), "note": "Lubangnya sudah ditambal."}
    answer = officer.post(accept, data=form)
    assert answer.status_code == 303, words(answer)
    assert cast.read("barat", complaint_id).status == "resolved"
    assert "Your work is accepted" in words(crew.get(f"{path}?lang=en"))


def test_a_form_without_a_note_keeps_the_photo(visit: Visit, cast: Cast, complaint_id: UUID) -> None:
    path = _send(visit("barat", "officer"), cast, complaint_id)
    crew = visit("barat")
    answer = crew.post(f"{path}?lang=en", data={"note": "", "photo": (io.BytesIO(jpeg()), "kerja.jpg")})
    assert answer.status_code == 422
    assert "1 photo has arrived" in words(answer)
    staged = re.search(r'name="staged" value="([0-9a-f]{32})"', answer.get_data(as_text=True))
    assert staged is not None
    assert crew.post(path, data={"note": "Selesai.", "staged": staged[1]}).status_code == 303


def test_the_link_shows_the_photos_of_its_task_alone(visit: Visit, cast: Cast, complaint_id: UUID) -> None:
    path = _send(visit("barat", "officer"), cast, complaint_id)
    crew = visit("barat")
    (shot,) = re.findall(rf"{path}/photos/[0-9a-f-]{{36}}/public", crew.get(path).get_data(as_text=True))
    assert crew.get(shot).status_code == 200
    other = cast.complaint("barat", now=lately(minutes=5), photos=[photo("#999900")])
    cast.enter("barat")
    (theirs,) = evidence.waiting(cast.session, other)
    evidence.process(cast.session, theirs, cast.office.storage)
    cast.session.commit()
    assert crew.get(f"{path}/photos/{theirs}/public").status_code == 404


def test_a_crews_photo_is_public_only_once_it_is_approved(visit: Visit, cast: Cast, complaint_id: UUID) -> None:
    officer, crew = visit("barat", "officer"), visit("barat")
    path = _send(officer, cast, complaint_id)
    crew.post(path, data={"note": "Selesai.", "photo": (io.BytesIO(jpeg("#113311")), "kerja.jpg")})
    cast.enter("barat")
    (shot,) = evidence.waiting(cast.session, complaint_id)
    evidence.process(cast.session, shot, cast.office.storage)
    cast.session.commit()
    assert officer.get(f"/staff/complaints/{complaint_id}/photos/{shot}/public").status_code == 200
    assert crew.get(f"{path}/photos/{shot}/public").status_code == 200
    assert crew.get(f"/media/{shot}/public").status_code == 404
    assert str(shot) not in officer.get(f"/staff/complaints/{complaint_id}").get_data(as_text=True)


def test_a_wrong_or_ended_link_says_so(visit: Visit, cast: Cast, complaint_id: UUID) -> None:
    officer, crew = visit("barat", "officer"), visit("barat")
    path = _send(officer, cast, complaint_id)
    assert crew.get(f"/work/{'0' * 72}").status_code == 404
    assert visit("timur").get(path).status_code == 404
    link = re.search(
        r"/crews/([0-9a-f-]{36})/recall",
        officer.get(f"/staff/complaints/{complaint_id}/crews").get_data(as_text=True),
    )
    assert link is not None
    form = {"version": version(cast, "barat", complaint_id)}
    assert officer.post(f"/staff/complaints/{complaint_id}/crews/{link[1]}/recall", data=form).status_code == 303
    answer = crew.get(f"{path}?lang=en")
    assert (answer.status_code, "This link is over" in words(answer)) == (404, True)
    assert crew.post(path, data={"note": "Selesai."}).status_code == 404


def test_the_form_of_a_task_comes_back_filled_in(visit: Visit, cast: Cast, complaint_id: UUID) -> None:
    officer = visit("barat", "officer")
    form = {
        "crew": "Regu Dua", "task": "Tambal.", "channel": "whatsapp", "destination": "abc", "days": "7",
        "version": version(cast, "barat", complaint_id),
    }  # fmt: skip
    answer = officer.post(f"/staff/complaints/{complaint_id}/crews?lang=en", data=form)
    html = answer.get_data(as_text=True)
    assert (answer.status_code, 'value="abc"' in html, "Tambal." in html) == (422, True, True)
    assert "This telephone number can" in html
