"""What message providers call: signed, without cookies; the contract stands in docs/messages.md."""

import base64
import json

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from complaints.reporters import replying
from messages import delivery, hook, inbound
from messages.delivery import Fate
from tenants.errors import Invalid, Unavailable
from web.access import Anyone, allows
from web.context import office, settings
from web.metrics import HOOKS

MOST_REPORTS = 1_000
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""How JSON that isn't what the contract says comes to light."""

blueprint = Blueprint("hooks", __name__)


@blueprint.post("/hooks/deliveries")
@allows(Anyone, national=True)
def deliveries() -> ResponseReturnValue:
    """What became of messages: `{"reports": [{"id", "fate", "reason"?}]}`. 202 also where an id is none of ours."""
    _take()
    try:
        reports = [_report(one) for one in json.loads(request.data)["reports"]]
    except UNREADABLE:
        raise Invalid(_("Send a list of reports, each with its id and its fate.")) from None
    if len(reports) > MOST_REPORTS:
        raise Invalid(_("At most %(most)s reports in one call.", most=MOST_REPORTS))
    for key, fate, reason in reports:
        known = delivery.report(g.session, office().queue, key, fate, reason, g.now)
        HOOKS.labels("deliveries", fate.value if known else "unknown").inc()
    return "", 202


@blueprint.post("/hooks/replies")
@allows(Anyone, national=True)
def replies() -> ResponseReturnValue:
    """A reply by mail or WhatsApp, as docs/messages.md says.

    202 also for what isn't addressed to anybody of ours: nothing is stored then, and it is counted.
    """
    _take()
    try:
        document = json.loads(request.data)
        landed = _mail(document) if document["channel"] == "email" else _whatsapp(document)
    except UNREADABLE:
        raise Invalid(_("Send a reply as the contract says.")) from None
    HOOKS.labels("replies", landed).inc()
    return "", 202


def _mail(document: dict[str, str]) -> str:
    raw = base64.b64decode(document["raw"], validate=True)
    mail = inbound.read_mail(raw)
    if mail.automatic or not mail.message_id:
        return "automatic"
    to = f"{document.get('to', '')} {mail.to}"
    return replying.from_mail(g.session, office(), to, mail.message_id, mail.words, mail.pictures, g.now)


def _whatsapp(document: dict[str, str]) -> str:
    words = inbound.own_words(document["text"])
    sender, answers, message_id = (str(document[name]) for name in ("from", "answers", "id"))
    return replying.from_phone(g.session, office(), sender, answers, message_id, words, g.now)


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
