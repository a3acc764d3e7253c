"""A city's figures are what its history says, whatever was moved, folded or counted anew in between."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from complaints import figures, handling, undoing, workflow
from complaints.clock import Milestone
from complaints.clocks.timers import TooLateToReopen
from complaints.counts import folding
from complaints.counts.counting import Dimension, Measure
from complaints.counts.histogram import ERROR
from complaints.counts.tally import FigureCell, FigureDelta
from complaints.figures import ALL, Figures, figures_of
from complaints.handling import REPORTER, Carried
from complaints.transfers import handover
from complaints.workflow import Need, Status
from messages.relay import relay_once
from tenants import scope
from tests.cast import NOW, Cast, photo
from tests.complaints import moving, recounting

ZONE = "Asia/Jakarta"
STEPS = {"verification": True, "validation": True}
ROLES = ("admin", "supervisor", "officer", "colleague")


class City:
    """Kota Barat, in which things happen at random, and the figures that are said of it."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.chance, self.now = cast, random.Random(seed), NOW
        self.actors = [cast.actor("barat", role) for role in ROLES]
        book = cast.office.rulebooks.of(cast.session, cast.city("barat"))
        self.agencies = sorted(book.agencies, key=str)[:3]
        self.askable = next(entry.code for entry in book.categories.values() if "question" in entry.kinds)

    def live(self, steps: int) -> None:
        """Let so many things happen, minutes to days apart, and fold now and then."""
        ids: list[UUID] = []
        for _ in range(steps):
            self.now += timedelta(minutes=self.chance.choice([1, 5, 30, 300, 3_000]))
            if len(ids) < 3 or self.chance.random() < 0.12:
                ids.append(self.file())
            else:
                self.move(self.chance.choice(ids))
            if self.chance.random() < 0.15:
                self.fold()

    def file(self) -> UUID:
        kind = self.chance.choice(["complaint", "complaint", "complaint", "question"])
        return self.cast.complaint(
            "barat", kind=kind, channel=self.chance.choice(["web", "phone"]), now=self.now,
            category=self.askable if kind == "question" else self.chance.choice(["jalan-lubang", "pju"]),
        )  # fmt: skip

    def move(self, complaint_id: UUID) -> None:
        complaint = self.cast.read("barat", complaint_id)
        card = self.cast.city("barat")
        options = {} if self.chance.random() < 0.6 else STEPS
        moves = workflow.moves_from(complaint.status, list(options))
        possible = [name for name, move in moves.items() if move.permission and name not in NOT_AT_RANDOM]
        if complaint.visibility != "public":
            possible = [name for name in possible if name != "conceal"]
        if not possible:
            return
        name = self.chance.choice(possible)
        actor = REPORTER if moves[name].permission == "own" else self.chance.choice(self.actors[:2])
        words = {need: "Kata." for need in moves[name].needs if need not in (Need.AGENCY, Need.PHOTO, Need.DATE)}
        carried = Carried(
            words=words,
            agency_id=self.chance.choice(self.agencies) if Need.AGENCY in moves[name].needs else None,
            date=self.now + timedelta(days=2) if Need.DATE in moves[name].needs else None,
            photos=[photo()] if Need.PHOTO in moves[name].needs else (),
        )
        try:
            handling.move(
                self.cast.session, self.cast.office, complaint, name, actor=actor,
                card=moving.replace(card, options={**card.options, **options}), now=self.now, carried=carried,
            )  # fmt: skip
            self.cast.session.commit()
        except (handling.NotAllowed, TooLateToReopen):
            self.cast.session.rollback()
            return
        if name in workflow.UNDOABLE and actor is not REPORTER and self.chance.random() < 0.3:
            self.undo(complaint_id, actor)

    def undo(self, complaint_id: UUID, actor: handling.Actor) -> None:
        self.now += timedelta(seconds=30)
        complaint = self.cast.read("barat", complaint_id)
        card = self.cast.city("barat")
        undoing.undo(self.cast.session, self.cast.office, complaint, actor=actor, card=card, now=self.now)
        self.cast.session.commit()

    def fold(self) -> None:
        self.relay()
        self.cast.enter("barat")
        while folding.fold(self.cast.session, ZONE, self.now):
            self.cast.session.commit()
        self.cast.session.commit()

    def relay(self) -> None:
        """Count the births: filing itself writes no delta."""
        self.cast.session.commit()
        while relay_once(self.cast.session, self.cast.office.queue, self.now):
            pass
        self.cast.enter("barat")

    def figures(self, from_on: date, until_on: date) -> Figures:
        self.cast.enter("barat")
        return figures_of(self.cast.session, ZONE, from_on, until_on, self.now, areas=True)


NOT_AT_RANDOM = {*workflow.WITH_A_VERB, "merge", "hand_over", "return", "note", "take", "approve_pause", "refuse_pause"}


def told(said: Figures) -> dict[str, Any]:
    """The figures under the names of the long way, lengths of time apart."""
    promises: Counter[Any] = Counter()
    for of, by_milestone in said.promises.items():
        for milestone, promise in by_milestone.items():
            promises[of, milestone.value, "kept"] += promise.kept
            promises[of, milestone.value, "missed"] += promise.missed - promise.open
            promises[of, milestone.value, "open"] += promise.open
    return {
        "received": said.by_key(Measure.RECEIVED, Dimension.AGENCY), "finished": dict(said.finished),
        "by_channel": said.by_key(Measure.RECEIVED, Dimension.CHANNEL), "held": dict(said.held),
        "by_area": said.by_key(Measure.RECEIVED, Dimension.AREA),
        "done_by_area": said.by_key(Measure.DONE, Dimension.AREA), "promises": dict(+promises),
        "happened": {
            name: {key: n for key, n in said.by_key(name, Dimension.AGENCY).items() if n}
            for name in (Measure.RESOLUTIONS, Measure.REOPENINGS, Measure.PASSES, Measure.BACK)
        },
        "backlog": said.number(Measure.BACKLOG), "open": said.open(),
    }  # fmt: skip


def check(session: Session, said: Figures, now: datetime) -> dict[str, Any]:
    """Compare with the long way; what it found."""
    long_way = recounting.figures(session, ZONE, said.from_on, said.until_on, now)
    expected = {name: long_way.get(name, 0) for name in told(said)} | {"happened": told(said)["happened"]}
    expected |= {"open": sum(long_way["open"].values())}
    for name in ("received", "by_channel", "by_area", "done_by_area", "finished", "held", "promises"):
        expected[name] = dict(+long_way[name])
    expected["happened"] = {name: dict(+long_way["happened"][name]) for name in expected["happened"]}
    assert told(said) == expected
    for name, measure in (("first", Measure.FIRST), ("done", Measure.DONE)):
        assert {of for one, of in said.buckets if one == measure} == set(long_way[name])
        for of, exact in long_way[name].items():
            lengths = said.lengths(measure, [of])
            assert lengths.count == len(exact)
            for share, given in ((0.5, lengths.median), (0.9, lengths.ninetieth)):
                wanted = sorted(exact)[max(0, -int(-share * len(exact) // 1) - 1)]
                assert given is not None
                assert abs(given / max(wanted, timedelta(seconds=1)) - 1) <= ERROR + 1e-6  # whole microseconds
    return long_way


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_figures_are_what_the_history_says(cast: Cast, seed: int) -> None:
    city = City(cast, seed)
    for _ in range(3):
        city.live(25)
        city.relay()
        day = city.now.date()
        for days in (0, 3, 60):
            said = city.figures(day - timedelta(days=days), day)
            check(cast.session, said, city.now)
    everything = check(cast.session, city.figures(date(2026, 1, 1), date(2027, 1, 1)), city.now)
    assert everything["promises"]
    assert everything["first"]


def test_folding_changes_nothing_that_is_read_and_leaves_no_delta(cast: Cast) -> None:
    city = City(cast, 11)
    city.live(30)
    city.file()  # so that something is left to fold
    city.relay()
    period = (date(2026, 3, 1), city.now.date())
    before = city.figures(*period)
    assert cast.session.scalar(select(func.count()).select_from(FigureDelta))
    city.fold()
    assert cast.session.scalar(select(func.count()).select_from(FigureDelta)) == 0
    assert not city.figures(*period).behind
    assert told(city.figures(*period)) == told(before)
    assert cast.session.scalar(select(FigureCell.id).where(FigureCell.count == 0)) is None


def test_a_city_that_was_never_counted_is_counted_from_its_history(cast: Cast) -> None:
    city = City(cast, 12)
    city.live(40)
    late = city.file()  # not relayed: its birth isn't counted yet, and will be after
    cast.enter("barat")
    assert folding.recount(cast.session, ZONE, city.now) is None
    cast.session.commit()
    city.relay()
    said = city.figures(date(2026, 1, 1), date(2027, 1, 1))
    check(cast.session, said, city.now)
    assert cast.read("barat", late).status == Status.RECEIVED


def test_an_adopted_backlog_is_open_but_never_late(cast: Cast) -> None:
    complaint_id = cast.complaint("timur", now=NOW)
    cast.enter("timur")
    complaint = handling.complaint_here(cast.session, complaint_id)
    handover.hand_over(
        cast.session, cast.office, complaint, cast.city("barat"),
        actor=handling.SYSTEM, card=cast.city("timur"), reason="Di seberang.", now=NOW,
    )  # fmt: skip
    cast.session.commit()
    row = cast.read("barat", complaint_id)
    row.adopted = True
    cast.session.commit()
    scope.name_tenant(cast.session, cast.city("barat").id)
    later = NOW + timedelta(days=60)
    said = figures_of(cast.session, ZONE, date(2026, 1, 1), date(2027, 1, 1), later)
    assert said.open() == 1
    assert said.number(Measure.BACKLOG) == 1
    assert said.promised().due == 0
    move_on = cast.move("barat", complaint_id, "start", now=later)
    assert move_on.status == Status.IN_PROGRESS


def test_a_question_is_never_late(cast: Cast) -> None:
    city = City(cast, 3)
    cast.complaint("barat", kind="question", category=city.askable, now=NOW)
    city.relay()
    city.now = NOW + timedelta(days=90)
    said = city.figures(date(2026, 1, 1), date(2027, 1, 1))
    assert (said.number(Measure.RECEIVED), said.open(), said.promised().due) == (1, 0, 0)


def test_an_open_promise_is_broken_from_the_day_after_it_fell_due(cast: Cast) -> None:
    city = City(cast, 4)
    complaint_id = cast.complaint("barat", now=NOW)
    city.relay()
    due_at = cast.read("barat", complaint_id).respond_due_at
    assert due_at is not None
    due_on = due_at.astimezone(UTC).date()
    for days, missed in ((0, 0), (1, 1), (30, 1)):
        city.now = due_at + timedelta(days=days, hours=1)
        promise = city.figures(due_on, due_on).promises.get(ALL, {}).get(Milestone.RESPOND, figures.Promise())
        assert (promise.missed, promise.open) == (missed, missed)


def test_what_is_taken_back_leaves_no_trace_in_the_figures(cast: Cast) -> None:
    city = City(cast, 5)
    complaint_id = cast.complaint("barat", now=NOW)
    city.relay()
    start = NOW + timedelta(hours=1)
    cast.move("barat", complaint_id, "start", now=start)
    before = told(city.figures(date(2026, 3, 1), date(2026, 3, 31)))
    other = next(one for one in city.agencies if one != cast.read("barat", complaint_id).agency_id)
    for name, more in (
        ("resolve", {"words": {Need.NOTE: "Ditambal."}, "photos": [photo()]}),
        ("assign", {"agency_id": other}),
    ):
        start += timedelta(hours=1)
        cast.move("barat", complaint_id, name, by="admin", now=start, **more)
        city.now = start + timedelta(seconds=20)
        assert told(city.figures(date(2026, 3, 1), date(2026, 3, 31))) != before
        actor = cast.actor("barat", "admin")
        complaint = cast.read("barat", complaint_id)
        undoing.undo(cast.session, cast.office, complaint, actor=actor, card=cast.city("barat"), now=city.now)
        cast.session.commit()
        assert told(city.figures(date(2026, 3, 1), date(2026, 3, 31))) == before, name
    cast.enter("barat")
    folding.recount(cast.session, ZONE, city.now)
    cast.session.commit()
    assert told(city.figures(date(2026, 3, 1), date(2026, 3, 31))) == before
