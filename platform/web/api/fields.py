"""Fields that take JSON as strictly as the description says, and refuse what no database can keep."""

import math
import re
from typing import Any

from flask_babel import lazy_gettext as _
from marshmallow import RAISE, Schema, fields, validate

LONGEST_ANSWER = 1_000
MOST_ANSWERS = 50
LARGEST = 10**15
"""A whole number that every reader of JSON takes exactly."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

MESSAGES: dict[str, Any] = {
    "required": _("This field is missing."),
    "null": _("This field can't be null; leave it out instead."),
}


class Strict(Schema):
    """Unknown fields are errors."""

    error_messages = {"unknown": _("This field isn't known here."), "type": _("Send this as a JSON object.")}

    class Meta:
        unknown = RAISE


class Text(fields.String):
    """A string without control characters, of at least `shortest` and at most `longest` characters."""

    default_error_messages = {
        **MESSAGES,
        "invalid": _("Send this as text."),
        "unprintable": _("This holds a character that can't be stored; remove it."),
    }

    def __init__(self, *, longest: int, shortest: int = 0, **options: Any) -> None:
        length = validate.Length(shortest, longest, error=_("This takes {min} to {max} characters."))
        super().__init__(validate=length, **options)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, *args, **kwargs)
        if _UNPRINTABLE.search(text):
            raise self.make_error("unprintable")
        return text


def as_everybody_writes(written: str) -> bool:
    """Whether a number is written as everybody writes one; Python reads digits of any script, and 1_0 as 10."""
    return written.isascii() and "_" not in written


class Degrees(fields.Float):
    """A number in a query, where all is text; NaN too, since routing says in a sentence what is wrong with one."""

    default_error_messages = {**MESSAGES, "invalid": _("Send this as a number."), "too_large": _("This is too large.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_nan=True, **options)

    def _validated(self, value: Any) -> Any:
        if isinstance(value, str) and not as_everybody_writes(value):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Number(Degrees):
    """A number in JSON, not one written as text."""

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Flag(fields.Boolean):
    """true or false, and nothing that merely looks like it."""

    default_error_messages = {**MESSAGES, "invalid": _("Send this as true or false.")}

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Choice(Text):
    """One of a few words."""

    def __init__(self, words: list[str], **options: Any) -> None:
        super().__init__(longest=80, **options)
        self.validators = [validate.OneOf(words, error=_("Choose one of: {choices}."))]


class Answer(fields.Field[Any]):
    """The answer to a category's question: text, a number, true or false, or a list of texts."""

    default_error_messages = {**MESSAGES, "invalid": _("An answer is text, a number, true, false or a list of texts.")}

    def __init__(self, **options: Any) -> None:
        document = {"type": ["string", "number", "boolean", "array"], "items": {"type": "string"}}
        super().__init__(metadata={**document, "maxLength": LONGEST_ANSWER, "maxItems": MOST_ANSWERS}, **options)

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> Any:
        if _is_plain(value) or _is_list_of_words(value):
            return value
        raise self.make_error("invalid")


def _is_plain(value: Any) -> bool:
    if isinstance(value, int | float):  # true and false too
        return math.isfinite(value) and abs(value) <= LARGEST
    return _is_word(value)


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_ANSWER and not _UNPRINTABLE.search(value)


def _is_list_of_words(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_ANSWERS and all(map(_is_word, value))
