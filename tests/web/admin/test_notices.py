"""A notice of works from its form to the resident who follows it instead of reporting, and to its end."""

from collections.abc import Callable

from sqlalchemy import select

from complaints.together.works import Works
from messages.outbox import Message
from tests.cast import IN_BARAT, Cast, Visitor
from tests.web.rightful.settings import admin_notice
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]


def test_residents_see_works_before_they_report_follow_them_and_are_told_of_the_end(visit: Visit, cast: Cast) -> None:
    admin, resident = visit("barat", "admin"), visit("barat")
    form = admin_notice() | {
        "title-en": "Pipes replaced",
        "text-en": "The road is closed.",
        "categories": "jalan-lubang",
    }
    assert admin.post("/admin/notices", data=form).status_code == 303
    cast.enter("barat")
    works = cast.session.scalars(select(Works)).one()
    for path in ("/", "/map", "/complaints"):
        assert "Pipes replaced" in words(resident.get(f"{path}?lang=en")), path
    (feature,) = resident.get("/works.json").get_json()["features"]
    assert feature["geometry"]["coordinates"] == list(IN_BARAT)

    spot = "{1}, {0}".format(*IN_BARAT)
    seen = []
    for category in ("jalan-lubang", "pju"):
        answer = resident.post("/report", data={"spot": spot, "category": category, "go": "next-3"})
        seen.append(words(resident.get(answer.location.partition("#")[0] + "&lang=en")))
    assert "Pipes replaced" in seen[0]
    assert "Follow it" in seen[0]
    assert "Pipes replaced" not in seen[1]

    page = f"/works/{works.id}"
    assert resident.post(f"{page}/follow?lang=en", data={"email": "warga@contoh.example"}).status_code == 303
    assert resident.post(f"{page}/follow?lang=en", data={"email": "x"}).status_code == 422
    cast.session.expire_all()
    link = cast.session.scalars(select(Message.body)).one().split("localhost")[-1].split()[0]
    assert resident.post(f"{link}/confirmation").status_code == 303
    assert "You follow this incident" in words(resident.get(f"{link}?lang=en")) or "follow" in words(resident.get(link))
    assert visit("timur").get(page).status_code == 404
    assert visit("timur").get(link).status_code == 404

    assert admin.post(f"/admin/notices/{works.id}/end").status_code == 303
    cast.session.expire_all()
    assert [one.event for one in cast.session.scalars(select(Message).order_by(Message.created_at))] == [
        "incident_confirm",
        "incident_closed_followed",
    ]
    assert "Pipes replaced" not in words(resident.get("/?lang=en"))
    assert "This has ended" in words(resident.get(f"{page}?lang=en"))
    assert admin.post(f"/admin/notices/{works.id}/end").status_code == 409
    told = words(admin.get("/admin/changes?lang=en"))
    assert "notice of works Pipes replaced" in told


def test_a_form_keeps_what_was_typed_and_names_what_is_wrong(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    answer = admin.post("/admin/notices?lang=en", data=admin_notice() | {"lon": "timur", "until_on": "2025-01-01"})
    assert answer.status_code == 422
    assert "The last day comes after the first, within three years." in words(answer)
    assert 'value="timur"' in answer.get_data(as_text=True)
    assert admin.post("/admin/notices", data=admin_notice()).status_code == 303
    cast.enter("barat")
    works = cast.session.scalars(select(Works)).one()
    page = f"/admin/notices/{works.id}"
    assert 'value="2026-01-05"' in admin.get(page).get_data(as_text=True)
    form = admin_notice() | {"version": str(works.version), "place": "area", "area": "BRT.2"}
    assert admin.post(page, data=form).status_code == 303
    stale = admin.post(f"{page}?lang=en", data=form | {"title-id": "Lain"})
    assert stale.status_code == 409
    assert 'value="Lain"' in stale.get_data(as_text=True)
    cast.session.expire_all()
    assert (works.radius_m, works.area_id is not None) == (None, True)
