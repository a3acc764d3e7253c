"""A year of a city in simulated time: reports by real volumes and points, people at random, the worker.

All goes through the verbs: filing, moves, the worker's minding with `now` as an argument. The worker has its dead days,
after which it catches up. What it did is checked against a ladder that is worked out from the history alone.
"""

import csv
import heapq
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import filing, handling, minding
from complaints.clock import Milestone, Pause, Target, Unit, instant_at_share
from complaints.clocks.promise import targets
from complaints.complaint import Complaint, HistoryRow
from complaints.counts import folding
from complaints.evidence import Photo
from complaints.handling import REPORTER, Actor, Carried
from complaints.office import Office
from complaints.report import Report
from complaints.rules.rulebook import RuleEntry
from complaints.workflow import IllegalMove, Need, Status
from messages.relay import relay_once
from tenants import scope
from tenants.directory import TenantCard
from tenants.errors import AduanError
from tenants.working_time import Calendar

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CATEGORIES = ("tibum", "tibum", "tibum", "sampah-liar", "jalan-lubang", "macet")
"""What was reported is public order; some of it is taken for other things, so that their rules are climbed too."""
ANSWERS = ("schedule", "ask", "secure", "resolve", "validate", "reject", "reply")

Volumes = Sequence[tuple[date, int]]
Points = Sequence[tuple[float, float]]
Dead = Sequence[tuple[datetime, datetime]]


def read(folder: Path, days: int, every: int) -> tuple[Volumes, Points]:
    """The first days of Jakarta's volumes, thinned to one report of so many; its points, as often as they repeat."""
    with (folder / "jakarta_crm_psbb_daily_2020.csv").open(encoding="utf-8") as lines:
        volumes = [(date.fromisoformat(row["date"]), int(float(row["total_reports"]))) for row in csv.DictReader(lines)]
    with (folder / "jakarta_crm_psbb_points_2020.csv").open(encoding="utf-8") as lines:
        rows = [(row["longitude"], row["latitude"], row["n_reports"]) for row in csv.DictReader(lines)]
    points = [(float(lon), float(lat)) for lon, lat, many in rows for _ in range(int(float(many)))]
    thinned, before = [], 0
    for day, many in volumes[:days]:
        thinned.append((day, (before + many) // every - before // every))
        before += many
    return thinned, points


@dataclass
class Year:
    """The simulation. actor: an official who acts for the whole city. dead: when no worker runs, in order."""

    session: Session
    office: Office
    card: TenantCard
    actor: Actor
    photo: Photo
    dead: Dead = ()
    seed: int = 2020
    filed: list[UUID] = field(default_factory=list)
    elsewhere: int = 0
    overtaken: int = 0
    done: Counter[str] = field(default_factory=Counter)
    now: datetime = datetime(2020, 1, 1, tzinfo=UTC)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self._ahead: list[tuple[datetime, int, str, UUID | None, Any]] = []
        self._numbers = count()
        book = self.office.rulebooks.of(self.session, self.card)
        self._agencies = sorted(book.agencies, key=str)

    def live(self, volumes: Volumes, points: Points, until: datetime) -> None:
        """Let everything happen until an instant; what lies beyond it doesn't."""
        zone = ZoneInfo(self.card.time_zone)
        for day, many in volumes:
            for _ in range(many):
                seconds = self.chance.uniform(0, 86_400)
                at = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC) + timedelta(seconds=seconds)
                self._push(at, "file", None, self.chance.choice(points))
        relayed = 0
        while self._ahead and self._ahead[0][0] <= until:
            self.now, _number, kind, complaint_id, given = heapq.heappop(self._ahead)
            if kind == "file":
                self._file(given)
            elif kind == "mind" and complaint_id is not None:
                self._mind(complaint_id)
            elif complaint_id is not None:
                self._act(complaint_id, given)
            self.done[kind] += 1
            if self.done["file"] >= relayed + 200:
                relayed = self.done["file"]
                self.fold()
        self.now = until
        self.fold()

    def fold(self) -> None:
        """Count what was filed and moved, as the relay and the worker do."""
        self.session.commit()
        while relay_once(self.session, self.office.queue, self.now):
            pass
        self._enter()
        while folding.fold(self.session, self.card.time_zone, self.now):
            self.session.commit()
            self._enter()
        self.session.commit()

    def alive_at(self, at: datetime) -> datetime:
        """When a worker gets to what is due at an instant."""
        return next((end for begin, end in self.dead if begin <= at < end), at)

    def _file(self, point: tuple[float, float]) -> None:
        report = Report(
            category=self.chance.choice(CATEGORIES), description="Kerumunan tanpa masker.", lon=point[0], lat=point[1],
            channel=self.chance.choice(["web", "phone"]),
        )  # fmt: skip
        self._enter()
        filed = filing.file_complaint(self.session, self.office, report, key=str(uuid4()), host=self.card, now=self.now)
        self.session.commit()
        if filed.card.id != self.card.id:
            self.elsewhere += 1
            return
        self.filed.append(filed.complaint_id)
        self._wind(filed.complaint_id)
        self._plan(filed.complaint_id)

    def _plan(self, complaint_id: UUID) -> None:
        """What people will do about it, if nothing comes between."""
        at = self.now
        for wait, name in self._story():
            at += wait * self.chance.lognormvariate(0, 1)
            self._push(at, "act", complaint_id, name)

    def _story(self) -> Iterator[tuple[timedelta, str]]:
        kind = self.chance.random()
        if kind < 0.1:
            return  # nobody ever looks at it
        if kind < 0.15:
            yield 8 * HOUR, "reject"
            return
        yield 2 * HOUR, self.chance.choice(["reply", "note", "reply"])
        if kind < 0.35:
            yield 4 * HOUR, "ask"
            if self.chance.random() < 0.6:
                yield 2 * DAY, "answer"
            yield 6 * DAY, "resume"
        elif kind < 0.45:
            yield 4 * HOUR, "assign"
        elif kind < 0.55:
            yield 4 * HOUR, "coordinate"
            yield DAY, self.chance.choice(["accept", "refuse", "refuse"])
        yield 8 * HOUR, "start"
        if kind > 0.9:
            yield DAY, "schedule"
        yield DAY, "resolve"
        end = self.chance.random()
        if end < 0.4:
            yield 3 * DAY, "confirm"
        elif end < 0.55:
            yield 2 * DAY, "reopen"
            yield DAY, "start"
            yield 2 * DAY, "resolve"

    def _act(self, complaint_id: UUID, name: str) -> None:
        self._enter()
        complaint = handling.complaint_here(self.session, complaint_id)
        own = name in ("answer", "confirm", "reopen")
        words = {
            "reject": Need.REASON, "coordinate": Need.REASON, "refuse": Need.REASON, "resume": Need.REASON,
            "schedule": Need.REASON, "reopen": Need.REASON, "ask": Need.QUESTION, "answer": Need.ANSWER,
            "reply": Need.NOTE, "note": Need.NOTE, "resolve": Need.NOTE,
        }  # fmt: skip
        others = [one for one in self._agencies if one != complaint.agency_id]
        carried = Carried(
            words={words[name]: "Kata-kata."} if name in words else {},
            agency_id=self.chance.choice(others) if name in ("assign", "coordinate") else None,
            date=self.now + 3 * DAY if name == "schedule" else None,
            photos=[self.photo] if name == "resolve" else (),
        )
        try:
            handling.move(
                self.session, self.office, complaint, name, actor=REPORTER if own else self.actor, card=self.card,
                now=self.now, carried=carried,
            )  # fmt: skip
            self.session.commit()
        except (IllegalMove, AduanError):  # closed, passed on, or another agency's by now
            self.session.rollback()
            self.overtaken += 1
            return
        self._wind(complaint_id)

    def _mind(self, complaint_id: UUID) -> None:
        self._enter()
        minding.mind(self.session, self.office, self.card, complaint_id, self.now)
        self.session.commit()
        self._wind(complaint_id)

    def _wind(self, complaint_id: UUID) -> None:
        self._enter()
        at = self.session.scalar(select(Complaint.next_step_at).where(Complaint.id == complaint_id))
        self.session.commit()
        if at is not None:
            self._push(self.alive_at(max(at, self.now)), "mind", complaint_id, None)

    def _enter(self) -> None:
        self.session.expunge_all()
        scope.name_tenant(self.session, self.card.id)

    def _push(self, at: datetime, kind: str, complaint_id: UUID | None, given: Any) -> None:
        heapq.heappush(self._ahead, (at, next(self._numbers), kind, complaint_id, given))


AN_INSTANT = timedelta(microseconds=1)

# --- the ladder, worked out from the history alone


@dataclass(frozen=True, order=True)
class Taken:
    """A step: at which instant it was or should have been taken, on which clock, and by which name."""

    at: datetime
    clock: str
    key: str


@dataclass(frozen=True)
class Stretch:
    """While one clock ran. offered: while its agency hadn't answered an offer.

    by_itself: the worker closed it at its end, and took the steps before that instant first.
    """

    begins: datetime
    ends: datetime
    offered: Sequence[tuple[datetime, datetime]]
    by_itself: bool = False


def taken(rows: Sequence[HistoryRow]) -> list[Taken]:
    """The steps as the worker wrote them down."""
    return [Taken(row.at, row.detail["clock"], row.detail["key"]) for row in rows if row.move == "escalate"]


def expected(
    rows: Sequence[HistoryRow], rule: RuleEntry, calendar: Calendar, year: Year, until: datetime
) -> list[Taken]:
    """The steps that should have been taken, in order."""
    rows = [row for row in rows if row.move != "escalate"]
    answered_at = next((row.at for row in rows if row.by == "staff" and row.move in ANSWERS), None)
    moves = [row.at for row in rows if row.by != "system"]  # each takes first what a dead worker has left
    pauses = [Pause(*one) for one in _while(rows, Status.WAITING_FOR_REPORTER)]
    promised = targets(rule.milestones, {})
    found: list[Taken] = []
    broken: list[Taken] = []
    for stretch in _stretches(rows, until):
        here = [pause for pause in pauses if pause.until_at is None or pause.until_at > stretch.begins]

        def take(at: datetime | None, ends: datetime | None, key: str, stretch: Stretch = stretch) -> Taken | None:
            if at is None:
                return None
            caught_up = min((one for one in moves if one > at), default=None)
            at = year.alive_at(at)
            if caught_up is not None:
                at = min(at, caught_up - AN_INSTANT)
            in_time = at < stretch.ends or (stretch.by_itself and at == stretch.ends)
            return Taken(at, stretch.begins.isoformat(), key) if in_time and at < (ends or until) else None

        closes_at = (
            _instant(stretch.begins, promised[Milestone.RESOLVE], calendar, here, 1.0) if rule.auto_close else None
        )
        steps: list[Taken | None] = []
        for milestone, target in promised.items():
            ends = answered_at if milestone is Milestone.RESPOND else None
            for step in rule.ladder:
                if "percent" in step:
                    at = _instant(stretch.begins, target, calendar, here, step["percent"] / 100)
                    if closes_at is None or (at is not None and at < closes_at):
                        steps.append(take(at, ends, f"{milestone}/{step['percent']}/{step['tell']}"))
            if milestone is not Milestone.SECURE:
                at = _instant(stretch.begins, target, calendar, here, 1.0)
                if closes_at is None or (at is not None and at < closes_at):
                    broken += [one for one in [take(at, ends, "promise")] if one is not None]
        for step in rule.ladder:
            if "unanswered_hours" in step and (closes_at is None or closes_at - stretch.begins > 24 * HOUR):
                at = stretch.begins + step["unanswered_hours"] * HOUR
                steps.append(take(at, answered_at, f"unanswered/{step['unanswered_hours']}/{step['tell']}"))
            if "offer_working_hours" in step:
                target = Target(step["offer_working_hours"] * 60, Unit.WORKING_MINUTES)
                for _begin, end in stretch.offered:
                    at = _instant(stretch.begins, target, calendar, here, 1.0)
                    if closes_at is None or (at is not None and at < closes_at):
                        steps.append(take(at, end, f"offer/{step['offer_working_hours']}/{step['tell']}"))
        found += [step for step in steps if step is not None]
    return sorted(found + sorted(broken)[:1])


def _instant(
    begins: datetime, target: Target, calendar: Calendar, pauses: Sequence[Pause], share: float
) -> datetime | None:
    """The instant of a share; pauses that began after it don't touch it, though they run for ever."""
    for most in range(len(pauses) + 1):
        at = instant_at_share(begins, target, calendar, pauses[:most], share)
        if at is not None and (most == len(pauses) or at <= pauses[most].from_at):
            return at
    return None


def _while(rows: Sequence[HistoryRow], status: Status) -> list[tuple[datetime, datetime | None]]:
    """When a status was reached and left."""
    found: list[tuple[datetime, datetime | None]] = []
    for before, row in pairwise([None, *rows]):
        assert row is not None
        was = before.to_status if before is not None else None
        if row.to_status == status != was:
            found.append((row.at, None))
        elif was == status != row.to_status:
            found[-1] = (found[-1][0], row.at)
    return found


def _stretches(rows: Sequence[HistoryRow], until: datetime) -> Iterator[Stretch]:
    """The clocks of a complaint, by who had it and when it was open."""
    ended = ("resolved", "confirmed", "rejected", "withdrawn", "merged", "handed_over")
    offers = [(begin, end or until) for begin, end in _while(rows, Status.COORDINATING)]
    agency = rows[0].detail["born"].get("agency_id")
    begins: datetime | None = rows[0].at
    for row in rows[1:]:
        got = row.detail.get("agency_id") if row.move in ("assign", "coordinate") else None
        if row.move == "refuse":
            got = [one for one in rows if one.move == "coordinate" and one.number < row.number][-1].detail.get(
                "from_agency_id"
            )
        changed = got is not None and got != agency
        agency = got or agency
        if begins is not None and (changed or row.to_status in ended):
            yield Stretch(begins, row.at, _within(offers, begins, row.at), by_itself=row.move == "expire")
            begins = None
        if changed or row.move == "reopen":
            begins = row.at
    if begins is not None:
        yield Stretch(begins, until, _within(offers, begins, until))


def _within(
    offers: Sequence[tuple[datetime, datetime]], begins: datetime, ends: datetime
) -> list[tuple[datetime, datetime]]:
    return [(begin, end) for begin, end in offers if begins <= begin < ends]


def wrong_ladders(year: Year, until: datetime) -> Mapping[UUID, tuple[list[Taken], list[Taken]]]:
    """The complaints whose steps aren't the expected, each once and in order: what was taken, what should have been."""
    session = year.session
    session.expunge_all()
    scope.name_tenant(session, year.card.id)
    book = year.office.rulebooks.of(session, year.card)
    assert book.calendar is not None
    histories: dict[UUID, list[HistoryRow]] = defaultdict(list)
    for row in session.scalars(select(HistoryRow).order_by(HistoryRow.complaint_id, HistoryRow.number)):
        histories[row.complaint_id].append(row)
    wrong = {}
    for complaint in session.scalars(select(Complaint).where(Complaint.id.in_(year.filed))):
        rule = next(rule for rule in book.rules if rule.id == complaint.sla_rule_id)
        rows = histories[complaint.id]
        was, should = taken(rows), expected(rows, rule, book.calendar, year, until)
        dues = [row.detail["due_at"] for row in rows if row.move == "escalate"]
        in_order = all(
            one.at < other.at or due <= later
            for (one, other), (due, later) in zip(pairwise(was), pairwise(dues), strict=True)
        )
        if sorted(was) != should or not in_order:
            wrong[complaint.id] = (was, should)
    session.commit()
    return wrong
