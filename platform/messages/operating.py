"""What those who run the platform mail, and what it mails for itself: (subject, body) by event and language.

No city has words of its own here. A line whose value is empty is left out.
"""

from collections.abc import Mapping

from messages.texts import DEFAULT_LANGUAGE, filled_lines

TEXTS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "id": {
        "help_answered": (
            "Jawaban atas pertanyaan Anda tentang pengaturan {city}",
            """\
Anda bertanya: {question}

Pengelola Aduan menjawab: {answer}

Halaman yang Anda tanyakan: {url}

Aduan
""",
        ),
    },
    "en": {
        "help_answered": (
            "Answer to your question about the settings of {city}",
            """\
You asked: {question}

The operators of Aduan answer: {answer}

The page that you asked about: {url}

Aduan
""",
        ),
    },
}


def compose(event: str, language: str, values: Mapping[str, str]) -> tuple[str, str]:
    """(subject in one line, body)."""
    subject, body = TEXTS.get(language, TEXTS[DEFAULT_LANGUAGE])[event]
    return " ".join(filled_lines(subject, values).split()), filled_lines(body, values)
