"""From an error to an answer: this module alone knows statuses, JSON and HTML."""

import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Flask, current_app, g, jsonify, render_template, request
from flask_babel import gettext as _
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]  # it brings none
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from people.limits import TooMany
from tenants.errors import AduanError, Conflict, Invalid, NotAllowed, NotFound, Unavailable
from tenants.sentence import Sentence, said
from tenants.times import due_time
from web.addressing import CityHasLeft, UnknownHost
from web.context import zone_of_page

STATUSES: dict[type[AduanError], int] = {
    TooMany: 429,
    NotFound: 404,
    NotAllowed: 403,
    Invalid: 422,
    Conflict: 409,
    Unavailable: 503,
}
PROBLEM = "application/problem+json"
SPEAKING_JSON, JSON_FILES = ("/api/", "/hooks/"), (".json", ".geojson")
"""Addresses that programs ask, by how they begin or end: a page would tell them nothing."""
UNIQUE_VIOLATION = "23505"

log = logging.getLogger(__name__)


def status_of(error: AduanError) -> int:
    """The HTTP status of one of the five kinds."""
    return next(status for kind, status in STATUSES.items() if isinstance(error, kind))


def sentence(error: AduanError) -> str:
    """What is wrong, in the reader's language, and where they have to wait, until when by their clock."""
    if isinstance(error, TooMany):
        error.details["until"] = due_time(error.until, g.language, zone_of_page(), g.now)
    if isinstance(error.message, Sentence):
        return error.message.said(_)
    return error.filled(str(_(error.message)), {name: said(value, _) for name, value in error.details.items()})


def waiting_of(error: AduanError) -> dict[str, str]:
    """The header that says after how many seconds it may be tried again, where that is known."""
    if not isinstance(error, TooMany):
        return {}
    return {"Retry-After": str(max(1, int((error.until - g.now).total_seconds())))}


def add_form(app: Flask, prefix: str, refusal: Callable[[int, str, str | None], Response]) -> None:
    """Answer errors under an address in a form of its own. refusal: from status, sentence and field."""
    app.extensions.setdefault("forms_of_errors", {})[prefix] = refusal


def init_errors(app: Flask) -> None:
    """Answer every error in the form that was asked for."""
    app.extensions.setdefault("forms_of_errors", {})

    @app.errorhandler(AduanError)
    def refused(error: AduanError) -> Response:
        status = status_of(error)
        if error.details:
            log.info("refused: %s", error.message, extra={"details": error.details})
        response = answer(
            status,
            sentence(error),
            field=error.field,
            unknown_host=isinstance(error, UnknownHost),
            left=isinstance(error, CityHasLeft),
        )
        response.headers.update(waiting_of(error))
        return response

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        misfits = _misfits(error)
        if misfits:
            return problem(
                422, _("A field is missing or doesn't fit: %(fields)s.", fields=", ".join(misfits)), errors=misfits
            )
        response = answer(error.code or 500, _HTTP_SENTENCES.get(error.code or 500, lambda: error.name)())
        valid = getattr(error, "valid_methods", None)
        if valid:
            response.headers["Allow"] = ", ".join(sorted(valid))
        return response

    @app.errorhandler(ParseException)
    def unreadable(_error: ParseException) -> Response:
        # The server reads a body while the view asks for it, and finds only then that its pieces don't fit.
        return answer(400, _HTTP_SENTENCES[400]())

    @app.errorhandler(OperationalError)
    def database_away(error: OperationalError) -> Response:
        log.exception("the database does not answer", exc_info=error)
        return answer(503, _("The service is busy or being restarted. Please try again in a moment."))

    @app.errorhandler(IntegrityError)
    @app.errorhandler(StaleDataError)
    def at_once(error: IntegrityError | StaleDataError) -> Response:
        # Which row two people met at stands in the log; no verb has a better sentence for it.
        if isinstance(error, IntegrityError) and getattr(error.orig, "sqlstate", None) != UNIQUE_VIOLATION:
            return unforeseen(error)
        log.warning("two at once", exc_info=error)
        return answer(409, _("Somebody else has saved the same at this moment. Open the page anew and try again."))

    @app.errorhandler(DataError)
    def no_such_value(error: DataError) -> Response:
        # Verbs check what they take; this is for what only somebody who writes the request by hand can send.
        log.warning("a value that the database can't hold", exc_info=error)
        return answer(422, _("What you sent holds a character or a number that can't be stored."))

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response:
        log.exception("unforeseen", exc_info=error)
        return answer(500, _("Something went wrong on our side. It has been noted; please try again."))


def _misfits(error: HTTPException) -> dict[str, list[str]]:
    """The fields that a schema of the API refused, and why; nothing for other errors."""
    messages = (getattr(error, "data", None) or {}).get("messages", {})
    return {
        name: [str(one) for one in found] if isinstance(found, list) else [str(found)]
        for by_place in messages.values()
        if isinstance(by_place, dict)
        for name, found in by_place.items()
    }


def answer(
    status: int, words: str, *, field: str | None = None, unknown_host: bool = False, left: bool = False
) -> Response:
    """An error as JSON (RFC 9457) where JSON is spoken, in the form that an address has of its own, else as a page.

    What had been begun is rolled back first: a broken transaction answers no question, and the page still asks who is
    signed in.
    """
    _roll_back()
    forms: Mapping[str, Callable[[int, str, str | None], Response]] = current_app.extensions["forms_of_errors"]
    for prefix, refusal in forms.items():
        if request.path.startswith(prefix):
            return refusal(status, words, field)
    if request.path.startswith(SPEAKING_JSON) or request.path.endswith(JSON_FILES):
        return problem(status, words, errors={field: [words]} if field else None)
    template = "unknown_host" if unknown_host else str(status) if status in (403, 404, 422, 500, 503) else "422"
    page = render_template(f"errors/{template}.html", status=status, words=words, unknown_host=unknown_host, left=left)
    response = Response(page, status, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def problem(status: int, words: str, *, errors: Mapping[str, Sequence[str]] | None = None, **more: Any) -> Response:
    """An RFC 9457 document; errors: sentences by field. more: further members."""
    _roll_back()
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,  # as it should be where the type says no more
        "status": status,
        "detail": words,
    }
    if errors:
        document["errors"] = errors
    document |= more
    response: Response = jsonify(document)
    response.status_code = status
    response.content_type = PROBLEM
    return response


def _roll_back() -> None:
    if "session" in g:
        g.session.rollback()


_HTTP_SENTENCES = {
    400: lambda: _("The request can't be read. Please send it again."),
    403: lambda: _("This is not allowed."),
    404: lambda: _("There is no such page here."),
    405: lambda: _("This address can't be used in this way."),
    413: lambda: _("What you sent is too large. Send less text, or fewer or smaller photos."),
    415: lambda: _("Send this as JSON or as a form: nothing else is understood here."),
    429: lambda: _("Too many tries. Please wait a little."),
    500: lambda: _("Something went wrong on our side. It has been noted; please try again."),
    503: lambda: _("The service is busy or being restarted. Please try again in a moment."),
}
