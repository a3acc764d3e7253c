"""`/admin/domains`: a city's own domains for its portal and its mail, the records they need, and what is seen."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from configuration import domains
from configuration.domains import Record
from people.permissions import Permission
from tenants.errors import AduanError, NotFound
from tenants.tenant import TenantDomain, Use
from web.access import allows
from web.context import commit_and_know, office
from web.errors import sentence, status_of
from web.saving import author, saved
from web.staff.viewer import menu

PATH = "/admin/domains"

blueprint = Blueprint("admin_domains", __name__)


@blueprint.get(PATH)
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """The domains, each with its records."""
    return _page()


@blueprint.post(PATH)
@allows(Permission.CONFIGURE, tenant=True)
def add() -> ResponseReturnValue:
    """Name one."""
    typed = request.form.to_dict()
    try:
        domains.add(
            g.session,
            office(),
            g.tenant,
            typed.get("host", ""),
            typed.get("use", ""),
            author=author(),
            now=g.now,
        )
    except AduanError as error:
        return _page(typed, errors={error.field or "": sentence(error)}), status_of(error)
    return saved(PATH)


@blueprint.post(PATH + "/<uuid:domain_id>/check")
@allows(Permission.CONFIGURE, tenant=True)
def check(domain_id: UUID) -> ResponseReturnValue:
    """Look at the records, and show what is seen."""
    try:
        seen = domains.check(g.session, office(), g.tenant, domain_id, author=author(), now=g.now)
    except NotFound:
        raise
    except AduanError as error:
        g.session.rollback()
        return _page(errors={"": sentence(error)}), status_of(error)
    commit_and_know()
    return _page(seen={str(domain_id): seen})


@blueprint.post(PATH + "/<uuid:domain_id>/removal")
@allows(Permission.CONFIGURE, tenant=True)
def remove(domain_id: UUID) -> ResponseReturnValue:
    """Take one out."""
    domains.remove(g.session, g.tenant, domain_id, author=author(), now=g.now)
    return saved(PATH)


def _page(
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    seen: Mapping[str, list[Record]] | None = None,
) -> str:
    rows = domains.listed(g.session, g.tenant)
    uses = {Use.PORTAL: _("The portal answers there"), Use.MAIL: _("Mail comes from there")}
    records = {row.id: (seen or {}).get(str(row.id)) or domains.wanted(office(), g.tenant, row) for row in rows}
    return render_template(
        "admin/domains.html",
        menu=menu(),
        rows=[(row, uses[Use(row.use)], _state(row), records[row.id]) for row in rows],
        uses=[(use.value, words) for use, words in uses.items()],
        values=typed or {"use": Use.PORTAL.value},
        errors=errors or {},
        usual=office().addresses.of_slug(g.tenant.slug),
        now_at=office().addresses.of(office().directory.by_id[g.tenant.id]),
    )


def _state(row: TenantDomain) -> str:
    if row.verified_at is not None:
        return _("in use")
    return _("waits for its records") if row.checked_at else _("not looked at yet")
