"""Mail: one letter to one address, over SMTP, or kept in the development outbox only."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from ipaddress import ip_address
from urllib.parse import parse_qsl, unquote, urlsplit

from messages.letter import Carrier, Letter, NotNow, Refused, Unreachable
from tenants.errors import Invalid

TIMEOUT = 10.0  # seconds, for each answer of the server

LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
ANY_ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")
NO_SUCH_MAILBOX = re.compile(r"5\.1\.(1|2|10)\b")
"""RFC 3463 and 7505: no such mailbox, no such domain, a domain that takes no mail. Other refusals may be about us."""


class DevelopmentMailer:
    """Sends nothing: the operator's outbox page shows the rows. It refuses what the real one would."""

    def __init__(self, sender: str) -> None:
        self._sender = sender

    def send(self, letter: Letter) -> None:
        compose_mail(letter, self._sender)


class SmtpMailer:
    """A connection for each letter. tls: None for a plain one, else when it begins."""

    def __init__(
        self,
        *,
        sender: str,
        host: str,
        port: int,
        user: str | None = None,
        password: str = "",
        tls: str | None = None,
        context: ssl.SSLContext | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        """tls: "at once" (smtps), "starttls" (refuses to go on without), or None. timeout: seconds for each answer."""
        self._sender = sender
        self._address = parseaddr(sender)[1]
        self._host, self._port = host, port
        self._user, self._password = user, password
        self._tls, self._context = tls, context
        self._timeout = timeout

    def send(self, letter: Letter) -> None:
        mail = compose_mail(letter, self._sender)
        # From the domain that the letter says, as its records vouch for that one.
        address = parseaddr(letter.sender)[1] if letter.sender else self._address
        with self._connection() as server, _translated(final=True):
            server.send_message(mail, address, [letter.destination])

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        with _translated(final=False):
            server = self._connect()
        try:
            yield server
        finally:
            # Once the letter is taken, a broken goodbye must not look like a failure: it would be sent again.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _connect(self) -> smtplib.SMTP:
        name = self._address.rpartition("@")[2]
        server: smtplib.SMTP
        if self._tls == "at once":
            context = self._context or ssl.create_default_context()
            server = smtplib.SMTP_SSL(self._host, self._port, name, timeout=self._timeout, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, name, timeout=self._timeout)
        try:
            if self._tls == "starttls":
                server.starttls(context=self._context or ssl.create_default_context())
            if self._user is not None:
                server.login(self._user, self._password)
        except BaseException:
            server.close()
            raise
        return server


def mailer_from_url(url: str | None, sender: str, *, context: ssl.SSLContext | None = None) -> Carrier:
    """The mailer of MAIL_URL: `smtp://[user:password@]host[:port][?starttls=1]`, `smtps://…`, or None in development.

    sender: "Aduan <no-reply@host>". Raises Invalid with a sentence that never repeats the password.
    """
    if CONTROL.search(sender) or not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(sender)[1]):
        raise Invalid("MAIL_FROM has to look like 'Aduan <no-reply@example.org>'.", field="MAIL_FROM")
    if url is None:
        return DevelopmentMailer(sender)
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or port == 0 or parts.path not in ("", "/"):
        raise Invalid("MAIL_URL has to look like 'smtp://user:password@host:587?starttls=1'.", field="MAIL_URL")
    if options.keys() - {"starttls"} or options.get("starttls", "1") not in ("0", "1"):
        raise Invalid("MAIL_URL knows one option only: ?starttls=1 or ?starttls=0.", field="MAIL_URL")
    tls = "at once" if parts.scheme == "smtps" else "starttls" if options.get("starttls") == "1" else None
    if parts.username is not None and tls is None and not _on_this_machine(parts.hostname):
        raise Invalid(
            "MAIL_URL would send the password in the clear: add ?starttls=1, or use smtps://.", field="MAIL_URL"
        )
    return SmtpMailer(
        sender=sender,
        host=parts.hostname,
        port=port or {"at once": 465, "starttls": 587, None: 25}[tls],
        user=None if parts.username is None else unquote(parts.username),
        password=unquote(parts.password or ""),
        tls=tls,
        context=context,
    )


def email_address(written: str) -> str:
    """The one address that was written, its domain in small ASCII letters. Raises Invalid, without repeating it."""
    address = written.strip()
    local, at, domain = address.rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii").lower()
    whole = f"{local}{at}{domain}"
    if len(whole) > 254 or len(local) > 64 or not LOCAL_PART.fullmatch(local) or not DOMAIN.fullmatch(domain):
        raise Invalid("Write one e-mail address, such as nama@contoh.id.", field="email")
    return whole


def compose_mail(letter: Letter, sender: str) -> EmailMessage:
    """The letter as MIME, the same on every try. Raises Refused where a header would break or the address can't be."""
    if CONTROL.search(letter.subject):
        raise Refused("The subject holds a line break or a control character, so the message was not sent.")
    try:
        destination = email_address(letter.destination)
    except Invalid:
        raise Refused("The destination isn't an e-mail address.") from None
    if destination != letter.destination or not re.fullmatch(r"[A-Za-z0-9._-]+", letter.key):
        raise Refused("The destination or the key isn't in the form that is stored, so the message was not sent.")
    mail = EmailMessage(policy=SMTP)
    if letter.sender is not None and CONTROL.search(letter.sender):
        raise Refused("The sender holds a line break or a control character, so the message was not sent.")
    mail["From"] = letter.sender or sender
    mail["To"] = destination
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(letter.written_at)
    mail["Message-ID"] = f"<{letter.key}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = letter.language
    if letter.reply_to is not None:
        mail["Reply-To"] = letter.reply_to
    if letter.unsubscribe_url is not None:
        if CONTROL.search(letter.unsubscribe_url):
            raise Refused("The link to unsubscribe holds a control character, so the message was not sent.")
        mail["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.body, subtype="plain", charset="utf-8")
    return mail


@contextmanager
def _translated(*, final: bool) -> Iterator[None]:
    """The provider's words as ours, without addresses. final: a 5xx is about the letter, not about our signing in."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        refusal = _refusal(code, words, final=final)
        if isinstance(refusal, Refused) and NO_SUCH_MAILBOX.match(_said(words)):
            raise Unreachable(refusal.message) from None
        raise refusal from None
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error, final=final) from None
    except smtplib.SMTPNotSupportedError:
        raise NotNow("The mail server doesn't offer what MAIL_URL asks for: encryption, or signing in.") from None
    except (smtplib.SMTPException, OSError) as error:
        raise NotNow(f"The mail server couldn't be reached or broke off ({type(error).__name__}).") from None


def _refusal(code: int, words: bytes | str, *, final: bool) -> Refused | NotNow:
    said = ANY_ADDRESS.sub("(address)", _said(words))[:200]
    if final and 500 <= code < 600:
        return Refused(f"The mail server refused it: {code} {said}".rstrip())
    return NotNow(f"The mail server asked to wait: {code} {said}".rstrip())


def _said(words: bytes | str) -> str:
    return " ".join((words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)).split())


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
