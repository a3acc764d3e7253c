"""What stands above a message to a deputy: for whom they get it. Pure."""

from collections.abc import Mapping

SUBJECT: Mapping[str, str] = {"id": "{subject} (untuk {name})", "en": "{subject} (for {name})"}
WORDS: Mapping[str, str] = {
    "id": "Anda menerima pesan ini karena sedang menggantikan {name}.",
    "en": "You get this because you stand in for {name}.",
}


def headed(subject: str, body: str, language: str, name: str) -> tuple[str, str]:
    """Subject and body for a deputy. name: of whoever is away."""
    shown = SUBJECT.get(language, SUBJECT["id"]).replace("{subject}", subject).replace("{name}", name)
    return shown, f"{WORDS.get(language, WORDS['id']).replace('{name}', name)}\n\n{body}"
