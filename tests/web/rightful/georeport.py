"""The rightful calls of other systems, by GeoReport v2."""

from collections.abc import Callable

from tests.cast import IN_BARAT
from tests.web.rightful.world import Ask, Call, World, clock, plain

BASE = "/open311/v2"


def public_request(path: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        return Ask(path.format(reference=world.reference(world.cast.complaint("barat", now=clock()))))

    return make


def beside_a_private_one(path: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        world.private("ask")
        return Ask(path)

    return make


def filing(path: str) -> Callable[[World], Ask]:
    lon, lat = IN_BARAT
    report = {"service_code": "jalan-lubang", "description": "Lubang.", "lat": str(lat), "long": str(lon)}
    return lambda _world: Ask(path, lambda: report, harmless=True)


def update(path: str) -> Callable[[World], Ask]:
    """Each to a report of its own, since only some may wait for an official."""

    def make(world: World) -> Ask:
        def said() -> dict[str, str]:
            number = world.reference(world.cast.complaint("barat", now=clock(), channel="open311"))
            return {"service_request_id": number, "description": "Masih ada.", "update_id": "1"}

        return Ask(path, said, harmless=True)

    return make


CALLS: dict[tuple[str, str], Call | dict[str, Call]] = {
    ("open311.service_list", "GET"): Call(None, plain(f"{BASE}/services.xml")),
    ("open311.service_definition", "GET"): Call(None, plain(f"{BASE}/services/jalan-lubang.json")),
    ("open311.service_requests", "GET"): Call(None, beside_a_private_one(f"{BASE}/requests.json?extensions=true")),
    ("open311.service_request", "GET"): Call(None, public_request(f"{BASE}/requests/{{reference}}.xml")),
    ("open311.token_lookup", "GET"): Call(None, public_request(f"{BASE}/tokens/{{reference}}.json")),
    ("open311.discovery", "GET"): Call(None, plain("/open311/discovery.xml"), host=None),
    ("open311.coverage", "GET"): Call(None, plain(f"{BASE}/coverage.xml?lat={IN_BARAT[1]}&long={IN_BARAT[0]}")),
    ("open311.updates", "GET"): Call(None, beside_a_private_one(f"{BASE}/servicerequestupdates.xml")),
    ("open311.take_update", "POST"): Call(None, update(f"{BASE}/servicerequestupdates.xml")),
    ("open311.create", "POST"): {
        "real": Call(None, filing(f"{BASE}/requests.xml")),
        "tried out": Call(None, filing("/open311/test/v2/requests.xml")),
    },
}
