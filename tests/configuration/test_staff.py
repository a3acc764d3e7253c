"""Seats change and end, but an administrator stays, and nothing is left with whoever is gone."""

import re
import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from complaints import handling
from complaints.complaint import Complaint
from configuration import editing, staff
from configuration.change import ConfigurationChange
from configuration.editing import Author
from people.account import SignIn
from people.seat import Seat, SeatAgency
from tenants.errors import Conflict
from tests.cast import NOW, Cast, Visitor

Visit = Callable[..., Visitor]


def seat_of(cast: Cast, role: str) -> Seat:
    actor = cast.actor("barat", role)
    return cast.session.scalars(select(Seat).where(Seat.id == actor.seat_id)).one()


def test_who_leaves_hands_on_what_they_hold_and_loses_the_console(cast: Cast, visit: Visit) -> None:
    complaint_id = cast.complaint("barat")
    cast.move("barat", complaint_id, "start", by="officer")
    officer, admin = visit("barat", "officer"), visit("barat", "admin")
    assert officer.get("/staff").status_code == 200
    seat_id, heir_id = seat_of(cast, "officer").id, seat_of(cast, "colleague").id
    page = admin.get(f"/admin/people/{seat_id}/leaving").get_data(as_text=True)
    assert f'value="{heir_id}"' in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    answer = admin.post(f"/admin/people/{seat_id}/leaving", data={"to": str(heir_id), "version": version[1]})
    assert answer.status_code == 303
    complaint = cast.read("barat", complaint_id)
    assert complaint.holder_id == heir_id
    row = handling.history_of(cast.session, complaint_id)[-1]
    assert (row.move, row.detail["from_seat_id"], row.detail["seat_id"]) == ("pass_on", str(seat_id), str(heir_id))
    assert not cast.session.scalars(select(Complaint).where(Complaint.is_open, Complaint.holder_id == seat_id)).all()
    assert not cast.session.scalars(select(SeatAgency).where(SeatAgency.seat_id == seat_id)).all()
    assert officer.get("/staff").status_code == 303, "signed out"
    assert admin.get(f"/admin/people/{seat_id}").status_code == 404
    assert "Officer Kota Barat" in admin.get("/admin/people?role=former").get_data(as_text=True)
    assert "Officer Kota Barat" in admin.get(f"/staff/complaints/{complaint_id}").get_data(as_text=True)


def test_what_an_heir_may_not_hold_waits_in_its_agencys_queue(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    cast.move("barat", complaint_id, "start", by="officer")
    admin_id, seat = seat_of(cast, "admin").id, seat_of(cast, "officer")
    staff.leave(
        cast.session, cast.office, seat,
        to_id=admin_id, hosts=["barat.localhost"], author=Author(), now=NOW, expected_version=seat.version,
    )  # fmt: skip
    cast.session.commit()
    complaint = cast.read("barat", complaint_id)
    assert complaint.holder_id is None
    assert complaint.agency_id is not None


@pytest.mark.parametrize("how", ["demote", "leave"])
def test_the_last_administrator_stays(cast: Cast, visit: Visit, how: str) -> None:
    seat = seat_of(cast, "admin")
    path, form = f"/admin/people/{seat.id}", {"name": "Admin", "role": "supervisor", "version": str(seat.version)}
    answer = visit("barat", "admin").post(f"{path}/leaving" if how == "leave" else path, data=form)
    assert answer.status_code == 422
    assert 'class="oops"' in answer.get_data(as_text=True)
    assert seat_of(cast, "admin").role == "admin"


def test_two_administrators_at_once_dont_both_go(cast: Cast) -> None:
    first_id, second = seat_of(cast, "admin").id, seat_of(cast, "supervisor")
    ids = [first_id, second.id]
    editing.change(cast.session, second, {"role": "admin"}, author=Author(), now=NOW)
    cast.session.commit()
    refused: list[Conflict] = []
    ready = threading.Barrier(2)

    def demote(seat_id: UUID) -> None:
        with Session(cast.session.get_bind(), info=dict(cast.session.info)) as session:
            seat = staff.one(session, seat_id)
            agency_ids = list(session.scalars(select(SeatAgency.agency_id).where(SeatAgency.seat_id == seat_id)))
            ready.wait()
            try:
                staff.change(
                    session, seat, name="X", role="officer", agency_ids=agency_ids,
                    author=Author(), now=NOW, expected_version=seat.version,
                )  # fmt: skip
                session.commit()
            except Conflict as error:
                refused.append(error)

    both = [threading.Thread(target=demote, args=(one,)) for one in ids]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(refused) == 1
    cast.enter("barat")
    assert len(cast.session.scalars(select(Seat).where(Seat.role == "admin", Seat.ended_at.is_(None))).all()) == 1


def test_a_role_and_agencies_change_on_record_and_the_second_form_is_told(cast: Cast, visit: Visit) -> None:
    resident_id, seat, admin = seat_of(cast, "resident").id, seat_of(cast, "officer"), visit("barat", "admin")
    seat_id, path = seat.id, f"/admin/people/{seat.id}"
    form = {"name": seat.name, "role": "supervisor", "agencies": ["pu", "dlh"], "version": str(seat.version)}
    assert admin.post(path, data=form).status_code == 303
    cast.enter("barat")
    assert len(cast.session.scalars(select(SeatAgency).where(SeatAgency.seat_id == seat_id)).all()) == 2
    done = cast.session.scalars(select(ConfigurationChange).where(ConfigurationChange.row_id == seat_id)).one()
    assert (done.fields, done.after and done.after["role"]) == (["role"], "supervisor")
    answer = admin.post(f"{path}?lang=en", data={**form, "role": "officer"})
    assert answer.status_code == 409
    assert "Admin Kota Barat has saved this meanwhile" in answer.get_data(as_text=True)
    assert admin.post(path, data={**form, "role": "officer", "agencies": [], "version": "9"}).status_code == 422
    assert visit("timur", "admin").get(path).status_code == 404
    assert admin.get(f"/admin/people/{resident_id}").status_code == 404


def test_the_sign_ins_of_a_lost_telephone_are_ended(cast: Cast, visit: Visit) -> None:
    lost, admin = visit("barat", "officer"), visit("barat", "admin")
    seat = seat_of(cast, "officer")
    assert admin.post(f"/admin/people/{seat.id}/sign-ins/ending").status_code == 303
    assert lost.get("/staff").status_code == 303
    assert admin.get("/staff").status_code == 200


def test_a_city_sees_and_ends_the_sign_ins_at_its_own_hosts_alone(cast: Cast, visit: Visit) -> None:
    admin, there = visit("barat", "admin"), visit("timur", "officer", city="barat")
    seat = seat_of(cast, "officer")
    cast.session.execute(update(SignIn).where(SignIn.account_id == seat.account_id).values(agent="Gawai di Timur"))
    cast.session.commit()
    path = f"/admin/people/{seat.id}?lang=en"
    page = admin.get(path).get_data(as_text=True)
    assert "Gawai di Timur" not in page
    assert "Last time" not in page
    assert admin.post(f"/admin/people/{seat.id}/sign-ins/ending").status_code == 303
    assert there.get("/account/security").status_code == 200
    here = visit("barat", "officer")
    assert "End all of them" in admin.get(path).get_data(as_text=True)
    here.post("/sign-out")
    assert "Last time" in admin.get(path).get_data(as_text=True)
