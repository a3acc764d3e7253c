"""Work that was done off the platform, written down: filed, started and finished by the ordinary moves at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from complaints import filing, handling
from complaints.destination import destination
from complaints.evidence import Photo
from complaints.filing import Filed
from complaints.handling import Actor, Carried
from complaints.intake import LOGGED
from complaints.office import Office
from complaints.report import Report
from complaints.workflow import Need, Step
from tenants.directory import TenantCard
from tenants.errors import Invalid


def write_down(
    session: Session,
    office: Office,
    report: Report,
    *,
    key: str,
    note: str,
    actor: Actor,
    card: TenantCard,
    photos: Sequence[Photo] = (),
    now: datetime,
) -> Filed:
    """File done work and finish it, in the caller's transaction; the same key again changes nothing.

    In a city with the step of validation it waits to be validated. Raises Invalid naming the field, or for ground that
    isn't this city's; NotAllowed where the work is another agency's.
    """
    if not note.strip():
        raise Invalid("Write a note: one sentence is enough.", field="note")
    logged = replace(report, description=note, channel=LOGGED, filed_by=actor.seat_id)
    if destination(session, office, logged, card, now).card.id != card.id:
        raise Invalid("This place lies in another city: only work in this city can be written down here.", field="spot")
    filed = filing.file_complaint(session, office, logged, key=key, host=card, now=now)
    if filed.repeated:
        return filed
    finish = "submit" if Step.VALIDATION in handling.steps_of(card) else "resolve"
    for name, carried in (
        ("start", Carried()),
        # work that is over can't be photographed by our page's camera any more: the note says so
        (finish, Carried(words={Need.NOTE: note}, photos=photos, waiver=note)),
    ):
        complaint = handling.complaint_here(session, filed.complaint_id)
        handling.move(session, office, complaint, name, actor=actor, card=card, now=now, carried=carried)
    return filed
