"""Passkeys as a second step: made, used once for each challenge, for one host, and removed but for the last."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from people.account import SignIn
from people.passkey import LASTS, MOST, Passkey, PasskeyChallenge
from people.second_factor import RecoveryCode
from tests.cast import PASSWORD, Cast, Visitor
from tests.people.authenticator import Authenticator
from tests.web.test_second_step import code_of, demand, set_up

Visit = Callable[..., Visitor]
BARAT = "http://barat.localhost"
OFFICER = "officer@barat.example"


def options(visitor: Visitor, path: str = "/account/passkeys/options") -> str:
    answer = visitor.post(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.get_data(as_text=True)


def add(visitor: Visitor, key: Authenticator, name: str = "Laptop kantor", **instead: Any) -> TestResponse:
    return visitor.post("/account/passkeys", data={"answer": key.make(options(visitor), **instead), "name": name})


def by_password(visit: Visit, slug: str = "barat", email: str = OFFICER) -> Visitor:
    """Somebody who has written the password and is asked for the second step."""
    visitor = visit(slug)
    answer = visitor.post("/sign-in", data={"email": email, "password": PASSWORD, "next": "/staff"})
    assert answer.location.startswith("/sign-in/second-step")
    return visitor


def enter(visitor: Visitor, answer: str) -> TestResponse:
    return visitor.post("/sign-in/second-step", data={"answer": answer, "next": "/staff"})


def asked(visitor: Visitor) -> str:
    return options(visitor, "/sign-in/second-step/passkey")


@pytest.fixture
def key() -> Authenticator:
    return Authenticator(BARAT)


def test_a_passkey_is_made_and_signs_in_after_the_password(cast: Cast, visit: Visit, key: Authenticator) -> None:
    first, other = visit("barat", "officer"), visit("barat", "officer")
    made = add(first, key)
    assert len(re.findall(r">[a-z2-9]{5}-[a-z2-9]{5}<", made.get_data(as_text=True))) == 10, "the first brings codes"
    assert first.get("/staff").status_code == 200
    assert other.get("/staff").status_code == 303, "the others had only one step"
    second = by_password(visit)
    assert second.get("/staff").status_code == 303, "the password alone opens nothing"
    page = second.get("/sign-in/second-step?lang=en").get_data(as_text=True)
    assert "data-use" in page
    assert 'name="code"' in page, "whole without a script"
    assert enter(second, key.use(asked(second))).location == "/staff"
    assert second.get("/staff").status_code == 200
    listed = second.get("/account/security").get_data(as_text=True)
    assert "Laptop kantor" in listed
    kept = cast.session.scalars(select(Passkey)).one()
    assert (kept.host, kept.sign_count, kept.transports) == ("barat.localhost", 1, ["usb"])
    assert visit("barat").post("/sign-in/second-step/passkey").status_code == 403


@pytest.mark.parametrize(
    "how",
    [
        {"origin": "http://timur.localhost"},
        {"origin": "https://barat.localhost"},
        {"challenge": "AAAA"},
        {"type": "webauthn.create"},
        {"rp_id": "localhost"},
        {"flags": 0},
    ],
)
def test_what_was_signed_elsewhere_or_for_something_else_signs_nobody_in(
    visit: Visit, key: Authenticator, how: dict[str, Any]
) -> None:
    add(visit("barat", "officer"), key)
    visitor = by_password(visit)
    answer = enter(visitor, key.use(asked(visitor), **how))
    assert answer.status_code == 422
    assert visitor.get("/staff").status_code == 303
    assert enter(visitor, key.use(asked(visitor))).status_code == 303, "another try, another challenge"


def test_a_challenge_is_taken_once_by_its_own_sign_in_and_in_time(cast: Cast, visit: Visit, key: Authenticator) -> None:
    add(visit("barat", "officer"), key)
    one, other = by_password(visit), by_password(visit)
    answer = key.use(asked(one))
    asked(other)
    assert enter(other, answer).status_code == 422, "another's"
    assert enter(one, '{"id": "x"}').status_code == 422, "used up by a wrong answer"
    assert enter(one, answer).status_code == 422
    late = key.use(asked(one))
    cast.session.execute(update(PasskeyChallenge).values(expires_at=datetime.now(UTC) - LASTS))
    cast.session.commit()
    assert enter(one, late).status_code == 422
    answer = key.use(asked(one))
    assert enter(one, answer).status_code == 303
    assert enter(by_password(visit), answer).status_code == 422, "not a second time"
    last = datetime.now(UTC) + timedelta(minutes=6)
    assert all(row.expires_at < last for row in cast.session.scalars(select(PasskeyChallenge)))


def test_a_password_and_a_key_of_somebody_else_sign_nobody_in(visit: Visit, key: Authenticator) -> None:
    own = Authenticator(BARAT)
    add(visit("barat", "officer"), key)
    add(visit("barat", "colleague"), own)
    visitor = by_password(visit)
    assert enter(visitor, own.use(asked(visitor))).status_code == 422
    assert visitor.get("/staff").status_code == 303


def test_a_counter_that_hasnt_risen_is_a_copy_and_a_key_that_doesnt_count_is_none(
    visit: Visit, key: Authenticator
) -> None:
    visitor = visit("barat", "officer")
    add(visitor, key)
    silent = Authenticator(BARAT, counts=False)
    assert add(visitor, silent, "Telepon").status_code == 303
    for once in (True, False):
        one = by_password(visit)
        key.count = 7
        assert enter(one, key.use(asked(one))).status_code == (303 if once else 422)
        two = by_password(visit)
        assert enter(two, silent.use(asked(two))).status_code == 303


def test_on_another_host_the_key_isnt_asked_for_and_a_recovery_code_signs_in(
    cast: Cast, visit: Visit, key: Authenticator
) -> None:
    made = add(visit("barat", "officer"), key).get_data(as_text=True)
    codes = re.findall(r">([a-z2-9]{5}-[a-z2-9]{5})<", made)
    there = by_password(visit, "timur")
    page = there.get("/sign-in/second-step?lang=en").get_data(as_text=True)
    assert "Your passkey is for barat.localhost" in page
    assert "data-use" not in page
    assert there.post("/sign-in/second-step/passkey").status_code == 404
    assert there.post("/sign-in/second-step", data={"code": "123456"}).status_code == 422
    assert there.post("/sign-in/second-step", data={"code": codes[0]}).status_code == 303
    assert add(there, Authenticator("http://timur.localhost"), "Di Timur").status_code == 303, "one of its own there"
    hosts = cast.session.scalars(select(Passkey.host).order_by(Passkey.host)).all()
    assert hosts == ["barat.localhost", "timur.localhost"]


def test_keys_are_named_and_removed_by_their_owner_but_not_the_last_way_where_the_city_asks(
    cast: Cast, visit: Visit, key: Authenticator
) -> None:
    admin, stranger = visit("barat", "admin"), visit("barat", "officer")
    demand(cast, "admins")
    assert admin.get("/admin").location == "/account/security"
    assert add(admin, key, " ").status_code == 422
    add(admin, key)
    assert admin.get("/admin").status_code == 200
    spare = Authenticator(BARAT)
    add(admin, spare, "Cadangan")
    first, second = cast.session.scalars(select(Passkey.id).order_by(Passkey.created_at)).all()
    for path in (f"/account/passkeys/{first}/name", f"/account/passkeys/{first}/removal"):
        assert stranger.post(path, data={"name": "Milik saya"}).status_code == 404
    assert admin.post(f"/account/passkeys/{first}/name", data={"name": "Kunci\n lama"}).status_code == 303
    assert "Kunci lama" in admin.get("/account/security").get_data(as_text=True)
    path = f"/account/passkeys/{second}/removal"
    assert admin.post(path, data={"code": "123"}).status_code == 422, "not without a proof"
    proof = {"answer": spare.use(options(admin, "/account/passkeys/proof"))}
    assert admin.post(path, data=proof).status_code == 303
    refused = admin.post(f"/account/passkeys/{first}/removal?lang=en", data=proof)
    assert refused.status_code == 409
    assert "the last way of it" in refused.get_data(as_text=True)
    page, _codes = set_up(admin)
    proof = {"answer": key.use(options(admin, "/account/passkeys/proof"))}
    assert admin.post(f"/account/passkeys/{first}/removal", data=proof).status_code == 303, "the app is left"
    assert admin.post("/account/second-factor/removal", data={"code": code_of(page, 1)}).status_code == 409
    demand(cast, "nobody")
    assert admin.post("/account/second-factor/removal", data={"code": code_of(page, 1)}).status_code == 303
    assert cast.session.scalars(select(RecoveryCode)).all() == [], "they go with the last way"
    assert visit("barat", "admin").get("/admin").status_code == 200, "one step again"


def test_another_way_is_added_only_within_ten_minutes_of_the_second_step(
    cast: Cast, visit: Visit, key: Authenticator
) -> None:
    officer = visit("barat", "officer")
    add(officer, key)
    before = cast.session.scalars(select(RecoveryCode.code_hash)).all()
    answer = Authenticator(BARAT).make(options(officer))
    assert officer.post("/account/second-factor").status_code == 303, "just proved"
    page = officer.get("/account/security").get_data(as_text=True)
    for proved_at in (None, datetime.now(UTC) - timedelta(minutes=11)):
        cast.session.execute(update(SignIn).values(proved_at=proved_at))
        cast.session.commit()
        for path, data in (
            ("/account/passkeys/options", {}),
            ("/account/passkeys", {"answer": answer, "name": "Milik pencuri"}),
            ("/account/second-factor", {}),
            ("/account/second-factor/confirmation", {"code": code_of(page)}),
        ):
            refused = officer.post(f"{path}?lang=en", data=data)
            assert (refused.status_code, "with your second step" in refused.get_data(as_text=True)) == (403, True), path
    cast.session.rollback()
    assert cast.session.scalars(select(RecoveryCode.code_hash)).all() == before
    assert len(cast.session.scalars(select(Passkey)).all()) == 1


def test_a_wrong_answer_uses_the_challenge_up_also_on_the_page_of_the_account(visit: Visit, key: Authenticator) -> None:
    officer = visit("barat", "officer")
    add(officer, key)
    good = {"answer": key.use(options(officer, "/account/passkeys/proof"))}
    for sent in ({"answer": '{"id": "AAAA"}'}, good):
        assert officer.post("/account/second-factor/codes", data=sent).status_code == 422


def test_a_key_has_one_owner_and_an_account_only_so_many(cast: Cast, visit: Visit, key: Authenticator) -> None:
    officer = visit("barat", "officer")
    add(officer, key)
    assert json.loads(options(officer))["excludeCredentials"][0]["transports"] == ["usb"]
    assert add(visit("barat", "colleague"), key).status_code == 422
    assert add(officer, Authenticator("http://timur.localhost"), "Palsu").status_code == 422
    kept = cast.session.scalars(select(Passkey)).one()
    for number in range(1, MOST):
        more = {"credential_id": bytes([number]), "public_key": b"x", "sign_count": 0, "transports": [], "name": "x"}
        cast.session.add(Passkey(account_id=kept.account_id, host="x", created_at=kept.created_at, **more))
    cast.session.commit()
    assert officer.post("/account/passkeys/options").status_code == 409


def test_whatever_a_browser_sends_gets_a_sentence(visit: Visit, key: Authenticator) -> None:
    officer = visit("barat", "officer")
    good = json.loads(key.make(options(officer)))
    broken = [
        "", "[]", "{", "null", "[" * 9000, "x" * 30_000,
        {**good, "id": 3}, {**good, "rawId": "?"}, {**good, "type": "x"}, {**good, "response": []},
        {**good, "response": {**good["response"], "attestationObject": "oWE"}},
        {**good, "response": {**good["response"], "clientDataJSON": "e30"}},
        {**good, "response": {**good["response"], "transports": {"usb": 1}, "attestationObject": "gA"}},
    ]  # fmt: skip
    for number, one in enumerate(broken):
        options(officer)
        sent = one if isinstance(one, str) else json.dumps(one)
        answer = officer.post("/account/passkeys", data={"answer": sent, "name": "Kunci"})
        assert answer.status_code in (422, 429), number
        if answer.status_code == 429:
            return  # after ten tries nobody is listened to
