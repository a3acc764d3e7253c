"""How much may be filed: what refuses, what asks for a proof, and that many at once don't get around it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from complaints.report import Reporter
from complaints.safety import allowance
from complaints.safety.allowance import FREE_OF_ADDRESS, MOST_OF_CONTACT, MOST_OF_DEVICE, WINDOW, ProofNeeded, Sender
from people import limits
from people.limits import TooMany
from tests.cast import NOW

SECRET = b"a secret of the tests"
NOBODY = Reporter()
CARRIER = "36.68.1.2"


def filed(engine: Engine, sender: Sender, reporter: Reporter = NOBODY, after: timedelta = timedelta(0)) -> bool:
    """Whether one more is taken, as a request of its own."""
    with Session(engine) as session:
        try:
            allowance.check(session, SECRET, sender, reporter, NOW + after)
            allowance.count(session, SECRET, sender, reporter, NOW + after)
        except TooMany:
            return False
        session.commit()
        return True


def test_a_device_and_a_contact_wait_until_the_hour_is_over(engine: Engine) -> None:
    phone = Sender(CARRIER, "one", None)
    assert all(filed(engine, phone) for _ in range(MOST_OF_DEVICE))
    assert not filed(engine, phone)
    assert filed(engine, Sender(CARRIER, "another", None))
    with pytest.raises(TooMany) as refused, Session(engine) as session:
        allowance.check(session, SECRET, phone, NOBODY, NOW)
    assert NOW < refused.value.until <= NOW + WINDOW
    assert filed(engine, phone, after=refused.value.until - NOW)
    named = Reporter(email="Wati@Example.com")
    assert all(filed(engine, Sender(CARRIER, "", None), named) for _ in range(MOST_OF_CONTACT))
    assert not filed(engine, Sender("36.68.9.9", "", None), Reporter(email="wati@example.com"))
    with Session(engine) as session:
        keys = " ".join(session.scalars(text("SELECT key FROM rate_limits")))
    assert "wati" not in keys.casefold()
    assert CARRIER not in keys


def test_many_at_once_get_no_more_than_one_after_another(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: filed(engine, Sender(CARRIER, "one", None)), range(3 * MOST_OF_DEVICE)))
    assert sum(taken) == MOST_OF_DEVICE


def test_an_address_is_asked_for_a_proof_and_never_refused(session: Session) -> None:
    def sender(address: str, proved: bool) -> Sender:
        return Sender(address, "", lambda: proved)

    for number in range(FREE_OF_ADDRESS):
        allowance.check(session, SECRET, sender("2001:db8:1:2::3", False), NOBODY, NOW)
        allowance.count(session, SECRET, sender(f"2001:db8:1:2::{number}", False), NOBODY, NOW)
    with pytest.raises(ProofNeeded):
        allowance.check(session, SECRET, sender("2001:db8:1:2:ffff::1", False), NOBODY, NOW)
    allowance.check(session, SECRET, sender("2001:db8:1:2::1", True), NOBODY, NOW)
    allowance.check(session, SECRET, sender("2001:db8:1:3::1", False), NOBODY, NOW)
    allowance.check(session, SECRET, Sender("2001:db8:1:2::1", "account/1", None), NOBODY, NOW)
    assert limits.counted(session, "another key", window=WINDOW, now=NOW) == 0


def test_a_network_is_an_ipv4_address_or_64_bits() -> None:
    assert limits.network_of("::ffff:36.68.1.2") == limits.network_of("36.68.1.2") == "36.68.1.2"
    assert limits.network_of("2001:db8::1") == limits.network_of("2001:db8::2") != limits.network_of("::1")
    assert limits.network_of("") == ""


def test_whoever_tries_it_out_at_home_is_counted_by_the_device_alone(engine: Engine) -> None:
    named = Reporter(email="wati@example.com")
    program = Sender("127.0.0.1", "", lambda: False, at_home=True)
    assert all(filed(engine, program, named) for _ in range(max(FREE_OF_ADDRESS, MOST_OF_CONTACT) + 1))
    phone = Sender("127.0.0.1", "one", lambda: False, at_home=True)
    assert [filed(engine, phone) for _ in range(MOST_OF_DEVICE + 1)] == [True] * MOST_OF_DEVICE + [False]
