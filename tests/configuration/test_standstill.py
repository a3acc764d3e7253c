"""A city pauses and goes on: its ground, its clocks, its ledger, and what everybody is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from complaints import correcting, minding, timekeeping
from complaints.clock import Pause, together
from complaints.crews import splitting
from complaints.destination import destination
from complaints.recalculating import Watch, recalculate
from complaints.replay import replay
from complaints.report import Report, Reporter
from complaints.subtask import Asked, Subtask
from complaints.transfers.adoption import adopt
from complaints.workflow import Need
from configuration import standstill
from configuration.change import ConfigurationChange
from configuration.editing import Author
from messages.outbox import Message
from tenants.city_pause import CityPause
from tenants.errors import Conflict, Invalid
from tenants.tenant import Stage
from tests.cast import IN_BARAT, NOW, Cast, Visitor
from tests.complaints.moving import agency
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STAND = {"pause": standstill.pause, "resume": standstill.resume}


def stand(cast: Cast, how: str, now: object = NOW) -> None:
    author = Author(cast.actor("barat", "admin").seat_id)
    STAND[how](cast.session, cast.city("barat").id, author=author, now=now)
    cast.session.commit()
    cast.office.keeper.refresh()


def reckon(cast: Cast, watch: Watch, now: object) -> None:
    """As the worker does."""
    cast.session.commit()
    watch.look(cast.session, cast.office, now)
    while recalculate(cast.session, cast.office, cast.enter("barat"), now) is not None:
        cast.session.commit()
    cast.session.commit()


def split(cast: Cast, complaint_id: UUID, now: datetime) -> tuple[UUID, datetime | None]:
    """Ask another agency for a part within two working days: its id, and by when."""
    asked = Asked(agency(cast, "barat", "diskominfo"), "Pindahkan kabel.", 2, True)
    actor, card, complaint = cast.actor("barat", "supervisor"), cast.city("barat"), cast.read("barat", complaint_id)
    part = splitting.ask(cast.session, cast.office, complaint, asked, actor=actor, card=card, now=now)
    found = part.id, part.due_at
    cast.session.commit()
    cast.enter("barat")
    return found


def test_one_button_pauses_a_city_and_another_lets_it_go_on(visit: Visit, cast: Cast) -> None:
    kept = cast.complaint("barat")
    reference = cast.read("barat", kept).reference
    admin, nobody = visit("barat", "admin"), visit("barat")
    front = words(nobody.get("/?lang=en"))
    assert ("has paused" not in front, "What we promise" in front) == (True, True)
    assert admin.post("/admin/standing/resumption").status_code == 409
    assert admin.post("/admin/standing/pause").status_code == 303
    again = admin.post("/admin/standing/pause?lang=en")
    assert again.status_code == 409
    assert "somebody else was faster" in words(again)
    for page in ("/", "/report", "/complaints", f"/complaints/{reference}"):
        assert "City of Barat has paused on this platform since" in words(nobody.get(f"{page}?lang=en"))
    assert "has paused" not in words(visit("timur").get("/?lang=en"))
    assert "What we promise" not in words(nobody.get("/?lang=en"))
    operator = words(visit(None, "operator").get("/operator/tenants?stage=paused&lang=en"))
    assert ("City of Barat since" in operator, "City of Timur" in operator) == (True, False)

    filed = nobody.post(
        "/api/v1/complaints",
        json={"category": "jalan-lubang", "description": "Lubang.", "lat": IN_BARAT[1], "lon": IN_BARAT[0]},
        headers={"Idempotency-Key": "k" * 32},
    ).get_json()
    assert (filed["tenant"]["slug"], filed["rule"], filed["respond_due_at"]) == ("commons", "unclaimed", None)
    assert (
        "whose government has paused"
        in nobody.get(
            f"/api/v1/locate?lat={IN_BARAT[1]}&lon={IN_BARAT[0]}", headers={"Accept-Language": "en"}
        ).get_json()["explanation"]
    )

    assert admin.post("/admin/standing/resumption").status_code == 303
    assert "has paused" not in words(nobody.get("/?lang=en"))
    cast.session.rollback()
    assert adopt(cast.session, cast.office, NOW) == 1
    answer = admin.get("/admin/changes?lang=en")
    assert "changed: pause of the city</a>" in answer.get_data(as_text=True)
    ledger = words(answer)
    assert "added: pause of the city" in ledger
    cast.enter("timur")
    assert cast.session.scalars(select(CityPause)).all() == []
    assert cast.session.scalars(select(ConfigurationChange)).all() == []


def test_nothing_goes_by_the_clock_in_a_pause_and_afterwards_it_is_as_if_it_hadnt_been(
    visit: Visit, cast: Cast
) -> None:
    watch = Watch()
    reckon(cast, watch, NOW)
    running = cast.complaint("barat", reporter=Reporter(email="ani@warga.example"))
    asked = cast.complaint("barat")
    cast.move("barat", asked, "ask", words={Need.QUESTION: "Di mana?"}, now=NOW + HOUR)
    before = cast.read("barat", running)
    due_at, step_at = before.respond_due_at, before.next_step_at
    assert due_at is not None
    assert step_at is not None
    wait_at = cast.read("barat", asked).next_step_at
    part, part_due_at = split(cast, running, NOW + HOUR / 2)
    assert part_due_at is not None

    stand(cast, "pause", NOW + HOUR)
    reckon(cast, watch, NOW + HOUR)
    for complaint_id in (running, asked):
        paused = cast.read("barat", complaint_id)
        assert (paused.resolve_due_at, paused.next_step_at) == (None, None)
        assert paused.respond_due_at is None or paused.responded_at is not None
        assert minding.mind(cast.session, cast.office, cast.city("barat"), complaint_id, NOW + 90 * DAY) is None

    shown = words(visit("barat", "officer").get(f"/staff/complaints/{running}?lang=en"))
    assert "while the city has paused" in shown

    another, none_at = split(cast, running, NOW + 2 * HOUR)
    assert (none_at, cast.session.get_one(Subtask, (cast.city("barat").id, part)).due_at) == (None, None)
    assert splitting.mind(cast.session, cast.office, cast.city("barat"), part, NOW + 90 * DAY) is None

    # From Wednesday, 11.00, to the next Wednesday, 11.00: seven days of the same hours.
    stand(cast, "resume", NOW + HOUR + 7 * DAY)
    reckon(cast, watch, NOW + HOUR + 7 * DAY)
    after = cast.read("barat", running)
    assert after.respond_due_at == due_at + 7 * DAY
    assert after.next_step_at == step_at + 7 * DAY
    waits = cast.read("barat", asked).next_step_at
    assert wait_at is not None
    assert waits is not None
    assert waits >= wait_at + 4 * DAY
    for part_id in (part, another):
        moved_at = cast.session.get_one(Subtask, (cast.city("barat").id, part_id)).due_at
        assert moved_at is not None
        assert part_due_at + 4 * DAY < moved_at <= part_due_at + 7 * DAY
        jobs = text("SELECT max(scheduled_at) FROM procrastinate_jobs WHERE args ->> 'row_id' = :id")
        assert cast.session.scalar(jobs, {"id": str(part_id)}) == moved_at
    cast.enter("barat")
    told = cast.session.scalars(select(Message.event).where(Message.destination == "ani@warga.example")).all()
    assert told == ["received"]


def test_what_is_tried_foreseen_and_shown_leaves_the_citys_pauses_out_too(cast: Cast) -> None:
    watch = Watch()
    reckon(cast, watch, NOW)
    complaint_id = cast.complaint("barat")
    stand(cast, "pause", NOW + HOUR)
    reckon(cast, watch, NOW + HOUR)

    def late(now: datetime) -> int:
        book = cast.office.rulebooks.of(cast.session, cast.enter("barat"))
        rule = book.rule_for(book.category("jalan-lubang").id, "normal", None)
        assert rule is not None
        return [*replay(cast.session, book, rule, now)][-1].tally.today

    assert late(NOW + 60 * DAY) == 0  # it runs still
    until = NOW + HOUR + 7 * DAY
    stand(cast, "resume", until)
    reckon(cast, watch, until)
    assert (late(until + HOUR), late(until + 60 * DAY)) == (0, 1)

    complaint, card = cast.read("barat", complaint_id), cast.city("barat")
    book = cast.office.rulebooks.of(cast.session, card)
    assert timekeeping.pauses_of(cast.session, complaint_id, book) == [Pause(NOW + HOUR, until)]
    better = replace(correcting.as_it_is(complaint, book), priority="high")
    for category in ("jalan-lubang", "pju"):  # of the same agency, and of another, where the clock begins anew
        asked = replace(better, category=category)
        actor, complaint = cast.actor("barat", "supervisor"), cast.read("barat", complaint_id)
        foreseen = correcting.correct(
            cast.session, cast.office, complaint, asked, actor=actor, card=card, now=NOW + 2 * HOUR
        )
        cast.session.commit()
        saved = cast.read("barat", complaint_id)
        assert (foreseen.dues.respond_at, foreseen.dues.resolve_at) == (saved.respond_due_at, saved.resolve_due_at)


def test_what_has_no_place_is_refused_in_a_paused_city_and_officials_may_write_it_down(cast: Cast) -> None:
    stand(cast, "pause")
    card = cast.enter("barat")
    report = Report(category="adminduk", description="KTP saya belum jadi.")
    with pytest.raises(Invalid, match="has paused"):
        destination(cast.session, cast.office, report, card, NOW)
    logged = Report(category="adminduk", description="KTP.", channel="logged", filed_by=cast.city("barat").id)
    assert destination(cast.session, cast.office, logged, card, NOW).dues.resolve_at is None


def test_only_a_live_city_pauses_and_nobody_takes_its_ground(cast: Cast) -> None:
    with pytest.raises(Conflict):
        stand(cast, "resume")
    cast.session.rollback()
    stand(cast, "pause")
    with pytest.raises(Conflict):
        stand(cast, "pause")
    cast.session.rollback()
    assert cast.tenant("barat").stage == Stage.PAUSED
    # A street beside the border: not even the neighbour gets what lies in a paused city.
    decision = cast.office.directory.index.locate(106.9999, -6.25, at=NOW)
    assert (decision.tenant_id, decision.municipality_name) == (None, "Kota Barat")


MOMENTS = st.integers(0, 40)


@given(st.lists(st.tuples(MOMENTS, st.none() | MOMENTS)), MOMENTS)
def test_pauses_together_cover_what_each_covers_and_never_overlap(spans: list[tuple[int, int | None]], at: int) -> None:
    pauses = [
        Pause(NOW + begins * HOUR, None if length is None else NOW + (begins + length) * HOUR)
        for begins, length in spans
    ]
    joined = together(pauses)

    def covered(found: list[Pause]) -> bool:
        moment = NOW + at * HOUR
        return any(one.from_at <= moment and (one.until_at is None or moment < one.until_at) for one in found)

    assert covered(joined) == covered(pauses)
    for one, following in pairwise(joined):
        assert one.until_at is not None
        assert one.until_at < following.from_at
