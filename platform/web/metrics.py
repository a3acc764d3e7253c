"""`/metrics`: what a Prometheus server asks for. No label names a tenant: there may be thousands.

The processes of one web server count together through files (PROMETHEUS_MULTIPROC_DIR, set by config/gunicorn.py before
this module is read); what only the database knows is asked at each scrape.
"""

import ipaddress
import os
import secrets
import time
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, abort, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from tenants.database import db
from web.access import Anyone, allows
from web.context import office, settings

UNKNOWN = "unknown"
"""The route of a request that no route took, and the method that HTTP doesn't know: labels must stay few."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SENT = "?sent=1"
"""How the address ends to which the form leads that has just been filed."""

REGISTRY = CollectorRegistry()
REQUESTS = Counter("aduan_requests", "Requests answered.", ["method", "route", "status"], registry=REGISTRY)
SECONDS = Histogram(
    "aduan_request_seconds",
    "Time to answer a request, in seconds.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
HOOKS = Counter("aduan_hooks", "Calls of message providers, by what they told.", ["hook", "result"], registry=REGISTRY)
FILINGS = Counter("aduan_filings", "Reports accepted, by channel.", ["channel"], registry=REGISTRY)

blueprint = Blueprint("metrics", __name__)


def init_metrics(app: Flask) -> None:
    """Count every request, and answer at /metrics."""
    app.register_blueprint(blueprint)

    @app.before_request
    def begin() -> None:
        g.metrics_began = time.perf_counter()

    @app.after_request
    def count(response: BaseResponse) -> BaseResponse:
        route = request.url_rule.rule if request.url_rule else UNKNOWN
        method = request.method if request.method in METHODS else UNKNOWN
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        SECONDS.labels(route).observe(time.perf_counter() - g.metrics_began)
        if channel := _filed_by(response):
            FILINGS.labels(channel).inc()
        return response


@blueprint.get("/metrics")
@allows(Anyone)
def metrics() -> ResponseReturnValue:
    """Prometheus' text, for whoever has the token or asks from this very machine; 404 for all others."""
    if not _may_read():
        abort(404)
    answer = Response(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _filed_by(response: BaseResponse) -> str | None:
    """The channel of a report that was just accepted; one that was sent twice counts twice."""
    if request.endpoint == "api_complaints.file" and response.status_code == 201:
        return "api"
    if request.endpoint == "report.take" and (response.location or "").endswith(SENT):
        return "web"
    return None


def _may_read() -> bool:
    token = settings().metrics_token
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if token and kind.lower() == "bearer" and secrets.compare_digest(given.strip().encode(), token.encode()):
        return True
    return _from_this_machine()


def _from_this_machine() -> bool:
    """Whether nobody stands in between: behind a proxy on this machine all the world comes from loopback."""
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _registry() -> CollectorRegistry:
    """What all processes counted, and what is true now."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types there
    else:
        registry.register(_Counted())
    registry.register(_Present())
    return registry


class _Counted(Collector):
    """What this one process counted."""

    def collect(self) -> Iterator[Metric]:
        yield from REGISTRY.collect()


class _Present(Collector):
    """The queue, filings that it hasn't been told of, and the directory of the process that answers."""

    def collect(self) -> Iterator[Metric]:
        try:
            yield from _of_the_database()
            up = 1
        except SQLAlchemyError:
            up = 0
        yield GaugeMetricFamily("aduan_database_up", "Whether the database answers.", value=up)
        keeper = office().keeper
        yield GaugeMetricFamily("aduan_directory_epoch", "State of tenants and boundaries in memory.", keeper.epoch)
        yield GaugeMetricFamily(
            "aduan_directory_age_seconds", "Since it was last seen to agree with the database.", keeper.age_s
        )


def _of_the_database() -> Iterator[Metric]:
    jobs = GaugeMetricFamily("aduan_jobs", "Jobs in the queue, by status.", labels=["status"])
    counts = {"todo": 0, "doing": 0, "failed": 0}
    with db.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT status::text, count(*) FROM procrastinate_jobs WHERE status <> 'succeeded' GROUP BY 1")
        )
        for status, number in rows:
            counts[status] = number
        waiting = connection.scalar(text("SELECT count(*) FROM intake_keys WHERE relayed_at IS NULL"))
    for status, number in counts.items():
        jobs.add_metric([status], number)
    yield jobs
    yield GaugeMetricFamily(
        "aduan_filings_unrelayed", "Filings that the queue hasn't been told of yet.", value=waiting or 0
    )
