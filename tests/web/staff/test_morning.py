"""The supervisor's morning: yesterday's promises by agency, what breaks today, who has nobody, and eight weeks."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, update
from werkzeug.test import TestResponse

from complaints.complaint import Complaint
from complaints.counts import folding
from messages.relay import relay_once
from people.seat import SeatAgency
from tests.cast import Cast, Visitor
from tests.complaints.moving import agency
from tests.web.staff.ground import lately, statements
from tests.web.staff.ground import words as escaped

Visit = Callable[..., Visitor]
MOST_STATEMENTS = 16


def words(answer: TestResponse) -> str:
    return html.unescape(escaped(answer))


def count(cast: Cast, slug: str = "barat") -> None:
    """Let the worker count what has happened."""
    cast.session.commit()
    while relay_once(cast.session, cast.office.queue, datetime.now(UTC)):
        pass
    cast.enter(slug)
    while folding.fold(cast.session, "Asia/Jakarta", datetime.now(UTC)):
        cast.session.commit()
    cast.session.commit()


def due(cast: Cast, days: float, *, by: str | None = None, slug: str = "barat") -> str:
    """A complaint whose only promise, to answer, falls due so many days from now; by: the agency that has it."""
    filed = cast.complaint(slug, now=lately(days=9))
    if by is not None:
        cast.move(slug, filed, "assign", now=lately(days=8), agency_id=agency(cast, slug, by))
    complaint = cast.read(slug, filed)
    at = datetime.now(UTC) + timedelta(days=days)
    complaint.respond_due_at = complaint.sort_at = at
    complaint.secure_due_at = complaint.resolve_due_at = None
    cast.session.commit()
    return str(filed)


def test_yesterdays_broken_promises_are_told_by_agency(cast: Cast, visit: Visit) -> None:
    due(cast, -1, by="pu")
    due(cast, -1, by="uptd")
    due(cast, -1, by="uptd")
    due(cast, -2, by="uptd")
    count(cast)
    said = words(visit("barat", "supervisor").get("/staff/morning?lang=en"))
    assert "Yesterday 3 of 3 promises (100.0%) weren't kept" in said
    assert "More than half of what wasn't kept is with Road unit: 2 of 3" in said
    assert "Road unit 2 2 100.0% 2" in said


def test_what_isnt_counted_yet_is_counted_by_the_page(cast: Cast, visit: Visit) -> None:
    count(cast)
    due(cast, -1, by="pu")
    while relay_once(cast.session, cast.office.queue, datetime.now(UTC)):
        pass
    assert "Yesterday's only promise wasn't kept" in words(visit("barat", "supervisor").get("/staff/morning?lang=en"))


def test_each_agency_leads_to_its_late_reports_in_the_queue(cast: Cast, visit: Visit) -> None:
    here, there = due(cast, -1, by="pu"), due(cast, -1, by="diskominfo")
    count(cast)
    supervisor = visit("barat", "supervisor")
    page = supervisor.get("/staff/morning").get_data(as_text=True)
    link = next(one for one in re.findall(r'href="(/staff\?tab=late[^"]+)"', page) if one.endswith("agency=pu"))
    listed = supervisor.get(link.replace("&amp;", "&")).get_data(as_text=True)
    assert f'data-id="{here}"' in listed
    assert f'data-id="{there}"' not in listed


def test_what_breaks_today_and_what_nobody_has_are_listed(cast: Cast, visit: Visit) -> None:
    now = datetime.now(UTC)
    left = 17 * 3600 - (now.hour * 3600 + now.minute * 60)  # Jakarta's midnight is 17.00 UTC
    soon = due(cast, (left % 86_400) / 2 / 86_400, by="pu")
    later = due(cast, 3, by="pu")
    cast.move("barat", cast.complaint("barat", now=lately(hours=3)), "start", by="officer", now=lately(hours=2))
    page = visit("barat", "supervisor").get("/staff/morning?lang=en").get_data(as_text=True)
    today = page.partition('aria-labelledby="today"')[2].partition("</section>")[0]
    nobody = page.partition('aria-labelledby="nobody"')[2].partition("</section>")[0]
    assert soon in today
    assert later not in today
    assert soon in nobody
    assert later in nobody
    assert "Nobody has them yet: 2" in nobody


def test_an_officer_sees_their_own_agencies_and_no_other(cast: Cast, visit: Visit) -> None:
    due(cast, -1, by="uptd")  # below theirs
    due(cast, -1, by="diskominfo")
    count(cast)
    officer = visit("barat", "officer")
    said = words(officer.get("/staff/morning?lang=en"))
    assert "Yesterday's only promise wasn't kept" in said
    assert "Road unit" in said
    assert "diskominfo" not in said.casefold()
    assert officer.get("/staff/morning?agency=diskominfo").status_code == 422
    assert officer.get("/staff/morning?agency=uptd").status_code == 200


def test_somebody_without_an_agency_sees_no_report(cast: Cast, visit: Visit) -> None:
    due(cast, -1, by="pu")
    count(cast)
    cast.enter("barat")
    cast.session.execute(update(Complaint).values(holder_id=None))
    cast.session.execute(delete(SeatAgency))
    cast.session.commit()
    said = words(visit("barat", "officer").get("/staff/morning?lang=en"))
    assert "No promise fell due yesterday" in said
    assert "Nobody has them yet: 0" in said


@pytest.mark.parametrize("who", ["resident", None])
def test_residents_and_nobody_see_no_figures(visit: Visit, who: str | None) -> None:
    assert visit("barat", who).get("/staff/morning").status_code in (303, 403)


def test_the_neighbour_sees_nothing_of_it(cast: Cast, visit: Visit) -> None:
    due(cast, -1, by="pu")
    count(cast)
    count(cast, "timur")
    assert "No promise fell due yesterday" in words(visit("timur", "supervisor").get("/staff/morning?lang=en"))


def test_the_page_asks_few_statements(app: Flask, cast: Cast, visit: Visit) -> None:
    for _ in range(22):
        due(cast, -1, by="pu")
    count(cast)
    supervisor = visit("barat", "supervisor")
    supervisor.get("/staff/morning")
    with statements(app) as sent:
        assert supervisor.get("/staff/morning").status_code == 200
    assert len(sent) <= MOST_STATEMENTS, "\n".join(sent)
