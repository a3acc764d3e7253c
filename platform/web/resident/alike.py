"""Whether the same was reported nearby already: offered to the reporter, who alone knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from complaints import duplicates
from complaints.complaint import Complaint
from complaints.office import Office
from tenants import scope
from web.resident import listing
from web.resident.listing import Row
from web.resident.situation import Situation


@dataclass(frozen=True)
class Offer:
    """A public complaint that may be the same. metres: from here to it, in steps of ten. url: its page.

    done_at: when it was resolved, lately, so that the question is whether it is back. own_url: where the reader, who
    reported it, opens it again. thumbnail: only from this page's host.
    """

    row: Row
    metres: int
    url: str
    done_at: datetime | None
    own_url: str | None
    thumbnail: str | None

    @property
    def done(self) -> bool:
        return self.done_at is not None


def offers(session: Session, office: Office, found: Situation, now: datetime, language: str) -> Sequence[Offer]:
    """The likeliest of the city that the report would go to; nothing without a place or a category."""
    lon, lat, category, card = found.report.lon, found.report.lat, found.category, found.card
    if lon is None or lat is None or category is None:
        return []
    with scope.enter(session, card.id):
        within = duplicates.closed_within(card.options)
        likely = duplicates.alike(session, found.book, category, lon, lat, now, public=True, closed_within=within)
        if not likely:
            return []
        rows = listing.rows_of(session, [one.complaint for one in likely], card, found.book, now, language)
        home = office.addresses.of(card)
        here = found.host is not None and found.host.id == card.id
        return [
            Offer(
                row,
                metres=max(10, round(one.metres / 10) * 10),
                url=f"{home}{row.url}",
                done_at=one.complaint.resolved_at if one.done else None,
                own_url=_own(office, found, one.complaint),
                thumbnail=row.thumbnail if here else None,
            )
            for row, one in zip(rows, likely, strict=True)
        ]


def _own(office: Office, found: Situation, complaint: Complaint) -> str | None:
    """The secret link of a report that this account made. A device that made it without one finds it by itself."""
    account_id = found.report.account_id
    if account_id is None or complaint.reporter_account_id != account_id:
        return None
    return office.manage_url(found.card, complaint.reference, complaint.birth_tenant_id, complaint.id)
