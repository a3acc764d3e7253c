"""Who hears of a move: the reporter, the agency, those who decide above it.

Of a step for many the agency hears once, of all together (`batch.py`).
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from complaints.audience import announcing, telling
from complaints.audience.batch import BATCH
from complaints.carried import Carried
from complaints.complaint import Complaint
from complaints.office import Office
from complaints.rules import quarrel
from complaints.rules.rulebook import Rulebook
from tenants.database import Words
from tenants.directory import TenantCard


def tell(
    session: Session,
    office: Office,
    complaint: Complaint,
    name: str,
    carried: Carried,
    *,
    card: TenantCard,
    book: Rulebook,
    now: datetime,
    delay: timedelta,
) -> None:
    """Write the messages about a move. delay: for how long it can be taken back."""
    said: dict[str, str | datetime | Words] = {need.value: words for need, words in carried.words.items()}
    if carried.right_category is not None:
        said["right_category"] = book.category(carried.right_category).name
    if name in telling.REPORTER_HEARS:
        announcing.send_ahead(session, office, complaint, now)
        telling.tell_reporter(
            session,
            office,
            complaint,
            "wrong_category" if carried.right_category is not None else telling.REPORTER_HEARS[name],
            card=card,
            book=book,
            now=now,
            said=said,
            delay=delay,
        )
    if complaint.pause_asked_at == now:
        telling.remind(
            session, office, complaint, "supervisor", card=card, book=book, now=now, event="pause_asked", delay=delay
        )
    if name == quarrel.DISAGREE:
        telling.remind(session, office, complaint, "supervisor", card=card, book=book, now=now, event=name, said=said)
    if name in telling.AGENCY_HEARS and BATCH not in carried.detail:
        telling.tell_agency(
            session,
            office,
            complaint,
            telling.AGENCY_HEARS[name],
            card=card,
            book=book,
            now=now,
            said=said,
            delay=delay,
            seat_id=carried.seat_id,
        )
