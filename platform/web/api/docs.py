"""`/api/v1/docs`: the description of the API, to read and to try out."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.access import Anyone, allows

blueprint = Blueprint("api_docs", __name__, url_prefix="/api/v1")


@blueprint.get("/docs")
@allows(Anyone)
def read() -> ResponseReturnValue:
    """Swagger UI from our own files, without a script in the page."""
    return render_template("api/docs.html")
