"""Following a report that somebody else made, and saying "me too". A mailed link opens a page whose button posts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from complaints import handling
from complaints.audience import following
from complaints.audience.following import Follower
from complaints.complaint import Complaint
from people import limits
from people.contacts import checked_email
from tenants import scope
from tenants.directory import TenantCard
from tenants.errors import AduanError, Conflict, NotFound
from web.access import Anyone, allows
from web.context import office, settings
from web.device import device_of_request, named_device, network_of_request, remember_device
from web.errors import status_of
from web.forms import refused
from web.resident import shown
from web.resident.finding import IsElsewhere, complaint_of

blueprint = Blueprint("following", __name__)

WINDOW = timedelta(hours=1)
MOST_OF_ADDRESS = 60
"""Tries an hour from one network address: a whole kelurahan may sit behind it."""
MOST_OF_DEVICE = 20


@blueprint.errorhandler(IsElsewhere)
def elsewhere(error: IsElsewhere) -> ResponseReturnValue:
    """Lead to where the complaint is; what was sent here is sent again from its page."""
    return redirect(error.address("/follow"), 302 if request.method == "GET" else 303)


@blueprint.get("/complaints/<reference>/follow")
@allows(Anyone)
def form(reference: str) -> ResponseReturnValue:
    """What following is, and the form; once it was sent, what comes next."""
    return _form(reference, email=own_email() or "", asked="asked" in request.args, on="on" in request.args)


@blueprint.post("/complaints/<reference>/follow")
@allows(Anyone)
def follow(reference: str) -> ResponseReturnValue:
    """Follow it: at once by a confirmed account, else a link to confirm is mailed. The answer tells nobody which."""
    written = request.form.get("email", "")
    slow_down("follow")
    try:
        with _public(reference) as (complaint, card):
            email, mine = address_of(written)
            how = {"card": card, "language": g.language, "now": g.now}
            account_id = current_user.account.id if mine else None
            following.follow(g.session, office(), complaint, email, account_id=account_id, **how)
    except NotFound:
        raise
    except AduanError as error:
        return _form(reference, email=written, errors=refused(error)), status_of(error)
    return redirect(f"/complaints/{reference}/follow?{'on' if mine else 'asked'}=1", 303)


@blueprint.post("/complaints/<reference>/support")
@allows(Anyone)
def support(reference: str) -> ResponseReturnValue:
    """Say "me too": counted once for each device or account."""
    slow_down("support")
    device = named_device()
    with _public(reference) as (complaint, _card):
        if not complaint.is_open:
            raise Conflict(_("This report is closed. If it is still there, report it anew."))
        following.support(g.session, office(), complaint, whoever(device), g.now)
    response = redirect(f"/complaints/{reference}#support", 303)
    remember_device(response, device)
    return response


@blueprint.get("/following/<uuid:follower_id>/<token>")
@allows(Anyone)
def link(follower_id: UUID, token: str) -> ResponseReturnValue:
    """The page of a mailed link: to confirm, or to stop."""
    with scope.enter(g.session, _card().id):
        follower = following.by_link(g.session, office(), follower_id, token)
        return _link_page(follower, done="on" in request.args)


@blueprint.post("/following/<uuid:follower_id>/<token>/confirmation")
@allows(Anyone)
def confirm(follower_id: UUID, token: str) -> ResponseReturnValue:
    """Confirm that the address is one's own."""
    with scope.enter(g.session, _card().id):
        following.confirm(g.session, office(), follower_id, token, g.now)
    return redirect(f"/following/{follower_id}/{token}?on=1", 303)


@blueprint.post("/following/<uuid:follower_id>/<token>/messages")
@allows(Anyone)
def choose(follower_id: UUID, token: str) -> ResponseReturnValue:
    """Hear of each step once a day, or of the end alone."""
    with scope.enter(g.session, _card().id):
        following.choose(g.session, office(), follower_id, token, daily=request.form.get("daily") == "yes")
    return redirect(f"/following/{follower_id}/{token}", 303)


@blueprint.post("/following/<uuid:follower_id>/<token>/end")
@allows(Anyone)
def end(follower_id: UUID, token: str) -> ResponseReturnValue:
    """Stop following; the address is forgotten."""
    with scope.enter(g.session, _card().id):
        complaint_id = following.unfollow(g.session, office(), follower_id, token)
        reference = handling.complaint_here(g.session, complaint_id).reference
    return render_template("resident/following_ended.html", reference=reference)


def whoever(device: str) -> bytes:
    """What names the one who asks: their account, else their device."""
    return current_user.account.id.bytes if current_user.is_authenticated else device.encode()


@contextmanager
def _public(reference: str) -> Iterator[tuple[Complaint, TenantCard]]:
    """A public complaint in the scope of its tenant. Raises NotFound, and IsElsewhere."""
    with complaint_of(reference) as (complaint, card):
        if complaint.visibility != "public":
            raise NotFound(_("Only a public report can be followed."))
        yield complaint, card


def _form(
    reference: str, *, email: str, errors: dict[str, str] | None = None, asked: bool = False, on: bool = False
) -> str:
    with _public(reference) as (complaint, card):
        view = shown.view_of(g.session, office(), complaint, card, g.now, g.language, token=None)
    return render_template(
        "resident/follow.html", view=view, email=email, errors=errors or {}, asked=asked, on=on, own=own_email()
    )


def _link_page(follower: Follower, *, done: bool) -> str:
    complaint = handling.complaint_here(g.session, follower.complaint_id)
    view = shown.view_of(g.session, office(), complaint, _card(), g.now, g.language, token=None)
    return render_template(
        "resident/following.html",
        view=view,
        confirmed=follower.confirmed_at is not None,
        daily=follower.daily,
        done=done,
    )


def _card() -> TenantCard:
    card: TenantCard = g.tenant or office().directory.commons
    return card


def own_email() -> str | None:
    """The address of the signed-in account, if it was ever confirmed."""
    account = current_user.account if current_user.is_authenticated else None
    return account.email if account is not None and account.confirmed_at is not None else None


def address_of(written: str) -> tuple[str | None, bool]:
    """The address that was written, else that of the account; and whether it is the account's, which needs no proof.

    Raises Invalid, field email.
    """
    own = own_email()
    email = checked_email(written) or own
    return email, own is not None and email is not None and email.casefold() == own.casefold()


def slow_down(what: str) -> None:
    """Count a try; a device is refused sooner than a network, which many share."""
    device, network = device_of_request(), network_of_request()
    for key, most in ((f"ip/{network}", MOST_OF_ADDRESS), (f"device/{device}", MOST_OF_DEVICE)):
        tries = limits.count(g.session, f"{what}/{key}", window=WINDOW, now=g.now) if key != "device/" else 0
        g.session.commit()
        if settings().rate_limits and tries > most:
            raise limits.TooMany(_("Too many tries from here. Please wait an hour."), until=limits.until(WINDOW, g.now))
