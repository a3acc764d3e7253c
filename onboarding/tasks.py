"""What the worker does for this floor."""

from datetime import datetime

from sqlalchemy.orm import Session

from messages.queue import Queue
from onboarding import claim


def register(queue: Queue) -> None:
    """Name this floor's tasks to the queue; called once per process, where the app is put together."""

    @queue.periodic("forget_claims", "50 18 * * *")
    def forget_claims(session: Session, now: datetime) -> None:
        claim.forget(session, now)
