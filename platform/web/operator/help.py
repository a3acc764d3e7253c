"""What cities' administrators ask the operators: seen here, answered by mail, closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from people import help_request
from people.account import Account
from people.help_request import HelpRequest
from people.permissions import Permission
from tenants import scope
from tenants.errors import AduanError
from tenants.tenant import COMMONS_ID, in_language
from web.access import allows
from web.context import office
from web.errors import status_of
from web.forms import refused
from web.operator.menu import city_name, menu

PATH = "/operator/help"

blueprint = Blueprint("operator_help", __name__)


@dataclass(frozen=True)
class Line:
    """One question with its city, and who asked."""

    row: HelpRequest
    city: str
    origin: str
    who: str


@blueprint.get(PATH)
@allows(Permission.OPERATE, national=True)
def page() -> ResponseReturnValue:
    """The open ones, and those that were closed lately."""
    with scope.enter(g.session, COMMONS_ID):
        found = {closed: help_request.listed(g.session, closed=closed) for closed in (False, True)}
        asked_by = _accounts([row for rows in found.values() for row in rows])
        lines = {closed: [_line(row, asked_by) for row in rows] for closed, rows in found.items()}
    return render_template("operator/helps.html", menu=menu(), here="help", waiting=lines[False], closed=lines[True])


@blueprint.get(PATH + "/<uuid:request_id>")
@allows(Permission.OPERATE, national=True)
def one(request_id: UUID) -> ResponseReturnValue:
    """One question, and the form of its answer."""
    return _page(request_id)


@blueprint.post(PATH + "/<uuid:request_id>/answer")
@allows(Permission.OPERATE, national=True)
def answer(request_id: UUID) -> ResponseReturnValue:
    """Mail an answer to whoever asked."""
    said = request.form.get("answer", "")
    try:
        with scope.enter(g.session, COMMONS_ID):
            asked = help_request.one(g.session, request_id)
            card = office().directory.by_id.get(asked.from_tenant_id)
            help_request.answer(
                g.session,
                office().queue,
                request_id,
                said,
                city=in_language(card.name, asked.language, list(card.languages)) if card else "Aduan",
                origin=office().addresses.of(card) if card and card.answers else office().addresses.national,
                by=current_user.account.id,
                now=g.now,
            )
    except AduanError as error:
        return _page(request_id, said, refused(error), status_of(error))
    return redirect(PATH, 303)


@blueprint.post(PATH + "/<uuid:request_id>/closing")
@allows(Permission.OPERATE, national=True)
def close(request_id: UUID) -> ResponseReturnValue:
    """Close it without an answer."""
    with scope.enter(g.session, COMMONS_ID):
        help_request.close(g.session, request_id, g.now)
    return redirect(PATH, 303)


def _page(
    request_id: UUID, said: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    with scope.enter(g.session, COMMONS_ID):
        row = help_request.one(g.session, request_id)
        line = _line(row, _accounts([row]))
        shown = render_template(
            "operator/help.html", menu=menu(), here="help", line=line, row=line.row, said=said, errors=errors or {}
        )
    return shown, status


def _accounts(rows: Sequence[HelpRequest]) -> dict[UUID, Account]:
    asked_by = select(Account).where(Account.id.in_({row.account_id for row in rows}))
    return {account.id: account for account in g.session.scalars(asked_by)}


def _line(row: HelpRequest, asked_by: Mapping[UUID, Account]) -> Line:
    card = office().directory.by_id.get(row.from_tenant_id)
    account = asked_by.get(row.account_id)
    return Line(
        row,
        city_name(card) if card else _("a city that has left"),
        office().addresses.of(card) if card and card.answers else "",
        f"{account.name} <{account.email}>" if account else _("an account that is gone"),
    )
