"""The breach kit: who was affected, the notices to them, the clock of 3 × 24 hours, and what was done when."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, redirect, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from marshmallow import fields
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from complaints.safety import affected, breach, breach_notice
from complaints.safety.breach import Breach, Kind, Named, Reach
from people import sign_in
from people.permissions import Permission
from tenants import scope
from tenants.database import db
from tenants.directory import TenantCard
from tenants.errors import N_
from tenants.tenant import COMMONS_ID
from web.access import allows
from web.context import office
from web.errors import status_of
from web.forms import MENDABLE, Form, Text, refused
from web.operator.instants import Instant, typed
from web.operator.menu import city_name, menu
from web.table import csv_line

PATH = "/operator/breaches"
KINDS = {
    Kind.REPORTERS: N_("Contacts that reporters left"),
    Kind.FOLLOWERS: N_("Addresses to which news go"),
    Kind.RESIDENTS: N_("Residents' accounts"),
    Kind.OFFICIALS: N_("Officials' accounts"),
}
REACHES = {
    Reach.STORED: (N_("Everything that was stored"), N_("Somebody could read the store during the window.")),
    Reach.PASSED: (N_("Only what passed through"), N_("What was sent or signed in with during the window.")),
}
STEPS = {
    "begun": N_("Record opened"),
    "downloaded": N_("List of those affected downloaded"),
    "worded": N_("Notice worded"),
    "sent": N_("Notices sent"),
    "noted": N_("Noted"),
    "closed": N_("Record closed"),
}
blueprint = Blueprint("operator_breaches", __name__)


class BreachForm(Form):
    """A record to open. slugs: with blanks or commas between."""

    happened = Text()
    found_at = Instant(data_key="found")
    from_at = Instant(data_key="from")
    until_at = Instant(data_key="until")
    reach = Text()
    kinds = fields.List(Text())
    slugs = Text(post_load=lambda written: written.replace(",", " ").casefold().split())


@dataclass(frozen=True)
class Step:
    """One line of the record."""

    at: Any
    who: str
    did: str
    said: str


@blueprint.get(PATH)
@allows(Permission.OPERATE, national=True)
def page() -> ResponseReturnValue:
    """The records so far, and the form of a new one."""
    return _list()


@blueprint.post(PATH)
@allows(Permission.OPERATE, national=True)
def begin() -> ResponseReturnValue:
    """Open a record."""
    try:
        named = Named(**BreachForm().load(request.form))
        with scope.enter(g.session, COMMONS_ID):
            begun = breach.begin(g.session, office(), named, by=current_user.account.id, now=g.now).id
    except MENDABLE as error:
        return _list(refused(error)), status_of(error)
    return redirect(f"{PATH}/{begun}", 303)


@blueprint.get(PATH + "/<uuid:breach_id>")
@allows(Permission.OPERATE, national=True)
def one(breach_id: UUID) -> ResponseReturnValue:
    """The clock, the counts, the notice, and the record."""
    return _one(breach_id)


@blueprint.post(PATH + "/<uuid:breach_id>/list")
@allows(Permission.OPERATE, national=True)
def download(breach_id: UUID) -> ResponseReturnValue:
    """Everybody affected, as a file; each city concerned gets word of it. Not from a closed record."""
    by = current_user.account.id
    try:
        with scope.enter(g.session, COMMONS_ID):
            row = breach.open_one(g.session, breach_id)
            breach.note(g.session, breach_id, "downloaded", by=by, now=g.now)
            g.session.expunge(row)
    except MENDABLE as error:
        return _one(breach_id, refused(error)), status_of(error)
    cards = breach.cities(office(), row)
    for card in cards:
        breach.enter(g.session, card, row, by=by, now=g.now)
    answer = Response(stream_with_context(_file(row, cards)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="breach-{breach_id.hex[:8]}.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post(PATH + "/<uuid:breach_id>/notice")
@allows(Permission.OPERATE, national=True)
def word(breach_id: UUID) -> ResponseReturnValue:
    """Keep the words of the notice."""
    letters = {
        language: (
            request.form.get(f"subject-{language}", "").strip(),
            request.form.get(f"body-{language}", "").replace("\r\n", "\n"),
        )
        for language in breach_notice.LANGUAGES
    }
    by = current_user.account.id
    return _done(breach_id, lambda: breach_notice.word(g.session, breach_id, letters, by=by, now=g.now), letters)


@blueprint.post(PATH + "/<uuid:breach_id>/sending")
@allows(Permission.OPERATE, national=True)
def send(breach_id: UUID) -> ResponseReturnValue:
    """Mail the notices in every city concerned."""
    by = current_user.account.id
    return _done(breach_id, lambda: breach_notice.send(g.session, office(), breach_id, by=by, now=g.now))


@blueprint.post(PATH + "/<uuid:breach_id>/notes")
@allows(Permission.OPERATE, national=True)
def say(breach_id: UUID) -> ResponseReturnValue:
    """Write down what was done elsewhere."""
    said, by = request.form.get("said", ""), current_user.account.id
    return _done(breach_id, lambda: breach.say(g.session, breach_id, said, by=by, now=g.now))


@blueprint.post(PATH + "/<uuid:breach_id>/closing")
@allows(Permission.OPERATE, national=True)
def close(breach_id: UUID) -> ResponseReturnValue:
    """Nothing is left to do."""
    return _done(breach_id, lambda: breach.close(g.session, breach_id, by=current_user.account.id, now=g.now))


def _done(
    breach_id: UUID, act: Callable[[], object], letters: dict[str, tuple[str, str]] | None = None
) -> ResponseReturnValue:
    try:
        with scope.enter(g.session, COMMONS_ID):
            act()
    except MENDABLE as error:
        return _one(breach_id, refused(error), letters), status_of(error)
    return redirect(f"{PATH}/{breach_id}", 303)


def _list(errors: dict[str, str] | None = None) -> str:
    now = typed(g.now)
    usual = {"found": now, "until": now, "reach": Reach.STORED.value, "kinds": Kind.REPORTERS.value}
    with scope.enter(g.session, COMMONS_ID):
        rows = [(row.id, row.happened, row.found_at, row.closed_at) for row in breach.listed(g.session)]
    return render_template(
        "operator/breaches.html",
        menu=menu(),
        here="breaches",
        rows=rows,
        duty=breach.DUTY,
        typed=request.form or MultiDict(usual),
        errors=errors or {},
        kinds=[(kind.value, _(words)) for kind, words in KINDS.items()],
        reaches=[(reach.value, _(words), _(hint)) for reach, (words, hint) in REACHES.items()],
    )


def _one(
    breach_id: UUID, errors: dict[str, str] | None = None, letters: dict[str, tuple[str, str]] | None = None
) -> str:
    with scope.enter(g.session, COMMONS_ID):
        row = breach.one(g.session, breach_id)
        steps = breach.steps(g.session, breach_id)
        record = [(step.at, step.by, step.did, step.said or "") for step in steps]
        g.session.expunge(row)
    cards = breach.cities(office(), row)
    counts = [affected.count(g.session, office(), row, card) for card in cards]
    return render_template(
        "operator/breach.html",
        menu=menu(),
        here="breaches",
        row=row,
        due_at=row.found_at + breach.DUTY,
        left=max(row.found_at + breach.DUTY - g.now, timedelta()),
        kinds=[(kind, _(KINDS[Kind(kind)])) for kind in row.kinds],
        reach=_(REACHES[Reach(row.reach)][0]),
        counts=[(one, city_name(one.card), breach_notice.told_in(g.session, one.card, row.id)) for one in counts],
        total={kind: sum(one.kinds[kind] for one in counts) for kind in row.kinds},
        mails=sum(one.by_mail for one in counts),
        letters=letters or {language: breach_notice.letter_of(row, language) for language in breach_notice.LANGUAGES},
        known=sorted(breach_notice.KNOWN),
        worded=set(row.letters) == set(breach_notice.LANGUAGES),
        sent=any(did == "sent" for _at, _by, did, _said in record),
        previews=_previews(row, cards[0] if cards else None),
        record=_record(record),
        said=request.form.get("said", ""),
        errors=errors or {},
    )


def _previews(row: Breach, card: Any) -> list[tuple[str, str, str]]:
    """(language, subject, body) as it goes out in the first city."""
    if card is None or not row.letters:
        return []
    return [(one, *breach_notice.composed(row, office(), card, one)) for one in breach_notice.LANGUAGES]


def _record(steps: list[tuple[Any, UUID, str, str]]) -> list[Step]:
    names = sign_in.names_of(g.session, {by for _at, by, _did, _said in steps})
    return [Step(at, names.get(by, _("A former operator")), _(STEPS[did]), said) for at, by, did, said in steps]


def _file(row: Breach, cards: Sequence[TenantCard]) -> Iterator[str]:
    """Line by line, each city in a session of its own that outlasts the request's."""
    yield csv_line(["city", "kind", "name", "email", "phone"])
    for card in cards:
        with Session(db.engine) as session:
            scope.name_tenant(session, card.id)
            for one in affected.people(session, office(), row, card):
                yield csv_line([card.slug, one.kind.value, one.name, one.email, one.phone])
