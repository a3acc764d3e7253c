"""The addresses that are read: services, requests, tokens; each as XML and as JSON."""

from collections.abc import Callable

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from tenants import scope
from tenants.errors import NotFound
from web.access import Anyone, allows
from web.context import office
from web.open311 import asked, following, listing, services, shown
from web.open311.jurisdiction import jurisdiction
from web.open311.wire import TYPES, answer

ROOT, PRODUCTION, TEST = "/open311", "/v2", "/test/v2"
"""Where the format is spoken, and its two endpoints there: what is sent to the second is checked, and not kept."""


def add_reading(blueprint: Blueprint) -> None:
    """The routes."""
    add(blueprint, "/services", service_list)
    add(blueprint, "/services/<code>", service_definition)
    add(blueprint, "/requests", service_requests)
    add(blueprint, "/requests/<reference>", service_request)
    add(blueprint, "/tokens/<token>", token_lookup)


def add(blueprint: Blueprint, path: str, view: Callable[..., ResponseReturnValue], *, method: str = "GET") -> None:
    """A route of both endpoints in each format, which `wire.answer` reads off the address, as where no route is."""
    for base in (PRODUCTION, TEST):
        add_at(blueprint, f"{base}{path}", view, method=method)


def add_at(blueprint: Blueprint, path: str, view: Callable[..., ResponseReturnValue], *, method: str = "GET") -> None:
    """A route in each format."""
    for form in TYPES:
        blueprint.add_url_rule(f"{path}.{form}", view_func=view, methods=[method], strict_slashes=False)


def is_trial() -> bool:
    """Whether it was sent to the endpoint at which nothing is kept."""
    return request.path.startswith(f"{ROOT}{TEST}/")


@allows(Anyone)
def service_list() -> ResponseReturnValue:
    """What can be reported in a city, or at a point."""
    return answer("services", services.listed())


@allows(Anyone)
def service_definition(code: str) -> ResponseReturnValue:
    """What a service asks."""
    return answer("service_definition", services.definition(code))


@allows(Anyone)
def service_requests() -> ResponseReturnValue:
    """The public reports of a city, or those of some numbers, which override every other filter."""
    card = jurisdiction()
    numbers, extended = asked.words("service_request_id"), asked.flag("extensions")
    if numbers:
        return answer("service_requests", following.documents(numbers, card, extended=extended))
    with scope.enter(g.session, card.id):
        filters = listing.asked_for(card, office().rulebooks.of(g.session, card))
        made = shown.documents(g.session, card, listing.found(g.session, filters), extended=extended)
    return answer("service_requests", made)


@allows(Anyone)
def service_request(reference: str) -> ResponseReturnValue:
    """One report, as a list of one."""
    found = following.documents([reference], jurisdiction(), extended=asked.flag("extensions"))
    if not found:
        raise no_such_request()
    return answer("service_requests", found)


@allows(Anyone)
def token_lookup(token: str) -> ResponseReturnValue:
    """Every report has its number at once, which serves as its token too; of what isn't public the number alone."""
    jurisdiction()
    known = following.known(token)
    if known is None:
        raise no_such_request("token")
    return answer("service_requests", [{"service_request_id": known, "token": token}])


def no_such_request(field: str = "service_request_id") -> NotFound:
    """404, as the format says."""
    return NotFound("There is no report with this number. Look at it once more: one character is wrong.", field=field)
