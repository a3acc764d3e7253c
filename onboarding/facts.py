"""What the checklist asks of a city, read from its rows."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import holidays
from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from complaints.office import Office
from messages.outbox import Message, State
from onboarding import place
from onboarding.authority import Standing, standing
from onboarding.boundaries import border_question
from onboarding.boundaries.neighbours import ground_of, neighbours, overlap_m2
from onboarding.claim import Claim
from onboarding.readiness import Facts, SettingsFacts
from onboarding.rules_mark import rules_mark
from people.account import Account
from people.permissions import PERMISSIONS, Permission
from people.seat import Seat, SeatAgency
from tenants import scope
from tenants.agency import Agency
from tenants.boundary import Boundary
from tenants.calendar import CalendarRow
from tenants.category import Assignment, Category
from tenants.colours import USUAL_COLOUR, contrast, repair
from tenants.errors import Invalid
from tenants.sla_rule import SlaRule
from tenants.tenant import Tenant, in_language

Overlaps = list[tuple[str, float]]
MOST_NAMED = 5


def facts_of(session: Session, claim: Claim, tenant: Tenant, office: Office, now: datetime) -> Facts:
    """The city of a claim as the checklist sees it."""
    tenant_id = tenant.id
    overlaps, consented, coming = _overlaps(session, office, tenant_id, now)
    has_ground = session.scalar(select(exists().where(Boundary.tenant_id == tenant_id))) or False
    official = _is_official(session, claim)
    retouched = claim.rehearsed_at is not None and claim.rehearsed_mark != rules_mark(session, tenant_id)
    with scope.enter(session, tenant_id):
        settings = settings_of(session, session.get_one(Tenant, tenant_id), now)
        return Facts(
            **vars(settings),
            has_ground=has_ground,
            overlaps=overlaps,
            consented=consented,
            coming=coming,
            reachable=_reachable(session, claim),
            rehearsed=claim.rehearsed_at is not None,
            retouched=retouched,
            agreed=claim.agreed_at is not None,
            official=official,
            approved=claim.approved,
            letter=claim.letter_at is not None,
            undelivered=_undelivered(session),
        )


def settings_of(session: Session, tenant: Tenant, now: datetime) -> SettingsFacts:
    """What the settings of the session's city say."""
    ownerless, ruleless = _lacking(session, tenant.languages)
    this_year = now.astimezone(ZoneInfo(tenant.time_zone)).year
    return SettingsFacts(
        categories=session.scalar(select(func.count()).select_from(Category).where(*_TAKEN)) or 0,
        without_agency=ownerless,
        without_rule=ruleless,
        empty_agencies=_empty_agencies(session, tenant.languages),
        years=_years(session, this_year),
        this_year=this_year,
        contrast=_least_contrast(tenant.look.get("colour", USUAL_COLOUR)),
        answerable=any(tenant.texts.get(code) for code in ("privacy", "imprint")),
    )


_TAKEN = (Category.ended_at.is_(None), Category.is_group.is_(False))


def _is_official(session: Session, claim: Claim) -> bool:
    try:
        return standing(claim.email, claim.municipality_code or "", place.domains(session)) is Standing.OFFICIAL
    except Invalid:
        return False


def _overlaps(session: Session, office: Office, tenant_id: UUID, now: datetime) -> tuple[Overlaps, Overlaps, Overlaps]:
    """Whose ground lies on this ground, (name, m²): of cities that hold it without and with a word that it may be so,
    and of those that are being set up too.
    """
    own = ground_of(session, tenant_id)
    if own is None:
        return [], [], []
    sides = neighbours(session, office, tenant_id, now)
    without, agreed = border_question.overlapping(session, tenant_id, own, sides)
    coming = [(one, overlap_m2(own, one.drawn)) for one in sides if one.tenant_id and not one.holds]
    return (
        [(one.name, area) for one, area in without],
        [(one.name, area) for one, area in agreed],
        [(one.name, area) for one, area in coming if area],
    )


def _lacking(session: Session, languages: list[str]) -> tuple[list[str], list[str]]:
    """Names of categories without an agency, and of those that no rule matches."""
    owned = exists().where(Assignment.category_id == Category.id, Assignment.area_id.is_(None))
    ruled = exists().where(
        or_(SlaRule.category_id == Category.id, SlaRule.category_id.is_(None)), SlaRule.area_id.is_(None)
    )
    ownerless, ruleless = (
        [
            in_language(name, languages[0], languages)
            for name in session.scalars(select(Category.name).where(*_TAKEN, ~has).order_by(Category.position))
        ]
        for has in (owned, ruled)
    )
    return ownerless, ruleless


def _empty_agencies(session: Session, languages: list[str]) -> list[str]:
    """Agencies that get reports and have nobody: the city's desk is told of what comes there."""
    worked_for = exists().where(SeatAgency.agency_id == Agency.id)
    gets = exists().where(Assignment.agency_id == Agency.id)
    names = session.scalars(
        select(Agency.name)
        .where(Agency.ended_at.is_(None), Agency.email.is_(None), gets, ~worked_for)
        .order_by(Agency.position)
    )
    return [in_language(name, languages[0], languages) for name in names]


def _reachable(session: Session, claim: Claim) -> int:
    """Officials whose mail arrives: who signs up has shown it, the others by choosing a password."""
    roles = [role.value for role, held in PERMISSIONS.items() if Permission.SEE_CITY in held]
    account_ids = list(session.scalars(select(Seat.account_id).where(Seat.ended_at.is_(None), Seat.role.in_(roles))))
    able = or_(Account.password_hash.is_not(None), Account.email == claim.email)
    return session.scalar(select(func.count()).select_from(Account).where(Account.id.in_(account_ids), able)) or 0


def _undelivered(session: Session) -> list[str]:
    """Where mail of the city couldn't go, and nothing has arrived since."""
    came = select(Message.destination).where(Message.state == State.SENT, Message.channel == "email")
    lost = select(Message.destination).where(
        Message.state == State.DEAD, Message.channel == "email", Message.destination.not_in(came)
    )
    return sorted(set(session.scalars(lost.limit(MOST_NAMED))))


def _years(session: Session, this_year: int) -> frozenset[int]:
    """This year, if the calendar knows its holidays."""
    for document in session.scalars(select(CalendarRow.document).where(CalendarRow.ended_at.is_(None))):
        given = document.get("holidays") or {}
        country = given.get("country")
        known = bool(holidays.country_holidays(country, years=this_year)) if country else False
        own = any(str(day.get("on", "")).startswith(str(this_year)) for day in given.get("add", ()))
        if known or own:
            return frozenset({this_year})
    return frozenset()


def _least_contrast(colour: str) -> float:
    light = repair(colour).light
    return min(contrast(light["--tenant"], light["--on-tenant"]), contrast(light["--tenant-ink"], "#ffffff"))
