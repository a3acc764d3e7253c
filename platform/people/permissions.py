"""Who may do what: one table from roles to permissions. Code asks for a permission, never for a role."""

from enum import StrEnum


class Role(StrEnum):
    """What an account is in a tenant. A resident is one of the reporters, with an account.

    A partner (PLN, PDAM, Telkom) is outside the government and sees what its agency was given, without the reporter.
    An operator of the platform is in a city for the time of a recorded entry only, and never sees who reported.
    """

    RESIDENT = "resident"
    PARTNER = "partner"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    OPERATOR = "operator"


class Permission(StrEnum):
    """What can be asked for. OWN is the reporter's, held by the secret link and never by a role."""

    OWN = "own"
    SEE_CONSOLE = "see_console"
    SEE_CITY = "see_city"
    SEE_REPORTER = "see_reporter"
    SEE_ALL_AGENCIES = "see_all_agencies"
    SEE_RESTRICTED = "see_restricted"
    SEE_FIGURES = "see_figures"
    REPORT_FOR = "report_for"
    ASSIGN = "assign"
    HANDLE = "handle"
    RESOLVE = "resolve"
    VALIDATE = "validate"
    REJECT = "reject"
    MERGE = "merge"
    LEAD_INCIDENTS = "lead_incidents"
    HAND_OVER = "hand_over"
    CONFIGURE = "configure"
    REVEAL_REPORTER = "reveal_reporter"
    SEE_READS = "see_reads"
    OPERATE = "operate"


_PARTNER = {Permission.SEE_CONSOLE, Permission.HANDLE, Permission.RESOLVE}
_OFFICER = _PARTNER | {
    Permission.SEE_CITY,
    Permission.SEE_REPORTER,
    Permission.ASSIGN,
    Permission.HAND_OVER,
    Permission.MERGE,
    Permission.SEE_FIGURES,
    Permission.REPORT_FOR,
}
_SUPERVISOR = _OFFICER | {
    Permission.SEE_ALL_AGENCIES,
    Permission.SEE_RESTRICTED,
    Permission.SEE_READS,
    Permission.VALIDATE,
    Permission.REJECT,
    Permission.LEAD_INCIDENTS,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.RESIDENT: frozenset(),
    Role.PARTNER: frozenset(_PARTNER),
    Role.OFFICER: frozenset(_OFFICER),
    Role.SUPERVISOR: frozenset(_SUPERVISOR),
    Role.ADMIN: frozenset(_SUPERVISOR | {Permission.CONFIGURE, Permission.REVEAL_REPORTER}),
    Role.OPERATOR: frozenset({Permission.SEE_CONSOLE, Permission.SEE_CITY, Permission.CONFIGURE}),
}


def may(role: str, permission: Permission) -> bool:
    """Whether a role holds a permission."""
    return permission in PERMISSIONS[Role(role)]
