"""The rooms of the settings, in the order of their menu."""

from dataclasses import dataclass

from flask_babel import gettext as _

ORDER = (
    "home",
    "agencies",
    "people",
    "categories",
    "who",
    "rules",
    "calendars",
    "areas",
    "borders",
    "assets",
    "look",
    "texts",
    "notices",
    "options",
    "domains",
    "bundle",
    "standing",
    "changes",
    "messages",
    "plan",
)


@dataclass(frozen=True)
class Room:
    """One entry of the settings' own menu."""

    key: str
    href: str
    name: str


def rooms() -> list[Room]:
    """Every room that there is."""
    found = [
        Room("home", "/admin", _("Overview")),
        Room("look", "/admin/look", _("Look and words")),
        Room("options", "/admin/options", _("Ways of working")),
        Room("texts", "/admin/texts", _("Texts")),
        Room("notices", "/admin/notices", _("Known works")),
        Room("domains", "/admin/domains", _("Domains")),
        Room("bundle", "/admin/bundle", _("Whole configuration")),
        Room("standing", "/admin/standing", _("Pausing and leaving")),
        Room("changes", "/admin/changes", _("Changes")),
        Room("categories", "/admin/categories", _("Categories")),
        Room("areas", "/admin/areas", _("Areas")),
        Room("borders", "/admin/borders", _("Borders")),
        Room("assets", "/admin/assets", _("Objects")),
        Room("rules", "/admin/rules", _("Promises")),
        Room("agencies", "/admin/agencies", _("Agencies")),
        Room("calendars", "/admin/calendars", _("Calendars")),
        Room("people", "/admin/people", _("People")),
        Room("messages", "/admin/messages", _("Messages")),
        Room("plan", "/admin/plan", _("Plan")),
    ]
    return sorted(found, key=lambda room: ORDER.index(room.key) if room.key in ORDER else len(ORDER))
