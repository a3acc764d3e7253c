"""The editor of calendars, a year at a glance, and what is due when."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from complaints.recalculating import Watch, recalculate
from complaints.rules.rulebooks import read_rulebook
from configuration.schema import CalendarSchema
from tenants.agency import Agency
from tenants.calendar import CalendarRow
from tenants.working_time import WEEKDAYS, from_document, to_document
from tests.cast import NOW, Cast, Visitor
from tests.web.staff.ground import words
from web.admin.calendar_form import document_of, of_document

Visit = Callable[..., Visitor]


def calendar(cast: Cast, slug: str = "barat") -> CalendarRow:
    cast.enter(slug)
    row = cast.session.scalars(select(CalendarRow).where(CalendarRow.code == "kantor")).one()
    cast.session.expunge(row)
    return row


def sent(row: CalendarRow, **more: Any) -> dict[str, Any]:
    """The whole form of a calendar as it stands, and what is changed in it."""
    form = of_document("Jam kantor", row.document, lambda text: text.get("id", ""))
    values: dict[str, Any] = {
        "version": row.version,
        "name": form.name,
        "time_zone": form.time_zone,
        "country": form.country,
        "joint_leave": "yes",
        "added": form.added,
        "removed": form.removed,
        "half_days": form.half_days,
        **{f"hours-{day}": form.hours[day] for day in WEEKDAYS},
    }
    for number, one in enumerate(form.dated):
        values |= {f"d{number}-name": one.name, f"d{number}-from": one.first_on, f"d{number}-until": one.last_on}
        values |= {f"d{number}-{day}": one.hours[day] for day in WEEKDAYS}
    return values | more


WRONG: list[tuple[dict[str, str], str]] = [
    ({"hours-mon": "07:30-12:00, 11:00-16:00"}, "The hours 07:30-12:00 and 11:00-16:00 overlap."),
    ({"hours-mon": "16:00-07:30"}, "Hours must end after they start"),
    ({"hours-mon": "pagi"}, "Write hours as 07:30-12:00"),
    ({f"hours-{day}": "" for day in WEEKDAYS}, "A calendar needs working hours on at least one day"),
    ({"d0-until": "2026-01-01"}, "The last day must not lie before the first"),
    ({"d1-from": "2026-03-01"}, "These dates overlap those from 2026-02-19 until 2026-03-20"),
    ({"added": "besok libur"}, "begin with a date"),
    ({"added": "2026-03-10 Hari jadi", "removed": "2026-03-10"}, "both added to the holidays and removed"),
    ({"half_days": "2026-12-31 setengah hari"}, "After the date write the hours"),
    ({"country": "XX"}, "The holidays of this country"),
    ({"time_zone": "Asia/Atlantis"}, "This time zone is unknown"),
]


def test_what_no_calendar_can_hold_is_refused_with_a_sentence_and_kept(visit: Visit, cast: Cast) -> None:
    row = calendar(cast)
    admin = visit("barat", "admin")
    for wrong, sentence in WRONG:
        answer = admin.post(f"/admin/calendars/{row.id}?lang=en", data=sent(row, **wrong))
        assert answer.status_code == 422, wrong
        assert sentence in words(answer)
        assert all(one in words(answer) or f'value="{one}"' in answer.get_data(as_text=True) for one in wrong.values())
    assert calendar(cast).version == row.version


def test_a_saved_calendar_moves_open_promises_and_says_so(visit: Visit, cast: Cast) -> None:
    watch = Watch()
    cast.session.commit()
    watch.look(cast.session, cast.office, NOW)
    complaint_id = cast.complaint("barat")
    before = cast.read("barat", complaint_id).respond_due_at
    row = calendar(cast)
    form = sent(row, added="2026-03-04 Hari jadi kota\n2026-03-05", half_days="2026-03-06 08.00–11.00 Jumat pendek")
    admin = visit("barat", "admin")
    assert admin.post(f"/admin/calendars/{row.id}", data=form).status_code == 303
    after = calendar(cast)
    assert after.document["holidays"]["add"][0] == {"on": "2026-03-04", "name": {"id": "Hari jadi kota"}}
    assert after.document["half_days"] == [
        {"on": "2026-03-06", "hours": ["08:00-11:00"], "name": {"id": "Jumat pendek"}}
    ]
    cast.office.keeper.refresh()
    cast.session.commit()
    assert watch.look(cast.session, cast.office, NOW) == [cast.city("barat").id]
    card = cast.enter("barat")
    recalculate(cast.session, cast.office, card, NOW)
    cast.session.commit()
    moved = cast.read("barat", complaint_id).respond_due_at
    assert before is not None
    assert moved is not None
    assert before < moved
    assert "moved the dates of one open report" in words(admin.get("/admin/calendars?lang=en"))
    again = admin.post(f"/admin/calendars/{row.id}?lang=en", data=form)
    assert again.status_code == 409
    assert "Admin Kota Barat has saved this calendar meanwhile" in words(again)


def test_whoever_reads_in_another_language_saves_the_names_as_they_stand(visit: Visit, cast: Cast) -> None:
    row, admin = calendar(cast), visit("barat", "admin")
    shown = admin.get(f"/admin/calendars/{row.id}/form?lang=en").get_data(as_text=True)
    name = re.search(r'value="([^"]*)" id="name"', shown)
    assert name
    assert name[1] == row.name["id"] != row.name["en"]
    form = sent(row, **{"name": name[1], "hours-mon": "08:00-15:00"})
    assert admin.post(f"/admin/calendars/{row.id}?lang=en", data=form).status_code == 303
    assert calendar(cast).name == row.name


def test_a_year_names_its_days_and_a_promise_is_tried_on_it(visit: Visit, cast: Cast) -> None:
    row = calendar(cast)
    admin = visit("barat", "admin")
    admin.post(f"/admin/calendars/{row.id}", data=sent(row, added="2026-03-10 Hari jadi kota", removed="2026-05-01"))
    page = words(admin.get(f"/admin/calendars/{row.id}?lang=en&year=2026&rule=pju&start=2026-03-09T15:00"))
    assert "10 Hari jadi kota" in page
    assert "19 Day of Silence" in page
    assert "1 International Labor Day, a holiday on which this city works" in page
    assert "19–27 Ramadan 1447" in page
    # six working hours from three o'clock on, as Ramadan's day ends: nothing today, a holiday, then all of Wednesday
    assert "The first answer, 6 working hours: Wednesday, 11 March" in page
    assert "14:00 WIB 3 dates on the way" in page
    assert "Tue, 10 Mar 2026 Hari jadi kota doesn" in page
    wrong = words(admin.get(f"/admin/calendars/{row.id}?lang=en&rule=gone&start=now"))
    assert "There is no such rule" in wrong
    assert "Choose a day and a time" in words(admin.get(f"/admin/calendars/{row.id}?lang=en&rule=pju&start=now"))


def test_a_calendar_is_added_kept_by_an_agency_and_ended_once_it_is_not(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    office = calendar(cast)
    assert f'value="{office.document["hours"]["mon"][0]}' in admin.get("/admin/calendars/new").get_data(as_text=True)
    form = sent(office, name="Jam layanan RSUD", **{"hours-sun": "08:00-12:00"})
    answer = admin.post("/admin/calendars", data=form)
    assert answer.status_code == 303
    path = answer.location.partition("?")[0]
    twice = admin.post("/admin/calendars?lang=en", data=form)
    assert twice.status_code == 422
    assert "There is a calendar with this name already." in words(twice)
    cast.enter("barat")
    pu = cast.session.scalars(select(Agency).where(Agency.code == "pu")).one()
    page = admin.get(f"/admin/agencies/{pu.id}?lang=en").get_data(as_text=True)
    assert "Jam layanan RSUD" in page
    kept = {"version": pu.version, "name-id": "Dinas PU", "calendar": path.rpartition("/")[2]}
    assert admin.post(f"/admin/agencies/{pu.id}", data=kept).status_code == 303
    assert "Dinas PU" in words(admin.get("/admin/calendars?lang=en"))
    asked = words(admin.get("/admin/who-gets-this?lang=en&category=jalan-lubang&spot=-6.25,106.95"))
    assert "keeps hours of its own: its promises count by them." in asked
    refused = admin.post(f"{path}/ending?lang=en", data={"version": 1})
    assert refused.status_code == 409
    assert "This calendar is kept by: Dinas PU. Choose other hours there first." in words(refused)
    assert "whole city counts" in words(admin.post(f"/admin/calendars/{office.id}/ending?lang=en", data={"version": 1}))
    assert (
        admin.post(f"/admin/agencies/{pu.id}", data=kept | {"version": pu.version + 1, "calendar": ""}).status_code
        == 303
    )
    assert admin.post(f"{path}/ending", data={"version": 1}).status_code == 303
    assert admin.get(path).status_code == 404
    assert "Jam layanan RSUD" in words(admin.get("/admin/calendars?lang=en"))  # among those that have ended
    assert admin.post(f"{path}/return").status_code == 303
    assert admin.get(path).status_code == 200


def test_only_the_citys_own_administrator_sees_it(visit: Visit, cast: Cast) -> None:
    row = calendar(cast, "timur")
    admin = visit("barat", "admin")
    assert admin.get(f"/admin/calendars/{row.id}").status_code == 404
    assert admin.post(f"/admin/calendars/{row.id}", data=sent(row)).status_code == 404
    assert visit("barat", "officer").get("/admin/calendars").status_code == 403


def test_a_calendar_reads_the_same_after_its_form_and_as_a_bundle(cast: Cast) -> None:
    row = calendar(cast)

    def said(text: dict[str, str]) -> str:
        return text.get("id", "")

    document = document_of(of_document("", row.document, said), row.document, "id", said)
    card = cast.enter("barat")
    book = read_rulebook(cast.session, card)
    assert book.calendar is not None
    assert to_document(book.calendar) == row.document
    assert to_document(from_document(document)) == row.document
    assert CalendarSchema().load({"code": "kantor", **document})["hours"] == row.document["hours"]
