"""Photos with their provenance: stored before the transaction that names them, decoded after it by the worker.

What the file says of its own place and time is kept beside what the camera of our page said: both are claims.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, Evidence
from complaints.photos import flags, likeness, pictures
from complaints.photos.camera import CAMERA, Claim
from complaints.photos.flags import Facts
from complaints.photos.likeness import Likeness
from complaints.photos.storage import Storage, sweep
from tenants.database import new_id
from tenants.errors import Invalid

MOST_PHOTOS = 5
WORK = "work"
"""The side of a crew's photos until an official has approved them: only officials and the crew see them."""
ADDED, OTHERS = "added", "others"
"""The side of what somebody else adds to a report: until an official has shown it, and from then on."""
SHOWN = ("before", "after", OTHERS)
"""The sides that the public and the reporter may see."""
UNSEEN = (WORK, ADDED)
"""The sides that wait for an official's word."""
STAGED_FOR = timedelta(hours=24)
EARTH_RADIUS_M = 6_371_000.0


OTHER_ZONE = timedelta(hours=2)
"""How wrong a phone's wall clock is that shows another zone of Indonesia than the city's."""

MOST_TWINS = 5
MOST_LOOKED_AT = 500


@dataclass(frozen=True)
class Photo:
    """A photo as it came, looked at without decoding it. capture: camera (in our page), gallery or unknown."""

    data: bytes
    metadata: pictures.Metadata
    capture: str = "unknown"
    claim: Claim | None = None

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.data).digest()


@dataclass(frozen=True)
class Kept:
    """A photo that is safe in the storage and waits for its row."""

    id: UUID
    key: str
    photo: Photo


def look_at(uploads: Iterable[bytes], *, capture: str = "unknown") -> list[Photo]:
    """The photos of a form, checked. Raises Invalid with a sentence for what is no photo, or for too many."""
    return few([Photo(data, pictures.read_metadata(data), capture) for data in uploads if data])


def few(photos: list[Photo]) -> list[Photo]:
    """The photos, if they aren't too many. Raises Invalid."""
    if len(photos) > MOST_PHOTOS:
        raise Invalid("Send up to %(most)s photos.", field="photos", most=MOST_PHOTOS)
    return photos


def keep(storage: Storage, tenant_id: UUID, complaint_id: UUID, photos: Sequence[Photo]) -> list[Kept]:
    """Store the originals, durable when this returns; before the transaction, so that an accepted report has its photo.

    What no row names afterwards is an orphan, which the sweep removes.
    """
    kept = []
    for photo in photos:
        evidence_id = new_id()
        key = f"tenant/{tenant_id}/{complaint_id}/{evidence_id}/original"
        storage.put(key, photo.data, f"image/{photo.metadata.format}")
        kept.append(Kept(evidence_id, key, photo))
    return kept


def add_rows(
    session: Session,
    complaint: Complaint,
    kept: Sequence[Kept],
    *,
    side: str,
    now: datetime,
    waiver_id: UUID | None = None,
) -> None:
    """The rows of stored photos, in the caller's transaction. side: before or after.

    waiver_id: the remark that says why those of them that our page's camera didn't take are here all the same.
    """
    for one in kept:
        metadata, claim = one.photo.metadata, one.photo.claim
        lon, lat = metadata.gps if metadata.gps else (None, None)
        row = Evidence(
            id=one.id,
            complaint_id=complaint.id,
            side=side,
            key=one.key,
            content_type=f"image/{metadata.format}",
            size=len(one.photo.data),
            width=metadata.width,
            height=metadata.height,
            sha256=one.photo.sha256,
            captured_at=metadata.captured_at,
            capture=one.photo.capture,
            lon=lon,
            lat=lat,
            claimed_at=claim.at if claim else None,
            claimed_lon=claim.lon if claim else None,
            claimed_lat=claim.lat if claim else None,
            claimed_accuracy_m=claim.accuracy_m if claim else None,
            software=metadata.software,
            findings={"waiver_id": str(waiver_id)} if waiver_id and one.photo.capture != CAMERA else {},
            created_at=now,
        )
        row.distance_m = _distance(complaint, row)
        session.add(row)


def measure_anew(session: Session, complaint: Complaint) -> None:
    """After a correction of the place: how far from it the photos say that they were taken, and the flag for it."""
    for row in session.scalars(select(Evidence).where(Evidence.complaint_id == complaint.id)):
        row.distance_m = _distance(complaint, row)
        if row.state == "ready":
            row.flags = flags.far_or_not(row.flags or [], row.distance_m)


def process(session: Session, evidence_id: UUID, storage: Storage, *, zone: str = "UTC") -> None:
    """Decode one photo, once: public copy, thumbnail, likeness and flags. Idempotent; run by the worker.

    zone: whose wall clock a camera is taken to show that doesn't name its own.
    """
    row = session.scalar(select(Evidence).where(Evidence.id == evidence_id).with_for_update())
    if row is None or row.state != "stored":
        return
    try:
        processed = pictures.process(storage.get(row.key))
    except Invalid:
        row.state = "refused"
        return
    folder = row.key.rsplit("/", 1)[0]
    storage.put(f"{folder}/public.jpg", processed.public.jpeg, "image/jpeg")
    storage.put(f"{folder}/thumbnail.jpg", processed.thumbnail.jpeg, "image/jpeg")
    row.public_key, row.thumb_key = f"{folder}/public.jpg", f"{folder}/thumbnail.jpg"
    row.width, row.height = processed.public.width, processed.public.height
    row.phash, row.fine_hash = processed.likeness.coarse, processed.likeness.fine
    row.band_1, row.band_2, row.band_3, row.band_4 = likeness.bands(row.phash) or (None,) * likeness.BANDS
    row.state = "ready"
    complaint = session.scalars(select(Complaint).where(Complaint.id == row.complaint_id)).one()
    twins = twins_of(session, row, processed.likeness)
    row.flags = [flag.value for flag in flags.raised(facts(row, complaint, processed.metadata, twins, zone))]
    row.findings = {
        **(row.findings or {}),
        "twins": [str(twin.id) for twin in twins if twin.complaint_id != row.complaint_id],
        "ai_marks": list(processed.metadata.ai_marks),
    }


def twins_of(session: Session, row: Evidence, print_: Likeness) -> list[Evidence]:
    """The tenant's other photos that show the same picture, at most MOST_TWINS, the most alike first.

    Of the same complaint those of the other side alone: who sends work anew may well send the same photo again. What a
    crew sent is copied when it is approved, so it is no twin within its complaint but of the reporter's photo.
    """
    pieces = likeness.bands(print_.coarse)
    if pieces is None:
        return []
    columns = (Evidence.band_1, Evidence.band_2, Evidence.band_3, Evidence.band_4)
    found = session.scalars(
        select(Evidence)
        .where(or_(*(column.in_(likeness.probes(piece)) for column, piece in zip(columns, pieces, strict=True))))
        .limit(MOST_LOOKED_AT)
    )
    twins = []
    for other in found:
        if other.id == row.id or other.state != "ready" or other.phash is None or other.fine_hash is None:
            continue
        theirs = Likeness(other.phash, other.fine_hash)
        alike = likeness.is_near if other.complaint_id != row.complaint_id else likeness.is_same
        same_side = other.side == row.side or {other.side, row.side} == {"after", WORK}
        if alike(print_, theirs) and (other.complaint_id != row.complaint_id or not same_side):
            twins.append((likeness.fine_distance(print_.fine, theirs.fine), other.created_at, other))
    return [other for *_order, other in sorted(twins, key=lambda one: one[:2])][:MOST_TWINS]


def facts(
    row: Evidence, complaint: Complaint, metadata: pictures.Metadata, twins: Sequence[Evidence], zone: str
) -> Facts:
    """What the rules of the flags ask about a photo."""
    return Facts(
        of_work=row.side in ("after", WORK),
        received_at=complaint.received_at,
        reused=any(twin.complaint_id != row.complaint_id for twin in twins),
        same_as_before=any(twin.complaint_id == row.complaint_id for twin in twins),
        taken_at=min(_taken(row, metadata, zone), default=None),
        distance_m=row.distance_m,
        ai_marks=metadata.ai_marks,
        edited=metadata.edited,
        waived="waiver_id" in row.findings,
        says_nothing=row.claimed_at is None
        and metadata.captured_local is None
        and metadata.gps is None
        and metadata.software is None,
    )


def waiting(session: Session, complaint_id: UUID) -> list[UUID]:
    """The photos of a complaint that the worker has still to decode."""
    return list(
        session.scalars(select(Evidence.id).where(Evidence.complaint_id == complaint_id, Evidence.state == "stored"))
    )


def of(session: Session, complaint_id: UUID) -> list[Evidence]:
    """The photos of a complaint, oldest first; without what a crew or others sent and nobody has approved."""
    return list(
        session.scalars(
            select(Evidence)
            .where(Evidence.complaint_id == complaint_id, Evidence.state != "refused", Evidence.side.not_in(UNSEEN))
            .order_by(Evidence.created_at, Evidence.id)
        )
    )


def withdraw(session: Session, complaint_id: UUID, added_at: datetime) -> None:
    """Show the photos no more that came with a move which was taken back; the rows stay."""
    for row in session.scalars(
        select(Evidence).where(Evidence.complaint_id == complaint_id, Evidence.created_at == added_at)
    ):
        row.state = "refused"


def sweep_staging(storage: Storage, now: datetime) -> int:
    """Remove what forms carried between their steps and nobody sent; how many."""
    return sweep(storage, "staging/", now - STAGED_FOR)


def sweep_orphans(session: Session, storage: Storage, tenant_id: UUID, now: datetime) -> int:
    """Remove photos of the session's tenant that no row names, because their transaction never ended; how many."""
    folder = f"tenant/{tenant_id}/"
    known = {None, *session.scalars(select(Evidence.id))}  # None: a crest is no photo
    storage.discard_unfinished(folder, now - STAGED_FOR)
    return sweep(storage, folder, now - STAGED_FOR, keep=lambda key: _photo_of(key, folder) in known)


def without_orphans(session: Session, tenant_id: UUID, keys: Sequence[str]) -> list[str]:
    """Those of some keys of the session's tenant that a row names, or that are no photo's."""
    photos = {key: _photo_of(key, f"tenant/{tenant_id}/") for key in keys}
    asked = [one for one in photos.values() if one is not None]
    known = set(session.scalars(select(Evidence.id).where(Evidence.id.in_(asked)))) if asked else set()
    return [key for key, photo in photos.items() if photo is None or photo in known]


def distance_m(lon: float | None, lat: float | None, other_lon: float | None, other_lat: float | None) -> float | None:
    """Metres on the sphere between two points; None if either isn't known."""
    if lon is None or lat is None or other_lon is None or other_lat is None:
        return None
    one, other = math.radians(lat), math.radians(other_lat)
    half = (
        math.sin((other - one) / 2) ** 2
        + math.cos(one) * math.cos(other) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(half))


def _photo_of(key: str, folder: str) -> UUID | None:
    """Of which photo a key is; None for another file, such as a crest."""
    parts = key.removeprefix(folder).split("/")
    return UUID(parts[1]) if len(parts) == 3 and _is_id(parts[1]) else None


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _distance(complaint: Complaint, row: Evidence) -> float | None:
    """The farther of what the file and our page's camera say: one that is honest doesn't make up for the other."""
    known = (
        distance_m(complaint.lon, complaint.lat, lon, lat)
        for lon, lat in ((row.lon, row.lat), (row.claimed_lon, row.claimed_lat))
    )
    return max((one for one in known if one is not None), default=None)


def _taken(row: Evidence, metadata: pictures.Metadata, zone: str) -> list[datetime]:
    """The latest instants at which it can have been taken, one for each that says something."""
    said = [at for at in (metadata.captured_at, row.claimed_at) if at is not None]
    if metadata.captured_at is None and metadata.captured_local is not None:
        said.append(metadata.captured_local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) + OTHER_ZONE)
    return said
