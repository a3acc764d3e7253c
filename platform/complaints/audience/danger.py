"""Danger is told at once: who has an alert hears of a public report of a dangerous kind within minutes, not once a day.

A job tells it some minutes after the filing, so that what is taken back by then is told to nobody. The day's message
tells it no second time. An address hears of so many a day at once; what is more comes with the day's message.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.audience import alerts, ending_link
from complaints.audience.alerts import Alert
from complaints.complaint import Complaint
from complaints.office import Office
from messages import digest, outbox, texts
from messages.digest import DigestLine, Reader
from messages.footing import ENDING, footed
from messages.queue import Job
from people import limits
from tenants.directory import TenantCard
from tenants.scope import tenant_of

WARN = "warn_of_danger"
"""The job that tells of a dangerous report; its row is the report."""

EVENT = "alerted_now"
AFTER = timedelta(minutes=3)
MOST_A_DAY = 5
DAY = timedelta(days=1)


def jobs_of_complaints(office: Office, session: Session, complaint_ids: Sequence[UUID], now: datetime) -> list[Job]:
    """For the relay: the telling of those of these new filings that are dangerous, where anybody has an alert."""
    tenant_id = tenant_of(session)
    book = office.rulebooks.of(session, office.directory.by_id[tenant_id])
    dangerous = [entry.id for entry in book.categories.values() if entry.safety]
    if not dangerous or session.scalar(select(Alert.id).where(Alert.confirmed_at.is_not(None)).limit(1)) is None:
        return []
    found = session.scalars(
        select(Complaint.id).where(
            Complaint.id.in_(complaint_ids), Complaint.category_id.in_(dangerous), Complaint.visibility == "public"
        )
    )
    return [Job(WARN, tenant_id, complaint_id, now + AFTER) for complaint_id in found]


def warn(session: Session, office: Office, card: TenantCard, complaint_id: UUID, now: datetime) -> int:
    """Mail a report, if it is public still, to each address with an alert that it fits; how many. Once to each."""
    report = alerts.public_report(session, complaint_id)
    if report is None:
        return 0
    book = office.rulebooks.of(session, card)
    around = [one.id for one in book.areas_up(report.area_id)]
    told = set(
        session.scalars(
            select(DigestLine.reader_id).where(DigestLine.cause_id == report.id, DigestLine.event == alerts.EVENT)
        )
    )
    for alert in session.scalars(select(Alert).where(Alert.confirmed_at.is_not(None)).order_by(Alert.id)).all():
        reader = alerts.reader_id(card.id, alert.email)
        if reader in told or not alerts.wanted_of(alert).fits(report, around):
            continue
        if limits.count(session, f"danger/{reader}", window=DAY, now=now) > MOST_A_DAY:
            continue
        words = alerts.words_of(office, card, book, alert, report)
        subject, body = texts.compose(EVENT, alert.language, words, card.texts)
        ending_url = ending_link.of_follower(words["manage_url"])
        letter = subject, footed(body, alert.language, ENDING, ending_url)
        message_id = outbox.mail(
            session,
            office.queue,
            EVENT,
            alert.email,
            letter,
            language=alert.language,
            now=now,
            unsubscribe_url=ending_url,
        )
        digest.note_told(
            session,
            Reader(reader, alert.email, alert.language, words["manage_url"], ending_url, due_at=now),
            event=alerts.EVENT,
            subject=subject,
            link=words["url"],
            cause_id=report.id,
            told_in=message_id,
            now=now,
        )
        told.add(reader)
    return len(told)
