"""The promises of a city: which rules there are, which one decides, and the editor of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from complaints.clock import Milestone
from complaints.correcting import PRIORITIES, priorities_of
from complaints.rules.rulebook import Rulebook, RuleEntry
from configuration import rules
from configuration.editing import Stale
from people.permissions import Permission
from people.seat import Seat
from tenants.errors import Invalid
from tenants.sla_rule import SlaRule
from web.access import allows
from web.admin.amounts import unit_options, words_of
from web.admin.rule_form import Typed, asked_of, errors_by_control, of_form, of_row, row_of
from web.area_picking import area_choices, pick
from web.context import office, words
from web.milestones import milestone_name
from web.saving import author, looked_at, saved
from web.staff.corrected import priority_word
from web.staff.viewer import menu
from web.tongues import tongue

MOST = 100

blueprint = Blueprint("admin_rules", __name__)


@dataclass(frozen=True)
class Line:
    """One rule in the list. targets: of respond, secure, resolve in words; some: whether answers choose others."""

    id: UUID
    name: str
    where: str
    targets: Sequence[str]
    some: bool
    decides: bool


@blueprint.get("/admin/rules")
@allows(Permission.CONFIGURE, tenant=True)
def page() -> ResponseReturnValue:
    """The rules, by search; or those that fit a report, the one that decides first."""
    book = office().rulebooks.of(g.session, g.tenant)
    asked = {name: request.args.get(name, "").strip() for name in ("q", "category", "priority", "area")}
    category = book.categories.get(asked["category"])
    picked = pick(book, asked["area"], request.args.get("area_pick", ""))
    if category is not None:
        area = book.area_of_code(picked.code)
        fitting = _fitting(book, category.id, asked["priority"] or "normal", area.id if area else None)
    else:
        named = sorted(((_names(book, rule), rule) for rule in book.rules), key=itemgetter(0))
        fitting = [rule for names, rule in named if asked["q"].casefold() in " ".join(names).casefold()]
    return render_template(
        "admin/rules.html",
        menu=menu(),
        asked=asked,
        chosen=category,
        lines=[_line(book, rule, decides=category is not None and rule is fitting[0]) for rule in fitting[:MOST]],
        more=max(0, len(fitting) - MOST),
        none=not book.rules,
        offered=picked.offered,
        **_choices(book),
    )


@blueprint.get("/admin/rules/new")
@allows(Permission.CONFIGURE, tenant=True)
def new() -> ResponseReturnValue:
    """The form of a rule that isn't there yet."""
    return rule_page(Typed(category=request.args.get("category", "")))


@blueprint.post("/admin/rules")
@allows(Permission.CONFIGURE, tenant=True)
def add() -> ResponseReturnValue:
    """Save a new rule."""
    form = typed_form()
    try:
        row = rules.add(g.session, row_of(form), author=author(), now=g.now)
    except Invalid as error:
        return rule_page(form, error=error), 422
    return saved(f"/admin/rules/{row.id}")


@blueprint.get("/admin/rules/<uuid:rule_id>")
@allows(Permission.CONFIGURE, tenant=True)
def one(rule_id: UUID) -> ResponseReturnValue:
    """The form of a rule as it stands."""
    row = rules.one(g.session, rule_id)
    return rule_page(of_row(rules.document_of(g.session, row)), row=row)


@blueprint.post("/admin/rules/<uuid:rule_id>")
@allows(Permission.CONFIGURE, tenant=True)
def change(rule_id: UUID) -> ResponseReturnValue:
    """Save a rule; what was promised before keeps the revision that it was promised by."""
    form, row = typed_form(), rules.one(g.session, rule_id)
    try:
        rules.change(g.session, row, row_of(form), author=author(), now=g.now, expected_version=looked_at())
    except Stale as error:
        return rule_page(form, row=row, stale=error), 409
    except Invalid as error:
        return rule_page(form, row=row, error=error), 422
    return saved(f"/admin/rules/{row.id}")


@blueprint.post("/admin/rules/<uuid:rule_id>/end")
@allows(Permission.CONFIGURE, tenant=True)
def end(rule_id: UUID) -> ResponseReturnValue:
    """End a rule: the next less specific one decides from now on."""
    rules.end(g.session, rules.one(g.session, rule_id), author=author(), now=g.now, expected_version=looked_at())
    return saved("/admin/rules")


@blueprint.post("/admin/rules/form")
@allows(Permission.CONFIGURE, tenant=True)
def draw() -> ResponseReturnValue:
    """The form once more with what was typed: with the questions of another category, or with further lines."""
    return rule_page(typed_form(), row=chosen_rule())


def chosen_rule() -> SlaRule | None:
    """The rule that a form is about; None for a new one."""
    given = request.form.get("rule", "")
    try:
        return rules.one(g.session, UUID(given)) if given else None
    except ValueError:
        raise Invalid(_("This form is incomplete. Please open the page anew.")) from None


def rule_name(book: Rulebook, rule: Mapping[str, Any]) -> str:
    """What a rule, as a row of the bundle, is for: its category, priority and area in words."""
    category = book.categories.get(rule["category"] or "")
    area = book.area_of_code(rule["area"] or "")
    parts = [
        words(category.name) if category is not None else _("Everything else"),
        priority_word(rule["priority"]) if rule["priority"] else "",
        words(area.name) if area is not None else "",
    ]
    return ", ".join(part for part in parts if part)


def rule_names(book: Rulebook) -> list[tuple[str, str]]:
    """The codes of the rules with what they are for, by name."""
    named = [(rule.code, ", ".join(filter(None, _names(book, rule)))) for rule in book.rules]
    return sorted(named, key=lambda one: one[1])


def typed_form() -> Typed:
    """What was typed; an area that was written by name becomes its code."""
    form = of_form(request.form)
    book = office().rulebooks.of(g.session, g.tenant)
    wanted = form.area.casefold()
    named = [
        area.code
        for area in book.areas.values()
        if wanted and (area.code == form.area or wanted in (name.casefold() for name in area.name.values()))
    ]
    return replace(form, area=named[0]) if len(named) == 1 else form


def rule_page(
    form: Typed, *, row: SlaRule | None = None, error: Invalid | None = None, stale: Stale | None = None
) -> str:
    """The form of a rule as it was typed. row: as it is kept, None for a new one. stale: who was faster."""
    book = office().rulebooks.of(g.session, g.tenant)
    category = book.categories.get(form.category)
    saved_by = (
        g.session.get(Seat, (g.tenant.id, stale.last.seat_id)) if stale and stale.last and stale.last.seat_id else None
    )
    return render_template(
        "admin/rule.html",
        menu=menu(),
        form=form,
        row=row,
        version=request.form.get("version") or (row.version if row is not None else ""),
        errors=errors_by_control(error) if error is not None else {},
        doubled=error.other_id if isinstance(error, rules.Doubled) else None,
        stale=stale,
        saved_by=saved_by.name if saved_by is not None else "",
        now_stands=_stands(book, row) if stale is not None and row is not None else None,
        questions=asked_of(category.questions) if category is not None else [],
        answers={
            question["code"]: (
                [("yes", _("Yes")), ("no", _("No"))]
                if question["type"] == "yes_no"
                else [(choice["code"], words(choice["label"])) for choice in question["choices"]]
            )
            for question in asked_of(category.questions)
        }
        if category is not None
        else {},
        units=unit_options(),
        milestones=[(str(one), milestone_name(one)) for one in Milestone],
        step_kinds=[
            ("percent", _("percent of a promise")),
            ("unanswered_hours", _("hours without an answer")),
            ("offer_working_hours", _("working hours after an offer")),
        ],
        tells=[
            ("holder", _("whoever has it")),
            ("supervisor", _("the agency's supervisors")),
            ("next_level", _("the agency above")),
            ("board", _("the city's leadership")),
        ],
        label_languages=[(code, tongue(code, g.language)) for code in g.tenant.languages],
        **_choices(book),
    )


def _stands(book: Rulebook, row: SlaRule) -> Sequence[tuple[str, str]]:
    """How a rule reads now: what, and how."""
    document = rules.document_of(g.session, row)
    return [
        (_("For"), rule_name(book, document)),
        *((milestone_name(Milestone(line["milestone"])), words_of(line)) for line in document["milestones"]),
        (_("Legal limit"), words_of(document["ceiling"])),
    ]


def _choices(book: Rulebook) -> dict[str, Any]:
    """What the forms let one choose from."""
    groups: dict[str, list[tuple[str, str]]] = {words(group.name): [] for group in book.groups}
    names = {group.code: words(group.name) for group in book.groups}
    for entry in book.categories.values():
        groups.setdefault(names.get(entry.group, ""), []).append((entry.code, words(entry.name)))
    return {
        "categories": {name: options for name, options in groups.items() if options},
        "areas": area_choices(book),
        "priorities": [(one, priority_word(one)) for one in priorities_of(book)],
        "usual_priorities": PRIORITIES,
    }


def _fitting(book: Rulebook, category_id: UUID, priority: str, area_id: UUID | None) -> list[RuleEntry]:
    """The rules that fit a report, the most specific first."""
    left, found = list(book.rules), []
    while (rule := replace(book, rules=left).rule_for(category_id, priority, area_id)) is not None:
        found.append(rule)
        left.remove(rule)
    return found


def _line(book: Rulebook, rule: RuleEntry, *, decides: bool = False) -> Line:
    name, where = _names(book, rule)
    always = {line["milestone"]: line for line in rule.milestones if not line.get("when")}
    return Line(
        id=rule.id,
        name=name,
        where=where,
        targets=[words_of(always.get(milestone)) for milestone in Milestone],
        some=len(always) < len(rule.milestones),
        decides=decides,
    )


def _names(book: Rulebook, rule: RuleEntry) -> tuple[str, str]:
    """The category that a rule is for; its priority and area."""
    category = book.category_by_id(rule.category_id) if rule.category_id else None
    area = book.areas.get(rule.area_id) if rule.area_id else None
    where = [priority_word(rule.priority) if rule.priority else "", words(area.name) if area else ""]
    if category is not None:
        name = words(category.name)
    else:
        name = _("A category that has ended") if rule.category_id else _("Everything else")
    return name, ", ".join(part for part in where if part)
