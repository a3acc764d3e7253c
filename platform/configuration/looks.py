"""How a city looks and what it says of itself: name, languages, crest, colours, its standing words, its numbers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from complaints.photos.storage import Storage
from configuration import editing
from configuration.change import ConfigurationChange
from configuration.editing import Author
from configuration.faults import Faults
from configuration.fields import LANGUAGE, LONGEST_TEXT
from configuration.logo import MOST_BYTES, content_type, logo_key, logo_name, made_safe
from tenants.colours import parsed
from tenants.errors import N_, Invalid
from tenants.tenant import Tenant

WORDS = ("greeting", "banner", "imprint", "privacy")
"""The standing words of a city, kept among its texts by these names."""
LONGEST = {"name": 100, "greeting": 300, "banner": 300, "imprint": LONGEST_TEXT, "privacy": LONGEST_TEXT}
MOST_NUMBERS = 10
MOST_LOGO_BYTES = MOST_BYTES
MOST_LANGUAGES = 20

_NUMBER = re.compile(r"\+?[0-9][0-9 ()./-]{1,18}")
_TOO_LONG = N_("This has %(count)s characters; at most %(most)s are possible.")


@dataclass(frozen=True)
class Look:
    """What a form says. languages: codes, the first one is the city's own. name, words: {language: text}.

    accent: "" for none. numbers: (number, {language: name}) in their order, empty ones are left out. logo: a new
    crest's file; without_logo: take the present one off.
    """

    languages: Sequence[str]
    name: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    colour: str
    accent: str = ""
    numbers: Sequence[tuple[str, Mapping[str, str]]] = field(default_factory=tuple)
    logo: bytes | None = None
    without_logo: bool = False


def save(
    session: Session,
    storage: Storage,
    tenant_id: UUID,
    look: Look,
    *,
    author: Author,
    now: datetime,
    expected_version: int | None = None,
) -> ConfigurationChange | None:
    """Bring a city's look to what the form says; None where it says nothing new.

    A new crest is stored before the row names it; the former file stays, as an earlier reading may be restored. Raises
    Faults, Stale.
    """
    tenant = session.get_one(Tenant, tenant_id)
    faults: dict[str, Invalid] = {}
    values: dict[str, Any] = {
        "languages": _languages(look.languages, faults),
        "name": _name(look, faults),
        "texts": _texts(tenant.texts, look.words, faults),
        "look": _look(tenant.look, look, faults),
        "options": {**tenant.options, "emergency_numbers": _numbers(look.numbers, faults)},
    }
    crest = _crest(look, faults)
    if faults:
        raise Faults(faults)
    if crest is not None:
        content, suffix = crest
        name = logo_name(content, suffix)
        if not storage.exists(logo_key(tenant_id, name)):
            storage.put(logo_key(tenant_id, name), content, content_type(name))
        values["look"]["logo"] = name
    if not tenant.options.get("emergency_numbers") and not values["options"]["emergency_numbers"]:
        values["options"] = tenant.options  # none said, none kept: no change
    return editing.change(session, tenant, values, author=author, now=now, expected_version=expected_version)


def _languages(given: Sequence[str], faults: dict[str, Invalid]) -> list[str]:
    languages = [code for code in given if code]
    if not languages:
        faults["language-0"] = Invalid(N_("Choose at least one language."))
    elif len(set(languages)) < len(languages):
        faults["language-0"] = Invalid(N_("A language is here twice; each may be here once."))
    elif len(languages) > MOST_LANGUAGES or not all(LANGUAGE.fullmatch(code) for code in languages):
        faults["language-0"] = Invalid(N_("A language is a code such as id or en."))
    return languages


def _name(look: Look, faults: dict[str, Invalid]) -> dict[str, str]:
    name = _by_language("name", look.name, faults)
    first = next((code for code in look.languages if code), "")
    if first and not name.get(first):
        faults.setdefault(f"name-{first}", Invalid(N_("The city needs a name in its first language.")))
    return name


def _texts(
    present: Mapping[str, Any], given: Mapping[str, Mapping[str, str]], faults: dict[str, Invalid]
) -> dict[str, Any]:
    texts = {code: words for code, words in present.items() if code not in WORDS}
    for code in WORDS:
        if words := _by_language(code, given.get(code, {}), faults):
            texts[code] = words
    return texts


def _by_language(code: str, given: Mapping[str, str], faults: dict[str, Invalid]) -> dict[str, str]:
    """The words that aren't empty, by language."""
    words = {}
    for language, text in given.items():
        written = "\n".join(line.rstrip() for line in text.strip().splitlines())
        if len(written) > LONGEST[code]:
            faults[f"{code}-{language}"] = Invalid(_TOO_LONG, count=len(written), most=LONGEST[code])
        if written:
            words[language] = written
    return words


def _look(present: Mapping[str, Any], look: Look, faults: dict[str, Invalid]) -> dict[str, Any]:
    kept = {key: value for key, value in present.items() if key not in ("colour", "accent")}
    if look.without_logo:
        kept.pop("logo", None)
    for name, given in (("colour", look.colour), ("accent", look.accent)):
        if name == "accent" and not given.strip():
            continue
        try:
            kept[name] = parsed(given)
        except Invalid as error:
            faults[name] = error
    return kept


def _crest(look: Look, faults: dict[str, Invalid]) -> tuple[bytes, str] | None:
    if not look.logo:
        return None
    try:
        return made_safe(look.logo)
    except Invalid as error:
        faults["logo"] = error
        return None


def _numbers(given: Sequence[tuple[str, Mapping[str, str]]], faults: dict[str, Invalid]) -> list[dict[str, Any]]:
    numbers = []
    for place, (number, names) in enumerate(given):
        name = {language: text.strip() for language, text in names.items() if text.strip()}
        number = " ".join(number.split())
        if not number and not name:
            continue
        if not _NUMBER.fullmatch(number):
            faults[f"number-{place}"] = Invalid(N_("A telephone number has 2 to 19 digits, such as 112 or 021 119."))
        elif not name:
            faults[f"number-{place}"] = Invalid(N_("Say whose number %(number)s is."), number=number)
        elif any(len(text) > LONGEST["name"] for text in name.values()):
            faults[f"number-{place}"] = Invalid(_TOO_LONG, count=max(map(len, name.values())), most=LONGEST["name"])
        numbers.append({"name": name, "number": number})
    if len(numbers) > MOST_NUMBERS:
        faults["number-0"] = Invalid(N_("At most %(most)s numbers are possible."), most=MOST_NUMBERS)
    return numbers
