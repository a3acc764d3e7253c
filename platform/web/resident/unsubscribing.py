"""Ending messages by the link that they carry: GET shows what would end, POST ends it (RFC 8058).

No cookie is read here: whoever has the link may end these messages, and nothing else.
"""

from uuid import UUID

from flask import Blueprint, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from complaints import ending
from complaints.audience.ending_link import Whose
from complaints.ending import Subscription
from tenants import scope
from web.access import Anyone, allows
from web.context import office
from web.topics import TOPICS

ADDRESS = "/unsubscribe/<any(following, incident, works, alert, report, seat):whose>/<uuid:row_id>/<which>/<token>"

blueprint = Blueprint("unsubscribing", __name__)


@blueprint.get(ADDRESS)
@allows(Anyone)
def page(whose: str, row_id: UUID, which: str, token: str) -> ResponseReturnValue:
    """What would end; nothing changes, since mail programs open links by themselves."""
    with scope.enter(g.session, _tenant_id()):
        found = ending.subscription_of(g.session, office(), Whose(whose), row_id, which, token)
    return _page(found, done=found.ended)


@blueprint.post(ADDRESS)
@allows(Anyone)
def end(whose: str, row_id: UUID, which: str, token: str) -> ResponseReturnValue:
    """End it; a second time too it is ended."""
    with scope.enter(g.session, _tenant_id()):
        found = ending.end(g.session, office(), Whose(whose), row_id, which, token, g.now)
    if request.form.get("List-Unsubscribe") == "One-Click":
        return make_response("", 204)
    return _page(found, done=True)


def _page(found: Subscription, *, done: bool) -> ResponseReturnValue:
    topics = {name: words[0] for name, words in TOPICS.items()}
    body = render_template("resident/unsubscribing.html", found=found, done=done, topics=topics, path=request.path)
    response = make_response(body)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _tenant_id() -> UUID:
    found: UUID = (g.tenant or office().directory.commons).id
    return found
