"""What the form of a page says, and what it is shown again with.

A form is a schema: `said = ReasonForm().load(request.form)` is what was typed, as plain values, or raises Unreadable: a
sentence for each field that can't be read. Whether it may be so is the verb's to say. What either refuses is MENDABLE:
the page is drawn again with `typed=request.form` and `errors=refused(error)`, under `status_of(error)`.
"""

import math
import re
from collections.abc import Container, Mapping
from datetime import date
from typing import Any, NoReturn
from uuid import UUID

from flask import g
from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load
from werkzeug.datastructures import MultiDict

from tenants.errors import N_, AduanError, Conflict, Invalid, Several, Unavailable
from web.errors import sentence
from web.whole_number import whole_number

MENDABLE = (Invalid, Conflict, Unavailable)
"""What can be put right in a form, or tried again. What isn't there, or isn't theirs, has a page of its own."""
LONGEST = 20_000
"""Far more than is accepted, so that what is too long is shown again whole, with the reason."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Unreadable(Several):
    """A form that can't be read."""


class Form(Schema):
    """The base of every page's form. A field that wasn't sent is an empty one; what no field is for is left aside."""

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def _plain(self, sent: MultiDict[str, str], **_kwargs: Any) -> dict[str, Any]:
        """Each field by its name: of a list all that was sent, else the first."""
        names = {field.data_key or name: field for name, field in self.load_fields.items()}
        return {
            name: sent.getlist(name) if isinstance(field, fields.List) else sent.get(name, "")
            for name, field in names.items()
        }

    def handle_error(self, error: ValidationError, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise Unreadable({name: Invalid(_first(found), field=name) for name, found in error.messages_dict.items()})


class Text(fields.String):
    """Words as they can be stored and shown, without blanks around them; "" for none."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        return clean(super()._deserialize(value, *args, **kwargs)).strip()


class Id(fields.Field[UUID | None]):
    """The id of something that the page offered; None for an empty choice. refusal: the sentence for what is no id."""

    def __init__(self, refusal: str, **options: Any) -> None:
        super().__init__(**options)
        self.refusal = refusal

    def _deserialize(self, value: str, *_args: Any, **_kwargs: Any) -> UUID | None:
        try:
            return UUID(value) if value else None
        except ValueError:
            raise ValidationError(self.refusal) from None


class Choice(fields.Field[Any]):
    """One of a few. offered: what each stands for, by what is sent. refusal: the sentence for any other."""

    def __init__(self, offered: Mapping[str, Any], refusal: str, **options: Any) -> None:
        super().__init__(**options)
        self.offered = offered
        self.refusal = refusal

    def _deserialize(self, value: str, *_args: Any, **_kwargs: Any) -> Any:
        if value not in self.offered:
            raise ValidationError(self.refusal)
        return self.offered[value]


class Day(fields.Field[date | None]):
    """A day; None for none."""

    def _deserialize(self, value: str, *_args: Any, **_kwargs: Any) -> date | None:
        try:
            return date.fromisoformat(value.strip()) if value.strip() else None
        except ValueError:
            raise ValidationError(N_("Write the day as 2026-12-24.")) from None


class Degrees(fields.Field[float | None]):
    """Latitude or longitude, with a point or a comma; None for none. refusal: the sentence for what is no number."""

    def __init__(self, refusal: str, **options: Any) -> None:
        super().__init__(**options)
        self.refusal = refusal

    def _deserialize(self, value: str, *_args: Any, **_kwargs: Any) -> float | None:
        if not value.strip():
            return None
        try:
            found = float(value.strip().replace(",", "."))
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            raise ValidationError(self.refusal)
        return found


class Whole(fields.Field[int | None]):
    """A whole number. otherwise: for what isn't one; 0, which no page offers, unless 0 means something."""

    def __init__(self, *, otherwise: int | None = 0, **options: Any) -> None:
        super().__init__(**options)
        self.otherwise = otherwise

    def _deserialize(self, value: str, *_args: Any, **_kwargs: Any) -> int | None:
        number = whole_number(value)
        return self.otherwise if number is None else number


class Tick(fields.Field[bool]):
    """Whether something was ticked, or a button pressed."""

    def _deserialize(self, value: str, *_args: Any, **_kwargs: Any) -> bool:
        return bool(value)


def refused(error: AduanError, among: Container[str] | None = None) -> dict[str, str]:
    """What the form is shown again with, sentences by field; what had been begun is rolled back.

    among: the fields of the page; an error about another stands above the form, as one about the whole does.
    """
    g.session.rollback()
    errors = error.errors if isinstance(error, Several) else {error.field or "": error}
    return {name if among is None or name in among else "": sentence(one) for name, one in errors.items()}


def clean(text: str) -> str:
    """Text as it can be stored and shown: one kind of line break, no control characters, not endless."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:LONGEST]


def _first(found: Any) -> str:
    """The first sentence about a field; of a list's field they stand by place."""
    while not isinstance(found, str):
        found = next(iter(found.values() if isinstance(found, dict) else found))
    return found
