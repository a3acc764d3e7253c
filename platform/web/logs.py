"""What the processes say of themselves: a line of JSON each in production, readable words in development.

Never personal data: no path (a secret link is one), no query, no address of a reader, no value of a statement. A line
of a request has its id, the tenant's slug and the route as the code names it.
"""

import logging
import re
import sys
import time
from collections.abc import MutableMapping
from typing import Any
from uuid import uuid4

import structlog
from flask import Flask, g, request
from werkzeug.wrappers import Response

REQUEST_ID = "X-Request-ID"

_FIT_FOR_AN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# PostgreSQL repeats the row that it refused in these lines.
_VALUES = re.compile(r"^(?:.*\bDETAIL: .*|\[parameters: .*)$\n?", re.MULTILINE)

log = logging.getLogger("aduan.requests")

Event = MutableMapping[str, Any]


def configure_logs(*, production: bool) -> None:
    """Have all loggers of this process write to standard error. Called once, where the process is put together."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    rendered: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, without_values, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if production
        else [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO if production else logging.WARNING)
    # Of the queue's own lines only what went wrong: its jobs are counted at /metrics.
    logging.getLogger("procrastinate").setLevel(logging.WARNING)


def init_logs(app: Flask) -> None:
    """Give every request an id and, at its end, one line at info."""
    trusts_proxies = bool(app.extensions["web_config"].trusted_proxies)

    @app.before_request
    def begin() -> None:
        g.request_id = _request_id(trusts_proxies)
        g.began = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers[REQUEST_ID] = g.request_id
        tenant = g.get("tenant")
        log.info(
            "request",
            extra={
                "method": request.method,
                "route": request.url_rule.rule if request.url_rule else None,
                "status": response.status_code,
                "tenant": tenant.slug if tenant else None,
                "ms": round((time.perf_counter() - g.began) * 1000, 1),
            },
        )
        return response

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        structlog.contextvars.clear_contextvars()


def without_values(_logger: object, _method: str, event: Event) -> Event:
    """The event without what was typed: the details of a refusal, and the values that a database error repeats."""
    event.pop("details", None)
    for name in ("exception", "event"):
        if isinstance(event.get(name), str):
            event[name] = _VALUES.sub("", event[name])
    return event


def _request_id(trusts_proxies: bool) -> str:
    """The id that a proxy of ours gave, so that its lines and ours meet; else a new one."""
    given = request.headers.get(REQUEST_ID, "") if trusts_proxies else ""
    return given if _FIT_FOR_AN_ID.fullmatch(given) else uuid4().hex
