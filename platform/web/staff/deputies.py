"""While I am away: an official names who stands in for them."""

from uuid import UUID

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from flask_login import current_user

from configuration import deputies
from people.permissions import Permission
from web.access import allows
from web.saving import author, saved
from web.staff.absence import page, take

TEMPLATE = "staff/deputies.html"
PATH = "/staff/deputies"

blueprint = Blueprint("staff_deputies", __name__)


@blueprint.get(PATH)
@allows(Permission.SEE_CONSOLE, tenant=True)
def room() -> ResponseReturnValue:
    """When they are away, who stands in, and for whom they do."""
    return page(TEMPLATE, current_user.seat, PATH)


@blueprint.post(PATH)
@allows(Permission.SEE_CONSOLE, tenant=True)
def name() -> ResponseReturnValue:
    """Let a colleague stand in."""
    refused = take(TEMPLATE, current_user.seat, PATH)
    return (refused, 422) if refused is not None else saved(PATH)


@blueprint.post(f"{PATH}/<uuid:deputyship_id>/ending")
@allows(Permission.SEE_CONSOLE, tenant=True)
def end(deputyship_id: UUID) -> ResponseReturnValue:
    """End it before its last day."""
    deputies.end(g.session, current_user.seat, deputyship_id, author=author(), now=g.now)
    return saved(PATH)
