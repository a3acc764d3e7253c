"""What a report's form carries between its steps, kept in the storage so that neither going back nor a tunnel loses it.

A draft is `staging/<id>/draft.json` with its photos beside it, swept after 24 hours. Its id of 128 random bits is made
with the first page, is the form's only key to it, and becomes the idempotency key of the filing.
"""

import hashlib
import json
import re
import secrets
from dataclasses import asdict, dataclass, field
from typing import Any

from complaints import evidence
from complaints.evidence import MOST_PHOTOS, Photo
from complaints.photos.pictures import read_metadata
from complaints.photos.storage import STAGING, Storage
from tenants.errors import Invalid, NotFound

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class StagedPhoto:
    """A photo that waits for its report. taken_at: the camera's wall clock, ISO 8601 without zone. gps: (lon, lat)."""

    key: str
    sha256: str
    size: int
    format: str
    capture: str
    taken_at: str | None
    gps: tuple[float, float] | None


@dataclass
class Draft:
    """values: what was typed, by field. answers: to the category's questions. source: where the point came from: gps,
    map, pasted, photo or area; None without one. spot_read, area_read, asset_read: the typed place, or the object,
    that the point was made from.
    proof_asked: whether the network that it comes from owes a proof.
    filed: the address of the filed report's page; then nothing else is kept.
    """

    id: str
    values: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    photos: list[StagedPhoto] = field(default_factory=list)
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    source: str | None = None
    spot_read: str = ""
    spot_words: str = ""
    area_read: str = ""
    asset_read: str = ""
    proof_asked: bool = False
    filed: str | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        return (self.lon, self.lat) if self.lon is not None and self.lat is not None else None

    def value(self, name: str) -> str:
        """What was typed into a field, without blanks around it."""
        return self.values.get(name, "").strip()

    def put_point(self, lon: float, lat: float, accuracy_m: float | None, source: str) -> None:
        """Say where it is; an answer about a border belongs to the place that it was given for."""
        if (lon, lat) != self.point:
            self.values.pop("border", None)
        self.lon, self.lat, self.accuracy_m, self.source = lon, lat, accuracy_m, source

    def forget_point(self) -> None:
        """There is no place any more."""
        self.lon = self.lat = self.accuracy_m = self.source = None


def new_id() -> str:
    """An id that nobody can guess: 128 random bits."""
    return secrets.token_hex(16)


def is_id(text: str | None) -> bool:
    """Whether it has the shape of an id."""
    return bool(text) and _ID.fullmatch(text or "") is not None


def load(storage: Storage, draft_id: str | None) -> Draft | None:
    """The draft, or None if there is none: never begun, sent long ago, or older than 24 hours."""
    if not is_id(draft_id):
        return None
    try:
        document = json.loads(storage.get(_key(str(draft_id))))
    except NotFound:
        return None
    photos = [StagedPhoto(**{**one, "gps": tuple(one["gps"]) if one["gps"] else None}) for one in document["photos"]]
    return Draft(**{**document, "photos": photos})


def save(storage: Storage, draft: Draft) -> None:
    """Keep it, durable when this returns."""
    storage.put(_key(draft.id), json.dumps(asdict(draft)).encode(), "application/json")


def add_photo(storage: Storage, draft: Draft, data: bytes, capture: str) -> None:
    """Put a photo beside the draft, once. Raises Invalid, field photos, for what is no photo or one too many."""
    if not data:
        raise Invalid("This photo is empty: nothing of it arrived. Choose it once more.", field="photos")
    metadata = read_metadata(data)
    sha256 = hashlib.sha256(data).hexdigest()
    if any(photo.sha256 == sha256 for photo in draft.photos):
        return  # the same form sent twice, or one photo chosen twice
    if len(draft.photos) >= MOST_PHOTOS:
        raise Invalid("Send up to %(most)s photos.", field="photos", most=MOST_PHOTOS)
    key = f"{STAGING}{draft.id}/{sha256[:32]}"
    storage.put(key, data, f"image/{metadata.format}")
    draft.photos.append(
        StagedPhoto(
            key=key,
            sha256=sha256,
            size=len(data),
            format=metadata.format,
            capture=capture,
            taken_at=metadata.captured_local.isoformat() if metadata.captured_local else None,
            gps=metadata.gps,
        )
    )


def drop_photo(storage: Storage, draft: Draft, sha256: str) -> None:
    """Take a photo out of the draft."""
    for photo in [photo for photo in draft.photos if photo.sha256 == sha256]:
        draft.photos.remove(photo)
        storage.delete(photo.key)


def photos_of(storage: Storage, draft: Draft) -> list[Photo]:
    """The photos, ready to be filed. Raises Invalid, field photos, where the sweep was quicker; they are dropped."""
    photos, lost = [], []
    for staged in draft.photos:
        try:
            photos += evidence.look_at([storage.get(staged.key)], capture=staged.capture)
        except NotFound:
            lost.append(staged)
    if lost:
        draft.photos = [staged for staged in draft.photos if staged not in lost]
        raise Invalid("Your photos were kept for 24 hours and are gone. Please add them again.", field="photos")
    return photos


def finish(storage: Storage, draft: Draft, filed: str) -> None:
    """Remember only where the filed report is found; what was typed and the photos lie with the complaint now."""
    save(storage, Draft(draft.id, filed=filed))
    for staged in draft.photos:
        storage.delete(staged.key)


def _key(draft_id: str) -> str:
    return f"{STAGING}{draft_id}/draft.json"
