"""Telling the administrators of a city that the catalogue proposes something about it."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from complaints.office import Office
from messages import operating, outbox
from onboarding.boundaries.difference import CatalogueDifference, State
from people import seats
from people.permissions import Role
from tenants import scope
from tenants.tenant import Tenant, in_language


def tell_cities(session: Session, office: Office, now: datetime) -> int:
    """A mail to the administrators of each city with open proposals that it wasn't told of; how many cities."""
    fresh = (
        select(CatalogueDifference.city_id, func.count().label("proposals"), func.max(CatalogueDifference.edition))
        .where(CatalogueDifference.state == State.OPEN, CatalogueDifference.told_at.is_(None))
        .group_by(CatalogueDifference.city_id)
    )
    rows = session.execute(fresh).all()
    for city_id, proposals, edition in rows:
        if city_id is None:
            continue
        city = session.get_one(Tenant, city_id)
        slug, name, languages = city.slug, city.name, list(city.languages)
        with scope.enter(session, city_id):
            for admin in seats.addressees_of(session, roles=[Role.ADMIN]):
                language = admin.language or "id"
                values = {
                    "city": in_language(name, language, languages),
                    "edition": edition,
                    "count": str(proposals),
                    "url": f"{office.addresses.of_slug(slug)}/admin/borders",
                }
                words = operating.compose("catalogue_proposes", language, values)
                if admin.email:
                    outbox.mail(
                        session, office.queue, "catalogue_proposes", admin.email, words, language=language, now=now
                    )
    untold = update(CatalogueDifference).where(CatalogueDifference.told_at.is_(None))
    session.execute(untold.where(CatalogueDifference.state == State.OPEN).values(told_at=now))
    return len(rows)
