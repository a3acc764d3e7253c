"""The last 90 days of a city under another rule: which past reports it would have been for, and which of them late.

Read in portions, so that a city with a hundred thousand reports is replayed in little memory and with a sign of life.
Both sides are replayed by the rules as they read, today's and the proposed: what was promised at the time, by earlier
readings, is the past's own affair.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Row,
    Select,
    Text,
    Uuid,
    any_,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

from complaints.clock import Milestone, Pause, together
from complaints.clocks.measuring import Instants
from complaints.clocks.whatif import Past, Promise, Wait, late
from complaints.complaint import Complaint, HistoryRow, PauseRow
from complaints.intake import LOGGED
from complaints.pausing import ASKED, CAN_PAUSE, REFUSED
from complaints.reckoning import answers_of_all
from complaints.rules.rulebook import Rulebook, RuleEntry
from complaints.workflow import Status
from tenants.working_year import EPOCH

DAYS = 90
PORTION = 10_000
"""Reports that are read and replayed at once."""

ELSEWHERE = (Status.MERGED, Status.HANDED_OVER, Status.WITHDRAWN)
"""What is somebody else's to keep, or nobody's any more."""
VISIBILITIES = ("public", "private", "restricted")
"""All of them, named so that the index on them and the time is read in its order."""
_MICROSECOND = timedelta(microseconds=1)
Column = ColumnElement[Any] | InstrumentedAttribute[Any]
Rules = tuple[RuleEntry | None, RuleEntry | None]
"""That of a report today, and then."""


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
    key = (Complaint.visibility, Complaint.received_at, Complaint.id)
    while True:
        statement = _reports(governing, now, *_columns(now)).order_by(*key).limit(PORTION)
        if after is not None:
            statement = statement.where(tuple_(*key) > tuple_(*(literal(one) for one in after)))
        rows = session.execute(statement).all()
        if rows:
            _count(session, _Portion.of(rows), governing, book, now, tally)
        done += len(rows)
        yield Progress(done, max(of, done), tally)
        if len(rows) < PORTION:
            return
        after = (rows[-1].visibility, rows[-1].received_at, UUID(rows[-1].id))


class _Portion(NamedTuple):
    """What is read of some reports, one place in each column for each. Ids are text, which is read and compared faster;
    since, responded, secured, resolved: microseconds since 1970, as in `whatif.Past`.
    """

    id: Sequence[str]
    visibility: Sequence[str]
    received_at: Sequence[datetime]
    category_id: Sequence[str]
    priority: Sequence[str]
    area_id: Sequence[str | None]
    agency_id: Sequence[str | None]
    since: Instants
    responded: Instants
    secured: Instants
    resolved: Instants

    @classmethod
    def of(cls, rows: Sequence[Row[Any]]) -> "_Portion":
        columns = list(zip(*rows, strict=True))
        return cls._make([*columns[:-4], *(np.array(column, np.int64) for column in columns[-4:])])


def _columns(now: datetime) -> Iterator[Column]:
    """Those of a portion. When something was done is reckoned where the rows are: met, ended otherwise, or now."""
    yield cast(Complaint.id, Text).label("id")
    yield from (Complaint.visibility, Complaint.received_at)
    yield cast(Complaint.category_id, Text)
    yield Complaint.priority
    yield from (cast(Complaint.area_id, Text), cast(Complaint.agency_id, Text))
    yield _micros(Complaint.clock_from_at)
    secured_at = func.coalesce(Complaint.secured_at, Complaint.resolved_at)
    for at in (Complaint.responded_at, secured_at, Complaint.resolved_at):
        yield _micros(func.coalesce(func.least(at, Complaint.closed_at), literal(now, DateTime(timezone=True))))


class _Governing:
    """Which rule a report is for, today and then; kept by category, priority and area, which are few."""

    def __init__(self, book: Rulebook, proposed: RuleEntry) -> None:
        self._today = book
        self._then = replace(book, rules=[*(rule for rule in book.rules if rule.id != proposed.id), proposed])
        self._proposed = proposed
        self._known: dict[tuple[str, str, str | None], Rules | None] = {}
        replaced = book.rule_by_id(proposed.id)
        self.categories = {rule.category_id for rule in (proposed, replaced) if rule is not None}

    def of(self, category_id: str, priority: str, area_id: str | None) -> Rules | None:
        """The rules of a report today and then; None where the proposal changes neither."""
        place = (category_id, priority, area_id)
        if place not in self._known:
            asked = UUID(category_id), priority, UUID(area_id) if area_id else None
            rules = self._today.rule_for(*asked), self._then.rule_for(*asked)
            concerned = any(rule is not None and rule.id == self._proposed.id for rule in rules)
            self._known[place] = rules if concerned else None
        return self._known[place]


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
    session: Session, portion: _Portion, governing: _Governing, book: Rulebook, now: datetime, tally: Tally
) -> None:
    groups: dict[tuple[UUID | None, ...], tuple[Rules, list[int]]] = {}
    own = {str(agency_id): agency_id for agency_id in book.own_calendars}
    for number, place in enumerate(zip(portion.category_id, portion.priority, portion.area_id, strict=True)):
        rules = governing.of(*place)
        if rules is not None:
            today, then = rules
            key = (today.id if today else None, then.id if then else None, own.get(portion.agency_id[number] or ""))
            groups.setdefault(key, (rules, []))[1].append(number)
    concerned = [portion.id[number] for _rules, numbers in groups.values() for number in numbers]
    if not concerned or book.calendar is None:
        return
    asked = any(
        line.get("when") for rules, _numbers in groups.values() for rule in rules if rule for line in rule.milestones
    )
    answers = answers_of_all(session, [UUID(one) for one in concerned]) if asked else None
    waits, stood_still = _waits(session, concerned, now), _stood_still(book, now)
    for (*_rules, keeps), ((today, then), numbers) in groups.items():
        past, calendar = _past(portion, numbers, answers, waits, stood_still), book.calendar_of(keeps) or book.calendar
        agencies = [portion.agency_id[number] for number in numbers]
        tally.total += len(numbers)
        tally.totals.update(_by_id(agencies))
        for rule, by_agency, by_milestone in (
            (today, tally.todays, tally.milestones_today),
            (then, tally.thens, tally.milestones_then),
        ):
            missed = late(past, Promise(rule.milestones, rule.pausing) if rule is not None else None, calendar)
            by_milestone.update({milestone: int(which.sum()) for milestone, which in missed.items()})
            any_missed = np.logical_or.reduce([*missed.values()])
            by_agency.update(_by_id(agencies[place] for place in np.flatnonzero(any_missed)))
    tally.today, tally.then = tally.todays.total(), tally.thens.total()


def _by_id(agencies: Iterable[str | None]) -> dict[UUID | None, int]:
    return {UUID(one) if one is not None else None: number for one, number in Counter(agencies).items()}


def _past(
    portion: _Portion,
    numbers: Sequence[int],
    answers: Mapping[UUID, Mapping[str, Any]] | None,
    waits: Mapping[str, Sequence[Wait]],
    stood_still: Sequence[Pause],
) -> Past:
    return Past(
        since=portion.since[numbers],
        met={
            Milestone.RESPOND: portion.responded[numbers],
            Milestone.SECURE: portion.secured[numbers],
            Milestone.RESOLVE: portion.resolved[numbers],
        },
        answers=[answers.get(UUID(portion.id[number]), {}) for number in numbers] if answers is not None else (),
        waits={place: waits[portion.id[number]] for place, number in enumerate(numbers) if portion.id[number] in waits},
        stood_still=stood_still,
    )


def _stood_still(book: Rulebook, now: datetime) -> list[Pause]:
    """When the whole city stood still, up to now."""
    pauses = (Pause(one.from_at, min(one.until_at or now, now)) for one in book.pauses if one.from_at < now)
    return together([*pauses])


def _waits(session: Session, ids: Sequence[str], now: datetime) -> dict[str, list[Wait]]:
    """When each report stood in a status that may stop the clock, from its history, but for what a supervisor refused
    or has yet to approve.
    """
    rows = session.execute(
        select(cast(HistoryRow.complaint_id, Text), _micros(HistoryRow.at), HistoryRow.to_status)
        .where(
            HistoryRow.complaint_id == _one_of(ids),
            or_(HistoryRow.from_status.in_(CAN_PAUSE), HistoryRow.to_status.in_(CAN_PAUSE)),
            HistoryRow.from_status.is_distinct_from(HistoryRow.to_status),
        )
        .order_by(HistoryRow.complaint_id, HistoryRow.number)
    ).all()
    undecided = select(cast(PauseRow.complaint_id, Text), _micros(PauseRow.from_at)).where(
        PauseRow.complaint_id == _one_of({complaint_id for complaint_id, _at, _reached in rows}),
        PauseRow.decision.in_((ASKED, REFUSED)),
    )
    uncounted = {(complaint_id, from_at) for complaint_id, from_at in session.execute(undecided)} if rows else set()
    waits: dict[str, list[Wait]] = {}
    begun: dict[str, tuple[str, int]] = {}

    def end(complaint_id: str, at: int) -> None:
        status, from_at = begun.pop(complaint_id)
        if (complaint_id, from_at) not in uncounted and at > from_at:
            waits.setdefault(complaint_id, []).append(Wait(status, from_at, at))

    for complaint_id, at, reached in rows:
        if complaint_id in begun:
            end(complaint_id, at)
        if reached in CAN_PAUSE:
            begun[complaint_id] = (reached, at)
    for complaint_id in [*begun]:
        end(complaint_id, (now - EPOCH) // _MICROSECOND)
    return waits


def _one_of(ids: Iterable[str]) -> ColumnElement[Any]:
    """Any of these ids; sent as one text, since an array of ten thousand is written element by element."""
    return any_(cast(func.string_to_array(",".join(ids), ","), ARRAY(Uuid())))


def _micros(at: Column) -> ColumnElement[int]:
    """Microseconds since 1970, exactly: as seconds they are off by less than half of one, and the cast rounds."""
    return cast(func.date_part("epoch", at) * 1_000_000, BigInteger)
