"""A sentence in English that remembers what it was made of, so that a page can say it in the reader's language."""

from collections.abc import Callable, Iterable

from tenants.errors import AduanError


class Sentence(str):
    """It reads as the English sentence. template: with %(name)s for what varies, the key of its translations.

    A value may be a sentence itself. As the message of a marshmallow validator it is formatted with that one's values.
    """

    template: str
    details: dict[str, object]

    def __new__(cls, template: str, **details: object) -> "Sentence":
        made = super().__new__(cls, template % details if details else template)
        made.template, made.details = template, details
        return made

    def said(self, translated: Callable[[str], str]) -> str:
        """The sentence by these translations of its template, and of those within it."""
        words = translated(self.template)
        if not self.details:
            return words
        try:
            return words % {name: said(value, translated) for name, value in self.details.items()}
        except (KeyError, ValueError, TypeError):
            return str(self)

    def format(self, *_args: object, **values: object) -> "Sentence":
        """As marshmallow fills in what its validators say."""
        wanted = {name: value for name, value in values.items() if f"%({name})" in self.template}
        return Sentence(self.template, **self.details, **wanted)


class Lines(Sentence):
    """Several sentences, one below the other, or after the other with a sign `between`."""

    lines: tuple[str, ...]
    between: str

    def __new__(cls, lines: Iterable[str], between: str = "\n") -> "Lines":
        every = tuple(lines)
        made = str.__new__(cls, between.join(every))
        made.template, made.details, made.lines, made.between = str(made), {}, every, between
        return made

    def said(self, translated: Callable[[str], str]) -> str:
        return self.between.join(str(said(line, translated)) for line in self.lines)


def said(value: object, translated: Callable[[str], str]) -> object:
    """A value of a sentence as the reader's language has it; what is no sentence is the same in all."""
    return value.said(translated) if isinstance(value, Sentence) else value


def refusal_of(error: AduanError) -> Sentence:
    """What a refusal says, to stand within another sentence."""
    return error.message if isinstance(error.message, Sentence) else Sentence(error.message, **error.details)


def grouped(count: int) -> str:
    """A large number in groups of three that no language reads as a decimal: with narrow spaces (ISO 80000-1)."""
    return f"{count:,}".replace(",", "\u202f")
