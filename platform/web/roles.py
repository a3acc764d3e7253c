"""Roles and what they may do, in words: the one table of `people/permissions.py`, told."""

from flask_babel import gettext as _

from people.permissions import PERMISSIONS, Permission, Role

SHOWN = (Role.PARTNER, Role.OFFICER, Role.SUPERVISOR, Role.ADMIN)
"""The roles of staff, from the one that may least."""


def role_name(role: str) -> str:
    """The word of a role."""
    return {
        Role.RESIDENT: _("Resident"),
        Role.PARTNER: _("Partner"),
        Role.OFFICER: _("Officer"),
        Role.SUPERVISOR: _("Supervisor"),
        Role.ADMIN: _("Administrator"),
        Role.OPERATOR: _("Operator of the platform"),
    }[Role(role)]


def role_words(role: str) -> str:
    """A role in a sentence, for whoever chooses one."""
    return {
        Role.RESIDENT: _("Reports, and follows reports."),
        Role.PARTNER: _("Of a body outside the government: sees only what it was given, never the reporter."),
        Role.OFFICER: _("Does the work of their agency, and sees the public reports of the city."),
        Role.SUPERVISOR: _("Sees all agencies, validates and rejects, and hears of what is late."),
        Role.ADMIN: _("Also changes the settings, and lets people in."),
        Role.OPERATOR: _("Here for the time of an entry that is on record."),
    }[Role(role)]


def permission_words(permission: Permission) -> str:
    """What a permission allows, in words; "" for those that no role of a city has."""
    return {
        Permission.SEE_CONSOLE: _("Open the console"),
        Permission.HANDLE: _("Handle the reports of their agency"),
        Permission.RESOLVE: _("Finish a report"),
        Permission.SEE_CITY: _("See the city's public reports"),
        Permission.SEE_REPORTER: _("See how a reporter can be reached"),
        Permission.ASSIGN: _("Assign a report to an agency or a person"),
        Permission.HAND_OVER: _("Hand a report over to another city"),
        Permission.MERGE: _("Merge reports of the same thing"),
        Permission.SEE_FIGURES: _("See the figures"),
        Permission.REPORT_FOR: _("Write a report down for somebody"),
        Permission.SEE_ALL_AGENCIES: _("See and handle the reports of all agencies"),
        Permission.SEE_RESTRICTED: _("See restricted reports"),
        Permission.SEE_READS: _("See who has read private reports"),
        Permission.VALIDATE: _("Validate finished work"),
        Permission.REJECT: _("Reject a report"),
        Permission.LEAD_INCIDENTS: _("Lead an incident"),
        Permission.CONFIGURE: _("Change the settings and let people in"),
        Permission.REVEAL_REPORTER: _("Open the name of an anonymous reporter, with a reason on record"),
    }.get(permission, "")


def may_do(role: str) -> list[str]:
    """What a role may do, in words, in the order of the table."""
    return [permission_words(one) for one in _told() if one in PERMISSIONS[Role(role)]]


def table() -> list[tuple[str, list[bool]]]:
    """(what, whether each role of SHOWN may): the table of permissions."""
    return [(permission_words(one), [one in PERMISSIONS[role] for role in SHOWN]) for one in _told()]


def _told() -> list[Permission]:
    """The permissions that roles have, what many may first."""
    held = [one for one in Permission if any(one in granted for granted in PERMISSIONS.values())]
    return sorted(held, key=lambda one: -sum(one in granted for granted in PERMISSIONS.values()))
