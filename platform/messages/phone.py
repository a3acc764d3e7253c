"""WhatsApp and SMS through a provider's HTTP interface, whose whole contract stands in docs/messages.md.

`POST <SMS_URL>` with {"id", "to", "channel", "text", "language"}, and the id once more as `Idempotency-Key`. A provider
that speaks otherwise is reached through a few lines of its own that answer to this contract.
"""

import re
from urllib.parse import unquote, urlsplit, urlunsplit

import phonenumbers
import requests

from messages.letter import Channel, Letter, NotNow, Refused, Unreachable
from tenants.errors import Invalid

TIMEOUT = (5.0, 15.0)  # seconds, to connect and for the answer
TAKEN_BEFORE = 409
NO_SUCH_NUMBER = (404, 410)
OUR_FAULT_OR_BUSY = (401, 402, 403, 407, 408, 425, 429)
"""Nothing is wrong with the message: our access, our credit, or their haste. Later it may be taken."""

ANY_NUMBER = re.compile(r"\+?\d[\d ()-]{6,}\d")
LONGEST_TEXT = 4_000  # characters; WhatsApp takes 4,096


class HttpTexter:
    """One POST for each message. user, password: Basic authentication, None for none."""

    def __init__(
        self, url: str, *, user: str | None = None, password: str = "", timeout: tuple[float, float] = TIMEOUT
    ) -> None:
        self._url = url
        self._auth = (user, password) if user is not None else None
        self._timeout = timeout

    def send(self, letter: Letter) -> None:
        document = {
            "id": letter.key,
            "to": _number(letter.destination),
            "channel": letter.channel,
            "text": text_of(letter),
            "language": letter.language,
        }
        try:
            answer = requests.post(
                self._url,
                json=document,
                headers={"Idempotency-Key": letter.key, "Accept": "application/json"},
                auth=self._auth,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise NotNow(f"The message provider couldn't be reached or broke off ({type(error).__name__}).") from None
        _understand(answer)


class DevelopmentTexter:
    """Sends nothing: the operator's outbox page shows the rows. It refuses what the real one would."""

    def send(self, letter: Letter) -> None:
        _number(letter.destination)
        text_of(letter)


def texter_from_url(url: str) -> HttpTexter:
    """The provider of SMS_URL, `https://[user:password@]host/path`. Raises Invalid, never repeating the password."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or parts.fragment:
        raise Invalid("SMS_URL has to look like 'https://user:password@provider.example/messages'.", field="SMS_URL")
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise Invalid("SMS_URL would send what is written in the clear: it has to begin with https:.", field="SMS_URL")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    bare = urlunsplit((parts.scheme, f"{host}:{port}" if port else host, parts.path or "/", parts.query, ""))
    return HttpTexter(
        bare,
        user=None if parts.username is None else unquote(parts.username),
        password=unquote(parts.password or ""),
    )


def text_of(letter: Letter) -> str:
    """What the telephone shows: by SMS one line and the link, by WhatsApp the whole text under its subject."""
    if letter.channel == Channel.SMS:
        return f"{letter.subject}: {letter.link}" if letter.link else letter.subject
    return f"*{letter.subject}*\n\n{letter.body}"[:LONGEST_TEXT].strip()


def _number(destination: str) -> str:
    """The number, if it is in the form that is stored."""
    try:
        number = phonenumbers.parse(destination)
    except phonenumbers.NumberParseException:
        raise Refused("The destination isn't a telephone number.") from None
    if phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) != destination:
        raise Refused("The destination isn't in the form that is stored, so the message was not sent.")
    return destination


def _understand(answer: requests.Response) -> None:
    """Nothing for a message that was taken, now or before; else raise what it means for us."""
    status = answer.status_code
    if 200 <= status < 300 or status == TAKEN_BEFORE:
        return
    said = f"{status} {_error_in(answer)}".strip()
    if status in NO_SUCH_NUMBER:
        raise Unreachable(f"The message provider knows no such number: {said}")
    if 400 <= status < 500 and status not in OUR_FAULT_OR_BUSY:
        raise Refused(f"The message provider refused it: {said}")
    raise NotNow(f"The message provider asked to wait: {said}")


def _error_in(answer: requests.Response) -> str:
    """What the provider says is wrong, in one line and without a number."""
    try:
        document = answer.json()
    except ValueError:
        return ""
    said = document.get("error", "") if isinstance(document, dict) else ""
    return ANY_NUMBER.sub("(number)", " ".join(str(said).split()))[:200]
