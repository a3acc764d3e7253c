"""Refusals in the format's own shape: a list of code and description, in the extension that was asked for."""

from typing import Any

from werkzeug.wrappers import Response

from web.open311.wire import answer

KEPT = (403, 404, 405, 413, 429)
"""What the format knows, and what any client of HTTP does; every other failure of a client is 400."""
FIELDS = {
    "lon": "long",
    "category": "service_code",
    "place": "address_string",
    "spot": "address_string",
    "contact": "email",
    "words": "description",
    "photos": "media",
}
"""How our fields are called here."""


def refusal(status: int, words: str, field: str | None = None, **more: Any) -> Response:
    """One error. field: named behind the sentence, as clients call it. more: further elements of the error."""
    code = status if status in KEPT or status >= 500 else 400
    name = _called(field)
    description = f"{words} ({name})" if name and name not in words else words
    return answer("errors", [{"code": str(code), "description": description, **more}], status=code)


def _called(field: str | None) -> str:
    if field is None or field == "Idempotency-Key":
        return field or ""
    if field.startswith("answers."):
        return f"attribute[{field.removeprefix('answers.')}]"
    return FIELDS.get(field, field.removeprefix("contact."))
