"""What leaves the portal: the city as an app on a phone, a report as a QR code, and a widget on the city's own site."""

import base64
import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import segno
from flask import Blueprint, Response, g, json, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from configuration.logo import logo_key
from tenants.colours import USUAL_COLOUR, Palette, repair
from tenants.errors import NotFound
from tenants.tenant import COMMONS_ID
from web import tongues
from web.access import Anyone, allows
from web.context import TenantView, office, tenant_view
from web.resident import app_icon, crest_pixels
from web.resident.complaint import elsewhere
from web.resident.finding import IsElsewhere, complaint_of

blueprint = Blueprint("sharing", __name__)
blueprint.register_error_handler(IsElsewhere, elsewhere)


@blueprint.get("/manifest.webmanifest")
@allows(Anyone)
def manifest() -> ResponseReturnValue:
    """What a phone needs to install the portal: the city's name, colours and icon (W3C Web Application Manifest)."""
    view, palette = _view(), _palette()
    document = {
        "id": "/",
        "name": _("Complaints to %(name)s", name=view.name) if view else _("Aduan: complaints in all of Indonesia"),
        "short_name": view.name[:30] if view else "Aduan",
        "lang": g.language,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": palette.light["--tenant"],
        "theme_color": palette.light["--tenant"],
        "icons": [
            {"src": "/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": purpose}
            for purpose in ("any", "maskable")
        ]
        + [
            {"src": f"/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for size in app_icon.SIZES
            for purpose in ("any", "maskable")
        ],
        "shortcuts": [{"name": _("Make a report"), "url": "/report"}],
    }
    answer = _public(json.dumps(document, ensure_ascii=False), "application/manifest+json")
    return tongues.keep(answer, seconds=3600)


@blueprint.get("/icon.svg")
@allows(Anyone)
def icon() -> ResponseReturnValue:
    """The city's crest or its outline in its colours, with the margin that round masks need."""
    view, palette, crest = _view(), _palette(), _crest()
    drawn = render_template(
        "resident/icon.svg",
        crest=base64.b64encode(crest).decode() if crest is not None else "",
        path=view.outline_path if view else "",
        fill=palette.light["--tenant"],
        ink=palette.light["--on-tenant"],
    )
    return _public(drawn, "image/svg+xml")


@blueprint.get("/icon-<any('192', '512'):size>.png")
@allows(Anyone)
def icon_of_pixels(size: str) -> ResponseReturnValue:
    """The same in pixels, with the city's crest where it has one; drawn once for each state of the city."""

    def draw() -> bytes:
        view, palette = _view(), _palette()
        fill, ink = palette.light["--tenant"], palette.light["--on-tenant"]
        return app_icon.draw(int(size), fill=fill, ink=ink, path=view.outline_path if view else "", crest=_crest())

    answer = Response(_kept(size, draw), content_type="image/png")
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


@blueprint.get("/complaints/<reference>/qr.svg")
@allows(Anyone, tenant=True)
def qr(reference: str) -> ResponseReturnValue:
    """The address of a public report as a QR code, to be put up where it is."""
    with complaint_of(reference) as (complaint, card):
        if complaint.visibility != "public":
            raise NotFound(_("There is no such page here."))
        address = office().addresses.complaint(card, complaint.reference)
    code: Any = segno.make(address, error="m", micro=False)
    drawn = io.BytesIO()
    code.save(drawn, kind="svg", scale=8, border=4, light="#fff")
    return _public(drawn.getvalue().decode(), "image/svg+xml")


@blueprint.get("/widget")
@allows(Anyone, tenant=True)
def widget() -> ResponseReturnValue:
    """A small page for the city's own web site, in a frame: report, track, and the newest. No cookie is set by it."""
    address = office().addresses.of(g.tenant)
    answer = Response(render_template("resident/widget.html", address=address))
    answer.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors *"
    )
    return answer


def _crest() -> bytes | None:
    """The city's crest as a PNG, made once for each state of the city; None without one, or where it can't be drawn."""
    logo = g.tenant.look.get("logo", "") if g.tenant else ""
    if not logo:
        return None
    crest = office().storage.get(logo_key(g.tenant.id, logo))
    if logo.endswith(".png"):
        return crest
    return _kept("crest", lambda: crest_pixels.drawn(crest) or b"") or None


def _kept(what: str, draw: Callable[[], bytes]) -> bytes:
    """What was drawn for the present state of the city."""
    key = (g.tenant.id if g.tenant else COMMONS_ID, g.tenant.revision if g.tenant else 0, what)
    if key not in _drawn:
        drawn = draw()
        if len(_drawn) >= MOST_DRAWN:
            _drawn.clear()
        _drawn[key] = drawn
    return _drawn[key]


_drawn: dict[tuple[UUID, int, str], bytes] = {}
MOST_DRAWN = 400
"""Icons of pixels that a process keeps, some 10 kB each."""


def _palette() -> Palette:
    return repair(g.tenant.look.get("colour", USUAL_COLOUR) if g.tenant else USUAL_COLOUR)


def _view() -> TenantView | None:
    """The city of the host, None on the national one."""
    return tenant_view(g.session, g.tenant, g.language) if g.tenant else None


def _public(content: str, content_type: str) -> Response:
    answer = Response(content, content_type=f"{content_type}; charset=utf-8")
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer
