"""A question about a border put to the neighbour, and answered: by the neighbour, or by the operator."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from complaints.office import Office
from onboarding.boundaries import border_letter
from onboarding.boundaries.border_question import AGREED, OPEN, REFUSED, BorderQuestion, is_to_decide, of_tenant
from onboarding.boundaries.difference import CatalogueDifference, State
from onboarding.boundaries.neighbours import Drawn, Side, ground_of, neighbours, overlap_m2
from onboarding.readiness import MAPPING_ERROR_M2
from tenants.database import new_id
from tenants.errors import Conflict, Invalid, NotFound
from tenants.tenant import Stage, Tenant

SHORTEST_WHY, LONGEST_WHY = 10, 500


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
        border_letter.tell_who_decides(session, office, question, side, now)
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
    border_letter.tell_who_asked(session, office, question, now)
