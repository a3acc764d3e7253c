"""What is handed to whoever carries messages out of the house, and how they refuse it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from tenants.errors import Invalid, Unavailable


class Channel(StrEnum):
    """The ways out of the house."""

    EMAIL = "email"
    WHATSAPP = "whatsapp"
    SMS = "sms"
    PUSH = "push"


PHONE = (Channel.WHATSAPP, Channel.SMS)
"""The channels whose destination is a telephone number, the one that says more first."""


class Refused(Invalid):
    """This letter will never be taken; trying again is useless."""


class Unreachable(Refused):
    """Nothing will ever be taken for this destination: there is no such mailbox, or no such number."""


class NotNow(Unavailable):
    """The provider can't be reached or asks to wait."""


@dataclass(frozen=True)
class Letter:
    """key: the same on every try, so that a second copy can be told from a second letter. written_at: aware UTC.

    link: where the letter leads to, for channels that have room for little else. unsubscribe_url: where a POST ends
    such letters (RFC 8058); None for those that can't be ended. reply_to:
    where an answer to it goes. sender: "Kota Bogor <no-reply@bogor.example>", None for the platform's own.
    """

    key: str
    destination: str
    subject: str
    body: str
    language: str
    written_at: datetime
    channel: str = Channel.EMAIL
    link: str | None = None
    unsubscribe_url: str | None = None
    reply_to: str | None = None
    sender: str | None = None


class Carrier(Protocol):
    """Sends letters, or raises Refused or NotNow, whose messages hold no address."""

    def send(self, letter: Letter) -> None: ...
