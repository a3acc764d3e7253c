"""Signing in with a second step: set up, asked for, demanded by a city, lost and reset."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import select

from configuration import staff
from configuration.change import ConfigurationChange
from configuration.editing import Author
from people import totp
from people.account import Account, SignIn
from people.seat import Seat
from people.second_factor import RecoveryCode, SecondFactor
from tests.cast import NOW, PASSWORD, Cast, Visitor

Visit = Callable[..., Visitor]


def code_of(page: str, ahead: int = 0) -> str:
    """What an app would show that has read the key of the page."""
    found = re.search(r"secret=([A-Z2-7]+)", page)
    assert found is not None
    return totp.code_at(found[1], totp.step_of(datetime.now(UTC)) + ahead)


def set_up(visitor: Visitor) -> tuple[str, list[str]]:
    """Switch the second step on; the page with the key, and the recovery codes."""
    assert visitor.post("/account/second-factor").status_code == 303
    page = visitor.get("/account/security").get_data(as_text=True)
    assert "data:image/svg" in page
    assert visitor.post("/account/second-factor/confirmation", data={"code": "000"}).status_code == 422
    done = visitor.post("/account/second-factor/confirmation", data={"code": code_of(page)}).get_data(as_text=True)
    codes = re.findall(r">([a-z2-9]{5}-[a-z2-9]{5})<", done)
    assert len(codes) == 10
    return page, codes


def demand(cast: Cast, wanted: str) -> None:
    author = Author(cast.actor("barat", "admin").seat_id)
    staff.demand_second_factor(cast.session, wanted, author=author, now=NOW)
    cast.session.commit()
    cast.office.keeper.refresh()


def test_after_the_password_a_code_is_asked_for_and_taken_once(cast: Cast, visit: Visit) -> None:
    first, other = visit("barat", "officer"), visit("barat", "officer")
    page, _codes = set_up(first)
    assert first.get("/staff").status_code == 200
    assert other.get("/staff").status_code == 303, "the others had only one step"
    second = visit("barat")
    sent = {"email": "officer@barat.example", "password": PASSWORD, "next": "/staff?tab=late"}
    answer = second.post("/sign-in", data=sent)
    assert answer.location.startswith("/sign-in/second-step?next=")
    assert second.get("/staff").status_code == 303, "the password alone opens nothing"
    assert second.get(answer.location).status_code == 200
    assert second.post("/sign-in/second-step", data={"code": code_of(page)}).status_code == 422, "that one is used"
    assert second.post("/sign-in/second-step", data={"code": code_of(page, 1), "next": "/staff"}).location == "/staff"
    assert second.get("/staff").status_code == 200
    assert visit("barat").get("/sign-in/second-step").location == "/sign-in"
    secret = re.search(r"secret=([A-Z2-7]+)", page)
    kept = cast.session.scalars(select(SecondFactor)).one()
    assert secret is not None
    assert secret[1].encode() not in kept.sealed


def test_a_recovery_code_signs_in_once(cast: Cast, visit: Visit) -> None:
    _page, codes = set_up(visit("barat", "officer"))
    assert not cast.session.scalars(
        select(RecoveryCode.code_hash).where(RecoveryCode.code_hash == codes[0].encode())
    ).all()
    for status in (303, 422):
        visitor = visit("barat")
        visitor.post("/sign-in", data={"email": "officer@barat.example", "password": PASSWORD})
        assert visitor.post("/sign-in/second-step", data={"code": f" {codes[0].upper()} "}).status_code == status


def test_codes_cant_be_guessed_for_long(cast: Cast, visit: Visit) -> None:
    page, _codes = set_up(visit("barat", "officer"))
    visitor = visit("barat")
    visitor.post("/sign-in", data={"email": "officer@barat.example", "password": PASSWORD})
    wrong = ["123", "²²²²²²", "１２３４５６", "éééééé", "\x00", "", "1" * 5000, "-1", "123456\n"]
    answers = [visitor.post("/sign-in/second-step", data={"code": code}).status_code for code in wrong]
    assert answers[:-1] == [422] * 8
    assert answers[-1] == 429
    assert visitor.post("/sign-in/second-step", data={"code": code_of(page, 1)}).status_code == 429


def test_a_city_asks_it_of_its_administrators_or_of_everybody(cast: Cast, visit: Visit) -> None:
    admin, officer = visit("barat", "admin"), visit("barat", "officer")
    demand(cast, "admins")
    assert admin.get("/admin").location == "/account/security"
    assert admin.get("/staff").location == "/account/security"
    assert admin.post("/admin/people/invitation", data={}).status_code == 403
    assert officer.get("/staff").status_code == 200
    page, _codes = set_up(admin)
    assert admin.get("/admin").status_code == 200
    answer = admin.post("/account/second-factor/removal", data={"code": code_of(page, 1)})
    assert answer.status_code == 409, "not while the city asks for it"
    demand(cast, "everybody")
    assert officer.get("/staff").location == "/account/security"
    assert visit("barat", "resident").get("/account").status_code == 200
    demand(cast, "nobody")
    assert admin.post("/account/second-factor/removal", data={"code": code_of(page, 1)}).status_code == 303
    assert cast.session.scalars(select(SecondFactor)).all() == []


def test_an_administrator_resets_it_on_record(cast: Cast, visit: Visit) -> None:
    officer, admin = visit("barat", "officer"), visit("barat", "admin")
    set_up(officer)
    cast.enter("barat")
    seat_id = cast.session.scalars(select(Seat.id).where(Seat.name.like("Officer%"))).one()
    path = f"/admin/people/{seat_id}/second-factor/removal"
    assert visit("timur", "admin").post(path).status_code == 404
    assert admin.post(path).status_code == 303
    assert officer.get("/staff").status_code == 303
    assert visit("barat", "officer").get("/staff").status_code == 200
    cast.enter("barat")
    done = cast.session.scalars(select(ConfigurationChange).where(ConfigurationChange.row_id == seat_id)).one()
    assert done.fields == ["second_factor_reset_at"]


def test_sign_ins_are_listed_and_ended_and_the_password_changed(cast: Cast, visit: Visit) -> None:
    here, there = visit("barat", "officer"), visit("barat", "officer")
    assert here.get("/account/security").get_data(as_text=True).count('/ending"') == 2
    stranger = visit("barat", "supervisor")
    cast.enter("barat")
    account_id = cast.session.scalars(select(Account.id).where(Account.email == "officer@barat.example")).one()
    theirs = cast.session.scalars(
        select(SignIn.id).where(SignIn.account_id == account_id).order_by(SignIn.created_at.desc())
    ).first()
    stranger.post(f"/account/sign-ins/{theirs}/ending")
    assert there.get("/staff").status_code == 200
    here.post(f"/account/sign-ins/{theirs}/ending")
    assert there.get("/staff").status_code == 303
    wrong = here.post("/account/password", data={"present": "falsch", "password": "kata sandi baru"})
    assert wrong.status_code == 422
    third = visit("barat", "officer")
    changed = here.post("/account/password", data={"present": PASSWORD, "password": "kata sandi baru"})
    assert changed.status_code == 303
    assert (here.get("/staff").status_code, third.get("/staff").status_code) == (200, 303)
