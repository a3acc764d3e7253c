"""An official says which object a complaint is about: a correction that moves nobody's work, with a row of the history.

Whose the object makes it stands in the why-here sentence from then on; handing it there is a step of its own.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from complaints import asset, handling
from complaints.actor import Actor
from complaints.complaint import Complaint
from complaints.correcting import MOVE
from complaints.history import append_history
from complaints.office import Office
from complaints.overlay import overlays_at
from complaints.routing import about
from tenants.directory import TenantCard
from tenants.errors import Invalid


def pick(
    session: Session,
    office: Office,
    complaint: Complaint,
    code: str,
    *,
    actor: Actor,
    card: TenantCard,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Let a complaint be about the object of this code, or about none where it is "".

    Raises Invalid, field asset, for an unknown object or one far away, and as `handling.admit` does.
    """
    handling.admit(session, office, complaint, MOVE, actor=actor, card=card, expected_version=expected_version)
    found = asset.by_code(session, code) if code else None
    if code and found is None:
        raise Invalid("Choose one of the objects near the place.", field="asset")
    if found is not None and (
        complaint.lon is None or complaint.lat is None or not found.is_near(complaint.lon, complaint.lat)
    ):
        raise Invalid("This object is far from the place of the report. Correct the place first.", field="asset")
    before = asset.by_id(session, complaint.asset_id) if complaint.asset_id else None
    if (before.id if before else None) == (found.id if found else None):
        raise Invalid("Nothing differs from what the report says now.", field="asset")
    book = office.rulebooks.of(session, card)
    there = overlays_at(office, found.lon, found.lat, now) if found else {}
    rule = book.asset_rule(complaint.category_id, found.attributes, there) if found else None
    with session.no_autoflush:  # one UPDATE, so that the version rises by one
        complaint.asset_id = found.id if found else None
        routing = {name: value for name, value in complaint.routing.items() if name != "asset"}
        complaint.routing = routing | about(found, rule)
        changed = {"asset": [before.code if before else None, found.code if found else None]}
        append_history(
            session,
            complaint,
            MOVE,
            from_status=complaint.status,
            actor=actor,
            now=now,
            public=False,
            detail={"changed": changed},
        )
    handling.flush_or_refuse(session)
