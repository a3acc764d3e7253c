"""What can be reported: the list of services, and what each asks."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import g
from flask_babel import gettext as _

from complaints.destination import route
from complaints.report import Report
from complaints.rules.questions import CHOSEN, SILENT, STOP
from complaints.rules.rulebook import CategoryEntry, Rulebook
from tenants.directory import TenantCard
from tenants.errors import NotFound
from tenants.tenant import in_language
from web.context import office
from web.open311 import asked
from web.open311.jurisdiction import jurisdiction

DATATYPES = {
    "text": "text",
    "number": "number",
    "choice": "singlevaluelist",
    "choices": "multivaluelist",
    "date": "datetime",
    "yes_no": "singlevaluelist",
}


def listed() -> list[dict[str, Any]]:
    """The services of the city, or with a point those of whoever has the ground there, as far as they are taken."""
    card, book, area_id = _whose()
    return [_service(book, entry, card) for entry in taken(book) if not book.off_at(entry, area_id)]


def definition(code: str) -> dict[str, Any]:
    """What a service asks, of the list with the same point or without. Raises NotFound for a code that it hasn't."""
    card, book, _area_id = _whose()
    entry = next((one for one in taken(book) if one.code == code), None)
    if entry is None:
        raise no_such_service()
    questions = [one for one in entry.questions if not one.get("staff")]
    return {
        "service_code": entry.code,
        "attributes": [_attribute(one, questions, order, card) for order, one in enumerate(questions, 1)],
    }


def _whose() -> tuple[TenantCard, Rulebook, UUID | None]:
    """Whose services are meant, their rules, and their area at the point, if one is given."""
    point = asked.point()
    if point is None:
        card = jurisdiction()
        return card, office().rulebooks.of(g.session, card), None
    if asked.word("jurisdiction_id"):
        jurisdiction()  # refuses one that isn't there
    lon, lat = point
    report = Report(category="", description="", lon=lon, lat=lat, language=g.language)
    card, _decision = route(g.session, office(), report, g.tenant, g.now)
    book = office().rulebooks.of(g.session, card)
    area = book.area_at(lon, lat)
    return card, book, area.id if area else None


def taken(book: Rulebook) -> list[CategoryEntry]:
    """The categories that a city takes reports of: what is somebody else's is refused, so it is no service of it."""
    return [entry for entry in book.offered.values() if not entry.responsible]


def no_such_service() -> NotFound:
    """404, as the format says."""
    return NotFound("This kind of problem isn't in the city's list. Choose one from the list.", field="service_code")


def said(words: Mapping[str, str] | None, card: TenantCard) -> str:
    """A city's words in the reader's language."""
    return in_language(dict(words or {}), g.language, list(card.languages))


def _service(book: Rulebook, entry: CategoryEntry, card: TenantCard) -> dict[str, Any]:
    name = said(entry.name, card)
    group = next((one for one in book.groups if one.code == entry.group), None)
    keywords = entry.search_words.get(g.language) or [one for words in entry.search_words.values() for one in words]
    return {
        "service_code": entry.code,
        "service_name": name,
        "description": said(entry.help, card) or name,
        "metadata": any(not one.get("staff") for one in entry.questions),
        "type": "realtime",
        "keywords": ", ".join(keywords),
        "group": said(group.name, card) if group else "",
    }


def _attribute(
    question: Mapping[str, Any], questions: Sequence[Mapping[str, Any]], order: int, card: TenantCard
) -> dict[str, Any]:
    """A question; what only says something takes no answer. The format can't say "only if", so the words do."""
    kind = question["type"]
    variable = kind not in SILENT
    help_ = said(question.get("help"), card)
    words = [said(question["label"], card)]
    if not variable:
        words = [_("A report of this kind can't be sent here."), *words] if kind == STOP else words
        words += [help_] if help_ else []
    if question.get("when"):
        words.append(_condition(question["when"], questions, card))
    attribute: dict[str, Any] = {
        "variable": variable,
        "code": question["code"],
        "datatype": DATATYPES.get(kind, "string"),
        "required": variable and bool(question.get("required")) and not question.get("when"),
        "datatype_description": (help_ if variable else "") or _describe(kind),
        "order": order,
        "description": " ".join(words),
    }
    if kind in CHOSEN:
        attribute["values"] = [{"key": key, "name": name} for key, name in options(question, card).items()]
    return attribute


def options(question: Mapping[str, Any], card: TenantCard) -> dict[str, str]:
    """What can be chosen, in words, by key."""
    if question["type"] == "yes_no":
        return {"yes": _("Yes"), "no": _("No")}
    return {str(choice["code"]): said(choice["label"], card) for choice in question.get("choices", ())}


def _condition(when: Mapping[str, Sequence[Any]], questions: Sequence[Mapping[str, Any]], card: TenantCard) -> str:
    parts = []
    for code, wanted in when.items():
        other = next((one for one in questions if one["code"] == code), None)
        if other is not None:
            names = options(other, card)
            given = ", ".join(names.get(str(one), str(one)) for one in wanted)
            parts.append(_("“%(question)s”: %(answers)s", question=said(other["label"], card), answers=given))
    return _("Asked only after: %(conditions)s.", conditions="; ".join(parts)) if parts else ""


def _describe(kind: str) -> str:
    return {
        "number": _("A number."),
        "choice": _("One of the list."),
        "choices": _("One or more of the list."),
        "date": _("A day, such as 2026-01-31."),
        "yes_no": _("Yes or no."),
        "text": _("Up to 1,000 characters."),
    }.get(kind, _("For information; it takes no answer."))
