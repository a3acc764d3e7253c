"""`/open311/v2` on every host: GeoReport v2, XML and JSON, which foreign systems speak; it reads no cookie.

On the national host `jurisdiction_id` says which city is meant.
"""

from flask import Blueprint, Flask, g, request
from werkzeug.wrappers import Response

from web.app import LANGUAGES
from web.errors import add_form
from web.open311 import asked
from web.open311.discovery import add_coverage, add_discovery
from web.open311.posting import TEST, add_posting
from web.open311.reading import add_reading
from web.open311.refusing import refusal
from web.open311.updates import add_updates

ROOT = "/open311"


def init_open311(app: Flask) -> None:
    """Register the addresses; whatever is refused under them is refused in their own form."""
    for name, path in (("open311", f"{ROOT}/v2"), (TEST, f"{ROOT}/test/v2")):
        blueprint = Blueprint(name, __name__, url_prefix=path)
        add_reading(blueprint)
        add_posting(blueprint)
        add_updates(blueprint)
        add_discovery(blueprint)
        add_coverage(blueprint)
        _register(app, blueprint)
    found = Blueprint("open311_found", __name__, url_prefix=ROOT)  # whoever looks for it looks above the version too
    add_discovery(found)
    _register(app, found)
    add_form(app, f"{ROOT}/", refusal)
    app.after_request(_let_other_pages_read)


def _register(app: Flask, blueprint: Blueprint) -> None:
    blueprint.before_request(_speak)
    app.register_blueprint(blueprint)


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
