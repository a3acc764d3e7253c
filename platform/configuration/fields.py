"""What the values of a bundle are made of: words by language, codes, addresses, numbers to call."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.experimental.context import Context

from people.contacts import checked_line
from tenants.errors import Invalid
from tenants.sentence import Sentence, refusal_of

LONGEST_TEXT = 2_000
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][A-Za-z]{1,3})?")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@contextmanager
def writing_in(language: str) -> Iterator[None]:
    """Bare texts are words of this language while it lasts."""
    with Context({"language": language}):
        yield


class Words(fields.Field[dict[str, str]]):
    """`{language: text}`, or a bare text."""

    default_error_messages = {"invalid": Sentence("Write a text, or texts by language such as {id: Jalan, en: Road}.")}

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002  marshmallow calls it so
        if isinstance(value, str | int) and not isinstance(value, bool):
            value = {Context.get({"language": "id"})["language"]: str(value)}
        if not isinstance(value, dict) or not value:
            raise self.make_error("invalid")
        words = {}
        for language, text in value.items():
            if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
                raise ValidationError(
                    Sentence("`%(language)s` is no language code such as id or en.", language=language)
                )
            if not isinstance(text, str | int) or isinstance(text, bool) or not str(text).strip():
                raise ValidationError(Sentence("The text in `%(language)s` is empty or no text.", language=language))
            if len(str(text)) > LONGEST_TEXT:
                raise ValidationError(
                    Sentence(
                        "The text in `%(language)s` is longer than %(most)s characters.",
                        language=language,
                        most=LONGEST_TEXT,
                    )
                )
            words[language] = str(text).strip()
        return words


class Text(Words):
    """Words, or of a message `{language: {subject: text, body: text}}`."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, dict) or not any(isinstance(said, dict) for said in value.values()):
            return super()._deserialize(value, attr, data, **kwargs)
        for language, said in value.items():
            if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
                raise ValidationError(
                    Sentence("`%(language)s` is no language code such as id or en.", language=language)
                )
            if not isinstance(said, dict) or said.keys() != {"subject", "body"}:
                raise ValidationError(
                    Sentence("Write the message in `%(language)s` as {subject: …, body: …}.", language=language)
                )
            if not all(isinstance(one, str) for one in said.values()):
                raise ValidationError(
                    Sentence("The subject and the body in `%(language)s` are texts.", language=language)
                )
        return value


class Code(fields.String):
    """An immutable name; a whole number is taken as its digits, since `code: 31` is natural to write."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        code = super()._deserialize(value, attr, data, **kwargs)
        if code is None or not _CODE.fullmatch(code):
            raise ValidationError(
                Sentence("A code is up to 64 letters, digits, dots, dashes and underscores, without spaces.")
            )
        return code


class Phone(fields.String):
    """A telephone number, kept as +62…: 0812… and +62 812… are the same."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        try:
            return checked_line(super()._deserialize(value, attr, data, **kwargs)) or ""
        except Invalid as error:
            raise ValidationError(refusal_of(error)) from None


class Address(fields.Email):
    """An e-mail address, case-folded: one person in whatever capitals."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        address: str = super()._deserialize(value, attr, data, **kwargs) or ""
        return address.strip().casefold()
