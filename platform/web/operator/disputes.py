"""What two cities have passed to and fro: the operator sees both sides, and decides who keeps it, with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from complaints.rules.dispute import Dispute
from complaints.transfers import arbitration
from complaints.transfers.arbitration import Case
from people.permissions import Permission
from tenants.errors import N_, Invalid
from tenants.locate import Decision
from web.access import allows
from web.context import office, settings, words
from web.errors import status_of
from web.explain import explanation
from web.forms import MENDABLE, Form, Text, refused
from web.operator.menu import city_name, menu
from web.statuses import Shown, shown_to_officials

blueprint = Blueprint("operator_disputes", __name__)

SAID = {
    "hand_over": N_("%(city)s handed it over to %(other)s"),
    "return": N_("%(city)s returned it to %(other)s"),
    "dispute": N_("%(city)s says that it belongs to %(other)s"),
}


class DecisionForm(Form):
    """The slug of the city that keeps it, and why."""

    keeper = Text()
    reason = Text()


@dataclass(frozen=True)
class Line:
    """One dispute in the list. kept_by: the city that keeps it, "" while nobody has decided."""

    id: UUID
    reference: str
    holder: str
    other: str
    raised_at: datetime
    kept_by: str
    decided_at: datetime | None


@dataclass(frozen=True)
class Step:
    """One step of the quarrel in words. said: the reason, "" once it was erased."""

    sentence: str
    at: datetime
    said: str


@blueprint.get("/operator/disputes")
@allows(Permission.OPERATE, national=True)
def page() -> ResponseReturnValue:
    """Those that wait, and the latest that were decided."""
    return render_template(
        "operator/disputes.html",
        menu=menu(),
        here="disputes",
        waiting=[_line(one) for one in arbitration.disputes(g.session, decided=False)],
        decided=[_line(one) for one in arbitration.disputes(g.session, decided=True)],
    )


@blueprint.get("/operator/disputes/<uuid:dispute_id>")
@allows(Permission.OPERATE, national=True)
def one(dispute_id: UUID) -> ResponseReturnValue:
    """Both sides, the place, and the form of the decision."""
    return _page(dispute_id)


@blueprint.post("/operator/disputes/<uuid:dispute_id>/decision")
@allows(Permission.OPERATE, national=True)
def decide(dispute_id: UUID) -> ResponseReturnValue:
    """Say whose it is."""
    said, by = DecisionForm().load(request.form), current_user.account.id
    chosen = office().directory.by_slug.get(said["keeper"])
    try:
        if chosen is None:
            raise Invalid("Choose which of the two cities keeps it.", field="keeper")
        reason = said["reason"]
        arbitration.decide(g.session, office(), dispute_id, chosen.id, account_id=by, reason=reason, now=g.now)
    except MENDABLE as error:
        return _page(dispute_id, refused(error)), status_of(error)
    return redirect(f"/operator/disputes/{dispute_id}", 303)


def _page(dispute_id: UUID, errors: dict[str, str] | None = None) -> str:
    case = arbitration.case(g.session, office(), dispute_id)
    return render_template(
        "operator/dispute.html",
        menu=menu(),
        here="disputes",
        case=case,
        holder=city_name(case.holder),
        other=city_name(case.other),
        line=_line(case.dispute),
        category=words(case.category) or _("A category that has ended"),
        shown=_status(case),
        ground=_ground(case),
        steps=_steps(case),
        typed=request.form,
        errors=errors or {},
        tiles=settings().map_tiles_url or "",
    )


def _line(dispute: Dispute) -> Line:
    return Line(
        id=dispute.id,
        reference=dispute.reference,
        holder=_name(dispute.holder_tenant_id),
        other=_name(dispute.other_tenant_id),
        raised_at=dispute.raised_at,
        kept_by=_name(dispute.keeper_tenant_id) if dispute.keeper_tenant_id else "",
        decided_at=dispute.decided_at,
    )


def _name(tenant_id: UUID) -> str:
    card = office().directory.by_id.get(tenant_id)
    return city_name(card) if card else _("a city that has left")


def _status(case: Case) -> Shown:
    return shown_to_officials(case.status)


def _ground(case: Case) -> str:
    """What the map of boundaries says about the point today."""
    if case.lon is None or case.lat is None:
        return _("This report has no place.")
    decision = office().directory.index.locate(case.lon, case.lat, at=g.now)
    return explanation(decision) if isinstance(decision, Decision) else ""


def _steps(case: Case) -> Sequence[Step]:
    """From the first pass on; each was made by the city that had it then."""
    steps, holder_id = [], None
    for row in case.passes:
        other_id = row.to_tenant_id
        if holder_id is None:
            holder_id = case.holder.id if other_id == case.other.id else case.other.id
        values = {"city": _name(holder_id), "other": _name(other_id)}
        steps.append(Step(_(SAID[row.move]) % values, row.at, row.reason or ""))
        holder_id = holder_id if row.move == "dispute" else other_id
    return steps
