"""The agencies of a city: their tree, the editor of one, and its end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from complaints.audience.agency_address import address_of
from complaints.rules.rulebook import AgencyEntry, Rulebook
from configuration import agencies, calendars
from configuration.agencies import Draft
from configuration.editing import Stale
from configuration.faults import Faults
from people import seats
from people.deputyship import stand_ins
from people.permissions import Permission
from people.seat import Seat, SeatAgency
from people.standing_in import day_in
from tenants.agency import Agency, AgencyArea
from tenants.errors import Conflict, Invalid, NotFound
from tenants.tenant import in_language
from web.access import allows
from web.admin.clash import clash
from web.context import office, words
from web.errors import sentence
from web.saving import author, looked_at, saved
from web.staff.viewer import menu
from web.tongues import tongue

MOST = 300
"""Lines of the list; more are found by searching."""
MOST_TICKS = 60
"""More areas than these are written, a line each, not ticked."""
MOST_SHOWN = 100

blueprint = Blueprint("admin_agencies", __name__)


@dataclass(frozen=True)
class Line:
    """One agency in the list. depth: 0 at the top. instead: who gets its reports while nobody works there.

    mailed: whether it has an address to which they go.
    """

    entry: AgencyEntry
    depth: int
    people: int
    categories: int
    instead: str
    mailed: bool
    above: str


@blueprint.get("/admin/agencies")
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """The tree; or those whose name or code has the words."""
    book = office().rulebooks.of(g.session, g.tenant)
    wanted = request.args.get("q", "").strip()
    found = list(_found(book, wanted) if wanted else _tree(book))
    return render_template(
        "admin/agencies.html",
        menu=menu(),
        asked=wanted,
        lines=_lines(book, found[:MOST]),
        more=max(0, len(found) - MOST),
        count=len(book.agencies),
        unstaffed=sum(not one.staffed for one in book.agencies.values()),
        draggable=not wanted,
    )


@blueprint.get("/admin/agencies/new")
@allows(Permission.CONFIGURE, tenant=True)
def new() -> ResponseReturnValue:
    """The form of an agency that isn't there yet."""
    return _form(None, {"parent": request.args.get("parent", "")}, [])


@blueprint.post("/admin/agencies")
@allows(Permission.CONFIGURE, tenant=True)
def add() -> ResponseReturnValue:
    """Save a new agency."""
    try:
        draft = _draft()
        code = agencies.free_code(g.session, draft.name)
        row = agencies.add(g.session, draft, code=code, author=author(), now=g.now)
    except Invalid as error:
        g.session.rollback()
        return _form(None, request.form, request.form.getlist("areas"), error=error), 422
    return saved(f"/admin/agencies/{row.id}")


@blueprint.get("/admin/agencies/<uuid:agency_id>")
@allows(Permission.CONFIGURE, tenant=True)
def one(agency_id: UUID) -> ResponseReturnValue:
    """An agency as it stands: its form, who works there, what it gets."""
    row = agencies.one(g.session, agency_id)
    return _form(row, _typed_of(row), _areas_of(row))


@blueprint.post("/admin/agencies/<uuid:agency_id>")
@allows(Permission.CONFIGURE, tenant=True)
def change(agency_id: UUID) -> ResponseReturnValue:
    """Save an agency."""
    row = agencies.one(g.session, agency_id)
    typed = request.form.getlist("areas")
    try:
        agencies.change(g.session, row, _draft(), author=author(), now=g.now, expected_version=looked_at())
    except Stale as error:
        return _form(row, request.form, typed, stale=error), 409
    except Invalid as error:
        g.session.rollback()
        return _form(agencies.one(g.session, agency_id), request.form, typed, error=error), 422
    return saved(f"/admin/agencies/{row.id}")


@blueprint.post("/admin/agencies/<uuid:agency_id>/parent")
@allows(Permission.CONFIGURE, tenant=True)
def move(agency_id: UUID) -> ResponseReturnValue:
    """Put it under another agency, as when it is dragged there; an empty parent is the top."""
    row = agencies.one(g.session, agency_id)
    agencies.move(g.session, row, _id(request.form.get("parent", "")), author=author(), now=g.now)
    return saved("/admin/agencies")


@blueprint.get("/admin/agencies/<uuid:agency_id>/ending")
@allows(Permission.CONFIGURE, tenant=True)
def ending(agency_id: UUID) -> ResponseReturnValue:
    """What ends with it, and the question where its open reports go."""
    return _ending(agencies.one(g.session, agency_id), "", with_people=True, errors={})


@blueprint.post("/admin/agencies/<uuid:agency_id>/ending")
@allows(Permission.CONFIGURE, tenant=True)
def end(agency_id: UUID) -> ResponseReturnValue:
    """End it; what it had goes to another."""
    row = agencies.one(g.session, agency_id)
    to, with_people = request.form.get("to", ""), "people" in request.form
    try:
        agencies.end(
            g.session,
            office(),
            g.tenant,
            row,
            to_id=_id(to),
            with_people=with_people,
            author=author(),
            now=g.now,
            expected_version=looked_at(),
        )
    except (Invalid, Conflict) as error:
        g.session.rollback()
        row, errors = agencies.one(g.session, agency_id), {error.field or "": sentence(error)}
        return _ending(row, to, with_people=with_people, errors=errors), 422
    return saved("/admin/agencies", ended=words(row.name))


def _tree(book: Rulebook) -> Iterator[tuple[AgencyEntry, int]]:
    """Every agency beneath its parent, with its depth, in the order of the city."""
    below: dict[UUID | None, list[AgencyEntry]] = {}
    for entry in book.agencies.values():
        below.setdefault(entry.parent_id if entry.parent_id in book.agencies else None, []).append(entry)

    def walk(parent: UUID | None, depth: int) -> Iterator[tuple[AgencyEntry, int]]:
        for entry in below.get(parent, []):
            yield entry, depth
            yield from walk(entry.id, depth + 1)

    return walk(None, 0)


def _found(book: Rulebook, wanted: str) -> Iterator[tuple[AgencyEntry, int]]:
    parts = wanted.casefold().split()
    for entry in book.agencies.values():
        said = " ".join([entry.code, *entry.name.values()]).casefold()
        if all(part in said for part in parts):
            yield entry, 0


def _lines(book: Rulebook, found: Sequence[tuple[AgencyEntry, int]]) -> list[Line]:
    counted = select(SeatAgency.agency_id, func.count()).join(
        Seat, (Seat.tenant_id == SeatAgency.tenant_id) & (Seat.id == SeatAgency.seat_id)
    )
    people = dict(g.session.execute(counted.where(Seat.ended_at.is_(None)).group_by(SeatAgency.agency_id)).all())
    categories: dict[UUID, set[UUID]] = {}
    for (category_id, _area_id), agency_id in book.assignments.items():
        categories.setdefault(agency_id, set()).add(category_id)
    return [
        Line(
            entry=entry,
            depth=depth,
            people=people.get(entry.id, 0),
            categories=len(categories.get(entry.id, ())),
            instead=_instead(book, entry),
            mailed=bool(address_of(entry, office().ways)),
            above=_name(book, entry.parent_id),
        )
        for entry, depth in found
    ]


def _name(book: Rulebook, agency_id: UUID | None) -> str:
    entry = book.agencies.get(agency_id) if agency_id is not None else None
    return words(entry.name) if entry is not None else ""


def _instead(book: Rulebook, entry: AgencyEntry) -> str:
    """Who gets its reports while nobody works there; "" where it gets them itself."""
    instead = book.stand_in(entry.id)
    return words(instead.name) if instead.id != entry.id else ""


def _draft() -> Draft:
    """What the form says. Raises Faults for areas and people that can't be found."""
    book, form = office().rulebooks.of(g.session, g.tenant), request.form
    wrong: dict[str, Invalid] = {}
    area_ids: list[UUID] = []
    for written in (line.strip() for given in form.getlist("areas") for line in given.splitlines()):
        fitting = [
            area.id
            for area in book.areas.values()
            if written and (area.code == written or written.casefold() in (n.casefold() for n in area.name.values()))
        ]
        if len(fitting) == 1:
            area_ids += fitting
        elif written:
            wrong["areas"] = (
                Invalid("There are several areas called “%(name)s”. Write the code of the one you mean.", name=written)
                if fitting
                else Invalid("There is no area “%(name)s”. Write a name or a code of the city's list.", name=written)
            )
    if wrong:
        raise Faults(wrong)
    return Draft(
        name={language: form.get(f"name-{language}", "") for language in g.tenant.languages},
        parent_id=_id(form.get("parent", "")),
        partner="partner" in form,
        email=form.get("email", ""),
        phone=form.get("phone", ""),
        area_ids=area_ids,
        head_id=_id(form.get("head", "")),
        calendar_id=_id(form.get("calendar", "")),
    )


def _id(written: str) -> UUID | None:
    try:
        return UUID(written) if written else None
    except ValueError:
        raise Invalid(_("This form is incomplete. Please open the page anew.")) from None


def _typed_of(row: Agency) -> dict[str, str]:
    """An agency as the form's controls hold it."""
    return {
        **{f"name-{language}": row.name.get(language, "") for language in g.tenant.languages},
        "parent": str(row.parent_id or ""),
        "email": row.email or "",
        "phone": row.phone or "",
        "head": str(row.head_id or ""),
        "calendar": str(row.calendar_id or ""),
        **({"partner": "yes"} if row.partner else {}),
    }


def _areas_of(row: Agency) -> list[str]:
    book = office().rulebooks.of(g.session, g.tenant)
    ids = g.session.scalars(select(AgencyArea.area_id).where(AgencyArea.agency_id == row.id))
    return sorted(book.areas[one].code for one in ids if one in book.areas)


def _form(
    row: Agency | None,
    typed: Mapping[str, str],
    areas: Sequence[str],
    *,
    error: Invalid | None = None,
    stale: Stale | None = None,
) -> str:
    book = office().rulebooks.of(g.session, g.tenant)
    entry = book.agencies.get(row.id) if row is not None else None
    below = set(book.agencies_down(row.id)) if row is not None else set()
    members = seats.members_of(g.session, row.id) if row is not None else []
    if row is not None and row.head_id is not None and row.head_id not in {one.seat_id for one in members}:
        members = [*members, seats.Member(row.head_id, seats.name_of(g.session, row.head_id))]
    held = _held(book, row.id) if row is not None else []
    absent = stand_ins(g.session, [one.seat_id for one in members[:MOST_SHOWN]], day_in(g.tenant.time_zone, g.now))
    return render_template(
        "admin/agency.html",
        menu=menu(),
        row=row,
        version=request.form.get("version") if error is not None else (row.version if row is not None else ""),
        typed=typed,
        chosen=areas,
        errors=_errors(error),
        clash=clash(stale, typed, _named(book, _typed_of(row))) if stale is not None and row is not None else None,
        written_in=[(language, tongue(language, g.language)) for language in g.tenant.languages],
        parents=[
            (str(one.id), f"{'– ' * depth}{words(one.name)}") for one, depth in _tree(book) if one.id not in below
        ],
        ticks=[(one.code, words(one.name)) for one in book.areas.values()] if len(book.areas) <= MOST_TICKS else None,
        tied=[words(one.name) for one in map(book.area_of_code, areas[:MOST_SHOWN]) if one is not None],
        members=members[:MOST_SHOWN],
        away={one.absent.seat_id: one for one in absent},
        calendars=_calendars(),
        heads=[(str(one.seat_id), one.name) for one in members],
        member_count=len(members),
        held=held[:MOST_SHOWN],
        held_count=len(held),
        instead=_instead(book, entry) if entry is not None else "",
        staffed=entry.staffed if entry is not None else True,
        mailed=bool(address_of(entry, office().ways)),
    )


def _named(book: Rulebook, typed: Mapping[str, str]) -> dict[str, str]:
    """The same with names where the controls hold ids, for whoever compares."""
    parent, head, kept = typed["parent"], typed["head"], typed["calendar"]
    return {
        **typed,
        "parent": _name(book, UUID(parent)) if parent else "",
        "head": seats.name_of(g.session, UUID(head)) if head else "",
        "calendar": dict(_calendars()).get(kept, ""),
        "partner": typed.get("partner", ""),
    }


def _calendars() -> list[tuple[str, str]]:
    return [(str(row.id), words(row.name) or row.code) for row in calendars.every(g.session)]


def _errors(error: Invalid | None) -> dict[str, str]:
    """Sentences by the ids of the form's controls."""
    if error is None:
        return {}
    found = error.by_field if isinstance(error, Faults) else {error.field or "": error}
    return {
        f"name-{g.tenant.languages[0]}" if field == "name" else field: sentence(one) for field, one in found.items()
    }


def _held(book: Rulebook, agency_id: UUID) -> list[tuple[str, str]]:
    """(category, where) of all that is assigned to it, by name."""
    found = []
    for (category_id, area_id), owner in book.assignments.items():
        category = book.category_by_id(category_id)
        if owner == agency_id and category is not None:
            area = book.areas.get(area_id) if area_id else None
            found.append((words(category.name), words(area.name) if area else _("The whole city")))
    return sorted(found)


def _ending(row: Agency, to: str, *, with_people: bool, errors: Mapping[str, str]) -> str:
    book = office().rulebooks.of(g.session, g.tenant)
    if row.id not in book.agencies:
        raise NotFound("There is no such agency here.")
    above = [one for one in book.agencies_up(row.id) if one != row.id]
    return render_template(
        "admin/agency_ending.html",
        menu=menu(),
        row=row,
        name=in_language(row.name, g.language, list(g.tenant.languages)),
        left=agencies.left_by(g.session, book, row),
        most=agencies.MOST_COUNTED,
        to=to or (str(above[0]) if above else ""),
        others=[
            ("", _("Choose")),
            *((str(one.id), f"{'– ' * depth}{words(one.name)}") for one, depth in _tree(book) if one.id != row.id),
        ],
        with_people=with_people,
        errors=errors,
    )
