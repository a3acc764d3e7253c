"""The five kinds of refusal. A package adds subclasses named for its domain; `web/errors.py` alone knows statuses."""

from collections.abc import Mapping


def N_(text: str) -> str:
    """Marks a sentence that isn't written where its refusal is raised, so that it is found and translated."""
    return text


class AduanError(Exception):
    """A refusal with a sentence for the reader.

    message: a whole sentence that says what is wrong and what to do, in English, which is the key of its translations;
    what varies stands in it as %(name)s and comes from details. field: the name of the input it is about, if one.
    details: values for the placeholders and for the log.
    """

    def __init__(self, message: str, *, field: str | None = None, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.details = details

    def __str__(self) -> str:
        return self.filled(self.message)

    def filled(self, words: str, details: Mapping[str, object] | None = None) -> str:
        """The words, this message's or its translation, with the details in place of their placeholders.

        details: as the language of the words has them, where they aren't the same in all.
        """
        try:
            return words % (details or self.details) if self.details and "%(" in words else words
        except (KeyError, ValueError, TypeError):  # what was typed stands in the sentence and looks like a placeholder
            return words


class NotFound(AduanError):
    """There is no such thing here, or none that this reader may know of."""


class NotAllowed(AduanError):
    """The reader is known and may not do this."""


class Invalid(AduanError):
    """What was sent can't be used as it is."""


class Several(Invalid):
    """More than one thing to put right. errors: why, by field; as one error it is about the first of them."""

    def __init__(self, errors: Mapping[str, Invalid]) -> None:
        first = next(iter(errors.values()))
        super().__init__(first.message, field=first.field)
        self.errors = errors


class Conflict(AduanError):
    """It clashes with what is already there, or somebody else was quicker."""


class Unavailable(AduanError):
    """A part that is needed can't answer now; trying again later is sensible."""
