"""A reply's own words, and the address that it goes to."""

from email.message import EmailMessage
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.inbound import own_words, read_mail
from messages.reply_address import read, reply_address

SECRET = b"a secret of the tests"


def test_the_address_leads_back_in_whatever_case_and_fits_a_mailbox() -> None:
    complaint_id = uuid4()
    address = reply_address(SECRET, "BKS", complaint_id, "reply.aduan.example")
    assert len(address.partition("@")[0]) <= 64
    for written in (address, address.upper(), f'"Aduan" <{address}>, lain@contoh.example'):
        assert read(SECRET, written) == ("BKS", complaint_id)


@given(st.integers(6, 51), st.sampled_from("abcdefgh234567"))
def test_a_changed_address_leads_nowhere(place: int, letter: str) -> None:
    address = reply_address(SECRET, "BKS", uuid4(), "reply.aduan.example")
    changed = address[:place] + letter + address[place + 1 :]
    assert changed == address or read(SECRET, changed) in (None, read(SECRET, address))
    assert read(b"another", address) is None


@pytest.mark.parametrize(
    ("written", "own"),
    [
        (
            "Di gang tiga.\n\nPada Sel, 3 Mar 2026 pukul 10 Aduan <x@y.id> menulis:\n> Di mana?\n",
            "Di gang tiga.",
        ),
        (
            "Third lane.\r\n\r\nOn Tue, 3 Mar 2026 at 10:00, Aduan <x@y.id>\r\nwrote:\r\n> Where?\r\n",
            "Third lane.",
        ),
        ("Ya.\n-----Original Message-----\nFrom: Aduan\n", "Ya."),
        ("Ya.\n\nDari: Aduan <x@y.example>\nDikirim: Selasa\n", "Ya."),
        ("> Di mana?\nDi sini.\n> Kapan?\nKemarin.\n", "Di sini.\nKemarin."),
        ("Sudah.\n-- \nSiti\n0812 3456 7890\n", "Sudah."),
        ("Dari pasar ke selatan.\nOn and on.\n", "Dari pasar ke selatan.\nOn and on."),
        ("a" * 5000, "a" * 4000),
        ("", ""),
    ],
)
def test_what_is_quoted_is_left_out_and_nothing_else(written: str, own: str) -> None:
    assert own_words(written) == own


def test_a_mail_of_html_alone_is_read_as_text_and_its_pictures_are_kept() -> None:
    mail = EmailMessage()
    mail["To"], mail["Message-ID"] = "reply+x@y.example", "<1@z.example>"
    mail.set_content("<p>Di depan <b>pasar</b> &amp; sekolah.</p><blockquote>Di mana?</blockquote>", subtype="html")
    mail.add_attachment(b"\xff\xd8\xff", maintype="image", subtype="jpeg", filename="a.jpg")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="b.pdf")
    reply = read_mail(mail.as_bytes())
    assert reply.words == "Di depan pasar & sekolah."
    assert reply.pictures == (b"\xff\xd8\xff",)
    assert (reply.message_id, reply.to, reply.automatic) == ("<1@z.example>", "reply+x@y.example", False)


@pytest.mark.parametrize(("name", "value"), [("Auto-Submitted", "auto-replied"), ("Precedence", "bulk")])
def test_what_no_person_wrote_is_known(name: str, value: str) -> None:
    mail = EmailMessage()
    mail[name] = value
    mail.set_content("Saya sedang cuti.")
    assert read_mail(mail.as_bytes()).automatic


@given(st.binary(max_size=400))
def test_no_bytes_are_too_broken_to_read(raw: bytes) -> None:
    assert isinstance(read_mail(raw).words, str)


@pytest.mark.parametrize("written", ["<", '"', ".:", ":;@", "%@", "=?utf-8?q?a=0Ab?=", "''@[\\=,"])
@pytest.mark.parametrize("name", ["To", "Cc", "Message-ID", "Auto-Submitted"])
def test_no_header_is_too_broken_to_read_the_others(name: str, written: str) -> None:
    raw = f"{name}: {written}\r\nDelivered-To: x@y.example\r\n\r\nDi gang.".encode()
    reply = read_mail(raw)
    assert reply.words == "Di gang."
    assert reply.to.endswith("x@y.example")


def test_what_no_database_can_hold_is_left_out() -> None:
    raw = b"Content-Type: text/plain; charset=unicode_escape\r\n\r\nDi \\ud800gang\\x00."
    assert read_mail(raw).words == "Di gang."
