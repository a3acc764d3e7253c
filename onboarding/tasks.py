"""What the worker does for this floor."""

from datetime import datetime

from sqlalchemy.orm import Session

from complaints.office import Office
from messages.queue import Queue
from onboarding import billing, claim, commons_letter, opening
from onboarding.boundaries import acceptance, area_proposal
from onboarding.leaving import archiving, departure
from onboarding.operating import blocking
from people import help_request


def register(queue: Queue, office: Office) -> None:
    """Name this floor's tasks to the queue; called once per process, where the app is put together."""

    archiving.register(queue, office)
    departure.register(queue, office)
    billing.register(queue, office)

    @queue.periodic("forget_claims", "50 18 * * *")
    def forget_claims(session: Session, now: datetime) -> None:
        claim.forget(session, now)

    @queue.periodic("forget_what_operators_did", "55 18 * * *")
    def forget_what_operators_did(session: Session, now: datetime) -> None:
        help_request.forget(session, now, present=office.directory.by_id.keys())
        blocking.forget(session, now)

    @queue.periodic("apply_new_boundaries", "*/10 * * * *")
    def apply_new_boundaries(session: Session, now: datetime) -> None:
        acceptance.apply_due(session, office, now)
        opening.open_agreed(session, office, now)

    @queue.periodic("propose_areas", "*/5 * * * *")
    def propose_areas(session: Session, now: datetime) -> None:
        area_proposal.look(session, office, now)

    @queue.periodic("write_to_governments", "30 1 * * 1")
    def write_to_governments(session: Session, now: datetime) -> None:
        commons_letter.write(session, office, now)
