"""The mark of what a rehearsal goes by: agencies, categories, promises, calendars, areas, looks, words and ground."""

import hashlib
import json
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from tenants import scope
from tenants.agency import Agency, AgencyArea
from tenants.area import Area
from tenants.asset import AssetRule
from tenants.boundary import Boundary
from tenants.calendar import CalendarRow
from tenants.category import Assignment, Category
from tenants.database import Configured
from tenants.sla_rule import SlaRule
from tenants.tenant import Tenant

_ROWS: tuple[type[Configured], ...] = (Agency, Area, AssetRule, Assignment, CalendarRow, Category, SlaRule)


def rules_mark(session: Session, tenant_id: UUID) -> str:
    """Another one after each change of a city's settings, whoever made it and where; people and plan aren't in it."""
    tenant = session.get_one(Tenant, tenant_id)
    ground = select(func.md5(Boundary.wkb)).where(Boundary.tenant_id == tenant_id, Boundary.valid_until.is_(None))
    said: list[Any] = [tenant.name, tenant.time_zone, tenant.languages, tenant.look, tenant.texts, tenant.options]
    said.append(session.scalar(ground))
    with scope.enter(session, tenant_id):
        for table in _ROWS:
            said.append(session.scalar(_digest(table.code + ":" + cast(table.revision, Text))))
        said.append(session.scalar(_digest(cast(AgencyArea.agency_id, Text) + cast(AgencyArea.area_id, Text))))
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]


def _digest(row: ColumnElement[str]) -> Select[tuple[str]]:
    return select(func.md5(func.string_agg(row, aggregate_order_by(literal(","), row))))
