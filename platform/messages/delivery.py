"""What a provider says became of a message: arrived, came back for good or for now, or was marked as unwanted."""

import logging
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from messages import destination
from messages.destination import Closed
from messages.outbox import Message, State, tenant_in
from messages.queue import Queue
from messages.sending import hand_to_the_next_way
from tenants import scope
from tenants.tenant import Tenant

logger = logging.getLogger(__name__)

LONGEST_REASON = 200


class Fate(StrEnum):
    """By the names of docs/messages.md."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    DELAYED = "delayed"
    UNWANTED = "unwanted"


def report(session: Session, queue: Queue, key: str, fate: Fate, reason: str, now: datetime) -> bool:
    """Note the fate of the message with this key, in its tenant's scope; False for a key that is none of ours.

    What came back for good closes its destination, and the next way is tried; told twice it is told once.
    """
    tenant_id = tenant_in(key)
    if tenant_id is None or session.get(Tenant, tenant_id) is None:
        return False
    with scope.enter(session, tenant_id):
        message = session.scalars(select(Message).where(Message.key == key).with_for_update()).one_or_none()
        if message is None:
            return False
        said = destination.without_addresses(reason)[:LONGEST_REASON]
        if fate is Fate.BOUNCED and message.state != State.DEAD:
            message.state = State.DEAD
            message.last_error = f"It came back: {said}".strip()
            destination.close(session, message.channel, message.destination, Closed.FAILING, message.last_error, now)
            hand_to_the_next_way(session, queue, message)
        elif fate is Fate.UNWANTED:
            destination.close(
                session,
                message.channel,
                message.destination,
                Closed.STOPPED,
                f"Marked as unwanted. {said}".strip(),
                now,
            )
        elif fate is Fate.DELAYED and message.state == State.SENT:
            message.last_error = f"Delayed: {said}".strip()
        session.flush()
    logger.info("a provider reported", extra={"fate": fate.value})
    return True
