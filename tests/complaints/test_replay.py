"""The last 90 days under another rule, read from a city's rows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from complaints import replay as replaying
from complaints.clock import Milestone
from complaints.complaint import PauseRow
from complaints.pausing import REFUSED
from complaints.replay import Tally, replay
from complaints.rules.rulebook import Rulebook, RuleEntry
from complaints.workflow import Need
from tests.cast import NOW, Cast

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def one_promise(book: Rulebook, minutes: int, pausing: Sequence[str] = ("waiting_for_reporter",)) -> RuleEntry:
    """The pothole's rule with the answer and the work due at once after so many minutes."""
    rule = next(rule for rule in book.rules if rule.code == "jalan-lubang")
    lines = [{"milestone": name, "amount": minutes, "unit": "minutes", "when": None} for name in ("respond", "resolve")]
    return replace(rule, milestones=tuple(lines), pausing=tuple(pausing))


def tallied(cast: Cast, proposed: RuleEntry, now: datetime) -> Tally:
    card = cast.enter("barat")
    book = cast.office.rulebooks.of(cast.session, card)
    return [*replay(cast.session, book, proposed, now)][-1].tally


def test_a_shorter_promise_is_replayed_portion_by_portion_for_its_own_reports(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "PORTION", 2)
    holes = [cast.complaint("barat", now=NOW + number * HOUR) for number in range(4)]
    cast.complaint("barat", category="pju")
    cast.complaint("timur")
    cast.complaint("barat", now=NOW - 91 * DAY)
    for hole in holes:
        cast.move("barat", hole, "reply", words={Need.NOTE: "Kami datang."}, now=NOW + 5 * HOUR)
    cast.move("barat", holes[3], "withdraw", by="reporter", now=NOW + 6 * HOUR)
    book = cast.office.rulebooks.of(cast.session, cast.enter("barat"))
    now = NOW + 7 * HOUR
    tally = tallied(cast, one_promise(book, 270), now)
    agency = cast.read("barat", holes[0]).agency_id
    # answered 5, 4 and 3 hours after they came; unfinished since 7, 6 and 5
    assert (tally.total, tally.today, tally.then) == (3, 0, 3)
    assert tally.milestones_then == {Milestone.RESPOND: 1, Milestone.SECURE: 0, Milestone.RESOLVE: 3}
    assert tally.thens == {agency: 3}
    assert tallied(cast, one_promise(book, 400), now).thens == {agency: 1}
    assert tallied(cast, one_promise(book, 420), now).then == 0


def test_a_rule_for_one_priority_takes_only_what_it_would_decide(cast: Cast) -> None:
    cast.complaint("barat")
    book = cast.office.rulebooks.of(cast.session, cast.enter("barat"))
    other = replace(one_promise(book, 1), id=UUID(int=1), code="new", priority="high")
    assert tallied(cast, other, NOW + HOUR).total == 0
    every = replace(one_promise(book, 1), id=UUID(int=1), code="new", category_id=None)
    assert tallied(cast, every, NOW + HOUR).total == 0
    here = replace(one_promise(book, 1), id=UUID(int=1), code="new", area_id=next(iter(book.areas)))
    assert tallied(cast, here, NOW + HOUR).total in (0, 1)


def test_waits_count_as_the_proposal_says_and_not_where_a_supervisor_refused(cast: Cast) -> None:
    hole = cast.complaint("barat")
    cast.move("barat", hole, "start")
    cast.move("barat", hole, "schedule", words={Need.REASON: "Besok."}, date=NOW + DAY)
    book = cast.office.rulebooks.of(cast.session, cast.enter("barat"))
    now, stops = NOW + 10 * HOUR, one_promise(book, 60, ("scheduled",))
    assert tallied(cast, one_promise(book, 60), now).milestones_then[Milestone.RESOLVE] == 1
    assert tallied(cast, stops, now).milestones_then[Milestone.RESOLVE] == 0
    cast.enter("barat")
    cast.session.add(PauseRow(complaint_id=hole, from_at=NOW, decision=REFUSED))
    assert tallied(cast, stops, now).milestones_then[Milestone.RESOLVE] == 1
