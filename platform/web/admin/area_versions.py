"""`/admin/areas/versions`: a file of outlines becomes the city's areas, step by step, with a look before it holds."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_login import current_user

from complaints.rules.rulebook import Rulebook
from configuration import area_following, area_plan, area_proposal, area_version
from configuration.area_file import AreaRow
from configuration.area_plan import Reading
from configuration.area_version import AreaVersion, State, Unreadable
from people.permissions import Permission
from tenants.errors import Conflict, Invalid
from web.access import allows
from web.context import office, words
from web.effective_day import from_day
from web.errors import sentence
from web.saving import saved
from web.staff.viewer import menu

MOST_FAULTS = 50

blueprint = Blueprint("admin_area_versions", __name__)


@blueprint.get("/admin/areas/versions")
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """The versions so far, and the form for a file."""
    return _list_page()


@blueprint.post("/admin/areas/versions")
@allows(Permission.CONFIGURE, tenant=True)
def take() -> ResponseReturnValue:
    """Read a file of outlines; nothing of the areas changes yet."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _list_page(Invalid("Choose a file.", field="file")), 422
    try:
        version = area_version.read_file(
            g.session, upload.read(), upload.filename, seat_id=current_user.seat.id, now=g.now
        )
    except Invalid as error:
        return _list_page(error), 422
    return redirect(f"/admin/areas/versions/{version.id}", 303)


@blueprint.get("/admin/areas/versions/<uuid:version_id>")
@allows(Permission.CONFIGURE, tenant=True)
def version(version_id: UUID) -> ResponseReturnValue:
    """One version at its step."""
    return _version_page(area_version.version_of(g.session, version_id))


@blueprint.post("/admin/areas/versions/<uuid:version_id>/reading")
@allows(Permission.CONFIGURE, tenant=True)
def read(version_id: UUID) -> ResponseReturnValue:
    """Say what the file's properties mean, and see what follows."""
    found = area_version.version_of(g.session, version_id)
    planned = area_proposal.propose(
        g.session, office(), found, _reading(), card=g.tenant, official=_official(g.tenant.municipality_code)
    )
    if planned.faults:
        g.session.commit()  # what was chosen stays, to be corrected
        return _version_page(found), 422
    return redirect(f"/admin/areas/versions/{version_id}#findings", 303)


@blueprint.post("/admin/areas/versions/<uuid:version_id>/date")
@allows(Permission.CONFIGURE, tenant=True)
def schedule(version_id: UUID) -> ResponseReturnValue:
    """Let it hold, from today or from a later day on."""
    found = area_version.version_of(g.session, version_id)
    try:
        area_version.schedule(g.session, office(), found, from_day(request.form.get("on", "")), now=g.now)
    except (Invalid, Conflict) as error:
        g.session.rollback()
        return _version_page(area_version.version_of(g.session, version_id), error), 422
    return saved(f"/admin/areas/versions/{version_id}")


@blueprint.post("/admin/areas/versions/<uuid:version_id>/withdrawal")
@allows(Permission.CONFIGURE, tenant=True)
def withdraw(version_id: UUID) -> ResponseReturnValue:
    """Drop a version that doesn't hold yet."""
    area_version.withdraw(g.session, area_version.version_of(g.session, version_id))
    return redirect("/admin/areas/versions", 303)


def state_words(one: AreaVersion) -> str:
    """How far a version has come, in a word."""
    return {
        State.READ: _("read, not looked at yet"),
        State.PLANNED: _("looked at, not in force"),
        State.WAITING: _("waits for its date"),
        State.APPLIED: _("in force"),
        State.WITHDRAWN: _("withdrawn"),
    }[State(one.state)]


def _list_page(error: Invalid | None = None) -> str:
    faults = error.faults if isinstance(error, Unreadable) else ()
    return render_template(
        "admin/area_versions.html",
        menu=menu(),
        versions=[(one, state_words(one)) for one in area_version.latest(g.session)],
        given_up=[(one, sentence(why)) for one, why in area_version.given_up(g.session)],
        errors={"file": sentence(error)} if error else {},
        faults=[
            (one.feature, sentence(one.refusal) if one.refusal else one.why, one.where) for one in faults[:MOST_FAULTS]
        ],
        more=max(len(faults) - MOST_FAULTS, 0),
    )


def _version_page(found: AreaVersion, error: Invalid | Conflict | None = None) -> str:
    book = office().rulebooks.of(g.session, g.tenant)
    levels = [level for level, _count in book.levels]
    names = found.sample["names"]
    reading = Reading(**found.reading) if found.reading else area_plan.guessed(names, g.tenant.languages[0], levels)
    findings = found.findings or {}
    options = [(name, name) for name in names]
    return render_template(
        "admin/area_version.html",
        menu=menu(),
        version=found,
        state=state_words(found),
        open=found.state in (State.READ, State.PLANNED),
        planned=found.state != State.READ and bool(findings),
        waiting=found.state in (State.PLANNED, State.WAITING),
        reading=reading,
        levels=levels,
        properties=options,
        language_options=[(language, language) for language in g.tenant.languages],
        parents=[
            (area_plan.BY_CODE, _("by its code: 32.75.01.1001 lies in 32.75.01")),
            (area_plan.BY_PLACE, _("by its place: in the smallest area of another level around it")),
            ("", _("in none: right under the city")),
            *((name, _("what %(name)s says, a code or a name", name=name)) for name in names),
        ],
        findings=findings,
        faults=_faults(findings),
        pairs=_pairs(findings, book),
        given_up=[(one, sentence(why)) for one, why in area_version.given_up(g.session) if one.id == found.id],
        today=g.now.astimezone(ZoneInfo(g.tenant.time_zone)).date(),
        errors={"on" if error.field == "on" else "": sentence(error)} if error else {},
        following=_following(found),
    )


def _following(found: AreaVersion) -> tuple[str, str, float] | None:
    """How many open reports have followed a version that holds, of how many, and as a share; None once all have."""
    if found.applied_at is None or found.followed_at is not None:
        return None
    done, of = area_following.followed(g.session, found)
    return format_decimal(done), format_decimal(of), done / of if of else 0.0


def _faults(findings: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(label, sentence(Invalid(said, **details))) for label, said, details in findings.get("faults", ())]


def _pairs(findings: Mapping[str, Any], book: Rulebook) -> list[tuple[str, str, int]]:
    """Who hands on to whom, by names."""
    names = {str(one): words(entry.name) for one, entry in book.agencies.items()}
    pairs = findings.get("moves", {}).get("pairs", ())
    return [(names.get(one, "–"), names.get(other, "–"), count) for one, other, count in pairs]


def _reading() -> Reading:
    form = request.form
    language = form.get("language", "")
    return Reading(
        code=form.get("code", "")[:200],
        name=form.get("name", "")[:200],
        level=form.get("level", "")[:200],
        level_word=form.get("level_word", "")[:64],
        parent=form.get("parent", "")[:200],
        missing=area_plan.END if form.get("missing") == area_plan.END else area_plan.KEEP,
        language=language if language in g.tenant.languages else g.tenant.languages[0],
    )


def _official(municipality_code: str | None) -> Sequence[AreaRow]:
    """The official areas of the city's government, as the floor above has told us."""
    return current_app.extensions["official_areas"](municipality_code) if municipality_code else ()
