"""What is kept of a reporter: to look at, take along, correct and have erased, by the secret link or signed in."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, json, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from complaints.complaint import Complaint
from complaints.reporters import own_data
from tenants import scope
from tenants.directory import TenantCard
from tenants.errors import AduanError, NotFound
from web.access import Anyone, SignedIn, allows
from web.context import office
from web.errors import status_of
from web.forms import Form, Text, refused
from web.resident.complaint import elsewhere
from web.resident.finding import IsElsewhere, check_token, complaint_of

blueprint = Blueprint("own_data", __name__)
blueprint.register_error_handler(IsElsewhere, elsewhere)

MOST_REPORTS = 1_000


class ContactForm(Form):
    """Who one is, and where one is reached."""

    name = Text()
    email = Text()
    phone = Text()


@blueprint.get("/complaints/<reference>/manage/<token>/data")
@allows(Anyone)
def page(reference: str, token: str) -> ResponseReturnValue:
    """What is kept with this report, and what can be done about it."""
    return _page(reference, token)


@blueprint.get("/complaints/<reference>/manage/<token>/data.json")
@allows(Anyone)
def download(reference: str, token: str) -> ResponseReturnValue:
    """All of it as one document."""
    with complaint_of(reference) as (complaint, card):
        check_token(token, complaint)
        return _document(_of(complaint, card), f"{complaint.reference}.json")


@blueprint.post("/complaints/<reference>/manage/<token>/data/contact")
@allows(Anyone)
def correct(reference: str, token: str) -> ResponseReturnValue:
    """Write anew who one is and where one is reached."""

    said, how = ContactForm().load(request.form), {"language": g.language, "now": g.now}
    return _changed(
        reference, token, lambda complaint: own_data.correct(g.session, office().queue, complaint, **said, **how)
    )


@blueprint.post("/complaints/<reference>/manage/<token>/data/forgetting")
@allows(Anyone)
def forget(reference: str, token: str) -> ResponseReturnValue:
    """Have it forgotten who reported it."""
    return _changed(reference, token, lambda complaint: own_data.forget(g.session, office().queue, complaint, g.now))


@blueprint.post("/complaints/<reference>/manage/<token>/data/erasure")
@allows(Anyone)
def erase(reference: str, token: str) -> ResponseReturnValue:
    """Have everything erased that was written and photographed."""
    return _changed(reference, token, lambda complaint: own_data.erase(g.session, office().queue, complaint, g.now))


@blueprint.get("/account/data.json")
@allows(SignedIn)
def account() -> ResponseReturnValue:
    """One's account, and what is kept with one's own reports on this host."""
    one = current_user.account
    card: TenantCard = g.tenant or office().directory.commons
    with scope.enter(g.session, card.id):
        own = g.session.scalars(
            select(Complaint)
            .where(Complaint.reporter_account_id == one.id)
            .order_by(Complaint.received_at.desc())
            .limit(MOST_REPORTS)
        )
        reports = [_of(complaint, card) for complaint in own]
    document = {
        "account": {
            "email": one.email,
            "name": one.name,
            "phone": one.phone,
            "language": one.language,
            "created_at": _written(one.created_at),
            "confirmed_at": _written(one.confirmed_at),
        },
        "reports": reports,
    }
    return _document(document, "account.json")


def _of(complaint: Complaint, card: TenantCard) -> dict[str, Any]:
    link = office().manage_url(card, complaint.reference, complaint.birth_tenant_id, complaint.id)
    return own_data.document(g.session, complaint, office().rulebooks.of(g.session, card), link)


def _page(reference: str, token: str, *, errors: dict[str, str] | None = None) -> str:
    with complaint_of(reference) as (complaint, card):
        check_token(token, complaint)
        document = _of(complaint, card)
        is_open = complaint.is_open
    return render_template(
        "resident/own_data.html",
        document=document,
        manage=f"/complaints/{reference}/manage/{token}",
        reference=reference,
        is_open=is_open,
        errors=errors or {},
        typed=request.form or document["contact"] or {},
    )


def _changed(reference: str, token: str, change: Callable[[Complaint], None]) -> ResponseReturnValue:
    try:
        with complaint_of(reference) as (complaint, _card):
            check_token(token, complaint)
            change(complaint)
    except NotFound:
        raise
    except AduanError as error:
        return _page(reference, token, errors=refused(error)), status_of(error)
    return redirect(f"/complaints/{reference}/manage/{token}/data?changed=1", 303)


def _document(document: dict[str, Any], name: str) -> Response:
    response = Response(json.dumps(document, ensure_ascii=False, indent=2), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _written(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant is not None else None
