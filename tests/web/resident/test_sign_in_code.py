"""Residents sign in by a mailed code, and find their earlier reports."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from complaints.complaint import Complaint
from complaints.report import Reporter
from messages.outbox import Message
from people import sign_in_code
from people.account import Account
from people.sign_in_code import LASTS, MOST_ASKED, MOST_TRIES, code_of, is_right
from tests.cast import Cast, Visitor
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]
SECRET, HOST, EMAIL = b"a secret", "barat.localhost", "Ani@Warga.example"


@given(at=st.integers(1_700_000_000, 2_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)))
def test_a_code_is_right_for_ten_minutes_on_its_host_for_its_address_alone(at: datetime) -> None:
    code = code_of(SECRET, HOST, EMAIL, at)
    assert re.fullmatch(r"\d{6}", code)
    assert is_right(SECRET, HOST, EMAIL.lower(), f"{code[:3]} {code[3:]}", at + LASTS - timedelta(seconds=1))
    assert not is_right(SECRET, HOST, EMAIL, "", at)
    others = [
        is_right(SECRET, HOST, EMAIL, code, at + 2 * LASTS),
        is_right(SECRET, "timur.localhost", EMAIL, code, at),
        is_right(SECRET, HOST, "b@warga.example", code, at),
    ]
    assert sum(others) <= 1  # one in half a million is the same by chance


def code_in_the_mail(cast: Cast, to: str) -> str:
    cast.enter("barat")
    body = cast.session.scalars(
        select(Message.body).where(Message.destination == to, Message.event == "sign_in_code")
    ).all()[-1]
    found = re.search(r"\b(\d{6})\b", body)
    assert found is not None
    return found[1]


def test_who_confirms_an_address_finds_the_reports_made_with_it_but_for_anonymous_ones(
    cast: Cast, visit: Visit
) -> None:
    ani = Reporter(email="ani@warga.example")
    earlier, hidden = cast.complaint(reporter=ani), cast.complaint(reporter=ani, anonymous=True)
    other = cast.complaint(reporter=Reporter(email="budi@warga.example"))
    visitor = visit("barat")
    assert "a code, one is on its way" in words(
        visitor.post("/sign-in/code?lang=en", data={"email": "Ani@warga.example"})
    )
    code = code_in_the_mail(cast, "ani@warga.example")
    entry = {"email": "Ani@warga.example", "code": code}
    wrong = visitor.post("/sign-in/code/entry", data={**entry, "code": "12"})
    assert (wrong.status_code, 'value="12"' in wrong.get_data(as_text=True)) == (422, False)
    signed_in = visitor.post("/sign-in/code/entry", data=entry)
    assert (signed_in.status_code, signed_in.headers["Location"]) == (303, "/account")
    account = visitor.get("/account").get_data(as_text=True)
    reference = {one: cast.read("barat", one).reference for one in (earlier, hidden, other)}
    assert reference[earlier] in account
    assert reference[hidden] not in account
    assert reference[other] not in account
    again = visit("barat").post("/sign-in/code/entry", data=entry)
    assert again.status_code == 422  # each code once
    assert visit("timur").post("/sign-in/code/entry", data=entry).status_code == 422
    cast.enter("barat")
    assert cast.session.scalars(select(Complaint.reporter_account_id).where(Complaint.id == other)).one() is None


def test_who_has_a_password_gets_no_code_and_nobody_learns_it(cast: Cast, visit: Visit) -> None:
    stranger, officer = (
        words(visit("barat").post("/sign-in/code", data={"email": email}))
        for email in ("siapa@contoh.example", "officer@barat.example")
    )
    assert officer.replace("officer@barat.example", "siapa@contoh.example") == stranger
    cast.enter("barat")
    to = cast.session.scalars(select(Message.destination).where(Message.event == "sign_in_code")).all()
    assert to == ["siapa@contoh.example"]
    now = datetime.now(UTC)
    right = sign_in_code.code_of(cast.office.secret, HOST, "officer@barat.example", now)
    refused = visit("barat").post("/sign-in/code/entry", data={"email": "officer@barat.example", "code": right})
    assert refused.status_code == 422
    account = cast.session.scalars(select(Account).where(Account.email == "officer@barat.example")).one()
    account.password_hash = None  # invited, and the password still to be chosen
    cast.session.commit()
    refused = visit("barat").post("/sign-in/code/entry", data={"email": "officer@barat.example", "code": right})
    assert refused.status_code == 422


def test_guessing_is_stopped(visit: Visit) -> None:
    visitor, entry = visit("barat"), {"email": "tebak@contoh.example", "code": "000000"}
    statuses = [visitor.post("/sign-in/code/entry", data=entry).status_code for _try in range(MOST_TRIES + 1)]
    assert statuses == [422] * MOST_TRIES + [503]
    asked = [visitor.post("/sign-in/code", data={"email": "tebak@contoh.example"}) for _try in range(MOST_ASKED + 1)]
    assert asked[-1].status_code in (200, 503)  # limited where the installation's limits are on
