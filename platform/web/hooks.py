"""What message providers call: signed, without cookies; the contract stands in docs/messages.md."""

import json

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from messages import delivery, hook
from messages.delivery import Fate
from tenants.errors import Invalid, Unavailable
from web.access import Anyone, allows
from web.context import office, settings
from web.metrics import HOOKS

MOST_REPORTS = 1_000

blueprint = Blueprint("hooks", __name__)


@blueprint.post("/hooks/deliveries")
@allows(Anyone, national=True)
def deliveries() -> ResponseReturnValue:
    """What became of messages: `{"reports": [{"id", "fate", "reason"?}]}`. 202 also where an id is none of ours."""
    _take()
    try:
        reports = [_report(one) for one in json.loads(request.data)["reports"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Invalid(_("Send a list of reports, each with its id and its fate.")) from None
    if len(reports) > MOST_REPORTS:
        raise Invalid(_("At most %(most)s reports in one call.", most=MOST_REPORTS))
    for key, fate, reason in reports:
        known = delivery.report(g.session, office().queue, key, fate, reason, g.now)
        HOOKS.labels("deliveries", fate.value if known else "unknown").inc()
    return "", 202


def _report(one: dict[str, str]) -> tuple[str, Fate, str]:
    """(key, fate, reason). id: the key, or the Message-ID that holds it."""
    key = str(one["id"]).strip().strip("<>").partition("@")[0]
    return key, Fate(one["fate"]), str(one.get("reason", ""))


def _take() -> None:
    """Only what our provider has signed, lately and for the first time."""
    secret = settings().hooks_secret
    if secret is None:
        raise Unavailable(_("HOOKS_SECRET isn't set, so no provider is believed."))
    headers = (request.headers.get("X-Aduan-Timestamp", ""), request.headers.get("X-Aduan-Signature", ""))
    hook.take(g.session, secret, *headers, request.get_data(cache=True), g.now)
