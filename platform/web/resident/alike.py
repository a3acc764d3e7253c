"""Whether the same was reported nearby already: offered to the reporter, who alone knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from complaints import duplicates
from complaints.office import Office
from tenants import scope
from web.resident import listing
from web.resident.listing import Row
from web.resident.situation import Situation


@dataclass(frozen=True)
class Offer:
    """A public complaint that may be the same. metres: from here to it, in steps of ten. url: its page.

    done: it was resolved lately, so the question is whether it is still there. thumbnail: only from this page's host.
    """

    row: Row
    metres: int
    url: str
    done: bool
    thumbnail: str | None


def offers(session: Session, office: Office, found: Situation, now: datetime, language: str) -> Sequence[Offer]:
    """The likeliest of the city that the report would go to; nothing without a place or a category."""
    lon, lat, category, card = found.report.lon, found.report.lat, found.category, found.card
    if lon is None or lat is None or category is None:
        return []
    with scope.enter(session, card.id):
        likely = duplicates.alike(session, found.book, category, lon, lat, now, public=True)
        if not likely:
            return []
        rows = listing.rows_of(session, [one.complaint for one in likely], card, found.book, now, language)
        home = office.addresses.of(card)
        here = found.host is not None and found.host.id == card.id
        return [
            Offer(
                row, max(10, round(one.metres / 10) * 10), f"{home}{row.url}", one.done, row.thumbnail if here else None
            )
            for row, one in zip(rows, likely, strict=True)
        ]
