"""What comes to an agency and to nobody in particular: its people hear of it too, not its mailbox alone.

Their devices are notified; and where an agency has no address of its own, as in a city's first days, they are written
to themselves. Nobody works there yet and it has no address: whoever oversees the city's desk hears of it instead. Of a
new report a job tells them, so that filing waits for none of it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.audience.agency_address import AgencyAddress, address_of
from complaints.audience.notices import InLanguage, tell_people
from complaints.audience.wording import Wording
from complaints.complaint import Complaint
from complaints.intake import LOGGED
from complaints.office import Office
from complaints.rules.rulebook import Rulebook
from complaints.workflow import Status
from messages.outbox import Message
from messages.push import PushSubscription
from messages.queue import Job
from people import seats
from people.permissions import Permission, Role, may
from people.seat import SeatAgency
from people.seats import Addressee
from tenants.directory import TenantCard
from tenants.scope import tenant_of

TELL = "tell_of_arrival"
"""The job that tells an agency's people of a new report; its row is the report."""

FOR_AGENCY, IN_AGENCY = "new_for_agency", "new_in_agency"
"""The same news: what the mailbox gets, and what its people get."""

HANDLERS = tuple(role for role in Role if may(role, Permission.HANDLE))
_OVERSEERS = tuple(role for role in HANDLERS if may(role, Permission.SEE_ALL_AGENCIES))
_ADMINS = tuple(role for role in _OVERSEERS if may(role, Permission.CONFIGURE))


def jobs_of_complaints(office: Office, session: Session, complaint_ids: Sequence[UUID]) -> list[Job]:
    """For the relay: the telling of these new filings, where anybody would hear of it beside a mailbox."""
    card = office.card_of(tenant_of(session))
    if card is None:
        return []
    book = office.rulebooks.of(session, card)
    rows = session.execute(
        select(Complaint.id, Complaint.agency_id).where(
            Complaint.id.in_(complaint_ids), Complaint.agency_id.is_not(None), Complaint.channel != LOGGED
        )
    ).all()
    without = {one for _id, one in rows if one and not address_of(book.agencies.get(one), office.ways)}
    notified = select(SeatAgency.agency_id).join(
        PushSubscription,
        (PushSubscription.tenant_id == SeatAgency.tenant_id) & (PushSubscription.reader_id == SeatAgency.seat_id),
    )
    hearing = without | set(session.scalars(notified.distinct()) if rows else ())
    return [Job(TELL, book.tenant_id, id_) for id_, agency_id in rows if agency_id in hearing]


def tell(session: Session, office: Office, card: TenantCard, complaint_id: UUID, now: datetime) -> None:
    """Tell the agency's people of a new report that nobody has taken meanwhile; running twice tells nobody twice."""
    complaint = session.scalar(select(Complaint).where(Complaint.id == complaint_id))
    if complaint is None or complaint.status != Status.RECEIVED or complaint.holder_id is not None:
        return
    told = select(Message.id).where(Message.complaint_id == complaint_id, Message.event == IN_AGENCY).limit(1)
    if complaint.agency_id is None or session.scalar(told) is not None:
        return
    book = office.rulebooks.of(session, card)
    address = address_of(book.agencies.get(complaint.agency_id), office.ways)
    tell_its_people(
        session,
        office,
        complaint.agency_id,
        FOR_AGENCY,
        address,
        Wording(complaint, card, book, {}),
        complaint_id=complaint_id,
        card=card,
        now=now,
        urgent=complaint.urgency == 0,
        cause_id=complaint_id,
    )


def tell_its_people(
    session: Session,
    office: Office,
    agency_id: UUID | None,
    event: str,
    address: AgencyAddress,
    values: InLanguage,
    *,
    complaint_id: UUID,
    card: TenantCard,
    now: datetime,
    delay: timedelta = timedelta(0),
    urgent: bool = False,
    cause_id: UUID | None = None,
) -> None:
    """Tell those who handle an agency's complaints, each as they chose: of what is new by their devices, and by mail
    where the agency has no address; of anything else only there.
    """
    if agency_id is None or (address and event != FOR_AGENCY):
        return
    tell_people(
        session,
        office,
        people_of(session, office.rulebooks.of(session, card), agency_id, address),
        IN_AGENCY if event == FOR_AGENCY else event,
        values,
        complaint_id=complaint_id,
        card=card,
        now=now,
        delay=delay,
        urgent=urgent,
        cause_id=cause_id,
        by_mail=not address,
    )


def people_of(session: Session, book: Rulebook, agency_id: UUID, address: AgencyAddress) -> list[Addressee]:
    """Who handles an agency's complaints. address: the agency's own.

    Where neither they nor an address are there: who oversees the city's desk, else the city's administrators.
    """
    people = seats.addressees_of(session, roles=HANDLERS, agency_id=agency_id)
    if people or address:
        return people
    overseers = seats.addressees_of(session, roles=_OVERSEERS, agency_id=book.desk_id) if book.desk_id else []
    return overseers or seats.addressees_of(session, roles=_ADMINS)
