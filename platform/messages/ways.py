"""By which way somebody is told: what this installation can send by, what they left, and what they prefer. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from messages.letter import PHONE, Channel


@dataclass(frozen=True)
class Ways:
    """What this installation can send by, beside mail. phone: whether a provider takes WhatsApp and SMS."""

    phone: bool = False

    @property
    def channels(self) -> tuple[Channel, ...]:
        """In the order in which they are tried where nobody prefers one."""
        return (Channel.EMAIL, *(PHONE if self.phone else ()))


MAIL_ALONE = Ways()


def way_to(
    email: str | None,
    phone: str | None,
    *,
    prefers: str | None,
    ways: Ways,
    closed: Collection[str] = (),
) -> tuple[Channel, str] | None:
    """The channel and destination of a message, None where there is no way.

    prefers: a channel, taken where it can be. closed: channels on which their own destination takes nothing any more;
    such a one is taken only where there is no other, so that the failure shows.
    """
    order = sorted(ways.channels, key=lambda channel: (channel in closed, channel != prefers))
    for channel in order:
        destination = phone if channel in PHONE else email
        if destination:
            return channel, destination
    return None
