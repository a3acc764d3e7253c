"""Filing: once, in the right tenant, with what was promised."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from complaints import handling
from complaints.complaint import Complaint
from complaints.report import Reporter
from messages.outbox import Message
from tenants.errors import Invalid
from tests.cast import AT_THE_BORDER, IN_TIMUR, NOW, NOWHERE, Cast, photo


def test_a_report_is_filed_where_its_point_lies(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", at=IN_TIMUR)
    assert cast.read("timur", complaint_id).reference.startswith("TMR-")


def test_the_neighbour_does_not_see_it(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    cast.enter("timur")
    assert cast.session.scalar(select(Complaint).where(Complaint.id == complaint_id)) is None


def test_the_city_promises_an_answer_in_its_working_hours(cast: Cast) -> None:
    complaint = cast.read("barat", cast.complaint("barat"))
    # filed on Wednesday at 10.00 with six working hours to answer; in Ramadan the day is from 08.00 to 15.00
    assert complaint.respond_due_at == datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
    assert complaint.sort_at == min(complaint.respond_due_at, complaint.secure_due_at or complaint.respond_due_at)


def test_the_commons_promises_nothing(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", at=NOWHERE)
    complaint = cast.read("commons", complaint_id)
    assert complaint.routing["rule"] == "nowhere"
    assert complaint.respond_due_at is None
    assert complaint.resolve_due_at is None
    assert complaint.sort_at > NOW


def test_the_same_key_gives_the_same_complaint(cast: Cast) -> None:
    key = "a key of enough random bits, it is said"
    assert cast.complaint(key=key) == cast.complaint(key=key)


def test_the_same_key_with_another_report_is_refused(cast: Cast) -> None:
    key = "a key of enough random bits, it is said"
    cast.complaint(key=key)
    with pytest.raises(Invalid, match="another report"):
        cast.complaint(key=key, words="Lain sama sekali.")


def test_near_a_border_the_other_city_is_kept_beside_it(cast: Cast) -> None:
    complaint = cast.read("barat", cast.complaint("barat", at=AT_THE_BORDER))
    assert complaint.near_border_tenant_id == cast.city("timur").id
    assert 20 < complaint.routing["near_border"]["distance_m"] < 24


def test_the_reporter_may_say_on_which_side_of_the_border_it_is(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", at=AT_THE_BORDER, border_answer="timur")
    assert cast.read("timur", complaint_id).routing["rule"] == "chosen"


def test_a_category_without_a_place_stays_with_the_city_of_the_portal(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", category="adminduk", at=IN_TIMUR)
    complaint = cast.read("barat", complaint_id)
    assert complaint.lon is None
    assert complaint.routing["rule"] == "chosen"


def test_who_reports_and_who_works_are_told_in_the_same_transaction(cast: Cast) -> None:
    cast.complaint("barat", reporter=Reporter(email="ani@warga.example"))
    events = {message.event: message.destination for message in cast.session.scalars(select(Message))}
    assert events == {"received": "ani@warga.example", "new_for_agency": "pu@barat.example"}


def test_photos_are_stored_before_they_are_named(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", photos=[photo()])
    stored = [one.key for one in cast.office.storage.list("tenant/")]
    assert len(stored) == 1
    assert str(complaint_id) in stored[0]


def test_a_birth_begins_the_history(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    assert [(row.number, row.move, row.to_status) for row in handling.history_of(cast.session, complaint_id)] == [
        (1, "file", "received")
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"words": "  "}, "description"),
        ({"words": "x" * 4_001}, "description"),
        ({"words": "a\x00b"}, "description"),
        ({"category": "tidak-ada"}, "category"),
        ({"kind": "praise"}, "kind"),
        ({"visibility": "secret"}, "visibility"),
        ({"at": (0.0, 0.0)}, "lat"),
        ({"at": (-6.25, 106.95)}, "lat"),
        ({"answers": {"no-such": "1"}}, "answers.no-such"),
        ({"answers": {"kedalaman": "sedalam-laut"}}, "answers.kedalaman"),
    ],
)
def test_bad_input_names_its_field(cast: Cast, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        cast.complaint("barat", **wrong)
    assert refused.value.field == field
