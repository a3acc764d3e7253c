"""Before and after side by side, the list of what waits, and nobody who validates their own work."""

import io
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from complaints import evidence
from complaints.complaint import Evidence, ReadRow
from complaints.workflow import Need
from tenants.directory import raise_epoch
from tests.cast import Cast, Visitor, jpeg, photo
from tests.web.staff.ground import lately, send, version, words
from web.staff.comparing import Pair, paired
from web.staff.provenance import Provenance

Visit = Callable[..., Visitor]


@pytest.fixture
def validating(cast: Cast) -> Cast:
    """Kota Barat validates finished work."""
    cast.enter("barat")
    tenant = cast.tenant("barat")
    tenant.options, tenant.revision = {**tenant.options, "validation": True}, tenant.revision + 1
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    return cast


def submitted(cast: Cast, *, by: str = "officer", **more: object) -> UUID:
    """A complaint with a photo whose work waits, all photos ready."""
    filed = cast.complaint(now=lately(hours=5), photos=[photo("#885522")], **more)
    cast.move("barat", filed, "start", by=by, now=lately(hours=4))
    note = {Need.NOTE: "Ditambal aspal panas."}
    cast.move("barat", filed, "submit", by=by, now=lately(hours=1), words=note, photos=[photo("#225588")])
    cast.enter("barat")
    for evidence_id in evidence.waiting(cast.session, filed):
        evidence.process(cast.session, evidence_id, cast.office.storage)
    cast.session.commit()
    return filed


def photos_of(cast: Cast, filed: UUID) -> dict[str, UUID]:
    cast.enter("barat")
    return {
        row.side: row.id for row in cast.session.scalars(select(Evidence).where(Evidence.complaint_id == filed)).all()
    }


def judge(visitor: Visitor, cast: Cast, filed: UUID, verdict: str, **fields: str) -> object:
    data = {"verdict": verdict, "version": version(cast, "barat", filed), **fields}
    return visitor.post(f"/staff/complaints/{filed}/work/verdict", data=data)


def test_before_and_after_stand_side_by_side_with_what_each_says_and_what_it_doesnt_prove(
    validating: Cast, visit: Visit
) -> None:
    filed = submitted(validating)
    ids = photos_of(validating, filed)
    page = visit("barat", "supervisor").get(f"/staff/complaints/{filed}/work?lang=en")
    html, said = page.get_data(as_text=True), words(page)
    assert html.index(f"/photos/{ids['before']}/public") < html.index(f"/photos/{ids['after']}/public")
    for expected in (
        "Ditambal aspal panas.",
        "Officer Kota Barat",
        "the photo doesn't say where",
        "Taken with the camera of this page",
        "What photos can't prove",
        "Validate the work",
        "What is missing",
    ):
        assert expected in said
    assert "The file says neither when nor where it was taken." in said


def test_a_supervisor_validates_right_there_and_can_take_it_back(validating: Cast, visit: Visit) -> None:
    filed = submitted(validating)
    supervisor = visit("barat", "supervisor")
    assert "Jalan berlubang" in words(supervisor.get("/staff/validation"))
    answer = judge(supervisor, validating, filed, "validate")
    assert (answer.status_code, answer.location) == (303, f"/staff/validation?done=validation&last={filed}")
    assert validating.read("barat", filed).status == "resolved"
    page = supervisor.get(f"{answer.location}&lang=en")
    assert "The work is validated" in words(page)
    assert "No work waits for validation" in words(page)
    assert f'action="/staff/complaints/{filed}/undoing"' in page.get_data(as_text=True)
    send(supervisor, filed, "undoing", version=version(validating, "barat", filed))
    assert validating.read("barat", filed).status == "awaiting_validation"


def test_sending_back_needs_a_reason_and_keeps_what_was_chosen(validating: Cast, visit: Visit) -> None:
    filed = submitted(validating)
    supervisor = visit("barat", "supervisor")
    supervisor.get("/staff?lang=en")
    answer = judge(supervisor, validating, filed, "send_back", reason=" ")
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.get_data(as_text=True)
    assert "Give the reason in a sentence." in words(answer)
    answer = judge(supervisor, validating, filed, "send_back", reason="Tepinya belum rata.")
    assert answer.status_code == 303
    assert validating.read("barat", filed).status == "in_progress"
    assert "Tepinya belum rata." in words(supervisor.get(f"/staff/complaints/{filed}"))


def test_nobody_validates_their_own_work_on_any_page(validating: Cast, visit: Visit) -> None:
    filed = submitted(validating, by="supervisor")
    supervisor, admin = visit("barat", "supervisor"), visit("barat", "admin")
    page = supervisor.get(f"/staff/complaints/{filed}/work?lang=en")
    assert "This is your own work: somebody else validates it." in words(page)
    assert 'value="validate"' not in page.get_data(as_text=True)
    assert 'value="send_back"' in page.get_data(as_text=True)
    assert "your own work" in words(supervisor.get("/staff/validation"))
    assert "your own work" not in words(admin.get("/staff/validation?lang=en"))
    detail = supervisor.get(f"/staff/complaints/{filed}")
    assert "This is your own work" in words(detail)
    assert f"/staff/complaints/{filed}/validation" not in detail.get_data(as_text=True)
    seen = version(validating, "barat", filed)
    assert judge(supervisor, validating, filed, "validate").status_code == 403
    assert send(supervisor, filed, "validation", version=seen).status_code == 403
    assert validating.read("barat", filed).status == "awaiting_validation"
    assert judge(admin, validating, filed, "validate").status_code == 303


def test_an_officer_looks_and_doesnt_decide_and_the_neighbour_sees_nothing(validating: Cast, visit: Visit) -> None:
    filed = submitted(validating)
    colleague = visit("barat", "colleague")
    page = colleague.get(f"/staff/complaints/{filed}/work?lang=en")
    assert page.status_code == 200
    assert "/work/verdict" not in page.get_data(as_text=True)
    assert "Supervisors validate here" in words(colleague.get("/staff/validation"))
    assert judge(colleague, validating, filed, "validate").status_code == 403
    neighbour = visit("timur", "admin")
    assert neighbour.get(f"/staff/complaints/{filed}/work").status_code == 404
    assert judge(neighbour, validating, filed, "validate").status_code == 404
    assert str(filed) not in neighbour.get("/staff/validation").get_data(as_text=True)
    assert visit("barat").get("/staff/validation").status_code == 303


def test_somebody_who_was_quicker_is_told_and_no_other_verdict_exists(validating: Cast, visit: Visit) -> None:
    filed = submitted(validating)
    supervisor = visit("barat", "supervisor")
    assert judge(supervisor, validating, filed, "validate", version="1").status_code == 409
    assert judge(supervisor, validating, filed, "reject").status_code == 404
    assert validating.read("barat", filed).status == "awaiting_validation"


def test_comparing_a_private_report_is_logged(validating: Cast, visit: Visit) -> None:
    filed = submitted(validating, visibility="private")
    visit("barat", "supervisor").get(f"/staff/complaints/{filed}/work")
    validating.enter("barat")
    assert validating.session.scalars(select(ReadRow.what).where(ReadRow.complaint_id == filed)).all() == ["complaint"]


def test_the_list_counts_what_stands_out_and_is_in_the_menu_of_who_validates(validating: Cast, visit: Visit) -> None:
    submitted(validating)
    page = visit("barat", "supervisor").get("/staff/validation?lang=en")
    assert "stands out" in words(page)
    assert 'href="/staff/validation"' in visit("barat", "supervisor").get("/staff").get_data(as_text=True)
    assert 'href="/staff/validation"' not in visit("barat", "officer").get("/staff").get_data(as_text=True)


def test_a_city_without_validation_says_so(visit: Visit) -> None:
    page = visit("barat", "supervisor").get("/staff/validation?lang=en")
    assert "without a step of validation" in words(page)


def shot(side: str, hours: int) -> Provenance:
    return Provenance(
        id=uuid4(), side=side, ready=True, created_at=lately(hours=100 - hours), capture="", taken_at=None, lon=None,
        lat=None, accuracy_m=None, distance_m=None, software="", marks=(),
    )  # fmt: skip


def test_the_last_work_is_compared_with_what_the_reporter_had_last_sent_by_then() -> None:
    first, work, again = shot("before", 1), shot("after", 2), shot("before", 3)
    pair = paired([first, work, again], {})
    assert (pair.before, pair.after, pair.again, pair.others) == (first, work, again, [])
    better = shot("after", 4)
    pair = paired([first, work, again, better], {})
    assert (pair.before, pair.after, pair.again, pair.others) == (again, better, None, [first, work])
    pair = paired([first, work, again, better], {"before": str(first.id), "after": "nonsense"})
    assert (pair.before, pair.after) == (first, better)
    assert paired([first], {}) == Pair(first, None, None, [])
    assert paired([], {}) == Pair(None, None, None, [])


def test_a_photo_with_which_the_reporter_says_not_done_stands_beside_the_work(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint(now=lately(hours=9), photos=[photo("#885522")])
    cast.move("barat", filed, "start", by="officer", now=lately(hours=8))
    note = {Need.NOTE: "Ditambal."}
    cast.move("barat", filed, "resolve", by="officer", now=lately(hours=7), words=note, photos=[photo("#225588")])
    complaint = cast.read("barat", filed)
    manage = cast.office.manage_url(
        cast.city("barat"), complaint.reference, complaint.birth_tenant_id, complaint.id
    ).removeprefix("http://barat.localhost")
    reporter = visit("barat")
    reporter.get(f"{manage}?lang=en")
    no_photo = {"reason": "Masih berlubang.", "photos": (io.BytesIO(b"no photo"), "a.jpg")}
    refused = reporter.post(f"{manage}/reopening", data=no_photo)
    assert refused.status_code == 422
    assert "Masih berlubang." in words(refused)
    assert 'id="photos-error"' in refused.get_data(as_text=True)
    sent = {"reason": "Masih berlubang.", "photos": (io.BytesIO(jpeg("#882255")), "a.jpg")}
    assert reporter.post(f"{manage}/reopening", data=sent).status_code == 303
    assert cast.read("barat", filed).status == "assigned"
    officer = visit("barat", "officer")
    assert "Not done" in words(officer.get(f"/staff/complaints/{filed}?lang=en"))
    assert "The reporter, after the work: not done" in words(officer.get(f"/staff/complaints/{filed}/work"))
