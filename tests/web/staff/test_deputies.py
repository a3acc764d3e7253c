"""While I am away: named on one's own page or by an administrator, shown wherever the person is shown."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from people.deputyship import Deputyship
from people.seat import Seat
from tests.cast import Cast, Visitor
from tests.complaints.moving import agency
from tests.configuration.test_deputies import elsewhere, seat_of

Visit = Callable[..., Visitor]


def day(ahead: int) -> str:
    here = datetime.now(UTC).astimezone(ZoneInfo("Asia/Jakarta")).date()
    return (here + timedelta(days=ahead)).isoformat()


def test_a_deputy_finds_the_absents_reports_and_works_on_them_for_them(cast: Cast, visit: Visit) -> None:
    elsewhere(cast, "colleague")
    complaint_id = cast.complaint(visibility="private")
    cast.move("barat", complaint_id, "start", by="officer")
    officer, colleague = visit("barat", "officer"), visit("barat", "colleague")
    path = f"/staff/complaints/{complaint_id}"
    assert colleague.get(path).status_code == 404
    form = {"from_on": day(0), "until_on": day(3), "deputy": str(seat_of(cast, "colleague").id), "email": ""}
    assert officer.post("/staff/deputies", data=form).status_code == 303
    own = officer.get("/staff/deputies?lang=en").get_data(as_text=True)
    assert "Colleague Kota Barat" in own
    mine = colleague.get("/staff?tab=mine&lang=en").get_data(as_text=True)
    assert str(complaint_id) in mine
    assert "for Officer" in mine
    assert "You stand in for Officer Kota Barat until" in mine
    assert colleague.get(path).status_code == 200
    form = {"question": "Di depan toko yang mana?", "version": str(cast.read("barat", complaint_id).version)}
    assert colleague.post(f"{path}/question", data=form).status_code == 303
    said = colleague.get(f"{path}?lang=en").get_data(as_text=True)
    assert "Colleague Kota Barat for Officer Kota Barat asked the reporter" in said
    admin = visit("barat", "admin")
    pu = agency(cast, "barat", "pu")
    assert "Colleague Kota Barat stands in" in admin.get(f"/admin/agencies/{pu}?lang=en").get_data(as_text=True)
    assert "deputy of Officer Kota Barat" in admin.get("/admin/changes?lang=en").get_data(as_text=True)
    assert "Colleague Kota Barat" in admin.get(f"/admin/people/{seat_of(cast, 'officer').id}").get_data(as_text=True)


def test_an_administrator_names_and_ends_for_others_and_the_neighbour_sees_nothing(cast: Cast, visit: Visit) -> None:
    seat_id, admin = seat_of(cast, "officer").id, visit("barat", "admin")
    path = f"/admin/people/{seat_id}/deputies"
    form = {"from_on": day(2), "until_on": day(1), "deputy": "", "email": "colleague@barat.example"}
    refused = admin.post(path, data=form)
    assert refused.status_code == 422
    assert f'value="{day(2)}"' in refused.get_data(as_text=True), "what was typed stays"
    assert admin.post(path, data={**form, "until_on": "besok"}).status_code == 422
    assert admin.post(path, data={**form, "email": "officer@timur.example"}).status_code == 422
    assert admin.post(path, data={**form, "until_on": day(2)}).status_code == 303
    cast.enter("barat")
    row_id: UUID = cast.session.scalars(select(Deputyship.id)).one()
    assert visit("timur", "admin").get(path).status_code == 404
    assert visit("timur", "admin").post(f"{path}/{row_id}/ending").status_code == 404
    assert visit("barat", "officer").get(path).status_code == 403
    assert visit("barat", "supervisor").post(f"/staff/deputies/{row_id}/ending").status_code == 404
    assert admin.post(f"{path}/{row_id}/ending").status_code == 303
    assert admin.post(f"{path}/{row_id}/ending").status_code == 409
    cast.enter("barat")
    assert cast.session.scalars(select(Deputyship.ended_at)).one() is not None
    assert cast.session.scalars(select(Seat).where(Seat.id == seat_id)).one().ended_at is None


def test_both_are_told_what_a_deputy_cant_do_and_that_they_are_away_themself(cast: Cast, visit: Visit) -> None:
    colleague_id, officer_id = seat_of(cast, "colleague").id, seat_of(cast, "officer").id
    supervisor, colleague = visit("barat", "supervisor"), visit("barat", "colleague")
    days = {"from_on": day(0), "until_on": day(3), "email": ""}
    assert supervisor.post("/staff/deputies", data={**days, "deputy": str(colleague_id)}).status_code == 303
    assert colleague.post("/staff/deputies", data={**days, "deputy": str(officer_id)}).status_code == 303
    page = supervisor.get("/staff/deputies?lang=en").get_data(as_text=True)
    assert "Validate finished work" in page
    assert "is away too" in page
    assert "You stand in for" in colleague.get("/staff/deputies?lang=en").get_data(as_text=True)
