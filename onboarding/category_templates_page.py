"""`/admin/categories/templates`: a catalogue of the platform, or of another city, beside the city's own, to take."""

from collections.abc import Collection, Sequence

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from configuration import published
from configuration.category_comparing import Compared, What, compare, take
from onboarding.category_templates import Template, every, found, lines_of
from people.permissions import Permission
from tenants.category import Category
from tenants.tenant import in_language
from web.access import allows
from web.admin.category_files import shown
from web.admin.readings import Namer
from web.context import office, words
from web.saving import author, saved
from web.staff.viewer import menu
from web.tongues import tongue

blueprint = Blueprint("category_templates", __name__)


@blueprint.get("/admin/categories/templates")
@allows(Permission.CONFIGURE, tenant=True)
def shelf() -> ResponseReturnValue:
    """All that can be taken over: the platform's, and what cities have published."""
    asked = request.args.get("q", "").strip()[:100]
    return render_template(
        "admin/category_shelf.html",
        menu=menu(),
        shipped=[(one.key, words(one.name), words(one.help)) for one in every()],
        published=[
            (
                one.template,
                words(one.template.name),
                words(one.template.help),
                in_language(one.city, g.language, list(one.city_languages)),
                ", ".join(tongue(language, g.language) for language in one.template.languages),
            )
            for one in published.listed(g.session, asked)
        ],
        most=published.MOST_LISTED,
        asked=asked,
    )


@blueprint.get("/admin/categories/templates/<key>")
@allows(Permission.CONFIGURE, tenant=True)
def page(key: str) -> ResponseReturnValue:
    """What the city would have otherwise with a template."""
    chosen = found(g.session, key)
    return _page(chosen, _compared(chosen, None), ())


@blueprint.post("/admin/categories/templates/<key>")
@allows(Permission.CONFIGURE, tenant=True)
def take_over(key: str) -> ResponseReturnValue:
    """Take the rows that are ticked, with the groups that they stand in."""
    chosen, ticked = found(g.session, key), request.form.getlist("code")
    if not ticked:
        return _page(chosen, _compared(chosen, None), (), refusal=_("Tick what you want to take first.")), 422
    parents = {row["parent"] for row in chosen.rows if row["code"] in ticked}
    wanted = _compared(chosen, {*ticked, *parents} - {None})
    if any(one.what is What.REFUSED for one in wanted):
        return _page(chosen, wanted, ticked), 422
    take(g.session, wanted, author=author(), now=g.now)
    return saved("/admin/categories")


def _compared(chosen: Template, codes: Collection[str | None] | None) -> list[Compared]:
    """codes: the rows that are meant, None for all; a group that the city has already stays as it is."""
    book = office().rulebooks.of(g.session, g.tenant)
    known = set(g.session.scalars(select(Category.code)))
    lines = lines_of(
        chosen,
        known=known,
        agencies={one.code for one in book.agencies.values()},
        otherwise=request.form.get("agency") or _desk(),
    )
    if codes is not None:
        ticked = set(request.form.getlist("code"))
        lines = [
            one
            for one in lines
            if one.row["code"] in codes and (one.row["code"] in ticked or one.row["code"] not in known)
        ]
    return compare(g.session, lines, g.tenant.languages)


def _desk() -> str | None:
    book = office().rulebooks.of(g.session, g.tenant)
    desk = book.agencies.get(book.desk_id) if book.desk_id else None
    return desk.code if desk else None


def _page(chosen: Template, compared: Sequence[Compared], ticked: Collection[str], *, refusal: str = "") -> str:
    namer = Namer(g.session, [])
    book = office().rulebooks.of(g.session, g.tenant)
    counts = {what: sum(one.what is what for one in compared) for what in What}
    return render_template(
        "admin/category_templates.html",
        menu=menu(),
        heading=words(chosen.name),
        help=words(chosen.help),
        chosen=chosen.key,
        by=words(chosen.city),
        published_at=chosen.published_at,
        templates=[(one.key, words(one.name)) for one in every()],
        agencies=sorted(((one.code, words(one.name)) for one in book.agencies.values()), key=lambda pair: pair[1]),
        otherwise=request.form.get("agency") or _desk() or "",
        counts=counts,
        told={what: str(count) for what, count in counts.items()},
        lines=[shown(one, namer) for one in compared if one.what is not What.SAME],
        ticked=ticked,
        refusal=refusal,
        picks=True,
        takes=bool(counts[What.ADDED] + counts[What.CHANGED]),
        action=f"/admin/categories/templates/{chosen.key}",
        back="/admin/categories/templates",
    )
