"""What the house itself answers: its health, a city's colours and outline, public photos."""

import json
from functools import lru_cache
from uuid import UUID

import shapely
from flask import Blueprint, Response, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from complaints import evidence
from complaints.complaint import Complaint, Evidence
from complaints.workflow import Status
from configuration.logo import content_type, logo_key
from tenants.area import Area
from tenants.boundary import Boundary
from tenants.colours import USUAL_COLOUR, repair, theme_css
from tenants.database import db
from tenants.errors import NotFound, Unavailable
from web.access import Anyone, allows
from web.context import office

COARSE_DEGREES = 0.0003

blueprint = Blueprint("house", __name__)


@blueprint.get("/healthz")
@allows(Anyone)
def alive() -> ResponseReturnValue:
    """Alive: this process answers. Any Host; touches nothing."""
    return Response("ok\n", content_type="text/plain")


@blueprint.get("/readyz")
@allows(Anyone)
def ready() -> ResponseReturnValue:
    """Ready: the database answers and the boundaries are in memory."""
    try:
        with db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        office().directory.commons  # noqa: B018  (raises if the directory can't be built)
    except (SQLAlchemyError, Unavailable, KeyError):
        current_app.logger.warning("not ready", exc_info=True)
        return Response("not ready\n", 503, content_type="text/plain")
    return Response("ready\n", content_type="text/plain")


@blueprint.get("/theme.css")
@allows(Anyone)
def theme() -> ResponseReturnValue:
    """The tenant's colours, repaired so that they can be read."""
    look = g.tenant.look if g.tenant else {}
    css = _theme(look.get("colour", USUAL_COLOUR), look.get("accent"))
    response = Response(css, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@blueprint.get("/crest/<name>")
@allows(Anyone, tenant=True)
def crest(name: str) -> ResponseReturnValue:
    """The city's crest; another content has another name. As a page of its own it may do nothing."""
    if name != g.tenant.look.get("logo"):
        raise NotFound("There is no such picture here.")
    response = Response(office().storage.get(logo_key(g.tenant.id, name)), content_type=content_type(name))
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@blueprint.get("/outline.json")
@allows(Anyone, tenant=True)
def outline() -> ResponseReturnValue:
    """The city's outline and its largest areas as coarse GeoJSON, for the maps of its pages."""
    boundary = g.session.scalars(
        select(Boundary).where(Boundary.tenant_id == g.tenant.id).order_by(Boundary.created_at.desc()).limit(1)
    ).first()
    areas = g.session.scalars(select(Area).where(Area.depth == 1, Area.wkb.is_not(None), Area.ended_at.is_(None)))
    features = [_feature("city", g.tenant.slug, boundary.wkb)] if boundary else []
    features += [_feature("area", area.code, area.wkb) for area in areas if area.wkb]
    response = Response(
        json.dumps({"type": "FeatureCollection", "features": features}), content_type="application/geo+json"
    )
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@blueprint.get("/media/<uuid:evidence_id>/<any(public,thumbnail):size>")
@allows(Anyone, tenant=True)
def public_photo(evidence_id: UUID, size: str) -> ResponseReturnValue:
    """A re-encoded photo of a public complaint; private ones are shown where their readers are known."""
    row = g.session.scalar(
        select(Evidence)
        .join(Complaint, Complaint.id == Evidence.complaint_id)
        .where(Evidence.id == evidence_id, Complaint.visibility == "public", Evidence.state == "ready")
        .where(Complaint.status != Status.HANDED_OVER)  # who holds it now shows it, or has taken it off
        .where(Evidence.side.in_(evidence.SHOWN))
    )
    if row is None:
        raise NotFound("There is no such photo here.")
    return photo(row, size, cache="public, max-age=3600")


def photo(row: Evidence, size: str, *, cache: str) -> Response:
    """A photo's public copy or thumbnail; while the worker hasn't made them, 404.

    cache: where not everybody may see it, a browser asks each time whether its reader still may.
    """
    key = row.public_key if size == "public" else row.thumb_key
    if key is None:
        abort(404)
    response = Response(office().storage.get(key), content_type="image/jpeg")
    response.headers["Cache-Control"] = cache
    response.set_etag(f"{row.id}-{size}")
    made: Response = response.make_conditional(request)  # type: ignore[assignment]  # it answers with the response itself
    return made


def _feature(kind: str, code: str, wkb: bytes) -> dict[str, object]:
    return {"type": "Feature", "properties": {"kind": kind, "code": code}, "geometry": json.loads(coarse(wkb))}


@lru_cache(maxsize=2000)
def coarse(wkb: bytes) -> str:
    """An outline as GeoJSON, coarse enough for a map of a city; outer rings run counter-clockwise (RFC 7946)."""
    shape = shapely.simplify(shapely.from_wkb(wkb), COARSE_DEGREES)
    return str(shapely.to_geojson(shapely.orient_polygons(shapely.set_precision(shape, 0.00001))))


@lru_cache(maxsize=500)
def _theme(colour: str, accent: str | None) -> str:
    return theme_css(repair(colour, accent))
