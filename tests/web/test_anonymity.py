"""Nobody learns who an anonymous reporter is: not from a page, a list, a file, the API, or a photo's own data."""

import io
from collections.abc import Callable
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import select

from complaints import evidence
from complaints.complaint import Contact, Evidence
from complaints.report import Reporter
from tests.cast import Cast, Visitor
from tests.complaints.passing import pass_on
from tests.web.staff.ground import lately

Visit = Callable[..., Visitor]
ANI = Reporter(name="Ani Kenari", email="ani.kenari@warga.example", phone="+628123450017", may_cross=True)
CAMERA = "KENARI-KAMERA-73b1"


def _signed_by_its_camera() -> bytes:
    data, exif = io.BytesIO(), Image.Exif()
    exif[0x013B], exif[0x0110] = CAMERA, CAMERA
    Image.new("RGB", (900, 700), "#456").save(data, "JPEG", exif=exif)
    return data.getvalue()


@pytest.fixture
def hidden(cast: Cast) -> UUID:
    photos = evidence.look_at([_signed_by_its_camera()])
    return cast.complaint(now=lately(hours=1), reporter=ANI, anonymous=True, photos=photos)


@pytest.mark.parametrize("who", ["officer", "supervisor", "admin"])
def test_no_page_list_or_file_says_it(cast: Cast, visit: Visit, hidden: UUID, who: str) -> None:
    reference = cast.read("barat", hidden).reference
    contact_id = cast.session.scalars(select(Contact.id).where(Contact.complaint_id == hidden)).one()
    secrets = (ANI.name, ANI.email, ANI.phone, str(contact_id), CAMERA)
    visitor = visit("barat", who)
    for path in (
        f"/staff/complaints/{hidden}",
        f"/staff/complaints/{hidden}/correction",
        "/staff?tab=all",
        "/staff/list.csv?tab=all",
        f"/complaints/{reference}",
        f"/api/v1/complaints/{reference}",
        f"/open311/v2/requests/{reference}.xml?extensions=true",
        "/open311/v2/requests.json?extensions=true",
        "/complaints",
    ):
        answer = visitor.get(path)
        said = answer.get_data(as_text=True)
        answer.close()
        assert answer.status_code == 200, path
        assert [one for one in secrets if one and one in said] == [], path
    if who != "admin":
        assert visitor.get(f"/staff/complaints/{hidden}/reporter").status_code == 403


def test_a_photo_that_anybody_gets_has_nothing_of_its_camera_in_it(cast: Cast, visit: Visit, hidden: UUID) -> None:
    cast.enter("barat")
    photo_id = cast.session.scalars(select(Evidence.id).where(Evidence.complaint_id == hidden)).one()
    evidence.process(cast.session, photo_id, cast.office.storage)
    cast.session.commit()
    for path in (f"/media/{photo_id}/public", f"/staff/complaints/{hidden}/photos/{photo_id}/public"):
        answer = visit("barat", "supervisor").get(path)
        assert answer.status_code == 200
        assert CAMERA.encode() not in answer.data
        assert not Image.open(io.BytesIO(answer.data)).getexif()


def test_it_stays_so_in_another_city(cast: Cast, visit: Visit, hidden: UUID) -> None:
    pass_on(cast, hidden, "barat", "timur", now=lately(minutes=10))
    said = visit("timur", "supervisor").get(f"/staff/complaints/{hidden}").text
    assert cast.read("timur", hidden).anonymous
    assert [one for one in (ANI.name, ANI.email, ANI.phone) if one and one in said] == []
