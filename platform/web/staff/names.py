"""What things are called at the console: people, places, kinds of problem, lists."""

from uuid import UUID

from flask import g
from flask_babel import gettext as _
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from complaints.queue import Tab
from complaints.rules.rulebook import Rulebook
from people.seat import Seat
from tenants.errors import N_
from web.context import words

_NAMES = select(Seat.id, Seat.name).where(Seat.id.in_(bindparam("ids", expanding=True)))
"""Made once, since every list asks it."""
_TABS = {
    Tab.MINE: N_("Mine"),
    Tab.AGENCY: N_("Agency"),
    Tab.UNASSIGNED: N_("Nobody's"),
    Tab.TODAY: N_("Due today"),
    Tab.LATE: N_("Late"),
    Tab.WAITING: N_("With the reporter"),
    Tab.WATCHED: N_("Watched"),
    Tab.BOARD: N_("Unanswered"),
    Tab.ALL: N_("All"),
}


def names_of(session: Session, seat_ids: set[UUID]) -> dict[UUID, str]:
    """The names of members of staff; nobody is asked for twice in a request."""
    known: dict[UUID, str] = g.setdefault("seat_names", {})
    unknown = seat_ids - known.keys()
    if unknown:
        known |= {row.id: row.name for row in session.execute(_NAMES, {"ids": list(unknown)})}
    return {seat_id: known[seat_id] for seat_id in seat_ids & known.keys()}


def short_name(name: str) -> str:
    """ "Rudi H." for Rudi Hartono; one word stays as it is."""
    first, *others = name.split() or [""]
    return f"{first} {others[-1][0]}." if others else first


def tab_name(tab: Tab) -> str:
    """The word of a tab."""
    return _(_TABS[tab])


def place_of(written: str | None, area_id: UUID | None, book: Rulebook) -> str:
    """Where it is, in a few words: the place as written, and the name of the area."""
    area = words(book.areas[area_id].name) if area_id and area_id in book.areas else ""
    if not written:
        return area
    return written if not area or area.casefold() in written.casefold() else f"{written}, {area}"


def category_name(category_id: UUID, book: Rulebook) -> str:
    """The name of a category in the page's language."""
    entry = book.category_ever(category_id)
    return words(entry.name) if entry else _("A category that has ended")
