"""The checklist of the sign-up goes on for a city that is open: how its set-up stands, on its settings' first page."""

from datetime import datetime

from sqlalchemy.orm import Session

from onboarding.facts import settings_of
from onboarding.readiness import Line, health
from tenants.scope import tenant_of
from tenants.tenant import Tenant

MENDED_AT = {
    "categories": "/admin/categories",
    "agencies": "/admin/agencies",
    "calendar": "/admin/calendars",
    "privacy": "/admin/look",
    "colours": "/admin/look",
}
"""Where a line is mended."""


def lines(session: Session, now: datetime) -> list[tuple[Line, str]]:
    """(line, where it is mended) of the session's city."""
    tenant = session.get_one(Tenant, tenant_of(session))
    return [(line, MENDED_AT[line.key]) for line in health(settings_of(session, tenant, now))]
