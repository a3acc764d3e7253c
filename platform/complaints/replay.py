"""The last 90 days of a city under another rule: which past reports it would have been for, and which of them late.

Read in portions, so that a city with a hundred thousand reports is replayed in little memory and with a sign of life.
Both sides are replayed by the rules as they read, today's and the proposed: what was promised at the time, by earlier
readings, is the past's own affair.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import Row, Select, Uuid, any_, bindparam, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from complaints.clock import Milestone
from complaints.complaint import Complaint, HistoryRow, PauseRow
from complaints.intake import LOGGED
from complaints.pausing import ASKED, CAN_PAUSE, REFUSED
from complaints.reckoning import answers_of_all
from complaints.rulebook import Rulebook, RuleEntry
from complaints.whatif import Past, Promise, Wait, late
from complaints.workflow import Status
from tenants.working_year import EPOCH

DAYS = 90
PORTION = 5_000
"""Reports that are read and replayed at once."""

ELSEWHERE = (Status.MERGED, Status.HANDED_OVER, Status.WITHDRAWN)
"""What is somebody else's to keep, or nobody's any more."""
VISIBILITIES = ("public", "private", "restricted")
"""All of them, named so that the index on them and the time is read in its order."""
_MICROSECOND = timedelta(microseconds=1)


@dataclass
class Tally:
    """How many reports, and how many late today and then: in all, by agency, and by milestone."""

    total: int = 0
    today: int = 0
    then: int = 0
    totals: Counter[UUID | None] = field(default_factory=Counter)
    todays: Counter[UUID | None] = field(default_factory=Counter)
    thens: Counter[UUID | None] = field(default_factory=Counter)
    milestones_today: Counter[Milestone] = field(default_factory=Counter)
    milestones_then: Counter[Milestone] = field(default_factory=Counter)


@dataclass(frozen=True)
class Progress:
    """How far a replay has come: reports looked at, of how many."""

    done: int
    of: int
    tally: Tally


def since_of(now: datetime) -> datetime:
    """From when on reports are replayed."""
    return now - timedelta(days=DAYS)


def replay(session: Session, book: Rulebook, proposed: RuleEntry, now: datetime) -> Iterator[Progress]:
    """Replay what today's rules and the proposed one would have been for, after each portion how far it has come; the
    last has the whole tally.

    proposed: with the id of the rule that it takes the place of, or a new one. The session is in the city's scope.
    """
    governing = _Governing(book, proposed)
    tally, done = Tally(), 0
    of = session.scalar(_reports(governing, now, func.count())) or 0
    after: tuple[str, datetime, UUID] | None = None
    columns = (
        Complaint.id,
        Complaint.visibility,
        Complaint.received_at,
        Complaint.category_id,
        Complaint.priority,
        Complaint.area_id,
        Complaint.agency_id,
        Complaint.clock_from_at,
        Complaint.responded_at,
        Complaint.secured_at,
        Complaint.resolved_at,
        Complaint.closed_at,
    )
    key = (Complaint.visibility, Complaint.received_at, Complaint.id)
    while True:
        statement = _reports(governing, now, *columns).order_by(*key).limit(PORTION)
        if after is not None:
            statement = statement.where(tuple_(*key) > tuple_(*(literal(one) for one in after)))
        rows = session.execute(statement).all()
        _count(session, rows, governing, book, now, tally)
        done += len(rows)
        yield Progress(done, max(of, done), tally)
        if len(rows) < PORTION:
            return
        after = (rows[-1].visibility, rows[-1].received_at, rows[-1].id)


class _Governing:
    """Which rule a report is for, today and then; kept by category, priority and area, which are few."""

    def __init__(self, book: Rulebook, proposed: RuleEntry) -> None:
        self._today = book
        self._then = replace(book, rules=[*(rule for rule in book.rules if rule.id != proposed.id), proposed])
        self._proposed = proposed
        self._known: dict[tuple[UUID, str, UUID | None], tuple[RuleEntry | None, RuleEntry | None]] = {}
        replaced = book.rule_by_id(proposed.id)
        self.categories = {rule.category_id for rule in (proposed, replaced) if rule is not None}

    def of(self, row: Row[Any]) -> tuple[RuleEntry | None, RuleEntry | None] | None:
        """The rules of a report today and then; None where the proposal changes neither."""
        place = (row.category_id, row.priority, row.area_id)
        if place not in self._known:
            self._known[place] = (self._today.rule_for(*place), self._then.rule_for(*place))
        today, then = self._known[place]
        concerned = self._proposed.id in (today.id if today else None, then.id if then else None)
        return (today, then) if concerned else None


def _reports(governing: _Governing, now: datetime, *what: Any) -> Select[Any]:
    statement = select(*what).where(
        Complaint.visibility.in_(VISIBILITIES),
        Complaint.received_at >= since_of(now),
        Complaint.received_at <= now,
        Complaint.kind == "complaint",
        Complaint.channel != LOGGED,
        Complaint.status.not_in(ELSEWHERE),
    )
    if None not in governing.categories:
        statement = statement.where(Complaint.category_id.in_(governing.categories))
    return statement.select_from(Complaint)


def _count(
    session: Session, rows: Sequence[Row[Any]], governing: _Governing, book: Rulebook, now: datetime, tally: Tally
) -> None:
    groups: dict[tuple[UUID | None, UUID | None], tuple[RuleEntry | None, RuleEntry | None, list[Row[Any]]]] = {}
    for row in rows:
        rules = governing.of(row)
        if rules is not None:
            today, then = rules
            key = (today.id if today else None, then.id if then else None)
            groups.setdefault(key, (today, then, []))[2].append(row)
    concerned = [row for _today, _then, group in groups.values() for row in group]
    if not concerned or book.calendar is None:
        return
    asked = any(line.get("when") for one in groups.values() for rule in one[:2] if rule for line in rule.milestones)
    answers = answers_of_all(session, [row.id for row in concerned]) if asked else {}
    waits = _waits(session, [row.id for row in concerned], now)
    for today, then, group in groups.values():
        past = _past(group, answers, waits, now)
        agencies = [row.agency_id for row in group]
        tally.total += len(group)
        tally.totals.update(agencies)
        for rule, by_agency, by_milestone in (
            (today, tally.todays, tally.milestones_today),
            (then, tally.thens, tally.milestones_then),
        ):
            missed = late(past, Promise(rule.milestones, rule.pausing) if rule is not None else None, book.calendar)
            by_milestone.update({milestone: int(which.sum()) for milestone, which in missed.items()})
            any_missed = np.logical_or.reduce([*missed.values()])
            by_agency.update(agencies[place] for place in np.flatnonzero(any_missed))
    tally.today, tally.then = tally.todays.total(), tally.thens.total()


def _past(
    rows: Sequence[Row[Any]],
    answers: Mapping[UUID, Mapping[str, Any]],
    waits: Mapping[UUID, Sequence[Wait]],
    now: datetime,
) -> Past:
    def met(of: Callable[[Row[Any]], datetime | None]) -> Any:
        ends = ((of(row), row.closed_at) for row in rows)
        return np.array([_micros(min((at for at in end if at is not None), default=now)) for end in ends], np.int64)

    return Past(
        since=np.array([_micros(row.clock_from_at) for row in rows], np.int64),
        met={
            Milestone.RESPOND: met(lambda row: row.responded_at),
            Milestone.SECURE: met(lambda row: row.secured_at or row.resolved_at),
            Milestone.RESOLVE: met(lambda row: row.resolved_at),
        },
        answers=[answers.get(row.id, {}) for row in rows],
        waits={place: waits[row.id] for place, row in enumerate(rows) if row.id in waits},
    )


def _waits(session: Session, ids: Sequence[UUID], now: datetime) -> dict[UUID, list[Wait]]:
    """When each report stood in a status that may stop the clock, from its history, but for what a supervisor refused
    or has yet to approve.
    """
    whose = any_(bindparam("ids", ids, ARRAY(Uuid())))
    undecided = select(PauseRow.complaint_id, PauseRow.from_at).where(
        PauseRow.complaint_id == whose, PauseRow.decision.in_((ASKED, REFUSED))
    )
    uncounted = {(row.complaint_id, row.from_at) for row in session.execute(undecided)}
    rows = session.execute(
        select(HistoryRow.complaint_id, HistoryRow.at, HistoryRow.from_status, HistoryRow.to_status)
        .where(
            HistoryRow.complaint_id == whose,
            or_(HistoryRow.from_status.in_(CAN_PAUSE), HistoryRow.to_status.in_(CAN_PAUSE)),
            HistoryRow.from_status.is_distinct_from(HistoryRow.to_status),
        )
        .order_by(HistoryRow.complaint_id, HistoryRow.number)
    )
    waits: dict[UUID, list[Wait]] = {}
    begun: dict[UUID, tuple[str, datetime]] = {}

    def end(complaint_id: UUID, at: datetime) -> None:
        status, from_at = begun.pop(complaint_id)
        if (complaint_id, from_at) not in uncounted and at > from_at:
            waits.setdefault(complaint_id, []).append(Wait(status, _micros(from_at), _micros(at)))

    for complaint_id, at, _left, reached in rows:
        if complaint_id in begun:
            end(complaint_id, at)
        if reached in CAN_PAUSE:
            begun[complaint_id] = (reached, at)
    for complaint_id in [*begun]:
        end(complaint_id, now)
    return waits


def _micros(at: datetime) -> int:
    return (at - EPOCH) // _MICROSECOND
