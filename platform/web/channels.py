"""The ways by which reports come in, in words."""

from flask_babel import gettext as _

from complaints.intake import LOGGED


def channel_name(channel: str) -> str:
    """The words of a report's channel; one that isn't known stays as it was written."""
    return {
        "web": _("the portal"),
        "api": _("an app or another system (API)"),
        "open311": _("Open311"),
        "phone": _("telephone"),
        "counter": _("the counter"),
        "letter": _("letter"),
        "social": _("social media"),
        LOGGED: _("written down after the work"),
    }.get(channel, channel)
