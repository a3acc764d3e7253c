"""The form of finished work: the camera of the page, files beside it, and the city that asks for the camera."""

import io
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints import evidence
from complaints.complaint import Evidence
from complaints.photos.camera import Claim, write_claim
from tenants.directory import raise_epoch
from tests.cast import IN_BARAT, Cast, Visitor, jpeg, photo
from tests.web.staff.ground import lately, send, version, words

Visit = Callable[..., Visitor]
ASKED = "This city asks for photos from the camera of this page."


@pytest.fixture
def filed(cast: Cast) -> UUID:
    filed = cast.complaint(now=lately(hours=2), photos=[photo()])
    cast.move("barat", filed, "start", by="officer", now=lately(hours=1))
    return filed


def ask_for_the_camera(cast: Cast) -> None:
    cast.enter("barat")
    tenant = cast.tenant("barat")
    tenant.options, tenant.revision = {**tenant.options, "work_camera_only": True}, tenant.revision + 1
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()


def file(data: bytes = jpeg("#335577")) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), "selesai.jpg"


def work(cast: Cast, filed: UUID) -> Evidence:
    cast.enter("barat")
    return cast.session.scalars(select(Evidence).where(Evidence.complaint_id == filed, Evidence.side == "after")).one()


def test_a_photo_of_the_camera_arrives_with_its_claim(cast: Cast, visit: Visit, filed: UUID) -> None:
    claim = Claim(lately(minutes=2), *IN_BARAT, 9.5)
    seen = version(cast, "barat", filed)
    answer = send(
        visit("barat", "officer"), filed, "resolution",
        version=seen, note="Beres.", shot=file(), claim=write_claim(claim), photo=(io.BytesIO(b""), ""),
    )  # fmt: skip
    assert answer.status_code == 303
    row = work(cast, filed)
    assert (row.capture, row.claimed_at, row.claimed_lon) == ("camera", claim.at, IN_BARAT[0])


def test_a_city_that_doesnt_ask_takes_files_without_a_reason(cast: Cast, visit: Visit, filed: UUID) -> None:
    officer = visit("barat", "officer")
    html = officer.get(f"/staff/complaints/{filed}/resolution").get_data(as_text=True)
    assert 'name="waiver"' not in html
    assert 'name="shot"' in html
    assert 'capture="environment"' not in html
    seen = version(cast, "barat", filed)
    assert send(officer, filed, "resolution", version=seen, note="Beres.", photo=file()).status_code == 303
    assert work(cast, filed).capture == "unknown"


def test_a_city_that_asks_refuses_a_file_in_a_sentence_and_takes_it_with_a_reason(
    cast: Cast, visit: Visit, filed: UUID
) -> None:
    ask_for_the_camera(cast)
    officer = visit("barat", "officer")
    html = officer.get(f"/staff/complaints/{filed}/resolution?lang=en").get_data(as_text=True)
    assert 'name="waiver"' in html
    assert 'capture="environment"' in html
    seen = version(cast, "barat", filed)
    answer = send(officer, filed, "resolution", version=seen, note="Beres.", photo=file())
    assert answer.status_code == 422
    assert ASKED in words(answer)
    assert cast.read("barat", filed).status == "in_progress"
    token = answer.get_data(as_text=True).split('name="staged" value="')[1].split('"')[0]
    again = {"version": seen, "note": "Beres.", "staged": token}
    assert send(officer, filed, "resolution", **again, waiver=" ").status_code == 422
    assert send(officer, filed, "resolution", **again, waiver="Lensa retak.").status_code == 303
    assert "Lensa retak." not in words(visit("barat").get(f"/complaints/{cast.read('barat', filed).reference}"))


def test_a_shot_without_a_claim_counts_as_a_file(cast: Cast, visit: Visit, filed: UUID) -> None:
    ask_for_the_camera(cast)
    officer = visit("barat", "officer")
    officer.get("/staff?lang=en")
    seen = version(cast, "barat", filed)
    answer = send(officer, filed, "resolution", version=seen, note="Beres.", shot=file(), claim="{}")
    assert answer.status_code == 422
    assert ASKED in words(answer)


def test_the_camera_lays_the_last_photo_of_the_reporter_over_its_picture(cast: Cast, visit: Visit, filed: UUID) -> None:
    page = f"/staff/complaints/{filed}/resolution"
    assert 'class="ghost"' not in visit("barat", "officer").get(page).get_data(as_text=True)
    card = cast.enter("barat")
    [evidence_id] = evidence.waiting(cast.session, filed)
    evidence.process(cast.session, evidence_id, cast.office.storage, zone=card.time_zone)
    cast.session.commit()
    html = visit("barat", "officer").get(page).get_data(as_text=True)
    assert f'class="ghost" src="/staff/complaints/{filed}/photos/{evidence_id}/public"' in html
