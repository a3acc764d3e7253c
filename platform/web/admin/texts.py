"""`/admin/texts`: what messages say, by event and language, in the platform's words or in the city's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from configuration import texts
from configuration.editing import Stale
from configuration.faults import Faults
from messages.texts import BODY_LENGTH, GROUPS, SUBJECT_LENGTH, VALUES, compose, faults_of
from people.permissions import Permission
from tenants.errors import NotFound
from tenants.tenant import Tenant, in_language
from tenants.times import due_time
from web.access import allows
from web.admin.clash import Clash, clash
from web.context import office, words
from web.errors import sentence
from web.saving import author, looked_at, own_city, saved
from web.staff.viewer import menu
from web.tongues import tongue

PATH = "/admin/texts"

blueprint = Blueprint("admin_texts", __name__)


@dataclass(frozen=True)
class Listed:
    """One message: its subject as it stands. own: the languages in which the city says it itself."""

    event: str
    subject: str
    own: tuple[str, ...]


@blueprint.get(PATH)
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """Every message by who reads it, called by its subject."""
    tenant = own_city()
    names = {"residents": _("To reporters"), "following": _("To whoever follows"), "officials": _("To officials")}
    return render_template(
        "admin/texts.html",
        menu=menu(),
        groups=[(names[group], [_listed(tenant, event) for event in events]) for group, events in GROUPS.items()],
        language=tenant.languages[0],
    )


@blueprint.get(PATH + "/<event>/<language>")
@allows(Permission.CONFIGURE, tenant=True)
def text(event: str, language: str) -> ResponseReturnValue:
    """One message in one language."""
    return _page(event, language, _stands(event, language))


@blueprint.post(PATH + "/<event>/<language>")
@allows(Permission.CONFIGURE, tenant=True)
def save(event: str, language: str) -> ResponseReturnValue:
    """Save it, or only look at it (`go=look`)."""
    typed = request.form.to_dict()
    if typed.get("go") == "look":
        return _page(event, language, typed)
    try:
        texts.write(
            g.session,
            g.tenant.id,
            event,
            language,
            subject=typed.get("subject", ""),
            body=typed.get("body", ""),
            author=author(),
            now=g.now,
            expected_version=looked_at(),
        )
    except Faults as error:
        errors = {name: sentence(one) for name, one in error.by_field.items()}
        return _page(event, language, typed, errors=errors), 422
    except Stale as error:
        return _page(event, language, typed, other=clash(error, typed, _stands(event, language))), 409
    return saved(f"{PATH}/{event}/{language}")


@blueprint.post(PATH + "/<event>/<language>/preview")
@allows(Permission.CONFIGURE, tenant=True)
def preview(event: str, language: str) -> ResponseReturnValue:
    """The message as the form has it, for the script beside it; nothing is saved."""
    letter = _letter(event, language, request.form.to_dict())
    return {"phone": render_template("admin/text_letter.html", letter=letter)}


@blueprint.post(PATH + "/<event>/<language>/default")
@allows(Permission.CONFIGURE, tenant=True)
def back(event: str, language: str) -> ResponseReturnValue:
    """Back to the platform's own words."""
    texts.back(g.session, g.tenant.id, event, language, author=author(), now=g.now)
    return saved(f"{PATH}/{event}/{language}")


def _listed(tenant: Tenant, event: str) -> Listed:
    first = tenant.languages[0]
    language = g.language if g.language in tenant.languages else first
    subject, _body = texts.own(tenant, event, language) or texts.usual(event, language)
    return Listed(event, subject, tuple(code for code in tenant.languages if texts.own(tenant, event, code)))


def _stands(event: str, language: str) -> dict[str, str]:
    tenant = own_city()
    if language not in tenant.languages or not any(event in events for events in GROUPS.values()):
        raise NotFound(_("There is no such message."))
    subject, body = texts.own(tenant, event, language) or texts.usual(event, language)
    return {"subject": subject, "body": body}


def _page(
    event: str,
    language: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    other: Clash | None = None,
) -> str:
    tenant = own_city()
    _stands(event, language)  # refuses what there is not
    subject, _body = texts.usual(event, g.language)
    return render_template(
        "admin/text.html",
        menu=menu(),
        event=event,
        language=language,
        title=subject,
        spoken=[(code, tongue(code, g.language)) for code in tenant.languages],
        values=typed,
        errors=errors or {},
        other=other,
        version=tenant.version,
        is_own=texts.own(tenant, event, language) is not None,
        usual=texts.usual(event, language),
        known=sorted(VALUES[event].known),
        needed=VALUES[event].required,
        samples=_samples(language),
        letter=_letter(event, language, typed),
        most={"subject": SUBJECT_LENGTH, "body": BODY_LENGTH},
    )


def _letter(event: str, language: str, typed: Mapping[str, str]) -> tuple[str, str] | None:
    """(subject, body) with examples in the placeholders; None while it can't be used."""
    _stands(event, language)
    subject, body = typed.get("subject", ""), typed.get("body", "")
    if faults_of(event, subject.strip(), body):
        return None
    known = _samples(language)
    samples = {name: known.get(name, "…") for name in VALUES[event].known}
    return compose(event, language, samples, {event: {language: {"subject": subject.strip(), "body": body}}})


def _samples(language: str) -> dict[str, str]:
    """Examples from the city itself."""
    card = g.tenant
    book = office().rulebooks.of(g.session, card)
    url = f"{office().addresses.of(card)}/complaints/{card.code}-7K3M-9QX1"
    category = next(iter(book.categories.values()), None)
    agency = next(iter(book.agencies.values()), None)
    due = due_time(g.now + timedelta(days=2), language, card.time_zone)
    name = in_language(card.name, language, list(card.languages))
    return {
        "reference": f"{card.code}-7K3M-9QX1",
        "other_reference": f"{card.code}-2A4C-6E8T",
        "city": name,
        "new_city": name,
        "category": words(category.name) if category else "…",
        "right_category": words(category.name) if category else "…",
        "agency": words(agency.name) if agency else "…",
        "due": due,
        "until": due,
        "url": url,
        "manage_url": f"{url}/manage/…",
        "question": _("On which side of the road is it?"),
        "note": _("The hole has been filled with asphalt."),
        "reason": _("This road belongs to the province."),
        "answer": _("A pump is on its way."),
        "incident": _("Flood"),
        "who": _("An official"),
        "inviter": _("An official"),
        "step": _("being worked on"),
        "count": "2",
        "code": "123456",
        "lines": f"• {card.code}-7K3M-9QX1",
    }
