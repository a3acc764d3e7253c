"""Hand-over between tenants: one complaint, one reference, one live row, in one transaction of two scopes.

The receiver gets a row of its own with the public history, the evidence, and what others added and nobody has decided
about; the row left behind keeps the internal notes and ends as handed_over. A return revives it. The birth tenant's
forwarding row always names the present holder.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import handling, timekeeping, workflow
from complaints.audience import announcing, telling
from complaints.audience.batch import BATCH
from complaints.audience.reach import reach_of
from complaints.audience.wording import Said, told_of
from complaints.complaint import Complaint, Contact, Evidence, HistoryRow, Holding, Remark
from complaints.copies import wind as follow_up
from complaints.handling import Actor
from complaints.history import append_history, next_number
from complaints.office import Office
from complaints.routing import routing_document
from complaints.rules import dispute
from complaints.rules.answering import put_aside
from complaints.rules.belonging import belonging, settle
from complaints.rules.rulebook import Rulebook
from complaints.together import adding
from complaints.transfers import crossing, departed, referral
from complaints.transfers.crossing import Copies
from complaints.words import vocabulary
from complaints.workflow import Need, Status
from tenants import locate, scope
from tenants.category import Visibility, stricter
from tenants.directory import TenantCard
from tenants.errors import Conflict, Invalid
from tenants.tenant import Stage


@dataclass(frozen=True)
class _How:
    """The move, who makes it where, and why."""

    name: str
    actor: Actor
    card: TenantCard
    reason: str
    now: datetime
    expected_version: int | None
    batch_id: UUID | None = None


def hand_over(
    session: Session,
    office: Office,
    complaint: Complaint,
    to: TenantCard,
    *,
    actor: Actor,
    card: TenantCard,
    reason: str,
    now: datetime,
    expected_version: int | None = None,
    batch_id: UUID | None = None,
) -> bool:
    """Pass a complaint to another tenant; the reporter is told once. False where the operator has to decide first.

    batch_id: of many that are passed on together; the caller has the agency told of them (`batch.wind`).

    Raises Invalid, IllegalMove, NotAllowed, ChangedMeanwhile, or PingPong where the operator decides or has decided.
    """
    if to.id == card.id or to.stage != Stage.LIVE:
        raise Invalid("Choose another city that is on this platform.", field="tenant")
    return _pass_on(session, office, complaint, "hand_over", to, actor, card, reason, now, expected_version, batch_id)


def give_back(
    session: Session,
    office: Office,
    complaint: Complaint,
    *,
    actor: Actor,
    card: TenantCard,
    reason: str,
    now: datetime,
    expected_version: int | None = None,
) -> bool:
    """Refuse what another tenant has handed over: the move `return`. Raises Invalid if nobody has.

    Else as hand_over.
    """
    sender_id = sender_of(session, complaint)
    sender = office.directory.by_id.get(sender_id) if sender_id else None
    if sender is None:
        raise Invalid("No other city has handed this report over, so it can't be returned.", field=Need.REASON.value)
    return _pass_on(session, office, complaint, "return", sender, actor, card, reason, now, expected_version)


def sender_of(session: Session, complaint: Complaint) -> UUID | None:
    """The tenant that handed the complaint over to this one last, if any did."""
    received = session.scalar(
        select(HistoryRow)
        .where(HistoryRow.complaint_id == complaint.id, HistoryRow.move.in_(("receive", "revive")))
        .order_by(HistoryRow.number.desc())
        .limit(1)
    )
    return UUID(received.detail["from_tenant_id"]) if received is not None and received.move == "receive" else None


def _pass_on(
    session: Session,
    office: Office,
    complaint: Complaint,
    name: str,
    to: TenantCard,
    actor: Actor,
    card: TenantCard,
    reason: str,
    now: datetime,
    expected_version: int | None,
    batch_id: UUID | None = None,
) -> bool:
    how = _How(name, actor, card, reason, now, expected_version, batch_id)
    if dispute.is_next(session, complaint, to.id):
        referral.put_before_operator(
            session,
            office,
            complaint,
            to,
            actor=actor,
            card=card,
            carried=_carried(to, reason),
            now=now,
            expected_version=expected_version,
        )
        return False
    _carry_over(session, office, complaint, to, how)
    return True


def carry_over(
    session: Session,
    office: Office,
    complaint: Complaint,
    to: TenantCard,
    *,
    actor: Actor,
    card: TenantCard,
    reason: str,
    now: datetime,
) -> None:
    """Pass a complaint on as somebody above both tenants has decided, however often it went to and fro."""
    _carry_over(session, office, complaint, to, _How("hand_over", actor, card, reason, now, None))


def _carried(to: TenantCard, reason: str) -> handling.Carried:
    return handling.Carried(words={Need.REASON: reason}, detail={"to_tenant_id": str(to.id), "to_slug": to.slug})


def _carry_over(session: Session, office: Office, complaint: Complaint, to: TenantCard, how: "_How") -> None:
    name, actor, card, reason, now = how.name, how.actor, how.card, how.reason, how.now
    photos = crossing.copy_files(session, office, complaint, to)
    complaint.handed_to_tenant_id = to.id
    complaint.hand_overs += 1
    handling.move(
        session,
        office,
        complaint,
        name,
        actor=actor,
        card=card,
        now=now,
        carried=_carried(to, reason),
        expected_version=how.expected_version,
    )
    handling.end_holding(session, complaint, now)
    session.flush()
    birth = office.directory.by_id.get(complaint.birth_tenant_id)
    copies = crossing.read(session, office, complaint, card, photos)
    with scope.enter(session, to.id):
        there = _arrive(session, office, copies, to, card, now, how.batch_id)
        book = office.rulebooks.of(session, to)
        said: Said = {"new_city": card.name, "reason": reason} if name == "return" else {}
        event = "returned" if name == "return" else "new_for_agency"
        backlog = card.is_commons  # a city that goes live may get hundreds in one minute
        if not _is_of_batch(there, how.batch_id):
            telling.tell_agency(
                session, office, there, event, card=to, book=book, now=now, said=said, its_people=not backlog
            )
        arrived = told_of(there)
    if birth is None:  # it has left; who told whom is gone with it
        departed.move(session, arrived.reference, to.id)
        return
    reach = reach_of(session, arrived.id)
    with scope.enter(session, birth.id):
        forwarding = announcing.forward(session, arrived.id, arrived.reference, to.id, now)
        announcing.announce(session, office, forwarding, arrived, to=to, book=book, reach=reach, reason=reason, now=now)


def _is_of_batch(there: Complaint, batch_id: UUID | None) -> bool:
    """Whether its agency hears of it together with others; of what is dangerous it hears at once."""
    return batch_id is not None and there.urgency > 0 and there.agency_id is not None


def _arrive(
    session: Session,
    office: Office,
    copies: Copies,
    to: TenantCard,
    sender: TenantCard,
    now: datetime,
    batch_id: UUID | None,
) -> Complaint:
    """The receiver's row: made, or revived where it had the complaint before; the public history is brought along."""
    book = office.rulebooks.of(session, to)
    there = session.scalar(select(Complaint).where(Complaint.id == copies.complaint["id"]).with_for_update())
    revived = there is not None
    if there is None:
        there = _make_row(session, copies, to, sender, book, now)
    elif there.status != Status.HANDED_OVER:
        raise Conflict("That city already works on this report.")
    corrected = _bring_along(session, copies, there)
    if not revived:
        vocabulary.learn(session, [there.id])
    with session.no_autoflush:
        left = there.status if revived else None
        if revived:
            workflow.move_from(there.status, "revive")
            there.status, there.is_open = Status.RECEIVED, True
            there.closed_at = there.handed_to_tenant_id = None
            there.clock_from_at = now
            there.holder_id = None
            there.visibility = stricter(there.visibility, copies.visibility)
            if corrected:
                _take_over(session, there, copies, book, corrected)
        append_history(
            session,
            there,
            "revive" if revived else "receive",
            from_status=left,
            actor=Actor("tenant"),
            now=now,
            detail={
                "from_tenant_id": str(sender.id),
                "from_slug": sender.slug,
                **({BATCH: str(batch_id), "agency_id": str(there.agency_id)} if _is_of_batch(there, batch_id) else {}),
            },
        )
        timekeeping.recalculate(session, there, book)
    session.add(Holding(complaint_id=there.id, agency_id=there.agency_id, from_at=now))
    handling.flush_or_refuse(session)
    timekeeping.wind(session, office.queue, there)
    if there.visibility != Visibility.PUBLIC:  # by the category that it has here, perhaps, so what stays behind follows
        follow_up(session, office.queue, there)
    return there


def _make_row(
    session: Session, copies: Copies, to: TenantCard, sender: TenantCard, book: Rulebook, now: datetime
) -> Complaint:
    values = copies.complaint
    category = book.category_by_platform_code(copies.platform_code)
    lon, lat = values["lon"], values["lat"]
    to_us = belonging(book, category, lon=lon, lat=lat, priority=values["priority"], kind=values["kind"])
    decision = locate.chosen(to.id, to.slug, to.name.get(to.languages[0]))
    row = Complaint(
        **values,
        status=Status.RECEIVED,
        is_open=True,
        category_id=category.id,
        category_revision=category.revision,
        sla_rule_id=to_us.rule.id if to_us.rule else None,
        sla_rule_revision=to_us.rule.revision if to_us.rule else None,
        urgency=0 if category.safety else 1,
        agency_id=to_us.agency_id,
        area_id=to_us.area_id,
        visibility=stricter(category.visibility, copies.visibility),
        routing={**routing_document(decision), "rule": "handed_over", "from_slug": sender.slug},
        clock_from_at=now,
        sort_at=now,
        adopted=sender.is_commons,
        updated_at=now,
    )
    session.add(row)
    if copies.contact is not None:
        session.add(Contact(**copies.contact))
    session.flush()
    return row


def _take_over(session: Session, there: Complaint, copies: Copies, book: Rulebook, corrected: Collection[str]) -> None:
    """Let what was corrected elsewhere hold here too, with what follows from it by this city's own rules."""
    category = book.category_by_id(there.category_id)
    if category is None or "category" in corrected:
        category = book.category_by_platform_code(copies.platform_code)
        put_aside(session, there.id, category.questions, now=there.clock_from_at)
    taken = [
        *(crossing.PLACE if "place" in corrected else ()),
        *(name for name in ("priority", "kind") if name in corrected),
    ]
    for name in taken:
        setattr(there, name, copies.complaint[name])
    to_us = belonging(book, category, lon=there.lon, lat=there.lat, priority=there.priority, kind=there.kind)
    settle(there, to_us)
    there.agency_id = to_us.agency_id
    there.visibility = stricter(there.visibility, category.visibility)


def _bring_along(session: Session, copies: Copies, there: Complaint) -> set[str]:
    """Add what the other tenant has and this one hasn't: the same ids, under this tenant. What of it corrects what."""
    for table, rows in ((Remark, copies.remarks), (Evidence, copies.evidence)):
        have = set(session.scalars(select(table.id).where(table.complaint_id == there.id)))
        session.add_all(table(**row) for row in rows if row["id"] not in have)
    have = set(session.scalars(select(HistoryRow.id).where(HistoryRow.complaint_id == there.id)))
    # who has an addition learns that it was left out; who hasn't, has nothing to learn
    have_or_get = {str(id_) for id_ in have} | {str(row["id"]) for row in copies.history}
    new = [
        row
        for row in copies.history
        if row["id"] not in have and (row["move"] != adding.LEAVE or row["detail"].get(adding.OF) in have_or_get)
    ]
    for number, row in enumerate(new, next_number(session, there.id)):
        session.add(HistoryRow(**row, number=number))
    session.flush()
    adding.settle(session, there.id)
    return {name for row in new for name in row["detail"].get("changed", ())}
