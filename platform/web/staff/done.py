"""`/staff/report/done`: work done off the platform, written down in one step."""

from dataclasses import replace

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from complaints.crews import logged
from complaints.report import Report
from people.permissions import Permission
from tenants.category import Place
from tenants.errors import Invalid, NotAllowed
from web.access import allows
from web.context import office
from web.errors import sentence
from web.forms import clean
from web.resident import drafts, report_form, report_page, situation
from web.resident.drafts import Draft
from web.staff.calling import category_of, choices, offer_found
from web.staff.form import photos_of
from web.staff.viewer import menu

blueprint = Blueprint("staff_done", __name__)

Faults = dict[str, Invalid]


@blueprint.get("/staff/report/done")
@allows(Permission.REPORT_FOR, tenant=True)
def form() -> ResponseReturnValue:
    """The empty page."""
    return _render(Draft(drafts.new_id()), {})


@blueprint.post("/staff/report/done")
@allows(Permission.REPORT_FOR, tenant=True)
def take() -> ResponseReturnValue:
    """File it and finish it, and lead to it."""
    draft, _gone = report_form.read(request, office().storage)
    faults = _faults(draft)
    if not faults:
        try:
            filed = logged.write_down(
                g.session,
                office(),
                _report(draft),
                key=draft.id,
                note=clean(request.form.get("note", "")),
                actor=current_user.actor,
                card=g.tenant,
                photos=photos_of(request.files.getlist("photo"), (), office().storage),
                now=g.now,
            )
            return redirect(f"/staff/complaints/{filed.complaint_id}", 303)
        except (Invalid, NotAllowed) as error:
            name = error.field or ""
            faults[{"place": "spot", "description": "note"}.get(name, situation.FIELDS_OF_PAGE.get(name, name))] = (
                error if isinstance(error, Invalid) else Invalid(error.message)
            )
            g.session.rollback()
    return _render(draft, faults), 422


def _faults(draft: Draft) -> Faults:
    faults: Faults = {}
    typed = draft.value("q")
    draft.values["category"] = category_of(typed, draft.value("category")) if typed else ""
    if not typed:
        faults["q"] = Invalid("Choose what it is about.", field="q")
    elif not draft.value("category"):
        if offer_found(typed):
            faults["q"] = Invalid("Several kinds of problem fit these words: choose one of them.", field="q")
        else:
            faults["q"] = Invalid("No kind of problem fits these words. Try another word.", field="q")
    try:
        report_form.settle_place(g.session, draft, g.tenant, report_page.middle(g.tenant))
    except Invalid as error:
        faults[error.field or "spot"] = error
    return faults


def _report(draft: Draft) -> Report:
    book = office().rulebooks.of(g.session, g.tenant)
    category = book.category(draft.value("category"))
    words = ", ".join(word for word in (draft.spot_words, draft.value("place")) if word)
    report = Report(
        category=category.code, description="", place=words or None, kind=next(iter(category.kinds), "complaint")
    )
    if draft.point is None or category.place == Place.NONE:
        return report
    lon, lat = draft.point
    return replace(report, lon=lon, lat=lat, accuracy_m=draft.accuracy_m)


def _render(draft: Draft, faults: Faults) -> str:
    typed = draft.value("q")
    return render_template(
        "staff/done.html",
        menu=menu(),
        here="report",
        draft=draft,
        note=clean(request.form.get("note", "")),
        errors={name: sentence(error) for name, error in faults.items()},
        names=[name for _code, name in choices("")],
        fitting=choices(typed) if typed and not draft.value("category") and offer_found(typed) else [],
    )
