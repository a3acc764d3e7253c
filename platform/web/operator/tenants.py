"""Every tenant with its stage, for operators; and the recorded, time-limited entry into one."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from complaints.figures import received_weekly
from people import entry, sign_in
from people.permissions import Permission
from people.seat import Mode, OperatorEntry
from tenants import scope
from tenants.directory import TenantCard
from tenants.errors import Conflict, NotFound
from tenants.tenant import Stage
from web.access import allows
from web.context import office
from web.entry import ENTRY, refuse_unproved
from web.errors import status_of
from web.forms import MENDABLE, Form, Text, refused
from web.operator.menu import city_name, menu

MOST_SHOWN = 50
WEEKS = 13
STAGES = (Stage.LIVE, Stage.PAUSED, Stage.REHEARSAL, Stage.SUSPENDED)

blueprint = Blueprint("operator_tenants", __name__)


class EntryForm(Form):
    """Why, what for, and for how long."""

    reason = Text()
    mode = Text()
    minutes = Text()


@dataclass(frozen=True)
class Line:
    """One tenant. url: of its portal, None for the commons, which has none of its own.

    received: its reports of each of the last WEEKS, the oldest first. points: the same as a curve 60 wide and 16 high.
    """

    card: TenantCard
    name: str
    stage: str
    url: str | None
    received: Sequence[int]

    @property
    def points(self) -> str:
        most = max(*self.received, 1)
        return " ".join(
            f"{number * 60 / (WEEKS - 1):.1f},{15 - count / most * 14:.1f}"
            for number, count in enumerate(self.received)
        )


@blueprint.get("/operator/tenants")
@allows(Permission.OPERATE, national=True)
def page() -> ResponseReturnValue:
    """The tenants by slug, found by a part of the name, the code or the stage."""
    asked = {name: request.args.get(name, "").strip() for name in ("q", "stage", "after")}
    found = [card for card in office().directory.by_slug.values() if _wanted(card, asked)]
    shown, following = found[:MOST_SHOWN], found[MOST_SHOWN:]
    kept = {name: asked[name] for name in ("q", "stage") if asked[name]}
    more = {**kept, "after": shown[-1].slug} if following else {}
    return render_template(
        "operator/tenants.html",
        menu=menu(),
        here="tenants",
        lines=[_line(card) for card in shown],
        weeks=WEEKS,
        stages=[(stage.value, stage_name(stage)) for stage in STAGES],
        searched=asked["q"],
        stage=asked["stage"],
        next_url=f"/operator/tenants?{urlencode(more)}" if more else None,
        first_url=f"/operator/tenants?{urlencode(kept)}" if asked["after"] else None,
    )


@blueprint.get("/operator/tenants/<slug>/entry")
@allows(Permission.OPERATE, national=True)
def entry_form(slug: str) -> ResponseReturnValue:
    """What an entry means, and the field for its reason."""
    return _entry_page(card_of(slug))


@blueprint.post("/operator/tenants/<slug>/entry")
@allows(Permission.OPERATE, national=True)
def enter(slug: str) -> ResponseReturnValue:
    """Record the entry in the tenant, where its administrators see it."""
    card = card_of(slug)
    try:
        with scope.enter(g.session, card.id):
            entry.begin(g.session, current_user.account, **EntryForm().load(request.form), now=g.now)
    except MENDABLE as error:
        return _entry_page(card, refused(error)), status_of(error)
    return redirect(f"/operator/tenants/{slug}/entry", 303)


@blueprint.post("/operator/tenants/<slug>/entry/ending")
@allows(Permission.OPERATE, national=True)
def leave(slug: str) -> ResponseReturnValue:
    """End the entry before its time."""
    card = card_of(slug)
    with scope.enter(g.session, card.id):
        entry.end(g.session, current_user.account.id, g.now)
    return redirect(f"/operator/tenants/{slug}/entry", 303)


@blueprint.post("/operator/tenants/<slug>/entry/pass")
@allows(Permission.OPERATE, national=True)
def open_city(slug: str) -> ResponseReturnValue:
    """Go into the city's console by a pass of one use."""
    card = card_of(slug)
    if running_entry(card) is None or not card.answers:
        raise Conflict(_("Record an entry with its reason first."))
    if current_user.running.proved_at is None:
        refuse_unproved(card)
    origin = office().addresses.of(card)
    host = urlsplit(origin).hostname or ""
    token = sign_in.issue_ticket(g.session, current_user.account.id, purpose=ENTRY, host=host, now=g.now)
    return redirect(f"{origin}/entry/{token}", 303)


def card_of(slug: str) -> TenantCard:
    """The tenant of a slug, the commons too. Raises NotFound."""
    card = office().directory.by_slug.get(slug)
    if card is None:
        raise NotFound("There is no such city on this platform.")
    return card


def running_entry(card: TenantCard) -> OperatorEntry | None:
    """The entry of this operator into a tenant that still lasts, if any."""
    with scope.enter(g.session, card.id):
        return entry.running(g.session, current_user.account.id, g.now)


def stage_name(stage: Stage) -> str:
    """The word of a stage."""
    return {
        Stage.LIVE: _("Live"),
        Stage.PAUSED: _("Paused"),
        Stage.REHEARSAL: _("Rehearsing"),
        Stage.SUSPENDED: _("Suspended"),
    }[stage]


def _wanted(card: TenantCard, asked: dict[str, str]) -> bool:
    """By slug after the last one of the page before; by words of any of its names."""
    words = asked["q"].casefold()
    named = " ".join((card.slug, card.code, *card.name.values())).casefold()
    return card.slug > asked["after"] and words in named and (not asked["stage"] or card.stage == asked["stage"])


def _line(card: TenantCard) -> Line:
    today = g.now.astimezone(ZoneInfo(card.time_zone)).date()
    with scope.enter(g.session, card.id):
        received = received_weekly(g.session, today, WEEKS)
    url = office().addresses.of(card) if card.answers else None
    return Line(card, city_name(card), stage_name(Stage(card.stage)), url, received)


def _entry_page(card: TenantCard, errors: dict[str, str] | None = None) -> str:
    running = running_entry(card)
    return render_template(
        "operator/entry.html",
        menu=menu(),
        here="tenants",
        card=card,
        name=city_name(card),
        running=running,
        lengths=[(str(minutes), _("%(minutes)s minutes", minutes=minutes)) for minutes in entry.LENGTHS],
        typed=request.form or {"mode": Mode.READ.value, "minutes": str(entry.LENGTHS[0])},
        errors=errors or {},
    )
