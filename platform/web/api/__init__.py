"""`/api/v1` on every host: JSON, no cookies, errors as RFC 9457, described by OpenAPI 3.1."""

from flask import Flask
from flask_smorest import Api

from web.api import complaints, places
from web.errors import init_errors


def init_api(app: Flask) -> None:
    """Register the API; its description is at /api/v1/openapi.json and, to read, at /api/v1/docs."""
    app.config.update(
        API_TITLE="Aduan",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api(app)
    api.DEFAULT_ERROR_RESPONSE_NAME = None
    api.register_blueprint(places.blueprint)
    api.register_blueprint(complaints.blueprint)
    init_errors(app)  # smorest brings handlers of its own; ours answer instead
