"""What-if: a promise tried on the last 90 days before it is saved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from flask import Blueprint, Response, current_app, g, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_decimal
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from complaints.clock import Milestone
from complaints.replay import Tally, replay, since_of
from complaints.rules.rulebook import Rulebook, RuleEntry
from configuration import rules
from people.permissions import Permission
from tenants import scope
from tenants.database import db
from tenants.errors import Invalid
from web.access import allows
from web.admin.amounts import words_of
from web.admin.rule_form import row_of
from web.admin.rules import chosen_rule, rule_name, rule_page, typed_form
from web.context import office, words
from web.milestones import milestone_name
from web.plot import share
from web.shares import percent
from web.staff.viewer import menu

SHOWN = 12
"""Agencies with a bar of their own; the table has all."""
DRAWN = 125
HERE = "<!-- replay -->"
"""Where in the page the replay goes."""

blueprint = Blueprint("admin_trying", __name__)


@dataclass(frozen=True)
class Side:
    """A milestone on both sides: the targets in words, and how many would have missed it."""

    name: str
    today: str
    then: str
    missed_today: int
    missed_then: int


@dataclass(frozen=True)
class AgencyLine:
    """An agency's late reports on both sides. today_width, then_width: of its bars."""

    name: str
    total: int
    today: int
    then: int
    today_width: float
    then_width: float

    @property
    def difference(self) -> str:
        return _signed(self.then - self.today)


@dataclass(frozen=True)
class Outcome:
    """All that the page says once the replay is over."""

    verdict: str
    caption: str
    sides: Sequence[Side]
    lines: Sequence[AgencyLine]
    tally: Tally
    difference: str
    nothing: bool


@blueprint.post("/admin/rules/what-if")
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """Replay, and say how many would have been late. A large city sees how far it has come; nothing is saved."""
    form, row = typed_form(), chosen_rule()
    book = office().rulebooks.of(g.session, g.tenant)
    try:
        given = row_of(form)
        proposed = rules.proposed(g.session, given, row)
    except Invalid as error:
        return rule_page(form, row=row, error=error), 422
    page = render_template(
        "admin/whatif.html",
        menu=menu(),
        rule_id=row.id if row is not None else None,
        name=rule_name(book, given),
        typed=[(name, value) for name, values in request.form.lists() for value in values],
        since=format_date(since_of(g.now), "d MMMM y"),
        until=format_date(g.now, "d MMMM y"),
    )
    replayed = _replayed(g.tenant.id, book, proposed, g.now, row.revision if row is not None else None)
    above, _here, below = page.partition(HERE)
    return Response(stream_with_context(chain([above], replayed, [below])), content_type="text/html; charset=utf-8")


def _replayed(
    tenant_id: UUID, book: Rulebook, proposed: RuleEntry, now: datetime, revision: int | None
) -> Iterator[str]:
    """A line for each portion, then the outcome: sent while the replay goes on, in a session of its own."""
    tally = Tally()
    with Session(db.engine) as session:
        scope.name_tenant(session, tenant_id)
        for step in replay(session, book, proposed, now):
            tally = step.tally
            if step.done < step.of:
                done, of = format_decimal(step.done), format_decimal(step.of)
                yield Markup('<p class="replaying">{}</p>\n').format(
                    _("%(done)s of %(of)s reports replayed", done=done, of=of)
                )
    # Not by render_template: what every page knows was read in the request's session, which has ended.
    yield current_app.jinja_env.get_template("admin/whatif_outcome.html").render(
        outcome=_outcome(book, proposed, tally), revision=revision, shown=SHOWN
    )


def _outcome(book: Rulebook, proposed: RuleEntry, tally: Tally) -> Outcome:
    replaced = book.rule_by_id(proposed.id)
    most = max([*tally.todays.values(), *tally.thens.values()], default=0)
    lines = sorted(
        (
            AgencyLine(
                _agency_name(book, one),
                tally.totals[one],
                tally.todays[one],
                tally.thens[one],
                share(tally.todays[one], most, DRAWN),
                share(tally.thens[one], most, DRAWN),
            )
            for one in tally.totals
        ),
        key=lambda line: (-abs(line.then - line.today), -line.then, line.name),
    )
    return Outcome(
        verdict=_verdict(tally),
        caption=_caption(lines, tally.then - tally.today),
        sides=[
            Side(
                milestone_name(one),
                _always(replaced, one),
                _always(proposed, one),
                tally.milestones_today[one],
                tally.milestones_then[one],
            )
            for one in Milestone
        ],
        lines=lines,
        tally=tally,
        difference=_signed(tally.then - tally.today),
        nothing=not tally.total,
    )


def _agency_name(book: Rulebook, agency_id: UUID | None) -> str:
    entry = book.agencies.get(agency_id) if agency_id is not None else None
    return words(entry.name) if entry is not None else _("No agency, or one that has ended")


def _verdict(tally: Tally) -> str:
    if not tally.total:
        return _("No report of these days would have been under this rule.")
    return _(
        "Under this rule %(then)s of %(total)s reports (%(then_share)s) would have been late; today %(today)s"
        " (%(today_share)s).",
        then=format_decimal(tally.then),
        total=format_decimal(tally.total),
        then_share=percent(tally.then / tally.total),
        today=format_decimal(tally.today),
        today_share=percent(tally.today / tally.total),
    )


def _caption(lines: Sequence[AgencyLine], difference: int) -> str:
    """What the plot shows, as a sentence."""
    most = next((line for line in lines if (line.then - line.today) * difference > 0), None)
    if most is None:
        return _("As many would have been late as today")
    numbers = {
        "name": most.name,
        "number": format_decimal(abs(most.then - most.today)),
        "all": format_decimal(abs(difference)),
    }
    if difference > 0:
        return _("%(name)s would bear most of what is added: %(number)s of %(all)s", **numbers)
    return _("%(name)s would be relieved most: by %(number)s of %(all)s", **numbers)


def _always(rule: RuleEntry | None, milestone: Milestone) -> str:
    """The target for all answers, in words."""
    found = [line for line in rule.milestones if line["milestone"] == milestone] if rule is not None else []
    return words_of(next((line for line in found if not line.get("when")), None))


def _signed(number: int) -> str:
    return f"+{format_decimal(number)}" if number > 0 else str(format_decimal(number))
