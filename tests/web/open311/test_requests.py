"""Reports as other systems read them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.workflow import OPEN, Status
from tests.cast import IN_BARAT, NOW, Visitor
from tests.complaints import passing
from tests.web.open311.conftest import Wire
from web.open311.statuses import TOLD

FIELDS = [
    "service_request_id",
    "status",
    "status_notes",
    "service_name",
    "service_code",
    "description",
    "agency_responsible",
    "service_notice",
    "requested_datetime",
    "updated_datetime",
    "expected_datetime",
    "address",
    "address_id",
    "zipcode",
    "lat",
    "long",
    "media_url",
]
ALL = {"start_date": "2025-12-10", "end_date": "2026-03-05"}
"""Of the fixture's ninety days."""


def names(wire: Wire, host: str | None = "barat", **query: Any) -> list[str]:
    """Which of the fixture's reports are listed."""
    by_number = {number: name for name, number in wire.numbers.items()}
    found = wire.read("/requests", host, forms=("json",), **query)
    return [by_number[one["service_request_id"]] for one in found if one["service_request_id"] in by_number]


def test_every_status_is_open_or_closed_as_the_workflow_says() -> None:
    assert set(TOLD) == set(Status)
    assert {status for status, told in TOLD.items() if told.status == "open"} == set(OPEN)


def test_a_city_lists_what_is_public_and_its_own_the_newest_first(wire: Wire) -> None:
    assert names(wire, **ALL) == ["newest", "asked", "done", "older"]
    assert names(wire, "timur", **ALL) == ["neighbour"]
    assert names(wire, None, jurisdiction_id="timur", **ALL) == ["neighbour"]


def test_a_request_has_the_fields_of_the_format(wire: Wire) -> None:
    (done,) = wire.read(f"/requests/{wire.numbers['done']}")

    assert list(done) == FIELDS
    assert done["status"] == "closed"
    assert done["status_notes"] == "Selesai: Sudah ditambal."
    assert done["service_code"] == "jalan-lubang"
    assert done["description"] == "Lubang\ndalam."
    assert done["agency_responsible"] == "Dinas PU Kota Barat"
    assert done["requested_datetime"] == "2026-02-02T03:00:00Z"
    assert done["updated_datetime"] == "2026-02-04T03:00:00Z"
    assert datetime.fromisoformat(done["expected_datetime"]) > datetime(2026, 2, 2, tzinfo=UTC)
    assert (float(done["long"]), float(done["lat"])) == IN_BARAT
    assert re.fullmatch(r"http://barat\.localhost/media/[0-9a-f-]{36}/public", done["media_url"])
    assert (done["address"], done["address_id"], done["zipcode"]) == ("Selatan", None, None)


def test_what_xml_cant_hold_is_left_out_of_both(wire: Wire) -> None:
    (older,) = wire.read(f"/requests/{wire.numbers['older']}")
    assert older["description"] == "Lampu <b>padam</b> & gelapdi gang."
    assert older["address"] == "Gang Melati 3, Selatan"
    assert "&lt;b&gt;padam" in wire.get(f"/requests/{wire.numbers['older']}.xml").get_data(as_text=True)


def test_the_clock_stands_still_while_the_reporter_is_asked(wire: Wire) -> None:
    (asked,) = wire.read(f"/requests/{wire.numbers['asked']}")
    assert (asked["status"], asked["expected_datetime"]) == ("open", None)
    assert asked["status_notes"].endswith("Di gang mana?")


def test_a_number_is_forgiven_how_it_is_written(wire: Wire) -> None:
    for written in (wire.numbers["done"].lower(), wire.numbers["done"].replace("-", "")):
        (found,) = wire.read(f"/requests/{written}")
        assert found["service_request_id"] == wire.numbers["done"]


@pytest.mark.parametrize("name", ["private", "erased"])
def test_what_nobody_may_read_is_nowhere(wire: Wire, name: str) -> None:
    number = wire.numbers[name]
    wire.read(f"/requests/{number}", code=404)
    assert wire.read("/requests", service_request_id=number) == []
    assert name not in names(wire, **ALL)
    wire.read(f"/requests/{number}", host=None, code=404, jurisdiction_id="barat")


def test_numbers_override_every_other_filter_and_come_in_their_order(wire: Wire) -> None:
    numbers = [wire.numbers[one] for one in ("oldest", "newest", "private", "done")]
    asked = {"service_request_id": ",".join([*numbers, "BRT-XXXX-XXXX", "x"]), "status": "nonsense", "page": "7"}
    assert names(wire, **asked) == ["oldest", "newest", "done"]


def test_a_report_is_found_by_its_number_where_it_was_filed_and_where_it_is(wire: Wire) -> None:
    """Whoever filed it here polls it here, though its ground is the neighbour's."""
    (here,) = wire.read(f"/requests/{wire.numbers['neighbour']}")
    (there,) = wire.read(f"/requests/{wire.numbers['neighbour']}", host="timur")
    assert here == there
    assert "Kota Timur" in here["service_notice"]
    assert names(wire, service_request_id=f"{wire.numbers['neighbour']},{wire.numbers['done']}") == [
        "neighbour",
        "done",
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "open"}, ["newest", "asked", "older"]),
        ({"status": "closed"}, ["done"]),
        ({"status": "Open,closed"}, ["newest", "asked", "done", "older"]),
        ({"status": ""}, ["newest", "asked", "done", "older"]),
        ({"service_code": "pju"}, ["older"]),
        ({"service_code": "pju, jalan-lubang", "status": "closed"}, ["done"]),
        ({"start_date": "2026-02-12T03:00:00Z"}, ["newest", "asked"]),
        ({"start_date": "2026-02-12T10:00:00+07:00"}, ["newest", "asked"]),
        ({"start_date": "2026-02-12T10:00:00 07:00"}, ["newest", "asked"]),
        ({"start_date": "2026-02-12T10:00:00"}, ["newest", "asked"]),
        ({"start_date": "2026-02-12T03:00:01.5Z"}, ["newest"]),
        ({"end_date": "2026-02-12"}, ["asked", "done", "older"]),
        ({"end_date": "2026-02-11"}, ["done", "older"]),
        ({"updated_after": "2026-02-04T03:00:00Z"}, ["newest", "asked", "done"]),
        ({"updated_after": "2026-02-04T03:00:00Z", "updated_before": "2026-02-04T03:00:00Z"}, ["done"]),
        ({"updated_before": "2026-01-10"}, ["older", "oldest"]),
        ({"bbox": "106.9,-6.3,106.96,-6.2"}, ["newest", "asked", "done", "older"]),
        ({"bbox": "106.9,-6.3,106.94,-6.2"}, []),
        ({"lat": "-6.2505", "long": "106.95"}, ["newest", "asked", "done", "older"]),
        ({"lat": "-6.2505", "long": "106.95", "radius": "40"}, []),
        ({"lat": "-6.2505", "long": "106.95", "radius": "60"}, ["newest", "asked", "done", "older"]),
        ({"page_size": "2"}, ["newest", "asked"]),
        ({"page_size": "2", "page": "1"}, ["newest", "asked"]),
        ({"page_size": "2", "page": "0"}, ["newest", "asked"]),
        ({"page_size": "2", "page": "2"}, ["done", "older"]),
        ({"page_size": "2", "page": "3"}, []),
        ({"page": "999999999", "page_size": "100000"}, []),
    ],
    ids=str,
)
def test_filters(wire: Wire, query: dict[str, str], found: list[str]) -> None:
    dates = {"updated_after", "updated_before"} & set(query)
    assert names(wire, **({} if dates else ALL | ({"end_date": ""} if "start_date" in query else {})) | query) == found


def test_without_dates_it_is_the_last_ninety_days(wire: Wire) -> None:
    listed = set(names(wire))
    age = (datetime.now(UTC) - NOW).days
    assert ("oldest" in listed) is False
    assert ("newest" in listed) == (age + 1 < 90)
    assert names(wire, start_date="2025-05-01") == ["oldest"]
    assert names(wire, end_date="2025-06-01T00:00:00Z") == ["oldest"]


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "2025-01-01", "end_date": "2026-01-01"},
        {"start_date": "yesterday"},
        {"end_date": "0001-01-01T00:00:00+14:00"},
        {"end_date": "0001-01-02"},
        {"status": "pending"},
        {"page": "-1"},
        {"page_size": "many"},
        {"bbox": "1,2,3"},
        {"lat": "-6.2"},
        {"lat": "95", "long": "106"},
        {"lat": "-6", "long": "106", "radius": "0"},
        {"lat": "-6", "long": "106", "radius": "NaN"},
    ],
    ids=str,
)
def test_a_filter_that_cant_be_read_is_refused(wire: Wire, query: dict[str, str]) -> None:
    (error,) = wire.read("/requests", code=400, **query)
    assert error["code"] == "400"
    assert any(name in error["description"] for name in query), error


def test_a_service_that_the_city_never_had_is_404(wire: Wire) -> None:
    wire.read("/requests", code=404, service_code="jalan-lubang,nowhere")


def test_extensions_bring_the_history_and_no_answers(wire: Wire) -> None:
    (done,) = wire.read(f"/requests/{wire.numbers['done']}", extensions="true")

    assert [*FIELDS, "attributes", "extended_attributes", "notes"] == list(done)
    assert done["attributes"] == []
    assert done["extended_attributes"]["detailed_status"] == "PROCESSED"
    assert done["extended_attributes"]["title"] == "Jalan berlubang, Selatan"
    assert len(done["extended_attributes"]["media_urls"]) == 2
    assert [note["type"] for note in done["notes"]] == ["open", "open", "in_progress", "fixed"]
    assert done["notes"][-1] == {
        "datetime": "2026-02-04T03:00:00Z",
        "description": "Sudah ditambal.",
        "type": "fixed",
    }


def test_a_token_is_the_number(wire: Wire) -> None:
    number = wire.numbers["private"]
    assert wire.read(f"/tokens/{number}") == [{"service_request_id": number, "token": number}]
    wire.read("/tokens/nothing", code=404)


ANY = st.one_of(st.text(max_size=30), st.sampled_from(["", "1", "-1", "1e400", "NaN", "2026-01-01", "9999-12-31", ","]))
PARAMETERS = (
    "jurisdiction_id",
    "service_request_id",
    "service_code",
    "start_date",
    "end_date",
    "updated_after",
    "updated_before",
    "status",
    "page",
    "page_size",
    "extensions",
    "bbox",
    "lat",
    "long",
    "radius",
    "locale",
    "api_key",
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    host=st.sampled_from(["barat", None]),
    path=st.sampled_from(["/requests", "/services", "/discovery", "/servicerequestupdates", "/coverage"]),
    form=st.sampled_from(["xml", "json"]),
    query=st.dictionaries(st.sampled_from(PARAMETERS), ANY, max_size=5),
)
def test_whatever_is_asked_is_answered(
    wire: Wire, host: str | None, path: str, form: str, query: dict[str, str]
) -> None:
    answer = Visitor(wire.app, host).get(f"/open311/v2{path}.{form}", query_string=query)
    assert answer.status_code in (200, 400, 404), answer.get_data(as_text=True)


def test_a_report_that_was_passed_on_is_listed_where_it_is_now(wire: Wire) -> None:
    complaint_id = wire.cast.complaint("barat", now=NOW - timedelta(hours=8), words="Dilimpahkan.")
    number = wire.cast.read("barat", complaint_id).reference
    passing.pass_on(wire.cast, complaint_id, "barat", "timur", now=NOW - timedelta(hours=7))

    here, there = (wire.read(f"/requests/{number}", host) for host in ("barat", "timur"))
    assert here == there
    assert here[0]["agency_responsible"].endswith("Kota Timur")
    listed = [number in str(wire.read("/requests", host, forms=("json",), **ALL)) for host in ("barat", "timur")]
    assert listed == [False, True]
