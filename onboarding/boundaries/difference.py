"""What a new edition of the catalogue says otherwise: proposed, and decided by the city it is about or the operator."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import shapely
from sqlalchemy import CheckConstraint, ForeignKey, Index, func, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from configuration.area_file import settled
from onboarding.boundaries.edition import Difference, Edition, Government, Kind, differences
from onboarding.boundaries.neighbours import ground_of
from tenants.catalogue import Municipality
from tenants.database import Base, new_id
from tenants.errors import Conflict, Invalid, NotFound
from tenants.personal import personal
from tenants.tenant import HELD, Stage, Tenant

SHORTEST_WHY, LONGEST_WHY = 10, 500
MOST_SHOWN = 100
BY_CITIES = (Stage.REHEARSAL, *HELD)
"""Stages in which a city decides about its own municipality."""


class State(StrEnum):
    """SUPERSEDED: a later edition says otherwise, or nothing any more."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SUPERSEDED = "superseded"


class CatalogueDifference(Base):
    """A difference of one edition. city_id: the city that decides about it, None for the operator.

    before, after: the words that differ. shares: of `edition.Share`. digest: of what is proposed, once.
    effective_at: from when on an accepted one holds; applied_at: since when it does. told_at: when its city was told.
    """

    __tablename__ = "catalogue_differences"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(str(one)) for one in Kind)})", name="kind"),
        CheckConstraint(f"state IN ({', '.join(repr(str(one)) for one in State)})", name="state"),
        Index("uq_catalogue_differences_open", "code", "kind", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_catalogue_differences_state_code", "state", "code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    edition: Mapped[str]
    kind: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    city_id: Mapped[UUID | None] = mapped_column(ForeignKey("tenants.id"), index=True)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    outline: Mapped[bytes | None]
    was_m2: Mapped[float | None]
    becomes_m2: Mapped[float | None]
    gained_m2: Mapped[float] = mapped_column(default=0.0)
    lost_m2: Mapped[float] = mapped_column(default=0.0)
    shares: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    digest: Mapped[str]
    state: Mapped[str] = mapped_column(default=State.OPEN)
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    why: Mapped[str | None] = mapped_column(info=personal("why it was declined", until="5 years after the city left"))
    effective_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]

    @property
    def seen(self) -> str:
        """What a form carries along, so that nobody decides about what isn't so any more."""
        return f"{self.digest}/{self.state}"


@dataclass(frozen=True)
class Proposed:
    """counts: new proposals by kind. known: differences that were proposed, or declined, before. superseded: proposals
    of before that nothing says any more. cities: new proposals by the city that decides.
    """

    counts: Mapping[str, int]
    known: int
    superseded: int
    cities: Mapping[UUID, int]


def propose(session: Session, edition: Edition, now: datetime) -> Proposed:
    """Write down how an edition differs from what stands: a row each; nothing else changes.

    What a city holds is compared with its own ground. The same edition a second time proposes nothing. The session is
    in no tenant; the caller commits.
    """
    standing, holders = _standing(session)
    edition = _with_provinces(session, edition, holders)
    found = differences(standing, edition)
    provinces = {one.province_code for one in edition.governments}
    digests = {_digest(one): one for one in found}
    undecided = {row.digest: row for row in session.scalars(select(CatalogueDifference).where(PENDING))}
    declined = set(
        session.scalars(select(CatalogueDifference.digest).where(CatalogueDifference.state == State.DECLINED))
    )
    of_province = {one.code: one.province_code for one in (*standing, *edition.governments)}

    def province_of(code: str) -> str:
        return of_province.get(code, code.partition(".")[0])

    said_no_more = [
        row for digest, row in undecided.items() if digest not in digests and province_of(row.code) in provinces
    ]
    superseded = 0
    while gone := [row for row in said_no_more if row.state == State.OPEN]:
        for row in gone:
            row.state, row.decided_at = State.SUPERSEDED, now
        session.flush()
        for row in gone:
            reopen_waiting(session, row)
        superseded += len(gone)
    fresh = [one for digest, one in digests.items() if digest not in undecided and digest not in declined]
    rows = [_row(one, edition.name, holders.get(one.code) if one.kind is not Kind.NEW else None, now) for one in fresh]
    session.add_all(rows)
    session.flush()
    return Proposed(
        Counter(row.kind for row in rows),
        len(found) - len(rows),
        superseded,
        Counter(row.city_id for row in rows if row.city_id is not None),
    )


PENDING = or_(
    CatalogueDifference.state == State.OPEN,
    (CatalogueDifference.state == State.ACCEPTED) & CatalogueDifference.applied_at.is_(None),
)


def one(session: Session, difference_id: UUID, *, city_id: UUID | None) -> CatalogueDifference:
    """One of a city's, or for the operator (None) any. Raises NotFound."""
    found = session.get(CatalogueDifference, difference_id)
    if found is None or (city_id is not None and found.city_id != city_id):
        raise NotFound("There is no such proposal.")
    return found


def of_city(session: Session, city_id: UUID) -> list[CatalogueDifference]:
    """Those that a city decides, or has decided; what is open first."""
    query = select(CatalogueDifference).where(
        CatalogueDifference.city_id == city_id, CatalogueDifference.state != State.SUPERSEDED
    )
    order = (CatalogueDifference.state != State.OPEN, CatalogueDifference.proposed_at.desc(), CatalogueDifference.id)
    return list(session.scalars(query.order_by(*order).limit(MOST_SHOWN)))


def waiting(session: Session, city_id: UUID | None) -> int:
    """How many wait for a city, or for the operator (None)."""
    theirs = CatalogueDifference.city_id == city_id if city_id else CatalogueDifference.city_id.is_(None)
    return session.scalar(select(func.count()).where(CatalogueDifference.state == State.OPEN, theirs)) or 0


def listed(
    session: Session, state: State | None, words: str = "", after: tuple[str, UUID] | None = None
) -> tuple[list[CatalogueDifference], bool]:
    """(a page of all of one state by code, whether more follow). words: of the name, or how the code begins."""
    query = select(CatalogueDifference)
    if state is not None:
        query = query.where(CatalogueDifference.state == state)
    for word in words.split()[:5]:
        query = query.where(
            or_(
                CatalogueDifference.name.icontains(word, autoescape=True),
                CatalogueDifference.code.startswith(word, autoescape=True),
            )
        )
    if after is not None:
        code, last_id = after
        query = query.where(
            or_(
                CatalogueDifference.code > code,
                (CatalogueDifference.code == code) & (CatalogueDifference.id > last_id),
            )
        )
    rows = session.scalars(query.order_by(CatalogueDifference.code, CatalogueDifference.id).limit(MOST_SHOWN + 1)).all()
    return list(rows[:MOST_SHOWN]), len(rows) > MOST_SHOWN


def locked(session: Session, difference_id: UUID, looked_at: str, *, city_id: UUID | None) -> CatalogueDifference:
    """An open one whose turn it is, for a decision. city_id: the city whose word it is, None for the operator's.

    Raises NotFound for another's; Conflict where it is decided already or says something else by now.
    """
    row = session.get(CatalogueDifference, difference_id, with_for_update=True, populate_existing=True)
    if row is None or (city_id is not None and row.city_id != city_id):
        raise NotFound("There is no such proposal.")
    if city_id is None and row.city_id is not None:
        raise Conflict("This is the city's to decide: it holds that ground.")
    if row.state != State.OPEN or row.seen != looked_at:
        raise Conflict("This is decided by now. Please look at it again.")
    return row


def decline(row: CatalogueDifference, why: str, by: UUID, now: datetime) -> None:
    """Leave everything as it is; the same isn't proposed again. Raises Invalid without a reason."""
    why = " ".join(why.split())
    if not SHORTEST_WHY <= len(why) <= LONGEST_WHY:
        raise Invalid(
            "Say why, in %(least)s to %(most)s characters.", field="why", least=SHORTEST_WHY, most=LONGEST_WHY
        )
    row.state, row.decided_at, row.decided_by, row.why = State.DECLINED, now, by, why


def waiting_for(session: Session, code: str) -> Sequence[CatalogueDifference]:
    """Accepted changes that can't hold before somebody has given up this code."""
    waiting = select(CatalogueDifference).where(
        CatalogueDifference.kind == Kind.CODE,
        CatalogueDifference.state == State.ACCEPTED,
        CatalogueDifference.applied_at.is_(None),
        CatalogueDifference.after["code"].astext == code,
    )
    return session.scalars(waiting.order_by(CatalogueDifference.code)).all()


def reopen_waiting(session: Session, row: CatalogueDifference) -> None:
    """Ask anew about what waits for a change of a code that won't be, and what waits for that."""
    if row.kind != Kind.CODE:
        return
    for one in waiting_for(session, row.code):
        one.state, one.decided_at, one.decided_by, one.effective_at = State.OPEN, None, None, None
        session.flush()
        reopen_waiting(session, one)


def _standing(session: Session) -> tuple[list[Government], dict[str, UUID]]:
    """(every municipality as it stands, a city's with its own ground; the city of each code that one has)."""
    cities = session.execute(
        select(Tenant.municipality_code, Tenant.id).where(
            Tenant.municipality_code.is_not(None), Tenant.stage.in_(BY_CITIES)
        )
    ).all()
    holders = {row.municipality_code: row.id for row in cities}
    rows = session.execute(
        select(
            Municipality.code, Municipality.name, Municipality.type, Municipality.province_code,
            Municipality.province_name, Municipality.outline,
        ).where(
            Municipality.ended_at.is_(None),
            or_(Municipality.level == "municipality", Municipality.code.in_(holders)),
        )
    )  # fmt: skip
    standing = []
    for row in rows:
        own = ground_of(session, holders[row.code]) if row.code in holders else None
        outline = own.shape if own is not None else None if row.outline is None else shapely.from_wkb(row.outline)
        standing.append(Government(row.code, row.name, row.type, row.province_code, row.province_name, outline))
    return standing, holders


def _with_provinces(session: Session, edition: Edition, holders: Mapping[str, UUID]) -> Edition:
    """The edition with each province that is a city: its outline is the union of its members', if all are there."""
    provinces = session.scalars(
        select(Municipality).where(Municipality.level == "province", Municipality.code.in_(holders))
    )
    more = []
    for province in provinces:
        members = [one for one in edition.governments if one.province_code == province.code]
        if not members:
            continue
        inside = select(Municipality.code).where(
            Municipality.province_code == province.code,
            Municipality.level == "municipality",
            Municipality.ended_at.is_(None),
        )
        known = set(session.scalars(inside))
        whole = edition.complete or known <= {one.code for one in members}
        outlines = [one.outline for one in members if one.outline is not None]
        union = settled(shapely.union_all(outlines)) if whole and outlines and len(outlines) == len(members) else None
        words = (province.code, province.name, province.type, province.province_code, province.province_name)
        more.append(Government(*words, union))
    return Edition(edition.name, [*edition.governments, *more], edition.complete)


def _row(found: Difference, edition: str, city_id: UUID | None, now: datetime) -> CatalogueDifference:
    return CatalogueDifference(
        id=new_id(),
        edition=edition,
        kind=found.kind,
        code=found.code,
        name=found.name,
        city_id=city_id,
        before=dict(found.before),
        after=dict(found.after),
        outline=None if found.outline is None else shapely.to_wkb(found.outline),
        was_m2=found.was_m2,
        becomes_m2=found.becomes_m2,
        gained_m2=found.gained_m2,
        lost_m2=found.lost_m2,
        shares=[asdict(share) for share in found.shares],
        digest=_digest(found),
        proposed_at=now,
    )


def _digest(found: Difference) -> str:
    said = json.dumps([found.kind, found.then or found.code, found.after], sort_keys=True).encode()
    return hashlib.sha256(said + (b"" if found.outline is None else shapely.to_wkb(found.outline))).hexdigest()[:16]
