"""One table from roles to permissions."""

import pytest

from people.permissions import PERMISSIONS, Permission, Role, may

EXPECTED = {
    Permission.OWN: set(),
    Permission.OPERATE: set(),
    Permission.SEE_CONSOLE: {Role.PARTNER, Role.OFFICER, Role.SUPERVISOR, Role.ADMIN, Role.OPERATOR},
    Permission.SEE_CITY: {Role.OFFICER, Role.SUPERVISOR, Role.ADMIN, Role.OPERATOR},
    Permission.SEE_REPORTER: {Role.OFFICER, Role.SUPERVISOR, Role.ADMIN},
    Permission.SEE_ALL_AGENCIES: {Role.SUPERVISOR, Role.ADMIN},
    Permission.SEE_RESTRICTED: {Role.SUPERVISOR, Role.ADMIN},
    Permission.SEE_FIGURES: {Role.OFFICER, Role.SUPERVISOR, Role.ADMIN},
    Permission.REPORT_FOR: {Role.OFFICER, Role.SUPERVISOR, Role.ADMIN},
    Permission.ASSIGN: {Role.OFFICER, Role.SUPERVISOR, Role.ADMIN},
    Permission.HANDLE: {Role.PARTNER, Role.OFFICER, Role.SUPERVISOR, Role.ADMIN},
    Permission.RESOLVE: {Role.PARTNER, Role.OFFICER, Role.SUPERVISOR, Role.ADMIN},
    Permission.VALIDATE: {Role.SUPERVISOR, Role.ADMIN},
    Permission.REJECT: {Role.SUPERVISOR, Role.ADMIN},
    Permission.MERGE: {Role.OFFICER, Role.SUPERVISOR, Role.ADMIN},
    Permission.LEAD_INCIDENTS: {Role.SUPERVISOR, Role.ADMIN},
    Permission.HAND_OVER: {Role.OFFICER, Role.SUPERVISOR, Role.ADMIN},
    Permission.CONFIGURE: {Role.ADMIN, Role.OPERATOR},
    Permission.REVEAL_REPORTER: {Role.ADMIN},
    Permission.SEE_READS: {Role.SUPERVISOR, Role.ADMIN},
}


def test_the_table_is_this() -> None:
    found = {permission: {role for role in Role if may(role, permission)} for permission in Permission}
    assert found == EXPECTED


def test_every_role_is_in_the_table_and_a_resident_holds_nothing() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert PERMISSIONS[Role.RESIDENT] == frozenset()


def test_what_is_the_reporters_or_the_operators_is_held_by_no_role() -> None:
    for permissions in PERMISSIONS.values():
        assert not permissions & {Permission.OWN, Permission.OPERATE}


def test_an_unknown_role_is_an_error_and_not_a_no() -> None:
    with pytest.raises(ValueError, match="is not a valid Role"):
        may("mayor", Permission.ASSIGN)
