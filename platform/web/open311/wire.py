"""A document of GeoReport v2 as XML or as JSON, by the extension that was asked for.

Both are made from the same values, by the Spark convention: in JSON the root's wrapper is left out and a plural
container is an array, in XML each of its items has the singular's name. An empty field is an empty element, and null.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from flask import request
from werkzeug.wrappers import Response

from web import xml_text

Content = Mapping[str, Any] | Sequence[Mapping[str, Any]]

TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
"""As the format's examples have it: ElementTree would write it in single quotes, which some clients don't expect."""
ITEMS = {
    "attributes": "attribute",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "jurisdictions": "jurisdiction",
    "media_urls": "media_url",
    "notes": "note",
    "service_request_updates": "request_update",
    "service_requests": "request",
    "services": "service",
    "values": "value",
}
"""What an item of each plural container is called in XML."""
_ENDING = re.compile(r"\.(xml|json)/?$")


def answer(root: str, content: Content, *, status: int = 200) -> Response:
    """The document in the format of the address; XML, which every server has to speak, where it names none."""
    form = format_asked()
    content = _plain(content)
    body = json.dumps(content, ensure_ascii=False).encode() if form == "json" else _xml(root, content)
    return Response(body, status, content_type=TYPES[form])


def format_asked() -> str:
    """By the extension alone."""
    found = _ENDING.search(request.path)
    return found[1] if found else "xml"


def instant(at: datetime | None) -> str | None:
    """W3C's subset of ISO 8601: whole seconds, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at is not None else None


def _plain(value: Any) -> Any:
    """The values without what XML can't hold, or reads otherwise than it was written; an empty text is no text.

    In JSON as well, so that both say the same.
    """
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, str):
        return xml_text.fitting(value.replace("\r\n", "\n").replace("\r", "\n")) or None
    if isinstance(value, Sequence):
        return [_plain(one) for one in value]
    return value


def _xml(root: str, content: Any) -> bytes:
    said: bytes = ElementTree.tostring(_element(root, content), encoding="utf-8")
    return DECLARATION + said


def _element(name: str, value: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(value, dict):
        element.extend(_element(inner, one) for inner, one in value.items())
    elif isinstance(value, list):
        element.extend(_element(ITEMS[name], one) for one in value)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = str(value)
    return element
