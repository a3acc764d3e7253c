"""Who stands in for somebody, and for whom they do: one room, for the person themself and for an administrator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import g, render_template, request

from configuration import deputies
from people import deputyship
from people.deputyship import Deputyship
from people.seat import Seat
from people.standing_in import day_in, not_passed_on
from tenants.errors import N_
from web.forms import MENDABLE, Day, Form, Id, Text, refused
from web.roles import permission_words
from web.saving import author
from web.staff.names import names_of
from web.staff.viewer import menu


class DeputyForm(Form):
    """From which day until which, and who stands in: of the list, or by their address."""

    from_on = Day()
    until_on = Day()
    deputy = Id(N_("Choose somebody who works here."))
    email = Text()


@dataclass(frozen=True)
class Absence:
    """One stretch of days. other: who stands in, or for whom. missing: what they may not do there, in words.

    both_away: whether whoever stands in is away themself on some of these days.
    """

    id: UUID
    other: str
    from_on: date
    until_on: date
    runs: bool
    missing: Sequence[str]
    both_away: bool


@dataclass(frozen=True)
class Room:
    """away: when the person is away, and who stands in. stands_in: for whom they do."""

    away: Sequence[Absence]
    stands_in: Sequence[Absence]
    today: date


def today() -> date:
    """The day that it is in the city of the page."""
    return day_in(g.tenant.time_zone, g.now)


def room_of(seat: Seat) -> Room:
    """What there is to show of a seat."""
    rows = deputyship.of_seat(g.session, seat.id, today())
    away, stands_in = ([row for row in rows if (row.seat_id == seat.id) is own] for own in (True, False))
    theirs = {row.deputy_id: deputyship.of_seat(g.session, row.deputy_id, today()) for row in away}
    theirs[seat.id] = rows
    names = names_of(g.session, {one for row in rows for one in (row.seat_id, row.deputy_id)})
    roles = {one: g.session.get_one(Seat, (seat.tenant_id, one)).role for one in theirs}
    return Room(
        [_absence(row, names.get(row.deputy_id, ""), theirs, roles.get(row.deputy_id), seat.role) for row in away],
        [_absence(row, names.get(row.seat_id, ""), theirs, None, "") for row in stands_in],
        today(),
    )


def page(template: str, seat: Seat, path: str, errors: Mapping[str, str] | None = None) -> str:
    """The room as a page, with what was typed and what is wrong with it."""
    return render_template(
        template,
        menu=menu(),
        here="preferences",
        seat=seat,
        room_of=room_of(seat),
        offered=[(str(one.seat_id), one.name) for one in deputies.offered_to(g.session, seat)],
        path=path,
        typed=request.form or {"from_on": today().isoformat()},
        errors=errors or {},
    )


def take(template: str, seat: Seat, path: str) -> str | None:
    """Name the deputy of the form; the page with what is wrong, None where all is well."""
    seat_id = seat.id
    try:
        said = DeputyForm().load(request.form)
        deputy = deputies.colleague(g.session, said.pop("deputy"), said.pop("email"))
        deputies.name(g.session, seat, deputy, **said, today=today(), author=author(), now=g.now)
    except MENDABLE as error:
        named = "email" if request.form.get("email") else "deputy"
        errors = {named if name == "deputy" else name: one for name, one in refused(error).items()}
        return page(template, g.session.get_one(Seat, (g.tenant.id, seat_id)), path, errors)
    return None


def _absence(
    row: Deputyship, other: str, theirs: Mapping[UUID, Sequence[Deputyship]], role: str | None, for_role: str
) -> Absence:
    own = [one for one in theirs.get(row.deputy_id, ()) if one.seat_id == row.deputy_id]
    return Absence(
        id=row.id,
        other=other,
        from_on=row.from_on,
        until_on=row.until_on,
        runs=row.from_on <= today(),
        missing=[said for one in not_passed_on(role, for_role) if (said := permission_words(one))] if role else [],
        both_away=any(one.meets(row.from_on, row.until_on) for one in own),
    )
