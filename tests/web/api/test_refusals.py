"""Whatever is sent to the API is answered by a problem document in words: never a page or a 500, nothing is filed."""

import io
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import request
from gunicorn.http.errors import InvalidChunkSize
from sqlalchemy import Connection, text
from werkzeug.test import TestResponse

from tests.cast import IN_BARAT, Visitor, jpeg

Visit = Callable[..., Visitor]

REPORT = {"category": "jalan-lubang", "description": "Lubang besar.", "lat": IN_BARAT[1], "lon": IN_BARAT[0]}
NUL, LONE_SURROGATE = "satu\x00dua", "satu\ud800dua"


def send(visitor: Visitor, body: bytes | str, kind: str = "application/json", **headers: str) -> TestResponse:
    return visitor.post("/api/v1/complaints", data=body, content_type=kind, headers=headers)


def refused(answer: TestResponse, status: int | None = None) -> dict[str, Any]:
    """The problem document of a refusal."""
    assert answer.mimetype == "application/problem+json", answer.get_data(as_text=True)[:200]
    problem: dict[str, Any] = json.loads(answer.data)
    assert 400 <= answer.status_code < 500
    assert problem["status"] == answer.status_code
    assert problem["title"]
    assert problem["detail"]
    if status is not None:
        assert answer.status_code == status, problem
    return problem


NO_REPORTS: list[tuple[str | bytes, int]] = [
    ("", 400),
    ("{", 400),
    ("lat=1", 400),
    (b"\xff\xfe{", 400),
    ('{"lat": NaN}', 400),
    ('{"lat": -Infinity}', 400),
    ('{"lat": 1, "lat": 2}', 400),
    ("[" * 100_000, 400),
    ('{"answers": ' * 15_000, 400),
    ('{"lat": ' + "9" * 5_000 + "}", 400),
    ("[]", 422),
    ("null", 422),
    ('"words"', 422),
    ("{}", 422),
]


def test_a_body_that_is_no_report_is_refused(visit: Visit) -> None:
    for body, status in NO_REPORTS:
        refused(send(visit(), body), status)


MISFITS: list[tuple[str, Any]] = [
    ("description", 5),
    ("description", ["a"]),
    ("description", None),
    ("description", ""),
    ("description", "   "),
    ("description", "x" * 4_001),
    ("description", "x" * 200_000),
    ("description", NUL),
    ("description", LONE_SURROGATE),
    ("place", "satu\ufffedua"),
    ("place", NUL),
    ("place", "x" * 301),
    ("category", "no-such"),
    ("category", {}),
    ("category", NUL),
    ("lat", "x"),
    ("lat", "-6.25"),
    ("lat", True),
    ("lat", None),
    ("lat", [1]),
    ("lat", 91),
    ("lat", 10**400),
    ("accuracy_m", -1),
    ("accuracy_m", "wide"),
    ("answers", []),
    ("answers", {"no-such": "yes"}),
    ("answers", {"depth": {"deep": 1}}),
    ("answers", {NUL: "yes"}),
    ("kind", "joke"),
    ("visibility", "secret"),
    ("anonymous", "true"),
    ("contact", "me"),
    ("contact.email", "nobody"),
    ("contact.email", "a@b"),
    ("contact.email", NUL),
    ("contact.phone", "0"),
    ("contact.phone", "call me"),
    ("contact.name", "x" * 121),
    ("contact.shoe", "42"),
    ("status", "resolved"),
    ("tenant_id", str(uuid4())),
]


def test_a_field_that_does_not_fit_is_named(visit: Visit, owner: Connection) -> None:
    for field, value in MISFITS:
        outer, _, inner = field.partition(".")
        problem = refused(send(visit(), json.dumps({**REPORT, outer: {inner: value} if inner else value})), 422)
        assert any(name.startswith(field) for name in problem["errors"]), (value, problem)
    assert owner.scalar(text("SELECT count(*) FROM complaints")) == 0


def test_every_field_that_does_not_fit_is_named_at_once(visit: Visit) -> None:
    problem = refused(send(visit(), json.dumps({"lat": "x", "contact": {"email": 1}, "anonymous": 1})), 422)
    assert set(problem["errors"]) == {"category", "description", "lat", "contact.email", "anonymous"}


def test_the_sentences_are_in_the_language_that_was_asked_for(visit: Visit) -> None:
    problems = [
        refused(send(visit(), "{}", **{"Accept-Language": language}))["errors"]["category"] for language in ("id", "en")
    ]
    assert problems[0] != problems[1]
    assert problems[1] == ["This field is missing."]


def test_a_point_that_cannot_be_meant_is_refused(visit: Visit) -> None:
    rest = {name: value for name, value in REPORT.items() if name not in ("lat", "lon")}
    for point in ({"lat": 0, "lon": 0}, {"lat": IN_BARAT[0], "lon": IN_BARAT[1]}, {"lon": 106.95}, {"place": "Gang"}):
        problem = refused(send(visit(), json.dumps({**rest, **point})), 422)
        assert list(problem["errors"]) == ["lat"], point
        assert "kata" not in problem["detail"]  # words of a place are no point here
        assert problem["title"].startswith("Unprocessable")


def test_a_kind_of_body_that_is_not_understood_is_415(visit: Visit) -> None:
    for kind in ("text/plain", "application/xml", "", "application/jsonp"):
        refused(send(visit(), json.dumps(REPORT), kind), 415)


def test_a_body_that_is_too_large_is_413(visit: Visit) -> None:
    refused(send(visit(), json.dumps({**REPORT, "description": "x" * 300_000})), 413)


def test_a_form_field_that_is_too_large_is_413(visit: Visit) -> None:
    part = b'--edge\r\nContent-Disposition: form-data; name="description"\r\n\r\n' + b"x" * 3_000_000
    refused(send(visit(), part + b"\r\n--edge--\r\n", "multipart/form-data; boundary=edge"), 413)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=edge", b'--edge\r\nContent-Disposition: form-data; name="category"\r\n\r\nx'),
        ("multipart/form-data; boundary=other", b'--edge\r\nContent-Disposition: form-data; name="a"\r\n\r\nx'),
        ("multipart/form-data", b"x"),
        ("application/x-www-form-urlencoded", b"category=pju&description=caf\xe9"),
    ],
)
def test_a_form_that_cannot_be_read_is_not_taken_for_an_empty_one(visit: Visit, kind: str, body: bytes) -> None:
    refused(send(visit(), body, kind), 400)
    assert visit().post("/open311/v2/requests.xml", data=body, content_type=kind).status_code == 400
    page = visit("barat").post("/report", data=body, content_type=kind)
    assert page.status_code == 400
    with visit().application.test_request_context("/", environ_overrides={"CONTENT_TYPE": kind}):
        assert not request.form  # of what is only asked for, none is expected
    assert "Permintaan ini tidak dapat dibaca" in page.get_data(as_text=True)


def test_a_body_whose_pieces_do_not_fit_is_400(visit: Visit) -> None:
    class Broken:
        def read(self, size: int = -1) -> bytes:
            raise InvalidChunkSize(b"zz")

    for kind in ("application/json", "multipart/form-data; boundary=edge"):
        environ = {"wsgi.input": Broken(), "wsgi.input_terminated": True}
        refused(visit().post("/api/v1/complaints", content_type=kind, environ_overrides=environ), 400)


def test_a_part_of_a_form_that_does_not_fit_is_named(visit: Visit, owner: Connection) -> None:
    parts: list[tuple[dict[str, Any], str]] = [
        ({"lat": "x"}, "lat"),
        ({"lat": "-6_0"}, "lat"),
        ({"anonymous": "perhaps"}, "anonymous"),
        ({"answers": "[]"}, "answers"),
        ({"contact": "{"}, "contact"),
        ({"contact": '{"email": NaN}'}, "contact"),
        ({"category": ["jalan-lubang", "pju"]}, "category"),
        ({"description": NUL}, "description"),
        ({"crest": (io.BytesIO(b"x"), "a.jpg")}, "crest"),
        ({"photos": (io.BytesIO(b"not a photo"), "a.jpg")}, "photos"),
        ({"photos": (io.BytesIO(b""), "a.jpg")}, "photos"),
        ({"photos": (io.BytesIO(jpeg()[:2000]), "a.jpg")}, "photos"),
        ({"photos": [(io.BytesIO(jpeg()), f"{number}.jpg") for number in range(12)]}, "photos"),
    ]
    for change, field in parts:
        answer = visit().post("/api/v1/complaints", data={**REPORT, **change}, content_type="multipart/form-data")
        assert field in refused(answer, 422)["errors"], change
    assert owner.scalar(text("SELECT count(*) FROM complaints")) == 0


def test_an_unknown_path_and_method_are_problems_too(visit: Visit) -> None:
    refused(visit("barat").get("/api/v1/no-such"), 404)
    refused(visit().get("/api/v2/locate"), 404)
    answer = visit().delete("/api/v1/complaints")
    refused(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_an_unknown_host_is_a_problem_too(visit: Visit) -> None:
    refused(visit("nowhere").get("/api/v1/locate?lat=-6.25&lon=106.95"), 404)


NONSENSE = [
    "lat=nan&lon=106.9",
    "lat=91&lon=0",
    "lat=-6.2&lon=181",
    "lat=0&lon=0",
    "lat=106.95&lon=-6.25",
    "lat=-6.2",
    "lon=106",
    "",
    "lat=abc&lon=def",
    "lat=1e999&lon=1",
    "lat=-6,2&lon=106,9",
    "lat=%00&lon=1",
    "lat=-6_0&lon=106.95",
    "lat=-%D9%A6&lon=106.95",  # six, in Arabic
    "lat=%ff&lon=1",
    "lat=-6.25&lon=106.95&accuracy_m=-5",
    "lat=-6.25&lon=106.95&accuracy_m=nan",
    "lat=-6.25&lon=106.95&category=no-such",
    "lat=-6.25&lon=106.95&category=%00",
]


def test_nonsense_coordinates_are_refused(visit: Visit) -> None:
    for query in NONSENSE:
        assert refused(visit().get(f"/api/v1/locate?{query}"))["errors"], query
        if query and "lat=-6.25&lon=106.95" not in query:  # of the host the categories need no point
            assert refused(visit().get(f"/api/v1/categories?{query}"))["errors"], query


def test_a_number_too_large_for_anybody_is_refused(visit: Visit) -> None:
    refused(send(visit(), json.dumps(REPORT).replace("-6.25", "1e999")), 422)


def test_a_reference_that_cannot_be_is_404(visit: Visit) -> None:
    for reference in ("BRT-0000-0000", "x", "%00", "%ff%fe", "B" * 5_000, "BRT-7K3M-9QX1", "..%2f.."):
        refused(visit().get(f"/api/v1/complaints/{reference}"), 404)
