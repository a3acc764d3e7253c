"""Proposals of the catalogue: the operator sees all and decides about what is free, each city about its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import shapely
from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_login import current_user

from onboarding.boundaries import acceptance, border_asking, border_question, difference
from onboarding.boundaries.difference import CatalogueDifference, State
from onboarding.boundaries.edition import Kind
from onboarding.boundaries.neighbours import ground_of
from people.permissions import Permission
from tenants.catalogue import Municipality, current_code
from tenants.errors import N_, AduanError, Invalid, NotFound
from tenants.ground_map import GroundMap, Layer, ground_map
from web.access import allows
from web.context import commit_and_know, office
from web.effective_day import from_day
from web.errors import sentence, status_of
from web.operator.menu import menu as operators_menu
from web.saving import author
from web.staff.viewer import menu as staff_menu

KINDS = {
    Kind.CODE: N_("another code"),
    Kind.NAME: N_("another name or type"),
    Kind.OUTLINE: N_("another outline"),
    Kind.NEW: N_("new municipality"),
    Kind.ENDED: N_("ended or merged"),
}
STATES = {
    State.OPEN: N_("undecided"),
    State.ACCEPTED: N_("accepted"),
    State.DECLINED: N_("declined"),
    State.SUPERSEDED: N_("superseded"),
}
WORDS = {
    "code": N_("Code"),
    "name": N_("Name"),
    "type": N_("Type"),
    "province_code": N_("Code of the province"),
    "province_name": N_("Province"),
}

blueprint = Blueprint("catalogue_proposals", __name__)


@dataclass(frozen=True)
class Line:
    """A proposal in words. city: the name of the city that decides, empty for the operator."""

    row: CatalogueDifference
    kind: str
    state: str
    city: str
    words: Sequence[tuple[str, str, str]]


@blueprint.get("/operator/catalogue")
@allows(Permission.OPERATE, national=True)
def listed() -> ResponseReturnValue:
    """All proposals of one state, by code."""
    asked = request.args.get("state", State.OPEN.value)
    state = State(asked) if asked in list(State) else State.OPEN
    searched = request.args.get("q", "").strip()[:100]
    rows, more = difference.listed(g.session, state, searched, _after(request.args.get("after", "")))
    last = f"{rows[-1].code}/{rows[-1].id}" if more else ""
    kept = {"state": state.value} | ({"q": searched} if searched else {})
    return render_template(
        "operator/catalogue.html",
        menu=operators_menu(),
        here="catalogue",
        lines=[_line(row) for row in rows],
        state=state.value,
        states=[(one.value, _(name)) for one, name in STATES.items()],
        searched=searched,
        free=difference.waiting(g.session, None),
        done=request.args.get("done", type=int),
        next_url=f"/operator/catalogue?{urlencode({**kept, 'after': last})}" if last else "",
        in_figures=format_decimal,
    )


@blueprint.post("/operator/catalogue/acceptance")
@allows(Permission.OPERATE, national=True)
def accept_free() -> ResponseReturnValue:
    """Let all hold that no city decides about."""
    done = acceptance.accept_all(g.session, office(), by=current_user.account.id, now=g.now)
    commit_and_know()
    return redirect(f"/operator/catalogue?state={State.ACCEPTED}&done={done}", 303)


@blueprint.get("/operator/catalogue/<uuid:difference_id>")
@allows(Permission.OPERATE, national=True)
def of_operator(difference_id: UUID) -> ResponseReturnValue:
    """One of them, with the map."""
    return _one(difference_id, None, {}, None)


@blueprint.post("/operator/catalogue/<uuid:difference_id>/decision")
@allows(Permission.OPERATE, national=True)
def decide_above(difference_id: UUID) -> ResponseReturnValue:
    """The operator decides about what no city holds."""
    return _decided(difference_id, None, f"/operator/catalogue/{difference_id}")


@blueprint.get("/admin/borders/proposals/<uuid:difference_id>")
@allows(Permission.CONFIGURE, tenant=True)
def of_city(difference_id: UUID) -> ResponseReturnValue:
    """One about this city: what differs, what would move, and whom it touches."""
    return _one(difference_id, g.tenant.id, {}, None)


@blueprint.post("/admin/borders/proposals/<uuid:difference_id>/decision")
@allows(Permission.CONFIGURE, tenant=True)
def decide(difference_id: UUID) -> ResponseReturnValue:
    """The city accepts from a day on, or declines."""
    return _decided(difference_id, g.tenant.id, f"/admin/borders/proposals/{difference_id}")


def lines_of(city_id: UUID) -> list[Line]:
    """A city's proposals for its page of borders."""
    return [_line(row) for row in difference.of_city(g.session, city_id)]


def note_for(city_id: UUID) -> tuple[str, str] | None:
    """(sentence, address) for the settings' first page while something waits."""
    count = difference.waiting(g.session, city_id)
    if not count:
        return None
    said = ngettext(
        "The official catalogue proposes a change of your boundary, name or code.",
        "The official catalogue proposes %(num)s changes of your boundary, name or code.",
        count,
    )
    return said, "/admin/borders"


def _decided(difference_id: UUID, city_id: UUID | None, back: str) -> ResponseReturnValue:
    typed = {name: request.form.get(name, "") for name in ("decision", "why", "on", "looked_at")}
    try:
        row = difference.locked(g.session, difference_id, typed["looked_at"], city_id=city_id)
        if typed["decision"] == "decline":
            difference.decline(row, typed["why"], current_user.account.id, g.now)
            g.session.flush()
            border_asking.take_back(g.session)
            difference.reopen_waiting(g.session, row)
        elif typed["decision"] == "accept":
            acceptance.accept(
                g.session,
                office(),
                row,
                by=current_user.account.id,
                now=g.now,
                effective_at=from_day(typed["on"]) if city_id else None,
                author=author() if city_id else None,
            )
        else:
            raise Invalid("Choose whether to accept or to decline.", field="decision")
        g.session.flush()
    except NotFound:
        raise
    except AduanError as error:
        g.session.rollback()
        if current_user.seat is not None:
            g.session.refresh(current_user.seat)  # the page enters other cities, which forgets what isn't loaded
        return _one(difference_id, city_id, typed, error)
    commit_and_know()
    return redirect(back, 303)


def _one(
    difference_id: UUID, city_id: UUID | None, typed: dict[str, str], error: AduanError | None
) -> ResponseReturnValue:
    row = difference.one(g.session, difference_id, city_id=city_id)
    own = row.city_id is not None and row.kind == Kind.OUTLINE and row.state == State.OPEN
    values: dict[str, Any] = {
        "line": _line(row),
        "drawn": _drawn(row),
        "affected": acceptance.affected(g.session, office(), row, g.now) if own else None,
        "questions": _questions(row) if own else [],
        "typed": typed,
        "errors": {error.field or "": sentence(error)} if error else {},
        "may_decide": row.state == State.OPEN and row.city_id == city_id,
        "today": g.now.astimezone(ZoneInfo(g.tenant.time_zone)).date() if city_id else None,
        "in_figures": format_decimal,
    }
    template = "operator/catalogue_proposal.html" if city_id is None else "onboarding/proposal.html"
    values |= {"menu": operators_menu(), "here": "catalogue"} if city_id is None else {"menu": staff_menu()}
    return render_template(template, **values), status_of(error) if error else 200


def _questions(row: CatalogueDifference) -> list[tuple[str, str, float]]:
    """(neighbour, the state of its word, m²) of those who were asked about this outline."""
    if row.city_id is None:
        return []
    by_id = office().directory.by_id
    found = [one for one in border_question.of_tenant(g.session, row.city_id) if one.difference_id == row.id]
    return [
        (card.name.get("id", card.slug), one.state, one.overlap_m2)
        for one in found
        if (card := by_id.get(one.other_id)) is not None
    ]


def _drawn(row: CatalogueDifference) -> GroundMap | None:
    """The ground as it is, with what comes and what goes; of a new or an ended municipality its own."""
    if row.outline is None:
        return None
    outline = shapely.from_wkb(row.outline)
    present = None
    if row.city_id is not None and row.state == State.OPEN:
        own = ground_of(g.session, row.city_id)
        present = own.shape if own is not None else None
    elif row.state == State.OPEN and row.kind == Kind.OUTLINE:
        municipality = g.session.get(Municipality, current_code(g.session, row.code))
        present = shapely.from_wkb(municipality.outline) if municipality and municipality.outline else None
    if present is None:
        return ground_map([Layer("city", [outline])])
    gained, lost = outline.difference(present), present.difference(outline)
    return ground_map([Layer("city", [present]), Layer("bare", [gained]), Layer("out", [lost])])


def _line(row: CatalogueDifference) -> Line:
    card = office().directory.by_id.get(row.city_id) if row.city_id else None
    keys = [key for key in WORDS if key in row.before or key in row.after]
    return Line(
        row,
        _(KINDS[Kind(row.kind)]),
        _(STATES[State(row.state)]),
        card.name.get(g.language) or card.name.get("id", card.slug) if card is not None else "",
        [(_(WORDS[key]), row.before.get(key, ""), row.after.get(key, "")) for key in keys],
    )


def _after(text: str) -> tuple[str, UUID] | None:
    code, _slash, last_id = text.partition("/")
    try:
        return (code[:20], UUID(last_id)) if code else None
    except ValueError:
        return None
