"""Residents sign in by a mailed code, and find their earlier reports."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from complaints.audience import next_way
from complaints.complaint import Complaint
from complaints.report import Reporter
from messages.outbox import Message, State
from people import sign_in_code
from people.account import Account
from people.limits import TooMany
from people.sign_in_code import LASTS, MOST_ASKED, MOST_TRIES, WrongCode, code_of, is_right
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
        visitor.post("/sign-in/code?lang=en", data={"contact": "Ani@warga.example"})
    )
    code = code_in_the_mail(cast, "ani@warga.example")
    entry = {"contact": "Ani@warga.example", "code": code}
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
        words(visit("barat").post("/sign-in/code", data={"contact": email}))
        for email in ("siapa@contoh.example", "officer@barat.example")
    )
    assert officer.replace("officer@barat.example", "siapa@contoh.example") == stranger
    cast.enter("barat")
    to = cast.session.scalars(select(Message.destination).where(Message.event == "sign_in_code")).all()
    assert to == ["siapa@contoh.example"]
    now = datetime.now(UTC)
    right = sign_in_code.code_of(cast.office.secret, HOST, "officer@barat.example", now)
    refused = visit("barat").post("/sign-in/code/entry", data={"contact": "officer@barat.example", "code": right})
    assert refused.status_code == 422
    account = cast.session.scalars(select(Account).where(Account.email == "officer@barat.example")).one()
    sign_in_code.note_sent(cast.session, HOST, "officer@barat.example", now)
    account.password_hash = None  # invited, and the password still to be chosen
    cast.session.commit()
    refused = visit("barat").post("/sign-in/code/entry", data={"contact": "officer@barat.example", "code": right})
    assert refused.status_code == 422


def test_guessing_is_stopped(visit: Visit) -> None:
    visitor, entry = visit("barat"), {"contact": "tebak@contoh.example", "code": "000000"}
    statuses = [visitor.post("/sign-in/code/entry", data=entry).status_code for _try in range(MOST_TRIES + 1)]
    assert statuses == [422] * MOST_TRIES + [429]
    asked = [visitor.post("/sign-in/code", data={"contact": "tebak@contoh.example"}) for _try in range(MOST_ASKED + 1)]
    assert asked[-1].status_code in (200, 429)  # limited where the installation's limits are on


def test_a_number_gets_its_code_by_whatsapp_then_sms_and_its_reports_join(cast: Cast, visit: Visit) -> None:
    earlier = cast.complaint(reporter=Reporter(phone="+6281234567890"))
    other = cast.complaint(reporter=Reporter(phone="+6281234567891"))
    visitor = visit("barat")
    assert visitor.post("/sign-in/code", data={"contact": "0812-3456-7890"}).status_code == 200
    code = code_in_the_mail(cast, "+6281234567890")
    message = cast.session.scalars(select(Message).where(Message.event == "sign_in_code")).one()
    assert (message.channel, code in message.subject) == ("whatsapp", True)
    message.state = State.DEAD
    instead = next_way.go(cast.session, cast.office, message.id, message.created_at)
    late = next_way.go(cast.session, cast.office, message.id, message.created_at)
    sms = cast.session.scalars(select(Message).where(Message.id == instead)).one()
    assert (sms.channel, sms.destination, code in sms.subject, late) == ("sms", "+6281234567890", True, None)
    cast.session.commit()
    signed_in = visitor.post("/sign-in/code/entry", data={"contact": "+62 812 3456 7890", "code": code})
    assert (signed_in.status_code, signed_in.headers["Location"]) == (303, "/account")
    account = visitor.get("/account").get_data(as_text=True)
    assert cast.read("barat", earlier).reference in account
    assert cast.read("barat", other).reference not in account
    later = cast.complaint(reporter=Reporter(phone="+6281234567890"))
    again = visit("barat")
    now = datetime.now(UTC)
    right = code_of(cast.office.secret, HOST, "+6281234567890", now - LASTS)
    sign_in_code.note_sent(cast.session, HOST, "+6281234567890", now - LASTS)
    cast.session.commit()
    assert again.post("/sign-in/code/entry", data={"contact": "081234567890", "code": right}).status_code == 303
    accounts = cast.session.scalars(select(Complaint.reporter_account_id).where(Complaint.id.in_([earlier, later])))
    assert len(set(accounts)) == 1
    assert cast.session.scalars(select(Account.id).where(Account.email.is_(None))).one() is not None


def test_codes_to_telephones_are_counted_since_they_cost_money(
    cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = visit("barat")
    ask, visitor.address = visitor.post, "192.0.2.7"
    for abroad in ("+1 201 555 0123", "021 5550123"):
        assert ask("/sign-in/code", data={"contact": abroad}).status_code == 422
    for limit, most, numbers in (
        ("MOST_TO_NUMBER_A_DAY", 1, ("0812 3456 7890", "+62 812 3456 7890")),
        ("MOST_FROM_NETWORK_AN_HOUR", 2, ("0812 3456 7892", "0812 3456 7893")),
        ("MOST_OF_CITY_A_DAY", 3, ("0812 3456 7894", "0812 3456 7895")),
        ("MOST_IN_ALL_A_DAY", 4, ("0812 3456 7896", "0812 3456 7897")),
    ):
        monkeypatch.setattr(sign_in_code, limit, most)
        answers = [ask("/sign-in/code", data={"contact": number}) for number in numbers]
        assert [answer.status_code for answer in answers] == [200, 429], limit
        assert "WIB" in answers[1].get_data(as_text=True)
        assert int(answers[1].headers["Retry-After"]) > 0
        monkeypatch.undo()
    assert ask("/sign-in/code", data={"contact": "ani@warga.example"}).status_code == 200
    monkeypatch.setattr(sign_in_code, "MOST_FROM_NETWORK_AN_HOUR", 5)
    assert ask("/sign-in/code", data={"contact": "budi@warga.example"}).status_code == 429, "mails count there too"
    visitor.address = "127.0.0.1"
    assert ask("/sign-in/code", data={"contact": "budi@warga.example"}).status_code == 200, "tells nobody apart"


def test_a_code_that_nobody_was_sent_and_a_used_one_are_none(cast: Cast) -> None:
    session, secret, address = cast.session, b"a secret", "ani@warga.example"
    at = datetime(2026, 3, 1, 9, 19, tzinfo=UTC)
    cast.enter("barat")
    code = code_of(secret, HOST, address, at)

    def prove(now: datetime, host: str = HOST) -> None:
        typed = code_of(secret, host, address, at)
        sign_in_code.prove(session, secret, address, typed, host=host, now=now)

    with pytest.raises(WrongCode):
        prove(at)
    how: dict[str, Any] = {"network": "192.0.2.7", "phones": True, "now": at, "limited": True}
    sign_in_code.ask(session, address, host=HOST, **how)
    with pytest.raises(WrongCode):
        prove(at, "timur.localhost")
    sign_in_code.prove(session, secret, address, code, host=HOST, now=at)
    with pytest.raises(WrongCode):
        prove(at + timedelta(minutes=2))  # the windows of what is used begin at 9:00 and 9:20


def test_wrong_codes_count_on_all_hosts_by_address_and_by_network(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session, secret, now = cast.session, b"a secret", datetime(2026, 3, 1, 9, 1, tzinfo=UTC)
    monkeypatch.setattr(sign_in_code, "MOST_WRONG_A_DAY", 2)
    monkeypatch.setattr(sign_in_code, "MOST_WRONG_FROM_NETWORK_AN_HOUR", 3)

    def guess(address: str, host: str, network: str) -> type[Exception] | None:
        try:
            sign_in_code.prove(session, secret, address, "12", host=host, now=now, network=network)
        except (WrongCode, TooMany) as error:
            return type(error)
        return None

    for host in ("a.localhost", "b.localhost", "c.localhost"):
        sign_in_code.note_sent(session, host, "ani@warga.example", now)
    assert [guess("ani@warga.example", f"{one}.localhost", f"192.0.2.{one}") for one in "abc"] == [
        WrongCode,
        WrongCode,
        TooMany,
    ]
    unasked = [guess("budi@warga.example", f"{one}.localhost", "") for one in "abc"]
    assert unasked == [WrongCode] * 3, "nobody uses up the tries of who asked for nothing"
    from_one = [guess(f"{one}@warga.example", HOST, "192.0.2.9") for one in "cdef"]
    assert from_one == [WrongCode] * 3 + [TooMany]
    assert [guess(f"{one}@warga.example", HOST, "127.0.0.1") for one in "ghij"] == [WrongCode] * 4
