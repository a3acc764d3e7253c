"""A new version of a city's areas: read from a file, planned, looked at, and in force from a date on.

Between its steps it waits as a row. It is applied in one transaction, at once or by a job at its date; the open
complaints that lie in another area then follow in batches (`area_following`).
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import shapely
from sqlalchemy import CheckConstraint, Index, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from complaints.office import Office
from configuration import editing
from configuration.area_plan import Feature, properties_of
from configuration.change import Did
from configuration.editing import Author
from tenants import boundary_file
from tenants.area import Area
from tenants.boundary_file import Fault
from tenants.database import Base, TenantOwned, new_id
from tenants.errors import N_, AduanError, Conflict, Invalid, NotFound
from tenants.sentence import grouped

APPLY, FOLLOW = "apply_area_version", "follow_area_version"
"""The jobs that bring a version in at its date, and the open complaints after it."""

SEEN_BY_ALL = timedelta(seconds=10)
"""By when every process takes reports in by the new areas; those that came before then follow as well."""

SAMPLE, MOST_TOLD, MOST_AREAS = 12, 50, 20_000
MOST_VERTICES = 3_000_000
DEEPEST = 100
"""No city has so many levels: what seems to lie that deep lies in itself."""
LONGEST_VALUE = 60
EVERYTHING = ("name", "level", "parent", "outline")
GIVEN_UP = "given_up"
"""Under which the findings keep why a version didn't come into force."""


class State(StrEnum):
    """How far a version has come. Waiting: for its date."""

    READ = "read"
    PLANNED = "planned"
    WAITING = "waiting"
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"


class AreaVersion(TenantOwned, Base):
    """outlines: the file's features, mended, packed. sample: {names, rows, count}. reading, findings: of the last look.

    rows: what is planned, packed, feature by feature. tree: the areas before it, {id: parent's id}. seat_id: whose it
    is. after_id: how far the open complaints have followed, moved: how many changed hands, followed_at: when all had.
    """

    __tablename__ = "area_versions"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in State)})", name="state"),
        Index("ix_area_versions_tenant_id_made_at", "tenant_id", "made_at"),
    )

    source: Mapped[str]
    state: Mapped[str]
    outlines: Mapped[bytes] = mapped_column(deferred=True)
    rows: Mapped[bytes | None] = mapped_column(deferred=True)
    tree: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    sample: Mapped[dict[str, Any]]
    reading: Mapped[dict[str, Any] | None]
    findings: Mapped[dict[str, Any] | None]
    seat_id: Mapped[UUID | None]
    made_at: Mapped[datetime]
    effective_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    after_id: Mapped[UUID | None]
    moved: Mapped[int] = mapped_column(default=0)
    followed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Unreadable(Invalid):
    """A file of which nothing is taken. faults: each with its place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(N_("Nothing of this file was taken: %(count)s of its parts can't be used."), count=len(faults))
        self.faults = faults


def read_file(session: Session, data: bytes, filename: str, *, seat_id: UUID | None, now: datetime) -> AreaVersion:
    """Take a file of outlines in. Raises Unreadable with every fault, or Invalid; then nothing is kept."""
    report = boundary_file.check(data, filename, most_bytes=boundary_file.MOST_UPLOADED_BYTES)
    if report.faults:
        raise Unreadable(report.faults)
    if len(report.features) > MOST_AREAS:
        raise Invalid("A file may hold up to %(most)s areas.", field="file", most=MOST_AREAS)
    if sum(shapely.get_num_coordinates(one.geometry) for one in report.features) > MOST_VERTICES:
        raise Invalid(
            "The outlines have more than %(most)s vertices in all. Simplify them to a metre or two and try again.",
            field="file",
            most=grouped(MOST_VERTICES),
        )
    features = [Feature(one.properties, one.geometry, one.area_m2) for one in report.features]
    session.execute(delete(AreaVersion).where(AreaVersion.state.in_([State.READ, State.PLANNED])))
    mended = sum(bool(one.mendings) for one in report.features)
    return keep(session, features, filename, mended=mended, seat_id=seat_id, now=now)


def keep(
    session: Session, features: Sequence[Feature], source: str, *, mended: int, seat_id: UUID | None, now: datetime
) -> AreaVersion:
    """Write outlines down as a version that was read. mended: how many of them were."""
    names = properties_of(features)
    version = AreaVersion(
        id=new_id(),
        source=source[:200],
        state=State.READ,
        outlines=packed(
            [[dict(one.properties), shapely.to_wkb(one.geometry, hex=True), one.area_m2] for one in features]
        ),
        sample={
            "names": names,
            "count": len(features),
            "rows": [
                [str(one.properties.get(name, ""))[:LONGEST_VALUE] for name in names] for one in features[:SAMPLE]
            ],
            "mended": mended,
        },
        seat_id=seat_id,
        made_at=now,
    )
    session.add(version)
    session.flush()
    return version


def version_of(session: Session, version_id: UUID) -> AreaVersion:
    """The version of this id. Raises NotFound."""
    found = session.scalar(select(AreaVersion).where(AreaVersion.id == version_id))
    if found is None:
        raise NotFound("There is no such version here: it may have been replaced by a newer file.")
    return found


def latest(session: Session, most: int = 20) -> list[AreaVersion]:
    """The versions, the newest first."""
    return list(session.scalars(select(AreaVersion).order_by(AreaVersion.made_at.desc(), AreaVersion.id).limit(most)))


def schedule(session: Session, office: Office, version: AreaVersion, at: datetime, *, now: datetime) -> None:
    """Let a planned version hold from an instant on: applied now where that has come, else by a job then."""
    refuse_unless(version, State.PLANNED)
    version.effective_at, version.state = at, State.WAITING
    version.findings = {key: said for key, said in (version.findings or {}).items() if key != GIVEN_UP}
    session.flush()
    if at <= now:
        apply(session, office, version, now=now)
    else:
        office.queue.defer(session, APPLY, version.tenant_id, version.id, at=at)


def withdraw(session: Session, version: AreaVersion) -> None:
    """Drop a version that doesn't hold yet."""
    refuse_unless(version, State.READ, State.PLANNED, State.WAITING)
    version.state = State.WITHDRAWN
    session.flush()


def apply(session: Session, office: Office, version: AreaVersion, *, now: datetime) -> None:
    """Bring the areas to a version, all or none: of each area what the version changes, and no other words of it.

    Raises Conflict where the areas have changed so that it doesn't fit; then nothing has changed yet.
    """
    refuse_unless(version, State.WAITING)
    features = features_of(session, version)
    (kept,) = session.execute(select(AreaVersion.rows).where(AreaVersion.id == version.id)).one()
    every = json.loads(gzip.decompress(kept or b""))
    areas = {area.code: area for area in session.scalars(select(Area))}
    running = {code for code, area in areas.items() if area.ended_at is None}
    wanted = {row["code"]: (number, row) for number, row in enumerate(every) if _has_a_say(row, running)}
    ended = set(version.findings["ended"]) & running if version.findings else set()
    above = _above(areas, running - ended, {code: row for code, (_number, row) in wanted.items()}, ended)
    depths = {code: depth_of(code, above) for code in above}
    if max(depths.values(), default=0) >= DEEPEST:
        raise Conflict("The areas would lie in each other. Import the file again.")
    ids = {code: areas[code].id if code in areas else new_id() for code in above}
    changes: list[tuple[Area, Mapping[str, Any], Did]] = []
    for code in sorted(above, key=lambda code: (depths[code], code)):
        area, values = areas.get(code), dict[str, Any](depth=depths[code])
        if code in wanted:
            number, row = wanted[code]
            values |= _values(row, features[number], area if code in running else None, version)
            if "parent_id" in values:
                parent = above[code]
                values["parent_id"] = ids[parent] if parent else None
        changes.append((area or Area(id=ids[code], code=code), values, Did.CHANGED if area else Did.ADDED))
    changes += [(areas[code], {"ended_at": now}, Did.ENDED) for code in sorted(ended)]
    version.tree = {
        str(area.id): str(area.parent_id) if area.parent_id else None
        for area in areas.values()
        if area.ended_at is None
    }
    editing.change_many(session, changes, author=Author(version.seat_id), now=now)
    version.state, version.applied_at, version.after_id = State.APPLIED, now, None
    session.flush()
    office.queue.defer(session, FOLLOW, version.tenant_id, version.id, at=now + SEEN_BY_ALL)


def give_up(session: Session, version: AreaVersion, why: AduanError) -> None:
    """Let a version whose date has come, and which doesn't fit any more, wait for somebody to look at it again."""
    refuse_unless(version, State.WAITING)
    details = {key: str(value) for key, value in why.details.items()}
    version.state, version.findings = State.PLANNED, {**(version.findings or {}), GIVEN_UP: [why.message, details]}
    session.flush()


def given_up(session: Session) -> list[tuple[AreaVersion, Invalid]]:
    """The versions whose date has come and which didn't fit, each with why."""
    rows = session.scalars(
        select(AreaVersion)
        .where(AreaVersion.state == State.PLANNED, AreaVersion.effective_at.is_not(None))
        .order_by(AreaVersion.made_at.desc(), AreaVersion.id)
    )
    return [(row, Invalid(said, **details)) for row in rows for said, details in [(row.findings or {})[GIVEN_UP]]]


def _has_a_say(row: Mapping[str, Any], running: set[str]) -> bool:
    """Whether a version says anything of an area: it is new in it, or changes something of one that hasn't ended."""
    changed = row.get("changed")
    if changed and row["code"] not in running:
        raise Conflict("The area %(code)s has ended since. Import the file again.", code=row["code"])
    return changed is None or row["code"] in running


def _above(
    areas: Mapping[str, Area], running: set[str], wanted: Mapping[str, Mapping[str, Any]], ended: set[str]
) -> dict[str, str | None]:
    """In which each area lies, by codes, once the version holds. Raises Conflict for one that has ended."""
    codes = {area.id: code for code, area in areas.items()}
    above: dict[str, str | None] = {}
    for code in running:
        parent_id = areas[code].parent_id
        above[code] = codes[parent_id] if parent_id else None
    for code, row in wanted.items():
        if code not in above or "parent" in _changed(row):
            above[code] = row["parent"]
    for code, parent in above.items():
        if parent is not None and parent not in above and (code in wanted or parent in ended):
            raise Conflict(
                "The area %(code)s lies in %(parent)s, which has ended since. Import the file again.",
                code=code,
                parent=parent,
            )
    return above


def _changed(row: Mapping[str, Any]) -> Sequence[str]:
    """What a version changes of an area that there is; all of one that was new when it was planned."""
    said: Sequence[str] | None = row.get("changed")
    return EVERYTHING if said is None else said


def _values(row: Mapping[str, Any], feature: Feature, area: Area | None, version: AreaVersion) -> dict[str, Any]:
    """The columns that a version sets of an area. area: as it is now; None where it is to begin, or to begin again."""
    wkb = shapely.to_wkb(feature.geometry)
    drawn = {"wkb": wkb, "area_m2": feature.area_m2}
    if area is None:
        said = {"name": row["name"], "level": row["level"], "parent_id": None, "ended_at": None}
        return {**said, **drawn, "valid_from": version.effective_at}
    changed = _changed(row)
    values: dict[str, Any] = {"parent_id": None} if "parent" in changed else {}
    if "name" in changed:
        language = (version.reading or {}).get("language", "id")
        values["name"] = {**area.name, language: row["name"][language]}
    if "level" in changed:
        values["level"] = row["level"]
    if "outline" in changed:
        values |= drawn if area.wkb == wkb else {**drawn, "valid_from": version.effective_at}
    return values


def features_of(session: Session, version: AreaVersion) -> list[Feature]:
    """The outlines that a version was read from, in the order of its file."""
    (kept,) = session.execute(select(AreaVersion.outlines).where(AreaVersion.id == version.id)).one()
    return [Feature(said, shapely.from_wkb(wkb), size) for said, wkb, size in json.loads(gzip.decompress(kept))]


def depth_of(code: str, above: Mapping[str, str | None]) -> int:
    """How deep an area lies, 1 at the top; DEEPEST where it lies in itself."""
    depth, parent = 1, above.get(code)
    while parent is not None and depth < DEEPEST:
        depth, parent = depth + 1, above.get(parent)
    return depth


def packed(value: Any) -> bytes:
    """Whatever JSON can hold, as a version keeps it: gzipped; the same value gives the same bytes."""
    return gzip.compress(json.dumps(value).encode(), compresslevel=3, mtime=0)


def refuse_unless(version: AreaVersion, *states: State) -> None:
    """Raise Conflict unless the version is in one of these states."""
    if version.state not in states:
        raise Conflict("This version has gone on meanwhile. Look at it again.")
