"""What the worker closes: what passes by itself, and what nobody objected to; once, also after a dead worker."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints import handling, minding
from complaints.clock import Milestone
from complaints.clocks.timers import TooLateToReopen
from complaints.complaint import HistoryRow
from complaints.counts.counting import Measure
from complaints.figures import Promise, figures_of
from complaints.report import Reporter
from complaints.workflow import Need
from messages.outbox import Message
from tests.cast import NOW, Cast, photo

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REPORTER = Reporter(email="ani@warga.example")


def run(cast: Cast, complaint_id: UUID, now: datetime) -> datetime | None:
    card = cast.enter("barat")
    again_at = minding.mind(cast.session, cast.office, card, complaint_id, now)
    cast.session.commit()
    return again_at


def live(cast: Cast, complaint_id: UUID, until: datetime) -> None:
    """As the queue does: a job at each instant for which one was handed on."""
    while (at := cast.read("barat", complaint_id).next_step_at) is not None and at <= until:
        run(cast, complaint_id, at)


def made(cast: Cast, complaint_id: UUID, *moves: str) -> list[HistoryRow]:
    cast.enter("barat")
    return [row for row in handling.history_of(cast.session, complaint_id) if row.move in moves]


def told(cast: Cast, event: str) -> list[Message]:
    cast.enter("barat")
    return list(cast.session.scalars(select(Message).where(Message.event == event)))


def resolved(cast: Cast, now: datetime = NOW) -> UUID:
    complaint_id = cast.complaint("barat", reporter=REPORTER)
    cast.move("barat", complaint_id, "start", by="officer", now=now)
    cast.move("barat", complaint_id, "resolve", by="officer", words={Need.NOTE: "Beres."}, photos=[photo()], now=now)
    return complaint_id


def test_a_traffic_jam_is_closed_at_its_promised_instant_and_its_reporter_hears_of_it_once(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", category="macet", reporter=REPORTER)
    live(cast, complaint_id, NOW + 4 * HOUR - timedelta(seconds=2))
    assert cast.read("barat", complaint_id).is_open
    live(cast, complaint_id, NOW + DAY)
    complaint = cast.read("barat", complaint_id)
    assert (complaint.status, complaint.is_open, complaint.resolved_at) == ("resolved", False, None)
    (row,) = made(cast, complaint_id, "expire")
    assert (row.at, row.by, row.public, row.detail["late"]) == (NOW + 4 * HOUR, "system", True, False)
    run(cast, complaint_id, NOW + 5 * HOUR)
    (message,) = told(cast, "expired")
    assert message.destination == "ani@warga.example"
    assert "Anda dapat membuka kembali laporan sampai" in message.body


def test_the_instant_at_which_it_is_closed_by_itself_troubles_nobody_above(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", category="macet")
    cast.move(
        "barat", complaint_id, "reply", words={Need.NOTE: "Petugas menuju lokasi."}, now=NOW + timedelta(minutes=5)
    )
    live(cast, complaint_id, NOW + DAY)
    keys = [row.detail["key"] for row in made(cast, complaint_id, "escalate")]
    assert keys == ["resolve/50/holder", "resolve/80/supervisor"]


def test_after_downtime_the_ladder_is_caught_up_before_the_jam_is_closed_and_it_is_said_that_it_was_late(
    cast: Cast,
) -> None:
    complaint_id = cast.complaint("barat", category="macet")
    run(cast, complaint_id, NOW + DAY)
    rows = made(cast, complaint_id, "escalate", "expire")
    assert [row.move for row in rows] == ["escalate"] * (len(rows) - 1) + ["expire"]
    assert len(rows) > 4
    assert rows[-1].detail["late"]
    assert "unanswered/24/board" not in [row.detail.get("key") for row in rows]
    assert run(cast, complaint_id, NOW + DAY) is None
    assert len(made(cast, complaint_id, "expire")) == 1


def test_a_jam_that_somebody_has_dealt_with_is_left_alone(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", category="macet")
    cast.move("barat", complaint_id, "start")
    cast.move("barat", complaint_id, "resolve", words={Need.NOTE: "Lancar."}, photos=[photo()])
    live(cast, complaint_id, NOW + DAY)
    assert made(cast, complaint_id, "expire") == []


def test_what_passed_by_itself_counts_neither_as_kept_nor_as_missed_nor_as_work(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", category="macet")
    cast.move("barat", complaint_id, "reply", words={Need.NOTE: "Petugas menuju lokasi."})
    run(cast, complaint_id, NOW + DAY)
    cast.enter("barat")
    said = figures_of(cast.session, "Asia/Jakarta", NOW.date(), NOW.date(), NOW + 3 * DAY)
    assert (said.number(Measure.RESOLUTIONS), said.lengths(Measure.DONE).count) == (0, 0)
    assert dict(said.promises["all", ""]) == {Milestone.RESPOND: Promise(kept=1)}


def test_its_reporter_opens_a_jam_again(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", category="macet")
    live(cast, complaint_id, NOW + DAY)
    later = NOW + DAY
    cast.move("barat", complaint_id, "reopen", by="reporter", words={Need.REASON: "Masih macet."}, now=later)
    assert cast.read("barat", complaint_id).resolve_due_at == later + 4 * HOUR
    live(cast, complaint_id, later + DAY)
    assert len(made(cast, complaint_id, "expire")) == 2


def test_silence_closes_what_is_done_after_the_citys_working_days_once(cast: Cast) -> None:
    complaint_id = resolved(cast)
    closes_at = cast.read("barat", complaint_id).next_step_at
    assert closes_at is not None
    assert closes_at > NOW + 12 * DAY
    assert run(cast, complaint_id, closes_at - timedelta(minutes=1)) is None
    assert cast.read("barat", complaint_id).status == "resolved"
    run(cast, complaint_id, closes_at)
    run(cast, complaint_id, closes_at)
    complaint = cast.read("barat", complaint_id)
    assert (complaint.status, complaint.next_step_at) == ("confirmed", None)
    (row,) = made(cast, complaint_id, "close")
    assert (row.by, row.at, row.from_status) == ("system", closes_at, "resolved")


def test_who_objects_isnt_silent(cast: Cast) -> None:
    complaint_id = resolved(cast)
    closes_at = cast.read("barat", complaint_id).next_step_at
    assert closes_at is not None
    cast.move("barat", complaint_id, "reopen", by="reporter", words={Need.REASON: "Belum."}, now=NOW + DAY)
    run(cast, complaint_id, closes_at)
    assert made(cast, complaint_id, "close") == []
    assert cast.read("barat", complaint_id).is_open


def test_a_worker_that_was_dead_for_a_month_closes_it_then_and_once(cast: Cast) -> None:
    complaint_id = resolved(cast)
    later = NOW + 40 * DAY
    cast.enter("barat")
    assert [job.row_id for job in minding.forgotten(cast.session, later)] == [complaint_id]
    run(cast, complaint_id, later)
    cast.enter("barat")
    assert minding.forgotten(cast.session, later + DAY) == []
    assert [(row.at, row.detail["late"]) for row in made(cast, complaint_id, "close")] == [(later, True)]


def test_after_the_citys_days_it_can_not_be_opened_again(cast: Cast) -> None:
    complaint_id = resolved(cast)
    live(cast, complaint_id, NOW + 40 * DAY)
    reason = {Need.REASON: "Rusak lagi."}
    with pytest.raises(TooLateToReopen, match="14 days"):
        cast.move("barat", complaint_id, "reopen", by="reporter", words=reason, now=NOW + 15 * DAY)
    cast.session.rollback()
    cast.move("barat", complaint_id, "reopen", by="reporter", words=reason, now=NOW + 14 * DAY)
    assert cast.read("barat", complaint_id).status == "assigned"


def test_the_neighbour_has_nothing_of_it(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", category="macet", reporter=REPORTER)
    run(cast, complaint_id, NOW + DAY)
    card = cast.enter("timur")
    assert minding.mind(cast.session, cast.office, card, complaint_id, NOW + DAY) is None
    assert cast.session.scalars(select(Message)).all() == []
    assert minding.forgotten(cast.session, NOW + 90 * DAY) == []
