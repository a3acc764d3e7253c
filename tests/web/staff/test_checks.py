"""The list of checks on the spot, and the page on which somebody says what they found."""

import io
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints.field_check import FieldCheck
from complaints.workflow import Need
from tenants.directory import raise_epoch
from tests.cast import Cast, Visitor, jpeg, photo
from tests.web.staff.ground import lately, version, words

Visit = Callable[..., Visitor]


@pytest.fixture
def drawing(cast: Cast) -> Cast:
    """Kota Barat draws everything."""
    cast.enter("barat")
    tenant = cast.tenant("barat")
    tenant.options, tenant.revision = {**tenant.options, "field_check_percent": 100}, tenant.revision + 1
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    return cast


def finished(cast: Cast) -> tuple[UUID, UUID]:
    """Work of the officer that was drawn: the complaint and the check."""
    filed = cast.complaint(now=lately(hours=5), photos=[photo("#885522")])
    cast.move("barat", filed, "start", by="officer", now=lately(hours=4))
    note = {Need.NOTE: "Ditambal."}
    cast.move("barat", filed, "resolve", by="officer", now=lately(hours=3), words=note, photos=[photo("#225588")])
    cast.enter("barat")
    return filed, cast.session.scalars(select(FieldCheck.id).where(FieldCheck.complaint_id == filed)).one()


def found(**more: object) -> dict[str, object]:
    return {"verdict": "not", "note": "Masih berlubang.", "photo": (io.BytesIO(jpeg("#334422")), "a.jpg"), **more}


def test_what_was_drawn_is_listed_with_the_way_there_and_judged_on_its_page(drawing: Cast, visit: Visit) -> None:
    filed, check = finished(drawing)
    colleague = visit("barat", "colleague")
    page = colleague.get("/staff/checks?lang=en")
    assert f'href="/staff/checks/{check}"' in page.get_data(as_text=True)
    assert "google.com/maps/dir" in page.get_data(as_text=True)
    assert "This city draws 100 of a hundred." in words(page)
    assert 'href="/staff/checks"' in colleague.get("/staff").get_data(as_text=True)
    assert "What you found on the spot" in words(colleague.get(f"/staff/checks/{check}"))
    answer = colleague.post(f"/staff/checks/{check}/verdict", data=found(version=version(drawing, "barat", filed)))
    assert (answer.status_code, answer.location) == (303, "/staff/checks?done=1")
    assert drawing.read("barat", filed).status == "assigned"
    after = words(colleague.get("/staff/checks?done=1"))
    assert "Your check is recorded." in after
    assert "No check waits" in after
    assert "as promised, and is open again" in words(colleague.get(f"/staff/complaints/{filed}"))
    assert "Checked: Not as promised" in words(colleague.get(f"/staff/checks/{check}"))
    reference = drawing.read("barat", filed).reference
    public = words(visit("barat").get(f"/complaints/{reference}?lang=en"))
    assert "The work was checked on the spot: it isn't as promised" in public


def test_what_is_missing_is_said_and_what_was_typed_stays(drawing: Cast, visit: Visit) -> None:
    filed, check = finished(drawing)
    colleague = visit("barat", "colleague")
    colleague.get("/staff?lang=en")
    seen = version(drawing, "barat", filed)
    for missing, field in (
        ({"verdict": ""}, "verdict"),
        ({"note": " "}, "note"),
        ({"photo": (io.BytesIO(b""), "")}, "photo"),
    ):
        answer = colleague.post(f"/staff/checks/{check}/verdict", data=found(version=seen, **missing))
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.get_data(as_text=True)
    assert drawing.read("barat", filed).status == "resolved"


def test_who_did_the_work_sees_it_and_is_told_that_somebody_else_checks(drawing: Cast, visit: Visit) -> None:
    filed, check = finished(drawing)
    officer = visit("barat", "officer")
    assert "your own work" in words(officer.get("/staff/checks?lang=en"))
    page = officer.get(f"/staff/checks/{check}")
    assert "This is your own work: somebody else checks it." in words(page)
    assert "/verdict" not in page.get_data(as_text=True)
    answer = officer.post(f"/staff/checks/{check}/verdict", data=found(version=version(drawing, "barat", filed)))
    assert answer.status_code == 403


def test_supervisors_read_what_was_found_by_agency_and_the_neighbour_nothing(drawing: Cast, visit: Visit) -> None:
    filed, check = finished(drawing)
    visit("barat", "colleague").post(
        f"/staff/checks/{check}/verdict", data=found(version=version(drawing, "barat", filed), verdict="partly")
    )
    table = visit("barat", "supervisor").get("/staff/checks?lang=en")
    assert "Dinas PU Kota Barat 1 1 0 1 0" in words(table) or "Works 1 1 0 1 0" in words(table)
    assert "What checks found" not in words(visit("barat", "officer").get("/staff/checks?lang=en"))
    assert "What checks found" not in words(visit("timur", "supervisor").get("/staff/checks?lang=en"))
    assert visit("timur", "admin").get(f"/staff/checks/{check}").status_code == 404
    assert visit("timur", "admin").post(f"/staff/checks/{check}/verdict", data=found(version="1")).status_code == 404
