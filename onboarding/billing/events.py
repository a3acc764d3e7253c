"""Calls of the payment provider: signed, each kept once by its id, and settled by reading how the customer stands."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from complaints.office import Office
from onboarding.billing.event import BillingEvent
from onboarding.billing.following import follow, tenant_of_customer
from onboarding.billing.provider import Provider, Told
from tenants import scope
from tenants.errors import AduanError

ABOUT = ("checkout.session.", "customer.subscription.", "invoice.")
"""Of all that can be told, what may change how a city stands."""
UNKNOWN = "unknown customer"
MOST = 1_000


def receive(session: Session, office: Office, provider: Provider, told: Told, now: datetime) -> None:
    """Keep an event and settle it; nothing where that was done before. Commits.

    What couldn't be read stays kept and unsettled, and raises: the provider then calls again, and `replay` finds it.
    """
    row = {
        "id": told.id,
        "type": told.type,
        "created_at": told.created_at,
        "customer_ref": told.customer_ref,
        "received_at": now,
        "tries": 0,
    }
    session.execute(insert(BillingEvent).values(row).on_conflict_do_nothing())
    event = session.get_one(BillingEvent, told.id)
    settled = event.settled_at is not None
    session.commit()
    if not settled:
        settle(session, office, provider, told.id, now)


def settle(session: Session, office: Office, provider: Provider, event_id: str, now: datetime) -> None:
    """Read how the customer of an event stands, and note that it is done. Commits; an error is noted and raised."""
    event = session.get_one(BillingEvent, event_id)
    event.tries += 1
    tenant_id = tenant_of_customer(session, event.customer_ref)
    matters = event.type.startswith(ABOUT)
    session.commit()
    fault: str | None = None
    try:
        if matters and (tenant_id is None or not follow(session, office, provider, tenant_id, now)):
            fault = UNKNOWN
    except AduanError as error:
        session.rollback()
        scope.name_tenant(session, None)
        session.get_one(BillingEvent, event_id).fault = type(error).__name__
        session.commit()
        raise
    event = session.get_one(BillingEvent, event_id)
    event.settled_at, event.fault = now, fault
    session.commit()


def to_replay(session: Session, since: datetime | None) -> Sequence[str]:
    """Ids of events that weren't settled or were about nobody, and of all since an instant.

    First those that weren't settled, however many were about nobody; of each the oldest first.
    """
    wanted = or_(BillingEvent.settled_at.is_(None), BillingEvent.fault.is_not(None))
    if since is not None:
        wanted = or_(wanted, BillingEvent.received_at >= since)
    found = (
        select(BillingEvent.id)
        .where(wanted)
        .order_by(BillingEvent.settled_at.is_not(None), BillingEvent.received_at, BillingEvent.id)
    )
    return session.scalars(found.limit(MOST)).all()
