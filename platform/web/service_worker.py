"""The one service worker of a host: without a connection it answers for the console and the report's form."""

from functools import lru_cache

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from web.access import Anyone, allows
from web.context import STATIC, static_url

blueprint = Blueprint("service_worker", __name__)

IMPORTED = ("js/keeping.js", "js/notified.js", "js/waiting.js")


@blueprint.get("/service-worker.js")
@allows(Anyone)
def script() -> ResponseReturnValue:
    """The script, from the root of the host, since a worker serves what lies below its own address.

    What it imports is named with the hash of its content: browsers look for a new worker by comparing the bytes.
    """
    source = _source(*(static_url(name) for name in IMPORTED))
    answer = Response(source, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@lru_cache(maxsize=4)
def _source(*addresses: str) -> str:
    source = (STATIC / "js/service-worker.js").read_text(encoding="utf-8")
    for name, address in zip(IMPORTED, addresses, strict=True):
        source = source.replace(f"/static/{name}", address)
    return source
