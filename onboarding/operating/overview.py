"""What the operators see first: what waits for them, how far each city is, and whether messages go out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from complaints.office import Office
from complaints.rules.dispute import Dispute
from onboarding import deciding, opening
from onboarding.boundaries import border_question, difference
from onboarding.claim import Claim
from onboarding.facts import facts_of
from onboarding.readiness import Light, checklist
from people import help_request
from tenants import scope
from tenants.tenant import COMMONS_ID, Stage, Tenant, in_language

MOST_SHOWN = 20


@dataclass(frozen=True)
class SettingUp:
    """A city that is being set up. lacks: the red lines of its checklist, by their keys."""

    claim: Claim
    tenant: Tenant
    lacks: Sequence[str]


@dataclass(frozen=True)
class Brought:
    """A city that a bundle brought, which goes live once these have agreed: (name, the state of its word)."""

    tenant: Tenant
    sides: Sequence[tuple[str, str]]


def waiting(session: Session) -> dict[str, int]:
    """How much waits for a decision of the operators, by what it is about."""
    with scope.enter(session, COMMONS_ID):
        questions = help_request.waiting(session)
    disputes = session.scalar(select(func.count()).select_from(Dispute).where(Dispute.decided_at.is_(None)))
    return {
        "claims": len(deciding.waiting(session)),
        "borders": border_question.waiting(session),
        "catalogue": difference.waiting(session, None),
        "disputes": disputes or 0,
        "questions": questions,
    }


def stages(session: Session) -> dict[str, int]:
    """How many tenants are at each stage; the commons is no city."""
    rows = session.execute(
        select(Tenant.stage, func.count().label("cities")).where(Tenant.id != COMMONS_ID).group_by(Tenant.stage)
    ).all()
    return {row.stage: row.cities for row in rows}


def setting_up(session: Session, office: Office, now: datetime) -> tuple[list[SettingUp], int]:
    """(the newest of the cities that somebody sets up, with what each waits for; how many there are in all)."""
    theirs = (Tenant.id == Claim.tenant_id, Tenant.stage == Stage.REHEARSAL)
    total = session.scalar(select(func.count()).select_from(Claim).join(Tenant, theirs[0]).where(theirs[1])) or 0
    newest = (
        select(Claim.id, Tenant.id)
        .join(Tenant, theirs[0])
        .where(theirs[1])
        .order_by(Claim.created_at.desc(), Claim.id)
        .limit(MOST_SHOWN)
    )
    found = []
    for claim_id, tenant_id in session.execute(newest).all():
        claim, tenant = session.get_one(Claim, claim_id), session.get_one(Tenant, tenant_id)
        lines = checklist(facts_of(session, claim, tenant, office, now))
        found.append(SettingUp(claim, tenant, [line.key for line in lines if line.light is Light.RED]))
    return found, total


def brought(session: Session) -> list[Brought]:
    """Cities that a bundle brought and whose neighbours haven't all agreed yet, by slug."""
    cities = session.scalars(select(Tenant).where(*opening.waiting()).order_by(Tenant.slug).limit(MOST_SHOWN)).all()
    found = []
    for city in cities:
        asked = [one for one in border_question.of_tenant(session, city.id) if one.state != border_question.AGREED]
        sides = [(session.get_one(Tenant, one.other_id), one.state) for one in asked]
        found.append(Brought(city, [(in_language(side.name, "id", side.languages), state) for side, state in sides]))
    return found
