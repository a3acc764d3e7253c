"""Which municipality: found in the catalogue, free or not and why; chosen with a slug and a code of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from onboarding import authority, funnel, naming
from onboarding.authority import Domain, Domains
from onboarding.claim import Claim
from tenants.catalogue import Municipality, OfficialDomain, current_code, found_by
from tenants.database import Words
from tenants.errors import Conflict, Invalid, NotFound
from tenants.tenant import HELD, Stage, Tenant

MOST_FOUND = 20
MOST_WORDS = 5
MOST_LISTED = 50


class Freedom(StrEnum):
    """Whether a municipality can be claimed now."""

    FREE = "free"
    SETTING_UP = "setting_up"
    LIVE = "live"
    NOT_CLAIMABLE = "not_claimable"
    NO_OUTLINE = "no_outline"


@dataclass(frozen=True)
class Place:
    """A municipality of the catalogue. why: why it can't be claimed. tenant_id, slug: of the city that has it. former:
    codes that it had before.
    """

    code: str
    name: str
    type: str
    province: str
    area_m2: float | None
    freedom: Freedom
    why: Words | None = None
    tenant_id: UUID | None = None
    slug: str = ""
    former: tuple[str, ...] = ()


def find(session: Session, words: str, most: int = MOST_FOUND) -> list[Place]:
    """Municipalities by words of the name, or by the beginning of the code; kota before kabupaten."""
    query = _named(_rows(), words)
    rows = session.execute(query.order_by(Municipality.name.desc(), Municipality.code).limit(most)).all()
    return _places(session, rows)


def listed(
    session: Session, words: str, freedom: Freedom | None, after: str = "", most: int = MOST_LISTED
) -> tuple[list[Place], str]:
    """(a page of municipalities by code, the code after which the next page goes on, "" for the last)."""
    query = _named(_rows(), words)
    if freedom is not None:
        query = query.where(condition(freedom))
    rows = session.execute(query.where(Municipality.code > after).order_by(Municipality.code).limit(most + 1)).all()
    return _places(session, rows[:most]), rows[most - 1].code if len(rows) > most else ""


def counts(session: Session) -> dict[Freedom, int]:
    """How many municipalities there are of each freedom."""
    counted = [func.count().filter(condition(freedom)) for freedom in Freedom]
    claimed = select(*counted).where(or_(Municipality.level == "municipality", Municipality.claimable))
    return dict(zip(Freedom, session.execute(claimed).one(), strict=True))


def place(session: Session, code: str) -> Place:
    """One municipality, by its code of today or before. Raises NotFound."""
    rows = session.execute(_rows().where(Municipality.code == current_code(session, code))).all()
    if not rows:
        raise NotFound("The catalogue has no municipality with this code.")
    return _places(session, rows)[0]


def domains(session: Session) -> Domains:
    """The curated table of official domains."""
    return {row.domain: Domain(row.municipality_code, row.verified) for row in session.scalars(select(OfficialDomain))}


def proposed(session: Session, chosen: Place) -> tuple[str, str]:
    """The slug and the code that a municipality is offered."""
    slugs, codes = _given(session)
    slug = naming.propose_slug(chosen.name, _names(session).values())
    code = naming.propose_code(chosen.name, codes)
    return (slug if slug not in slugs else f"{slug}-{chosen.code.replace('.', '')}"), code


def choose(session: Session, claim: Claim, municipality_code: str, slug: str, code: str, now: datetime) -> None:
    """Write the choice down; the ground is taken with the rehearsal, not before. Raises Invalid, Conflict, NotFound."""
    if claim.tenant_id is not None and claim.municipality_code != municipality_code:
        raise Conflict(
            "Your city is set up already, and its address is never given again: the municipality can't be changed here."
            " Ask the operator of this platform.",
            field="place",
        )
    if claim.tenant_id is not None:
        return
    wanted = place(session, municipality_code)
    brought = claim.municipality_code == wanted.code and claim.boundary_name is not None
    if not (brought and wanted.freedom is Freedom.NO_OUTLINE):
        refuse_unless_free(wanted)
    authority.standing(claim.email, municipality_code, domains(session))
    names = _names(session)
    others = {naming.propose_slug(name, names.values()): name for one, name in names.items() if one != wanted.code}
    slugs, codes = _given(session)
    naming.check_slug(slug, slugs, others)
    naming.check_code(code, codes)
    if not brought:
        claim.boundary = claim.boundary_name = None
    claim.municipality_code, claim.slug, claim.code = wanted.code, slug, code
    session.flush()
    funnel.note(session, claim.id, "place", now)


def refuse_unless_free(wanted: Place) -> None:
    """Raise Conflict or Invalid, in the sentence of its kind, for a municipality that can't be claimed now."""
    if wanted.freedom is Freedom.LIVE:
        raise Conflict("%(name)s is on this platform already; nobody else can take its ground.", name=wanted.name)
    if wanted.freedom is Freedom.SETTING_UP:
        raise Conflict("%(name)s is being set up by somebody else at this moment.", name=wanted.name)
    if wanted.freedom is Freedom.NOT_CLAIMABLE:
        raise Invalid("%(name)s can't be claimed on its own.", name=wanted.name)
    if wanted.freedom is Freedom.NO_OUTLINE:
        raise Invalid("The catalogue has no outline of %(name)s yet.", name=wanted.name)


def _named(query: Select[*tuple[Any, ...]], words: str) -> Select[*tuple[Any, ...]]:
    """Those whose name has every word, or whose code, of today or before, begins with it."""
    for word in words.split()[:MOST_WORDS]:
        query = query.where(found_by(word))
    return query


def condition(freedom: Freedom) -> ColumnElement[bool]:
    """The same rule as `_place`, for the database: which rows of the catalogue are so."""
    held = select(Tenant.municipality_code).where(Tenant.municipality_code.is_not(None), Tenant.stage.in_(HELD))
    begun = select(Tenant.municipality_code).where(
        Tenant.municipality_code.is_not(None), Tenant.stage == Stage.REHEARSAL
    )
    live = or_(Municipality.code.in_(held), Municipality.province_code.in_(held))
    setting_up = Municipality.code.in_(begun)
    outlined = or_(Municipality.outline.is_not(None), Municipality.level == "province")
    open_ = and_(not_(live), not_(setting_up))
    return {
        Freedom.LIVE: and_(live, not_(setting_up)),
        Freedom.SETTING_UP: setting_up,
        Freedom.NOT_CLAIMABLE: and_(open_, not_(Municipality.claimable)),
        Freedom.NO_OUTLINE: and_(open_, Municipality.claimable, not_(outlined)),
        Freedom.FREE: and_(open_, Municipality.claimable, outlined),
    }[freedom]


def _rows() -> Select[*tuple[Any, ...]]:
    return select(
        Municipality.code,
        Municipality.name,
        Municipality.type,
        Municipality.province_code,
        Municipality.province_name,
        Municipality.area_m2,
        Municipality.claimable,
        Municipality.why_not,
        Municipality.former_codes,
        (Municipality.outline.is_not(None) | (Municipality.level == "province")).label("outlined"),
    ).where(or_(Municipality.level == "municipality", Municipality.claimable))


def _places(session: Session, rows: Sequence[Any]) -> list[Place]:
    wanted = {code for row in rows for code in (row.code, row.province_code)}
    tenants = session.scalars(
        select(Tenant).where(
            Tenant.municipality_code.in_(wanted),
            Tenant.stage.in_((Stage.REHEARSAL, *HELD)),
        )
    )
    by_code = {tenant.municipality_code: tenant for tenant in tenants}
    return [_place(row, by_code.get(row.code), by_code.get(row.province_code)) for row in rows]


def _place(row: Any, own: Tenant | None, province: Tenant | None) -> Place:
    holder = own or province
    if own is not None and own.stage == Stage.REHEARSAL:
        freedom = Freedom.SETTING_UP
    elif own is not None or (province is not None and province.stage != Stage.REHEARSAL):
        freedom = Freedom.LIVE
    elif not row.claimable:
        freedom = Freedom.NOT_CLAIMABLE
    else:
        freedom = Freedom.FREE if row.outlined else Freedom.NO_OUTLINE
    has = freedom in (Freedom.LIVE, Freedom.SETTING_UP) and holder is not None
    return Place(
        code=row.code,
        name=row.name,
        type=row.type,
        province=row.province_name,
        area_m2=row.area_m2,
        freedom=freedom,
        why=row.why_not,
        tenant_id=holder.id if has and holder else None,
        slug=holder.slug if has and holder else "",
        former=tuple(row.former_codes),
    )


def _names(session: Session) -> dict[str, str]:
    """The official name of every municipality by its code."""
    rows = session.execute(select(Municipality.code, Municipality.name).where(Municipality.level == "municipality"))
    return {row.code: row.name for row in rows}


def _given(session: Session) -> tuple[set[str], set[str]]:
    """Every slug and every code that is or ever was in use."""
    rows = session.execute(select(Tenant.slug, Tenant.code)).all()
    return {row.slug for row in rows}, {row.code for row in rows}
