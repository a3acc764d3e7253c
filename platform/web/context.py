"""What every page knows: the tenant in the reader's language, who is signed in, and the addresses of static files."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import shapely
from flask import Flask, current_app, g, request
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.office import Office
from tenants.boundary import Boundary
from tenants.directory import TenantCard
from tenants.tenant import in_language
from tenants.times import filters
from web.config import WebConfig
from web.identity import reads_no_cookie

STATIC = Path(__file__).parent / "static"
MARK_SIZE = 64


@dataclass(frozen=True)
class EmergencyNumber:
    name: str
    number: str


@dataclass(frozen=True)
class TenantView:
    """A tenant as templates see it, in the language of the page. outline_path: SVG path in a box of 64 by 64.

    crest: the address of its crest, "" for none. banner: what it says above its first pages now. paused_at: since when
    it has paused, if it has. suspended: why it is out of service, "" while it is in.
    """

    slug: str
    code: str
    name: str
    kind: str
    demo: bool
    stage: str
    languages: tuple[str, ...]
    time_zone: str
    emergency: tuple[EmergencyNumber, ...]
    greeting: str
    banner: str
    suspended: str
    imprint: str
    privacy: str
    crest: str
    outline_path: str
    gallery_allowed: bool
    anonymous_allowed: bool
    work_camera_only: bool
    paused_at: datetime | None
    leaving_at: datetime | None


def office() -> Office:
    """The office of the running app."""
    found: Office = current_app.extensions["office"]
    return found


def commit_and_know() -> None:
    """Commit, and let this process know the new state of the cities at once; the others see it within seconds."""
    g.session.commit()
    office().keeper.refresh()


def settings() -> WebConfig:
    """What wsgi.py told the web floor."""
    found: WebConfig = current_app.extensions["web_config"]
    return found


def words(text: dict[str, str] | None) -> str:
    """A tenant's words in the page's language."""
    return in_language(text or {}, g.language, list(g.tenant.languages) if g.tenant else None)


def tenant_view(session: Session, card: TenantCard, language: str) -> TenantView:
    """The tenant of the page, in its language."""
    fallback = list(card.languages)
    numbers = card.options.get("emergency_numbers", ())
    return TenantView(
        slug=card.slug,
        code=card.code,
        name=in_language(card.name, language, fallback),
        kind=card.type,
        demo=bool(card.options.get("demo")),
        stage=card.stage,
        paused_at=card.paused_at,
        leaving_at=card.leaving_at,
        languages=card.languages,
        time_zone=card.time_zone,
        emergency=tuple(
            EmergencyNumber(in_language(one["name"], language, fallback), one["number"]) for one in numbers
        ),
        greeting=in_language(card.texts.get("greeting", {}), language, fallback),
        banner=in_language(card.texts.get("banner", {}), language, fallback),
        suspended=in_language(card.suspended or {}, language, fallback),
        imprint=in_language(card.texts.get("imprint", {}), language, fallback),
        privacy=in_language(card.texts.get("privacy", {}), language, fallback),
        crest=f"/crest/{logo}" if (logo := card.look.get("logo")) else "",
        outline_path=_outlines(session, card),
        work_camera_only=bool(card.options.get("work_camera_only")),
        anonymous_allowed=bool(card.options.get("anonymous_allowed", True)),
        gallery_allowed=bool(card.options.get("gallery_allowed", True)),
    )


def init_context(app: Flask) -> None:
    """Give templates their globals and filters."""
    app.jinja_env.globals["static_url"] = static_url
    app.jinja_env.globals["words"] = words

    @app.context_processor
    def page() -> dict[str, Any]:
        if "session" not in g:
            return {"tenant": None, "national": True, "account": None, "language": "id", "demo": False}
        signed_in = not reads_no_cookie(request.path) and current_user.is_authenticated
        return {
            "tenant": tenant_view(g.session, g.tenant, g.language) if g.tenant else None,
            "national": g.tenant is None,
            "provider": found.name if (found := settings().provider) is not None else None,
            "national_url": office().addresses.national + "/",
            "account": current_user if signed_in else None,
            "language": g.language,
            "demo": g.tenant is None and office().directory.demonstrates,
            "maintenance": [
                in_language(one.words, g.language)
                for one in office().directory.banners
                if one.from_at <= g.now < one.until_at
            ],
        }

    for name, function in filters(lambda: g.language, zone_of_page, lambda: g.now).items():
        app.jinja_env.filters[name] = function


def static_url(path: str) -> str:
    """The address of a static file, with a hash of its content so that it can be kept for a year."""
    return f"/static/{path}?v={_digest(path, os.stat(f'{STATIC}/{path}').st_mtime_ns)}"


def zone_of_page() -> str:
    """The zone whose clock a page shows: the city's."""
    return g.tenant.time_zone if g.tenant is not None else settings().default_time_zone


@lru_cache(maxsize=500)
def _digest(path: str, _changed: int) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]


_paths: dict[tuple[UUID, int], str] = {}


def _outlines(session: Session, card: TenantCard) -> str:
    key = (card.id, card.revision)
    if key not in _paths:
        wkb = session.scalar(
            select(Boundary.wkb)
            .where(Boundary.tenant_id == card.id, Boundary.valid_until.is_(None))
            .order_by(Boundary.created_at.desc())
            .limit(1)
        )
        _paths[key] = mark_path(wkb) if wkb else ""
    return _paths[key]


def mark_path(wkb: bytes) -> str:
    """The largest part of an outline as an SVG path in a box of 64 by 64, coarse enough for a mark of a thumbnail."""
    shape = shapely.from_wkb(wkb)
    largest = max(getattr(shape, "geoms", [shape]), key=lambda part: part.area)
    west, south, east, north = largest.bounds
    scale = (MARK_SIZE - 6) / max(east - west, north - south)
    left, top = (MARK_SIZE - (east - west) * scale) / 2, (MARK_SIZE - (north - south) * scale) / 2
    coarse = largest.simplify(0.6 / scale)
    points = [
        f"{left + (x - west) * scale:.1f} {top + (north - y) * scale:.1f}" for x, y in coarse.exterior.coords[:-1]
    ]
    return "M" + "L".join(points) + "z"


def language_of(asked: str | None, kept: str | None, offered: tuple[str, ...], best: Callable[[], str | None]) -> str:
    """The language of a page: asked for now, kept in the cookie, the browser's, else the city's first."""
    for candidate in (asked, kept):
        if candidate in offered:
            return candidate
    return best() or offered[0]
