"""What an official hears of, when, and at which hours not at all: theirs to choose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from marshmallow import fields

from messages import preferences, push
from messages.letter import Channel
from messages.preferences import DIGEST_AT, OFFICIALS, How
from messages.push import Whose
from people import preference
from people.permissions import Permission
from tenants.errors import N_, NotFound
from web.access import allows
from web.context import office
from web.device import DeviceForm
from web.errors import status_of
from web.forms import MENDABLE, Form, Text, refused
from web.staff.viewer import menu
from web.topics import TOPICS

HOWS = {
    How.AT_ONCE: N_("At once"),
    How.DIGEST: N_("In the daily digest"),
    How.NEVER: N_("Never"),
}

blueprint = Blueprint("staff_preferences", __name__)


class PreferencesForm(Form):
    """When. quiet: "own" or "city". push: the topics of which devices are notified."""

    quiet = Text()
    quiet_from = Text()
    quiet_until = Text()
    digest_at = Text()
    push = fields.List(Text())


TopicsForm = Form.from_dict({name: Text() for name in OFFICIALS})
"""How they hear of each topic."""


@dataclass(frozen=True)
class Line:
    """One topic on the page. offers: (value, words). fixed: whether it can't be switched off."""

    key: str
    name: str
    words: str
    offers: list[tuple[str, str]]
    chosen: str
    fixed: bool


@blueprint.get("/staff/preferences")
@allows(Permission.SEE_CONSOLE, tenant=True)
def form() -> ResponseReturnValue:
    """What is chosen now."""
    own = preference.preference_of(g.session, current_user.seat.id)
    usual = preferences.quiet_hours(g.tenant.options)
    values = {
        "quiet": "own" if own and own.quiet_from is not None else "city",
        "quiet_from": (own and own.quiet_from) or usual[0],
        "quiet_until": (own and own.quiet_until) or usual[1],
        "digest_at": (own and own.digest_at) or _usual_digest(),
    }
    choices = own.choices if own else {}
    chosen = {
        name: preferences.how(OFFICIALS, choices, topic.events[0], Channel.EMAIL) for name, topic in OFFICIALS.items()
    }
    pushed = [name for name, topic in OFFICIALS.items() if preferences.pushes(OFFICIALS, choices, topic.events[0])]
    return _page(values, chosen, pushed, {}, saved="saved" in request.args)


@blueprint.post("/staff/preferences")
@allows(Permission.SEE_CONSOLE, tenant=True)
def save() -> ResponseReturnValue:
    """Keep what was chosen."""
    said, chosen = PreferencesForm().load(request.form), TopicsForm().load(request.form)
    digest_at = said["digest_at"] or _usual_digest()
    try:
        preference.choose(
            g.session,
            office().queue,
            g.tenant,
            current_user.seat.id,
            {name: _ways(how, pushed=name in said["push"]) for name, how in chosen.items()},
            quiet=(said["quiet_from"], said["quiet_until"]) if said["quiet"] == "own" else None,
            digest_at=None if digest_at == _usual_digest() else digest_at,
            now=g.now,
        )
    except MENDABLE as error:
        return _page(said, chosen, said["push"], refused(error)), status_of(error)
    return redirect("/staff/preferences?saved=1", 303)


@blueprint.post("/staff/push")
@allows(Permission.SEE_CONSOLE, tenant=True)
def add_device() -> ResponseReturnValue:
    """Notify this official on the browser that asks."""
    if office().push_key is None:
        raise NotFound(_("This platform sends no notifications."))
    push.subscribe(
        g.session,
        Whose.SEAT,
        current_user.seat.id,
        **DeviceForm().load(request.form),
        language=g.language,
        now=g.now,
        also_here=office().push_also_here,
    )
    return "", 204


@blueprint.post("/staff/push/removal")
@allows(Permission.SEE_CONSOLE, tenant=True)
def take_devices_off() -> ResponseReturnValue:
    """Notify this official on no browser, or not on the one that is named."""
    push.unsubscribe(g.session, current_user.seat.id, request.form.get("endpoint"))
    return redirect("/staff/preferences#on-this-device", 303)


def _ways(how: str, *, pushed: bool) -> dict[str, str]:
    """What is chosen for one topic; devices are left as they are where there are no notifications."""
    mail = {Channel.EMAIL.value: how}
    return mail | {Channel.PUSH.value: How.AT_ONCE if pushed else How.NEVER} if office().push_key else mail


def _page(
    values: Mapping[str, str],
    chosen: Mapping[str, str],
    pushed: Sequence[str],
    errors: Mapping[str, str],
    *,
    saved: bool = False,
) -> str:
    lines = [
        Line(
            key=name,
            name=_(TOPICS[name][0]),
            words=_(TOPICS[name][1]),
            offers=[(how.value, _(HOWS[how])) for how in topic.offers],
            chosen=chosen[name],
            fixed=not topic.can_be_silent,
        )
        for name, topic in OFFICIALS.items()
    ]
    return render_template(
        "staff/preferences.html",
        menu=menu(),
        here="preferences",
        lines=lines,
        values=values,
        errors=errors,
        saved=saved,
        usual=preferences.quiet_hours(g.tenant.options),
        address=current_user.account.email,
        push_key=office().push_key,
        pushable=[(line.key, line.name) for line in lines],
        pushed=pushed,
        devices=len(push.devices_of(g.session, [current_user.seat.id])),
    )


def _usual_digest() -> str:
    found: str = g.tenant.options.get("digest_at", DIGEST_AT)
    return found
