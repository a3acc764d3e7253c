"""Photos with their provenance: stored before the transaction that names them, decoded after it by the worker."""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints import pictures
from complaints.complaint import Complaint, Evidence
from complaints.storage import Storage, sweep
from tenants.database import new_id
from tenants.errors import Invalid

MOST_PHOTOS = 5
STAGED_FOR = timedelta(hours=24)
FAR_M = 50.0
EARTH_RADIUS_M = 6_371_000.0


@dataclass(frozen=True)
class Photo:
    """A photo as it came, looked at without decoding it. capture: camera (in our page), gallery or unknown."""

    data: bytes
    metadata: pictures.Metadata
    capture: str = "unknown"

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
    photos = [Photo(data, pictures.read_metadata(data), capture) for data in uploads if data]
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


def add_rows(session: Session, complaint: Complaint, kept: Sequence[Kept], *, side: str, now: datetime) -> None:
    """The rows of stored photos, in the caller's transaction. side: before or after."""
    for one in kept:
        metadata = one.photo.metadata
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
            distance_m=distance_m(complaint.lon, complaint.lat, lon, lat),
            software=metadata.software,
            created_at=now,
        )
        row.flags = _flags(row, complaint, metadata)
        session.add(row)


def process(session: Session, evidence_id: UUID, storage: Storage) -> None:
    """Decode one photo, once: public copy, thumbnail and perceptual hash. Idempotent; run by the worker."""
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
    row.phash = processed.phash
    row.state = "ready"
    if row.side == "after" and _used_before(session, row):
        row.flags = [*row.flags, "reused"]


def waiting(session: Session, complaint_id: UUID) -> list[UUID]:
    """The photos of a complaint that the worker has still to decode."""
    return list(
        session.scalars(select(Evidence.id).where(Evidence.complaint_id == complaint_id, Evidence.state == "stored"))
    )


def of(session: Session, complaint_id: UUID) -> list[Evidence]:
    """The photos of a complaint, oldest first."""
    return list(
        session.scalars(
            select(Evidence)
            .where(Evidence.complaint_id == complaint_id, Evidence.state != "refused")
            .order_by(Evidence.created_at, Evidence.id)
        )
    )


def sweep_staging(storage: Storage, now: datetime) -> int:
    """Remove what forms carried between their steps and nobody sent; how many."""
    return sweep(storage, "staging/", now - STAGED_FOR)


def sweep_orphans(session: Session, storage: Storage, tenant_id: UUID, now: datetime) -> int:
    """Remove photos of the session's tenant that no row names, because their transaction never ended; how many."""
    folder = f"tenant/{tenant_id}/"
    known = set(session.scalars(select(Evidence.id)))
    storage.discard_unfinished(folder, now - STAGED_FOR)

    def named(key: str) -> bool:
        parts = key.removeprefix(folder).split("/")
        return len(parts) != 3 or not _is_id(parts[1]) or UUID(parts[1]) in known  # e.g. a crest is no photo

    return sweep(storage, folder, now - STAGED_FOR, keep=named)


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


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _flags(row: Evidence, complaint: Complaint, metadata: pictures.Metadata) -> list[str]:
    """What a person should look at; never a verdict."""
    flags = []
    if row.distance_m is not None and row.distance_m > FAR_M:
        flags.append("far_away")
    if row.side == "after" and row.captured_at is not None and row.captured_at < complaint.received_at:
        flags.append("before_report")
    if metadata.ai_marks:
        flags.append("ai_marked")
    if metadata.edited:
        flags.append("edited")
    return flags


def _used_before(session: Session, row: Evidence) -> bool:
    """Whether the same picture already stands in another complaint of the tenant."""
    same = select(Evidence.id).where(Evidence.phash == row.phash, Evidence.complaint_id != row.complaint_id).limit(1)
    return session.scalar(same) is not None
