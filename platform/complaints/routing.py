"""Where a complaint was routed and why, as it is kept with it."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from uuid import UUID

from complaints.asset import AssetEntry
from complaints.rules.asset_rule import AssetRuleEntry
from tenants import locate
from tenants.locate import Candidate, Decision, NearBorder

_OF_DECISION = tuple(one.name for one in fields(Decision))
_OF_NEAR_BORDER = tuple(one.name for one in fields(NearBorder))
_OF_CANDIDATE = tuple(one.name for one in fields(Candidate))


def routing_document(decision: Decision) -> dict[str, Any]:
    """The decision as it is stored on the complaint, in plain values."""
    return {
        **_plain(decision, _OF_DECISION),
        "near_border": _plain(decision.near_border, _OF_NEAR_BORDER) if decision.near_border else None,
        "candidates": [_plain(one, _OF_CANDIDATE) for one in decision.candidates],
    }


def _plain(one: Decision | NearBorder | Candidate, names: tuple[str, ...]) -> dict[str, Any]:
    """Not dataclasses.asdict, which copies each value: each filing asks for it."""
    return {name: str(value) if isinstance(value := getattr(one, name), UUID) else value for name in names}


def about(asset: AssetEntry | None, rule: AssetRuleEntry | None) -> dict[str, Any]:
    """What a report is about, and whose that makes it, beside the decision; nothing where it is about no object."""
    if asset is None:
        return {}
    said: dict[str, Any] = {"code": asset.code, "name": asset.name}
    if rule is not None:
        whose = {"overlay": rule.overlay} if rule.overlay else {"agency_id": str(rule.agency_id)}
        said |= {"attribute": rule.attribute, "value": rule.value, **whose}
    return {"asset": said}


def decision_from(document: Mapping[str, Any]) -> Decision:
    """The decision that `routing_document` stored."""
    near = document.get("near_border")
    return Decision(
        rule=document["rule"],
        tenant_id=UUID(document["tenant_id"]) if document.get("tenant_id") else None,
        slug=document["slug"],
        name=document.get("name"),
        boundary_id=UUID(document["boundary_id"]) if document.get("boundary_id") else None,
        municipality_code=document.get("municipality_code"),
        municipality_name=document.get("municipality_name"),
        distance_m=document.get("distance_m", 0.0),
        near_border=locate.NearBorder(**{**near, "tenant_id": UUID(near["tenant_id"])}) if near else None,
        candidates=tuple(
            locate.Candidate(**{**candidate, "tenant_id": UUID(candidate["tenant_id"])})
            for candidate in document.get("candidates", ())
        ),
    )
