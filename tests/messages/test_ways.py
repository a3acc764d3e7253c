import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.letter import PHONE, Channel
from messages.ways import MAIL_ALONE, Ways, way_to

MAIL, NUMBER = "siti@contoh.id", "+6281234567890"
ALL = Ways(phone=True)


@pytest.mark.parametrize(
    ("email", "phone", "prefers", "ways", "closed", "expected"),
    [
        (MAIL, NUMBER, None, ALL, (), (Channel.EMAIL, MAIL)),
        (MAIL, NUMBER, "sms", ALL, (), (Channel.SMS, NUMBER)),
        (None, NUMBER, None, ALL, (), (Channel.WHATSAPP, NUMBER)),
        (None, NUMBER, "email", ALL, (), (Channel.WHATSAPP, NUMBER)),
        (None, NUMBER, None, ALL, ("whatsapp",), (Channel.SMS, NUMBER)),
        (MAIL, NUMBER, None, ALL, ("email",), (Channel.WHATSAPP, NUMBER)),
        (MAIL, None, None, ALL, ("email",), (Channel.EMAIL, MAIL)),
        (MAIL, NUMBER, "whatsapp", MAIL_ALONE, (), (Channel.EMAIL, MAIL)),
        (None, NUMBER, None, MAIL_ALONE, (), None),
        (None, None, None, ALL, (), None),
    ],
)
def test_which_way_a_reporter_is_told(
    email: str | None,
    phone: str | None,
    prefers: str | None,
    ways: Ways,
    closed: tuple[str, ...],
    expected: tuple[Channel, str] | None,
) -> None:
    assert way_to(email, phone, prefers=prefers, ways=ways, closed=closed) == expected


@given(
    email=st.sampled_from([MAIL, None]),
    phone=st.sampled_from([NUMBER, None]),
    prefers=st.sampled_from([*Channel, "pigeon", None]),
    offered=st.booleans(),
    closed=st.frozensets(st.sampled_from(list(Channel))),
)
def test_whoever_can_be_reached_has_one_way_and_it_fits_its_channel(
    email: str | None, phone: str | None, prefers: str | None, offered: bool, closed: frozenset[str]
) -> None:
    way = way_to(email, phone, prefers=prefers, ways=Ways(phone=offered), closed=closed)
    assert (way is not None) == bool(email or (phone and offered))
    if way is not None:
        channel, destination = way
        assert destination == (phone if channel in PHONE else email)
        assert offered or channel not in PHONE
        assert channel not in closed or all(
            one in closed
            for one in Ways(phone=offered).channels
            if (phone if one in PHONE else email) and (offered or one not in PHONE)
        )
