"""Filing and looking up over the API."""

import io
import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text
from werkzeug.test import TestResponse

from tests.cast import IN_BARAT, IN_TIMUR, NOWHERE, Cast, Visitor, jpeg

Visit = Callable[..., Visitor]
REPORT = {"category": "jalan-lubang", "description": "Lubang besar.", "lat": IN_BARAT[1], "lon": IN_BARAT[0]}


def file(visitor: Visitor, report: dict[str, Any], key: str | None = None) -> TestResponse:
    headers = {"Idempotency-Key": key} if key else {}
    return visitor.post("/api/v1/complaints", json=report, headers=headers)


def filed(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 201, answer.get_data(as_text=True)
    document: dict[str, Any] = json.loads(answer.data)
    return document


@pytest.mark.parametrize("host", [None, "barat", "timur"])
def test_any_host_routes_by_the_point(visit: Visit, host: str | None) -> None:
    answer = filed(file(visit(host), REPORT))

    assert answer["tenant"]["slug"] == "barat"
    assert answer["rule"] == "inside"
    assert answer["status"] == "received"
    assert re.fullmatch(r"BRT-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", answer["reference"])
    assert answer["url"] == f"http://barat.localhost/complaints/{answer['reference']}"
    assert answer["manage_url"].startswith(f"{answer['url']}/manage/")
    assert answer["respond_due_at"] < answer["resolve_due_at"]


def test_the_commons_takes_what_lies_in_no_city_and_promises_nothing(visit: Visit) -> None:
    answer = filed(file(visit("barat"), {**REPORT, "lon": NOWHERE[0], "lat": NOWHERE[1]}))

    assert answer["tenant"]["slug"] == "commons"
    assert answer["reference"].startswith("UMM-")
    assert (answer["respond_due_at"], answer["resolve_due_at"]) == (None, None)


def test_the_same_key_gives_the_same_answer_and_one_complaint(visit: Visit, owner: Connection) -> None:
    key = str(uuid4())
    first, second = (filed(file(visit(), REPORT, key)) for _ in range(2))

    assert first == second
    headers = {"Idempotency-Key": key, "Accept-Language": "en"}
    again = filed(visit().post("/api/v1/complaints", json=REPORT, headers=headers))
    assert (again["reference"], again["explanation"] != first["explanation"]) == (first["reference"], True)
    assert owner.scalar(text("SELECT count(*) FROM complaints")) == 1


def test_the_same_key_with_another_report_is_refused(visit: Visit, owner: Connection) -> None:
    key = str(uuid4())
    filed(file(visit(), REPORT, key))
    answer = file(visit(), {**REPORT, "description": "Lain sama sekali."}, key)

    assert answer.status_code == 422
    assert owner.scalar(text("SELECT count(*) FROM complaints")) == 1


@pytest.mark.parametrize("key", ["short", "x" * 201])
def test_a_key_that_others_could_guess_is_refused(visit: Visit, key: str) -> None:
    answer = file(visit(), REPORT, key)
    assert answer.status_code == 422
    assert "Idempotency-Key" in json.loads(answer.data)["errors"]


def test_without_a_key_each_is_a_complaint_of_its_own(visit: Visit, owner: Connection) -> None:
    assert filed(file(visit(), REPORT))["reference"] != filed(file(visit(), REPORT))["reference"]
    assert owner.scalar(text("SELECT count(*) FROM complaints")) == 2


def test_a_form_with_photos_is_filed_with_them(visit: Visit, owner: Connection) -> None:
    parts = {
        **REPORT,
        "anonymous": "false",
        "place": "",
        "contact": json.dumps({"email": "siti@contoh.example", "phone": "0812 3456 7890"}),
        "photos": [(io.BytesIO(jpeg("#123456")), "a.jpg"), (io.BytesIO(jpeg("#654321")), "b.jpg")],
    }
    filed(visit().post("/api/v1/complaints", data=parts, content_type="multipart/form-data"))

    assert owner.scalar(text("SELECT count(*) FROM evidence")) == 2
    assert owner.execute(text("SELECT email, phone FROM contacts")).one() == ("siti@contoh.example", "+6281234567890")


def test_the_public_view_shows_neither_secret_nor_reporter(visit: Visit) -> None:
    contact = {"name": "Siti Rahma", "email": "siti@contoh.example", "phone": "081234567890"}
    answer = filed(file(visit(), {**REPORT, "contact": contact}))
    shown = visit("timur").get(f"/api/v1/complaints/{answer['reference']}")

    assert shown.status_code == 200
    words = shown.get_data(as_text=True)
    assert "Lubang besar." in words
    for secret in (answer["manage_url"].rsplit("/", 1)[-1], "Siti", "siti@", "+62812"):
        assert secret not in words


def test_of_a_private_complaint_only_the_status_is_told(visit: Visit) -> None:
    answer = filed(file(visit(), {**REPORT, "visibility": "private"}))
    shown = visit().get(f"/api/v1/complaints/{answer['reference']}").json

    assert shown == {
        "reference": answer["reference"],
        "tenant": answer["tenant"],
        "status": "received",
        "visibility": "private",
    }


def test_a_wrong_check_character_is_404(visit: Visit) -> None:
    reference = filed(file(visit(), REPORT))["reference"]
    wrong = reference[:-1] + ("0" if reference[-1] != "0" else "1")
    assert visit().get(f"/api/v1/complaints/{wrong}").status_code == 404


def test_a_reference_is_found_however_it_is_written(visit: Visit) -> None:
    reference = filed(file(visit(), REPORT))["reference"]
    for written in (reference.lower(), reference.replace("-", ""), reference.replace("-", " ")):
        assert visit().get(f"/api/v1/complaints/{written}").status_code == 200


def test_cookies_are_neither_read_nor_set(visit: Visit) -> None:
    visitor = visit("barat", "officer")
    for answer in (visitor.get("/api/v1/categories?lang=en"), file(visitor, REPORT)):
        assert "Set-Cookie" not in answer.headers
    elsewhere = visitor.post("/api/v1/complaints", json=REPORT, headers={"Origin": "https://elsewhere.example"})
    assert elsewhere.status_code == 201


def test_other_pages_may_read_and_not_file(visit: Visit) -> None:
    visitor = visit()
    for path in ("locate?lat=-6.25&lon=106.95", "locate", "categories", "no-such", "openapi.json"):
        answer = visitor.get(f"/api/v1/{path}")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Access-Control-Allow-Origin" not in file(visitor, REPORT).headers
    assert "Access-Control-Allow-Origin" not in visitor.options("/api/v1/complaints").headers
    assert "Access-Control-Allow-Origin" not in visitor.get("/").headers


def test_a_complaint_handed_over_is_found_under_the_same_reference(visit: Visit, cast: Cast) -> None:
    complaint_id = cast.complaint("barat", at=(106.9998, -6.25))
    reference = cast.read("barat", complaint_id).reference
    assert visit().get(f"/api/v1/complaints/{reference}").json["tenant"]["slug"] == "barat"


def test_where_a_point_belongs_is_explained(visit: Visit) -> None:
    answer = visit().get(f"/api/v1/locate?lat={IN_TIMUR[1]}&lon={IN_TIMUR[0]}&lang=en").json

    assert answer == {
        "tenant": {"slug": "timur", "name": "City of Timur"},
        "rule": "inside",
        "explanation": "The point lies in Kota Timur.",
        "near_border": None,
        "area": answer["area"],
        "municipality": None,
        "candidates": answer["candidates"],
    }
    assert answer["candidates"][0]["slug"] == "timur"


def test_the_categories_of_a_point_are_those_of_its_city(visit: Visit) -> None:
    answer = visit("barat").get(f"/api/v1/categories?lat={IN_TIMUR[1]}&lon={IN_TIMUR[0]}").json

    assert answer is not None
    assert answer["tenant"]["slug"] == "timur"
    assert "jalan-lubang" in [category["code"] for category in answer["categories"]]
