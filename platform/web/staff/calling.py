"""`/staff/report`: an official writes a report down for a caller or whoever stands at the counter, on one page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import segno
from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from complaints import filing
from complaints.filing import Filed
from complaints.finding import callers
from complaints.finding.callers import Earlier
from complaints.intake import FOR_SOMEBODY
from people.permissions import Permission, may
from tenants.errors import Invalid
from web.access import allows
from web.channels import channel_name
from web.context import office, settings, words
from web.errors import sentence
from web.explain import explanation
from web.resident import drafts, report_form, report_page, situation
from web.resident.categories import offer
from web.resident.drafts import Draft
from web.resident.situation import Situation
from web.staff.names import category_name
from web.staff.viewer import menu, viewer
from web.statuses import Shown, shown_to_officials

QR_BORDER = 2
"""Modules of white around the code, as its readers need."""

blueprint = Blueprint("staff_calling", __name__)

Faults = dict[str, Invalid]


@dataclass(frozen=True)
class EarlierShown:
    """One of the contact's earlier reports, in words."""

    href: str
    reference: str
    category: str
    status: Shown
    row: Earlier


@blueprint.get("/staff/report")
@allows(Permission.REPORT_FOR, tenant=True)
def form() -> ResponseReturnValue:
    """The empty page."""
    draft = Draft(drafts.new_id())
    return _render(draft, _assess(draft), {}, channel=request.args.get("channel", FOR_SOMEBODY[0]))


@blueprint.post("/staff/report")
@allows(Permission.REPORT_FOR, tenant=True)
def take() -> ResponseReturnValue:
    """Look at what was typed, or file it; the answer to a filed one is the slip, whose secret stands at no address."""
    draft, faults, channel = _read()
    found = _assess(draft)
    if request.form.get("go") != "send":
        if draft.value("spot") and draft.point is None and not found.to:
            faults.setdefault(
                "spot",
                Invalid("No place is found by these words. Choose it on the map, or try other words.", field="spot"),
            )
        return _render(draft, found, faults, channel=channel)
    faults = situation.faults(found, draft) | faults
    asked = report_form.codes(one["code"] for one in found.questions)
    if not faults and (draft.value("asked") != asked or draft.value("shown_tenant") != found.card.slug):
        return _render(draft, found, faults, channel=channel, look=True)
    if not faults:
        try:
            report = replace(
                found.report, channel=channel, filed_by=current_user.seat.id, language=g.tenant.languages[0]
            )
            filed = filing.file_complaint(g.session, office(), report, key=draft.id, host=g.tenant, now=g.now)
            return _slip(filed, found)
        except Invalid as error:
            faults[situation.FIELDS_OF_PAGE.get(error.field or "", error.field or "")] = error
            g.session.rollback()
    return _render(draft, _assess(draft), faults, channel=channel), 422


def category_of(typed: str, chosen: str) -> str:
    """The code of a category by its name, or by words that only one has; "" for none. chosen: where several fit."""
    book = office().rulebooks.of(g.session, g.tenant)
    for code, entry in book.categories.items():
        if typed.casefold() in [name.casefold() for name in entry.name.values()]:
            return code
    found = offer(book, (), typed, g.language, list(g.tenant.languages)).found or []
    if chosen in [one.code for one in found]:
        return chosen
    return found[0].code if len(found) == 1 else ""


def choices(typed: str) -> list[tuple[str, str]]:
    """The categories that fit some words, all for none, as (code, name)."""
    book = office().rulebooks.of(g.session, g.tenant)
    offered = offer(book, (), typed, g.language, list(g.tenant.languages))
    found = offered.found if offered.found else [one for group in offered.groups for one in group.choices]
    return [(one.code, one.name) for one in found]


def _read() -> tuple[Draft, Faults, str]:
    """The draft as the form has it, what of it can't be used, and by which way the report came."""
    draft, _gone = report_form.read(request, office().storage)
    faults: Faults = {}
    typed = draft.value("q")
    draft.values["category"] = category_of(typed, draft.value("category")) if typed else ""
    if typed and not draft.value("category"):
        if offer_found(typed):
            faults["q"] = Invalid("Several kinds of problem fit these words: choose one of them.", field="q")
        else:
            faults["q"] = Invalid("No kind of problem fits these words. Try another word.", field="q")
    channel = request.form.get("channel", "")
    if channel not in FOR_SOMEBODY:
        faults["channel"] = Invalid("Choose how the report came in.", field="channel")
        channel = FOR_SOMEBODY[0]
    try:
        report_form.settle_place(g.session, draft, g.tenant, report_page.middle(g.tenant))
    except Invalid as error:
        faults[error.field or "spot"] = error
    try:
        situation.contact_of(draft)
    except Invalid as error:
        faults["contact"] = error
    return draft, faults, channel


def offer_found(typed: str) -> bool:
    """Whether a search by these words finds any category."""
    book = office().rulebooks.of(g.session, g.tenant)
    return bool(offer(book, (), typed, g.language, list(g.tenant.languages)).found)


def _assess(draft: Draft) -> Situation:
    return situation.assess(
        g.session, office(), draft, g.tenant, g.now, language=g.tenant.languages[0], account_id=None
    )


def _render(draft: Draft, found: Situation, faults: Faults, *, channel: str, look: bool = False) -> str:
    if "category" in faults and draft.value("q"):
        faults = {name: error for name, error in faults.items() if name != "category"}
    elif "category" in faults:
        faults = {name: error for name, error in faults.items() if name != "category"} | {"q": faults["category"]}
    typed = draft.value("q")
    near = found.border
    options = [(found.reckoned.slug, found.reckoned.name), (near.slug, near.name)] if near and found.reckoned else []
    return render_template(
        "staff/report.html",
        menu=menu(),
        here="report",
        draft=draft,
        found=found,
        channel=channel,
        channels=[(one, channel_name(one).capitalize()) for one in FOR_SOMEBODY],
        errors={name: sentence(error) for name, error in faults.items()},
        names=[name for _code, name in choices("")],
        fitting=choices(typed) if typed and not found.category and offer_found(typed) else [],
        asked=report_form.codes(one["code"] for one in found.questions),
        border_options=options,
        border_words="",
        category_help=words(found.category.help) if found.category else "",
        say=words,
        why=explanation(found.decision) if found.decision else "",
        agency=_agency_of(found),
        earlier=_earlier(draft, faults),
        look=look,
        middle=report_page.middle(g.tenant),
        tiles=settings().map_tiles_url,
    )


def _agency_of(found: Situation) -> str:
    entry = found.book.agencies.get(found.to.agency_id) if found.to and found.to.agency_id else None
    return words(entry.name) if entry else ""


def _earlier(draft: Draft, faults: Faults) -> Sequence[EarlierShown]:
    if "contact" in faults:
        return []
    email, phone = situation.contact_of(draft)
    book = office().rulebooks.of(g.session, g.tenant)
    reveals = may(current_user.seat.role, Permission.REVEAL_REPORTER)
    rows = callers.earlier(g.session, viewer(), phone=phone, email=email, anonymous_too=reveals)
    return [
        EarlierShown(
            f"/staff/complaints/{row.id}",
            row.reference,
            category_name(row.category_id, book),
            shown_to_officials(row.status),
            row,
        )
        for row in rows
    ]


def _slip(filed: Filed, found: Situation) -> str:
    """What is printed and handed over: the number, who has it, by when, and the secret link as a code."""
    url = office().manage_url(filed.card, filed.reference, filed.birth_tenant_id, filed.complaint_id)
    here = filed.card.id == g.tenant.id
    return render_template(
        "staff/reported.html",
        menu=menu(),
        here="report",
        filed=filed,
        elsewhere="" if here else words(filed.card.name),
        why=explanation(filed.decision),
        category=words(found.category.name) if found.category else "",
        agency=_agency_of(found),
        track=office().addresses.of(filed.card),
        page=f"/staff/complaints/{filed.complaint_id}" if here else "",
        code=qr(url),
        description=found.report.description,
        place=found.report.place,
        now=g.now,
    )


def qr(text: str) -> Markup:
    """A QR code as an SVG drawing, black on white in every theme."""
    drawn: Any = segno.make(text, error="m", micro=False)
    svg = drawn.svg_inline(border=QR_BORDER, omitsize=True, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    return Markup(svg)  # noqa: S704 - made by the library from modules, not from the text
