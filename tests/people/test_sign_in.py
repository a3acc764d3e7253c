"""Sign-ins: server-side, revocable, bound to a host; passwords by argon2; tickets for one use within a minute."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from people import sign_in
from people.account import Account, SignIn, Ticket
from people.sign_in import LASTS, WrongPassword
from tenants.errors import Invalid
from tests.cast import NOW, PASSWORD, Cast

HOST = "barat.localhost"


@pytest.fixture
def account(session: Session) -> Account:
    return session.scalars(select(Account).where(Account.email == "officer@barat.example")).one()


def begin(session: Session, account: Account) -> str:
    return sign_in.begin(session, account, host=HOST, agent="Firefox", now=NOW)


def whose(session: Session, token: str, host: str = HOST, after: timedelta = timedelta(0)) -> str | None:
    found = sign_in.account_of(session, token, host=host, now=NOW + after)
    return found[0].email if found else None


def test_the_right_password_gives_the_account_however_the_address_is_written(
    session: Session, account: Account
) -> None:
    assert sign_in.account_by_password(session, "  Officer@BARAT.example ", PASSWORD) is account


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("officer@barat.example", "wrong password"),
        ("officer@barat.example", ""),
        ("nobody@barat.example", PASSWORD),
        ("", ""),
    ],
)
def test_a_wrong_one_and_an_unknown_address_get_the_same_sentence(session: Session, email: str, password: str) -> None:
    with pytest.raises(WrongPassword) as refused:
        sign_in.account_by_password(session, email, password)
    assert str(refused.value) == str(WrongPassword())
    assert refused.value.field == "password"


def test_an_account_without_a_password_can_not_be_entered_by_any(session: Session, account: Account) -> None:
    account.password_hash = None
    session.flush()
    for password in ("", "None", PASSWORD):
        with pytest.raises(WrongPassword):
            sign_in.account_by_password(session, account.email, password)


def test_an_unknown_address_takes_as_long_as_a_known_one(session: Session, account: Account) -> None:
    """Else the time would tell which addresses have an account."""
    account.password_hash = sign_in.hash_password("another password")
    session.flush()

    def lasts(email: str) -> float:
        fastest = 9.0
        for _ in range(3):
            began = time.perf_counter()
            with pytest.raises(WrongPassword):
                sign_in.account_by_password(session, email, "wrong password")
            fastest = min(fastest, time.perf_counter() - began)
        return fastest

    assert lasts("nobody@barat.example") > lasts(account.email) / 3


def test_passwords_are_hashed_by_argon2_and_short_ones_refused() -> None:
    assert sign_in.hash_password("long enough!").startswith("$argon2id$")
    assert sign_in.hash_password("long enough!") != sign_in.hash_password("long enough!")
    with pytest.raises(Invalid) as refused:
        sign_in.hash_password("short")
    assert refused.value.field == "password"


def test_a_sign_in_is_known_on_its_host_alone(session: Session, account: Account) -> None:
    token = begin(session, account)
    assert whose(session, token) == account.email
    assert whose(session, token, "timur.localhost") is None
    assert whose(session, token, "localhost") is None
    assert whose(session, token + "x") is None
    assert whose(session, "") is None


def test_only_the_hash_of_the_token_is_kept(session: Session, account: Account) -> None:
    token = begin(session, account)
    row = session.scalars(select(SignIn)).one()
    assert token.encode() not in row.token_hash
    assert len(token) >= 43


def test_it_ends_by_the_clock_and_when_it_is_ended(session: Session, account: Account) -> None:
    token = begin(session, account)
    assert whose(session, token, after=LASTS - timedelta(seconds=1)) == account.email
    assert whose(session, token, after=LASTS) is None
    other = begin(session, account)
    found = sign_in.account_of(session, token, host=HOST, now=NOW)
    assert found is not None
    sign_in.end(found[1], NOW)
    session.flush()
    assert whose(session, token) is None
    assert whose(session, other) == account.email


def test_what_a_browser_calls_itself_is_cut(session: Session, account: Account) -> None:
    sign_in.begin(session, account, host=HOST, agent="x" * 5_000, now=NOW)
    assert len(session.scalars(select(SignIn)).one().agent) == 200


def test_what_the_browser_called_itself_is_forgotten_after_ninety_days(session: Session, account: Account) -> None:
    for days in (0, 2):
        sign_in.begin(session, account, host=HOST, agent="Firefox", now=NOW + timedelta(days=days))
    sign_in.forget_agents(session, NOW + timedelta(days=91))
    session.expire_all()
    assert session.scalars(select(SignIn.agent).order_by(SignIn.created_at)).all() == ["", "Firefox"]


def test_a_ticket_is_used_once_on_its_host_for_its_purpose_within_a_minute(session: Session, account: Account) -> None:
    def issue() -> str:
        return sign_in.issue_ticket(session, account.id, purpose="cross", host=HOST, now=NOW)

    def use(token: str, purpose: str = "cross", host: str = HOST, after: int = 0) -> Account | None:
        return sign_in.use_ticket(session, token, purpose=purpose, host=host, now=NOW + timedelta(seconds=after))

    assert use(issue()) is account
    token = issue()
    assert use(token, host="timur.localhost") is None
    assert use(token, purpose="mail") is None
    assert use(token, after=60) is None
    assert use(token, after=59) is account
    assert use(token, after=59) is None
    assert use("x") is None
    assert all(token.encode() not in one.token_hash for one in session.scalars(select(Ticket)))


def test_a_seat_is_one_tenants_and_ends(cast: Cast) -> None:
    account = cast.session.scalars(select(Account).where(Account.email == "officer@barat.example")).one()
    account_id = account.id
    cast.enter("timur")
    assert sign_in.seat_of(cast.session, account_id) is None
    cast.enter("barat")
    seated = sign_in.seat_of(cast.session, account_id)
    assert seated is not None
    seat, agency_ids = seated
    assert agency_ids == set(sign_in.agencies_of(cast.session, seat.id))
    assert len(agency_ids) == 1
    seat.ended_at = NOW
    cast.session.commit()
    cast.enter("barat")
    assert sign_in.seat_of(cast.session, account_id) is None
