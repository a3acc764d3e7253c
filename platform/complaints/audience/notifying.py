"""Notifications on the devices of a complaint's reporter, who may have left no address at all.

The devices stay in the tenant in which it was reported: no browser's address crosses to another.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from complaints.office import Office
from messages import outbox, preferences, push, texts
from messages.letter import Channel
from messages.preferences import REPORTERS, Choices
from messages.push import PushSubscription, Whose
from tenants import scope
from tenants.directory import TenantCard
from tenants.errors import NotFound

FIRST = ("received", "received_commons")
"""When it is received, no device can have asked yet."""


def notify_reporter(
    session: Session,
    office: Office,
    facts: tuple[UUID, str, UUID],
    event: str,
    values: Callable[[str], Mapping[str, str]],
    choices: Choices,
    card: TenantCard,
    now: datetime,
    delay: timedelta,
) -> None:
    """Write a notification for each device, unless they want none of such events. facts: id, reference, birth."""
    complaint_id, reference, birth_tenant_id = facts
    wanted = preferences.how(REPORTERS, choices, event, Channel.EMAIL) is not preferences.How.NEVER
    if office.push_key is None or event in FIRST or not wanted or birth_tenant_id not in office.directory.by_id:
        return
    manage_url = office.manage_url(card, reference, birth_tenant_id, complaint_id)
    with scope.enter(session, birth_tenant_id):
        for device in push.devices_of(session, [complaint_id]):
            words = {**values(device.language), "url": manage_url, "manage_url": manage_url}
            subject, body = texts.compose(event, device.language, words, card.texts)
            outbox.post(
                session,
                event=event,
                channel=Channel.PUSH,
                destination=str(device.id),
                language=device.language,
                subject=subject,
                body=body,
                link=manage_url,
                complaint_id=complaint_id,
                now=now,
                delay=delay,
                defer_with=office.queue,
            )


def add_device(
    session: Session,
    office: Office,
    complaint: Complaint,
    *,
    endpoint: str,
    p256dh: str,
    auth: str,
    language: str,
    now: datetime,
) -> None:
    """Notify the reporter on a browser from now on. Raises Invalid; NotFound where there are no notifications."""
    if office.push_key is None:
        raise NotFound("This platform sends no notifications.")
    if complaint.birth_tenant_id not in office.directory.by_id:
        raise NotFound("The city that this report was sent to first has left; it sends no notifications.")
    complaint_id = complaint.id
    with scope.enter(session, complaint.birth_tenant_id):
        push.subscribe(
            session,
            Whose.REPORT,
            complaint_id,
            endpoint=endpoint,
            p256dh=p256dh,
            auth=auth,
            language=language,
            now=now,
            also_here=office.push_also_here,
        )


def take_off(session: Session, complaint: Complaint, endpoint: str | None) -> None:
    """Notify the reporter no more on a browser, or on none at all."""
    complaint_id = complaint.id
    with scope.enter(session, complaint.birth_tenant_id):
        push.unsubscribe(session, complaint_id, endpoint)


def devices_of(session: Session, complaint: Complaint) -> int:
    """On how many browsers the reporter is notified."""
    complaint_id = complaint.id
    with scope.enter(session, complaint.birth_tenant_id):
        found: list[PushSubscription] = push.devices_of(session, [complaint_id])
        return len(found)
