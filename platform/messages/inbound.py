"""A reply as it came in: its own words without what they quote, and its pictures. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import unescape

LONGEST = 4_000
MOST_PICTURES = 5
QUOTING = re.compile(
    r"^\s*(?:on .{5,200} wrote:|pada .{5,200} menulis:|-{2,}\s*(?:original message|pesan asli|forwarded message).*"
    r"|_{10,}|(?:from|dari|pengirim):\s.*@.*)\s*$",
    re.IGNORECASE,
)
"""A line with which mail programs begin to quote what is answered."""
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
"""What no text of the database can hold."""


@dataclass(frozen=True)
class Reply:
    """message_id: of the sender's program. to: every address that it went to. automatic: no person wrote it."""

    message_id: str
    to: str
    words: str
    pictures: tuple[bytes, ...]
    automatic: bool


def read_mail(raw: bytes) -> Reply:
    """A mail as MIME. What can't be read is left out, never refused: there is nobody to tell."""
    mail = message_from_bytes(raw, policy=default)
    to = " ".join(value for name in ("To", "Cc", "Delivered-To", "X-Original-To") for value in _written(mail, name))
    automatic = next(_written(mail, "Auto-Submitted"), "no").lower() != "no"
    automatic = automatic or next(_written(mail, "Precedence"), "").lower() in ("bulk", "junk", "auto_reply")
    pictures = [
        part.get_payload(decode=True)
        for part in mail.walk()
        if part.get_content_maintype() == "image" and not part.is_multipart()
    ]
    return Reply(
        message_id=next(_written(mail, "Message-ID"), ""),
        to=to,
        words=own_words(_text(mail)),
        pictures=tuple(one for one in pictures if isinstance(one, bytes) and one)[:MOST_PICTURES],
        automatic=automatic,
    )


def own_words(text: str) -> str:
    """What was written now: up to where quoting or the signature begins, without quoted lines."""
    kept: list[str] = []
    lines = UNKEEPABLE.sub("", text.replace("\r\n", "\n")).split("\n")
    for number, line in enumerate(lines):
        two = f"{line.strip()} {lines[number + 1].strip()}" if number + 1 < len(lines) else line
        if QUOTING.match(line) or (line.strip() and QUOTING.match(two)) or line.rstrip("\n") in ("-- ", "--"):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()[:LONGEST]


def _written(mail: EmailMessage, name: str) -> Iterator[str]:
    """What stands in the headers of a name, on one line each, as it was written.

    Not as the library reads them: a stranger can write an address over which its parser stumbles.
    """
    for known, value in mail.raw_items():
        if known.lower() == name.lower():
            yield " ".join(str(value).encode("utf-8", "replace").decode().split())


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        content = part.get_content()
    except (LookupError, ValueError):
        payload = part.get_payload(decode=True)
        content = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    text = content if isinstance(content, str) else ""
    return _plain(text) if part.get_content_type() == "text/html" else text


def _plain(html: str) -> str:
    html = re.sub(r"(?is)<(script|style|head|blockquote)\b.*?</\1>", " ", html)
    html = re.sub(r"(?i)<(br|/p|/div|/tr|/li)\b[^>]*>", "\n", html)
    return unescape(re.sub(r"<[^>]*>", "", html))
