"""Residents sign in at a provider: begun and finished by one browser on one host, and all else proves nothing."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from joserfc.jwk import ECKey
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from complaints.report import Reporter
from configuration import invitations
from people import oidc
from people.account import Account, SignIn
from people.identities import AccountIdentity
from people.oidc import NotSignedIn, Provider, ProviderAway
from tenants.directory import raise_epoch
from tenants.tenant import TenantDomain
from tests.cast import NOW, Cast, Visitor
from tests.configuration.test_invitations import invited
from tests.conftest import put_together
from tests.people.identity_provider import CLIENT, SECRET, IdentityProvider
from web.resident.sign_in_oidc import BACK

Visit = Callable[..., Visitor]
NATIONAL = f"http://localhost{BACK}"


@pytest.fixture
def idp(monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityProvider]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with IdentityProvider().open() as idp:
        yield idp


def provider_at(idp: IdentityProvider) -> Provider:
    return Provider(idp.issuer, CLIENT, SECRET, name="Akun Warga", redirect_uri=NATIONAL)


@pytest.fixture
def app(database: str, owner_url: str, tmp_path: Path, idp: IdentityProvider) -> Iterator[Flask]:
    with put_together(database, owner_url, tmp_path, provider=provider_at(idp)) as app:
        yield app


def come_back(visit: Visit, visitor: Visitor, idp: IdentityProvider, path: str = "/provider") -> dict[str, str]:
    """Go to the provider, sign in there, and follow its way back over the national host; what the form holds."""
    begun = visitor.get(path)
    assert begun.status_code == 303
    brought = idp.sign_in(begun.location)
    led = visit().get(BACK, query_string=brought)
    assert (led.status_code, led.location.startswith(f"{visitor.origin}{BACK}?")) == (303, True)
    page = visitor.get(led.location.removeprefix(visitor.origin)).get_data(as_text=True)
    assert "Akun Warga" in page
    return brought


def sign_ins(cast: Cast) -> int:
    cast.session.rollback()
    return cast.session.scalar(select(func.count()).select_from(SignIn)) or 0


def test_who_signs_in_there_is_the_same_again_and_finds_the_reports_of_a_verified_address(
    visit: Visit, cast: Cast, idp: IdentityProvider
) -> None:
    earlier = cast.complaint(reporter=Reporter(email="ani@warga.example"))
    idp.claims |= {"email": "Ani@warga.example", "email_verified": False}
    first = visit("barat")
    assert "Akun Warga" in first.get("/sign-in").get_data(as_text=True)
    done = first.post(BACK, data=come_back(visit, first, idp))
    assert (done.status_code, done.location) == (303, "/account")
    reference = cast.read("barat", earlier).reference
    assert reference not in first.get("/account").get_data(as_text=True)
    idp.claims["email_verified"] = True
    idp.new_key()
    second = visit("barat")
    answer = second.post(BACK, data=come_back(visit, second, idp, "/provider?next=/account/security"))
    assert (answer.status_code, answer.location) == (303, "/account/security")
    assert reference in second.get("/account").get_data(as_text=True)
    assert cast.session.scalars(select(AccountIdentity.value)).all() == [f"{idp.issuer} ani-1"]
    idp.claims["sub"] = "ani-2"
    other = visit("barat")
    other.post(BACK, data=come_back(visit, other, idp))
    assert reference not in other.get("/account").get_data(as_text=True)
    assert len(cast.session.scalars(select(Account).where(Account.email.is_(None))).all()) == 2


def test_what_another_browser_began_or_was_used_already_signs_nobody_in(
    visit: Visit, cast: Cast, idp: IdentityProvider
) -> None:
    attacker, victim = visit("barat"), visit("barat")
    brought = come_back(visit, attacker, idp)
    assert victim.post(BACK, data=brought).location == "/provider/failed"
    victim.get("/provider")
    assert victim.post(BACK, data=brought).location == "/provider/failed"
    assert idp.tokens == 0
    assert visit("timur").get(BACK, query_string=brought).location.startswith("http://barat.localhost/")
    forged = {**brought, "state": oidc.state_for(b"another secret", "timur.localhost", "x")}
    assert visit().get(BACK, query_string=forged).status_code == 422
    assert attacker.get(BACK, query_string={"error": "access_denied", "state": brought["state"]}).location == (
        "/provider/failed"
    )
    assert attacker.get("/provider/failed").status_code == 200
    assert sign_ins(cast) == 0
    assert attacker.post(BACK, data=brought).location == "/account"
    assert attacker.post(BACK, data=brought).location == "/provider/failed"
    assert sign_ins(cast) == 1


def test_an_officials_password_is_not_gone_around_and_a_mailed_invitation_takes_the_account_over(
    visit: Visit, cast: Cast, idp: IdentityProvider
) -> None:
    visitor = visit("barat")
    visitor.post(BACK, data=come_back(visit, visitor, idp))
    account = cast.session.scalars(select(Account).join(AccountIdentity)).one()
    for values, aim in (
        ({"password_hash": "x"}, "/provider/failed?otherwise=1"),
        ({"password_hash": None, "erasing_since": NOW}, "/provider/failed"),
    ):
        for name, value in values.items():
            setattr(account, name, value)
        cast.session.commit()
        again, before = visit("barat"), sign_ins(cast)
        assert again.post(BACK, data=come_back(visit, again, idp)).location == aim
        assert sign_ins(cast) == before
    assert "by a password" in again.get("/provider/failed?otherwise=1&lang=en").get_data(as_text=True)
    account.email, account.erasing_since = "sari.dewi@barat.example", None
    cast.session.commit()
    cast.enter("barat")
    invitation = invitations.invitation_by(cast.session, invited(cast, by_mail=True), NOW)
    invitations.accept_with_password(
        cast.session, invitation, name="Sari", password="kata sandi panjang", language="id", now=NOW
    )
    assert cast.session.scalars(select(AccountIdentity)).all() == []
    assert cast.session.scalars(select(SignIn.id).where(SignIn.ended_at.is_(None))).all() == []


def test_a_state_leads_to_hosts_that_are_ours_now_for_ten_minutes(
    app: Flask, visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def led(host: str) -> TestResponse:
        state = oidc.state_for(cast.office.secret, host, "x")
        return visit().get(BACK, query_string={"code": "1", "state": state})

    assert led("barat.localhost").status_code == 303
    assert led("lapor.lost.example").status_code == 422
    state = oidc.state_for(cast.office.secret, "barat.localhost", "x")
    later = time.time() + oidc.STATE_LASTS_S + 1
    with monkeypatch.context() as patched:
        patched.setattr(time, "time", lambda: later)
        with pytest.raises(NotSignedIn):
            oidc.host_in(cast.office.secret, state)
    cast.session.add(TenantDomain(host="lapor.barat.example", tenant_id=cast.city("barat").id, verified_at=NOW))
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    begun = visit("barat").get("/provider?next=/account", base_url="http://lapor.barat.example")
    assert begun.location == "http://barat.localhost/provider?next=%2Faccount"


def test_only_what_the_provider_says_to_us_now_about_this_sign_in_counts(
    idp: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = provider_at(idp)

    def finished(**lies: Any) -> str:
        begun = provider.begin("state")
        idp.lies = lies
        code = idp.sign_in(begun.address)["code"]
        return provider.finish(code, nonce=begun.nonce, verifier=begun.verifier).subject

    assert finished() == "ani-1"
    an_hour_ago = int(time.time()) - 3600
    for lies in (
        {"nonce": "another"},
        {"aud": "somebody else"},
        {"iss": "http://127.0.0.1:1"},
        {"exp": an_hour_ago},
        {"azp": "somebody else"},
    ):
        with pytest.raises(NotSignedIn):
            finished(**lies)
    idp.signs_with = ECKey.generate_key("P-256", {"kid": "one"})
    with pytest.raises(NotSignedIn):
        finished()
    idp.signs_with = None
    begun = provider.begin("state")
    with pytest.raises(NotSignedIn):
        provider.finish(idp.sign_in(begun.address)["code"], nonce=begun.nonce, verifier="x" * 64)
    idp.away = True
    away = provider_at(idp)
    with pytest.raises(ProviderAway):
        away.begin("state")
    idp.away = False
    with pytest.raises(ProviderAway):
        away.begin("state")  # nobody waits for it again so soon
    later = time.monotonic() + oidc.AWAY_S
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert away.begin("state").address.startswith(idp.issuer)


def test_it_is_off_unless_it_is_set(database: str, owner_url: str, tmp_path: Path) -> None:
    with put_together(database, owner_url, tmp_path, provider=None) as app:
        visitor = Visitor(app, "barat")
        answers: list[TestResponse] = [visitor.get("/provider"), visitor.get(BACK), visitor.post(BACK)]
        assert [answer.status_code for answer in answers] == [404] * 3
        assert "/provider" not in visitor.get("/sign-in").get_data(as_text=True)
    with pytest.raises(NotSignedIn):
        oidc.host_in(b"a secret", "x.y.evil.example")
