"""`/admin/replies`: the ready replies that officials choose from below a report."""

from collections.abc import Mapping

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from configuration import replies
from configuration.editing import Stale
from configuration.faults import Faults
from configuration.replies import Reply
from messages.texts import REPLY_VALUES
from people.permissions import Permission
from tenants.errors import Conflict
from web.access import allows
from web.admin.clash import Clash, clash
from web.errors import sentence
from web.saving import author, looked_at, own_city, saved
from web.staff.viewer import menu
from web.tongues import tongue

PATH = "/admin/replies"

blueprint = Blueprint("admin_replies", __name__)


@blueprint.get(PATH)
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """All of them, by title."""
    standing = replies.standing(own_city())
    listed = [
        (one.code, one.title(g.language), ", ".join(code for code in g.tenant.languages if code in one.said))
        for one in standing
    ]
    return render_template("admin/replies.html", menu=menu(), replies=listed, most=replies.MOST)


@blueprint.get(f"{PATH}/new")
@allows(Permission.CONFIGURE, tenant=True)
def new() -> ResponseReturnValue:
    """The form of one that isn't there yet."""
    return _form(None, {})


@blueprint.post(PATH)
@allows(Permission.CONFIGURE, tenant=True)
def add() -> ResponseReturnValue:
    """Add one."""
    return _save(None)


@blueprint.get(f"{PATH}/<code>")
@allows(Permission.CONFIGURE, tenant=True)
def one(code: str) -> ResponseReturnValue:
    """One of them in every language."""
    found = replies.one(own_city(), code)
    return _form(found, _stands(found))


@blueprint.post(f"{PATH}/<code>")
@allows(Permission.CONFIGURE, tenant=True)
def change(code: str) -> ResponseReturnValue:
    """Save one."""
    return _save(replies.one(own_city(), code))


@blueprint.post(f"{PATH}/<code>/removal")
@allows(Permission.CONFIGURE, tenant=True)
def drop(code: str) -> ResponseReturnValue:
    """Take one away."""
    replies.drop(g.session, g.tenant.id, code, author=author(), now=g.now)
    return saved(PATH)


def _save(reply: Reply | None) -> ResponseReturnValue:
    typed, languages = request.form.to_dict(), g.tenant.languages
    given = {one: (typed.get(f"title-{one}", ""), typed.get(f"text-{one}", "")) for one in languages}
    seen = looked_at() if reply is not None else None
    code = reply.code if reply is not None else None
    try:
        replies.save(g.session, g.tenant.id, code, given, author=author(), now=g.now, expected_version=seen)
    except Faults as error:
        return _form(reply, typed, {name: sentence(one) for name, one in error.by_field.items()}), 422
    except Stale as error:
        stands = _stands(replies.one(own_city(), code)) if code is not None else {}
        return _form(reply, typed, other=clash(error, typed, stands)), 409
    except Conflict as error:
        return _form(reply, typed, {"": sentence(error)}), 409
    return saved(PATH)


def _stands(reply: Reply) -> dict[str, str]:
    """What is saved, by the names of the controls."""
    return {
        f"{name}-{language}": words
        for language, said in reply.said.items()
        for name, words in zip(("title", "text"), said, strict=True)
    }


def _form(
    reply: Reply | None, typed: Mapping[str, str], errors: Mapping[str, str] | None = None, other: Clash | None = None
) -> str:
    samples = {
        "reference": _("the number of the report"),
        "city": _("the city"),
        "category": _("the kind of problem"),
        "agency": _("who has it"),
        "due": _("by when it is promised; a line without a date is left out"),
    }
    return render_template(
        "admin/reply.html",
        menu=menu(),
        reply=reply,
        heading=reply.title(g.language) if reply is not None else _("New ready reply"),
        values=typed,
        errors=errors or {},
        other=other,
        version=own_city().version,
        written_in=[(language, tongue(language, g.language)) for language in g.tenant.languages],
        known=[(name, samples[name]) for name in sorted(REPLY_VALUES)],
        most=(replies.LONGEST_TITLE, replies.LONGEST_TEXT),
    )
