"""The rightful calls of other systems, by GeoReport v2."""

from collections.abc import Callable

from tests.cast import IN_BARAT
from tests.web.rightful.world import Ask, Call, World, clock, plain

BASES = {"open311": "/open311/v2", "open311_test": "/open311/test/v2"}


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


def _calls(name: str, base: str) -> dict[tuple[str, str], Call | dict[str, Call]]:
    return {
        (f"{name}.service_list", "GET"): Call(None, plain(f"{base}/services.xml")),
        (f"{name}.service_definition", "GET"): Call(None, plain(f"{base}/services/jalan-lubang.json")),
        (f"{name}.service_requests", "GET"): Call(None, beside_a_private_one(f"{base}/requests.json?extensions=true")),
        (f"{name}.service_request", "GET"): Call(None, public_request(f"{base}/requests/{{reference}}.xml")),
        (f"{name}.token_lookup", "GET"): Call(None, public_request(f"{base}/tokens/{{reference}}.json")),
        (f"{name}.discovery", "GET"): Call(None, plain(f"{base}/discovery.json")),
        (f"{name}.coverage", "GET"): Call(None, plain(f"{base}/coverage.xml?lat={IN_BARAT[1]}&long={IN_BARAT[0]}")),
        (f"{name}.updates", "GET"): Call(None, beside_a_private_one(f"{base}/servicerequestupdates.xml")),
        (f"{name}.take_update", "POST"): Call(None, update(f"{base}/servicerequestupdates.xml")),
        (f"{name}.create", "POST"): Call(None, filing(f"{base}/requests.xml")),
    }


CALLS: dict[tuple[str, str], Call | dict[str, Call]] = {
    ("open311_found.discovery", "GET"): Call(None, plain("/open311/discovery.xml"), host=None),
    **{route: call for name, base in BASES.items() for route, call in _calls(name, base).items()},
}
