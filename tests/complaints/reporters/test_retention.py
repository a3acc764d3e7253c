"""What a city keeps of people goes when its months are over, not a day before, and nothing else goes with it."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from complaints.complaint import Complaint, Contact, Evidence, ReadRow, Remark
from complaints.report import Reporter
from complaints.reporters import retention
from complaints.workflow import Need
from tenants.database import new_id
from tenants.tenant import Stage
from tests.cast import NOW, Cast, photo

ANI = Reporter(name="Ani", email="ani@warga.example")
DAY = timedelta(days=1)
AFTER_24, AFTER_60 = NOW.replace(year=2028), NOW.replace(year=2031)
"""The same day, so many months later."""


def ended(cast: Cast, slug: str = "barat") -> UUID:
    """A report with words, a contact and a photo that ended now."""
    complaint_id = cast.complaint(slug, words="Lubang.", reporter=ANI, photos=[photo()])
    cast.move(slug, complaint_id, "withdraw", by="reporter", words={Need.REASON: "Sudah beres."}, now=NOW)
    return complaint_id


def forget(cast: Cast, now: datetime, **months: int) -> datetime | None:
    """By the usual months, or these. Reads are out of it: of them the database goes by its own clock."""
    card = cast.enter("barat")
    card = replace(card, options={**card.options, "retention_months": {"reads": 1_200, **months}})
    again_at = retention.forget(cast.session, cast.office, card, card.id, now)
    cast.session.commit()
    return again_at


def left(cast: Cast, slug: str = "barat") -> tuple[int, int, int]:
    """How many names, texts and photos a city has."""
    cast.enter(slug)
    tables = (select(Contact.name).where(Contact.name.is_not(None)), select(Remark.body).where(Remark.body != ""))
    names, texts = (len(cast.session.scalars(one).all()) for one in tables)
    return names, texts, len(cast.session.scalars(select(Evidence.id)).all())


def test_each_thing_goes_after_its_months_and_the_report_and_the_neighbours_stay(cast: Cast) -> None:
    complaint_id = ended(cast)
    ended(cast, "timur")
    forget(cast, AFTER_24)
    assert left(cast) == (1, 2, 1), "not before"
    forget(cast, AFTER_24 + DAY)
    assert left(cast) == (0, 2, 1)
    forget(cast, AFTER_60)
    assert left(cast) == (0, 2, 1)
    forget(cast, AFTER_60 + DAY)
    assert left(cast) == (0, 0, 0)
    assert cast.read("barat", complaint_id).category_id is not None
    assert left(cast, "timur") == (1, 2, 1)


def test_a_citys_own_months_count_each_for_itself(cast: Cast) -> None:
    ended(cast)
    forget(cast, NOW + 62 * DAY, contacts=120, remarks=120, evidence=1)
    assert left(cast) == (1, 2, 0)


def test_what_is_open_can_be_opened_again_or_is_merged_into_what_goes_on_stays(cast: Cast) -> None:
    going_on = cast.complaint(words="Terbuka.", reporter=ANI)
    merged = ended(cast)
    cast.enter("barat")
    cast.session.execute(update(Complaint).where(Complaint.id == merged).values(merged_into_id=going_on))
    forget(cast, AFTER_60 + DAY)
    assert left(cast) == (2, 3, 1)
    cast.move("barat", going_on, "withdraw", by="reporter", words={Need.REASON: "Beres."}, now=NOW + DAY)
    month = {"contacts": 1, "remarks": 1, "evidence": 1}
    book = cast.office.rulebooks.of(cast.session, cast.enter("barat"))
    cast.office.rulebooks._books[book.tenant_id] = replace(book, terms=replace(book.terms, reopen_days=200))
    forget(cast, NOW + 190 * DAY, **month)
    assert left(cast) == (2, 4, 1)
    forget(cast, NOW + 210 * DAY, **month)
    assert left(cast) == (0, 0, 0)


def test_many_go_some_at_a_time_and_a_city_that_pauses_keeps_all(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 1)
    ended(cast), ended(cast)
    card = replace(cast.enter("barat"), stage=Stage.PAUSED)
    assert retention.forget(cast.session, cast.office, card, card.id, AFTER_60 + DAY) is None
    assert left(cast) == (2, 4, 2)
    assert forget(cast, AFTER_60 + DAY) == AFTER_60 + DAY, "there is more"
    assert left(cast) == (1, 2, 1)
    forget(cast, AFTER_60 + DAY)
    assert forget(cast, AFTER_60 + DAY) is None
    assert left(cast) == (0, 0, 0)


def test_a_night_asks_only_where_something_is_over(cast: Cast) -> None:
    ended(cast)
    nightly = cast.office.queue.periodic_handlers["find_what_is_kept_too_long"][1]
    jobs = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = :name")
    for now, asked in ((AFTER_24, 0), (AFTER_24 + DAY, 1)):
        cast.session.commit()
        nightly(cast.session, now)
        cast.session.commit()
        assert cast.session.scalar(jobs, {"name": retention.FORGET}) == asked


def test_reads_go_after_their_months_and_nobody_deletes_fresh_ones(cast: Cast) -> None:
    complaint_id = cast.complaint()
    cast.enter("barat")
    fresh = cast.session.scalar(select(func.now()))
    assert fresh is not None
    for at in (fresh, NOW, NOW - 31 * DAY):
        cast.session.add(ReadRow(complaint_id=complaint_id, seat_id=new_id(), at=at, what="complaint", reason=None))
    cast.session.commit()
    forget(cast, AFTER_24 - DAY, reads=24)
    cast.enter("barat")
    assert sorted(cast.session.scalars(select(ReadRow.at))) == [NOW, fresh]
    with pytest.raises(DBAPIError, match="a month at least"):
        cast.session.execute(select(func.forget_reads(fresh)))
