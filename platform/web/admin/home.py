"""The settings' first page: what a city has set up, told, and what changed lately; nothing is changed here."""

from flask import Blueprint, current_app, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from complaints.rules.rulebook import Rulebook
from configuration import ledger
from configuration.ledger import Wanted
from people.permissions import Permission
from tenants.directory import TenantCard
from web.access import allows
from web.admin.changes import lines_of
from web.admin.entries import entries_of
from web.context import office, words
from web.staff.viewer import menu
from web.tongues import tongue

LATELY = 6

blueprint = Blueprint("admin_home", __name__)


@blueprint.get("/admin")
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """What is set up, in numbers and words."""
    book = office().rulebooks.of(g.session, g.tenant)
    return render_template(
        "admin/home.html",
        menu=menu(),
        here="settings",
        counts=_counts(book),
        options=_options(g.tenant, book),
        changes=lines_of(g.session, ledger.changes(g.session, Wanted())[:LATELY]),
        entries=entries_of(g.session, g.now),
        url=office().addresses.of(g.tenant),
        card=g.tenant,
        spoken=[tongue(code, g.language) for code in g.tenant.languages],
        waits=current_app.extensions["settings_note"](g.tenant.id),
        health=current_app.extensions["settings_health"](g.session, g.now),
        in_figures=format_decimal,
    )


def _counts(book: Rulebook) -> list[tuple[str, int, str, str]]:
    """(what, how many, a sentence about them, where they are set)."""
    partners = sum(agency.partner for agency in book.agencies.values())
    unreachable = sum(agency.email is None for agency in book.agencies.values())
    unassigned = [entry for entry in book.categories.values() if book.agency_for(entry.id, None) is None]
    return [
        (
            _("Agencies"),
            len(book.agencies),
            _(
                "%(partners)s of them are partners outside the government; %(unreachable)s have no e-mail address.",
                partners=partners,
                unreachable=unreachable,
            ),
            "/admin/agencies",
        ),
        (
            _("Areas"),
            len(book.areas),
            _("Parts of the city by which reports are assigned and filtered."),
            "/admin/areas",
        ),
        (
            _("Categories"),
            len(book.categories),
            _("Each of them has an agency that gets its reports.")
            if not unassigned
            else _("Without an agency: %(names)s.", names=", ".join(words(entry.name) for entry in unassigned)),
            "/admin/categories",
        ),
        (
            _("Promises"),
            len(book.rules),
            _("Rules that say by when a report is answered and resolved."),
            "/admin/rules",
        ),
    ]


def _options(card: TenantCard, book: Rulebook) -> list[str]:
    """What the city has chosen, each in a sentence."""
    options = card.options
    desk = book.agencies.get(book.desk_id) if book.desk_id else None
    said = [
        _("New reports are verified before they are assigned.")
        if options.get("verification")
        else _("New reports go straight to their agency, without a step of verification."),
        _("Somebody else validates finished work.")
        if options.get("validation")
        else _("Whoever finishes the work says so to the reporter, without a step of validation."),
    ]
    if options.get("work_camera_only"):
        said.append(_("Photos of work come from the camera of the page, or with a reason why not."))
    if options.get("field_check_percent"):
        said.append(
            _(
                "%(percent)s of a hundred finished works are drawn for a check on the spot.",
                percent=options["field_check_percent"],
            )
        )
    if desk is not None:
        said.append(_("What has no agency goes to %(name)s.", name=words(desk.name)))
    if options.get("reopen_days"):
        said.append(_("Reporters can open a finished report again within %(days)s days.", days=options["reopen_days"]))
    if options.get("silence_closes_working_days"):
        said.append(
            _(
                "Silence closes a finished report after %(days)s working days.",
                days=options["silence_closes_working_days"],
            )
        )
    if options.get("demo"):
        said.append(_("This city is a demonstration."))
    return said
