"""Who may call a route: every route says so, `@allows(Anyone)` included; a test walks the map and fails on silence."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from people import second_factor
from people.permissions import Permission, may
from people.seat import Mode
from tenants.errors import NotAllowed, NotFound

LEAVING = ("/sign-out", "/entry/ending")
NEVER = (
    "/admin/people",
    "/admin/invitations",
    "/admin/bundle",
    "/admin/help",
    "/admin/standing",
    "/admin/plan",
    "/admin/borders",
)
"""What no operator does in a city, whatever their entry: let people in or out, bring a whole configuration, take all
that residents wrote along, pause the city, bind it by money or by a border."""

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


class Anyone:
    """Nobody need be signed in."""


class SignedIn:
    """Any account, whatever its seats."""


Access = Permission | type[Anyone] | type[SignedIn]


def allows(access: Access, *, national: bool = False, tenant: bool = False) -> Callable[[View], View]:
    """Mark a view with who may call it, and hold it to that.

    national, tenant: it exists on that kind of host only (404 on the other); neither: on both. A permission other than
    OPERATE is held by a seat in the host's tenant; a page that needs a sign-in leads to it.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def held(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            if (national and g.tenant is not None) or (tenant and g.tenant is None):
                raise NotFound(_("There is no such page here."))
            refusal = _refusal(access)
            return refusal if refusal is not None else view(*args, **kwargs)

        held.access = access  # type: ignore[attr-defined]  # read by the walker
        return held  # type: ignore[return-value]  # the wrapped view, with its own arguments

    return mark


def _keep_to_the_entry(access: Access) -> None:
    """Raise NotAllowed where an operator who has entered a city would change more than their entry says."""
    entry = current_user.entry
    if entry is None or request.method in ("GET", "HEAD") or request.path in LEAVING:
        return
    configures = entry.mode == Mode.CONFIGURE and access is Permission.CONFIGURE
    if not configures or request.path.startswith(NEVER):
        raise NotAllowed(_("Your entry doesn't reach so far: you are a guest here, and the city's people decide this."))


def _refusal(access: Access) -> Response | None:
    if access is Anyone:
        return None
    if not current_user.is_authenticated:
        if request.method == "GET":
            return redirect(f"/sign-in?{urlencode({'next': request.full_path.rstrip('?')})}", 303)
        raise NotAllowed(_("Please sign in first."))
    _keep_to_the_entry(access)
    if access is SignedIn:
        return None
    if access is Permission.OPERATE:
        if not current_user.account.is_operator:
            raise NotFound(_("There is no such page here."))
        return None
    seat = current_user.seat
    if seat is None or not isinstance(access, Permission) or not may(seat.role, access):
        raise NotAllowed(_("Your account has no access to this page in this city."))
    if current_user.running.proved_at is None and second_factor.demanded(g.tenant.options, seat.role):
        if request.method == "GET":
            return redirect("/account/security", 303)
        raise NotAllowed(_("Your city asks for a second step when you sign in. Please set it up first."))
    return None
