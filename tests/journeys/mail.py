"""What the real mail server has taken, as its readers see it."""

import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from tests.messages.post_office import PostOffice

ARRIVES_WITHIN_S = 90
"""Mails about what officials do wait for a minute, in which the step can be taken back."""


@dataclass(frozen=True)
class Mail:
    subject: str
    body: str


def mails_to(post: PostOffice, address: str) -> list[Mail]:
    """All that has come for an address, oldest first."""
    found = []
    for envelope in list(post.taken):
        if address in envelope.rcpt_tos:
            message = message_from_bytes(bytes(envelope.content or b""), EmailMessage, policy=policy.default)
            body = message.get_body(("plain",))
            found.append(Mail(str(message["Subject"]), body.get_content() if body is not None else ""))
    return found


def await_mail(post: PostOffice, address: str, words: str) -> Mail:
    """The first mail to an address with these words in its subject; fails if none comes in time."""
    deadline = time.monotonic() + ARRIVES_WITHIN_S
    while time.monotonic() < deadline:
        for mail in mails_to(post, address):
            if words in mail.subject:
                return mail
        time.sleep(0.05)  # the mail server runs in a thread of this process, and has nothing to wait on
    raise AssertionError(f"no mail about “{words}” came to {address}: {mails_to(post, address)}")
