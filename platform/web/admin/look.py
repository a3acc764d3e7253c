"""`/admin/look`: name, crest, colours, standing words, numbers and languages, beside the front page that they make."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from configuration import looks
from configuration.editing import Stale
from configuration.faults import Faults
from people.permissions import Permission
from tenants.colours import USUAL_COLOUR, Change, parsed, repair, theme_css
from tenants.errors import Invalid
from tenants.tenant import Tenant, in_language
from web.access import allows
from web.admin.clash import Clash, clash
from web.context import office
from web.errors import sentence
from web.saving import author, looked_at, own_city, saved
from web.staff.viewer import menu
from web.tongues import LANGUAGES

PATH = "/admin/look"
SCOPE = ".dressed"
MOST_LANGUAGES = 4
MORE_NUMBERS = 2

blueprint = Blueprint("admin_look", __name__)


@dataclass(frozen=True)
class Phone:
    """The front page as the form has it now. css: the address of its colours. said: what was repaired in them."""

    name: str
    banner: str
    heading: str
    lead: str
    numbers: list[tuple[str, str]]
    css: str
    said: list[str]


@blueprint.get(PATH)
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """The form, and the front page beside it."""
    return _page(_stands(own_city()))


@blueprint.post(PATH)
@allows(Permission.CONFIGURE, tenant=True)
def save() -> ResponseReturnValue:
    """Save it, or only look at it (`go=look`)."""
    typed, logo = request.form.to_dict(), _sent()
    if typed.get("go") == "look":
        return _page(typed)
    try:
        looks.save(
            g.session,
            office().storage,
            g.tenant.id,
            _look(typed, logo),
            author=author(),
            now=g.now,
            expected_version=looked_at(),
        )
    except Faults as error:
        return _page(typed, errors={name: sentence(one) for name, one in error.by_field.items()}), 422
    except Stale as error:
        return _page(typed, other=clash(error, typed, _stands(own_city()))), 409
    return saved(PATH)


@blueprint.post(PATH + "/preview")
@allows(Permission.CONFIGURE, tenant=True)
def preview() -> ResponseReturnValue:
    """The front page as the form has it, for the script beside it; nothing is saved."""
    phone = _phone(request.form.to_dict())
    return {"css": phone.css, "phone": render_template("admin/look_phone.html", phone=phone)}


@blueprint.get(PATH + ".css")
@allows(Permission.CONFIGURE, tenant=True)
def colours() -> ResponseReturnValue:
    """Two colours as a stylesheet for the preview alone; the usual one where they are none."""
    palette = repair(_colour(request.args.get("colour", "")) or USUAL_COLOUR, _colour(request.args.get("accent", "")))
    return Response(theme_css(palette, SCOPE), content_type="text/css; charset=utf-8")


def _page(typed: Mapping[str, str], errors: Mapping[str, str] | None = None, other: Clash | None = None) -> str:
    tenant = own_city()
    rows = sum(re.fullmatch(r"number-\d+", name) is not None for name in typed)
    return render_template(
        "admin/look.html",
        menu=menu(),
        values=typed,
        errors=errors or {},
        other=other,
        version=tenant.version,
        written=tenant.languages,
        names=LANGUAGES | {code: code for code in tenant.languages if code not in LANGUAGES},
        language_rows=max(MOST_LANGUAGES, len(tenant.languages)),
        number_rows=rows or len(tenant.options.get("emergency_numbers", ())) + MORE_NUMBERS,
        longest=looks.LONGEST,
        most_mb=looks.MOST_LOGO_BYTES // 1_000_000,
        lost_file=bool(errors or other) and bool(request.files.get("logo")),
        phone=_phone(typed),
    )


def _stands(tenant: Tenant) -> dict[str, str]:
    """What is saved, by the names of the controls."""
    values = {f"language-{place}": code for place, code in enumerate(tenant.languages)}
    values |= {"colour": tenant.look.get("colour", USUAL_COLOUR), "accent": tenant.look.get("accent") or ""}
    for language in tenant.languages:
        values[f"name-{language}"] = tenant.name.get(language, "")
        values |= {f"{code}-{language}": tenant.texts.get(code, {}).get(language, "") for code in looks.WORDS}
    numbers = tenant.options.get("emergency_numbers", ())
    for place in range(len(numbers) + MORE_NUMBERS):
        one: Mapping[str, Any] = numbers[place] if place < len(numbers) else {"number": "", "name": {}}
        values[f"number-{place}"] = one["number"]
        values |= {f"whose-{place}-{language}": one["name"].get(language, "") for language in tenant.languages}
    return values


def _sent() -> bytes | None:
    """The crest that was sent; read once and closed, as a large one lies in a file."""
    file = request.files.get("logo")
    if not file:
        return None
    with file.stream:
        return file.read()


def _look(typed: Mapping[str, str], logo: bytes | None = None) -> looks.Look:
    """What the form says."""
    chosen = [typed.get(f"language-{place}", "") for place in range(looks.MOST_LANGUAGES)]
    languages = [*dict.fromkeys([*own_city().languages, *filter(None, chosen)])]

    def by_language(code: str) -> dict[str, str]:
        return {language: typed.get(f"{code}-{language}", "") for language in languages}

    rows = range(looks.MOST_NUMBERS + MORE_NUMBERS)
    return looks.Look(
        languages=[code for code in chosen if code],
        name=by_language("name"),
        words={code: by_language(code) for code in looks.WORDS},
        colour=typed.get("colour", ""),
        accent=typed.get("accent", ""),
        numbers=[(typed.get(f"number-{place}", ""), by_language(f"whose-{place}")) for place in rows],
        logo=logo,
        without_logo=typed.get("without_logo") == "yes",
    )


def _phone(typed: Mapping[str, str]) -> Phone:
    look = _look(typed)
    languages = [code for code in look.languages if code] or list(g.tenant.languages)
    colour, accent = _colour(look.colour), _colour(look.accent)

    def say(words: Mapping[str, str]) -> str:
        return in_language(dict(words), g.language, languages).strip()

    heading, asked, lead = say(look.words["greeting"]).partition("? ")
    return Phone(
        name=say(look.name),
        banner=say(look.words["banner"]),
        heading=f"{heading}?" if asked else "",
        lead=lead or heading,
        numbers=[(say(names), number) for number, names in look.numbers if number.strip() not in ("", "112")],
        css=f"{PATH}.css?{urlencode({'colour': colour or '', 'accent': accent or ''})}",
        said=_said(colour, accent, bool(look.accent.strip())),
    )


def _said(colour: str | None, accent: str | None, has_accent: bool) -> list[str]:
    """What was looked at in the colours, and what was repaired."""
    if colour is None or (has_accent and accent is None):
        return [_("A colour is a # and six digits, 0 to 9 and a to f, such as #0f7a4d.")]
    changes = repair(colour, accent).changes
    return [_told(change, colour) for change in changes] or [_("Everybody can read this, in light and in dark.")]


def _told(change: Change, colour: str) -> str:
    values = {
        "given": change.given,
        "used": change.used,
        "ratio": format_decimal(change.ratio, "0.0"),
        "needed": format_decimal(change.needed, "0.0"),
    }
    return {
        "fill_darkened": _(
            "White words on %(given)s have a contrast of %(ratio)s, %(needed)s is needed: the bar and the buttons"
            " become %(used)s.",
            **values,
        ),
        "dark_text": _("%(colour)s is a light colour: what is written on it is dark.", colour=colour),
        "text_darkened": _(
            "Links in %(given)s would have a contrast of %(ratio)s, %(needed)s is needed: they become %(used)s.",
            **values,
        ),
        "edged": _("%(given)s is faint on white: buttons get an edge in %(used)s.", **values),
        "accent_darkened": _(
            "The stripe in %(given)s would have a contrast of %(ratio)s, %(needed)s is needed: it becomes %(used)s.",
            **values,
        ),
    }[change.what]


def _colour(given: str) -> str | None:
    try:
        return parsed(given) if given.strip() else None
    except Invalid:
        return None
