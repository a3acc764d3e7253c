"""A pause to decide, the wait for the reporter, the limit by regulation and the time per owner, on the page."""

from collections.abc import Callable
from uuid import UUID

import pytest

from complaints.report import Reporter
from complaints.workflow import Need
from tenants.directory import raise_epoch
from tests.cast import Cast, Visitor
from tests.complaints.moving import agency
from tests.web.staff.ground import lately, send, version, words

Visit = Callable[..., Visitor]


@pytest.fixture
def asked(cast: Cast) -> UUID:
    """A complaint about which an officer has asked, in a city where pauses are approved."""
    tenant = cast.tenant("barat")
    tenant.options, tenant.revision = {**tenant.options, "pause_approval": True}, tenant.revision + 1
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    complaint_id = cast.complaint(now=lately(hours=3), reporter=Reporter(email="warga@contoh.example"))
    cast.move("barat", complaint_id, "ask", by="officer", words={Need.QUESTION: "Di mana?"}, now=lately(hours=2))
    return complaint_id


def test_a_supervisor_approves_the_pause_on_the_page_and_the_clock_stops(cast: Cast, visit: Visit, asked: UUID) -> None:
    page = f"/staff/complaints/{asked}?lang=en"
    assert "Approve the pause" not in words(visit("barat", "officer").get(page))
    supervisor = visit("barat", "supervisor")
    told = words(supervisor.get(page))
    assert "A pause waits for a supervisor's decision" in told
    assert "Approve the pause" in told
    assert "Refuse the pause" in told
    answer = send(supervisor, asked, "pause-approval", version=version(cast, "barat", asked))
    assert answer.status_code == 303
    assert cast.read("barat", asked).resolve_due_at is None
    told = words(supervisor.get(page))
    assert "stopped" in told
    assert "A pause waits" not in told
    again = send(supervisor, asked, "pause-refusal", version=version(cast, "barat", asked), reason="Tidak perlu.")
    assert again.status_code == 409


def test_a_supervisor_refuses_the_pause_with_a_reason_that_only_officials_read(
    cast: Cast, visit: Visit, asked: UUID
) -> None:
    supervisor = visit("barat", "supervisor")
    seen = version(cast, "barat", asked)
    assert send(supervisor, asked, "pause-refusal", version=seen, reason="").status_code == 422
    assert send(supervisor, asked, "pause-refusal", version=seen, reason="Sudah jelas.").status_code == 303
    complaint = cast.read("barat", asked)
    assert complaint.resolve_due_at is not None
    public = visit("barat").get(f"/complaints/{complaint.reference}").get_data(as_text=True)
    assert "Sudah jelas." not in public
    assert "Sudah jelas." in words(supervisor.get(f"/staff/complaints/{asked}"))


def test_an_officer_can_not_decide_and_the_neighbour_finds_nothing(cast: Cast, visit: Visit, asked: UUID) -> None:
    seen = version(cast, "barat", asked)
    assert send(visit("barat", "officer"), asked, "pause-approval", version=seen).status_code == 403
    assert send(visit("timur", "supervisor"), asked, "pause-approval", version=seen).status_code == 404
    assert cast.read("barat", asked).pause_asked_at is not None


def test_the_page_says_when_the_wait_ends_the_limit_by_regulation_and_who_had_it_how_long(
    cast: Cast, visit: Visit, asked: UUID
) -> None:
    page = f"/staff/complaints/{asked}?lang=en"
    told = words(visit("barat", "supervisor").get(page))
    assert "Without an answer the clock runs again:" in told
    assert "Limit by regulation" in told
    assert "Time with each agency" not in told
    cast.move("barat", asked, "answer", by="reporter", words={Need.ANSWER: "Di sini."}, now=lately(hours=1))
    cast.move("barat", asked, "assign", agency_id=agency(cast, "barat", "uptd"), now=lately(minutes=30))
    told = words(visit("barat", "supervisor").get(page))
    _, _, times = told.partition("Time with each agency")
    assert "Works 2 hours 30 minutes" in times
    assert "Road unit 30 minutes" in times
