"""Mail as a real server gets it, and what its refusals mean for us."""

import smtplib
import socket
import ssl
import subprocess
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from messages.email import DevelopmentMailer, SmtpMailer, compose_mail, email_address, mailer_from_url
from messages.letter import Letter, NotNow, Refused, Unreachable
from tenants.errors import Invalid
from tests.messages.post_office import PostOffice

SENDER = "Aduan <no-reply@aduan.example>"
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SELF_SIGNED = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
               "-addext", "subjectAltName=IP:127.0.0.1")  # fmt: skip


def letter(**given: str) -> Letter:
    values = {
        "key": "5f0c9e",
        "destination": "siti@contoh.id",
        "subject": "Laporan BKS-7K3M-9QX1 diterima",
        "body": "Jalan berlubang di Jl. Ahmad Yani – terima kasih.\n",
        "language": "id",
        **given,
    }
    return Letter(written_at=AT, **values)


def taken(office: PostOffice) -> EmailMessage:
    (envelope,) = office.taken
    mail = message_from_bytes(bytes(envelope.content or b""), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def words(mail: EmailMessage) -> str:
    """The text, with the line ends that it was written with; mail travels with others."""
    return str(mail.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("550 5.1.1 <siti@contoh.id> unknown", Unreachable),
        ("556 5.1.10 no mail here", Unreachable),
        ("550 5.7.1 relaying denied", Refused),
        ("550 go away", Refused),
    ],
)
def test_only_a_mailbox_that_is_not_there_is_called_unreachable(
    post_office: PostOffice, said: str, kind: type[Refused]
) -> None:
    post_office.refuses = said
    with pytest.raises(Refused) as refused:
        mailer_from_url(post_office.url, SENDER).send(letter())
    assert type(refused.value) is kind


def test_a_mail_arrives_whole_in_one_part_with_our_key(post_office: PostOffice) -> None:
    mailer_from_url(post_office.url, SENDER).send(letter(subject="Laporan diterima – Kelurahan Kayuringin"))
    mail = taken(post_office)
    assert post_office.taken[0].mail_from == "no-reply@aduan.example"
    assert post_office.taken[0].rcpt_tos == ["siti@contoh.id"]
    assert {name: str(mail[name]) for name in ("From", "To", "Subject", "Message-ID", "Date", "Auto-Submitted")} == {
        "From": "Aduan <no-reply@aduan.example>",
        "To": "siti@contoh.id",
        "Subject": "Laporan diterima – Kelurahan Kayuringin",
        "Message-ID": "<5f0c9e@aduan.example>",
        "Date": "Tue, 24 Nov 2026 03:00:00 +0000",
        "Auto-Submitted": "auto-generated",
    }
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content_charset() == "utf-8"
    assert words(mail) == "Jalan berlubang di Jl. Ahmad Yani – terima kasih.\n"
    assert mail["List-Unsubscribe"] is None


def test_what_can_be_ended_says_so_to_mail_programs(post_office: PostOffice) -> None:
    url = "https://bekasi.aduan.example/unsubscribe/report/5f0c9e/all/" + "a" * 40
    mailer_from_url(post_office.url, SENDER).send(letter(unsubscribe_url=url))
    mail = taken(post_office)
    assert "".join(str(mail["List-Unsubscribe"]).split()) == f"<{url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    with pytest.raises(Refused):
        mailer_from_url(post_office.url, SENDER).send(letter(unsubscribe_url=url + "\r\nBcc: semua@contoh.id"))


def test_a_second_try_is_the_same_mail(post_office: PostOffice) -> None:
    mailer = mailer_from_url(post_office.url, SENDER)
    mailer.send(letter())
    mailer.send(letter())
    first, second = post_office.texts()
    assert first == second


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "Diterima\r\nBcc: semua@contoh.id"),
        ("subject", "Diterima\nBcc: semua@contoh.id"),
        ("subject", "Diterima\x00"),
        ("subject", "Diterima\u2028Bcc: semua@contoh.id"),
        ("destination", "siti@contoh.id\r\nBcc: semua@contoh.id"),
        ("destination", "siti@contoh.id, budi@contoh.id"),
        ("destination", "Siti <siti@contoh.id>"),
        ("destination", " siti@contoh.id"),
        ("key", "x>\r\nBcc: semua@contoh.id"),
    ],
)
def test_what_would_smuggle_in_a_header_or_a_recipient_is_refused_for_good(
    post_office: PostOffice, field: str, value: str
) -> None:
    with pytest.raises(Refused):
        mailer_from_url(post_office.url, SENDER).send(letter(**{field: value}))
    with pytest.raises(Refused):
        DevelopmentMailer(SENDER).send(letter(**{field: value}))
    assert post_office.taken == []


def test_a_dot_on_a_line_and_a_header_in_the_body_stay_body(post_office: PostOffice) -> None:
    body = "Baris pertama\n.\nBcc: semua@contoh.id\n..\n" + "kata " * 400 + "\n"
    mailer_from_url(post_office.url, SENDER).send(letter(body=body))
    mail = taken(post_office)
    assert words(mail) == body
    assert mail["Bcc"] is None


@pytest.mark.parametrize("answer", ["550 5.1.1 <siti@contoh.id> unknown", "552 5.2.2 mailbox of siti@contoh.id full"])
def test_a_5xx_is_a_refusal_and_its_words_come_without_the_address(post_office: PostOffice, answer: str) -> None:
    post_office.answer = lambda envelope: answer
    with pytest.raises(Refused) as refusal:
        mailer_from_url(post_office.url, SENDER).send(letter())
    assert refusal.value.message.startswith(f"The mail server refused it: {answer[:9]}")
    assert "siti" not in refusal.value.message


def test_a_recipient_refused_before_the_mail_is_refused_for_good(post_office: PostOffice) -> None:
    post_office.refuses = "550 5.1.1 <siti@contoh.id>: no such user"
    with pytest.raises(Refused, match=r"550 5\.1\.1 \(address\): no such user|550 5\.1\.1 \(address\)"):
        mailer_from_url(post_office.url, SENDER).send(letter())


@pytest.mark.parametrize("answer", ["451 4.7.1 greylisted, try again", "421 4.3.2 shutting down"])
def test_a_4xx_asks_to_wait(post_office: PostOffice, answer: str) -> None:
    post_office.answer = lambda envelope: answer
    with pytest.raises(NotNow, match=answer[:9]):
        mailer_from_url(post_office.url, SENDER).send(letter())
    post_office.answer = lambda envelope: None
    post_office.refuses = answer
    with pytest.raises(NotNow, match=answer[:9]):
        mailer_from_url(post_office.url, SENDER).send(letter())


def test_a_server_that_is_away_or_says_nothing_asks_to_wait() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        with pytest.raises(NotNow, match="ConnectionRefusedError"):
            mailer_from_url(f"smtp://127.0.0.1:{port}", SENDER).send(letter())
        silent.listen()
        with pytest.raises(NotNow, match=r"TimeoutError|SMTPServerDisconnected"):
            SmtpMailer(sender=SENDER, host="127.0.0.1", port=port, timeout=0.2).send(letter())


def test_a_broken_goodbye_after_the_mail_was_taken_is_no_failure(
    post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rude(self: smtplib.SMTP) -> tuple[int, bytes]:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(smtplib.SMTP, "quit", rude)
    mailer_from_url(post_office.url, SENDER).send(letter())
    assert len(post_office.taken) == 1


def test_a_server_without_encryption_gets_nothing_when_encryption_is_asked_for(post_office: PostOffice) -> None:
    with pytest.raises(NotNow, match="doesn't offer"):
        mailer_from_url(f"{post_office.url}?starttls=1", SENDER).send(letter())
    assert post_office.taken == []


def test_a_wrong_password_is_ours_to_mend_and_kills_no_message() -> None:
    office = PostOffice()
    never = AuthResult(success=False, handled=False)
    with (
        office.open(authenticator=lambda *_: never, auth_require_tls=False),
        pytest.raises(NotNow, match=r"535 5\.7\.8"),
    ):
        mailer_from_url(office.url.replace("//", "//aduan:salah@"), SENDER).send(letter())
    assert office.taken == []


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """(the server's context, a client's that trusts it)"""
    key, crt = tmp_path / "key.pem", tmp_path / "crt.pem"
    try:
        subprocess.run([*SELF_SIGNED, "-keyout", key, "-out", crt], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("there is no openssl here to make a certificate with")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(crt, key)
    return server, ssl.create_default_context(cafile=str(crt))


def test_starttls_carries_the_mail_and_the_sign_in_encrypted(
    certificate: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    server, client = certificate
    office = PostOffice()
    with office.open(tls_context=server, require_starttls=True):
        mailer_from_url(f"{office.url}?starttls=1", SENDER, context=client).send(letter())
        assert len(office.taken) == 1
        with pytest.raises(NotNow, match="SSLCertVerificationError"):
            mailer_from_url(f"{office.url}?starttls=1", SENDER).send(letter())
        assert len(office.taken) == 1


def test_smtps_is_encrypted_from_the_start(certificate: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    server, client = certificate
    office = PostOffice()
    with office.open(ssl_context=server):
        mailer_from_url(office.url.replace("smtp:", "smtps:"), SENDER, context=client).send(letter())
    assert len(office.taken) == 1


def test_without_an_address_mail_stays_in_the_outbox() -> None:
    mailer = mailer_from_url(None, SENDER)
    assert isinstance(mailer, DevelopmentMailer)
    mailer.send(letter())


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://mail.example", "has to look like"),
        ("smtp://", "has to look like"),
        ("smtp://mail.example:port", "has to look like"),
        ("smtp://mail.example:0", "has to look like"),
        ("smtp://mail.example/inbox", "has to look like"),
        ("smtp://mail.example?tls=1", "one option only"),
        ("smtp://mail.example?starttls=yes", "one option only"),
        ("smtp://aduan:rahasia@mail.example", "in the clear"),
    ],
)
def test_a_mail_url_that_cannot_be_used_says_why_and_keeps_the_password(url: str, says: str) -> None:
    with pytest.raises(Invalid, match=says) as refusal:
        mailer_from_url(url, SENDER)
    assert "rahasia" not in str(refusal.value)
    assert refusal.value.field == "MAIL_URL"


@pytest.mark.parametrize("sender", ["Aduan", "Aduan <no-reply>", "Aduan <a@b.id>\r\nBcc: c@d.id", ""])
def test_a_sender_without_an_address_is_refused(sender: str) -> None:
    with pytest.raises(Invalid, match="MAIL_FROM"):
        mailer_from_url(None, sender)


def test_a_sender_on_this_machine_will_do() -> None:
    assert compose_mail(letter(), "Aduan <no-reply@localhost>")["Message-ID"] == "<5f0c9e@localhost>"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("siti@contoh.id", "siti@contoh.id"),
        ("  Siti.Aminah+lapor@Contoh.ID ", "Siti.Aminah+lapor@contoh.id"),
        ("dinas@bekasikota.go.id", "dinas@bekasikota.go.id"),
        ("a@münchen.example", "a@xn--mnchen-3ya.example"),
    ],
)
def test_an_address_is_kept_in_one_form(written: str, address: str) -> None:
    assert email_address(written) == address
    assert email_address(address) == address


@pytest.mark.parametrize(
    "written",
    [
        "", "siti", "@contoh.id", "siti@", "siti@contoh", "siti@@contoh.id", "si ti@contoh.id", "siti@contoh..id",
        ".siti@contoh.id", "siti.@contoh.id", "si..ti@contoh.id", "siti@contoh.id,budi@contoh.id", "siti@-contoh.id",
        "siti@contoh.id\nBcc: x@y.id", "<siti@contoh.id>", '"s"@contoh.id', "siti@[127.0.0.1]", "siti@127.0.0.1",
        "sití@contoh.id", "x" * 65 + "@contoh.id", "siti@" + "a" * 64 + ".id", "s@" + "a." * 126 + "id",
    ],
)  # fmt: skip
def test_what_is_no_single_address_is_refused_without_being_repeated(written: str) -> None:
    with pytest.raises(Invalid) as refusal:
        email_address(written)
    assert refusal.value.field == "email"
    assert refusal.value.message == "Write one e-mail address, such as nama@contoh.id."


def test_a_citys_own_sender_stands_on_the_letter_and_on_its_envelope() -> None:
    own = "Kota Bogor <no-reply@bogor.example>"
    assert compose_mail(letter(sender=own), SENDER)["From"] == own
    with pytest.raises(Refused, match="sender"):
        compose_mail(letter(sender=own + "\nBcc: x@contoh.id"), SENDER)
    with PostOffice().open() as office:
        mailer_from_url(office.url, SENDER).send(letter(sender=own))
        (envelope,) = office.taken
        assert envelope.mail_from == "no-reply@bogor.example"
