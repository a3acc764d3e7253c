"""The secret link's own page: words, photos, who sees it, thanks; and one's data."""

import io
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints.complaint import Evidence, Remark
from complaints.report import Reporter
from complaints.workflow import Need
from tests.cast import Cast, Visitor, jpeg, photo
from tests.web.resident.test_resending import link, moves
from tests.web.staff.ground import lately, words

Visit = Callable[..., Visitor]


@pytest.fixture
def filed(cast: Cast) -> UUID:
    return cast.complaint(
        now=lately(minutes=5), photos=[photo()], place="Depan pasar", reporter=Reporter(email="warga@contoh.example")
    )


def test_the_words_are_changed_beside_what_they_were(cast: Cast, visit: Visit, filed: UUID) -> None:
    own, visitor = link(cast, filed), visit("barat")
    page = words(visitor.get(f"{own}?lang=en"))
    assert "Change what you wrote" in page
    assert "Until " in page
    answer = visitor.post(f"{own}/words", data={"description": " ", "place": "Depan pasar"})
    assert answer.status_code == 422
    assert "one sentence is enough" in words(answer)
    assert visitor.post(f"{own}/words", data={"description": "Lubang dalam.", "place": "Gang 3"}).status_code == 303
    cast.enter("barat")
    told = cast.session.scalars(select(Remark).where(Remark.kind == "description")).one()
    assert (told.body, told.place) == ("Lubang dalam.", "Gang 3")
    public = words(visit("barat").get(own.partition("/manage")[0] + "?lang=en"))
    assert "The reporter changed the words of the report" in public


def test_a_photo_is_taken_off_and_the_report_made_private(cast: Cast, visit: Visit, filed: UUID) -> None:
    own, visitor = link(cast, filed), visit("barat")
    cast.enter("barat")
    photo_id = cast.session.scalars(select(Evidence.id)).one()
    assert f"/photos/{photo_id}/removal" in visitor.get(own).get_data(as_text=True)
    assert visitor.post(f"{own}/photos/{photo_id}/removal").status_code == 303
    assert visitor.post(f"{own}/photos/{photo_id}/removal").status_code == 404
    assert visitor.post(f"{own}/privacy").status_code == 303
    assert moves(cast, filed) == ["file", "remove_photo", "hide"]
    stranger = words(visit("barat").get(own.partition("/manage")[0] + "?lang=en"))
    assert "only its reporter and the officials read it" in stranger
    page = words(visitor.get(f"{own}?lang=en"))
    assert "Make it private" not in page
    assert "Take a photo off" not in page


def test_reopened_with_a_photo_then_confirmed_and_thanked_by_the_link(cast: Cast, visit: Visit, filed: UUID) -> None:
    own, visitor = link(cast, filed), visit("barat")

    def resolve() -> None:
        cast.move("barat", filed, "start", now=lately(minutes=3))
        cast.move("barat", filed, "resolve", words={Need.NOTE: "Ditambal."}, photos=[photo()], now=lately(minutes=2))

    resolve()
    assert "How did it go?" not in words(visitor.get(f"{own}?lang=en"))
    answer = visitor.post(
        f"{own}/reopening", data={"reason": "Masih bolong.", "photos": (io.BytesIO(jpeg("#123456")), "masih.jpg")}
    )
    assert answer.status_code == 303
    resolve()
    assert visitor.post(f"{own}/confirmation").status_code == 303
    assert "How did it go?" in words(visitor.get(f"{own}?lang=en"))
    assert visitor.post(f"{own}/thanks", data={}).status_code == 422
    sent = visitor.post(f"{own}/thanks", data={"stars": "4", "reasons": ["kind", "fast"], "note": "Terima kasih."})
    assert sent.status_code == 303
    page = words(visitor.get(f"{own}?lang=en"))
    assert "You said how it went: 4 of 5." in page
    assert "How did it go?" not in page
    public = words(visit("barat").get(own.partition("/manage")[0] + "?lang=en"))
    assert "Terima kasih." not in public
    official = words(visit("barat", "supervisor").get(f"/staff/complaints/{filed}?lang=en"))
    assert "said how it went: 4 of 5" in official
    assert "Terima kasih." in official
    assert moves(cast, filed)[-2:] == ["confirm", "thank"]


def test_ones_data_are_seen_taken_along_corrected_and_erased_by_the_link(cast: Cast, visit: Visit, filed: UUID) -> None:
    own, visitor = link(cast, filed), visit("barat")
    page = words(visitor.get(f"{own}/data?lang=en"))
    assert "warga@contoh.example" in page
    assert "Withdraw the report first" in page
    taken = visitor.get(f"{own}/data.json")
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert taken.json is not None
    assert taken.json["contact"]["email"] == "warga@contoh.example"
    wrong = visitor.post(f"{own}/data/contact", data={"name": "Ani", "phone": "12", "email": ""})
    assert wrong.status_code == 422
    assert 'value="12"' in wrong.get_data(as_text=True)
    assert visitor.post(f"{own}/data/contact", data={"name": "Ani", "phone": "0812 3450 0019"}).status_code == 303
    assert "+6281234500019" in words(visitor.get(f"{own}/data"))
    assert visitor.post(f"{own}/data/erasure").status_code == 409
    assert visitor.post(f"{own}/data/forgetting").status_code == 303
    assert "Ani" not in words(visitor.get(f"{own}/data"))
    assert visitor.post(f"{own}/withdrawal").status_code == 303
    assert visitor.post(f"{own}/data/erasure").status_code == 303
    assert "Lubang" not in words(visitor.get(own)).replace("Jalan berlubang", "")
    assert visitor.get(f"{own[:-4]}0000/data").status_code == 404


def test_a_signed_in_resident_takes_along_what_this_city_keeps(cast: Cast, visit: Visit) -> None:
    assert visit("barat").get("/account/data.json").status_code == 303
    taken = visit("barat", "resident").get("/account/data.json").json
    assert taken is not None
    assert taken["account"]["email"] == "resident@barat.example"
    assert taken["reports"] == []
