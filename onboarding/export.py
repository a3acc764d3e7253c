"""A tenant's whole configuration out of the database, as the bundle that would make it again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.photos.storage import Storage
from configuration.area_file import AreaRow, settled, write_boundary
from configuration.checks import CALENDAR_KEYS
from configuration.documents import category_document, rule_document
from configuration.logo import logo_key
from configuration.rows import codes_of
from configuration.schema import CalendarSchema, OptionsSchema
from onboarding.bundle import BOUNDARY, Bundle
from people.account import Account
from people.permissions import Role
from people.seat import Seat, SeatAgency
from tenants import scope
from tenants.agency import Agency, AgencyArea
from tenants.area import Area
from tenants.asset import AssetRule
from tenants.boundary import Boundary
from tenants.calendar import CalendarRow
from tenants.category import Assignment, Category
from tenants.colours import USUAL_COLOUR
from tenants.errors import NotFound
from tenants.sla_rule import SlaRule
from tenants.tenant import Stage, Tenant, in_language


def export_tenant(session: Session, tenant_id: UUID, *, storage: Storage | None = None) -> Bundle:
    """The bundle of a tenant: what holds now, and the ground that holds last; no residents, ids, dates or secrets.

    storage: where a crest is kept; without it the bundle has none. `write_bundle` gives the same bytes for it each
    time, and again after they were imported. Raises NotFound for no tenant, an erased one or a shadow.
    """
    tenant = session.get(Tenant, tenant_id)
    if tenant is None or tenant.stage in (Stage.ERASED, Stage.SHADOW):
        raise NotFound("There is no such tenant.")
    ground = session.scalar(select(Boundary).where(Boundary.tenant_id == tenant_id, Boundary.valid_until.is_(None)))
    boundary = None
    if ground is not None:
        name = in_language(tenant.name, tenant.languages[0], tenant.languages)
        boundary = write_boundary(shapely.from_wkb(ground.wkb), name)
    document: dict[str, Any] = {
        "tenant": {
            "slug": tenant.slug,
            "code": tenant.code,
            "name": tenant.name,
            "type": tenant.type,
            "municipality": tenant.municipality_code,
            "time_zone": tenant.time_zone,
            "languages": tenant.languages,
            "boundary": None if boundary is None else BOUNDARY,
            "overlay": [] if ground is None else ground.overlay,
        },
        "look": {
            "colour": tenant.look.get("colour", USUAL_COLOUR),
            "accent": tenant.look.get("accent"),
            "logo": None,
        },
        "texts": tenant.texts,
        "options": _known(tenant.options),
    }
    logo = None
    if storage is not None and (crest := tenant.look.get("logo")):
        logo = storage.get(logo_key(tenant_id, crest))
        document["look"]["logo"] = f"logo.{crest.rpartition('.')[2]}"
    time_zone = tenant.time_zone
    with scope.enter(session, tenant_id):
        areas = session.scalars(select(Area).where(Area.ended_at.is_(None)).order_by(Area.code)).all()
        area_codes = codes_of(areas)
        calendars = session.scalars(
            select(CalendarRow).where(CalendarRow.ended_at.is_(None)).order_by(CalendarRow.code)
        )
        document["calendars"], calendar_codes = _calendars(calendars.all(), time_zone)
        document["agencies"], agency_codes = _agencies(session, area_codes, calendar_codes)
        document["categories"], category_codes = _categories(session, area_codes, agency_codes)
        document["sla_rules"] = _rules(session, category_codes, area_codes)
        document["asset_rules"] = _asset_rules(session, category_codes, agency_codes)
        document["people"] = _people(session, agency_codes)
        rows = tuple(_area(area, area_codes) for area in areas)
    return Bundle(document, rows, boundary, logo)


def _area(area: Area, codes: dict[UUID, str]) -> AreaRow:
    outline = None if area.wkb is None else settled(shapely.from_wkb(area.wkb))
    return AreaRow(area.code, area.name, area.level, codes.get(area.parent_id) if area.parent_id else None, outline)


def _agencies(
    session: Session, area_codes: dict[UUID, str], calendar_codes: dict[UUID, str]
) -> tuple[list[dict[str, Any]], dict[UUID, str]]:
    agencies = session.scalars(
        select(Agency).where(Agency.ended_at.is_(None)).order_by(Agency.position, Agency.code)
    ).all()
    codes = codes_of(agencies)
    heads = _heads(session, [agency.head_id for agency in agencies if agency.head_id])
    tied: dict[UUID, list[str]] = {}
    for tie in session.scalars(select(AgencyArea)):
        if tie.area_id in area_codes:
            tied.setdefault(tie.agency_id, []).append(area_codes[tie.area_id])
    rows = [
        {
            "code": agency.code,
            "name": agency.name,
            "parent": codes.get(agency.parent_id) if agency.parent_id else None,
            "partner": agency.partner,
            "areas": sorted(tied.get(agency.id, [])),
            "email": agency.email,
            "phone": agency.phone,
            "head": heads.get(agency.head_id) if agency.head_id else None,
            "calendar": calendar_codes.get(agency.calendar_id) if agency.calendar_id else None,
            "ended": False,
        }
        for agency in agencies
    ]
    return rows, codes


def _heads(session: Session, seat_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The addresses of those who lead an agency and still work here, by seat."""
    seats = select(Seat.account_id, Seat.id).where(Seat.id.in_(seat_ids), Seat.ended_at.is_(None))
    by_account = dict(session.execute(seats).all())
    accounts = session.execute(select(Account.id, Account.email).where(Account.id.in_(by_account)))
    return {by_account[account_id]: email for account_id, email in accounts if email}


def _categories(
    session: Session, area_codes: dict[UUID, str], agency_codes: dict[UUID, str]
) -> tuple[list[dict[str, Any]], dict[UUID, str]]:
    categories = session.scalars(
        select(Category).where(Category.ended_at.is_(None)).order_by(Category.position, Category.code)
    ).all()
    codes = codes_of(categories)
    owners: dict[UUID, dict[str | None, str]] = {}
    for row in session.scalars(select(Assignment)):
        if row.agency_id in agency_codes and (row.area_id is None or row.area_id in area_codes):
            place = area_codes[row.area_id] if row.area_id else None
            owners.setdefault(row.category_id, {})[place] = agency_codes[row.agency_id]
    rows = []
    for category in categories:
        parent = codes.get(category.parent_id) if category.parent_id else None
        document = category_document(category, parent, owners.get(category.id))
        rows.append(document | {"off_in": [code for code in document["off_in"] if code in area_codes.values()]})
    return rows, codes


def _rules(session: Session, category_codes: dict[UUID, str], area_codes: dict[UUID, str]) -> list[dict[str, Any]]:
    rules = session.scalars(select(SlaRule).where(SlaRule.ended_at.is_(None)).order_by(SlaRule.code))
    return [
        rule_document(
            rule,
            category_codes[rule.category_id] if rule.category_id else None,
            area_codes[rule.area_id] if rule.area_id else None,
        )
        for rule in rules
        # A rule for what has ended promises nothing any more.
        if rule.category_id in (None, *category_codes) and rule.area_id in (None, *area_codes)
    ]


def _asset_rules(
    session: Session, category_codes: dict[UUID, str], agency_codes: dict[UUID, str]
) -> list[dict[str, Any]]:
    rules = session.scalars(select(AssetRule).where(AssetRule.ended_at.is_(None)).order_by(AssetRule.code))
    return [
        {
            "code": rule.code,
            "category": category_codes[rule.category_id] if rule.category_id else None,
            "attribute": rule.attribute,
            "value": rule.value,
            "agency": agency_codes[rule.agency_id] if rule.agency_id else None,
            "overlay": rule.overlay,
            "ended": False,
        }
        for rule in rules
        if rule.category_id in (None, *category_codes) and (rule.overlay or rule.agency_id in agency_codes)
    ]


def _calendars(calendars: Sequence[CalendarRow], time_zone: str) -> tuple[list[dict[str, Any]], dict[UUID, str]]:
    rows = []
    for calendar in calendars:
        written = {key: calendar.document[key] for key in CALENDAR_KEYS if key in calendar.document}
        zone = calendar.document.get("time_zone")
        rows.append(
            CalendarSchema().load(
                {"code": calendar.code, "time_zone": None if zone == time_zone else zone, **written}
                | ({"name": calendar.name} if calendar.name else {})
            )
        )
    return rows, codes_of(calendars)


def _people(session: Session, agency_codes: dict[UUID, str]) -> list[dict[str, Any]]:
    """Those who work there: residents' accounts are their own."""
    seats: Sequence[Seat] = session.scalars(
        select(Seat).where(Seat.ended_at.is_(None), Seat.role != Role.RESIDENT)
    ).all()
    emails = dict(
        session.execute(
            select(Account.id, Account.email).where(Account.id.in_([seat.account_id for seat in seats]))
        ).all()
    )
    works: dict[UUID, list[str]] = {}
    for tie in session.scalars(select(SeatAgency)):
        if tie.agency_id in agency_codes:
            works.setdefault(tie.seat_id, []).append(agency_codes[tie.agency_id])
    return sorted(
        (
            {
                "email": emails[seat.account_id],
                "name": seat.name,
                "role": seat.role,
                "agencies": sorted(works.get(seat.id, [])),
            }
            for seat in seats
            if seat.account_id in emails
        ),
        key=lambda person: str(person["email"]),
    )


def _known(options: dict[str, Any]) -> dict[str, Any]:
    """The options that a bundle has; others are the platform's own marks."""
    schema = OptionsSchema()
    loaded: dict[str, Any] = schema.load({key: value for key, value in options.items() if key in schema.fields})
    return loaded
