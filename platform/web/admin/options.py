"""`/admin/options`: how the city works, each choice with a sentence on what residents will notice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from complaints.reporters import retention
from configuration import calendars, options
from configuration.editing import Stale
from configuration.faults import Faults
from people.permissions import Permission
from web.access import allows
from web.admin.clash import Clash, clash
from web.context import office, words
from web.errors import sentence
from web.saving import author, looked_at, own_city, saved
from web.staff.viewer import menu
from web.tongues import tongue

PATH = "/admin/options"
MOST_AREAS = 200

blueprint = Blueprint("admin_options", __name__)


@dataclass(frozen=True)
class Choice:
    """One switch. notice: what residents will notice of it."""

    key: str
    name: str
    notice: str


@blueprint.get(PATH)
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """The form."""
    return _page(_stands())


@blueprint.post(PATH)
@allows(Permission.CONFIGURE, tenant=True)
def save() -> ResponseReturnValue:
    """Save all of it."""
    typed: dict[str, Any] = request.form.to_dict() | {
        name: request.form.getlist(name) for name in ("switches", "launch_areas", "launch_categories", "likely")
    }
    try:
        options.save(g.session, g.tenant.id, _given(typed), author=author(), now=g.now, expected_version=looked_at())
    except Faults as error:
        return _page(typed, errors={name: sentence(one) for name, one in error.by_field.items()}), 422
    except Stale as error:
        return _page(typed, other=clash(error, _said(typed), _said(_stands()))), 409
    return saved(PATH)


def _given(typed: Mapping[str, Any]) -> options.Options:
    return options.Options(
        switches=frozenset(typed.get("switches", ())) & frozenset(options.SWITCHES),
        numbers={name: typed.get(name, "") for name in options.NUMBERS},
        retention={name: typed.get(f"retention-{name}", "") for name in options.RETENTION},
        times={name: typed.get(name, "") for name in options.TIMES},
        desk=typed.get("desk", ""),
        calendar=typed.get("calendar", ""),
        launch_areas=typed.get("launch_areas", ()),
        launch_categories=typed.get("launch_categories", ()),
        figures_hidden=typed.get("figures_hidden") == "yes",
        likely=typed.get("likely", ()),
        urgent={language: typed.get(f"urgent-{language}", "") for language in g.tenant.languages},
    )


def _stands() -> dict[str, Any]:
    """What is saved, by the names of the controls."""
    tenant = own_city()
    held = options.stands(tenant)
    launch = held["soft_launch"] or {"areas": [], "categories": [], "figures_hidden": False}
    return {
        "switches": [name for name in options.SWITCHES if held[name]],
        **{name: str(held[name]) for name in options.NUMBERS},
        **{f"retention-{name}": str(retention.months_of(held)[name]) for name in options.RETENTION},
        "quiet_from": held["quiet_hours"][0],
        "quiet_until": held["quiet_hours"][1],
        "digest_at": held["digest_at"],
        "desk": held["desk"] or "",
        "calendar": held["calendar"] or "",
        "launch_areas": launch["areas"],
        "launch_categories": launch["categories"],
        "figures_hidden": "yes" if launch["figures_hidden"] else "",
        "likely": held["likely_categories"],
        **{
            f"urgent-{language}": "\n".join(held["emergency_words"].get(language, ()))
            for language in g.tenant.languages
        },
    }


def _said(values: Mapping[str, Any]) -> dict[str, str]:
    """The values as words, to be laid beside others."""
    names = {one.key: one.name for one in _switches()}
    return {
        name: ", ".join(names.get(one, one) for one in sorted(value)) if isinstance(value, list) else str(value)
        for name, value in values.items()
    }


def _page(typed: Mapping[str, Any], errors: Mapping[str, str] | None = None, other: Clash | None = None) -> str:
    book = office().rulebooks.of(g.session, g.tenant)
    tops = [area for area in book.areas.values() if area.parent_id is None or area.parent_id not in book.areas]
    return render_template(
        "admin/options.html",
        menu=menu(),
        values=typed,
        errors=errors or {},
        other=other,
        version=own_city().version,
        switches=_switches(),
        kept=_kept(),
        agencies=[(one.code, words(one.name)) for one in book.agencies.values() if not one.partner],
        calendars=[(row.code, words(row.name) or row.code) for row in calendars.every(g.session)],
        areas=sorted(((one.code, words(one.name)) for one in tops[:MOST_AREAS]), key=lambda pair: pair[1]),
        categories=[(code, words(one.name)) for code, one in book.categories.items()],
        most_likely=options.MOST_LIKELY,
        written_in=[(language, tongue(language, g.language)) for language in g.tenant.languages],
    )


def _switches() -> list[Choice]:
    return [
        Choice(
            "verification",
            _("New reports are verified first"),
            _("Residents wait a little longer until an agency has their report; false ones don't reach it."),
        ),
        Choice(
            "validation",
            _("Somebody else validates finished work"),
            _("Residents hear “done” only after a second official has looked at the photos."),
        ),
        Choice(
            "pause_approval",
            _("A supervisor approves pauses"),
            _("A promised date can't be stopped by the agency alone; residents see fewer reports that wait."),
        ),
        Choice(
            "work_camera_only",
            _("Photos of work come from the page's camera"),
            _("Photos of finished work are fresh; an official who can't take one says why."),
        ),
        Choice(
            "gallery_allowed",
            _("Residents may choose photos from their gallery"),
            _("Without it they are offered only the camera; older photos can't be sent."),
        ),
        Choice(
            "anonymous_allowed",
            _("Residents may stay anonymous"),
            _("Without it officials see the name of everybody who gives one, and “stay anonymous” isn't offered."),
        ),
        Choice(
            "comments",
            _("Residents may write below each other's reports"),
            _("Each comment waits until an official shows it. A photo may be added to another's report in any case."),
        ),
    ]


def _kept() -> list[tuple[str, str]]:
    """(what is kept, in words)."""
    return [
        ("contacts", _("Names, addresses and numbers")),
        ("remarks", _("Descriptions and answers")),
        ("evidence", _("Photos")),
        ("reads", _("Who has opened private reports")),
    ]
