"""What was sent, read as strictly as its kind is defined: JSON (RFC 8259, I-JSON's unique names), or a form."""

import json
from typing import Any, NoReturn

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from tenants.errors import Invalid
from web.api.fields import as_everybody_writes

MOST_JSON_BYTES = 256 * 1024
"""A report without its photos is a few kilobytes."""
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


class Unreadable(Invalid):
    """The body isn't JSON."""


def read(numbers: tuple[str, ...], flags: tuple[str, ...], documents: tuple[str, ...]) -> dict[str, Any]:
    """The fields of a JSON object or of a form.

    numbers, flags, documents: fields of a form that hold a number, true or false, or JSON; what doesn't read as such
    stays text. Raises Unreadable for what isn't JSON, Invalid for what is no object, UnsupportedMediaType.
    """
    if request.mimetype == "application/json":
        request.max_content_length = MOST_JSON_BYTES
        return _object(request.get_data())
    if request.mimetype in FORMS:
        return _form(numbers, flags, documents)
    raise UnsupportedMediaType


def _object(data: bytes) -> dict[str, Any]:
    try:
        body = json.loads(data, object_pairs_hook=_once, parse_constant=_never)
    except RecursionError:
        raise Unreadable("The JSON is nested too deeply.") from None
    except ValueError:
        raise Unreadable("The body isn't JSON. Send one JSON object in UTF-8.") from None
    if not isinstance(body, dict):
        raise Invalid("Send the report as a JSON object.")
    return body


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) < len(pairs):
        names = [name for name, _ in pairs]
        raise Unreadable("A field is here twice; send each once.", field=next(n for n in names if names.count(n) > 1))
    return body


def _never(_constant: str) -> NoReturn:
    raise Unreadable("NaN and Infinity aren't JSON. Leave the field out instead.")


def _form(numbers: tuple[str, ...], flags: tuple[str, ...], documents: tuple[str, ...]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for name, sent in request.form.lists():
        if len(sent) > 1:
            raise Invalid("This field is here twice; send it once.", field=name)
        if sent[0] == "":
            continue
        if name in documents:
            try:
                body[name] = _object(sent[0].encode())
            except Invalid:
                raise Invalid("Send this field as a JSON object.", field=name) from None
        elif name in numbers:
            body[name] = _number(sent[0])
        else:
            body[name] = sent[0] == "true" if name in flags and sent[0] in ("true", "false") else sent[0]
    return body


def _number(text: str) -> float | str:
    try:
        return float(text) if as_everybody_writes(text) else text
    except ValueError:
        return text
