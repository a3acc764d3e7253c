"""The year's decree: written down once by the operator, offered to each city, and answered by its admin."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import select

from tenants.calendar import CalendarRow
from tenants.holiday_decree import HolidayDecree
from tests.cast import Cast, Visitor
from tests.web.staff.ground import words
from web.operator.calendar import _known, _written

Visit = Callable[..., Visitor]
YEAR = datetime.now(UTC).year + 1


def decreed() -> dict[str, str]:
    """What is known of next year, without its first holiday and with another."""
    days = _known(YEAR)
    return {
        "year": str(YEAR),
        "version": "0",
        "source": "SKB 3 Menteri",
        "public": _written(days[1:], joint=False) + f"\n{YEAR}-07-20 Hari Uji",
        "joint": _written(days, joint=True),
    }


def test_a_decree_is_offered_and_taken_over_day_by_day(visit: Visit, cast: Cast) -> None:
    operator, admin = visit(None, "operator"), visit("barat", "admin")
    assert "Not written down yet" in words(operator.get(f"/operator/calendar?lang=en&year={YEAR}"))
    assert operator.post("/operator/calendar", data=decreed()).status_code == 303
    assert "Hari Uji, to be added" in words(operator.get(f"/operator/calendar?lang=en&year={YEAR}"))
    assert "differs from Office hours on 2 days" in words(admin.get("/admin/calendars?lang=en"))
    cast.enter("barat")
    row = cast.session.scalars(select(CalendarRow)).one()
    path, version = f"/admin/calendars/{row.id}/decrees/{YEAR}", row.version
    page = words(admin.get(f"{path}?lang=en"))
    assert "Hari Uji: becomes a holiday" in page
    assert "Tahun Baru Masehi: becomes a working day" in page
    answer = admin.post(path, data={"version": version, "accepted": f"{YEAR}-07-20"})
    assert answer.status_code == 303
    cast.enter("barat")
    holidays = cast.session.scalars(select(CalendarRow)).one().document["holidays"]
    assert holidays["add"] == [
        {"on": f"{YEAR}-01-01", "name": {"id": "Tahun Baru Masehi"}},
        {"on": f"{YEAR}-07-20", "name": {"id": "Hari Uji"}},
    ]
    assert "differs from Office" not in words(admin.get("/admin/calendars?lang=en"))
    assert "has all that was decreed" in words(admin.get(f"{path}?lang=en"))
    assert admin.post(path, data={"version": version}).status_code == 303  # in a tab of before
    assert "differs from Office hours on 2 days" in words(visit("timur", "admin").get("/admin/calendars?lang=en"))


def test_what_is_no_decree_is_refused_and_nobody_else_writes_one(visit: Visit, cast: Cast) -> None:
    operator = visit(None, "operator")
    for wrong, sentence in (
        ({"source": " "}, "Say which decree this is"),
        ({"public": "libur"}, "begin with a date"),
        ({"public": f"{YEAR}-02-30 Hari"}, "in the calendar"),
        ({"public": f"{YEAR}-01-01"}, f"Name the holiday on {YEAR}-01-01"),
        ({"joint": f"{YEAR + 1}-01-01 Lain"}, f"in the year {YEAR}"),
        ({"joint": f"{YEAR}-07-20 Lain"}, f"{YEAR}-07-20 is written twice"),
        ({"public": "", "joint": ""}, "at least one holiday"),
    ):
        answer = operator.post("/operator/calendar?lang=en", data=decreed() | wrong)
        assert answer.status_code == 422, wrong
        assert sentence in words(answer)
    assert operator.post("/operator/calendar", data=decreed() | {"version": "3"}).status_code == 409
    assert visit("barat", "admin").get("/operator/calendar").status_code in (403, 404)
    cast.session.commit()
    assert cast.session.scalars(select(HolidayDecree)).all() == []
