"""`/open311/v2` on every host: GeoReport v2, XML and JSON, which foreign systems speak; it reads no cookie.

On the national host `jurisdiction_id` says which city is meant.
"""

from flask import Blueprint, Flask, g, request
from werkzeug.wrappers import Response

from web.app import LANGUAGES
from web.errors import add_form
from web.open311 import asked
from web.open311.discovery import add_discovery
from web.open311.posting import add_posting
from web.open311.reading import ROOT, add_reading
from web.open311.refusing import refusal
from web.open311.updates import add_updates


def init_open311(app: Flask) -> None:
    """Register the addresses; whatever is refused under them is refused in their own form."""
    blueprint = Blueprint("open311", __name__, url_prefix=ROOT)
    for add_to in (add_discovery, add_reading, add_posting, add_updates):
        add_to(blueprint)
    blueprint.before_request(_speak)
    app.register_blueprint(blueprint)
    add_form(app, f"{ROOT}/", refusal)
    app.after_request(_let_other_pages_read)


def _speak() -> None:
    """Answer in the language that `locale` asks for, where it is spoken here."""
    offered = g.tenant.languages if g.tenant is not None else LANGUAGES
    locale = asked.word("locale").casefold()[:2]
    g.language = locale if locale in offered else g.language


def _let_other_pages_read(response: Response) -> Response:
    """Pages of any origin may read, as anybody can; never with credentials, and never file from there."""
    if request.path.startswith(f"{ROOT}/"):
        if request.method in ("GET", "HEAD"):
            response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers.setdefault("Cache-Control", "no-cache")
        response.vary.add("Accept-Language")
    return response
