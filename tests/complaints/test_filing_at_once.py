"""Filing beside others: what only the database can decide, it decides."""

import threading
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from complaints import filing
from complaints.complaint import Complaint, IntakeKey
from complaints.office import Office
from complaints.reference import new_reference
from complaints.report import Report
from tenants import scope
from tests.cast import IN_BARAT, NOW, Cast

KEY = "a key of enough random bits, it is said"
REPORT = Report(category="jalan-lubang", description="Lubang besar.", lon=IN_BARAT[0], lat=IN_BARAT[1])


def test_a_double_tap_makes_one_complaint_and_both_are_answered_alike(
    cast: Cast, office: Office, engine: Engine
) -> None:
    filed: list[filing.Filed] = []

    def tap(commit: threading.Event, taken: threading.Event) -> None:
        with Session(engine) as session:
            answer = filing.file_complaint(session, office, REPORT, key=KEY, host=None, now=NOW)
            taken.set()
            commit.wait(10)
            session.commit()
            filed.append(answer)

    first_has_the_key, first_may_commit, nothing = threading.Event(), threading.Event(), threading.Event()
    nothing.set()
    first = threading.Thread(target=tap, args=(first_may_commit, first_has_the_key))
    second = threading.Thread(target=tap, args=(nothing, threading.Event()))
    first.start()
    assert first_has_the_key.wait(10)
    second.start()
    second.join(0.3)
    assert second.is_alive(), "the second waits for the first"
    first_may_commit.set()
    first.join(10)
    second.join(10)
    assert [one.repeated for one in filed] == [False, True]
    assert len({one.complaint_id for one in filed}) == 1
    assert _complaints(cast) == 1


def test_when_the_first_of_two_is_rolled_back_the_second_is_filed(cast: Cast, office: Office, engine: Engine) -> None:
    with Session(engine) as session:
        filing.file_complaint(session, office, REPORT, key=KEY, host=None, now=NOW)
        session.rollback()
        filed = filing.file_complaint(session, office, REPORT, key=KEY, host=None, now=NOW)
        session.commit()
    assert not filed.repeated
    assert _complaints(cast) == 1


def test_a_reference_that_is_taken_is_drawn_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = cast.read("barat", cast.complaint()).reference
    drawn = iter([taken, taken])
    monkeypatch.setattr(filing, "new_reference", lambda code: next(drawn, None) or new_reference(code))
    another = cast.read("barat", cast.complaint())
    assert another.reference != taken
    assert next(drawn, None) is None


def test_what_was_accepted_is_answered_again_after_the_city_has_ended_the_category(
    cast: Cast, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = cast.complaint(key=KEY)
    book = office.rulebooks.of(cast.session, cast.enter("barat"))
    monkeypatch.delitem(book.categories, "jalan-lubang")
    assert cast.complaint(key=KEY) == first


def test_a_report_that_was_refused_leaves_its_key_free(cast: Cast) -> None:
    with pytest.raises(filing.Invalid):
        cast.complaint(key=KEY, category="no such thing")
    cast.session.rollback()
    assert cast.session.get(IntakeKey, b"") is None
    assert isinstance(cast.complaint(key=KEY), UUID)


def _complaints(cast: Cast) -> int:
    cast.session.commit()
    scope.name_tenant(cast.session, cast.city("barat").id)
    return cast.session.scalar(select(func.count()).select_from(Complaint)) or 0
