"""A tenant made, or brought up to date, from its bundle: the same code for the demonstration and every other city."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.photos.storage import Storage
from configuration import editing
from configuration.area_file import settled
from configuration.editing import Author
from configuration.logo import content_type, logo_key, logo_name
from configuration.rows import Changes, Ids, configure, told
from configuration.schema import CategorySchema, OptionsSchema
from onboarding.boundaries.catalogue import outline_of
from onboarding.bundle import Bundle, default_template
from onboarding.clashes import refuse_clashes
from people import proof
from people.account import Account
from people.seat import Seat, SeatAgency
from tenants import scope
from tenants.agency import Agency
from tenants.boundary import Boundary
from tenants.boundary_file import read_boundaries
from tenants.catalogue import current_code
from tenants.database import new_id
from tenants.directory import raise_epoch
from tenants.errors import Invalid
from tenants.geometry import Mending, geodesic_area_m2
from tenants.tenant import COMMONS_ID, Stage, Tenant

SHADOW_SLUG = "{slug}--latihan"


_OPTIONS = frozenset(OptionsSchema().fields)
"""What a bundle says; other keys of a city's options are the platform's own marks, and stay."""


@dataclass(frozen=True)
class ProvisionReport:
    """What a bundle did. problem: the sentence why it did nothing, where it was refused (in `batch.py` alone).

    added, changed, ended: rows by section. mendings: what was mended in outlines. invited: addresses that got an
    account, without a password until its owner has signed in. opened: live from now on. disputed: (whose ground the
    boundary lies on by more than maps differ, m²), so that it stays in rehearsal (in `opening.py` alone).
    """

    slug: str
    tenant_id: UUID | None = None
    created: bool = False
    added: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    ended: Mapping[str, int] = field(default_factory=dict)
    mendings: tuple[str, ...] = ()
    invited: tuple[str, ...] = ()
    problem: str | None = None
    opened: bool = False
    disputed: tuple[tuple[str, float], ...] = ()

    @property
    def unchanged(self) -> bool:
        return not (self.created or self.added or self.changed or self.ended or self.problem or self.opened)

    def __str__(self) -> str:
        if self.problem:
            return f"{self.slug}: refused. {self.problem}"
        return f"{self.slug}: {self._done()}{self._waits()}"

    def _done(self) -> str:
        if self.unchanged:
            return "nothing changed."
        parts = [
            f"{done} {', '.join(f'{number} {section}' for section, number in counts.items())}"
            for done, counts in (("added", self.added), ("changed", self.changed), ("ended", self.ended))
            if counts
        ]
        if self.opened and not self.created:
            parts.append("live from now on")
        return f"{'created; ' if self.created else ''}{'; '.join(parts)}."

    def _waits(self) -> str:
        if not self.disputed:
            return ""
        ground = ", ".join(f"{area:,.0f} m² of {name}" for name, area in self.disputed)
        return (
            f" It stays in rehearsal: its boundary lies on {ground}, more than two maps differ by. Whose ground it is"
            " and the operators are asked; once all have agreed it goes live by itself."
        )


def provision(
    session: Session,
    bundle: Bundle,
    *,
    now: datetime,
    stage: Stage = Stage.LIVE,
    storage: Storage | None = None,
    author: Author | None = None,
) -> ProvisionReport:
    """Bring the tenant of this slug to the bundle, in the caller's one transaction; a second time changes nothing.

    The bundle is the whole configuration: what it doesn't have ends. Only people stay when they aren't in it. stage: of
    a new tenant; one that is there keeps its own. storage: where a crest goes, needed only where the bundle has one.
    author: who brings it by hand into the session's own tenant; each change goes into its ledger.
    Raises Conflict where the slug, the code or the municipality is another's, Invalid for ground that can't be used.
    """
    changes = Changes(author)
    tenant, created = _tenant(session, bundle, stage, now, changes)
    if bundle.logo is not None:
        _keep_logo(bundle, tenant.id, storage)
    _boundary(session, bundle, tenant, changes, now)
    tenant_id = tenant.id
    with scope.enter(session, tenant_id):
        agency_ids = configure(session, bundle.document, bundle.areas, changes, now=now)
        invited = _people(session, bundle.document["people"], agency_ids, changes, now)
        _heads(session, bundle.document["agencies"], agency_ids, changes)
    report = ProvisionReport(
        slug=bundle.slug,
        tenant_id=tenant_id,
        created=created,
        added=dict(changes.added),
        changed=dict(changes.changed),
        ended=dict(changes.ended),
        mendings=tuple(changes.mendings),
        invited=tuple(invited),
    )
    if not report.unchanged:
        if not created:
            tenant.revision += 1
            tenant.version += 1
        session.flush()
        raise_epoch(session)
    return report


def provision_commons(session: Session, *, now: datetime) -> ProvisionReport:
    """Give the commons the default catalogue, so that what lies in no tenant can be reported; it promises nothing."""
    document = {
        "tenant": {"time_zone": "Asia/Jakarta"},
        "agencies": [],
        "sla_rules": [],
        "asset_rules": [],
        "calendars": [],
        "categories": [_without_owner(row) for row in default_template()["categories"]],
    }
    changes = Changes()
    with scope.enter(session, COMMONS_ID):
        configure(session, document, [], changes, now=now)
    if changes:
        session.get_one(Tenant, COMMONS_ID).revision += 1
        session.flush()
        raise_epoch(session)
    return ProvisionReport(
        "commons", COMMONS_ID, added=dict(changes.added), changed=dict(changes.changed), ended=dict(changes.ended)
    )


def _without_owner(row: Mapping[str, Any]) -> dict[str, Any]:
    loaded: dict[str, Any] = CategorySchema().load({**row, "agency": None})
    return loaded | {"platform_code": row["code"]}


def _tenant(session: Session, bundle: Bundle, stage: Stage, now: datetime, changes: Changes) -> tuple[Tenant, bool]:
    given = dict(bundle.document["tenant"])
    if given["municipality"] is not None:
        given["municipality"] = current_code(session, given["municipality"])
    tenant = session.scalar(select(Tenant).where(Tenant.slug == bundle.slug))
    marks = {} if tenant is None else {key: tenant.options[key] for key in tenant.options if key not in _OPTIONS}
    refuse_clashes(session, given, tenant)
    values = {
        "name": given["name"],
        "type": given["type"],
        "municipality_code": given["municipality"],
        "time_zone": given["time_zone"],
        "languages": given["languages"],
        "look": _look(bundle),
        "texts": bundle.document["texts"],
        "options": {**marks, **bundle.document["options"]},
    }
    if tenant is not None:
        changes.changed.update({"tenant": 1} if _bring(session, tenant, values, changes, now) else {})
        return tenant, False
    tenant = Tenant(
        id=new_id(),
        slug=bundle.slug,
        code=given["code"],
        stage=stage,
        live_at=now if stage is Stage.LIVE else None,
        created_at=now,
        **values,
    )
    session.add(tenant)
    session.flush()
    session.add(
        Tenant(
            slug=SHADOW_SLUG.format(slug=bundle.slug),
            code=given["code"],
            type=given["type"],
            name=given["name"],
            stage=Stage.SHADOW,
            shadow_of=tenant.id,
            time_zone=given["time_zone"],
            languages=given["languages"],
            created_at=now,
        )
    )
    session.flush()
    changes.added["tenant"] += 1
    return tenant, True


def _bring(session: Session, tenant: Tenant, values: Mapping[str, Any], changes: Changes, now: datetime) -> bool:
    """Set what differs; True if anything did. By hand only what the city itself decides."""
    if changes.author is not None:
        decided = {name: values[name] for name in editing.OF_A_TENANT}
        return editing.change(session, tenant, decided, author=changes.author, now=now) is not None
    differing = [name for name, value in values.items() if getattr(tenant, name) != value]
    for name in differing:
        setattr(tenant, name, values[name])
    return bool(differing)


def _boundary(session: Session, bundle: Bundle, tenant: Tenant, changes: Changes, now: datetime) -> None:
    """A new version from now on where the ground differs; the first holds from the beginning of time."""
    ground = _ground(session, bundle)
    if ground is None:
        return
    outline, mendings = ground
    wkb, overlay = shapely.to_wkb(outline), list(bundle.document["tenant"]["overlay"])
    present = session.scalar(select(Boundary).where(Boundary.tenant_id == tenant.id, Boundary.valid_until.is_(None)))
    if present is not None and (present.wkb, present.overlay) == (wkb, overlay):
        return
    changes.mendings += [told("boundary", mending) for mending in mendings]
    if present is not None:
        present.valid_until = now
        session.flush()
    session.add(
        Boundary(
            tenant_id=tenant.id,
            wkb=wkb,
            area_m2=geodesic_area_m2(outline),
            claimed_at=present.claimed_at if present else now,
            valid_from=now if present else None,
            overlay=overlay,
            source=bundle.document["tenant"]["boundary"],
            mendings=[
                {"what": one.what, "where": one.where and list(one.where), "area_m2": one.area_m2} for one in mendings
            ],
            created_at=now,
        )
    )
    session.flush()
    (changes.changed if present else changes.added)["boundary"] += 1


def _ground(session: Session, bundle: Bundle) -> tuple[BaseGeometry, list[Mending]] | None:
    """The outline and what was mended in it; a file of several features is their union. None: the bundle names none."""
    named = bundle.document["tenant"]["boundary"]
    if named is None:
        return None
    if bundle.boundary is None:
        return outline_of(session, named.partition(":")[2]), []
    features = read_boundaries(bundle.boundary, named)
    outline = features[0].geometry if len(features) == 1 else shapely.union_all([one.geometry for one in features])
    return settled(outline), [mending for one in features for mending in one.mendings]


def _people(
    session: Session, people: Iterable[Mapping[str, Any]], agency_ids: Ids, changes: Changes, now: datetime
) -> list[str]:
    """Seats for the people of the bundle, and accounts for those who have none; answers with these addresses."""
    invited = []
    ties = {(tie.seat_id, tie.agency_id): tie for tie in session.scalars(select(SeatAgency))}
    seats = {seat.account_id: seat for seat in session.scalars(select(Seat))}
    wanted = {person["email"]: person for person in people}
    accounts = {row.email: row for row in session.scalars(select(Account).where(Account.email.in_(wanted)))}
    for email, person in wanted.items():
        account = accounts.get(email)
        if account is None:
            account = Account(id=new_id(), email=email, name=person["name"], created_at=now)
            session.add(account)
            invited.append(email)
        seat = seats.get(account.id)
        newcomer = seat is None or seat.ended_at is not None
        if newcomer and account.confirmed_at is None and account.password_hash is not None:
            proof.void(session, account, now)  # whoever set it hadn't shown that the address is theirs
            invited.append(email)
        values = {"role": person["role"], "name": person["name"], "ended_at": None}
        if seat is None:
            seat = Seat(id=new_id(), account_id=account.id, created_at=now, **values)
            session.add(seat)
            session.flush()
            changes.added["people"] += 1
        elif differing := [name for name, value in values.items() if getattr(seat, name) != value]:
            for name in differing:
                setattr(seat, name, values[name])
            changes.changed["people"] += 1
        wanted_ties = {(seat.id, agency_ids[agency]) for agency in person["agencies"]}
        for place in [place for place in ties if place[0] == seat.id and place not in wanted_ties]:
            session.delete(ties.pop(place))
            changes.ended["people's agencies"] += 1
        for place in sorted(wanted_ties - ties.keys(), key=str):
            session.add(SeatAgency(seat_id=place[0], agency_id=place[1]))
            changes.added["people's agencies"] += 1
    session.flush()
    return invited


def _heads(session: Session, agencies: Iterable[Mapping[str, Any]], agency_ids: Ids, changes: Changes) -> None:
    """Who leads each agency, now that the people are there."""
    heads = {agency["code"]: agency["head"] for agency in agencies}
    accounts = select(Account.id, Account.email).where(Account.email.in_([one for one in heads.values() if one]))
    emails = dict(session.execute(accounts).all())
    seats = session.execute(select(Seat.account_id, Seat.id).where(Seat.account_id.in_(emails)))
    seat_ids = {emails[account_id]: seat_id for account_id, seat_id in seats}
    for row in session.scalars(select(Agency).where(Agency.id.in_(list(agency_ids.values())))):
        head_id = seat_ids.get(heads[row.code] or "")
        if row.head_id != head_id:
            row.head_id = head_id
            row.revision, row.version = row.revision + 1, row.version + 1
            changes.changed["agencies"] += 1
    session.flush()


def _look(bundle: Bundle) -> dict[str, Any]:
    """The look as it is kept: a crest is stored under a name made of its content."""
    given = bundle.document["look"]
    look = {"colour": given["colour"]} | ({"accent": given["accent"]} if given["accent"] else {})
    if bundle.logo is None:
        return look
    return look | {"logo": _logo_name(bundle)}


def _keep_logo(bundle: Bundle, tenant_id: UUID, storage: Storage | None) -> None:
    if storage is None:
        raise Invalid("This bundle has a crest, and there is no place here to keep it.", field="look.logo")
    name = _logo_name(bundle)
    key = logo_key(tenant_id, name)
    if not storage.exists(key):
        storage.put(key, bundle.logo or b"", content_type(name))


def _logo_name(bundle: Bundle) -> str:
    return logo_name(bundle.logo or b"", Path(bundle.document["look"]["logo"]).suffix)
