"""What holds for every request: its host, its transaction, its origin, its headers, its language."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, g
from psycopg.errors import UniqueViolation
from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from complaints.complaint import Complaint
from complaints.reference import manage_token
from messages.email import DevelopmentMailer
from tenants import scope
from tenants.database import db
from tenants.directory import raise_epoch
from tenants.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from tenants.tenant import Stage, Tenant, TenantDomain
from tests.cast import NOW, Cast, Visitor
from tests.conftest import put_together

Visit = Callable[..., Visitor]


# --- hosts


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200), ("localhost:8000", 200), ("LOCALHOST", 200), ("localhost.", 200),
        ("barat.localhost", 200), ("barat.localhost:8000", 200), ("BARAT.localhost", 200),
        ("bandung.localhost", 404), ("commons.localhost", 404), ("barat.localhost.evil.example", 404),
        ("evil.example", 404), ("xbarat.localhost", 404), ("a.barat.localhost", 404), ("127.0.0.1", 404),
    ],
)  # fmt: skip
def test_a_host_is_a_city_the_nation_or_unknown(app: Flask, host: str, status: int) -> None:
    answer = app.test_client().get("/sign-in", headers={"Host": host})
    assert answer.status_code == status
    if status == 404:
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("host", ["", "barat.localhost\x00", "b\xe4d.localhost", "a b", "[::1]", "[::1]:80", "x" * 300])
def test_a_strange_host_is_refused_and_breaks_nothing(app: Flask, host: str) -> None:
    assert app.test_client().get("/sign-in", headers={"Host": host}).status_code in (400, 404)


@pytest.mark.parametrize("stage", Stage)
def test_only_cities_that_answer_have_a_portal(app: Flask, cast: Cast, stage: Stage) -> None:
    if stage is Stage.SHADOW:
        return
    cast.tenant("timur").stage = stage
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    status = app.test_client().get("/sign-in", headers={"Host": "timur.localhost"}).status_code
    assert status == (404 if stage is Stage.ERASED else 200)


def test_a_city_that_was_made_a_moment_ago_is_not_called_unknown(app: Flask, cast: Cast) -> None:
    assert app.test_client().get("/sign-in", headers={"Host": "tengah.localhost"}).status_code == 404
    present = cast.tenant("timur")
    values = {name: getattr(present, name) for name in ("type", "name", "time_zone", "languages")}
    cast.session.add(Tenant(slug="tengah", code="TGH", stage=Stage.REHEARSAL, created_at=NOW, **values))
    raise_epoch(cast.session)
    cast.session.commit()
    assert app.test_client().get("/sign-in", headers={"Host": "tengah.localhost"}).status_code == 200


def test_a_domain_of_its_own_answers_like_the_citys_host(app: Flask, cast: Cast) -> None:
    cast.session.add(TenantDomain(host="lapor.barat.example", tenant_id=cast.city("barat").id, verified_at=NOW))
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    for host in ("lapor.barat.example", "LAPOR.barat.example:8000"):
        answer = app.test_client().get("/sign-in", headers={"Host": host})
        assert answer.status_code == 200
        assert "Kota Barat" in answer.get_data(as_text=True)
    assert app.test_client().get("/sign-in", headers={"Host": "x.barat.example"}).status_code == 404


def test_health_answers_any_host_and_touches_nothing(app: Flask) -> None:
    client = app.test_client()
    for host in ("localhost", "10.0.0.7:8000", "evil.example"):
        for path in ("/healthz", "/readyz"):
            assert client.get(path, headers={"Host": host}).status_code == 200
    with app.test_request_context("/healthz", headers={"Host": "x"}):
        app.preprocess_request()
        assert "session" not in g


def test_not_ready_while_the_database_is_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> Any:
        raise OperationalError("SELECT 1", {}, Exception("away"))

    with app.app_context():
        monkeypatch.setattr(db.engine, "connect", away)
    assert app.test_client().get("/readyz").status_code == 503
    assert app.test_client().get("/healthz").status_code == 200


# --- a request is one transaction


@pytest.fixture
def stand_in(app: Flask) -> Callable[[Callable[[], Any]], None]:
    """Put a view of the test's in the place of one of the app's."""

    def put(view: Callable[[], Any]) -> None:
        app.view_functions["sign_in.form"] = view

    return put


def change(raises: Exception | None = None, status: int = 200) -> Callable[[], Any]:
    """A view that changes a row, and then ends in some way."""

    def view() -> Any:
        for complaint in g.session.scalars(select(Complaint)):
            complaint.priority = "high"
        g.session.flush()
        if raises is not None:
            raise raises
        return Response("x", status, content_type="text/plain")

    return view


@pytest.mark.parametrize("status", [200, 303, 404, 422, 500])
def test_returning_commits_whatever_the_status(cast: Cast, visit: Visit, stand_in: Any, status: int) -> None:
    complaint_id = cast.complaint()
    cast.session.commit()
    stand_in(change(status=status))
    assert visit("barat").get("/sign-in").status_code == status
    assert cast.read("barat", complaint_id).priority == "high"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("x"), 404), (NotAllowed("x"), 403), (Invalid("x"), 422), (Conflict("x"), 409),
        (Unavailable("x"), 503), (RuntimeError("x"), 500), (ZeroDivisionError(), 500),
        (OperationalError("x", {}, Exception("x")), 503), (IntegrityError("x", {}, Exception("x")), 500),
        (IntegrityError("x", {}, UniqueViolation("x")), 409), (StaleDataError("x"), 409),
        (DataError("x", {}, Exception("x")), 422),
    ],
)  # fmt: skip
def test_raising_rolls_back(cast: Cast, visit: Visit, stand_in: Any, error: Exception, status: int) -> None:
    complaint_id = cast.complaint()
    cast.session.commit()
    stand_in(change(error))
    answer = visit("barat").get("/sign-in")
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    assert cast.read("barat", complaint_id).priority == "normal"


def test_a_page_of_error_is_shown_whole_after_a_broken_statement_to_whoever_is_signed_in(
    visit: Visit, stand_in: Any
) -> None:
    """The transaction is broken then, and the page still says who is signed in."""

    def broken() -> Any:
        g.session.add(Complaint(reference="x"))
        g.session.flush()

    visitor = visit("barat", "supervisor")
    stand_in(broken)
    answer = visitor.get("/sign-in")
    assert answer.status_code == 500
    assert "NOT NULL" not in answer.get_data(as_text=True).upper()
    assert "Something went wrong" in answer.get_data(as_text=True) or "Ada yang salah" in answer.get_data(as_text=True)


def test_an_error_inside_another_tenants_scope_leaves_nothing_of_it_on_the_page(
    cast: Cast, visit: Visit, stand_in: Any
) -> None:
    timur = cast.city("timur").id

    def crossing() -> Any:
        with scope.enter(g.session, timur):
            g.session.scalars(select(Complaint)).all()
            raise Invalid("This can't be.")

    visitor = visit("barat", "supervisor")
    stand_in(crossing)
    answer = visitor.get("/sign-in")
    assert answer.status_code == 422
    assert "Kota Timur" not in answer.get_data(as_text=True)


def test_errors_name_no_detail_of_ours(visit: Visit, stand_in: Any) -> None:
    def secretive() -> Any:
        raise RuntimeError("postgresql://aduan_app:secret@db/aduan")

    stand_in(secretive)
    assert "secret@db" not in visit("barat").get("/sign-in").get_data(as_text=True)


# --- origin


UNSAFE = [("POST", "/sign-in"), ("POST", "/report"), ("POST", "/sign-out"), ("PUT", "/sign-in"), ("DELETE", "/sign-in")]


@pytest.mark.parametrize(("method", "path"), UNSAFE)
@pytest.mark.parametrize(
    "origin",
    [
        None, "null", "http://timur.localhost", "http://localhost", "https://barat.localhost", "http://barat.localhost:81",
        "http://barat.localhost.evil.example", "http://evil.example", "",
    ],
)  # fmt: skip
def test_what_changes_something_comes_from_a_page_of_this_very_host(
    app: Flask, method: str, path: str, origin: str | None
) -> None:
    headers = {"Host": "barat.localhost"} | ({"Origin": origin} if origin is not None else {})
    answer = app.test_client().open(path, method=method, headers=headers, data={"email": "x", "password": "y"})
    assert answer.status_code == 403


def test_from_its_own_page_it_is_taken(visit: Visit) -> None:
    assert visit("barat").post("/sign-in", data={"email": "x", "password": "y"}).status_code == 422


def test_the_api_needs_no_origin_and_reads_no_cookie(cast: Cast, visit: Visit) -> None:
    visitor = visit("barat", "admin")
    reference = cast.read("barat", cast.complaint(visibility="private")).reference
    answer = visitor.get(f"/api/v1/complaints/{reference}")
    assert set(answer.get_json()) == {"reference", "tenant", "status", "visibility"}
    assert "Set-Cookie" not in answer.headers
    posted = visitor.post("/api/v1/complaints", json={}, headers={"Origin": "http://evil.example"})
    assert posted.status_code == 422


# --- headers


@pytest.mark.parametrize("path", ["/", "/sign-in", "/report", "/no-such-page", "/api/v1/categories", "/theme.css"])
def test_every_answer_carries_the_headers_of_safety(visit: Visit, path: str) -> None:
    headers = visit("barat").get(path).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["object-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" not in headers


def test_pages_hold_no_inline_script_or_style_that_the_policy_would_refuse(visit: Visit) -> None:
    for slug, path in [("barat", "/"), ("barat", "/report"), ("barat", "/map"), (None, "/"), ("barat", "/sign-in")]:
        page = visit(slug).get(path).get_data(as_text=True)
        assert " style=" not in page, path
        assert " onclick=" not in page, path
        for tag in page.split("<script")[1:]:
            assert "src=" in tag.partition(">")[0] or 'type="application/json"' in tag.partition(">")[0], path


@pytest.fixture
def secure(database: str, owner_url: str, tmp_path: Path) -> Any:
    with put_together(
        database, owner_url, tmp_path, DevelopmentMailer("x@y.example"), scheme="https", production=True,
        map_tiles_url="https://{s}.tiles.example/{z}/{x}/{y}.png",
    ) as app:  # fmt: skip
        yield app


def test_under_https_cookies_and_headers_are_strict(secure: Flask) -> None:
    client = secure.test_client()
    base = {"base_url": "https://barat.localhost"}
    answer = client.post(
        "/sign-in", data={"email": "officer@barat.example", "password": "a password of the tests"},
        headers={"Origin": "https://barat.localhost"}, **base,
    )  # fmt: skip
    assert answer.status_code == 303
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-sign-in=")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"secure", "httponly", "path=/", "samesite=lax"} <= parts
    assert not [part for part in parts if part.startswith("domain")]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "https://*.tiles.example" in answer.headers["Content-Security-Policy"]


def test_without_a_proxy_nobody_is_believed_about_scheme_or_host(app: Flask) -> None:
    answer = app.test_client().post(
        "/sign-in", data={"email": "x"},
        headers={
            "Host": "barat.localhost", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "timur.localhost",
            "Origin": "https://timur.localhost",
        },
    )  # fmt: skip
    assert answer.status_code == 403


def test_behind_proxies_as_many_as_there_are_are_believed(database: str, owner_url: str, tmp_path: Path) -> None:
    with put_together(database, owner_url, tmp_path, scheme="https", trusted_proxies=1) as app:
        answer = app.test_client().post(
            "/sign-in", data={"email": "x", "password": "y"},
            headers={
                "Host": "barat.localhost", "X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.1",
                "Origin": "https://barat.localhost",
            },
        )  # fmt: skip
        assert answer.status_code == 422


def test_pages_are_kept_by_nobody_but_the_reader(visit: Visit) -> None:
    assert visit("barat").get("/sign-in").headers["Cache-Control"] == "no-cache, private"


def test_what_is_shown_to_somebody_signed_in_or_by_a_secret_link_is_kept_by_no_browser(
    cast: Cast, visit: Visit
) -> None:
    filed = cast.complaint()
    complaint = cast.read("barat", filed)
    manage = manage_token(cast.office.secret, complaint.birth_tenant_id, filed)
    secret = f"/complaints/{complaint.reference}/manage/{manage}"
    officer, resident, nobody = visit("barat", "officer"), visit("barat", "resident"), visit("barat")
    for visitor, path in (
        (officer, "/staff"), (officer, "/"), (officer, "/staff/kept"), (officer, "/account/security"),
        (visit("barat", "admin"), "/admin"), (resident, "/account"), (nobody, secret),
    ):  # fmt: skip
        assert visitor.get(path).headers["Cache-Control"] == "private, no-store", path
    assert nobody.get(f"/complaints/{complaint.reference}").headers["Cache-Control"] == "no-cache, private"
    assert nobody.get("/staff").headers["Cache-Control"] in ("no-cache, private", "no-store")


def test_static_files_are_kept_for_a_year_and_leave_their_folder_by_no_path(visit: Visit) -> None:
    visitor = visit("barat")
    kept = visitor.get("/static/icons.svg")
    assert kept.status_code == 200
    assert "max-age=31536000" in kept.headers["Cache-Control"]
    kept.close()
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"):
        assert visitor.get(path).status_code == 404


# --- languages


@pytest.mark.parametrize(
    ("accepted", "asked", "lang"),
    [
        (None, None, "id"), ("en", None, "en"), ("de, en;q=0.5", None, "en"), ("de", None, "id"), ("en", "id", "id"),
        ("id", "en", "en"), ("en", "xx", "en"), ("id", "../../etc", "id"), ("id", "en_US", "id"),
    ],
)  # fmt: skip
def test_a_page_is_in_the_language_asked_for_else_the_browsers_else_the_citys(
    visit: Visit, accepted: str | None, asked: str | None, lang: str
) -> None:
    headers = {"Accept-Language": accepted} if accepted else {}
    page = visit("barat").get(f"/sign-in{f'?lang={asked}' if asked else ''}", headers=headers)
    assert f'<html lang="{lang}"' in page.get_data(as_text=True)
    assert ("Set-Cookie" in page.headers) == (asked == lang)


def test_a_language_once_chosen_is_kept_and_the_api_does_not_read_it(visit: Visit) -> None:
    visitor = visit("barat")
    visitor.get("/sign-in?lang=en", headers={"Accept-Language": "id"})
    assert '<html lang="en"' in visitor.get("/sign-in", headers={"Accept-Language": "id"}).get_data(as_text=True)
    api = visitor.get("/api/v1/locate?lat=0&lon=0", headers={"Accept-Language": "id"})
    assert "language" not in api.headers.get("Set-Cookie", "")
    in_indonesian = visit("barat").get("/api/v1/locate?lat=0&lon=0", headers={"Accept-Language": "id"})
    assert api.get_json() == in_indonesian.get_json()


# --- limits


def test_what_is_too_large_is_refused_with_a_sentence(visit: Visit) -> None:
    form = visit("barat").post("/report", data={"description": "x" * 3_000_000})
    assert form.status_code in (413, 422)
    many = visit("barat").post("/report", data={f"f{n}": "x" for n in range(500)}, content_type="multipart/form-data")
    assert many.status_code in (413, 422)


@pytest.mark.parametrize("path", ["/no-such-page", "/staff/complaints/not-a-uuid", "/%00", "/media/x/public"])
def test_an_unknown_address_is_a_page_that_says_so(visit: Visit, path: str) -> None:
    answer = visit("barat").get(path)
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/admin/categories/of/%00", 404), ("/admin/changes.csv?code=%00", 200), ("/admin/assets?after=%00", 200),
        ("/admin/changes?section=%00", 200),
    ],
)  # fmt: skip
def test_a_character_that_no_text_can_hold_breaks_no_address(visit: Visit, path: str, status: int) -> None:
    assert visit("barat", "admin").get(path).status_code == status


@pytest.mark.parametrize("number", ["²", "1" * 5000, "-1", "٣", "99999999999"])
def test_a_number_in_an_address_that_is_none_breaks_nothing(visit: Visit, number: str) -> None:
    assert visit("barat").get("/figures", query_string={"period": number}).status_code == 422
    assert visit(None, "operator").get("/operator/calendar", query_string={"year": number}).status_code == 200
    admin = visit("barat", "admin")
    calendar = re.findall(r"/admin/calendars/[0-9a-f-]{36}", admin.get("/admin/calendars").get_data(as_text=True))[0]
    assert admin.get(calendar, query_string={"year": number}).status_code == 200


def test_errors_of_the_api_are_problem_documents(visit: Visit) -> None:
    for path in ("/api/v1/no-such", "/api/v1/complaints/BRT-0000-0000", "/api/v1/locate?lat=x&lon=1"):
        answer = visit("barat").get(path)
        assert answer.status_code in (404, 422)
        assert answer.mimetype == "application/problem+json"
        assert set(answer.get_json()) >= {"type", "title", "status", "detail"}
        assert answer.get_json()["status"] == answer.status_code
    assert visit("barat").delete("/api/v1/complaints").status_code == 405


def test_a_wrong_method_says_which_are_right(visit: Visit) -> None:
    answer = visit("barat").open("/theme.css", method="POST")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_session_of_a_request_is_not_the_next_ones(app: Flask, cast: Cast, session: Session) -> None:
    cast.complaint("barat")
    client = app.test_client()
    for host in ("barat.localhost", "timur.localhost", "localhost", "barat.localhost"):
        assert client.get("/complaints", headers={"Host": host}).status_code == 200
