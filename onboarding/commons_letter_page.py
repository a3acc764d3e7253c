"""Ending the letters to a government by the link that they carry: GET shows what would end, POST ends it (RFC 8058)."""

from flask import Blueprint, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from onboarding import commons_letter
from web.access import Anyone, allows
from web.context import office

ADDRESS = "/unsubscribe/commons/<code>/<token>"

blueprint = Blueprint("commons_letter", __name__)


@blueprint.get(ADDRESS)
@allows(Anyone, national=True)
def page(code: str, token: str) -> ResponseReturnValue:
    """What would end; nothing changes, since mail programs open links by themselves."""
    name, ended = commons_letter.name_of(g.session, office(), code, token)
    return _page(name, done=ended)


@blueprint.post(ADDRESS)
@allows(Anyone, national=True)
def end(code: str, token: str) -> ResponseReturnValue:
    """End them; a second time too they are ended."""
    name = commons_letter.end(g.session, office(), code, token, g.now)
    if request.form.get("List-Unsubscribe") == "One-Click":
        return make_response("", 204)
    return _page(name, done=True)


def _page(name: str, *, done: bool) -> ResponseReturnValue:
    response = make_response(render_template("onboarding/commons_letter.html", name=name, done=done, path=request.path))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
