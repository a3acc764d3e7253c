"""The operators' entries into a city, as its administrators see them."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from people import entry, sign_in
from people.seat import Mode


@dataclass(frozen=True)
class EntryShown:
    """An operator's entry. running: whether it still lasts. configures: whether settings could be changed."""

    name: str
    reason: str
    from_at: datetime
    until_at: datetime
    running: bool
    configures: bool


def entries_of(session: Session, now: datetime, most: int = entry.MOST_SHOWN) -> list[EntryShown]:
    """The entries into the session's city, newest first."""
    entries = entry.latest(session)[:most]
    names = sign_in.names_of(session, {one.account_id for one in entries})
    return [
        EntryShown(
            names.get(one.account_id, _("A former operator")),
            one.reason,
            one.from_at,
            one.until_at,
            one.until_at > now,
            one.mode == Mode.CONFIGURE,
        )
        for one in entries
    ]
