"""A city that is being set up: its portal and console are real, and open to its own officials only."""

from flask import g, request
from flask_babel import gettext as _
from flask_login import current_user

from people.permissions import Permission, may
from tenants.errors import NotAllowed
from tenants.tenant import Stage
from web.identity import reads_no_cookie

OPEN = (
    "/sign-in",
    "/sign-out",
    "/welcome/",
    "/invitation/",
    "/entry/",
    "/theme.css",
    "/outline.json",
    "/service-worker.js",
    "/static/",
)
"""What anybody may see of it: how its officials come in, and what those pages load. A process may also call a city
closed for some seconds after it went live."""
FILING = ("/report", "/staff/report")
"""Where reports are made: by their point they would go to whoever has that ground today."""
READS = ("GET", "HEAD", "OPTIONS")
LEAVING = (
    "/sign-in",
    "/sign-out",
    "/admin/standing",
    "/report",
    "/api/v1/complaints",
    "/open311/v2/requests",
    "/open311/test/v2/requests",
)
"""Where something may still be sent on the host of a city that is about to be erased; what it has doesn't change by it,
since its archive wouldn't have that."""


def refuse_while_closed() -> None:
    """Raise NotAllowed for strangers at a city in rehearsal, and for reports there that would be real ones."""
    erasing = g.tenant is not None and g.tenant.erasing_at is not None and request.method not in READS
    if erasing and not request.path.startswith(LEAVING):
        raise NotAllowed(_("This city leaves the platform: nothing here can be changed any more."))
    if g.tenant is None or g.tenant.stage != Stage.REHEARSAL or request.path.startswith(OPEN):
        return
    seat = None if reads_no_cookie(request.path) or not current_user.is_authenticated else current_user.seat
    if seat is None or not may(seat.role, Permission.SEE_CONSOLE):
        raise NotAllowed(_("This portal is being set up and opens soon. Its officials sign in here already."))
    if request.method == "POST" and request.path.startswith(FILING):
        raise NotAllowed(_("This city isn't live yet: a report from here would be a real one. Test it in the sign-up."))
