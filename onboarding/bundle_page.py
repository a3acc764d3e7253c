"""`/admin/bundle`: a city takes its whole configuration home, and brings one back after seeing what would differ."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from complaints.photos.storage import STAGING
from configuration.comparing import RowDifference, compare
from onboarding.bundle import Bundle, read_bundle, write_bundle
from onboarding.export import export_tenant
from onboarding.provision import provision
from people.permissions import Permission
from tenants.errors import AduanError, Conflict, Invalid, NotFound
from tenants.tenant import Tenant
from web.access import allows
from web.admin.readings import Namer, field_name, section_name
from web.context import office, words
from web.errors import sentence, status_of
from web.saving import author, saved
from web.staff.viewer import menu

MOST_SHOWN = 200
"""Differences on the page; a city has a few hundred rows, and whoever changes more reads the document itself."""

_STAGED = re.compile(r"[0-9a-f]{32}")

blueprint = Blueprint("admin_bundle", __name__)


@blueprint.get("/admin/bundle")
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """What a bundle is, to take and to bring."""
    return _page()


@blueprint.get("/admin/bundle.zip")
@allows(Permission.CONFIGURE, tenant=True)
def download() -> ResponseReturnValue:
    """The city's configuration; the same bytes as long as nothing was changed."""
    bundle = export_tenant(g.session, g.tenant.id, storage=office().storage)
    answer = Response(write_bundle(bundle), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{g.tenant.slug}-bundle.zip"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/admin/bundle")
@allows(Permission.CONFIGURE, tenant=True)
def look() -> ResponseReturnValue:
    """What would differ after a bundle; nothing is changed yet."""
    file = request.files.get("bundle")
    content = file.read() if file else b""
    try:
        if not content:
            raise Invalid(_("Choose a bundle: the zip, or a document in YAML or JSON."), field="bundle")
        found = _differences(_own(read_bundle(content, name=(file and file.filename) or "bundle")))
    except AduanError as error:
        return _page({"bundle": sentence(error)}), status_of(error)
    token = secrets.token_hex(16)
    # The settings that were looked at go along: what somebody changes meanwhile must not be taken back unseen.
    office().storage.put(_key(token), b"%d\n" % _revision() + content, "application/octet-stream")
    return _page(differences=found, token=token)


@blueprint.post("/admin/bundle/application")
@allows(Permission.CONFIGURE, tenant=True)
def apply() -> ResponseReturnValue:
    """Bring the city to the bundle that was looked at, in one transaction; every change goes into the ledger."""
    token = request.form.get("token", "")
    try:
        if not _STAGED.fullmatch(token):
            raise Invalid(_("This form is incomplete. Please open the page anew."), field="bundle")
        looked_at, _newline, content = office().storage.get(_key(token)).partition(b"\n")
        if int(looked_at) != _revision(lock=True):
            raise Conflict(_("Somebody has changed the settings since you looked. Please look again."))
        bundle = _own(read_bundle(content))
        provision(g.session, bundle, now=g.now, storage=office().storage, author=author())
    except NotFound:
        g.session.rollback()
        gone = _("The bundle was kept for 24 hours and is gone. Please choose it again.")
        return _page({"bundle": gone}), 422
    except AduanError as error:
        g.session.rollback()
        return _page({"bundle": sentence(error)}), status_of(error)
    return saved("/admin/bundle")


def _page(
    errors: Mapping[str, str] | None = None, *, differences: list[RowDifference] | None = None, token: str = ""
) -> str:
    namer = Namer(g.session, [])
    shown = [
        (
            section_name(one.section),
            words(one.name) if isinstance(one.name, dict) else one.code,
            one.did,
            [(field_name(key), namer.said(before), namer.said(after)) for key, before, after in one.fields],
        )
        for one in (differences or [])[:MOST_SHOWN]
    ]
    return render_template(
        "onboarding/bundle.html",
        menu=menu(),
        errors=errors or {},
        looked=differences is not None,
        shown=shown,
        many=len(differences or []),
        token=token,
    )


def _own(bundle: Bundle) -> Bundle:
    """The bundle as this city may take it: its ground, its people and what the platform decides stay as they are."""
    given: Mapping[str, Any] = bundle.document["tenant"]
    if (given["slug"], given["code"]) != (g.tenant.slug, g.tenant.code):
        raise Invalid(
            _("This is the bundle of %(slug)s (%(code)s), not of this city.", slug=given["slug"], code=given["code"]),
            field="bundle",
        )
    kept = {"municipality": g.tenant.municipality_code, "type": g.tenant.type, "boundary": None, "overlay": []}
    options = {**bundle.document["options"], "demo": bool(g.tenant.options.get("demo"))}
    document = {**bundle.document, "tenant": {**given, **kept}, "people": [], "options": options}
    return replace(bundle, document=document, boundary=None)


def _revision(*, lock: bool = False) -> int:
    """Counts up with every change of the city's settings. lock: keep others from changing them until the commit."""
    statement = select(Tenant.revision).where(Tenant.id == g.tenant.id)
    return g.session.scalars(statement.with_for_update() if lock else statement).one()


def _differences(bundle: Bundle) -> list[RowDifference]:
    present = _own(export_tenant(g.session, g.tenant.id, storage=office().storage))
    return list(compare(_compared(present), _compared(bundle)))


def _compared(bundle: Bundle) -> dict[str, Any]:
    areas = [
        {
            "code": row.code,
            "name": row.name,
            "type": row.type,
            "parent": row.parent,
            "outline": None if row.outline is None else row.outline.wkt,
        }
        for row in bundle.areas
    ]
    return {**bundle.document, "areas": areas}


def _key(token: str) -> str:
    return f"{STAGING}{token}"
