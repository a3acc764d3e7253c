"""The ledger of the settings as pages: who changed what, in words, as a file, and put back."""

from collections.abc import Callable

import pytest
from sqlalchemy import inspect as inspected
from sqlalchemy import select

from complaints.complaint import Complaint
from configuration import editing
from configuration.editing import Author
from configuration.ledger import restore_reading
from docs.schema_diagram import import_models
from tenants.agency import Agency
from tenants.calendar import CalendarRow
from tenants.category import Assignment, Category
from tenants.database import Base, Configured
from tenants.errors import Conflict
from tenants.sla_rule import SlaRule
from tenants.tenant import Tenant
from tests.cast import NOW, Cast, Visitor
from tests.web.staff.ground import words
from web.admin.readings import FIELDS, SECTIONS

Visit = Callable[..., Visitor]
NAMED = {"id": "Lubang besar", "en": "Big hole"}


def rename(cast: Cast) -> Category:
    author = Author(cast.actor("barat", "admin").seat_id)
    category = cast.session.scalars(select(Category).where(Category.code == "jalan-lubang")).one()
    editing.change(cast.session, category, {"name": NAMED, "safety": True}, author=author, now=NOW)
    cast.session.commit()
    return category


def test_a_change_is_told_in_words_and_put_back_by_one_button(visit: Visit, cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    revision = cast.read("barat", complaint_id).category_revision
    category_id = rename(cast).id
    visitor = visit("barat", "admin")
    page = visitor.get("/admin/changes?lang=en")
    assert "Admin Kota Barat changed: category Big hole" in words(page)
    assert "name, a danger" in words(page)
    href = page.get_data(as_text=True).split('class="linked" href="')[1].split('"')[0]
    told = words(visitor.get(f"{href}?lang=en"))
    assert "name" in told
    assert "Big hole" in told
    assert "a danger no yes" in told
    stale = visitor.post(f"{href}/restoration?lang=en", data={"reading": "before", "version": "1"})
    assert stale.status_code == 409
    assert "Somebody else has changed this meanwhile" in words(stale)
    answer = visitor.post(f"{href}/restoration", data={"reading": "before", "version": "2"})
    assert answer.status_code == 303
    assert "restored: category" in words(visitor.get("/admin/changes?lang=en"))
    cast.enter("barat")
    category = cast.session.get_one(Category, (cast.city("barat").id, category_id))
    assert category.name != NAMED
    assert not category.safety
    assert cast.session.scalar(select(Complaint.category_revision).where(Complaint.id == complaint_id)) == revision


def test_filters_file_and_the_neighbour(visit: Visit, cast: Cast) -> None:
    category_id = rename(cast).id
    visitor = visit("barat", "admin")
    assert "Lubang besar" in words(visitor.get("/admin/changes?section=categories&code=jalan-lubang"))
    assert "Lubang besar" in words(visitor.get(f"/admin/changes?row={category_id}"))
    assert "Lubang besar" not in words(visitor.get("/admin/changes?section=agencies"))
    assert visitor.get("/admin/changes?row=x").status_code == 404
    assert visitor.get("/admin/changes?after=x").status_code == 422
    lines = visitor.get("/admin/changes.csv?lang=en").get_data(as_text=True).splitlines()
    assert len(lines) == 4  # the name in two languages
    assert "Big hole" in lines[1]
    assert "Lubang besar" not in words(visit("timur", "admin").get("/admin/changes"))


def test_a_reading_that_names_what_has_ended_is_not_put_back(visit: Visit, cast: Cast) -> None:
    author = Author(cast.actor("barat", "admin").seat_id)
    tie = cast.session.scalars(select(Assignment)).first()
    assert tie is not None
    other = cast.session.scalars(select(Agency).where(Agency.id != tie.agency_id)).first()
    former = cast.session.get_one(Agency, (tie.tenant_id, tie.agency_id))
    assert other is not None
    made = editing.change(cast.session, tie, {"agency_id": other.id}, author=author, now=NOW)
    assert made is not None
    editing.end(cast.session, former, author=author, now=NOW)
    cast.session.commit()
    answer = visit("barat", "admin").post(
        f"/admin/changes/{made.id}/restoration?lang=en", data={"reading": "before", "version": "2"}
    )
    assert answer.status_code == 409
    assert "names something that has ended" in words(answer)


def test_what_its_own_room_asks_first_is_not_gone_past(cast: Cast) -> None:
    author = Author(cast.actor("barat", "admin").seat_id)
    one, other = cast.session.scalars(select(Agency).where(Agency.parent_id.is_(None)).limit(2)).all()
    below = editing.change(cast.session, one, {"parent_id": other.id}, author=author, now=NOW)
    editing.change(cast.session, one, {"parent_id": None}, author=author, now=NOW)
    editing.change(cast.session, other, {"parent_id": one.id}, author=author, now=NOW)
    assert below is not None
    assert below.after is not None
    with pytest.raises(Conflict, match="in a circle"):
        restore_reading(cast.session, below, below.after, author=author, now=NOW, expected_version=one.version)
    ended = editing.end(cast.session, one, author=author, now=NOW)
    assert ended.before is not None
    with pytest.raises(Conflict, match="in its own room"):
        restore_reading(cast.session, ended, ended.before, author=author, now=NOW, expected_version=one.version)


def test_of_the_city_only_what_was_changed_is_put_back(cast: Cast) -> None:
    author = Author(cast.actor("barat", "admin").seat_id)
    tenant = cast.session.scalars(select(Tenant).where(Tenant.slug == "barat")).one()
    name = tenant.name
    made = editing.change(cast.session, tenant, {"name": {"id": "Lain"}}, author=author, now=NOW)
    editing.change(cast.session, tenant, {"languages": ["en"]}, author=author, now=NOW)
    assert made is not None
    assert made.before is not None
    restore_reading(cast.session, made, made.before, author=author, now=NOW, expected_version=tenant.version)
    assert (tenant.name, tenant.languages) == (name, ["en"])


def test_every_section_and_column_has_a_name_in_words() -> None:
    import_models()
    tables = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Configured)]
    assert {table.__tablename__ for table in tables} - set(SECTIONS) == set()
    hidden = {"tenant_id", "id", "version", "revision", "wkb", "area_m2", "depth", "shape", "folded"}
    columns = {column.key for table in tables for column in inspected(table).columns} - hidden
    assert columns - set(FIELDS) == set()


def test_of_what_is_made_of_parts_the_parts_that_differ_are_told_in_words(visit: Visit, cast: Cast) -> None:
    author = Author(cast.actor("barat", "admin").seat_id)
    tenant = cast.session.scalars(select(Tenant).where(Tenant.slug == "barat")).one()
    calendar = cast.session.scalars(select(CalendarRow)).first()
    rule = cast.session.scalars(select(SlaRule).where(SlaRule.code == "jalan-lubang")).one()
    assert calendar is not None
    week = {**calendar.document, "hours": {**calendar.document["hours"], "mon": ["08:00-15:00"]}}
    first, *others = rule.milestones
    step, *steps = rule.ladder
    made = [
        editing.change(cast.session, row, values, author=author, now=NOW)
        for row, values in (
            (tenant, {"options": {**tenant.options, "reopen_days": 21, "retention_months": {"contacts": 12}}}),
            (calendar, {"document": week}),
            (rule, {"milestones": [{**first, "amount": 120}, *others], "ladder": [{**step, "percent": 60}, *steps]}),
        )
    ]
    cast.session.commit()
    admin = visit("barat", "admin")
    options, hours, promise = (words(admin.get(f"/admin/changes/{one.id}?lang=en")) for one in made if one)
    assert "ways of working › Days in which a finished report can be opened again 14 21" in options
    assert "ways of working › Months that it is kept › Names, addresses and numbers" in options
    assert "verified first" not in options
    assert "hours and holidays › hours › Monday 07:30-16:00 08:00-15:00" in hours
    assert "Tuesday" not in hours
    assert "The first answer: 2 working hours" in promise
    assert "The work" not in promise
    assert "60 percent of a promise: whoever has it" in promise
    file = admin.get("/admin/changes.csv?lang=en").get_data(as_text=True)
    assert "hours and holidays › hours › Monday,07:30-16:00,08:00-15:00" in file
    for code in ("reopen_days", "working_minutes", "next_level"):
        assert code not in options + hours + promise + file
