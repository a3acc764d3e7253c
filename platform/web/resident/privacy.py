"""`/privacy`: what is kept of people, why and until when. A test holds its rows to the registry of personal data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from complaints.reporters import retention
from web.access import Anyone, allows

blueprint = Blueprint("privacy", __name__)


@dataclass(frozen=True)
class Kept:
    """what is kept, why, and until: sentences. columns: those of the registry that this is about."""

    what: str
    why: str
    until: str
    columns: tuple[tuple[str, str], ...]


@blueprint.get("/privacy")
@allows(Anyone)
def privacy() -> ResponseReturnValue:
    """In plain words."""
    return render_template("resident/privacy.html", kept=kept(g.tenant.options if g.tenant else {}))


@blueprint.get("/imprint")
@allows(Anyone, tenant=True)
def imprint() -> ResponseReturnValue:
    """Who answers for these pages, in the city's own words."""
    return render_template("resident/imprint.html")


def kept(options: Mapping[str, Any]) -> list[Kept]:
    """What is kept of residents, with a city's own periods."""
    months = retention.months_of(options)
    return [
        Kept(
            _("Your name, e-mail address or telephone number, if you gave them"),
            _("To answer you. Only the officials who handle the report see them; nothing of it is published."),
            _months(months["contacts"]),
            (("contacts", "name"), ("contacts", "email"), ("contacts", "phone")),
        ),
        Kept(
            _("What you wrote, the place in your words, and your answers to questions about it"),
            _("So that it can be put right. Of a public report everybody can read the description and the place."),
            _months(months["remarks"]),
            (("remarks", "body"), ("remarks", "place"), ("remarks", "answers")),
        ),
        Kept(
            _("Your photos, and where they were taken if they say so"),
            _("To find the place and to see what was done. What is published is drawn anew and says nothing of where."),
            _months(months["evidence"]),
            (("evidence", "lon"), ("evidence", "lat")),
        ),
        Kept(
            _("Your e-mail address, if you follow a report of somebody else"),
            _("To tell you how it ends. No official sees it, and it isn't passed on to another city."),
            _("Until you stop following, or 90 days after the report is closed"),
            (("followers", "email"), ("incident_followers", "email"), ("works_followers", "email")),
        ),
        Kept(
            _("If you asked to hear of new reports: your e-mail address, and the place to some hundred metres"),
            _("To tell you of them once a day. No official sees it."),
            _("Until you end it"),
            (("alerts", "email"), ("alerts", "lon"), ("alerts", "lat")),
        ),
        Kept(
            _("The messages that we sent you"),
            _("So that each is sent once, and a failed one again."),
            _("90 days after it was sent"),
            (
                ("messages", "destination"),
                ("messages", "subject"),
                ("messages", "body"),
                ("messages", "link"),
                ("messages", "unsubscribe_url"),
            ),
        ),
        Kept(
            _("If you asked for a daily digest: where it goes, and what it tells"),
            _("So that you hear of everything once, in one message."),
            _("7 days after it was told"),
            (
                ("digest_lines", "destination"),
                ("digest_lines", "subject"),
                ("digest_lines", "link"),
                ("digest_lines", "manage_url"),
                ("digest_lines", "unsubscribe_url"),
            ),
        ),
        Kept(
            _("If you allowed notifications: the address that your browser gave for them, and its keys"),
            _("So that they reach your device, sealed so that only it can read them."),
            _("Until you take the device off"),
            (
                ("push_subscriptions", "endpoint"),
                ("push_subscriptions", "endpoint_hash"),
                ("push_subscriptions", "p256dh"),
                ("push_subscriptions", "auth"),
            ),
        ),
        Kept(
            _("Addresses and numbers that take no messages: a code made of each, and its last characters"),
            _("So that we don't write there again."),
            _("While it holds"),
            (("destinations", "address_hash"), ("destinations", "hint")),
        ),
        Kept(
            _("If you have an account: your name, e-mail address, telephone number, and your password, sealed"),
            _("So that you can sign in and find your reports."),
            _("As long as the account exists"),
            (
                ("accounts", "email"),
                ("accounts", "name"),
                ("accounts", "phone"),
                ("identities", "value"),
                ("accounts", "password_hash"),
                ("second_factors", "sealed"),
            ),
        ),
        Kept(
            _("If you made passkeys: their public keys, and what you called them"),
            _("So that they sign you in. What unlocks them stays in your device."),
            _("Until you remove them"),
            (("passkeys", "credential_id"), ("passkeys", "public_key"), ("passkeys", "name")),
        ),
        Kept(
            _("The kind of device that you signed in with"),
            _("So that you recognise your own sign-ins."),
            _("90 days"),
            (("sign_ins", "agent"),),
        ),
    ]


def _months(count: int) -> str:
    return ngettext("%(num)s month after the report is closed", "%(num)s months after the report is closed", count)
