"""The one service worker of a host: it answers for the console without a connection. Others add their events to it."""

from functools import lru_cache

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from web.access import Anyone, allows
from web.context import STATIC, static_url

blueprint = Blueprint("service_worker", __name__)


@blueprint.get("/service-worker.js")
@allows(Anyone, tenant=True)
def script() -> ResponseReturnValue:
    """The script, from the root of the host, since a worker serves what lies below its own address.

    What it imports is named with the hash of its content: browsers look for a new worker by comparing the bytes.
    """
    source = _source(static_url("js/keeping.js"), static_url("js/notified.js"))
    answer = Response(source, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@lru_cache(maxsize=4)
def _source(keeping: str, notified: str) -> str:
    source = (STATIC / "js/service-worker.js").read_text(encoding="utf-8")
    return source.replace("/static/js/keeping.js", keeping).replace("/static/js/notified.js", notified)
