"""The form as a resident will see it, from a category that is still being typed, by the resident's own templates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import g, render_template
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from complaints.rules.questions import STOP, asked_of
from complaints.rules.taken import not_ours
from tenants.tenant import in_language
from web.admin.category_form import answers_of
from web.errors import sentence
from web.resident.categories import PICTURES
from web.resident.responsible import contact_href
from web.tongues import speaking, tongue


@dataclass(frozen=True)
class Found:
    """What the templates of the report's form ask of a situation."""

    questions: list[Mapping[str, Any]]


@dataclass(frozen=True)
class Draft:
    """What they ask of a draft."""

    answers: Mapping[str, Any]
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Preview:
    """language: that it is shown in. body: the form, drawn."""

    language: str
    languages: list[tuple[str, str]]
    body: Markup


def preview_of(row: Mapping[str, Any], form: MultiDict[str, str]) -> Preview:
    """What a resident sees of a row, with the answers that were tried on it."""
    languages = list(g.tenant.languages)
    asked = form.get("preview_language", "")
    language = asked if asked in languages else (g.language if g.language in languages else languages[0])

    def say(words: Mapping[str, str] | None) -> str:
        return in_language(dict(words or {}), language, languages)

    answers = answers_of(form)
    questions = [one for one in row["questions"] if one["code"] or one["label"]]
    found = asked_of([{**one, "code": one["code"] or f"new-{number}"} for number, one in enumerate(questions)], answers)
    contact = row.get("responsible_contact") or ""
    with speaking(language):
        body = render_template(
            "admin/category_preview_body.html",
            found=Found(found),
            draft=Draft(answers),
            objects={"choices": ()},
            errors={},
            say=say,
            category_name=say(row["name"]),
            category_help=say(row["help"]),
            closed=sentence(not_ours(say(row["responsible"]))) if row.get("responsible") else "",
            responsible_contact=contact,
            responsible_href=contact_href(contact),
            picture=PICTURES.get(row["platform_code"], ""),
            icon_name=row["icon"],
            stopped=any(one["type"] == STOP for one in found),
            public=row["visibility"] == "public",
        )
    return Preview(
        language=language,
        languages=[(code, tongue(code, g.language)) for code in languages],
        body=Markup(body),  # noqa: S704  (what a template has escaped)
    )
