"""A city's own texts of messages: written for an event in a language, checked, and put back to the platform's."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from configuration import editing
from configuration.change import ConfigurationChange
from configuration.editing import Author
from configuration.faults import Faults
from messages.texts import DEFAULT_LANGUAGE, GROUPS, TEXTS, faults_of
from tenants.errors import N_, Invalid, NotFound
from tenants.tenant import Tenant


def usual(event: str, language: str) -> tuple[str, str]:
    """(subject, body) as the platform says it; in Indonesian where it has none in the language."""
    return TEXTS.get(language, TEXTS[DEFAULT_LANGUAGE])[event]


def own(tenant: Tenant, event: str, language: str) -> tuple[str, str] | None:
    """(subject, body) as the city says it, if it says it itself."""
    written = tenant.texts.get(event, {}).get(language)
    return (written["subject"], written["body"]) if written else None


def write(
    session: Session,
    tenant_id: UUID,
    event: str,
    language: str,
    *,
    subject: str,
    body: str,
    author: Author,
    now: datetime,
    expected_version: int | None = None,
) -> ConfigurationChange | None:
    """Let a city say something in its own words; the platform's own words need no row. Raises Faults, Stale."""
    tenant = _tenant(session, tenant_id, event, language)
    subject, body = " ".join(subject.split()), "\n".join(line.rstrip() for line in body.strip().splitlines()) + "\n"
    faults: dict[str, Invalid] = {}
    for fault in faults_of(event, subject, body.strip()):
        faults.setdefault(fault.field or "body", fault)
    if faults:
        raise Faults(faults)
    texts: dict[str, Any] = {code: dict(words) for code, words in tenant.texts.items()}
    if (subject, body) == usual(event, language):
        _without(texts, event, language)
    else:
        texts.setdefault(event, {})[language] = {"subject": subject, "body": body}
    return editing.change(session, tenant, {"texts": texts}, author=author, now=now, expected_version=expected_version)


def back(
    session: Session, tenant_id: UUID, event: str, language: str, *, author: Author, now: datetime
) -> ConfigurationChange | None:
    """Back to the platform's own words; None where the city had none."""
    tenant = _tenant(session, tenant_id, event, language)
    texts: dict[str, Any] = {code: dict(words) for code, words in tenant.texts.items()}
    _without(texts, event, language)
    return editing.change(session, tenant, {"texts": texts}, author=author, now=now)


def _tenant(session: Session, tenant_id: UUID, event: str, language: str) -> Tenant:
    tenant = session.get_one(Tenant, tenant_id)
    if language not in tenant.languages or not any(event in events for events in GROUPS.values()):
        raise NotFound(N_("There is no such message."))
    return tenant


def _without(texts: dict[str, Any], event: str, language: str) -> None:
    texts.get(event, {}).pop(language, None)
    if not texts.get(event, True):
        del texts[event]
