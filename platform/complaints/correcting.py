"""Correcting a report: its place, category, priority or kind as it should have been, with all that follows from that.

`foresee` says what follows without writing anything; `correct` does the same and writes it. So what an official is
shown before saving is what is saved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from complaints import asset, climbing, evidence, handling, reassigning, reckoning, timekeeping, workflow
from complaints.actor import Actor
from complaints.audience import telling, unseen
from complaints.clocks.promise import NOTHING_PROMISED, Dues, dues
from complaints.complaint import Complaint, cell_of
from complaints.counts import tally
from complaints.history import append_history
from complaints.office import Office
from complaints.report import KINDS
from complaints.routing import routing_document
from complaints.rules import answering
from complaints.rules.answering import Sorted
from complaints.rules.belonging import Belonging, settle
from complaints.rules.rulebook import CategoryEntry, Rulebook, RuleEntry
from complaints.transfers import handover
from complaints.workflow import Status
from tenants import locate
from tenants.category import Place, stricter
from tenants.directory import TenantCard
from tenants.errors import Invalid
from tenants.locate import Decision
from tenants.tenant import in_language

MOVE = "correct"
PRIORITIES = ("low", "normal", "high")
"""What every city has; the rules of a city may name others."""

REASONS = {
    "id": "Setelah lokasi atau kategorinya diperbaiki, laporan ini menjadi kewenangan {city}.",
    "en": "With its place or category corrected, this report belongs to {city}.",
}
"""Part of the public history of a report that a correction leads across a border."""


@dataclass(frozen=True)
class Correction:
    """What a report should say. category: its code here. point: (lon, lat) in WGS84 degrees, None for no place."""

    category: str
    priority: str
    kind: str
    point: tuple[float, float] | None


@dataclass(frozen=True)
class Foreseen:
    """What follows from a correction. card: whose it is then. here: the category in the city that corrects it.

    decision: where the place belongs now, None where routing has no say. there: by the rules of `card`. agency_id: who
    gets it or keeps it. anew: whether its clock starts anew. changed: {"category", "place", "priority", "kind",
    "asset": [before, after]} of what differs. about: what is then kept of the object that it is about.
    """

    correction: Correction
    card: TenantCard
    crosses: bool
    decision: Decision | None
    here: CategoryEntry
    there: Belonging
    agency_id: UUID | None
    anew: bool
    dues: Dues
    visibility: str
    answers: Sorted
    changed: Mapping[str, Sequence[Any]]
    about: dict[str, Any] = field(default_factory=dict)


def as_it_is(complaint: Complaint, book: Rulebook) -> Correction:
    """What a report says now; its category is "" where that has ended."""
    category = book.category_by_id(complaint.category_id)
    return Correction(category.code if category else "", complaint.priority, complaint.kind, point_of(complaint))


def priorities_of(book: Rulebook) -> list[str]:
    """What a city's reports can be, in order."""
    return [*PRIORITIES, *sorted({rule.priority for rule in book.rules if rule.priority} - set(PRIORITIES))]


def foresee(
    session: Session, office: Office, complaint: Complaint, correction: Correction, *, card: TenantCard, now: datetime
) -> Foreseen:
    """What would follow; nothing is written. Raises Invalid naming the field, also where nothing differs."""
    book = office.rulebooks.of(session, card)
    here = book.category(correction.category)
    correction = _checked(correction, here, complaint, book)
    was = as_it_is(complaint, book)
    changed = {
        name: [before, after]
        for name, before, after in (
            ("category", was.category or None, correction.category),
            ("place", was.point, correction.point),
            ("priority", was.priority, correction.priority),
            ("kind", was.kind, correction.kind),
        )
        if before != after
    }
    if not changed:
        raise Invalid("Nothing differs from what the report says now.")
    to, decision = _routed(office, complaint, correction, here, book, card)
    answers = (
        answering.sort(session, complaint.id, here.questions)
        if "category" in changed
        else Sorted(reckoning.answers_of(session, complaint.id), {})
    )
    visibility = stricter(here.visibility, complaint.visibility)
    common: dict[str, Any] = {
        "correction": correction,
        "decision": decision,
        "here": here,
        "answers": answers,
        "changed": changed,
    }
    if to.id != card.id:
        return _across(session, office, complaint, to, common, visibility, now)
    former = asset.by_id(session, complaint.asset_id) if complaint.asset_id else None
    kept = former if former and reassigning.stays_about(former, changed.keys(), here, correction.point) else None
    if former and not kept:
        changed["asset"] = [former.code, None]
    there = reassigning.belongs(book, here, correction.point, correction.priority, correction.kind, kept)
    agency_id = reassigning.agency_then(book, complaint, there, former)
    anew = agency_id != complaint.agency_id and complaint.agency_id is not None
    promised: reckoning.Promised | RuleEntry | None = there.rule
    if complaint.kind == correction.kind and reassigning.same_rule(complaint, there, correction.priority):
        promised = reckoning.promised_to(session, complaint, book)
    return Foreseen(
        **common,
        card=card,
        crosses=False,
        there=there,
        agency_id=agency_id,
        anew=anew,
        dues=dues(
            promised.milestones,
            promised.ceiling,
            answers.kept,
            received_at=complaint.received_at,
            clock_from_at=now if anew else complaint.clock_from_at,
            calendar=book.calendar_of(agency_id),
            citys=book.calendar,
            pauses=book.pauses if anew else timekeeping.pauses_of(session, complaint.id, book),
        )
        if promised
        else NOTHING_PROMISED,
        visibility=visibility,
        about=reassigning.said_of(office, complaint, book, here, kept, changed.keys(), now),
    )


def correct(
    session: Session,
    office: Office,
    complaint: Complaint,
    correction: Correction,
    *,
    actor: Actor,
    card: TenantCard,
    now: datetime,
    expected_version: int | None = None,
) -> Foreseen:
    """Correct a report, in one transaction also across a border; its reporter is told once.

    Raises Invalid naming the field, IllegalMove, NotAllowed, ChangedMeanwhile, or PingPong of a hand-over.
    """
    handling.admit(session, office, complaint, MOVE, actor=actor, card=card, expected_version=expected_version)
    climbing.catch_up(session, office, complaint, card, office.rulebooks.of(session, card), now)
    foreseen = foresee(session, office, complaint, correction, card=card, now=now)
    complaint = handling.read_anew(session, complaint, card)
    apply(session, office, complaint, foreseen, MOVE, actor=actor, now=now)
    if foreseen.crosses and hand_on(session, office, complaint, foreseen, actor=actor, card=card, now=now):
        return foreseen
    complaint = session.get_one(Complaint, (card.id, complaint.id))
    book = office.rulebooks.of(session, card)
    telling.tell_reporter(session, office, complaint, "corrected", card=card, book=book, now=now)
    if foreseen.anew and not foreseen.crosses:
        telling.tell_agency(session, office, complaint, "new_for_agency", card=card, book=book, now=now)
    return foreseen


def apply(
    session: Session,
    office: Office,
    complaint: Complaint,
    foreseen: Foreseen,
    name: str,
    *,
    actor: Actor,
    now: datetime,
    again: bool = False,
) -> None:
    """Write a correction as the move `name`. again: the report begins anew with it, from a status that was an end."""
    book = office.rulebooks.of(session, office.directory.by_id[complaint.tenant_id])
    left, former, shown = Status(complaint.status), complaint.agency_id, complaint.visibility
    if "category" in foreseen.changed:
        answering.put_aside(session, complaint.id, foreseen.here.questions, now=now)
    reached = _reached(complaint, foreseen)
    timekeeping.keep_pauses(session, complaint, book, name, left, reached, asks=False, now=now)
    handling.flush_or_refuse(session)  # the pauses are read again when the due instants are reckoned
    detail: dict[str, Any] = {"changed": dict(foreseen.changed)}
    with session.no_autoflush:  # one UPDATE, so that the version rises by one
        _set(complaint, foreseen)
        if again:
            _begin_again(complaint, now)
        if not foreseen.crosses:
            if again or foreseen.agency_id != complaint.agency_id:
                handling.change_holder(session, complaint, foreseen.agency_id, None, now)
            if reached is not left:
                complaint.status, complaint.scheduled_for = reached, None
        if former != complaint.agency_id:
            detail |= {"agency_id": str(complaint.agency_id), "from_agency_id": str(former) if former else None}
        append_history(session, complaint, name, from_status=left, actor=actor, now=now, detail=detail)
        timekeeping.recalculate(session, complaint, book)
    handling.flush_or_refuse(session)
    if "place" in foreseen.changed:
        evidence.measure_anew(session, complaint)
    timekeeping.wind(session, office.queue, complaint)
    tally.wind(session, office.queue, complaint)
    if complaint.visibility != shown:  # it never becomes wider
        unseen.take_out_of_sight(session, office.queue, complaint)


def hand_on(
    session: Session,
    office: Office,
    complaint: Complaint,
    foreseen: Foreseen,
    *,
    actor: Actor,
    card: TenantCard,
    now: datetime,
) -> bool:
    """Let the city have it to which a correction leads: the hand-over tells the reporter. False where it goes above."""
    language = next((one for one in card.languages if one in REASONS), "id")
    city = in_language(foreseen.card.name, language, list(foreseen.card.languages)) or foreseen.card.slug
    reason = REASONS[language].format(city=city)
    return handover.hand_over(session, office, complaint, foreseen.card, actor=actor, card=card, reason=reason, now=now)


def _checked(correction: Correction, here: CategoryEntry, complaint: Complaint, book: Rulebook) -> Correction:
    """The correction as it can be saved: a placeless category drops the point. Raises Invalid naming the field."""
    if correction.kind not in KINDS:
        raise Invalid("Choose complaint, question or wish.", field="kind")
    if correction.kind not in here.kinds and correction.kind != complaint.kind:
        raise Invalid("This kind of problem can't be a question or a wish here.", field="kind")
    if correction.priority not in (*priorities_of(book), complaint.priority):
        raise Invalid("Choose one of the priorities.", field="priority")
    if here.place == Place.NONE:
        return replace(correction, point=None)
    if here.place == Place.EXACT and correction.point is None:
        raise Invalid("A report of this category needs its place: give latitude and longitude.", field="lat")
    return correction


def _routed(
    office: Office,
    complaint: Complaint,
    correction: Correction,
    here: CategoryEntry,
    book: Rulebook,
    card: TenantCard,
) -> tuple[TenantCard, Decision | None]:
    """Whose it is, and why. It moves on only if the correction changes what the routing rules answer.

    So what the reporter chose at a border, or another city handed over, stays where somebody had decided it belongs.
    """
    if correction.point is None:
        return card, None
    index, at, now_at = office.directory.index, complaint.received_at, point_of(complaint)
    new = index.locate(*correction.point, at=at, category=here.platform_code)
    if new.tenant_id == (None if card.is_commons else card.id):
        return card, new
    known = book.category_ever(complaint.category_id)
    if now_at is not None:
        accuracy_m = complaint.accuracy_m or locate.DEFAULT_ACCURACY_M
        old = index.locate(
            *now_at, at=at, category=known.platform_code if known else here.platform_code, accuracy_m=accuracy_m
        )
        if old.tenant_id == new.tenant_id:
            return card, None
    to = office.directory.by_id.get(new.tenant_id) if new.tenant_id else office.directory.commons
    return to or office.directory.commons, new


def _across(
    session: Session,
    office: Office,
    complaint: Complaint,
    to: TenantCard,
    common: dict[str, Any],
    visibility: str,
    now: datetime,
) -> Foreseen:
    """What another city would make of it: as a hand-over does, by its own categories and rules."""
    book, correction = office.rulebooks.of(session, to), common["correction"]
    category = book.category_by_platform_code(common["here"].platform_code)
    there = reassigning.belongs(book, category, correction.point, correction.priority, correction.kind, None)
    return Foreseen(
        **common,
        card=to,
        crosses=True,
        there=there,
        agency_id=there.agency_id,
        anew=True,
        dues=dues(
            there.rule.milestones,
            there.rule.ceiling,
            common["answers"].kept,
            received_at=complaint.received_at,
            clock_from_at=now,
            calendar=book.calendar_of(there.agency_id),
            citys=book.calendar,
            pauses=book.pauses,  # what began there earlier ended when it was passed on
        )
        if there.rule
        else NOTHING_PROMISED,
        visibility=stricter(category.visibility, visibility),
    )


def _set(complaint: Complaint, foreseen: Foreseen) -> None:
    """What the correction itself says. In the city that loses it, its own rule and area stay as they were."""
    correction, there = foreseen.correction, foreseen.there
    same_rule = complaint.kind == correction.kind and reassigning.same_rule(complaint, there, correction.priority)
    complaint.priority, complaint.kind = correction.priority, correction.kind
    if foreseen.crosses:
        complaint.category_id, complaint.category_revision = foreseen.here.id, foreseen.here.revision
    elif not same_rule:
        settle(complaint, there)
    complaint.visibility = foreseen.visibility
    if "place" in foreseen.changed:
        complaint.lon, complaint.lat = correction.point or (None, None)
        complaint.cell = cell_of(*correction.point) if correction.point else None
        complaint.accuracy_m = None
    if foreseen.crosses:
        return
    if foreseen.decision is not None:
        beside = foreseen.decision.near_border
        complaint.routing = routing_document(foreseen.decision)
        complaint.near_border_tenant_id = beside.tenant_id if beside else None
    if "asset" in foreseen.changed:
        complaint.asset_id = None
    kept = {name: value for name, value in complaint.routing.items() if name != "asset"} | foreseen.about
    if kept != complaint.routing:
        complaint.routing = kept


def _reached(complaint: Complaint, foreseen: Foreseen) -> Status:
    """The status after it: what one agency had begun is assigned to another, and hasn't begun there."""
    status = Status(complaint.status)
    passes = not foreseen.crosses and foreseen.agency_id != complaint.agency_id
    return Status.ASSIGNED if passes and status in workflow.HANDLED and status is not Status.RECEIVED else status


def _begin_again(complaint: Complaint, now: datetime) -> None:
    complaint.status, complaint.is_open = Status.RECEIVED, True
    complaint.clock_from_at = now
    complaint.responded_at = complaint.secured_at = complaint.resolved_at = complaint.closed_at = None
    complaint.scheduled_for = None


def point_of(complaint: Complaint) -> tuple[float, float] | None:
    """(lon, lat) of a report, None without a place."""
    return (complaint.lon, complaint.lat) if complaint.lon is not None and complaint.lat is not None else None
