"""Each role may do what the one table says, wherever it asks: page, step, bulk, verb. Made from the tables themselves,
so that a new permission, move or route is covered without a word here.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.routing import Rule

from complaints import bulk, handling
from complaints.carried import Carried
from complaints.workflow import MOVES, WITH_A_VERB, Need, Status
from people.permissions import PERMISSIONS, Permission, Role, may
from tenants.errors import NotAllowed
from tests.cast import Cast, Visitor
from tests.complaints.moving import STEPS
from tests.web.staff.ground import lately
from web.staff.moves import OFFERED

Visit = Callable[..., Visitor]
PARTS = {"part_done", "part_refused", "part_dropped"}
"""Made on the page of a part of a report, whose own tests ask for each."""
OF_ONE_OFFICIAL = "/staff/kept/"
"""What was written offline is sent by whoever wrote it and by nobody else, whatever their role."""
NO_ID = "00000000-0000-4000-8000-000000000000"
PEOPLE = {
    Role.RESIDENT: "resident",
    Role.PARTNER: "colleague",
    Role.OFFICER: "officer",
    Role.SUPERVISOR: "supervisor",
    Role.ADMIN: "admin",
}
"""Who has which role here; the colleague is made a partner."""
BY_HAND = {
    name: (status, move)
    for (status, name), move in reversed(MOVES.items())
    if move.permission not in (None, Permission.OWN)
}
"""A status from which each can be made."""


@pytest.fixture
def everybody(cast: Cast, visit: Visit) -> dict[Role, Visitor]:
    cast.enter("barat")
    cast.session.execute(text("UPDATE seats SET role = 'partner' WHERE name = 'Colleague Kota Barat'"))
    cast.session.commit()
    return {role: visit("barat", person) for role, person in PEOPLE.items()}


def test_every_role_of_the_table_has_somebody() -> None:
    assert set(PEOPLE) | {Role.OPERATOR} == set(PERMISSIONS) == set(Role), "an operator's is lent for an hour"


@pytest.mark.slow
def test_every_route_behind_a_permission_opens_to_the_roles_that_hold_it_and_to_no_other(
    app: Flask, everybody: dict[Role, Visitor]
) -> None:
    wrong = []
    asked: set[Permission] = set()
    for method, path, permission in _behind_a_permission(app):
        asked.add(permission)
        for role, visitor in everybody.items():
            answer = visitor.open(path, method=method, follow_redirects=False)
            answer.close()  # a stream that isn't read keeps its request open
            opened = answer.status_code != 403
            if opened != may(role, permission):
                wrong.append((method, path, str(permission), str(role), answer.status_code))
    assert wrong == []
    assert Permission.SEE_CONSOLE in asked
    assert Permission.REVEAL_REPORTER in asked


def _behind_a_permission(app: Flask) -> Iterator[tuple[str, str, Permission]]:
    """(method, path with ids of nothing, permission) of each route of a city that asks for one of a seat."""
    for rule in app.url_map.iter_rules():
        access = getattr(app.view_functions[rule.endpoint], "access", None)
        if not isinstance(access, Permission) or access is Permission.OPERATE or rule.rule.startswith(OF_ONE_OFFICIAL):
            continue
        for method in (rule.methods or set()) & {"GET", "POST"}:
            yield method, _path(rule), access


def _path(rule: Rule) -> str:
    values: dict[str, Any] = {}
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        if kind == "AnyConverter":
            values[name] = sorted(converter.items)[0]
        else:
            values[name] = UUID(NO_ID) if kind == "UUIDConverter" else 1 if kind == "IntegerConverter" else "x"
    built = rule.build(values)
    assert built is not None
    return built[1]


def test_the_api_reads_no_cookie_and_so_asks_for_no_permission_of_a_seat(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(("/api/", "/open311/")):
            assert not isinstance(getattr(app.view_functions[rule.endpoint], "access", None), Permission), rule


@pytest.mark.parametrize("name", sorted(BY_HAND))
def test_every_move_by_hand_is_for_the_roles_that_hold_its_permission(cast: Cast, name: str) -> None:
    status, move = BY_HAND[name]
    cast.enter("barat")
    cast.session.execute(text("UPDATE seats SET role = 'partner' WHERE name = 'Colleague Kota Barat'"))
    cast.session.commit()
    complaint_id = cast.complaint(now=lately(hours=1))
    card = replace(cast.city("barat"), options={**cast.city("barat").options, **STEPS, "pause_approval": True})
    if name == "resolve":
        card = cast.city("barat")
    for role, person in PEOPLE.items():
        actor = cast.actor("barat", person)
        complaint = cast.read("barat", complaint_id)
        cast.session.expunge(complaint)
        complaint.status = status
        carried = Carried(words=dict.fromkeys(Need, "Kata."), detail={})
        refused = None
        try:
            handling.admit(cast.session, cast.office, complaint, name, actor=actor, card=card, carried=carried)
        except NotAllowed as error:
            refused = str(error.message)
        except Exception:
            pass
        cast.session.rollback()
        assert move.permission is not None
        assert (refused == "Your role doesn't allow this step.") is not may(role, move.permission), (role, refused)


@pytest.mark.parametrize("name", sorted(set(OFFERED) & {name for (at, name) in MOVES if at is Status.RECEIVED}))
def test_the_page_of_every_move_opens_to_the_roles_that_hold_its_permission(
    cast: Cast, everybody: dict[Role, Visitor], name: str
) -> None:
    move = MOVES[Status.RECEIVED, name]
    if move.step is not None or (name in WITH_A_VERB and name != "correct"):
        pytest.skip("an optional step, which another test switches on")
    complaint_id = cast.complaint(now=lately(hours=1))
    for role, visitor in everybody.items():
        answer = visitor.get(f"/staff/complaints/{complaint_id}/{OFFERED[name].resource}")
        assert move.permission is not None
        assert (answer.status_code != 403) is may(role, move.permission), (role, answer.status_code)


@pytest.mark.parametrize("name", bulk.BULK)
def test_in_bulk_it_is_the_same(cast: Cast, everybody: dict[Role, Visitor], name: str) -> None:
    _status, move = BY_HAND[name]
    complaint_id = cast.complaint(now=lately(hours=1))
    for role, visitor in everybody.items():
        answer = visitor.post("/staff/selection", data={"move": name, "chosen": f"{complaint_id}~0"})
        assert move.permission is not None
        assert (answer.status_code != 403) is may(role, move.permission), (role, answer.status_code)
        offered = f'value="{name}"' in visitor.get("/staff?tab=all").text
        assert offered is (may(role, move.permission) and move.step is None), role


def test_every_move_by_hand_has_a_form_of_its_own(app: Flask) -> None:
    """A new move of the table without a page is noticed here."""
    routes = app.url_map.bind("barat.localhost", url_scheme="http")
    page = f"/staff/complaints/{NO_ID}"
    verdict = f"/staff/checks/{NO_ID}/verdict"
    elsewhere = {
        "undo": f"{page}/undoing",
        "dispute": f"{page}/hand-over",
        "disagree": f"{page}/coordination",
        "settle": f"{page}/assignment",
        "check": verdict,
        "overturn": verdict,
        "delegate": f"{page}/crews",
        "recall": f"{page}/crews/{NO_ID}/recall",
        "return_work": f"{page}/crews/{NO_ID}/return",
        "split": f"{page}/parts",
        "show_added": f"{page}/additions/1/showing",
        "leave_added": f"{page}/additions/1/leaving",
    }
    for name in sorted(set(BY_HAND) - PARTS):
        path = f"{page}/{OFFERED[name].resource}" if name in OFFERED else elsewhere.get(name)
        assert path is not None, f"{name} is offered nowhere"
        assert routes.test(path, "POST"), name


@pytest.mark.parametrize(("name", "resource"), [
    ("answer", "answer"), ("confirm", "confirmation"), ("reopen", "reopening"), ("resend", "resending"),
    ("withdraw", "withdrawal"), ("reword", "words"), ("hide", "privacy"), ("thank", "thanks"),
])  # fmt: skip
def test_every_move_of_the_reporters_has_one_too(app: Flask, name: str, resource: str) -> None:
    routes = app.url_map.bind("barat.localhost", url_scheme="http")
    assert name in {one for (_status, one), move in MOVES.items() if move.permission is Permission.OWN}
    assert routes.test(f"/complaints/BRT-0000-0000/manage/x/{resource}", "POST")


def test_no_move_of_the_reporters_is_forgotten() -> None:
    own = {one for (_status, one), move in MOVES.items() if move.permission is Permission.OWN}
    assert own == {
        "answer",
        "confirm",
        "reopen",
        "resend",
        "withdraw",
        "write",
        "reword",
        "hide",
        "remove_photo",
        "thank",
    }
