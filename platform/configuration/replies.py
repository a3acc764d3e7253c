"""A city's ready replies: of each a title by which officials find it, and the text that its reporter reads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from configuration import editing
from configuration.categories import new_code
from configuration.editing import Author
from configuration.faults import Faults
from configuration.naming import folded
from messages.texts import BRACE, PLACEHOLDER, READY_REPLY, REPLY_VALUES, UNKNOWN
from tenants.errors import Conflict, Invalid, NotFound
from tenants.tenant import Tenant

MOST = 60
LONGEST_TITLE, LONGEST_TEXT = 120, 3_000
BY_LANGUAGE = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Reply:
    """said: {language: (title, text)}."""

    code: str
    said: BY_LANGUAGE

    def title(self, language: str) -> str:
        """In this language, else in any."""
        found = self.said.get(language) or next(iter(self.said.values()), ("", ""))
        return found[0]


def standing(tenant: Tenant) -> list[Reply]:
    """The ready replies, by title in the city's first language."""
    replies = [Reply(code, _parted(words)) for code, words in tenant.texts.items() if code.startswith(READY_REPLY)]
    return sorted(replies, key=lambda one: (one.title(tenant.languages[0]).casefold(), one.code))


def one(tenant: Tenant, code: str) -> Reply:
    """The reply of a code. Raises NotFound."""
    found = next((reply for reply in standing(tenant) if reply.code == code), None)
    if found is None:
        raise NotFound("There is no such ready reply here.")
    return found


def save(
    session: Session,
    tenant_id: UUID,
    code: str | None,
    given: BY_LANGUAGE,
    *,
    author: Author,
    now: datetime,
    expected_version: int | None = None,
) -> str:
    """Let a reply say this, or with no code add one; its code. What it says in a language that isn't given stays.

    Raises Faults, fields title-<language> and text-<language>; Conflict for one too many, Stale, NotFound.
    """
    tenant = session.get_one(Tenant, tenant_id)
    others = [reply for reply in standing(tenant) if reply.code != code]
    if code is not None:
        one(tenant, code)
    elif len(others) >= MOST:
        raise Conflict("A city has at most %(most)s ready replies. Take one away first.", most=MOST)
    said = {language: (" ".join(title.split()), text.strip()) for language, (title, text) in given.items()}
    if faults := dict(_faults(said, tenant.languages[0], others)):
        raise Faults(faults)
    kept = code or READY_REPLY + new_code(said[tenant.languages[0]][0], _taken(tenant))
    words = {
        **{language: text for language, text in tenant.texts.get(kept, {}).items() if language not in said},
        **{language: f"{title}\n{text}" for language, (title, text) in said.items() if title},
    }
    texts = {**tenant.texts, kept: words}
    editing.change(session, tenant, {"texts": texts}, author=author, now=now, expected_version=expected_version)
    return kept


def drop(session: Session, tenant_id: UUID, code: str, *, author: Author, now: datetime) -> None:
    """Take a reply away; what was sent stays as it is. Raises NotFound."""
    tenant = session.get_one(Tenant, tenant_id)
    one(tenant, code)
    texts = {key: words for key, words in tenant.texts.items() if key != code}
    editing.change(session, tenant, {"texts": texts}, author=author, now=now)


def _parted(words: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    found = {}
    for language, whole in words.items():
        title, _line, text = whole.partition("\n")
        found[language] = (title.strip(), text.strip())
    return found


def _taken(tenant: Tenant) -> set[str]:
    return {code.removeprefix(READY_REPLY) for code in tenant.texts}


def _faults(said: BY_LANGUAGE, first: str, others: list[Reply]) -> Iterator[tuple[str, Invalid]]:
    for language, (title, text) in said.items():
        if not title and (text or language == first):
            yield f"title-{language}", Invalid("Write a title by which officials find it.")
        elif len(title) > LONGEST_TITLE:
            yield f"title-{language}", Invalid("A title has at most %(most)s characters.", most=LONGEST_TITLE)
        elif title and any(folded(title) == folded(one.said[language][0]) for one in others if language in one.said):
            yield f"title-{language}", Invalid("There is a ready reply with this title already.")
        if not text and (title or language == first):
            yield f"text-{language}", Invalid("Write the text that the reporter reads.")
        elif len(text) > LONGEST_TEXT:
            yield f"text-{language}", Invalid("A text has at most %(most)s characters.", most=LONGEST_TEXT)
        for field, words in (("title", title), ("text", text)):
            strange = [name for name in PLACEHOLDER.findall(words) if name not in REPLY_VALUES or field == "title"]
            known = ", ".join(f"{{{name}}}" for name in sorted(REPLY_VALUES)) if field == "text" else "–"
            if strange:
                yield f"{field}-{language}", Invalid(UNKNOWN, name=f"{{{strange[0]}}}", known=known)
            elif set("{}") & set(PLACEHOLDER.sub("", words)):
                yield f"{field}-{language}", Invalid(BRACE)
