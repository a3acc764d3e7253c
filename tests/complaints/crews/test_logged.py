"""Work that was done off the platform: filed and finished at once, and in no median."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from complaints import handling
from complaints.complaint import Complaint, HistoryRow
from complaints.counts.counting import Dimension, Measure
from complaints.crews import logged
from complaints.figures import figures_of
from complaints.report import Report
from messages.outbox import Message
from messages.relay import relay_once
from tenants.errors import Invalid, NotAllowed
from tests.cast import IN_BARAT, IN_TIMUR, NOW, Cast, Visitor, photo
from tests.complaints import moving

Visit = Callable[..., Visitor]


def report(at: tuple[float, float] = IN_BARAT, category: str = "jalan-lubang") -> Report:
    return Report(category=category, description="", lon=at[0], lat=at[1])


def write(
    cast: Cast, by: str = "officer", *, key: str = "", options: dict[str, bool] | None = None, **more: object
) -> Complaint:
    actor = cast.actor("barat", by)
    card = cast.enter("barat")
    card = replace(card, options={**card.options, **(options or {})})
    filed = logged.write_down(
        cast.session,
        cast.office,
        more.pop("report", report()),
        key=key or uuid4().hex,
        note="Lubang ditambal.",
        actor=actor,
        card=card,
        now=NOW,
        **more,
    )
    cast.session.commit()
    return cast.read("barat", filed.complaint_id)


def test_it_goes_through_the_ordinary_moves_and_is_done(cast: Cast) -> None:
    complaint_id = write(cast, photos=[photo()]).id
    history = handling.history_of(cast.session, complaint_id)
    assert [row.move for row in history] == ["file", "start", "resolve"]
    assert {row.by for row in history} == {"staff"}
    seats = {row.seat_id for row in history}
    assert seats == {cast.actor("barat", "officer").seat_id}
    complaint = cast.read("barat", complaint_id)
    assert (complaint.status, complaint.channel, complaint.resolved_at) == ("resolved", "logged", NOW)


def test_a_photo_may_be_missing_here_and_nowhere_else(cast: Cast) -> None:
    assert write(cast).status == "resolved"
    filed = cast.complaint("barat")
    cast.move("barat", filed, "start")
    with pytest.raises(Invalid, match="photo"):
        cast.move("barat", filed, "resolve", words={handling.Need.NOTE: "Ditambal."})


def test_where_work_is_validated_somebody_else_still_validates_it(cast: Cast) -> None:
    assert write(cast, options={"validation": True}).status == "awaiting_validation"


def test_another_agencys_work_is_refused_whole(cast: Cast) -> None:
    cast.enter("barat")
    before = cast.session.scalar(select(func.count()).select_from(Complaint))
    book = cast.office.rulebooks.of(cast.session, cast.city("barat"))
    ours = book.agencies_down(moving.agency(cast, "barat", "pu"))
    exact = [one for one in book.categories.values() if one.place == "exact"]
    other = next(one.code for one in exact if (to := book.agency_for(one.id, None)) and to.id not in ours)
    with pytest.raises(NotAllowed):
        write(cast, "officer", report=report(category=other))
    cast.session.rollback()
    cast.enter("barat")
    assert cast.session.scalar(select(func.count()).select_from(Complaint)) == before


def test_another_citys_ground_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="another city"):
        write(cast, report=report(IN_TIMUR))


def test_the_same_key_writes_it_down_once(cast: Cast) -> None:
    key = uuid4().hex
    first = write(cast, key=key).id
    assert write(cast, key=key).id == first
    assert cast.session.scalar(select(func.count()).select_from(HistoryRow)) == 3


def test_it_is_in_no_median_and_no_promise_but_is_counted(cast: Cast) -> None:
    write(cast)
    cast.session.commit()
    while relay_once(cast.session, cast.office.queue, NOW):
        pass
    cast.enter("barat")
    said = figures_of(cast.session, "Asia/Jakarta", date(2026, 3, 1), date(2026, 3, 31), NOW.replace(day=30))
    assert said.promised().due == 0
    assert said.lengths(Measure.FIRST).count == said.lengths(Measure.DONE).count == 0
    assert said.number(Measure.RESOLUTIONS) == 0
    assert said.number(Measure.WRITTEN_DOWN) == 1
    assert said.by_key(Measure.RECEIVED, Dimension.CHANNEL) == {"logged": 1}
    assert sum(said.finished.values()) == 1


def test_nobody_is_told_of_it(cast: Cast) -> None:
    write(cast)
    assert cast.session.scalar(select(func.count()).select_from(Message)) == 0


def test_the_page_writes_it_down_in_one_step(cast: Cast, visit: Visit) -> None:
    officer = visit("barat", "officer")
    form = {"draft": uuid4().hex, "q": "Jalan berlubang", "spot": f"{IN_BARAT[1]}, {IN_BARAT[0]}", "note": "Ditambal."}
    answer = officer.post("/staff/report/done", data=form)
    assert answer.status_code == 303
    page = officer.get(answer.location).get_data(as_text=True)
    assert "Ditambal." in page
    assert officer.post("/staff/report/done", data={**form, "draft": uuid4().hex, "note": ""}).status_code == 422
    assert officer.post("/staff/report/done", data={**form, "draft": uuid4().hex, "q": "jalan"}).status_code == 422
