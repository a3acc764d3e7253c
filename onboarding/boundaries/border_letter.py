"""The mails about a question of borders: to who decides, and the answer to who asked."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.office import Office
from complaints.rules import dispute
from messages import operating, outbox
from onboarding.boundaries.border_question import AGREED, BorderQuestion
from onboarding.boundaries.neighbours import Side
from onboarding.claim import Claim
from people import seats
from people.permissions import Role
from tenants import scope
from tenants.tenant import COMMONS_ID, Tenant, in_language


def tell_who_decides(session: Session, office: Office, question: BorderQuestion, side: Side, now: datetime) -> None:
    """The neighbour's administrators and the operators, each with the page where they answer. side: the neighbour."""
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
        for email, language in operators(session):
            _mail(session, office, event, email, language, values, now)


def tell_who_asked(session: Session, office: Office, question: BorderQuestion, now: datetime) -> None:
    """Whoever signed the city up; of one that came by a bundle, the operators. Of a live city, which asked about a
    proposed boundary, its administrators.
    """
    if question.difference_id is not None:
        _tell_city(session, office, question, now)
        return
    claim = session.scalar(select(Claim).where(Claim.tenant_id == question.tenant_id))
    other = session.get_one(Tenant, question.other_id)
    path = "/signup/live" if claim is not None else f"/operator/borders/{question.id}"
    event = "border_agreed" if question.state == AGREED else "border_refused"
    with scope.enter(session, COMMONS_ID):
        told = [(claim.email, claim.language)] if claim is not None else operators(session)
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


def operators(session: Session) -> list[tuple[str, str]]:
    """(address, language) of each; the session is in the commons."""
    return [(one.email or "", one.language or "id") for one in dispute.operators(session)]


def _mail(
    session: Session, office: Office, event: str, email: str, language: str, values: dict[str, str], now: datetime
) -> None:
    if not email:
        return
    outbox.mail(
        session, office.queue, event, email, operating.compose(event, language, values), language=language, now=now
    )
