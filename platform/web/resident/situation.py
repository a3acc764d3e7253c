"""Where a draft stands: whose it would be, what is asked, what is promised, and what still has to be put right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from complaints.destination import Destination, destination
from complaints.office import Office
from complaints.overlay import Overlaid, overlaid
from complaints.report import KINDS, LONGEST_DESCRIPTION, Report, Reporter
from complaints.rules.questions import SILENT, STOP, Questions, asked_of, checked_answers, stopped_by
from complaints.rules.rulebook import AreaEntry, CategoryEntry, Rulebook
from complaints.rules.taken import check_taken
from people.contacts import checked_contact
from tenants import locate
from tenants.category import Place, Visibility
from tenants.directory import TenantCard
from tenants.errors import Invalid
from tenants.locate import Decision, NearBorder
from web.resident.drafts import Draft

FIELDS_OF_PAGE = {
    "lat": "spot",
    "lon": "spot",
    "accuracy_m": "spot",
    "tenant": "city",
    "visibility": "visibility",
    "Idempotency-Key": "",
}
"""How the verbs call what the form calls otherwise; `place` is the spot while there is none, else its words."""


@dataclass(frozen=True)
class Situation:
    """card: whose it would be by what is known, the commons included. host: of the address, None on the national one.

    home: the host or the chosen city. decision: None while nothing says where; reckoned: before the reporter said on
    which side of a border it is. book: whose categories are offered.
    questions: those asked now. border: asked about and not answered. errors: refusals of the verbs, by field.
    overlaid: how the city's object led to another government, which is then the card.
    """

    host: TenantCard | None
    home: TenantCard | None
    card: TenantCard
    decision: Decision | None
    reckoned: Decision | None
    book: Rulebook
    category: CategoryEntry | None
    areas: Sequence[AreaEntry]
    questions: Questions
    border: NearBorder | None
    needs_city: bool
    to: Destination | None
    report: Report
    errors: dict[str, Invalid] = field(default_factory=dict)
    overlaid: Overlaid | None = None

    @property
    def elsewhere(self) -> bool:
        """Whether it goes to another government than the one of this page."""
        return self.host is not None and self.decision is not None and self.card.id != self.host.id

    @property
    def known(self) -> bool:
        """Whether the page can say whose it is: by a place, a chosen city, or for want of both by the host."""
        return self.decision is not None or self.home is not None

    @property
    def closed(self) -> Invalid | None:
        """Why the city takes no report of this kind here, if so: somebody else is responsible, or it is off there."""
        if self.category is None:
            return None
        area_id = self.areas[0].id if self.areas else None
        try:
            check_taken(self.book, self.category, area_id, self.report.language)
        except Invalid as refusal:
            return refusal
        return None

    @property
    def stopped(self) -> Mapping[str, Any] | None:
        """The question that ends the report with its explanation, if one is reached."""
        return next((question for question in self.questions if question["type"] == STOP), None)


def assess(
    session: Session,
    office: Office,
    draft: Draft,
    host: TenantCard | None,
    now: datetime,
    *,
    language: str,
    account_id: UUID | None,
) -> Situation:
    """Look at a draft; nothing is written, and nothing is raised for what it lacks."""
    directory = office.directory
    chosen_city = directory.by_slug.get(draft.value("city")) if host is None else None
    home = host or (chosen_city if chosen_city is not None and chosen_city.answers else None)
    errors: dict[str, Invalid] = {}
    home_book = office.rulebooks.of(session, home or directory.commons)
    code = draft.value("category")
    known = home_book.categories.get(code)
    placeless = known is not None and known.place == Place.NONE
    decision = None if placeless else _decided(office, draft, known, now, errors)
    card = directory.commons if home is None else home
    reckoned = decision
    if decision is not None:
        card, decision = _across(office, draft, decision)
    book = office.rulebooks.of(session, card)
    category = _category(book, code, known)
    led = None
    if decision is not None and category is not None and draft.point is not None:
        led = overlaid(session, office, card, category, draft.value("asset")[:64], draft.point, now)
    if led is not None and decision is not None:
        card, decision, category = led.card, led.decision(decision), led.category
        book = office.rulebooks.of(session, card)
    placeless = category is not None and category.place == Place.NONE
    point = draft.point if decision is not None and not placeless else None
    area = book.area_at(*point) if point else None
    report = _report(draft, category, point, language=language, account_id=account_id)
    if led is not None:  # it is filed from the city, under its category
        report = replace(report, category=led.here.code)
    near = decision.near_border if decision is not None and draft.source != "area" else None
    border = (
        near
        if near is not None and not placeless and draft.value("border") != (decision.slug if decision else "")
        else None
    )
    situation = Situation(
        host=host,
        home=home,
        card=card,
        decision=decision,
        reckoned=reckoned,
        book=book,
        category=category,
        areas=book.areas_up(area.id) if area else [],
        questions=asked(category, draft.answers),
        border=border,
        needs_city=home is None and category is not None and point is None and category.place != Place.EXACT,
        to=None,
        report=report,
        errors=errors,
        overlaid=led,
    )
    return _with_destination(session, office, situation, now) if category is not None and not errors else situation


def asked(category: CategoryEntry | None, answers: Mapping[str, Any]) -> Questions:
    """The questions that a reporter is asked now; those for officials never."""
    if category is None:
        return []
    return asked_of(category.questions, answers)


def answers_to(questions: Questions, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to what is asked; those to a question that isn't asked any more stay in the draft alone."""
    codes = {question["code"] for question in questions if question["type"] not in SILENT}
    return {code: answer for code, answer in answers.items() if code in codes}


def faults(situation: Situation, draft: Draft) -> dict[str, Invalid]:
    """All that keeps the report from being sent, by field of the page."""
    found: dict[str, Invalid] = dict(situation.errors)
    if situation.category is None:
        found["category"] = Invalid("Choose what it is about.", field="category")
    elif situation.closed is not None:
        found["category"] = situation.closed
    if situation.border is not None:
        found["border"] = Invalid("The place lies close to a border: say on which side it is.", field="border")
    if situation.stopped is not None:
        found[f"answers.{situation.stopped['code']}"] = stopped_by(situation.stopped, situation.report.language)
    found |= _faults_of_answers(situation.questions, draft.answers)
    description = draft.value("description")
    if not description:
        found["description"] = Invalid("Describe what you see: one sentence is enough.", field="description")
    elif len(description) > LONGEST_DESCRIPTION:
        found["description"] = Invalid(
            "The description may have up to %(most)s characters; yours has %(yours)s.",
            field="description",
            most=LONGEST_DESCRIPTION,
            yours=len(description),
        )
    try:
        contact_of(draft)
    except Invalid as error:
        found["contact"] = error
    return found


def contact_of(draft: Draft) -> tuple[str | None, str | None]:
    """(e-mail address, telephone number) of the one field for both. Raises Invalid, field contact."""
    return checked_contact(draft.value("contact"))


def _decided(
    office: Office, draft: Draft, known: CategoryEntry | None, now: datetime, errors: dict[str, Invalid]
) -> Decision | None:
    if draft.point is None:
        return None
    code = known.platform_code if known else draft.value("category") or None
    accuracy_m = locate.DEFAULT_ACCURACY_M if draft.accuracy_m is None else draft.accuracy_m
    try:
        return office.directory.index.locate(*draft.point, at=now, category=code, accuracy_m=accuracy_m)
    except Invalid as error:
        errors["spot"] = error
        return None


def _across(office: Office, draft: Draft, decision: Decision) -> tuple[TenantCard, Decision]:
    """The tenant of a decision, or the one on the other side of the border where the reporter said so."""
    directory, near = office.directory, decision.near_border
    if near is not None and draft.value("border") == near.slug and near.tenant_id in directory.by_id:
        there = directory.by_id[near.tenant_id]
        return there, locate.Decision(locate.CHOSEN, there.id, there.slug, near.name, candidates=decision.candidates)
    card = directory.by_id.get(decision.tenant_id) if decision.tenant_id else None
    return card or directory.commons, decision


def _category(book: Rulebook, code: str, known: CategoryEntry | None) -> CategoryEntry | None:
    if code in book.categories or known is None:
        return book.categories.get(code)
    try:
        return book.category_by_platform_code(known.platform_code)
    except Invalid:
        return None


def _report(
    draft: Draft,
    category: CategoryEntry | None,
    point: tuple[float, float] | None,
    *,
    language: str,
    account_id: UUID | None,
) -> Report:
    try:
        email, phone = contact_of(draft)
    except Invalid:
        email = phone = None
    anonymous = draft.value("anonymous") == "yes"
    kinds = category.kinds if category else KINDS
    kind = draft.value("kind")
    words = ", ".join(word for word in (draft.spot_words, draft.value("place")) if word)
    visibility = draft.value("visibility")
    return Report(
        category=category.code if category else "",
        description=draft.values.get("description", ""),
        lon=point[0] if point else None,
        lat=point[1] if point else None,
        accuracy_m=draft.accuracy_m if point else None,
        place=words or None if category is None or category.place != Place.NONE else None,
        answers=answers_to(asked(category, draft.answers), draft.answers),
        kind=kind if kind in kinds else next(iter(kinds), "complaint"),
        visibility=Visibility.PRIVATE.value if visibility == "private" else None,
        anonymous=anonymous,
        reporter=Reporter(
            name=None if anonymous else draft.value("name")[:200] or None,
            email=email,
            phone=phone,
            may_cross=draft.value("may_cross") == "yes",
        ),
        language=language,
        border_answer=draft.value("border") or None,
        account_id=None if anonymous else account_id,
        again=draft.value("again") or None,
        asset=draft.value("asset")[:64] or None,
    )


def _with_destination(session: Session, office: Office, situation: Situation, now: datetime) -> Situation:
    try:
        to = destination(session, office, situation.report, situation.home, now)
    except Invalid as error:
        name = error.field or ""
        situation.errors[
            FIELDS_OF_PAGE.get(name, "spot" if name == "place" and situation.decision is None else name)
        ] = error
        return situation
    return replace(situation, to=to)


def _faults_of_answers(questions: Questions, answers: Mapping[str, Any]) -> dict[str, Invalid]:
    found = {}
    for question in questions:
        if question["type"] in SILENT:
            continue
        code = question["code"]
        given = {code: answers[code]} if code in answers else {}
        try:
            checked_answers([{**question, "when": None}], given)
        except Invalid as error:
            found[f"answers.{code}"] = error
    return found
