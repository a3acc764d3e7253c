"""Borders: the same page for the city that is being set up, for its neighbour and for the operator."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_login import current_user

from onboarding import opening
from onboarding.boundaries import border, border_asking, border_comparison, border_question
from onboarding.boundaries.border import Sketch
from onboarding.boundaries.border_comparison import Compared
from onboarding.boundaries.border_question import BorderQuestion
from onboarding.boundaries.difference_page import lines_of
from onboarding.boundaries.neighbours import ground_of
from onboarding.claim import Claim
from onboarding.signup.steps import needs_claim, page
from people.permissions import Permission
from tenants.errors import AduanError, NotFound
from tenants.tenant import Stage, Tenant, in_language
from web.access import allows
from web.context import commit_and_know, office
from web.errors import sentence, status_of
from web.operator.menu import menu as operators_menu
from web.staff.viewer import menu as staff_menu

blueprint = Blueprint("borders", __name__)


@dataclass(frozen=True)
class Shown:
    """One border with its drawing."""

    compared: Compared
    sketch: Sketch | None


@dataclass(frozen=True)
class Line:
    """A question in a list. city: that is being set up."""

    row: BorderQuestion
    city: str
    other: str


@blueprint.get("/signup/borders")
@needs_claim
def of_claim(claim: Claim) -> ResponseReturnValue:
    """Every border of the city that is being set up that isn't one clean line."""
    if claim.tenant_id is None:
        return redirect("/signup", 303)
    own = ground_of(g.session, claim.tenant_id)
    found = border_comparison.compared(g.session, office(), claim.tenant_id, g.now)
    return page("live", "borders", claim, borders=[_shown(one, own.shape) for one in found] if own else [])


@blueprint.post("/signup/borders")
@needs_claim
def ask(claim: Claim) -> ResponseReturnValue:
    """Ask the neighbours who haven't been asked about the ground as it is now."""
    if claim.tenant_id is not None:
        border_asking.ask(g.session, office(), claim.tenant_id, g.now)
    return redirect("/signup/borders", 303)


@blueprint.get("/admin/borders")
@allows(Permission.CONFIGURE, tenant=True)
def of_city() -> ResponseReturnValue:
    """What the catalogue proposes about this city, its own borders while it is set up, and questions about them."""
    rows = border_question.about(g.session, g.tenant.id)
    own = ground_of(g.session, g.tenant.id) if g.tenant.stage == Stage.REHEARSAL else None
    coming = border_comparison.compared(g.session, office(), g.tenant.id, g.now) if own else []
    return render_template(
        "onboarding/border_list.html",
        menu=staff_menu(),
        lines=[_line(row) for row in rows],
        proposals=lines_of(g.tenant.id),
        coming=[_shown(one, own.shape) for one in coming] if own else [],
        in_figures=format_decimal,
    )


@blueprint.get("/admin/borders/<uuid:question_id>")
@allows(Permission.CONFIGURE, tenant=True)
def of_neighbour(question_id: UUID) -> ResponseReturnValue:
    """One of them, with the map."""
    return _one(question_id, g.tenant.id, {}, None)


@blueprint.post("/admin/borders/<uuid:question_id>/decision")
@allows(Permission.CONFIGURE, tenant=True)
def decide(question_id: UUID) -> ResponseReturnValue:
    """The neighbour consents or refuses."""
    return _decided(question_id, g.tenant.id, f"/admin/borders/{question_id}")


@blueprint.get("/operator/borders")
@allows(Permission.OPERATE, national=True)
def listed() -> ResponseReturnValue:
    """All questions, those that wait first."""
    rows = border_question.listed(g.session)
    lines = [_line(row) for row in rows]
    return render_template("operator/borders.html", menu=operators_menu(), here="borders", lines=lines)


@blueprint.get("/operator/borders/<uuid:question_id>")
@allows(Permission.OPERATE, national=True)
def of_operator(question_id: UUID) -> ResponseReturnValue:
    """One of them, with the map."""
    return _one(question_id, None, {}, None)


@blueprint.post("/operator/borders/<uuid:question_id>/decision")
@allows(Permission.OPERATE, national=True)
def decide_above(question_id: UUID) -> ResponseReturnValue:
    """The operator decides in the neighbour's place."""
    return _decided(question_id, None, f"/operator/borders/{question_id}")


def _decided(question_id: UUID, neighbour_id: UUID | None, back: str) -> ResponseReturnValue:
    typed = {name: request.form.get(name, "") for name in ("decision", "why", "looked_at")}
    agrees = typed["decision"] == "agree"
    city_id = border_question.one(g.session, question_id, side=neighbour_id).tenant_id
    try:
        border_asking.decide(
            g.session,
            office(),
            question_id,
            agree=agrees,
            why=typed["why"],
            looked_at=typed["looked_at"],
            by=current_user.account.id,
            neighbour_id=neighbour_id,
            now=g.now,
        )
        opened = opening.open_agreed(g.session, office(), g.now, only=city_id) if agrees else []
    except NotFound:
        raise
    except AduanError as error:
        g.session.rollback()
        if current_user.seat is not None:
            g.session.refresh(current_user.seat)  # the page enters other cities, which forgets what isn't loaded
        return _one(question_id, neighbour_id, typed, error)
    if opened:
        commit_and_know()
    return redirect(back, 303)


def _one(question_id: UUID, side: UUID | None, typed: dict[str, str], error: AduanError | None) -> ResponseReturnValue:
    question = border_question.one(g.session, question_id, side=side)
    line, shown = _line(question), None
    own = border_question.proposed_by(g.session, question) or ground_of(g.session, question.tenant_id)
    with suppress(NotFound):  # the ground may have been mended since
        shown = _shown(border_comparison.one_border(g.session, office(), question, g.now), own.shape) if own else None
    values: dict[str, Any] = {
        "line": line,
        "one": shown,
        "typed": typed,
        "errors": {error.field or "": sentence(error)} if error else {},
        "may_decide": border_question.is_to_decide(question, side),
        "in_figures": format_decimal,
    }
    template = "operator/border.html" if side is None else "onboarding/border.html"
    values |= {"menu": operators_menu(), "here": "borders"} if side is None else {"menu": staff_menu()}
    return render_template(template, **values), status_of(error) if error else 200


def _shown(one: Compared, own: Any) -> Shown:
    return Shown(one, border.sketch(own, one.neighbour.ground, one.border))


def _line(row: BorderQuestion) -> Line:
    return Line(row, _name(row.tenant_id), _name(row.other_id))


def _name(tenant_id: UUID) -> str:
    tenant = g.session.get(Tenant, tenant_id)
    return in_language(tenant.name, g.language, tenant.languages) if tenant else _("a city that has left")
