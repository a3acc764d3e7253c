"""The question at the foot of every page of the settings, to those who run the platform."""

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from people import help_request
from people.permissions import Permission
from tenants.errors import AduanError
from web.access import allows
from web.errors import sentence, status_of
from web.staff.viewer import menu

blueprint = Blueprint("admin_help", __name__)


@blueprint.post("/admin/help")
@allows(Permission.CONFIGURE, tenant=True)
def ask() -> ResponseReturnValue:
    """Put the question, and go back to the page that it was asked on."""
    question, asked_on = request.form.get("question", ""), request.form.get("page", "")
    page = asked_on if asked_on == "/admin" or asked_on.startswith("/admin/") else "/admin"
    try:
        help_request.ask(
            g.session,
            tenant_id=g.tenant.id,
            account_id=current_user.account.id,
            page=page,
            question=question,
            language=g.language,
            now=g.now,
        )
    except AduanError as error:
        g.session.rollback()
        asked = {"question": question, "page": page, "errors": {error.field or "": sentence(error)}}
        return render_template("admin/help.html", menu=menu(), helping=asked), status_of(error)
    return redirect(f"{page.split('?')[0]}?asked=1", 303)
