"""Whether a city may go live over a neighbour's ground: asked of the neighbour, or of the operator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints.complaint import Complaint
from complaints.ground import Box, in_box
from complaints.office import Office
from complaints.rules.dispute import operators
from messages import operating, outbox
from onboarding.boundaries import border
from onboarding.boundaries.border import Border
from onboarding.boundaries.difference import CatalogueDifference, State
from onboarding.boundaries.neighbours import Drawn, Side, beside, drawn, ground_of, neighbours, overlap_m2
from onboarding.claim import Claim
from onboarding.readiness import MAPPING_ERROR_M2
from people import seats
from people.permissions import Role
from tenants import scope
from tenants.database import Base, new_id
from tenants.errors import Conflict, Invalid, NotFound
from tenants.personal import personal
from tenants.tenant import COMMONS_ID, Stage, Tenant, in_language

SHORTEST_WHY, LONGEST_WHY = 10, 500
MOST_READ = 5_000
MOST_SHOWN = 100
OPEN, AGREED, REFUSED = "open", "agreed", "refused"
FIRST = "first"
"""The rule between two cities that are being set up: whoever goes live first holds what both have, and is asked."""


class BorderQuestion(Base):
    """tenant_id: the city that is being set up; other_id: whose live ground it overlaps by more than maps differ.

    mark: of both grounds as they were asked about; with other ground it is asked anew. by_operator: not the neighbour.
    difference_id: of the catalogue's proposal whose outline a live city would take; None for one that is being set up.
    """

    __tablename__ = "border_questions"
    __table_args__ = (
        UniqueConstraint("city_id", "other_id"),
        CheckConstraint(f"state IN ('{OPEN}', '{AGREED}', '{REFUSED}')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    tenant_id: Mapped[UUID] = mapped_column("city_id", ForeignKey("tenants.id"))
    other_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"))
    overlap_m2: Mapped[float]
    mark: Mapped[str]
    state: Mapped[str] = mapped_column(default=OPEN)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    by_operator: Mapped[bool] = mapped_column(default=False)
    difference_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_differences.id"))
    why: Mapped[str | None] = mapped_column(info=personal("why it was decided so", until="5 years after the city left"))

    @property
    def seen(self) -> str:
        """What a form carries along, so that nobody decides about what isn't so any more."""
        return f"{self.mark}/{self.state}"


@dataclass(frozen=True)
class Compared:
    """One border. complaints: made so far where both or neither have the ground. rule: of docs/routing.md, or FIRST."""

    neighbour: Side
    border: Border
    complaints: int
    rule: str
    theirs: bool
    question: BorderQuestion | None


def compared(
    session: Session,
    office: Office,
    tenant_id: UUID,
    now: datetime,
    *,
    only: UUID | None = None,
    proposed: Drawn | None = None,
) -> list[Compared]:
    """Every border of a city that isn't one clean line, the worst first. only: the one with this city, if any.

    proposed: the ground that it would have, instead of the present one.
    """
    own = proposed or ground_of(session, tenant_id)
    if own is None:
        return []
    sides = beside(session, office, tenant_id, own, now)
    asked = {one.other_id: one for one in of_tenant(session, tenant_id)}
    found, shape, grounds = [], own.shape, [one.ground for one in sides]
    for number, side in enumerate(sides):
        if only is not None and side.tenant_id != only:
            continue
        met = border.compare(shape, grounds[number], grounds[:number] + grounds[number + 1 :])
        if met.overlap_m2 or (met.gap_m2 and (side.holds or side.tenant_id is None)):
            question = asked.get(side.tenant_id) if side.tenant_id else None
            found.append(_compared(session, own.area_m2, side, met, question))
    return sorted(found, key=lambda one: -(one.border.overlap_m2 + one.border.gap_m2))


def one_border(session: Session, office: Office, question: BorderQuestion, now: datetime) -> Compared:
    """The border of a question, as it is today."""
    proposed = proposed_by(session, question)
    for found in compared(session, office, question.tenant_id, now, only=question.other_id, proposed=proposed):
        return found
    raise NotFound("The two cities have nothing to settle any more.")


def proposed_by(session: Session, question: BorderQuestion) -> Drawn | None:
    """The outline that a question is about, where that isn't the city's present ground."""
    row = session.get(CatalogueDifference, question.difference_id) if question.difference_id else None
    return drawn(row.outline, row.becomes_m2 or 0.0) if row is not None and row.outline is not None else None


def ask(session: Session, office: Office, tenant_id: UUID, now: datetime) -> int:
    """Put the question to each neighbour whose ground is overlapped by more than maps differ; how many are asked now.

    Nobody is asked twice about the same ground. The neighbour's administrators and the operators get a mail.
    """
    own = ground_of(session, tenant_id)
    if own is None:
        return 0
    sides = neighbours(session, office, tenant_id, now)
    large = [(one, area) for one in sides if one.holds and (area := overlap_m2(own, one.drawn)) > MAPPING_ERROR_M2]
    return put(session, office, tenant_id, own, large, now)


def put(
    session: Session,
    office: Office,
    tenant_id: UUID,
    own: Drawn,
    overlaps: Sequence[tuple[Side, float]],
    now: datetime,
    *,
    difference_id: UUID | None = None,
) -> int:
    """Ask each of these neighbours about `own`, which overlaps theirs by so many m²; how many weren't asked before."""
    known = {one.other_id: one for one in of_tenant(session, tenant_id)}
    asked = 0
    for side, overlap in overlaps:
        if side.tenant_id is None:
            continue
        question, mark = known.get(side.tenant_id), f"{own.mark}.{side.mark}"
        if question is not None and question.mark == mark:
            continue
        if question is None:
            question = BorderQuestion(id=new_id(), tenant_id=tenant_id, other_id=side.tenant_id)
            session.add(question)
        question.overlap_m2, question.mark, question.asked_at, question.state = overlap, mark, now, OPEN
        question.decided_at = question.decided_by = question.why = None
        question.by_operator, question.difference_id = False, difference_id
        session.flush()
        _tell_who_decides(session, office, question, side, now)
        asked += 1
    return asked


def agree(session: Session, tenant_id: UUID, own: Drawn, overlaps: Sequence[tuple[Side, float]], now: datetime) -> None:
    """The operator's word in advance, for a city that comes back: nobody is asked."""
    known = {one.other_id: one for one in of_tenant(session, tenant_id)}
    for side, overlap in overlaps:
        if side.tenant_id is None:
            continue
        question = known.get(side.tenant_id) or BorderQuestion(tenant_id=tenant_id, other_id=side.tenant_id)
        question.overlap_m2, question.mark, question.state = overlap, f"{own.mark}.{side.mark}", AGREED
        question.asked_at, question.decided_at, question.by_operator = now, now, True
        session.add(question)
    session.flush()


def take_back(session: Session) -> None:
    """Questions that wait about a proposal which was declined or is no more: nobody needs to answer them."""
    over = select(CatalogueDifference.id).where(CatalogueDifference.state != State.OPEN)
    session.execute(delete(BorderQuestion).where(BorderQuestion.state == OPEN, BorderQuestion.difference_id.in_(over)))


def overlapping(
    session: Session, tenant_id: UUID, own: Drawn, sides: Sequence[Side]
) -> tuple[list[tuple[Side, float]], list[tuple[Side, float]]]:
    """Who holds ground that lies on `own`, with m²: those without, and those with a word that it may be so."""
    held = [one for one in sides if one.holds and one.tenant_id is not None]
    agreed = _agreed(session, tenant_id, own.mark, {one.tenant_id: one.mark for one in held if one.tenant_id})
    found = [(one, area) for one in held if (area := overlap_m2(own, one.drawn))]
    without = [(one, area) for one, area in found if one.tenant_id not in agreed]
    return without, [(one, area) for one, area in found if one.tenant_id in agreed]


def disputed(
    session: Session, tenant_id: UUID, own: Drawn, sides: Sequence[Side], *, present: Drawn | None = None
) -> list[tuple[Side, float]]:
    """Who holds more of `own` than maps differ by and hasn't agreed. present: the city's ground, which is left out."""
    without, _ = overlapping(session, tenant_id, own, sides)
    if present is not None:
        gained = own.shape.difference(present.shape)
        only = drawn(gained.wkb, 0.0)
        without = [(one, overlap_m2(only, one.drawn)) for one, _ in without]
    return [(one, area) for one, area in without if area > MAPPING_ERROR_M2]


def _agreed(session: Session, tenant_id: UUID, own_mark: str, marks: dict[UUID, str]) -> set[UUID]:
    """The neighbours who agreed, or for whom the operator did, about the ground as it is now. marks: theirs."""
    return {
        one.other_id
        for one in of_tenant(session, tenant_id)
        if one.state == AGREED and one.mark == f"{own_mark}.{marks.get(one.other_id)}"
    }


def of_tenant(session: Session, tenant_id: UUID) -> list[BorderQuestion]:
    """What a city that is being set up asks."""
    return list(session.scalars(select(BorderQuestion).where(BorderQuestion.tenant_id == tenant_id)))


def about(session: Session, tenant_id: UUID) -> list[BorderQuestion]:
    """Questions that a city is a side of, the open ones first."""
    mine = or_(BorderQuestion.tenant_id == tenant_id, BorderQuestion.other_id == tenant_id)
    return list(session.scalars(select(BorderQuestion).where(mine).order_by(*_ORDER).limit(MOST_SHOWN)))


def listed(session: Session) -> list[BorderQuestion]:
    """All of them, the open ones first."""
    return list(session.scalars(select(BorderQuestion).order_by(*_ORDER).limit(MOST_SHOWN)))


_ORDER = (BorderQuestion.state != OPEN, BorderQuestion.asked_at.desc(), BorderQuestion.id)


def waiting(session: Session) -> int:
    """How many wait for an answer."""
    return session.scalar(select(func.count()).where(BorderQuestion.state == OPEN)) or 0


def one(session: Session, question_id: UUID, *, side: UUID | None = None) -> BorderQuestion:
    """side: the city that asks to see it, None for the operator. Raises NotFound, also for a third city."""
    found = session.get(BorderQuestion, question_id)
    if found is None or (side is not None and side not in (found.tenant_id, found.other_id)):
        raise NotFound("There is no such border.")
    return found


def is_to_decide(question: BorderQuestion, side: UUID | None) -> bool:
    """Whether it is this side's turn: the neighbour's while it is open, the operator's (None) over a refusal too."""
    if side == question.tenant_id:
        return False
    return question.state == OPEN or (side is None and question.state == REFUSED)


def decide(
    session: Session,
    office: Office,
    question_id: UUID,
    *,
    agree: bool,
    why: str,
    looked_at: str,
    by: UUID,
    neighbour_id: UUID | None,
    now: datetime,
) -> None:
    """Consent or refuse. neighbour_id: the city whose word it is; None for the operator's. looked_at: as it was `seen`.

    The neighbour decides once; the operator may set a refusal aside. Raises Invalid without a reason; Conflict where it
    is decided already, the ground is another one by now, or the other is live already.
    """
    why = " ".join(why.split())
    if not SHORTEST_WHY <= len(why) <= LONGEST_WHY:
        raise Invalid(
            "Say why, in %(least)s to %(most)s characters.", field="why", least=SHORTEST_WHY, most=LONGEST_WHY
        )
    question = session.get(BorderQuestion, question_id, with_for_update=True, populate_existing=True)
    if question is None or (neighbour_id is not None and question.other_id != neighbour_id):
        raise NotFound("There is no such border.")
    mark, _, state = looked_at.rpartition("/")
    if question.mark != mark:
        raise Conflict("The boundary is another one by now. Please look at it, then decide.")
    if question.state != state or not is_to_decide(question, neighbour_id):
        raise Conflict("This is decided by now. Please look at it again.")
    if question.difference_id is not None:
        if session.get_one(CatalogueDifference, question.difference_id).state != State.OPEN:
            raise Conflict("The city has decided about this boundary already.")
    elif session.get_one(Tenant, question.tenant_id).stage != Stage.REHEARSAL:
        raise Conflict("This city is live already; a border between two live cities is settled by their operators.")
    question.state = AGREED if agree else REFUSED
    question.decided_at, question.decided_by, question.why = now, by, why
    question.by_operator = neighbour_id is None
    session.flush()
    _tell_claimant(session, office, question, now)


def _compared(session: Session, own_m2: float, side: Side, met: Border, question: BorderQuestion | None) -> Compared:
    shapes = [piece.shape for piece in (*met.overlaps, *met.gaps)]
    concerned = {side.tenant_id, COMMONS_ID} if side.holds and side.tenant_id else {COMMONS_ID}
    if side.holds:
        rule = "smallest" if met.overlap_m2 else "nearest"
    else:
        rule = "unclaimed" if side.tenant_id is None else FIRST
    return Compared(
        neighbour=side,
        border=met,
        complaints=sum(_made_there(session, tenant_id, shapes) for tenant_id in concerned),
        rule=rule,
        theirs=side.holds and side.drawn.area_m2 <= own_m2,
        question=question,
    )


def _made_there(session: Session, tenant_id: UUID, shapes: Sequence[BaseGeometry]) -> int:
    """How many public reports of a tenant lie in these places; their number alone crosses."""
    count = 0
    with scope.enter(session, tenant_id):
        for shape in shapes:
            there = select(Complaint.lon, Complaint.lat).where(
                Complaint.visibility == "public", *in_box(Box(*shape.bounds))
            )
            rows = session.execute(there.limit(MOST_READ)).all()
            shapely.prepare(shape)
            count += sum(bool(shapely.intersects_xy(shape, row.lon, row.lat)) for row in rows)
    return count


def _tell_who_decides(session: Session, office: Office, question: BorderQuestion, side: Side, now: datetime) -> None:
    tenant = session.get_one(Tenant, question.tenant_id)
    city, area = in_language(tenant.name, "id", tenant.languages), f"{round(question.overlap_m2):,}".replace(",", ".")
    event = "border_asked" if question.difference_id is None else "new_border_asked"
    with scope.enter(session, question.other_id):
        url = f"{office.addresses.of_slug(side.slug)}/admin/borders/{question.id}"
        values = {"city": city, "other": side.name, "area": area, "url": url}
        for admin in seats.addressees_of(session, roles=[Role.ADMIN]):
            _mail(session, office, event, admin.email, admin.language or "id", values, now)
    with scope.enter(session, COMMONS_ID):
        values["url"] = f"{office.addresses.national}/operator/borders/{question.id}"
        for email, language in _operators(session):
            _mail(session, office, event, email, language, values, now)


def _tell_claimant(session: Session, office: Office, question: BorderQuestion, now: datetime) -> None:
    """Whoever signed the city up; of one that came by a bundle, the operators, who bring it in again. Of a live city,
    which asked about a proposed boundary, its administrators.
    """
    if question.difference_id is not None:
        _tell_city(session, office, question, now)
        return
    claim = session.scalar(select(Claim).where(Claim.tenant_id == question.tenant_id))
    other = session.get_one(Tenant, question.other_id)
    path = "/signup/live" if claim is not None else f"/operator/borders/{question.id}"
    event = "border_agreed" if question.state == AGREED else "border_refused"
    with scope.enter(session, COMMONS_ID):
        told = [(claim.email, claim.language)] if claim is not None else _operators(session)
        for email, language in told:
            values = {
                "other": in_language(other.name, language, other.languages),
                "reason": question.why or "",
                "url": f"{office.addresses.national}{path}",
            }
            _mail(session, office, event, email, language, values, now)


def _tell_city(session: Session, office: Office, question: BorderQuestion, now: datetime) -> None:
    other, city = session.get_one(Tenant, question.other_id), session.get_one(Tenant, question.tenant_id)
    url = f"{office.addresses.of_slug(city.slug)}/admin/borders/proposals/{question.difference_id}"
    event = "border_agreed" if question.state == AGREED else "new_border_refused"
    name, languages, reason = other.name, list(other.languages), question.why or ""
    with scope.enter(session, question.tenant_id):
        for admin in seats.addressees_of(session, roles=[Role.ADMIN]):
            language = admin.language or "id"
            values = {"other": in_language(name, language, languages), "reason": reason, "url": url}
            _mail(session, office, event, admin.email, language, values, now)


def _operators(session: Session) -> list[tuple[str, str]]:
    return [(one.email or "", one.language or "id") for one in operators(session)]


def _mail(
    session: Session, office: Office, event: str, email: str, language: str, values: dict[str, str], now: datetime
) -> None:
    if not email:
        return
    outbox.mail(
        session, office.queue, event, email, operating.compose(event, language, values), language=language, now=now
    )
