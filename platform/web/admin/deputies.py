"""Who stands in for somebody of the city: named by an administrator for them."""

from uuid import UUID

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from configuration import deputies, staff
from people.permissions import Permission
from web.access import allows
from web.saving import author, saved
from web.staff.absence import page, take

TEMPLATE = "admin/deputies.html"

blueprint = Blueprint("admin_deputies", __name__)


@blueprint.get("/admin/people/<uuid:seat_id>/deputies")
@allows(Permission.CONFIGURE, tenant=True)
def room(seat_id: UUID) -> ResponseReturnValue:
    """When they are away, who stands in, and for whom they do."""
    return page(TEMPLATE, staff.one(g.session, seat_id), _path(seat_id))


@blueprint.post("/admin/people/<uuid:seat_id>/deputies")
@allows(Permission.CONFIGURE, tenant=True)
def name(seat_id: UUID) -> ResponseReturnValue:
    """Let a colleague stand in for them."""
    refused = take(TEMPLATE, staff.one(g.session, seat_id), _path(seat_id))
    return (refused, 422) if refused is not None else saved(_path(seat_id))


@blueprint.post("/admin/people/<uuid:seat_id>/deputies/<uuid:deputyship_id>/ending")
@allows(Permission.CONFIGURE, tenant=True)
def end(seat_id: UUID, deputyship_id: UUID) -> ResponseReturnValue:
    """End it before its last day."""
    deputies.end(g.session, staff.one(g.session, seat_id), deputyship_id, author=author(), now=g.now)
    return saved(_path(seat_id))


def _path(seat_id: UUID) -> str:
    return f"/admin/people/{seat_id}/deputies"
