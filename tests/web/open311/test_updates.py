"""Updates in both directions."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from complaints.workflow import Need
from tests.cast import NOW, Visitor, jpeg
from tests.web.open311.conftest import Wire
from tests.web.open311.reading import read
from web import proofs
from web.context import settings
from web.open311 import limiting

FIELDS = [
    "update_id",
    "service_request_id",
    "status",
    "updated_datetime",
    "description",
    "media_url",
    "external_status_code",
]
DATES = {"start_date": "2025-12-10", "end_date": "2026-03-05"}


def send(wire: Wire, base: str = "/open311/v2", **said: Any) -> tuple[int, Any]:
    answer = Visitor(wire.app, "barat").post(f"{base}/servicerequestupdates.xml", data=said)
    return answer.status_code, read(answer).content


def waiting(wire: Wire, number: str) -> list[str]:
    """What was added to a report and waits for an official."""
    wire.owner.rollback()
    return list(
        wire.owner.scalars(
            text(
                "SELECT r.body FROM history h JOIN complaints c ON c.id = h.complaint_id LEFT JOIN remarks r"
                " ON r.id = h.remark_id WHERE c.reference = :number AND h.move = 'add' ORDER BY h.number"
            ),
            {"number": number},
        )
    )


def test_what_was_done_is_told_the_first_first(wire: Wire) -> None:
    found = wire.read("/servicerequestupdates", **DATES)

    assert all(list(one) == FIELDS for one in found)
    assert [one["updated_datetime"] for one in found] == sorted(one["updated_datetime"] for one in found)
    done = [one for one in found if one["service_request_id"] == wire.numbers["done"]]
    assert done[-1]["status"] == "fixed"
    assert done[-1]["description"] == "Sudah ditambal."
    assert done[-1]["external_status_code"] == "resolved"
    assert done[-1]["media_url"].endswith("/public")
    (request,) = wire.read(f"/requests/{wire.numbers['done']}")
    assert done[-1]["media_url"] != request["media_url"]
    told = {one["service_request_id"] for one in found}
    assert not told & {wire.numbers[one] for one in ("private", "erased", "neighbour")}


def test_dates_and_pages_hold(wire: Wire) -> None:
    everything = wire.read("/servicerequestupdates", **DATES)
    one = wire.read("/servicerequestupdates", start_date="2026-02-04T03:00:00Z", end_date="2026-02-04T03:00:00Z")
    assert [update["status"] for update in one] == ["fixed"]
    assert wire.read("/servicerequestupdates", **DATES, page_size=1, page=2) == everything[1:2]
    assert wire.read("/servicerequestupdates", **DATES, page=99) == []
    wire.read("/servicerequestupdates", code=400, start_date="2025-01-01", end_date="2026-01-01")
    wire.read("/servicerequestupdates", host=None, code=400)


def test_what_was_taken_back_isnt_told(wire: Wire) -> None:
    complaint_id = wire.cast.complaint("barat", now=NOW - timedelta(days=6))
    number = wire.cast.read("barat", complaint_id).reference
    wire.cast.move("barat", complaint_id, "reply", words={Need.NOTE: "Salah tulis."}, now=NOW - timedelta(days=5))
    told = lambda: str(wire.read("/servicerequestupdates", **DATES))  # noqa: E731 - asked twice
    assert "Salah tulis." in told()
    wire.owner.rollback()
    wire.owner.execute(
        text(
            'INSERT INTO history (tenant_id, id, complaint_id, number, at, move, from_status, to_status, "by", public,'
            " detail) SELECT tenant_id, gen_random_uuid(), complaint_id, 99, at, 'undo', to_status, to_status, 'staff',"
            " false, jsonb_build_object('undoes', id::text) FROM history WHERE complaint_id = :id AND move = 'reply'"
        ),
        {"id": complaint_id},
    )
    wire.owner.commit()
    assert "Salah tulis." not in told()
    assert number


def test_what_is_said_elsewhere_waits_for_an_official(wire: Wire) -> None:
    (created,) = wire.post(service_code="jalan-lubang", description="Lubang.", lat="-6.25", long="106.95")
    number, update = created["service_request_id"], uuid4().hex
    said = {
        "service_request_id": number,
        "update_id": update,
        "updated_datetime": "2026-03-04T03:00:00Z",
        "status": "FIXED",
        "description": "Sudah rata.",
        "first_name": "Siti",
        "email": "siti@contoh.example",
    }
    status, (answer,) = send(wire, **said)
    assert status == 201
    assert list(answer) == ["update_id"]
    assert waiting(wire, number) == ["Sudah rata. (fixed)"]
    status, (error,) = send(wire, **said)
    assert (status, error["description"].endswith("(update_id)")) == (400, True)
    assert waiting(wire, number) == ["Sudah rata. (fixed)"]
    assert "rata" not in str(wire.read(f"/requests/{number}", extensions="true"))
    assert send(wire, "/open311/test/v2", **said | {"update_id": uuid4().hex})[0] == 201
    assert len(waiting(wire, number)) == 1


@pytest.mark.parametrize(
    ("name", "code"), [("private", 404), ("erased", 400), ("done", 400), ("nothing", 404), ("", 400), ("newest", 400)]
)
def test_updates_of_what_isnt_open_to_everybody_are_refused(wire: Wire, name: str, code: int) -> None:
    """Words to a report of the portal are for the city to allow; it doesn't."""
    number = wire.numbers.get(name, name)
    status, (error,) = send(wire, service_request_id=number, description="Masih ada.", update_id=uuid4().hex)
    assert (status, error["code"]) == (code, str(code))
    assert error["description"].startswith("Untuk laporan ini tidak diterima teks") == (name == "newest")
    assert waiting(wire, number) == []


def test_a_photo_alone_is_tried_out_as_it_is_taken(wire: Wire) -> None:
    complaint_id = wire.cast.complaint("barat", now=NOW - timedelta(days=1))
    number = wire.cast.read("barat", complaint_id).reference
    count = text("SELECT count(*) FROM evidence WHERE complaint_id = :id")
    for base, kept in (("/open311/test/v2", 0), ("/open311/v2", 1)):
        status, _answer = send(wire, base, service_request_id=number, media=(io.BytesIO(jpeg("#123123")), "a.jpg"))
        assert status == 201
        wire.owner.rollback()
        assert wire.owner.scalar(count, {"id": complaint_id}) == kept


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """One free try of an hour, for a network that isn't the server's own."""
    monkeypatch.setattr(limiting, "settings", lambda: replace(settings(), rate_limits=True))
    monkeypatch.setattr(limiting, "FREE_OF_NETWORK", 1)


@pytest.mark.parametrize(
    ("path", "free", "sent"),
    [
        ("/open311/v2/servicerequestupdates.xml", 404, {"service_request_id": "nothing", "description": "x"}),
        ("/open311/test/v2/servicerequestupdates.xml", 404, {"service_request_id": "nothing", "description": "x"}),
        ("/open311/test/v2/requests.xml", 201, {"service_code": "jalan-lubang", "lat": "-6.25", "long": "106.95"}),
    ],
)
@pytest.mark.usefixtures("limited")
def test_what_isnt_kept_counts_too_and_beyond_the_free_ones_needs_a_proof(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, path: str, free: int, sent: dict[str, str]
) -> None:
    visitor = Visitor(wire.app, "barat")
    visitor.address = f"36.68.9.{len(path)}"
    assert visitor.post(path, data=sent).status_code == free
    answer = visitor.post(path, data=sent)
    assert answer.status_code == 429
    assert read(answer).content[0]["puzzle"]
    monkeypatch.setattr(proofs, "is_solved", lambda *_: True)
    solved = {"Proof": uuid4().hex}
    assert visitor.post(path, data=sent, headers=solved).status_code == free
    assert visitor.post(path, data=sent, headers=solved).status_code == 429


def test_refusals_name_the_fields_that_a_client_knows(wire: Wire) -> None:
    (created,) = wire.post(service_code="jalan-lubang", description="Lubang.", lat="-6.25", long="106.95")
    number = created["service_request_id"]
    three = [(io.BytesIO(jpeg(f"#{n}{n}{n}")), f"{n}.jpg") for n in (11, 22, 33)]
    for said, name in (({"description": "x" * 1001}, "(description)"), ({"media": three}, "(media)")):
        status, (error,) = send(wire, service_request_id=number, **said)
        assert status == 400
        assert error["description"].endswith(name)
