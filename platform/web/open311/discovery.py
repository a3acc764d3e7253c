"""Where the format is spoken here: a document that may be kept, and says when what it names has changed."""

from datetime import datetime

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from complaints.destination import route
from complaints.report import Report
from configuration.change import ConfigurationChange
from tenants.errors import Invalid
from tenants.tenant import Tenant
from web.access import Anyone, allows
from web.context import office
from web.open311 import asked
from web.open311.jurisdiction import jurisdiction
from web.open311.reading import PRODUCTION, ROOT, TEST, add, add_at
from web.open311.services import said
from web.open311.shown import government
from web.open311.wire import TYPES, answer, instant

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
ENDPOINTS = {"production": f"{ROOT}{PRODUCTION}", "test": f"{ROOT}{TEST}"}


def add_discovery(blueprint: Blueprint) -> None:
    """The routes; whoever looks for an endpoint looks above the version too."""
    add_at(blueprint, "/discovery", discovery)
    add(blueprint, "/discovery", discovery)
    add(blueprint, "/coverage", coverage)


@allows(Anyone)
def discovery() -> ResponseReturnValue:
    """The endpoints of this host: the real one, and one to try out, where nothing is kept."""
    origin = office().addresses.of(g.tenant) if g.tenant is not None else office().addresses.national
    changed = instant(_changed_at())
    who = government(g.tenant) if g.tenant is not None else "Aduan"
    return answer(
        "discovery",
        {
            "changeset": changed,
            "contact": _("%(who)s, by the addresses at %(url)s", who=who, url=f"{origin}/imprint"),
            "key_service": _(
                "No key is needed: reports are taken without one, within the limits that hold for everybody. An api_key"
                " that is sent is not looked at."
            ),
            "endpoints": [
                {
                    "specification": SPECIFICATION,
                    "url": f"{origin}{path}",
                    "changeset": changed,
                    "type": kind,
                    "formats": [type_.partition(";")[0] for type_ in TYPES.values()],
                }
                for kind, path in ENDPOINTS.items()
            ],
        },
    )


@allows(Anyone)
def coverage() -> ResponseReturnValue:
    """Whether reports from a point are this city's, or on the national host any city's; and whose they are."""
    point = asked.point()
    if point is None:
        raise Invalid("Give both lat and long.", field="lat")
    lon, lat = point
    report = Report(category="", description="", lon=lon, lat=lat, language=g.language)
    card, _decision = route(g.session, office(), report, g.tenant, g.now)
    here = jurisdiction() if g.tenant is not None or asked.word("jurisdiction_id") else None
    return answer(
        "coverage",
        {
            "result": card.id == here.id if here is not None else not card.is_commons,
            "jurisdictions": [
                {"jurisdiction_id": card.slug, "name": said(card.name, card), "url": office().addresses.of(card)}
            ],
        },
    )


def _changed_at() -> datetime:
    """When a city last changed something of its settings; on the national host, when one last joined."""
    begun = func.coalesce(Tenant.live_at, Tenant.created_at)
    if g.tenant is None:
        at: datetime = g.session.scalar(select(func.max(begun)).where(begun <= g.now))
        return at
    latest = select(ConfigurationChange.at).order_by(ConfigurationChange.at.desc()).limit(1)
    return g.session.scalar(latest) or g.session.scalar(select(begun).where(Tenant.id == g.tenant.id))
