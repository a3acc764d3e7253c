"""Who reported it is opened with a reason that is kept; who reads what isn't public stands in a log, for ever."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from complaints.complaint import ReadRow
from complaints.report import Reporter
from tests.cast import Cast, Visitor
from tests.web.staff.ground import lately, words

Visit = Callable[..., Visitor]
ANI = Reporter(name="Ani Kenari", email="ani.kenari@warga.example", phone="+628123450017")


@pytest.fixture
def hidden(cast: Cast) -> UUID:
    return cast.complaint(now=lately(hours=2), reporter=ANI, anonymous=True, visibility="private")


def rows(cast: Cast, what: str) -> list[Any]:
    cast.enter("barat")
    return list(cast.session.scalars(select(ReadRow).where(ReadRow.what == what)))


def test_an_admin_opens_it_with_a_reason_and_both_are_written_down(cast: Cast, visit: Visit, hidden: UUID) -> None:
    admin = visit("barat", "admin")
    page = f"/staff/complaints/{hidden}/reporter"
    assert f'href="{page}' in admin.get(f"/staff/complaints/{hidden}").text
    assert "Ani Kenari" not in admin.get(page).text
    assert admin.post(page, data={"reason": " "}).status_code == 422
    assert rows(cast, "reporter") == []
    answer = admin.post(f"{page}?lang=en", data={"reason": "Ancaman di kolom komentar."})
    assert answer.headers["Cache-Control"] == "no-store"
    for said in ("Ani Kenari", "ani.kenari@warga.example", "+628123450017"):
        assert said in answer.text
    [row] = rows(cast, "reporter")
    assert (row.complaint_id, row.seat_id, row.reason) == (
        hidden, cast.actor("barat", "admin").seat_id, "Ancaman di kolom komentar.",
    )  # fmt: skip


@pytest.mark.parametrize("who", ["supervisor", "officer", "resident"])
def test_nobody_else_opens_it(cast: Cast, visit: Visit, hidden: UUID, who: str) -> None:
    page = f"/staff/complaints/{hidden}/reporter"
    visitor = visit("barat", who)
    assert visitor.get(page).status_code == visitor.post(page, data={"reason": "Ingin tahu."}).status_code == 403
    assert page not in visitor.get(f"/staff/complaints/{hidden}").text
    assert rows(cast, "reporter") == []


def test_the_neighbours_admin_finds_nothing(cast: Cast, visit: Visit, hidden: UUID) -> None:
    answer = visit("timur", "admin").post(f"/staff/complaints/{hidden}/reporter", data={"reason": "Ingin tahu."})
    assert answer.status_code == 404
    assert rows(cast, "reporter") == []


def test_the_log_tells_the_supervisor_who_read_what_and_why(cast: Cast, visit: Visit, hidden: UUID) -> None:
    visit("barat", "officer").get(f"/staff/complaints/{hidden}")
    visit("barat", "admin").post(f"/staff/complaints/{hidden}/reporter", data={"reason": "Ancaman."})
    reference = cast.read("barat", hidden).reference
    said = words(visit("barat", "supervisor").get("/staff/reads?lang=en"))
    for expected in ("Officer Kota Barat read the report", "Admin Kota Barat opened who reported it", "Ancaman."):
        assert expected in said
    assert "Ani Kenari" not in said
    only = words(visit("barat", "supervisor").get(f"/staff/reads?lang=en&number={reference}"))
    assert "read the report" in only
    assert "Nothing was read yet" in words(visit("barat", "supervisor").get("/staff/reads?lang=en&number=BRT-1"))
    assert visit("barat", "officer").get("/staff/reads").status_code == 403
    assert "Nothing was read yet" in words(visit("timur", "supervisor").get("/staff/reads?lang=en"))


def test_the_log_is_read_page_by_page(cast: Cast, visit: Visit, hidden: UUID) -> None:
    seat_id = cast.actor("barat", "officer").seat_id
    assert seat_id is not None
    cast.session.add_all(
        ReadRow(complaint_id=hidden, seat_id=seat_id, at=lately(minutes=number), what="complaint")
        for number in range(60)
    )
    cast.session.commit()
    supervisor = visit("barat", "supervisor")
    first = supervisor.get("/staff/reads?lang=en")
    assert first.text.count("read the report") == 50
    following = first.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert supervisor.get(f"{following}&lang=en").text.count("read the report") == 10
    assert supervisor.get("/staff/reads?after=x").status_code == 422


def test_a_public_report_is_read_without_a_trace(cast: Cast, visit: Visit) -> None:
    public = cast.complaint(now=lately(hours=1))
    visit("barat", "officer").get(f"/staff/complaints/{public}")
    assert rows(cast, "complaint") == []


@pytest.mark.parametrize("statement", ["UPDATE reads SET reason = 'x'", "DELETE FROM reads"])
def test_nobody_changes_the_log(cast: Cast, visit: Visit, hidden: UUID, statement: str) -> None:
    visit("barat", "officer").get(f"/staff/complaints/{hidden}")
    cast.enter("barat")
    with pytest.raises(ProgrammingError, match="permission denied"):
        cast.session.execute(text(statement))
    cast.session.rollback()
