"""Signing in and out, as a browser does it."""

import time
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from tests.cast import PASSWORD, Visitor
from web.sign_in import MOST_TRIES, WINDOW

Visit = Callable[..., Visitor]


def sign_in(visitor: Visitor, email: str, password: str = PASSWORD, **more: str) -> tuple[int, str, str]:
    """(status, where it leads, page)."""
    answer = visitor.post("/sign-in", data={"email": email, "password": password, **more})
    return answer.status_code, answer.headers.get("Location", ""), answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("email", "host", "leads_to"),
    [
        ("officer@barat.example", "barat", "/staff"),
        ("admin@barat.example", "barat", "/staff"),
        ("resident@barat.example", "barat", "/"),
        ("officer@barat.example", "timur", "/"),
        ("officer@barat.example", None, "/"),
        ("operator@aduan.example", None, "/operator"),
        ("operator@aduan.example", "barat", "/"),
    ],
)
def test_everybody_is_led_to_where_they_belong(visit: Visit, email: str, host: str | None, leads_to: str) -> None:
    assert sign_in(visit(host), email)[:2] == (303, leads_to)


def test_a_wrong_password_keeps_the_address_and_says_where_the_fault_is(visit: Visit) -> None:
    status, _, page = sign_in(visit("barat"), "officer@barat.example", "wrong password")
    assert status == 422
    assert 'value="officer@barat.example"' in page
    assert "wrong password" not in page
    unknown = sign_in(visit("barat"), "nobody@barat.example", "wrong password")[2]
    assert unknown.replace("nobody@", "officer@") == page


def test_the_cookie_is_for_this_host_and_no_script(visit: Visit) -> None:
    visitor = visit("barat")
    answer = visitor.post("/sign-in", data={"email": "officer@barat.example", "password": PASSWORD})
    (cookie,) = answer.headers.getlist("Set-Cookie")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "path=/", "samesite=lax"} <= parts
    assert not [part for part in parts if part.startswith("domain")]


def test_a_sign_in_of_one_host_is_none_on_another(app: Flask, visit: Visit) -> None:
    cookie = visit("barat", "officer").get_cookie("sign-in", domain="barat.localhost")
    assert cookie is not None
    for host, status in [("barat.localhost", 200), ("timur.localhost", 303), ("localhost", 404)]:
        client = app.test_client(use_cookies=False)
        answer = client.get("/staff", headers={"Host": host, "Cookie": f"sign-in={cookie.value}"})
        assert (host, answer.status_code) == (host, status)


def test_signing_out_ends_it_on_the_server_too(app: Flask, visit: Visit) -> None:
    visitor = visit("barat", "officer")
    cookie = visitor.get_cookie("sign-in", domain="barat.localhost")
    assert cookie is not None
    assert visitor.get("/staff").status_code == 200
    assert visitor.post("/sign-out").status_code == 303
    assert visitor.get("/staff").status_code == 303
    again = app.test_client(use_cookies=False).get(
        "/staff", headers={"Host": "barat.localhost", "Cookie": f"sign-in={cookie.value}"}
    )
    assert again.status_code == 303


def test_an_ended_seat_is_out_at_once(visit: Visit, owner: Connection) -> None:
    visitor = visit("barat", "officer")
    owner.execute(text("UPDATE seats SET ended_at = now() WHERE name = 'Officer Kota Barat'"))
    owner.commit()
    assert visitor.get("/staff").status_code == 403


def test_a_page_behind_a_sign_in_leads_there_and_back(visit: Visit) -> None:
    visitor = visit("barat")
    answer = visitor.get("/staff?tab=late")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=%2Fstaff%3Ftab%3Dlate")
    form = visitor.get(answer.headers["Location"]).get_data(as_text=True)
    assert 'value="/staff?tab=late"' in form
    assert sign_in(visitor, "officer@barat.example", next="/staff?tab=late")[:2] == (303, "/staff?tab=late")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example", "javascript:alert(1)",
        "http:/evil.example", "///evil.example", " //evil.example", "\t//evil.example", "/\t/evil.example",
        "/\n/evil.example", "evil.example", "", "/staff\r\nSet-Cookie: a=b", "/staff\x00",
    ],
)  # fmt: skip
def test_nobody_is_led_off_the_host(visit: Visit, target: str) -> None:
    status, location, _ = sign_in(visit("barat"), "officer@barat.example", next=target)
    assert (status, location) == (303, "/staff")


def test_an_address_that_no_account_can_have_signs_nobody_in(visit: Visit) -> None:
    assert sign_in(visit("barat"), "officer@barat.example\x00")[0] == 422


def test_after_too_many_tries_one_waits_and_the_right_password_does_not_help(visit: Visit) -> None:
    visitor = visit("barat")
    window = -1
    while window != (window := time.time() // WINDOW.total_seconds()):  # once more where the window has just ended
        for _ in range(MOST_TRIES):
            assert sign_in(visitor, "officer@barat.example", "wrong password")[0] == 422
    status, _, page = sign_in(visitor, "Officer@Barat.example ")
    assert status == 422
    assert "sepuluh menit" in page or "ten minutes" in page
    assert sign_in(visitor, "admin@barat.example")[0] == 303


def test_a_sign_in_that_succeeds_forgets_the_tries_before_it(visit: Visit) -> None:
    visitor = visit("barat")
    for _ in range(3):
        for _ in range(MOST_TRIES - 1):
            assert sign_in(visitor, "officer@barat.example", "wrong password")[0] == 422
        assert sign_in(visitor, "officer@barat.example")[0] == 303


def test_a_stranger_signed_in_here_has_no_console(visit: Visit) -> None:
    visitor = Visitor(visit("barat").application, "barat")
    visitor.sign_in("admin@timur.example")
    assert visitor.get("/staff").status_code == 403
    assert visitor.get("/admin").status_code == 403
    assert visitor.get("/account").status_code == 200


def test_operators_are_unknown_on_a_citys_host_and_their_pages_to_everybody_else(visit: Visit) -> None:
    assert visit("barat").get("/operator").status_code == 404
    operator = visit(None, "operator")
    assert operator.get("/operator").status_code == 200
    stranger = visit(None, "admin", city="barat")
    assert stranger.get("/operator").status_code == 404


def test_a_sign_in_lasts_a_fortnight(visit: Visit, owner: Connection) -> None:
    visitor = visit("barat", "officer")
    owner.execute(text("UPDATE sign_ins SET expires_at = now() - interval '1 second'"))
    owner.commit()
    assert visitor.get("/staff").status_code == 303


def test_a_token_made_up_is_nobodys(app: Flask) -> None:
    for token in ("x", "", "0" * 43, "%00", "ü"):
        answer = app.test_client(use_cookies=False).get(
            "/staff", headers={"Host": "barat.localhost", "Cookie": f"sign-in={token}"}
        )
        assert answer.status_code == 303
