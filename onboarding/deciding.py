"""What a person above both decides about claims: a letter of authority, and whose a municipality is that two claim."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from complaints.office import Office
from complaints.rules.dispute import operators
from onboarding import place, scan
from onboarding.claim import Claim
from onboarding.founding import DESK, account_of, tell
from onboarding.place import Freedom, Place
from people import proof
from people.account import Account
from people.invitation import Invitation
from people.permissions import Role
from people.seat import Seat, SeatAgency
from tenants import reasons, scope
from tenants.agency import Agency
from tenants.database import new_id
from tenants.errors import Conflict, NotFound
from tenants.tenant import Stage, Tenant

MOST_SHOWN = 100
LONGEST_REASON = 1000


def take_letter(session: Session, office: Office, claim: Claim, name: str, content: bytes, now: datetime) -> None:
    """Keep a letter of authority and tell the operators; it replaces an earlier one. Raises Invalid."""
    if claim.municipality_code is None:
        raise Conflict("Choose your municipality first.", field="letter")
    if claim.approved:
        raise Conflict("Your letter was approved already.", field="letter")
    ending, content_type = scan.kind_of(content, "letter")
    key = f"claims/{claim.id}/{hashlib.sha256(content).hexdigest()}.{ending}"
    office.storage.put(key, content, content_type)
    claim.letter_key, claim.letter_name, claim.letter_at = key, name[:200] or f"surat.{ending}", now
    claim.approved = claim.decided_at = claim.decided_by = claim.reason = None
    session.flush()
    _tell_operators(session, office, claim, place.place(session, claim.municipality_code), now)


def ask_to_join(session: Session, office: Office, claim: Claim, code: str, now: datetime) -> None:
    """Mail the administrators of the city that has a municipality already. Raises Conflict where nobody has it."""
    wanted = place.place(session, code)
    if wanted.tenant_id is None:
        raise Conflict("Nobody has this municipality; you can claim it yourself.", field="place")
    _refuse_to_repeat(claim.asked_at)
    with scope.enter(session, wanted.tenant_id):
        admins = select(Seat.account_id).where(Seat.role == Role.ADMIN, Seat.ended_at.is_(None))
        account_ids = list(session.scalars(admins))
    values = {
        "city": wanted.name,
        "who": f"{claim.name} <{claim.email}>",
        "url": f"{office.addresses.of_slug(wanted.slug)}/admin/people",
    }
    for email in session.scalars(select(Account.email).where(Account.id.in_(account_ids)).order_by(Account.email)):
        tell(session, office, "asked_to_join", email or "", values, now, tenant_id=wanted.tenant_id)
    claim.asked_at = now
    session.flush()


def dispute(session: Session, office: Office, claim: Claim, code: str, why: str, now: datetime) -> None:
    """Say that a municipality which somebody else sets up is one's own. Raises Conflict for a live one."""
    wanted = place.place(session, code)
    if wanted.freedom is Freedom.LIVE:
        raise Conflict("%(name)s is on this platform already; nobody else can take its ground.", name=wanted.name)
    if wanted.freedom is not Freedom.SETTING_UP or claim.tenant_id is not None:
        raise Conflict("Nobody else sets this municipality up.", field="place")
    _refuse_to_repeat(claim.disputed_at if claim.decided_at is None else None)
    claim.municipality_code, claim.slug, claim.code = wanted.code, None, None
    claim.dispute, claim.disputed_at = reasons.checked(why, most=LONGEST_REASON), now
    claim.approved = claim.decided_at = claim.decided_by = claim.reason = None
    session.flush()
    _tell_operators(session, office, claim, wanted, now)


def waiting(session: Session) -> list[Claim]:
    """Claims with a letter or a dispute that nobody has decided, the oldest first."""
    asks = or_(Claim.letter_at.is_not(None), Claim.disputed_at.is_not(None))
    statement = select(Claim).where(asks, Claim.decided_at.is_(None), Claim.live_at.is_(None))
    return list(session.scalars(statement.order_by(Claim.created_at, Claim.id).limit(MOST_SHOWN)))


def decided(session: Session) -> list[Claim]:
    """Those that were decided, the newest first."""
    statement = select(Claim).where(Claim.decided_at.is_not(None))
    return list(session.scalars(statement.order_by(Claim.decided_at.desc(), Claim.id).limit(MOST_SHOWN)))


def claim_by_id(session: Session, claim_id: UUID) -> Claim:
    """One claim. Raises NotFound."""
    claim = session.get(Claim, claim_id)
    if claim is None or claim.confirmed_at is None:
        raise NotFound("There is no such claim.")
    return claim


def rivals(session: Session, claim: Claim) -> Sequence[Claim]:
    """The others that claim the same municipality, whoever has it first."""
    if claim.municipality_code is None:
        return []
    statement = select(Claim).where(
        Claim.municipality_code == claim.municipality_code, Claim.id != claim.id, Claim.confirmed_at.is_not(None)
    )
    return session.scalars(statement.order_by(Claim.tenant_id.is_(None), Claim.created_at, Claim.id)).all()


def decide(
    session: Session,
    office: Office,
    claim_id: UUID,
    *,
    approve: bool,
    reason: str,
    looked_at: str,
    by: UUID,
    now: datetime,
) -> None:
    """Say whether a claim is right, with a reason that the claimant reads.

    looked_at: the `mark` of the claim as the operator read it. Approving a disputed one passes the city that is being
    set up on to it. Raises Conflict for what was decided, is live or reads otherwise by now, Invalid without a reason.
    """
    reason = reasons.checked(reason, most=LONGEST_REASON)
    claim = session.get(Claim, claim_id, with_for_update=True, populate_existing=True)
    if claim is None or (claim.letter_at is None and claim.disputed_at is None):
        raise NotFound("There is no such claim.")
    if claim.decided_at is not None or claim.live_at is not None:
        raise Conflict("This claim was decided already; reload the page.")
    if looked_at != mark(claim):
        raise Conflict("The letter or the objection is another one by now. Please look at it, then decide.")
    wanted = place.place(session, claim.municipality_code or "")
    if approve and claim.disputed_at is not None and claim.tenant_id is None:
        _pass_on(session, office, claim, wanted, reason, by, now)
    claim.approved, claim.reason, claim.decided_by, claim.decided_at = approve, reason, by, now
    session.flush()
    _tell_decision(session, office, claim, wanted, now)


def mark(claim: Claim) -> str:
    """What a claim asks for and with what; another one as soon as the claimant changes that."""
    disputed = claim.disputed_at.isoformat() if claim.disputed_at else ""
    return "|".join((claim.municipality_code or "", claim.letter_key or "", disputed))


def _pass_on(
    session: Session, office: Office, claim: Claim, wanted: Place, reason: str, by: UUID, now: datetime
) -> None:
    """The city as it was set up to another claimant; the former one and all whom they invited are out of it."""
    holder = session.scalar(
        select(Claim).where(Claim.tenant_id.is_not(None), Claim.tenant_id == wanted.tenant_id).with_for_update()
    )
    tenant = session.get(Tenant, wanted.tenant_id, with_for_update=True, populate_existing=True) if holder else None
    if holder is None or tenant is None or tenant.stage != Stage.REHEARSAL:
        raise Conflict("Nobody is setting this municipality up any more; nothing is to be passed on.")
    tenant_id, slug, code = tenant.id, tenant.slug, tenant.code
    holder.tenant_id = holder.municipality_code = holder.slug = holder.code = None
    holder.rehearsed_at = holder.rehearsed_id = holder.rehearsed_mark = holder.checked_at = None
    holder.invited = []
    holder.approved, holder.reason, holder.decided_by, holder.decided_at = False, reason, by, now
    session.flush()
    claim.tenant_id, claim.slug, claim.code = tenant_id, slug, code
    account = account_of(session, claim.email)
    if account is None:
        account = Account(id=new_id(), email=claim.email, name=claim.name, created_at=now)
        session.add(account)
        session.flush()
    proof.prove(session, account, now)
    account_id = account.id
    with scope.enter(session, tenant_id):
        for former in session.scalars(select(Seat).where(Seat.ended_at.is_(None))):
            former.ended_at = now
        for open_one in session.scalars(select(Invitation).where(Invitation.accepted_at.is_(None))):
            open_one.withdrawn_at = open_one.withdrawn_at or now
        seat = session.scalar(select(Seat).where(Seat.account_id == account_id))
        if seat is None:
            seat = Seat(id=new_id(), account_id=account_id, role=Role.ADMIN, name=claim.name, created_at=now)
            session.add(seat)
        seat.role, seat.ended_at = Role.ADMIN, None
        session.flush()
        desk_id = session.scalars(select(Agency.id).where(Agency.code == DESK)).first()
        tied = select(SeatAgency.id).where(SeatAgency.seat_id == seat.id)
        if desk_id is not None and session.scalars(tied).first() is None:
            session.add(SeatAgency(seat_id=seat.id, agency_id=desk_id))
        session.flush()
    _tell_decision(session, office, holder, wanted, now)


def _refuse_to_repeat(asked_at: datetime | None) -> None:
    if asked_at is not None:
        raise Conflict("You have asked already; you get a mail as soon as somebody answers.", field="place")


def _tell_operators(session: Session, office: Office, claim: Claim, wanted: Place, now: datetime) -> None:
    values = {
        "city": wanted.name,
        "who": f"{claim.name} <{claim.email}>",
        "url": f"{office.addresses.national}/operator/claims/{claim.id}",
    }
    for one in [(one.address, one.language or "id") for one in operators(session)]:
        tell(session, office, "claim_waits", one[0], values, now, language=one[1])


def _tell_decision(session: Session, office: Office, claim: Claim, wanted: Place, now: datetime) -> None:
    values = {"city": wanted.name, "reason": claim.reason or "", "url": f"{office.addresses.national}/signup"}
    event = "claim_approved" if claim.approved else "claim_refused"
    tell(session, office, event, claim.email, values, now, language=claim.language)
