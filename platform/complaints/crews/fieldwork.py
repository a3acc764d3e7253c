"""Work by link: an official sends one task to a crew without a seat; what comes back waits for the official's word.

The link shows the place, the photos and the task, and nothing of the reporter. It ends by itself, with the report, or
when the official takes it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import evidence, handling, workflow
from complaints.audience import telling
from complaints.audience.wording import Said
from complaints.complaint import Complaint, Evidence
from complaints.crews.sent_work import Sent, links_of
from complaints.crews.work_link import WorkLink, WorkResult, link_id_in, token_of
from complaints.evidence import Photo
from complaints.handling import SYSTEM, Actor, Carried
from complaints.office import Office
from complaints.workflow import Need, Status
from messages import outbox, texts
from messages.letter import Channel
from people.contacts import checked_email, checked_phone
from tenants.database import new_id
from tenants.directory import TenantCard
from tenants.errors import Conflict, Invalid, NotFound
from tenants.tenant import in_language
from tenants.times import due_time

BY_HAND = "none"
CHANNELS = (Channel.WHATSAPP.value, Channel.EMAIL.value, BY_HAND)
HOLDS = (1, 3, 7)
"""For how many days a link may hold."""
LONGEST_TASK, LONGEST_NAME = 1000, 80
MOST_RESULTS = 10
MOST_LINKS = 20


@dataclass(frozen=True)
class Order:
    """What an official sends. days: for how long the link holds, of HOLDS."""

    crew: str
    task: str
    channel: str
    destination: str
    days: int


def send(
    session: Session,
    office: Office,
    complaint: Complaint,
    order: Order,
    *,
    actor: Actor,
    card: TenantCard,
    now: datetime,
    expected_version: int | None = None,
) -> WorkLink:
    """Make the link, and mail it where that was chosen. Raises Invalid naming the field, and as `handling.move`."""
    crew, task = order.crew.strip(), order.task.strip()
    if not crew or len(crew) > LONGEST_NAME:
        raise Invalid("Write who gets the task, in up to %(most)s characters.", field="crew", most=LONGEST_NAME)
    if not task or len(task) > LONGEST_TASK:
        raise Invalid("Write what is to be done, in up to %(most)s characters.", field="task", most=LONGEST_TASK)
    if order.channel not in CHANNELS:
        raise Invalid("Choose how the link is sent.", field="channel")
    if order.days not in HOLDS:
        raise Invalid("Choose for how long the link holds.", field="days")
    destination = _destination(order)
    if len(links_of(session, complaint.id)) >= MOST_LINKS:
        raise Invalid("This report has been sent out often enough; take a link back or finish one first.")
    link_id, complaint_id = new_id(), complaint.id
    seat_id = actor.seat_id
    if seat_id is None:
        raise ValueError("a task is sent by a member of staff")
    row = handling.move(
        session,
        office,
        complaint,
        "delegate",
        actor=actor,
        card=card,
        now=now,
        carried=Carried(detail={"link_id": str(link_id), "channel": order.channel}),
        expected_version=expected_version,
    )
    link = WorkLink(
        id=link_id,
        complaint_id=complaint_id,
        sent_by_id=seat_id,
        crew=crew,
        channel=order.channel,
        destination=destination,
        task=task,
        created_at=row.at,
        expires_at=now + timedelta(days=order.days),
    )
    session.add(link)
    session.flush()
    if order.channel == Channel.EMAIL and destination:
        language = card.languages[0]
        subject, body = message(session, office, complaint, link, card, language)
        outbox.post(
            session,
            event="work",
            channel=Channel.EMAIL,
            destination=destination,
            language=language,
            subject=subject,
            body=body,
            complaint_id=complaint_id,
            now=now,
            defer_with=office.queue,
        )
    return link


def _destination(order: Order) -> str | None:
    if order.channel == Channel.EMAIL:
        email = checked_email(order.destination, field="destination")
        if email is None:
            raise Invalid("Write the e-mail address of the crew.", field="destination")
        return email
    if order.channel == Channel.WHATSAPP:
        phone = checked_phone(order.destination, field="destination")
        if phone is None:
            raise Invalid("Write the WhatsApp number of the crew.", field="destination")
        return phone
    return None


def address(office: Office, card: TenantCard, link: WorkLink) -> str:
    """The link itself, on the city's host."""
    return f"{office.addresses.of(card)}/work/{token_of(office.secret, card.id, link.id)}"


def message(
    session: Session, office: Office, complaint: Complaint, link: WorkLink, card: TenantCard, language: str
) -> tuple[str, str]:
    """(subject, text) that carry the link to the crew; for WhatsApp the official sends the text."""
    category = office.rulebooks.of(session, card).category_ever(complaint.category_id)
    fallback = list(card.languages)
    values = {
        "reference": complaint.reference,
        "city": in_language(card.name, language, fallback),
        "category": in_language(category.name, language, fallback) if category else "–",
        "who": link.crew,
        "note": link.task,
        "due": due_time(link.expires_at, language, card.time_zone),
        "url": address(office, card, link),
    }
    return texts.compose("work", language, values, card.texts)


def opened(session: Session, office: Office, card: TenantCard, token: str, now: datetime) -> tuple[Sent, Complaint]:
    """The task behind a link. Raises NotFound for a wrong one, and for one that is over."""
    link_id = link_id_in(token, office.secret, card.id)
    link = session.scalar(select(WorkLink).where(WorkLink.id == link_id)) if link_id else None
    if link is None:
        raise NotFound("This link isn't whole. Open it once more from the message that brought it.")
    complaint = handling.complaint_here(session, link.complaint_id)
    sent = next(one for one in links_of(session, link.complaint_id) if one.link.id == link.id)
    over = link.revoked_at is not None or link.expires_at <= now or complaint.status == Status.HANDED_OVER
    if over or (not complaint.is_open and not sent.approved):
        raise NotFound("This link is over. Ask whoever sent you the task for a new one.")
    return sent, complaint


def deliver(
    session: Session,
    office: Office,
    card: TenantCard,
    token: str,
    *,
    note: str,
    photos: Sequence[Photo],
    now: datetime,
) -> WorkResult:
    """What the crew sends: it waits for the official, who hears of it. Raises Invalid, Conflict or NotFound."""
    sent, complaint = opened(session, office, card, token, now)
    if sent.approved or not complaint.is_open:
        raise Conflict("This task is finished already. Thank you.")
    if sent.waiting is not None:
        raise Conflict("Your work has arrived and is being looked at; wait for the answer.")
    if len(sent.results) >= MOST_RESULTS:
        raise Conflict("This link has been used often enough. Ask whoever sent you the task for a new one.")
    note = note.strip()
    if not photos:
        raise Invalid("Add a photo of the finished work.", field=Need.PHOTO.value)
    if not note:
        raise Invalid("Write a note: one sentence is enough.", field=Need.NOTE.value)
    if len(note) > LONGEST_TASK:
        raise Invalid("Up to %(most)s characters, please.", field=Need.NOTE.value, most=LONGEST_TASK)
    link_id, complaint_id = sent.link.id, complaint.id
    said: Said = {"who": sent.link.crew, "note": note}
    kept = evidence.keep(office.storage, card.id, complaint_id, photos)
    result_id = new_id()
    handling.move(
        session,
        office,
        complaint,
        "deliver",
        actor=SYSTEM,
        card=card,
        now=now,
        carried=Carried(detail={"link_id": str(link_id), "result_id": str(result_id)}),
    )
    evidence.add_rows(session, complaint, kept, side=evidence.WORK, now=now)
    result = WorkResult(id=result_id, complaint_id=complaint_id, link_id=link_id, note=note, at=now)
    session.add(result)
    session.flush()
    for one in kept:
        office.queue.defer(session, "process_evidence", card.id, one.id)
    book = office.rulebooks.of(session, card)
    telling.remind(session, office, complaint, "holder", card=card, book=book, now=now, event="work_done", said=said)
    return result


def recall(
    session: Session,
    office: Office,
    complaint: Complaint,
    link_id: UUID,
    *,
    actor: Actor,
    card: TenantCard,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Take a link back: it opens nothing any more. Raises NotFound, Conflict, and as `handling.move` does."""
    link = session.scalar(select(WorkLink).where(WorkLink.id == link_id, WorkLink.complaint_id == complaint.id))
    if link is None:
        raise NotFound("There is no such task here.")
    if link.revoked_at is not None:
        raise Conflict("This link has been taken back already.")
    link.revoked_at = now
    _inner(session, office, complaint, "recall", link_id, actor, card, now, expected_version)


def approve(
    session: Session,
    office: Office,
    complaint: Complaint,
    result_id: UUID,
    *,
    actor: Actor,
    card: TenantCard,
    now: datetime,
    note: str = "",
    expected_version: int | None = None,
) -> None:
    """Finish the complaint with the crew's photos and note, or the official's own words: resolve, or submit where
    somebody else validates. Raises NotFound, Conflict, and as `handling.move` does.

    The photos are copied, so that what the crew sent stays as it came when the step is taken back.
    """
    result = _undecided(session, complaint.id, result_id)
    photos = [
        Photo(one.data, one.metadata, one.capture, one.claim)
        for row in session.scalars(
            select(Evidence).where(
                Evidence.complaint_id == complaint.id,
                Evidence.side == evidence.WORK,
                Evidence.created_at == result.at,
                Evidence.state != "refused",
            )
        )
        for one in evidence.look_at([office.storage.get(row.key)], capture=row.capture)
    ]
    result.approved, result.decided_at, result.decided_by_id = True, now, actor.seat_id
    words = {Need.NOTE: note.strip() or result.note}
    detail = {"result_id": str(result.id)}
    session.flush()
    if Status(complaint.status) in (Status.RECEIVED, Status.ASSIGNED):
        handling.move(
            session, office, complaint, "start", actor=actor, card=card, now=now, expected_version=expected_version
        )
        expected_version = None
    name = "submit" if workflow.Step.VALIDATION in handling.steps_of(card) else "resolve"
    carried = Carried(words=words, photos=photos, detail=detail, waiver=BY_A_CREW)
    handling.move(
        session,
        office,
        complaint,
        name,
        actor=actor,
        card=card,
        now=now,
        carried=carried,
        expected_version=expected_version,
    )


BY_A_CREW = "Diambil regu lapangan melalui tautan kerja."
"""Why these photos aren't from our page's camera, where the city asks for that; in the language of the country."""


def send_back(
    session: Session,
    office: Office,
    complaint: Complaint,
    result_id: UUID,
    *,
    actor: Actor,
    card: TenantCard,
    reason: str,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Ask the crew for more, with a reason that the link shows. Raises NotFound, Conflict, and as `handling.move`."""
    result = _undecided(session, complaint.id, result_id)
    handling.move(
        session,
        office,
        complaint,
        "return_work",
        actor=actor,
        card=card,
        now=now,
        carried=Carried(words={Need.REASON: reason}, detail={"result_id": str(result_id)}),
        expected_version=expected_version,
    )
    result.approved, result.decided_at, result.decided_by_id = False, now, actor.seat_id
    result.reason = reason.strip()
    session.flush()


def _undecided(session: Session, complaint_id: UUID, result_id: UUID) -> WorkResult:
    result = session.scalar(
        select(WorkResult).where(WorkResult.id == result_id, WorkResult.complaint_id == complaint_id).with_for_update()
    )
    if result is None:
        raise NotFound("There is no such work here.")
    if result.approved is not None:
        raise Conflict("Somebody has decided about this work already.")
    return result


def _inner(
    session: Session,
    office: Office,
    complaint: Complaint,
    name: str,
    link_id: UUID,
    actor: Actor,
    card: TenantCard,
    now: datetime,
    expected_version: int | None,
) -> None:
    handling.move(
        session,
        office,
        complaint,
        name,
        actor=actor,
        card=card,
        now=now,
        carried=Carried(detail={"link_id": str(link_id)}),
        expected_version=expected_version,
    )
