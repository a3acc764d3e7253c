"""What somebody else adds to a public report: a photo, and words where the city takes them.

It waits for an official, who shows it to everybody or leaves it out: what anybody may write about others isn't public
before somebody has read it. Nothing is kept of whoever adds it. It goes along when the report is handed over to another
city, and what one city decides holds in every other that has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import evidence, handling
from complaints.actor import SYSTEM, Actor
from complaints.audience import telling
from complaints.carried import Carried
from complaints.complaint import Complaint, Evidence, HistoryRow, Remark
from complaints.evidence import Photo
from complaints.office import Office
from complaints.workflow import Need
from tenants.category import Visibility
from tenants.directory import TenantCard
from tenants.errors import Conflict, Invalid, NotFound

ADD, SHOW, LEAVE = "add", "show_added", "leave_added"
OF = "added_id"
"""In the history row of a decision: the id of the addition's own row, which is the same in every city."""
COMMENTS = "comments"
"""The city's option: words are taken too."""
MOST_PHOTOS = 2
MOST_WAITING = 5
"""Of one report. More say nothing new, and somebody may mean to bury it under them."""
LONGEST = 1_000


@dataclass(frozen=True)
class Addition:
    """What waits. row_id, number: of its row in the history. words: "" for none, and once they are erased."""

    row_id: UUID
    remark_id: UUID | None
    number: int
    at: datetime
    words: str
    photos: Sequence[Evidence]


def takes_words(card: TenantCard) -> bool:
    """Whether the city lets residents write below each other's reports."""
    return bool(card.options.get(COMMENTS))


def add(
    session: Session,
    office: Office,
    complaint: Complaint,
    words: str,
    photos: Sequence[Photo],
    *,
    card: TenantCard,
    now: datetime,
    words_too: bool = False,
    trial: bool = False,
) -> None:
    """Keep what somebody adds until an official has seen it. Raises Invalid, Conflict, NotFound for a private one.

    words_too: whatever the city takes from residents, as who reported it in another system can write nowhere else.
    trial: whoever asks takes the rows back, so photos count and aren't stored.
    """
    if complaint.visibility != Visibility.PUBLIC or card.is_commons:  # where nobody would look at it
        raise NotFound("There is no such report here.")
    if not complaint.is_open:
        raise Conflict("This report is closed. If it is still there, report it anew.")
    said = words.strip()
    words = said if words_too or takes_words(card) else ""
    if len(words) > LONGEST:
        raise Invalid("Up to %(most)s characters, please.", field="words", most=LONGEST)
    if len(photos) > MOST_PHOTOS:
        raise Invalid("Send up to %(most)s photos.", field="photos", most=MOST_PHOTOS)
    if not photos and said and not words:
        raise Invalid("Words aren't taken to this report. Choose a photo that shows it.", field="photos")
    if not photos and not words:
        raise Invalid("Choose a photo that shows it.", field="photos")
    before = waiting(session, complaint.id)
    if len(before) >= MOST_WAITING:
        raise Conflict("Others have added enough for now; the officials are looking at it. Thank you.")
    kept = [] if trial else evidence.keep(office.storage, card.id, complaint.id, photos)
    handling.move(
        session,
        office,
        complaint,
        ADD,
        actor=SYSTEM,
        card=card,
        now=now,
        carried=Carried(words={Need.NOTE: words} if words else {}),
    )
    evidence.add_rows(session, complaint, kept, side=evidence.ADDED, now=now)
    session.flush()
    for one in kept:
        office.queue.defer(session, "process_evidence", card.id, one.id)
    if not before:
        book = office.rulebooks.of(session, card)
        telling.remind(session, office, complaint, "holder", card=card, book=book, now=now, event="added")


def show(
    session: Session,
    office: Office,
    complaint: Complaint,
    number: int,
    *,
    words: str,
    actor: Actor,
    card: TenantCard,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Show an addition to everybody. words: as they are to be read, which an official may have shortened.

    Raises NotFound, Conflict, Invalid, and as `handling.move` does.
    """
    addition = _waiting(session, complaint.id, number)
    if not addition.photos and not words.strip():
        raise Invalid("Write what everybody is to read, or leave it out.", field=Need.NOTE.value)
    handling.move(
        session,
        office,
        complaint,
        SHOW,
        actor=actor,
        card=card,
        now=now,
        carried=Carried(
            words={Need.NOTE: words} if words.strip() else {}, detail={"number": number, OF: str(addition.row_id)}
        ),
        expected_version=expected_version,
    )
    for row in addition.photos:
        row.side = evidence.OTHERS
    session.flush()


def leave_out(
    session: Session,
    office: Office,
    complaint: Complaint,
    number: int,
    *,
    actor: Actor,
    card: TenantCard,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Show nobody what was added. Raises NotFound, Conflict, and as `handling.move` does."""
    addition = _waiting(session, complaint.id, number)
    handling.move(
        session,
        office,
        complaint,
        LEAVE,
        actor=actor,
        card=card,
        now=now,
        carried=Carried(detail={"number": number, OF: str(addition.row_id)}),
        expected_version=expected_version,
    )
    for row in addition.photos:
        row.state = "refused"
    session.flush()


def waiting(session: Session, complaint_id: UUID) -> list[Addition]:
    """What waits for an official, oldest first; one statement where nothing was added."""
    rows = session.scalars(
        select(HistoryRow)
        .where(HistoryRow.complaint_id == complaint_id, HistoryRow.move.in_((ADD, SHOW, LEAVE)))
        .order_by(HistoryRow.number)
    ).all()
    decided = decisions(rows)
    added = [row for row in rows if row.move == ADD and row.id not in decided]
    if not added:
        return []
    ids = [row.remark_id for row in added if row.remark_id]
    said = {one.id: one.body for one in session.scalars(select(Remark).where(Remark.id.in_(ids)))} if ids else {}
    photos = session.scalars(
        select(Evidence)
        .where(Evidence.complaint_id == complaint_id, Evidence.side == evidence.ADDED, Evidence.state != "refused")
        .order_by(Evidence.id)
    ).all()
    return [
        Addition(
            row.id,
            row.remark_id,
            row.number,
            row.at,
            said.get(row.remark_id, "") if row.remark_id else "",
            [one for one in photos if one.created_at == row.at],
        )
        for row in added
    ]


def decisions(rows: Sequence[HistoryRow]) -> dict[UUID, str]:
    """What was decided of additions: by the id of an addition's row the move that did. rows: of one complaint."""
    numbered = {row.number: row.id for row in rows if row.move == ADD}
    found = {}
    for row in rows:
        if row.move in (SHOW, LEAVE):
            ours = numbered.get(row.detail.get("number", 0)) if OF not in row.detail else UUID(row.detail[OF])
            if ours is not None:
                found[ours] = row.move
    return found


def settle(session: Session, complaint_id: UUID) -> None:
    """Let the photos of additions be as the history says, once it has come along from another city."""
    rows = session.scalars(select(HistoryRow).where(HistoryRow.complaint_id == complaint_id)).all()
    decided = decisions(rows)
    at = {row.at: decided[row.id] for row in rows if row.id in decided}
    if not at:
        return
    for photo in session.scalars(
        select(Evidence).where(Evidence.complaint_id == complaint_id, Evidence.side == evidence.ADDED)
    ):
        if at.get(photo.created_at) == SHOW:
            photo.side = evidence.OTHERS
        elif at.get(photo.created_at) == LEAVE:
            photo.state = "refused"


def _waiting(session: Session, complaint_id: UUID, number: int) -> Addition:
    found = next((one for one in waiting(session, complaint_id) if one.number == number), None)
    if found is None:
        raise Conflict("Somebody has decided about this addition already.")
    return found
