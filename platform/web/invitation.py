"""The page of an invitation to a city's staff: its holder chooses a password, or accepts with their account."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from marshmallow import fields
from sqlalchemy import select

from configuration import invitations
from configuration.editing import Author
from configuration.invitations import Way
from people import sign_in
from people.account import Account
from people.invitation import Invitation
from people.seats import name_of
from tenants.agency import Agency
from tenants.errors import AduanError, Invalid
from web.access import Anyone, allows
from web.context import commit_and_know, office, words
from web.errors import sentence, status_of
from web.forms import Form, Text, refused
from web.roles import may_do, role_name
from web.sign_in import go_in

blueprint = Blueprint("invitation", __name__)


class AcceptForm(Form):
    """Of whoever has no account yet."""

    name = Text()
    password = fields.String()  # as it was typed, blanks too


@blueprint.get("/invitation/<token>")
@allows(Anyone, tenant=True)
def page(token: str) -> ResponseReturnValue:
    """What is offered, and how to take it; nothing changes by looking."""
    return _page(token, {})


@blueprint.post("/invitation/<token>")
@allows(Anyone, tenant=True)
def accept(token: str) -> ResponseReturnValue:
    """Take it: with a first password, or with the account that is signed in."""
    try:
        invitation = invitations.invitation_by(g.session, token, g.now)
        if invitations.way_in(g.session, invitation) is Way.SIGN_IN and current_user.is_authenticated:
            invitations.accept(g.session, invitation, current_user.account, g.now)
            return _go_on(None)
        account = invitations.accept_with_password(
            g.session,
            invitation,
            **AcceptForm().load(request.form),
            language=g.language,
            now=g.now,
        )
    except Invalid as error:
        return _page(token, refused(error))
    return _go_on(account)


@blueprint.post("/invitation/<token>/mail")
@allows(Anyone, tenant=True)
def mail(token: str) -> ResponseReturnValue:
    """Send the link to the address that it is for; the one at hand opens nothing any more."""
    invitation = invitations.invitation_by(g.session, token, g.now)
    invitations.invite_anew(
        g.session,
        office().queue,
        invitation.id,
        base_url=office().addresses.of(g.tenant),
        by_mail=True,
        author=Author(invitation.invited_by),
        now=g.now,
    )
    return render_template("invitation.html", invitation=None, sent=True, errors={})


def _page(token: str, errors: Mapping[str, str]) -> ResponseReturnValue:
    try:
        invitation = invitations.invitation_by(g.session, token, g.now)
    except AduanError as error:
        return render_template("invitation.html", invitation=None, over=sentence(error), errors={}), status_of(error)
    page = render_template("invitation.html", **_shown(invitation), token=token, errors=errors)
    return page, 422 if errors else 200


def _shown(invitation: Invitation) -> dict[str, object]:
    named = [UUID(one) for one in invitation.agency_ids]
    agencies = g.session.scalars(select(Agency).where(Agency.id.in_(named), Agency.ended_at.is_(None)))
    signed_in = current_user.account.email if current_user.is_authenticated else None
    return {
        "invitation": invitation,
        "name": request.form.get("name", invitation.name),
        "role": role_name(invitation.role),
        "may": may_do(invitation.role),
        "agencies": sorted(words(one.name) for one in agencies),
        "inviter": name_of(g.session, invitation.invited_by),
        "way": invitations.way_in(g.session, invitation).value,
        "signed_in": signed_in,
        "is_it": signed_in == invitation.email,
        "least": sign_in.SHORTEST_PASSWORD,
    }


def _go_on(account: Account | None) -> ResponseReturnValue:
    """To the console; signed in, where they weren't."""
    commit_and_know()
    return redirect("/staff", 303) if account is None else go_in(account, "/staff")
