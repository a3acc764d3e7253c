"""What every form of the settings does: who saves, which version they had looked at, and where they go on."""

from urllib.parse import urlencode

from flask import g, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from configuration.editing import Author
from tenants.errors import Invalid
from tenants.tenant import Tenant
from web.context import commit_and_know


def author() -> Author:
    """The signed-in seat, as the ledger names it. Only behind a permission of a seat."""
    return Author(current_user.seat.id)


def own_city() -> Tenant:
    """The row of the host's city, which the settings of the whole city are read from."""
    tenant: Tenant = g.session.get_one(Tenant, g.tenant.id)
    return tenant


def looked_at() -> int:
    """The version that the form was drawn from; every form of an existing row carries it. Raises Invalid."""
    try:
        return int(request.form.get("version", ""))
    except ValueError:
        raise Invalid(_("This form is incomplete. Please open the page anew.")) from None


def saved(path: str, **more: str) -> Response:
    """Commit, let this process know the new rules at once, and go on to a page that says that it was saved."""
    commit_and_know()
    page, mark, place = path.partition("#")
    return redirect(f"{page}?{urlencode({'saved': '1', **more})}{mark}{place}", 303)
