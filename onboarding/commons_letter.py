"""A mail to a government that isn't on the platform: what its residents report meanwhile, once a week at most."""

import hmac
import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints.complaint import Complaint
from complaints.counts.waiting import Waiting
from complaints.office import Office
from messages import operating, outbox
from onboarding import place
from onboarding.place import Freedom
from tenants import scope
from tenants.catalogue import Municipality, current_code, first_code
from tenants.database import Base
from tenants.errors import NotFound
from tenants.tenant import COMMONS_ID, in_language

EVENT = "commons_waits"
LANGUAGE = "id"
MOST_LINES = 5
ZONE = ZoneInfo("Asia/Jakarta")

log = logging.getLogger(__name__)


class CommonsLetter(Base):
    """A letter was written to a municipality in an ISO week, such as 2026-W48. reports: how many waited then."""

    __tablename__ = "commons_letters"

    municipality_code: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(primary_key=True)
    reports: Mapped[int]
    written_at: Mapped[datetime]


class CommonsLetterEnd(Base):
    """A municipality doesn't want these letters."""

    __tablename__ = "commons_letter_ends"

    municipality_code: Mapped[str] = mapped_column(primary_key=True)
    ended_at: Mapped[datetime]


def write(session: Session, office: Office, now: datetime) -> int:
    """The letters of this week, each once however often it is asked; how many were written now.

    To free municipalities with a published address for which something waits. One transaction for each, so that a
    crash or a fault of one leaves the others alone. The session is in no tenant.
    """
    week = week_of(now)
    ended, written = select(CommonsLetterEnd.municipality_code), 0
    rows = session.execute(
        select(Municipality.code, Municipality.name, Municipality.contact_email, Waiting.reports)
        .join(Waiting, Waiting.municipality_code == Municipality.code)
        .where(
            place.condition(Freedom.FREE),
            Municipality.contact_email.is_not(None),
            Municipality.code.not_in(ended),
            Waiting.reports > 0,
        )
        .order_by(Municipality.code)
    ).all()
    for row in rows:
        first = insert(CommonsLetter).values(municipality_code=row.code, week=week, reports=row.reports, written_at=now)
        try:
            taken = session.execute(first.on_conflict_do_nothing().returning(CommonsLetter.week)).scalar()
            if taken is not None:
                _post(session, office, row.code, row.name, row.contact_email, row.reports, now)
            session.commit()
            written += taken is not None
        except Exception:  # whatever is wrong with one of them, the others are written to
            session.rollback()
            scope.name_tenant(session, None)
            log.exception("a letter to a government couldn't be written", extra={"municipality": row.code})
    return written


def week_of(instant: datetime) -> str:
    """The ISO week of an instant in the capital."""
    year, week, _day = instant.astimezone(ZONE).isocalendar()
    return f"{year}-W{week:02}"


def token_of(secret: bytes, code: str) -> str:
    """What the link of a letter carries so that only its reader ends them. code: the one that the link names."""
    return hmac.digest(secret, f"commons letter/{code}".encode(), "sha256").hex()[:32]


def name_of(session: Session, office: Office, code: str, token: str) -> tuple[str, bool]:
    """(the municipality of a letter's link, whether its letters have ended). Raises NotFound for another token."""
    current = _named(session, code)
    name = session.scalar(select(Municipality.name).where(Municipality.code == current))
    if name is None or not hmac.compare_digest(token, token_of(office.secret, code)):
        raise NotFound("This link ends no messages. Copy it whole from the mail.")
    return name, session.get(CommonsLetterEnd, current) is not None


def end(session: Session, office: Office, code: str, token: str, now: datetime) -> str:
    """No more letters to this municipality, from now on; its name. A second time too."""
    name, _ended = name_of(session, office, code, token)
    ended = insert(CommonsLetterEnd).values(municipality_code=_named(session, code), ended_at=now)
    session.execute(ended.on_conflict_do_nothing())
    return name


def _named(session: Session, code: str) -> str:
    """Today's code of the municipality that a link names by its first one, which stays its own whatever it is given
    later. Letters of before named the code of their day.
    """
    today = session.scalar(select(Municipality.code).where(first_code() == code).order_by(Municipality.code).limit(1))
    return today or current_code(session, code)


def _post(session: Session, office: Office, code: str, name: str, email: str, reports: int, now: datetime) -> None:
    first = session.scalars(select(first_code()).where(Municipality.code == code)).one()
    ending = f"{office.addresses.national}/unsubscribe/commons/{first}/{token_of(office.secret, first)}"
    values = {
        "city": name,
        "count": str(reports),
        "lines": "\n".join(_lines(session, office, code)),
        "url": f"{office.addresses.national}/signup?municipality={code}",
        "ending": ending,
    }
    with scope.enter(session, COMMONS_ID):
        outbox.mail(
            session,
            office.queue,
            EVENT,
            email,
            operating.compose(EVENT, LANGUAGE, values),
            language=LANGUAGE,
            now=now,
            unsubscribe_url=ending,
        )


def _lines(session: Session, office: Office, code: str) -> Sequence[str]:
    """The kinds of problem that wait most, with their number; nobody's words."""
    book = office.rulebooks.of(session, office.directory.commons)
    former = session.scalars(select(Municipality.former_codes).where(Municipality.code == code)).first() or []
    others = session.scalars(select(Municipality.code).where(Municipality.code.in_(former), Municipality.code != code))
    codes = {code, *former} - set(others)
    with scope.enter(session, COMMONS_ID):
        rows: Sequence[tuple[UUID, int]] = [
            (row.category_id, row.reports)
            for row in session.execute(
                select(Complaint.category_id, func.count().label("reports"))
                .where(Complaint.is_open, Complaint.routing["municipality_code"].astext.in_(codes))
                .group_by(Complaint.category_id)
                .order_by(func.count().desc(), Complaint.category_id)
                .limit(MOST_LINES)
            )
        ]
    named = [(book.category_by_id(category_id), count) for category_id, count in rows]
    return [f"• {in_language(entry.name, LANGUAGE)}: {count}" for entry, count in named if entry is not None]
