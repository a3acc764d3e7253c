"""`/api/v1` on every host: JSON, no cookies, errors as RFC 9457, described by OpenAPI 3.1."""

from collections.abc import Callable

from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_smorest import Api
from werkzeug.wrappers import Response

from web.access import Anyone, allows
from web.api import complaints, docs, places
from web.errors import init_errors

PREFIX = "/api/v1"


def init_api(app: Flask) -> None:
    """Register the API; its description is at /api/v1/openapi.json and, to read, at /api/v1/docs."""
    app.config.update(
        API_TITLE="Aduan",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {
                "description": "Reports to the government whose ground they are made on. Any host of the platform"
                " routes by the point. Errors are problem documents (RFC 9457). Accept-Language chooses the language."
                " GeoReport v2 (Open311) is spoken at /open311/v2.",
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": "/", "description": "This platform, the host of the page or of any city"}],
        },
    )
    api = Api(app)
    api.DEFAULT_ERROR_RESPONSE_NAME = None
    api.register_blueprint(places.blueprint)
    api.register_blueprint(complaints.blueprint)
    app.register_blueprint(docs.blueprint)
    for endpoint in [name for name in app.view_functions if name.startswith("api-docs.")]:
        describe: Callable[..., ResponseReturnValue] = app.view_functions[endpoint]  # type: ignore[assignment]  # none of ours is asynchronous
        app.view_functions[endpoint] = allows(Anyone)(describe)
    init_errors(app)  # smorest brings handlers of its own; ours answer instead
    app.after_request(_let_other_pages_read)


def _let_other_pages_read(response: Response) -> Response:
    """Pages of any origin may read the API, as anybody can; never with credentials, and never file from there."""
    if request.path.startswith(f"{PREFIX}/"):
        if request.method in ("GET", "HEAD"):
            response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers.setdefault("Cache-Control", "no-cache")
        response.vary.add("Accept-Language")
    return response
