"""Who sits at the console: what they see, and what their menu holds."""

from dataclasses import dataclass
from typing import Any

from flask import g, request
from flask_babel import gettext as _
from flask_login import current_user

from complaints.viewer import Viewer, viewer_of
from people.permissions import Permission, may
from web.staff.form import version_of


@dataclass(frozen=True)
class Entry:
    """One entry of the menu."""

    key: str
    href: str
    name: str
    icon: str


def viewer() -> Viewer:
    """The signed-in seat as the queue knows it. Only behind a permission of a seat."""
    seat = current_user.seat
    return viewer_of(seat.id, seat.role, current_user.agency_ids, current_user.absent)


def by_hand() -> dict[str, Any]:
    """What a step takes that is made on a page: who makes it, where, when, and which version they were looking at."""
    return {
        "actor": current_user.actor,
        "card": g.tenant,
        "now": g.now,
        "expected_version": version_of(request.form),
    }


def menu() -> list[Entry]:
    """What this seat may open."""
    entries = [
        *([Entry("morning", "/staff/morning", _("Morning"), "calendar")] if _may(Permission.SEE_ALL_AGENCIES) else []),
        Entry("queue", "/staff", _("Queue"), "list"),
        Entry("late", "/staff?tab=late", _("Late"), "clock"),
        Entry("route", "/staff/route", _("Route"), "route"),
        Entry("incidents", "/staff/incidents", _("Incidents"), "alert"),
    ]
    if viewer().agency_ids:
        entries.append(Entry("parts", "/staff/parts", _("Parts"), "people"))
    if g.tenant.options.get("validation") and _may(Permission.VALIDATE):
        entries.append(Entry("validation", "/staff/validation", _("Validation"), "check"))
    if g.tenant.options.get("field_check_percent"):
        entries.append(Entry("checks", "/staff/checks", _("Checks"), "target"))
    if _may(Permission.REPORT_FOR):
        entries.append(Entry("report", "/staff/report", _("Write down"), "phone"))
    if _may(Permission.SEE_FIGURES):
        entries.append(Entry("figures", "/staff/figures", _("Figures"), "chart"))
    if _may(Permission.SEE_READS):
        entries.append(Entry("reads", "/staff/reads", _("Reads"), "eye"))
    if _may(Permission.CONFIGURE):
        entries.append(Entry("settings", "/admin", _("Settings"), "gear"))
    return [*entries, Entry("portal", "/", _("Portal"), "home")]


def _may(permission: Permission) -> bool:
    return may(current_user.seat.role, permission)
