"""What a template filled in for a city, looked through before it is live: taken out, changed, or brought back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from complaints.office import Office
from configuration import calendars, looks
from configuration.fields import writing_in
from configuration.looks import Look
from configuration.schema import AgencySchema, CategorySchema, RuleSchema
from onboarding import founding
from onboarding.bundle import default_template
from onboarding.claim import Claim
from onboarding.export import export_tenant
from onboarding.provision import provision
from tenants import scope
from tenants.errors import Invalid
from tenants.working_time import to_document

Document = Mapping[str, Any]
Row = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """What the page says. categories, agencies: the codes that stay or come back. calendar: the city's hours, as a
    document. look: colours, crest and standing words.
    """

    categories: Collection[str]
    agencies: Collection[str]
    calendar: Document
    look: Look


def check(session: Session, office: Office, claim: Claim, wanted: Wanted, now: datetime) -> None:
    """Bring a city that isn't live to what is wanted, and its shadow with it. Raises Invalid, Faults, Conflict."""
    tenant = founding.city_of(session, claim)
    founding.refuse_unless_rehearsing(tenant)
    calendars.checked(wanted.calendar)
    tenant_id = tenant.id
    with scope.enter(session, tenant_id):
        author = founding.author_of(session, claim)
        looks.save(session, office.storage, tenant_id, wanted.look, author=author, now=now)
    bundle = export_tenant(session, tenant_id, storage=office.storage)
    document = with_hours(trimmed(bundle.document, wanted.categories, wanted.agencies), wanted.calendar)
    changed = replace(bundle, document=document)
    provision(session, changed, now=now, storage=office.storage)
    founding.copy_to_shadow(session, changed, founding.city_of(session, claim), now)
    claim.checked_at = now
    session.flush()


def offered(document: Document, section: str) -> list[Row]:
    """The rows of a city's agencies or categories, and those of the template that it could bring back, in its order."""
    rows = {row["code"]: row for row in document[section]}
    template = _template()[section]
    places = {row["code"]: place for place, row in enumerate(template)}
    every = [*rows.values(), *(row for row in template if row["code"] not in rows)]
    return sorted(every, key=lambda row: places.get(row["code"], len(places)))


def trimmed(document: Document, categories: Collection[str], agencies: Collection[str]) -> dict[str, Any]:
    """A bundle with these categories and agencies only; groups without any go too. Raises Invalid for no category.

    The desk stays, and gets what belonged to an agency that is taken out; what is brought back is as in the template.
    """
    desk = document["options"].get("desk") or founding.DESK
    before = {section: {row["code"] for row in document[section]} for section in ("agencies", "categories")}
    bodies = [row for row in offered(document, "agencies") if row["code"] in agencies or row["code"] == desk]
    known = {row["code"] for row in bodies}
    back = known - before["agencies"]
    usual = {row["code"]: row["agency"] for row in _template()["categories"]}
    above = {row["code"]: row["parent"] for row in _template()["agencies"]}

    def owner(row: Row) -> str | None:
        """Whose it is: as before where those are there, else the template's agency that has come back, or the desk."""
        had, usually = row["agency"], usual.get(row["code"])
        if usually in back and had in (None, desk, usually):
            return usually
        return had if had in known or row["group"] else desk

    def parent(row: Row) -> str | None:
        """Which agency it is part of, with one that has come back as in the template."""
        usually = above.get(row["code"])
        return row["parent"] if row["parent"] in known else usually if usually in back else None

    kept = [row for row in offered(document, "categories") if row["group"] or row["code"] in categories]
    filled = {row["parent"] for row in kept if not row["group"]}
    kept = [row for row in kept if not row["group"] or row["code"] in filled]
    if not filled:
        raise Invalid("Keep at least one kind of problem.", field="category")
    codes = {row["code"] for row in kept}
    new = codes - before["categories"]
    rules = [row for row in document["sla_rules"] if row["category"] is None or row["category"] in codes]
    named = {row["code"] for row in rules}
    rules += [row for row in _template()["sla_rules"] if row["category"] in new and row["code"] not in named]
    usually_likely = default_template()["options"]["likely_categories"]
    likely = [code for code in document["options"].get("likely_categories", []) if code in codes]
    likely += [code for code in usually_likely if code in new and code not in likely]
    if new:
        likely.sort(key=lambda code: usually_likely.index(code) if code in usually_likely else len(usually_likely))
    return {
        **document,
        "agencies": [row | {"parent": parent(row)} for row in bodies],
        "categories": [
            row | {"agency": owner(row), "by_area": {area: one for area, one in row["by_area"].items() if one in known}}
            for row in kept
        ],
        "sla_rules": rules,
        "asset_rules": [
            row
            for row in document["asset_rules"]
            if row["agency"] in known and (row["category"] is None or row["category"] in codes)
        ],
        "people": [
            row | {"agencies": [one for one in row["agencies"] if one in known] or [desk]} for row in document["people"]
        ],
        "options": {**document["options"], "likely_categories": likely},
    }


def with_hours(document: Document, calendar: Document) -> dict[str, Any]:
    """A bundle whose city counts by this calendar."""
    written = to_document(calendars.checked(calendar))
    zone = document["tenant"]["time_zone"]
    said = {
        "hours": written["hours"],
        "dated": written.get("dated", []),
        "holidays": written.get("holidays", {}),
        "half_days": written.get("half_days", []),
        "time_zone": None if written["time_zone"] == zone else written["time_zone"],
    }
    chosen = document["options"].get("calendar")
    rows = [row | said if row["code"] == chosen else row for row in document["calendars"]]
    return {**document, "calendars": rows}


@lru_cache(maxsize=1)
def _template() -> dict[str, Sequence[Row]]:
    """The rows of the template with every key that a bundle's rows have; treat them as unchangeable."""
    given = default_template()
    with writing_in("id"):
        categories = [CategorySchema().load(dict(row)) for row in given["categories"]]
        codes = {row["code"] for row in categories}
        rules = [row if row["code"] not in codes else {"category": row["code"], **row} for row in given["sla_rules"]]
        return {
            "agencies": [AgencySchema().load(dict(row)) for row in given["agencies"]],
            "categories": [row | {"platform_code": row["code"]} for row in categories],
            "sla_rules": [RuleSchema().load(row) for row in rules],
        }
