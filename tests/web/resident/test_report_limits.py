"""Filing too much: the form comes back filled with a sentence, a shared network answers a sum, and the API a puzzle."""

import hashlib
from collections.abc import Callable
from itertools import count
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from complaints.complaint import Complaint
from complaints.safety import allowance
from tests.cast import IN_BARAT, Cast, Visitor
from tests.web.resident.sheet import Sheet
from web import proofs
from web.app import utc_now

Visit = Callable[..., Visitor]

HOLE = {
    "category": "jalan-lubang",
    "description": "Lubang besar di depan pasar.",
    "spot": f"{IN_BARAT[1]}, {IN_BARAT[0]}",
}
REPORT = {"category": "jalan-lubang", "description": "Lubang besar.", "lat": IN_BARAT[1], "lon": IN_BARAT[0]}


@pytest.fixture(autouse=True)
def from_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test client stands on the server itself, whose address is never asked."""
    monkeypatch.setattr(Visitor, "address", "36.68.1.2")


def filed(cast: Cast) -> int:
    cast.enter("barat")
    return cast.session.scalar(select(func.count()).select_from(Complaint)) or 0


def test_a_device_that_filed_too_much_reads_when_it_may_go_on_and_loses_nothing(
    visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowance, "MOST_OF_DEVICE", 1)
    phone = visit("barat")
    assert Sheet(phone).press("send", HOLE, follow=False).status_code == 303
    sheet = Sheet(phone)
    answer = sheet.press("send", {**HOLE, "description": "Yang kedua.", "contact": "0812 3456 7890"}, follow=False)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert "Anda dapat mengirim laporan berikutnya mulai" in sheet.text
    assert "WIB" in sheet.text
    assert (sheet.fields["description"], sheet.fields["contact"]) == (["Yang kedua."], ["0812 3456 7890"])
    kept = dict(HOLE, draft=sheet.fields["draft"][0], shown_tenant="barat")
    assert phone.post("/report/kept", data=kept, headers={"Idempotency-Key": kept["draft"]}).status_code == 429
    assert filed(cast) == 1
    assert Sheet(visit("barat")).press("send", HOLE, follow=False).status_code == 303


def test_a_shared_network_answers_a_sum_and_is_not_refused(
    visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowance, "FREE_OF_ADDRESS", 0)
    sheet = Sheet(visit("barat"))
    assert sheet.press("send", HOLE, follow=False).status_code == 422
    assert sheet.step == 5
    assert "pertanyaan singkat" in sheet.oops("proof")
    assert sheet.press("send", {"proof": "99"}, follow=False).status_code == 422
    assert filed(cast) == 0
    right = sum(proofs.sum_of(cast.office.secret, sheet.fields["draft"][0], utc_now()))
    assert sheet.press("send", {"proof": str(right)}, follow=False).status_code == 303
    signed_in = Sheet(visit("barat", "resident"))
    assert signed_in.press("send", HOLE, follow=False).status_code == 303
    key = uuid4().hex
    kept = visit("barat").post(
        "/report/kept", data={**HOLE, "draft": key, "shown_tenant": "barat"}, headers={"Idempotency-Key": key}
    )
    assert kept.status_code == 422
    asked = Sheet(visit("barat"), kept.get_json()["url"])
    assert asked.fields["proof"] == [""]
    assert asked.fields["description"] == [HOLE["description"]]


def test_a_program_solves_a_puzzle_once_for_each_report(
    visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = str(uuid4())
    first = visit().post("/api/v1/complaints", json=REPORT, headers={"Idempotency-Key": key})
    monkeypatch.setattr(allowance, "FREE_OF_ADDRESS", 1)
    monkeypatch.setattr(proofs, "BITS", 6)
    refused = visit().post("/api/v1/complaints", json=REPORT)
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    problem = refused.get_json()
    proof = next(
        text
        for text in (f"{problem['puzzle']}:{number}" for number in count())
        if hashlib.sha256(text.encode()).digest()[0] >> (8 - problem["bits"]) == 0
    )
    answers = [visit().post("/api/v1/complaints", json=REPORT, headers={"Proof": proof}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 429]
    again = visit().post("/api/v1/complaints", json=REPORT, headers={"Idempotency-Key": key})
    assert (again.status_code, again.get_json()["reference"]) == (201, first.get_json()["reference"])
    assert filed(cast) == 2
