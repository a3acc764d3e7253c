"""What a city promises: milestones with targets, per category, priority and area."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base, Configured, TenantOwned

ASKING: Mapping[str, Any] = {"amount": 5, "unit": "working_days", "then": "resume"}
"""How long a question to the reporter waits, where the rule says nothing else: then the officials go on without."""


class SlaRule(Configured, Base):
    """A rule; None matches anything, the most specific one decides.

    milestones: [{"milestone": "respond"|"secure"|"resolve", "amount": 360, "unit": "working_minutes",
    "when": {question: [answers]} or None}]. ceiling: {"amount", "unit"}, the statutory limit that a hand-over never
    restarts. pausing: statuses in which the clock stops. ladder: steps of escalation. asking: {"amount", "unit",
    "then": "resume" or "close"}, how long a question to the reporter waits (half of it over, they are reminded); None:
    for ever.
    """

    __tablename__ = "sla_rules"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        ForeignKeyConstraint(["tenant_id", "category_id"], ["categories.tenant_id", "categories.id"]),
        ForeignKeyConstraint(["tenant_id", "area_id"], ["areas.tenant_id", "areas.id"]),
        Index("ix_sla_rules_tenant_id_category_id", "tenant_id", "category_id"),
        Index("ix_sla_rules_tenant_id_area_id", "tenant_id", "area_id"),
    )

    category_id: Mapped[UUID | None]
    priority: Mapped[str | None]
    area_id: Mapped[UUID | None]
    milestones: Mapped[list[dict[str, Any]]]
    ceiling: Mapped[dict[str, Any] | None]
    auto_close: Mapped[bool] = mapped_column(default=False)
    pausing: Mapped[list[str]] = mapped_column(default=lambda: ["waiting_for_reporter"])
    ladder: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    asking: Mapped[dict[str, Any] | None]
    ended_at: Mapped[datetime | None]


class SlaRuleRevision(TenantOwned, Base):
    """How a rule read when a complaint was made under it. Never changed."""

    __tablename__ = "sla_rule_revisions"
    __table_args__ = (
        UniqueConstraint("tenant_id", "sla_rule_id", "revision"),
        ForeignKeyConstraint(["tenant_id", "sla_rule_id"], ["sla_rules.tenant_id", "sla_rules.id"]),
    )

    sla_rule_id: Mapped[UUID]
    revision: Mapped[int]
    document: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
