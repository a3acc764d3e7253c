"""The rightful calls of what residents and other programs call."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from complaints.audience import alerts, ending_link, following
from complaints.together import works_following
from complaints.workflow import Need
from messages import hook
from tenants.directory import raise_epoch
from tests.cast import IN_BARAT, jpeg, photo, png
from tests.conftest import HOOKS_SECRET
from tests.web.rightful.settings import known_works
from tests.web.rightful.world import DEVICE, Ask, Call, World, clock, plain
from web.resident import drafts


def hook_call(world: World) -> Ask:
    return Ask("/hooks/deliveries", signed=lambda: _signed({"reports": []}), harmless=True)


def _signed(document: Mapping[str, Any]) -> tuple[bytes, Mapping[str, str]]:
    """As our provider signs it; no two calls are the same."""
    body = json.dumps({**document, "call": uuid4().hex}).encode()
    timestamp = int(clock().timestamp())
    signature = hook.sign(HOOKS_SECRET, timestamp, body)
    return body, {"X-Aduan-Timestamp": str(timestamp), "X-Aduan-Signature": signature}


def reply_call(world: World) -> Ask:
    return Ask("/hooks/replies", signed=lambda: _signed({"channel": "email", "raw": ""}), harmless=True)


def unsubscribing(world: World) -> Ask:
    complaint_id = world.private()
    world.cast.enter("barat")
    path = ending_link.of_reporter(world.cast.session, world.cast.office, complaint_id)
    path = path.removeprefix("http://barat.localhost")
    return Ask(path, dict, as_stranger=f"{path.rpartition('/')[0]}/{'0' * 40}")


def unsubscribing_page(world: World) -> Ask:
    return replace(unsubscribing(world), data=None)


def manage_page(world: World) -> Ask:
    path, wrong = world.manage(world.private("ask"))
    return Ask(path, as_stranger=wrong)


def manage_photo(world: World) -> Ask:
    complaint_id = world.private()
    evidence_id = world.photo_of(complaint_id)
    path, wrong = world.manage(complaint_id)
    return Ask(f"{path}/photos/{evidence_id}/public", as_stranger=f"{wrong}/photos/{evidence_id}/public")


def qr_code(world: World) -> Ask:
    return Ask(f"/complaints/{world.reference(world.cast.complaint('barat', now=clock()))}/qr.svg")


def addition(world: World) -> Ask:
    reference = world.reference(world.cast.complaint("barat", now=clock()))
    shot = lambda: {"photos": (io.BytesIO(jpeg()), "juga.jpg")}  # noqa: E731 - opened anew for each who asks
    return Ask(f"/complaints/{reference}/additions", shot, harmless=True)


def manage_part(part: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        path, wrong = world.manage(world.private())
        return Ask(f"{path}{part}", as_stranger=f"{wrong}{part}")

    return make


def manage_own_photo(world: World) -> Ask:
    complaint_id = world.private()
    evidence_id = world.photo_of(complaint_id)
    path, wrong = world.manage(complaint_id)
    return Ask(f"{path}/photos/{evidence_id}/removal", dict, as_stranger=f"{wrong}/photos/{evidence_id}/removal")


def manage_move(resource: str, steps: tuple[str, ...], data: Mapping[str, str]) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        path, wrong = world.manage(world.private(*steps))
        return Ask(f"{path}/{resource}", lambda: dict(data), as_stranger=f"{wrong}/{resource}")

    return make


def manage_resending(world: World) -> Ask:
    complaint_id = world.private()
    world.cast.move(
        "barat", complaint_id, "reject", words={Need.REASON: "Salah kategori."}, right_category="pju", now=clock()
    )
    path, wrong = world.manage(complaint_id)
    return Ask(f"{path}/resending", dict, as_stranger=f"{wrong}/resending")


def public_page(world: World) -> Ask:
    return Ask(f"/complaints/{world.reference(world.private())}")


def public_photo(world: World) -> Ask:
    complaint_id = world.cast.complaint("barat", photos=[photo()], now=clock())
    return Ask(f"/media/{world.photo_of(complaint_id)}/public")


def _followed(world: World) -> tuple[str, str]:
    """The path of a mailed link to a follower of a public complaint, and the same with a wrong secret."""
    complaint = world.cast.read("barat", world.cast.complaint("barat", now=clock()))
    card, office = world.cast.city("barat"), world.cast.office
    follower = following.follow(
        world.cast.session, office, complaint, "kenari@contoh.example", card=card, language="id", now=clock()
    )
    path = following.link(office, card, follower.id).removeprefix("http://barat.localhost")
    wrong = f"/following/{follower.id}/{'0' * 40}"
    world.cast.session.commit()
    return path, wrong


def followers_link(resource: str = "") -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        path, wrong = _followed(world)
        return Ask(f"{path}{resource}", dict if resource else None, as_stranger=f"{wrong}{resource}")

    return make


def of_public(resource: str, data: Mapping[str, str] | None = None) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        page = f"/complaints/{world.reference(world.cast.complaint('barat', now=clock()))}/{resource}"
        return Ask(page, None if data is None else lambda: dict(data), harmless=data is not None)

    return make


def api_complaint(world: World) -> Ask:
    return Ask(f"/api/v1/complaints/{world.reference(world.private())}")


def api_filing(world: World) -> Ask:
    lon, lat = IN_BARAT
    report = {"category": "jalan-lubang", "description": "Lubang di jalan.", "lat": lat, "lon": lon}
    return Ask("/api/v1/complaints", json=report, harmless=True)


def tracking(world: World) -> Ask:
    return Ask(f"/track?reference={world.reference(world.private())}")


def report_step(world: World) -> Ask:
    lon, lat = IN_BARAT
    return Ask(
        "/report",
        lambda: {"go": "next-2", "step": "2", "source": "map", "lon": str(lon), "lat": str(lat), "draft": uuid4().hex},
        harmless=True,
    )


def report_kept(_world: World) -> Ask:
    lon, lat = IN_BARAT

    def signed() -> tuple[bytes, Mapping[str, Any]]:
        draft = uuid4().hex
        fields = {"category": "jalan-lubang", "description": "Lubang.", "source": "gps", "lon": lon, "lat": lat}
        headers = {"Idempotency-Key": draft, "Content-Type": "application/x-www-form-urlencoded"}
        return urlencode({**fields, "draft": draft}).encode(), headers

    return Ask("/report/kept", harmless=True, signed=signed)


def report_preview(world: World) -> Ask:
    lon, lat = IN_BARAT
    return Ask(
        "/report/preview",
        lambda: {"step": "2", "source": "map", "lon": str(lon), "lat": str(lat), "draft": uuid4().hex},
        harmless=True,
    )


def report_photo(world: World) -> Ask:
    draft_id = uuid4().hex
    draft = drafts.Draft(draft_id)
    drafts.add_photo(world.cast.office.storage, draft, jpeg("#123456"), "camera")
    drafts.save(world.cast.office.storage, draft)
    sha256 = draft.photos[0].sha256
    return Ask(f"/report/photos/{draft_id}/{sha256}", as_stranger=f"/report/photos/{uuid4().hex}/{sha256}")


def works_link(step: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        made, office, card = known_works(world), world.cast.office, world.cast.city("barat")
        follower = works_following.follow(
            world.cast.session,
            office,
            made,
            "siapa@contoh.example",
            sure=False,
            card=card,
            language="id",
            now=clock(),
        )
        world.cast.session.commit()
        path = f"/works/following/{follower.id}"
        token = works_following.token_of(office, card.id, follower.id)
        return Ask(f"{path}/{token}{step}", dict if step else None, as_stranger=f"{path}/{'x' * 22}{step}")

    return make


def alert_link(step: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        office, card = world.cast.office, world.cast.enter("barat")
        how: dict[str, Any] = {"sure": False, "card": card, "language": "id", "now": clock()}
        wanted = alerts.Wanted(radius_m=500, lon=IN_BARAT[0], lat=IN_BARAT[1])
        made = alerts.follow(world.cast.session, office, wanted, "siapa@contoh.example", limited=False, **how)
        world.cast.session.commit()
        path = f"/alerts/following/{made.id}"
        token = alerts.token_of(office, card.id, made.id)
        return Ask(f"{path}/{token}{step}", dict if step else None, as_stranger=f"{path}/{'x' * 22}{step}")

    return make


def city_crest(world: World) -> Ask:
    world.cast.enter("barat")
    tenant = world.cast.tenant("barat")
    tenant.look = tenant.look | {"logo": "kenari.png"}
    world.cast.office.storage.put(f"tenant/{tenant.id}/look/kenari.png", png(), "image/png")
    raise_epoch(world.cast.session)
    world.cast.session.commit()
    world.cast.office.keeper.refresh()
    return Ask("/crest/kenari.png")


CALLS: dict[tuple[str, str], Call | dict[str, Call]] = {
    ("alerts.form", "GET"): Call(None, plain("/alerts")),
    ("alerts.ask", "POST"): Call(
        None, lambda _world: Ask("/alerts", lambda: {"email": "siapa@contoh.example"}, harmless=True)
    ),
    ("alerts.link", "GET"): Call(None, alert_link("")),
    ("alerts.confirm", "POST"): Call(None, alert_link("/confirmation")),
    ("alerts.end", "POST"): Call(None, alert_link("/end")),
    ("works.page", "GET"): Call(None, lambda world: Ask(f"/works/{known_works(world).id}")),
    ("works.on_the_map", "GET"): Call(None, plain("/works.json")),
    ("works.follow", "POST"): Call(
        None,
        lambda world: Ask(
            f"/works/{known_works(world).id}/follow", lambda: {"email": "siapa@contoh.example"}, harmless=True
        ),
    ),
    ("works.link", "GET"): Call(None, works_link("")),
    ("works.confirm", "POST"): Call(None, works_link("/confirmation")),
    ("works.end", "POST"): Call(None, works_link("/end")),
    ("house.crest", "GET"): Call(None, city_crest),
    ("privacy.imprint", "GET"): Call(None, plain("/imprint")),
    ("api-docs.openapi_json", "GET"): Call(None, plain("/api/v1/openapi.json")),
    ("api_docs.read", "GET"): Call(None, plain("/api/v1/docs")),
    ("api_complaints.complaint", "GET"): Call(None, api_complaint),
    ("api_complaints.file", "POST"): Call(None, api_filing),
    ("complaint.page", "GET"): Call(None, public_page),
    ("complaint.manage", "GET"): Call(None, manage_page),
    ("complaint.private_photo", "GET"): Call(None, manage_photo),
    ("complaint.answer", "POST"): Call(None, manage_move("answer", ("ask",), {"answer": "Di gang tiga."})),
    ("complaint.choose_way", "POST"): Call(None, manage_move("messages", (), {"channel": "none"})),
    ("complaint.confirm", "POST"): Call(None, manage_move("confirmation", ("start", "resolve"), {})),
    ("complaint.reopen", "POST"): Call(None, manage_move("reopening", ("start", "resolve"), {"reason": "Belum."})),
    ("complaint.resend", "POST"): Call(None, manage_resending),
    ("report.take_kept", "POST"): Call(None, report_kept),
    ("sharing.manifest", "GET"): Call(None, lambda _world: Ask("/manifest.webmanifest")),
    ("sharing.icon_of_pixels", "GET"): Call(None, plain("/icon-192.png")),
    ("sharing.icon", "GET"): Call(None, lambda _world: Ask("/icon.svg")),
    ("sharing.widget", "GET"): Call(None, lambda _world: Ask("/widget")),
    ("sharing.qr", "GET"): Call(None, qr_code),
    ("adding.take", "POST"): Call(None, addition),
    ("own_data.page", "GET"): Call(None, manage_part("/data")),
    ("own_data.download", "GET"): Call(None, manage_part("/data.json")),
    ("own_data.correct", "POST"): Call(None, manage_move("data/contact", (), {"name": "Ani"})),
    ("own_data.forget", "POST"): Call(None, manage_move("data/forgetting", (), {})),
    ("own_data.erase", "POST"): Call(None, manage_move("data/erasure", ("withdraw",), {})),
    ("own_data.account", "GET"): Call("resident", lambda _world: Ask("/account/data.json")),
    ("own.reword", "POST"): Call(None, manage_move("words", (), {"description": "Lain.", "place": "Lain"})),
    ("own.hide", "POST"): Call(None, manage_move("privacy", (), {})),
    ("own.remove_photo", "POST"): Call(None, manage_own_photo),
    ("own.thank", "POST"): Call(None, manage_move("thanks", ("start", "resolve"), {"stars": "5"})),
    ("complaint.withdraw", "POST"): Call(None, manage_move("withdrawal", (), {})),
    ("following.choose", "POST"): Call(None, followers_link("/messages")),
    ("following.confirm", "POST"): Call(None, followers_link("/confirmation")),
    ("following.end", "POST"): Call(None, followers_link("/end")),
    ("following.follow", "POST"): Call(None, of_public("follow", {"email": "kenari@contoh.example"})),
    ("following.form", "GET"): Call(None, of_public("follow")),
    ("following.link", "GET"): Call(None, followers_link()),
    ("following.support", "POST"): Call(None, of_public("support", {})),
    ("figures.page", "GET"): {
        "of a city": Call(None, plain("/figures?period=365")),
        "of all cities": Call(None, plain("/figures"), host=None),
    },
    ("figures.download_of_cities", "GET"): Call(None, plain("/figures/cities.csv"), host=None),
    ("figures.download", "GET"): Call(None, plain("/figures/areas.csv")),
    ("figures.map_of_areas", "GET"): Call(None, plain("/figures/areas.geojson")),
    ("front.front", "GET"): Call(None, plain("/")),
    ("front.track", "GET"): Call(None, tracking),
    ("house.alive", "GET"): Call(None, plain("/healthz")),
    ("house.outline", "GET"): Call(None, plain("/outline.json")),
    ("house.public_photo", "GET"): Call(None, public_photo),
    ("house.ready", "GET"): Call(None, plain("/readyz")),
    ("house.theme", "GET"): Call(None, plain("/theme.css")),
    ("places.categories", "GET"): Call(None, plain("/api/v1/categories")),
    ("places.locate", "GET"): Call(None, plain("/api/v1/locate?lat=-6.25&lon=106.95")),
    ("privacy.privacy", "GET"): Call(None, plain("/privacy")),
    ("report.form", "GET"): Call(None, plain("/report")),
    ("report.photo", "GET"): Call(None, report_photo),
    ("report.preview", "POST"): Call(None, report_preview),
    ("report.take", "POST"): Call(None, report_step),
    ("complaint.add_device", "POST"): Call(None, manage_move("push", (), DEVICE)),
    ("complaint.take_devices_off", "POST"): Call(None, manage_move("push/removal", (), {})),
    ("service_worker.script", "GET"): Call(None, plain("/service-worker.js")),
    ("hooks.deliveries", "POST"): Call(None, hook_call, host=None),
    ("hooks.replies", "POST"): Call(None, reply_call, host=None),
    ("unsubscribing.end", "POST"): Call(None, unsubscribing),
    ("unsubscribing.page", "GET"): Call(None, unsubscribing_page),
}
