"""A new holiday moves open promises later, in batches, once, also when the worker is killed between them."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, select

from complaints import handling, recalculating
from complaints.complaint import HistoryRow
from complaints.recalculating import Recalculation, Watch, recalculate
from complaints.report import Reporter
from complaints.workflow import Need
from messages.outbox import Message
from tenants.calendar import CalendarRow
from tenants.directory import raise_epoch
from tests.cast import NOW, Cast

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def declare(cast: Cast, *days: str) -> None:
    """Let Kota Barat have further holidays."""
    cast.enter("barat")
    for row in cast.session.scalars(select(CalendarRow)) if days else ():
        holidays = dict(row.document.get("holidays", {}))
        holidays["add"] = [*holidays.get("add", []), *({"on": day} for day in days)]
        row.document = {**row.document, "holidays": holidays}
    cast.tenant("barat").revision += 1
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()


def look(cast: Cast, watch: Watch, now: datetime) -> list[UUID]:
    cast.session.commit()
    return watch.look(cast.session, cast.office, now)


def work(cast: Cast, now: datetime, most: int = 100) -> int:
    """As the worker does: batch by batch, each committed. How many it took."""
    for number in range(1, most + 1):
        card = cast.enter("barat")
        again = recalculate(cast.session, cast.office, card, now)
        cast.session.commit()
        if again is None:
            return number
    return most


def rows(cast: Cast, complaint_id: UUID) -> list[HistoryRow]:
    cast.enter("barat")
    found = [row for row in handling.history_of(cast.session, complaint_id) if row.move == "recalculate"]
    cast.session.expunge_all()
    return found


def told(cast: Cast) -> list[str]:
    cast.enter("barat")
    return list(cast.session.scalars(select(Message.destination).where(Message.event == "due_moved")))


@pytest.fixture
def watch(cast: Cast) -> Watch:
    watch = Watch()
    assert look(cast, watch, NOW) == []
    return watch


def filed(cast: Cast, minutes: int = 0, **more: object) -> UUID:
    """A complaint whose answer is promised in working minutes: NOW is Wednesday, 10.00."""
    return cast.complaint("barat", now=NOW + timedelta(hours=4, minutes=minutes), **more)


def test_a_new_holiday_moves_what_is_open_later_with_a_row_and_one_message(cast: Cast, watch: Watch) -> None:
    complaint_id = filed(cast, reporter=Reporter(email="ani@warga.example"))
    before = cast.read("barat", complaint_id)
    due_at = before.respond_due_at
    declare(cast, "2026-03-05")
    assert len(look(cast, watch, NOW + 5 * HOUR)) == 1
    work(cast, NOW + 5 * HOUR)
    after_at = cast.read("barat", complaint_id).respond_due_at
    assert due_at is not None
    assert after_at is not None
    assert due_at.date() < after_at.date()
    (row,) = rows(cast, complaint_id)
    assert (row.by, row.public) == ("system", False)
    assert row.detail["dues"]["respond_due_at"] == {"was": due_at.isoformat(), "is": after_at.isoformat()}
    assert told(cast) == ["ani@warga.example"]
    assert look(cast, watch, NOW + 6 * HOUR) == []
    work(cast, NOW + 6 * HOUR)
    assert len(rows(cast, complaint_id)) == 1
    assert told(cast) == ["ani@warga.example"]


def test_a_worker_that_has_not_seen_the_new_calendar_yet_looks_before_it_reckons(cast: Cast, watch: Watch) -> None:
    complaint_id = filed(cast)
    city, rulebooks = cast.city("barat"), cast.office.rulebooks
    earlier, old = cast.office.keeper.current, rulebooks.of(cast.session, city)
    declare(cast, "2026-03-05")
    look(cast, watch, NOW + 5 * HOUR)
    cast.office.keeper._directory, rulebooks._books[city.id] = earlier, old
    cast.enter("barat")
    task = cast.office.queue.handlers[recalculating.RECALCULATE]
    assert task(cast.session, city.id, city.id, NOW + 5 * HOUR) is None
    cast.session.commit()
    assert len(rows(cast, complaint_id)) == 1


def test_what_is_answered_closed_or_paused_stays_and_nobody_is_told_of_the_same_day(cast: Cast, watch: Watch) -> None:
    answered, closed = filed(cast), filed(cast)
    cast.move("barat", answered, "reply", words={Need.NOTE: "Kami datang."}, now=NOW + 5 * HOUR)
    cast.move("barat", closed, "reject", words={Need.REASON: "Milik swasta."}, now=NOW + 5 * HOUR)
    asked = filed(cast, reporter=Reporter(email="ani@warga.example"))
    cast.move("barat", asked, "ask", words={Need.QUESTION: "Di mana?"}, now=NOW + 5 * HOUR)
    kept = cast.read("barat", answered).respond_due_at
    declare(cast, "2026-03-05")
    look(cast, watch, NOW + 6 * HOUR)
    work(cast, NOW + 6 * HOUR)
    assert cast.read("barat", answered).respond_due_at == kept
    assert rows(cast, closed) == []
    assert cast.read("barat", asked).resolve_due_at is None
    assert told(cast) == []


def test_a_killed_worker_goes_on_where_it_stopped_and_does_nothing_twice(
    cast: Cast, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalculating, "BATCH", 2)
    reporter = Reporter(email="ani@warga.example")
    ids = [filed(cast, minutes=number, reporter=reporter) for number in range(5)]
    declare(cast, "2026-03-05")
    look(cast, watch, NOW + 5 * HOUR)
    assert work(cast, NOW + 5 * HOUR, most=1) == 1
    card = cast.enter("barat")
    recalculate(cast.session, cast.office, card, NOW + 5 * HOUR)
    cast.session.rollback()  # killed before the second batch was committed
    assert sorted(len(rows(cast, one)) for one in ids) == [0, 0, 0, 1, 1]
    work(cast, NOW + 6 * HOUR)
    assert [len(rows(cast, one)) for one in ids] == [1] * 5
    assert len(told(cast)) == 5
    cast.enter("barat")
    row = cast.session.scalars(select(Recalculation)).one()
    assert (row.moved, row.done_at) == (5, NOW + 6 * HOUR)


def test_a_calendar_that_changes_once_more_begins_anew(
    cast: Cast, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalculating, "BATCH", 2)
    ids = [filed(cast, minutes=number) for number in range(3)]
    declare(cast, "2026-03-05")
    look(cast, watch, NOW + 5 * HOUR)
    work(cast, NOW + 5 * HOUR, most=1)
    declare(cast, "2026-03-06")
    work(cast, NOW + 5 * HOUR)
    days = {cast.read("barat", one).respond_due_at.date().isoformat() for one in ids}
    assert days == {"2026-03-09"}


def test_what_was_reckoned_in_batches_is_what_each_move_reckons(cast: Cast, watch: Watch) -> None:
    ids = [
        filed(cast, category=category, answers=answers)
        for category, answers in (("jalan-lubang", {}), ("sampah-liar", {"ukuran": "kecil"}), ("macet", {}))
    ]
    cast.move("barat", ids[0], "ask", words={Need.QUESTION: "Di mana?"}, now=NOW + 5 * HOUR)
    cast.move("barat", ids[0], "answer", by="reporter", words={Need.ANSWER: "Di sini."}, now=NOW + 7 * HOUR)
    declare(cast, "2026-03-05", "2026-03-06")
    look(cast, watch, NOW + 8 * HOUR)
    versions = [cast.read("barat", one).version for one in ids]
    sent: list[str] = []
    event.listen(cast.session.get_bind(), "before_cursor_execute", lambda _c, _k, words, *_: sent.append(words))
    work(cast, NOW + 8 * HOUR)
    updates = [one for one in sent if one.startswith("UPDATE complaints")]
    assert len(updates) == 1
    assert [cast.read("barat", one).version - before for one, before in zip(ids, versions, strict=True)] == [1, 1, 1]

    def reckoned() -> list[dict[str, object]]:
        """What is stored; but no next step of the last, since a move takes first what was missed."""
        names = ["respond_due_at", "secure_due_at", "resolve_due_at", "ceiling_at", "sort_at"]
        asked = [(ids[0], [*names, "next_step_at"]), (ids[1], [*names, "next_step_at"]), (ids[2], names)]
        return [{name: getattr(cast.read("barat", one), name) for name in of} for one, of in asked]

    stored = reckoned()
    for one in ids:
        cast.move("barat", one, "note", words={Need.NOTE: "Dilihat lagi."}, now=NOW + 9 * HOUR)
    assert stored == reckoned()


def test_a_revision_without_another_calendar_costs_nothing_and_the_neighbour_is_left_alone(
    cast: Cast, watch: Watch
) -> None:
    theirs = cast.complaint("timur", now=NOW + 4 * HOUR)
    before = cast.read("timur", theirs).version
    declare(cast)
    cast.session.commit()
    assert look(cast, watch, NOW) == []
    declare(cast, "2026-03-05")
    assert look(cast, watch, NOW) == [cast.city("barat").id]
    work(cast, NOW)
    assert cast.read("timur", theirs).version == before
    sent: list[str] = []
    event.listen(cast.session.get_bind(), "before_cursor_execute", lambda _c, _k, words, *_: sent.append(words))
    assert look(cast, watch, NOW) == []
    assert sent == []
