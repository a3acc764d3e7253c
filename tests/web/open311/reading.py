"""An independent reader of GeoReport v2: from a document in either format to the same plain values."""

import json
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from werkzeug.test import TestResponse

PLURAL = {
    "services": "service",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "notes": "note",
    "media_urls": "media_url",
    "jurisdictions": "jurisdiction",
}
"""From the specification, and from its extensions."""


@dataclass(frozen=True)
class Read:
    """content: texts, None, lists and dicts; numbers and booleans as XML writes them."""

    root: str | None
    content: Any


def read(answer: TestResponse) -> Read:
    """The document, checked as strictly as the format says what it is."""
    kind = answer.headers["Content-Type"]
    if kind == "application/json; charset=utf-8":
        return Read(None, _as_words(json.loads(answer.data.decode("utf-8"), parse_constant=_never)))
    assert kind == "text/xml; charset=utf-8", kind
    assert answer.data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    root = ElementTree.fromstring(answer.data)
    return Read(root.tag, _of(root))


def _of(element: ElementTree.Element) -> Any:
    assert not element.attrib, element.tag
    if element.tag in PLURAL:
        assert {child.tag for child in element} <= {PLURAL[element.tag]}, element.tag
        return [_of(child) for child in element]
    if len(element):
        names = [child.tag for child in element]
        assert len(set(names)) == len(names), names
        return {child.tag: _of(child) for child in element}
    return element.text or None


def _as_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_words(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_as_words(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None else str(value)


def _never(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")
