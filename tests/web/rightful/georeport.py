"""The rightful calls of other systems, by GeoReport v2."""

from collections.abc import Callable

from tests.web.rightful.world import Ask, Call, World, clock, plain

BASE = "/open311/v2"


def public_request(path: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        return Ask(f"{BASE}{path}".format(reference=world.reference(world.cast.complaint("barat", now=clock()))))

    return make


def requests_beside_a_private_one(world: World) -> Ask:
    world.private("ask")
    return Ask(f"{BASE}/requests.json?extensions=true")


CALLS: dict[tuple[str, str], Call | dict[str, Call]] = {
    ("open311.service_list", "GET"): Call(None, plain(f"{BASE}/services.xml")),
    ("open311.service_definition", "GET"): Call(None, plain(f"{BASE}/services/jalan-lubang.json")),
    ("open311.service_requests", "GET"): Call(None, requests_beside_a_private_one),
    ("open311.service_request", "GET"): Call(None, public_request("/requests/{reference}.xml")),
    ("open311.token_lookup", "GET"): Call(None, public_request("/tokens/{reference}.json")),
}
