"""A complaint as residents see it: the public its public side, the holder of the secret link all of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import evidence, handling, timekeeping
from complaints.clocks import timers
from complaints.complaint import Complaint, Evidence, Holding, Remark
from complaints.handling import REPORTER
from complaints.office import Office
from complaints.reporters import own_report, resending
from complaints.routing import decision_from
from complaints.rules.as_filed import category_as_filed
from complaints.rules.rulebook import Rulebook
from complaints.workflow import DONE
from tenants.directory import TenantCard
from tenants.errors import N_
from tenants.tenant import in_language
from tenants.times import due_time
from web.explain import explanation
from web.resident import merged
from web.resident.categories import PICTURES
from web.resident.happenings import Happening, Names, happenings
from web.resident.merged import Into
from web.statuses import Shown, shown_to_residents

Say = Callable[[Mapping[str, str]], str]

WAITING_FOR_REPORTER = Shown("is-ask", N_("Waiting for the reporter"))


@dataclass(frozen=True)
class PhotoView:
    """src: None while the worker hasn't drawn it. own: of this very complaint, not of one merged into it."""

    id: UUID
    src: str | None
    side: str
    alt: str
    taken_at: datetime | None
    own: bool


@dataclass(frozen=True)
class Promise:
    """due_at: the promised instant. part: of the time, used, 0 to 100. kind: of the bar. gap: left, or late by."""

    due_at: datetime
    part: float
    kind: str
    gap: timedelta
    late: bool
    kept: bool


@dataclass(frozen=True)
class ComplaintView:
    """What the page of a complaint shows. whole: to its reporter, or a public one; else only reference and status.

    moves: what the reporter may do now. question: what the reporter is asked. reopen_on: of an ended one the last day
    on which it can be opened again, though it lie behind. closes_at: when silence closes it. into: where it was merged.
    again_as: the category under which a rejected report can be sent again, "" for none. words_until: when the words
    can't be changed any more. stars: what the reporter said of the work, 1 to 5.
    """

    reference: str
    government: str
    connected: bool
    paused: bool
    whole: bool
    public: bool
    status: Shown
    state: str
    name: str
    picture: str
    icon: str
    where: str
    area: str
    description: str
    agency: str
    answers: Sequence[tuple[str, str]]
    before: Sequence[PhotoView]
    after: Sequence[PhotoView]
    others: Sequence[PhotoView]
    promise: Promise | None
    history: Sequence[Happening]
    lon: float | None
    lat: float | None
    pin: str
    explanation: str
    received_at: datetime
    version: int
    moves: Sequence[str]
    question: str
    again_as: str
    anonymous: bool
    reopen_on: date | None
    closes_at: datetime | None
    into: Into | None
    words_until: datetime | None
    stars: int | None

    @property
    def title(self) -> str:
        return ", ".join(part for part in (self.name, self.where or self.area) if part) if self.whole else _("A report")


def view_of(
    session: Session,
    office: Office,
    complaint: Complaint,
    card: TenantCard,
    now: datetime,
    language: str,
    *,
    token: str | None,
) -> ComplaintView:
    """The view of a complaint in the session's scope, in a language. token: of its reporter, None for the public."""
    languages = list(card.languages)
    book = office.rulebooks.of(session, card)

    def said(words: Mapping[str, str]) -> str:
        return in_language(dict(words), language, languages)

    def written(instant: datetime) -> str:
        return due_time(instant, language, card.time_zone, now)

    public = complaint.visibility == "public"
    whole = public or token is not None
    category = category_as_filed(session, book, complaint.category_id, complaint.category_revision)
    agencies = {agency.id: said(agency.name) for agency in book.agencies.values()}
    agency = agencies.get(complaint.agency_id, "") if complaint.agency_id else ""
    government = said(card.name)
    remarks = handling.remarks_of(session, complaint.id) if whole else {}
    told = next((remark for remark in remarks.values() if remark.kind == "description"), None)
    areas = [said(area.name) for area in book.areas_up(complaint.area_id)]
    status = status_of(complaint, own=token is not None)
    name = said(category.name) if category else _("A report")
    rows = [*evidence.of(session, complaint.id), *merged.photos(session, complaint)] if whole else []
    photos = [_photo(row, complaint, token, name) for row in rows]
    names = Names(
        reporter=_("You") if token is not None else _("The reporter"),
        government=government,
        agency_of=agencies,
        city_of=lambda slug: _city(office, slug, language),
        written=written,
    )
    past = handling.history_of(session, complaint.id) if whole else []
    history = happenings(past, remarks, names, _first_agency(session, complaint)) if whole else []
    thanks = own_report.thanks_of(past) if token is not None else None
    right = resending.proposed(past, complaint, book) if token is not None else None
    return ComplaintView(
        reference=complaint.reference,
        government=government,
        connected=not card.is_commons,
        paused=card.is_commons and office.directory.paused_at(complaint.routing.get("municipality_code")) is not None,
        whole=whole,
        public=public,
        status=status,
        state=_state(complaint, agency or _government(government, card), written, own=token is not None, whole=whole),
        name=name,
        picture=PICTURES.get(category.platform_code, "") if category else "",
        icon=category.icon if category else "dots",
        where=(told.place or "") if told else "",
        area=", ".join(areas),
        description=told.body if told else "",
        agency=agency,
        answers=_answers(told, category.questions if category else (), said) if token is not None else [],
        before=[photo for photo in photos if photo.side == "before"],
        after=[photo for photo in photos if photo.side == "after"],
        others=[photo for photo in photos if photo.side == evidence.OTHERS],
        promise=_promise(complaint, now) if whole and complaint.status != "merged" else None,
        history=history,
        lon=complaint.lon if whole else None,
        lat=complaint.lat if whole else None,
        pin=status.pin,
        explanation=explanation(decision_from(complaint.routing), name) if whole else "",
        received_at=complaint.received_at,
        version=complaint.version,
        moves=own_report.possible(_moves(complaint, card, book, now), complaint, past, rows, card, now)
        if token is not None
        else [],
        question=_question(complaint, history) if token is not None else "",
        again_as=said(right.name) if right is not None else "",
        anonymous=complaint.anonymous,
        reopen_on=timers.last_day_to_reopen(complaint.closed_at, book.terms, card.time_zone)
        if complaint.status in DONE and complaint.closed_at is not None
        else None,
        closes_at=_closes_at(session, complaint, book),
        into=merged.into(session, complaint),
        words_until=own_report.words_until(complaint, card),
        stars=thanks.detail["stars"] if thanks is not None else None,
    )


def _moves(complaint: Complaint, card: TenantCard, book: Rulebook, now: datetime) -> list[str]:
    """What its reporter may do now: what the table says, and what isn't too late."""
    moves = list(handling.possible_moves(complaint, REPORTER, card, book))
    try:
        timers.check_reopening(complaint.closed_at, book.terms, card.time_zone, now)
    except timers.TooLateToReopen:
        return [move for move in moves if move != "reopen"]
    return moves


def _closes_at(session: Session, complaint: Complaint, book: Rulebook) -> datetime | None:
    """When silence closes it: after the work, or after a question where the rule says so."""
    wait = timekeeping.wait_ends(session, complaint, book)
    if wait is not None:
        return wait.at if wait.move == timers.LAPSE else None
    return complaint.next_step_at if complaint.status == "resolved" else None


def status_of(complaint: Complaint, *, own: bool) -> Shown:
    """The status as its reporter reads it, or as everybody else does: "your answer" is nobody else's."""
    if complaint.status == "waiting_for_reporter" and not own:
        return WAITING_FOR_REPORTER
    return shown_to_residents(complaint.status, complaint.responded_at is not None)


def late_by(complaint: Complaint, now: datetime) -> timedelta | None:
    """How late an open complaint is, by the next promise that isn't kept; None if it isn't."""
    if not complaint.is_open:
        return None
    due_at = complaint.respond_due_at if complaint.responded_at is None else complaint.resolve_due_at
    return now - due_at if due_at is not None and due_at < now else None


def _state(complaint: Complaint, who: str, say: Callable[[datetime], str], *, own: bool, whole: bool) -> str:
    """What is the case now, what comes next and by when, in a sentence. who: has it, "" for no government.

    whole: whether the history is on the page too.
    """
    status, respond, resolve = complaint.status, complaint.respond_due_at, complaint.resolve_due_at
    if status in ("received", "assigned", "coordinating") and complaint.responded_at is None:
        if not who:
            return _("The report is kept; no government has it yet.")
        if respond is None:
            return _("%(who)s has it.", who=who)
        return _("%(who)s has it and answers by %(due)s.", who=who, due=say(respond))
    if status == "scheduled" and complaint.scheduled_for is not None:
        return _("%(who)s has planned the work for %(due)s.", who=who, due=say(complaint.scheduled_for))
    if status == "waiting_for_reporter":
        if own:
            return _("%(who)s has asked you something; until you answer the time stands still.", who=who)
        return _("%(who)s has asked the reporter something; until the answer the time stands still.", who=who)
    if status == "awaiting_validation":
        return _("%(who)s has finished; somebody else checks the work now.", who=who)
    if status in DONE and complaint.resolved_at is not None:
        return _("%(who)s reported it done: %(at)s.", who=who, at=say(complaint.resolved_at))
    if status in DONE:
        return _("It was closed by itself: what is of this kind is usually over after a few hours.")
    ends = {
        "rejected": _("%(who)s can't do anything about it. The reason stands in the history.", who=who)
        if whole
        else _("%(who)s can't do anything about it.", who=who),
        "merged": _("It belongs to another report of the same thing, which goes on."),
        "handed_over": _("Another government has it now."),
        "withdrawn": _("Its reporter has withdrawn it."),
    }
    if status in ends:
        return ends[status]
    if resolve is not None:
        return _("%(who)s is working on it, to be done by %(due)s.", who=who, due=say(resolve))
    return _("%(who)s is working on it.", who=who)


def _promise(complaint: Complaint, now: datetime) -> Promise | None:
    due_at = complaint.resolve_due_at or (complaint.respond_due_at if complaint.responded_at is None else None)
    if due_at is None or (not complaint.is_open and complaint.resolved_at is None):
        return None
    until = complaint.resolved_at or now
    whole, used = due_at - complaint.received_at, until - complaint.received_at
    part = min(max(used / whole * 100, 0), 100) if whole > timedelta(0) else 100
    ended = complaint.resolved_at is not None
    late = until > due_at
    kind = "over" if late else "ok" if ended else "run"
    return Promise(due_at, part, kind, abs(due_at - until), late, kept=ended and not late)


def _photo(row: Evidence, complaint: Complaint, token: str | None, name: str) -> PhotoView:
    src = None
    if row.state == "ready":
        src = (
            f"/media/{row.id}/public"
            if complaint.visibility == "public"
            else f"/complaints/{complaint.reference}/manage/{token}/photos/{row.id}/public"
        )
    alt = {
        "before": _("Photo of the reporter: %(what)s", what=name),
        evidence.OTHERS: _("Photo of somebody else: %(what)s", what=name),
    }.get(row.side, _("Photo of the officials after the work"))
    return PhotoView(row.id, src, row.side, alt, row.captured_at or row.created_at, row.complaint_id == complaint.id)


def _answers(told: Remark | None, questions: Sequence[Mapping[str, Any]], said: Say) -> list[tuple[str, str]]:
    """The reporter's own answers, as (question, answer) in words."""
    pairs = []
    for question in questions:
        given = told.answers.get(question["code"]) if told else None
        if given in (None, "", []):
            continue
        labels = {choice["code"]: said(choice["label"]) for choice in question.get("choices", ())}
        labels |= {"yes": _("Yes"), "no": _("No")}
        words = ", ".join(labels.get(one, str(one)) for one in (given if isinstance(given, list) else [given]))
        pairs.append((said(question["label"]), words))
    return pairs


def _question(complaint: Complaint, history: Sequence[Happening]) -> str:
    if complaint.status != "waiting_for_reporter":
        return ""
    return next((one.words for one in history if one.words and not one.mine), "")


def _first_agency(session: Session, complaint: Complaint) -> UUID | None:
    first = select(Holding.agency_id).where(Holding.complaint_id == complaint.id).order_by(Holding.from_at).limit(1)
    return session.scalar(first) or complaint.agency_id


def _government(name: str, card: TenantCard) -> str:
    return "" if card.is_commons else _("Government of %(name)s", name=name)


def _city(office: Office, slug: str | None, language: str) -> str:
    card = office.directory.by_slug.get(slug or "")
    if card is None:
        return _("another government")
    return (
        _("the waiting reports of no government")
        if card.is_commons
        else in_language(card.name, language, list(card.languages))
    )
