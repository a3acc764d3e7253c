"""A move that is being filled in: what was typed stays, also when somebody else was quicker."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from flask import request
from werkzeug.datastructures import FileStorage, MultiDict

from complaints import evidence
from complaints.evidence import MOST_PHOTOS, Photo
from complaints.photos import camera
from complaints.photos.storage import STAGING, Storage
from complaints.workflow import Move, Need
from tenants.errors import Invalid, NotFound
from web.staff.moves import Offered, words_of

_STAGED = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Filling:
    """name: of the move. possible: whether it still is. fields: what it asks for, by name. values: what was typed.

    errors: sentences by field; "" for one about the whole. options: (value, words) of the agencies, cities or reports.
    people: the same of who works for the chosen agency. categories: by group, for a rejection that names the
    right one. staged: the keys of photos that already arrived.
    """

    name: str
    offered: Offered
    move: Move
    possible: bool = True
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[tuple[str, ...]] = ()
    people: Sequence[tuple[str, str]] = ()
    categories: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    staged: Sequence[str] = ()

    @property
    def words(self) -> Need | None:
        return words_of(self.move)

    @property
    def asks(self) -> frozenset[Need]:
        return frozenset(self.move.needs)


def photos_of(
    files: Sequence[FileStorage],
    staged: Sequence[str],
    storage: Storage,
    *,
    shots: Sequence[FileStorage] = (),
    claims: Sequence[str] = (),
) -> list[Photo]:
    """The photos of a form: from an earlier try, from files, and from our page's camera. Raises Invalid, field photo.

    shots, claims: what the camera took and what it said of each, in the same order; one without a claim is a file.
    """
    try:
        photos = [_staged(token, storage) for token in staged if _STAGED.fullmatch(token)]
        photos += evidence.look_at(file.read() for file in files)
        for shot, written in zip_longest(filter(_chosen, shots), claims, fillvalue=None):
            claim = camera.read_claim(written or "")
            taken = evidence.look_at([shot.read()] if shot else [])
            photos += [replace(one, capture=camera.CAMERA, claim=claim) if claim else one for one in taken]
        return evidence.few(photos)
    except Invalid as error:
        raise Invalid(error.message, field=Need.PHOTO.value, **error.details) from error
    except NotFound:
        raise Invalid(
            "Your photos were kept for 24 hours and are gone. Please add them again.", field=Need.PHOTO.value
        ) from None


def photos_sent(storage: Storage) -> list[Photo]:
    """The photos of the form that was sent, the camera's among them. Raises Invalid, field photo."""
    sent, files = request.form, request.files
    shots, claims = files.getlist("shot"), sent.getlist("claim")
    return photos_of(files.getlist("photo"), sent.getlist("staged"), storage, shots=shots, claims=claims)


def stage(photos: Sequence[Photo], storage: Storage) -> list[str]:
    """Keep the photos of a form that has to be shown again; keys that nobody can guess, swept after 24 hours."""
    tokens = []
    for photo in photos[:MOST_PHOTOS]:
        token = secrets.token_hex(16)
        storage.put(_key(token), photo.data, f"image/{photo.metadata.format}")
        if photo.claim is not None:
            storage.put(f"{_key(token)}.claim", camera.write_claim(photo.claim).encode(), "application/json")
        tokens.append(token)
    return tokens


def _staged(token: str, storage: Storage) -> Photo:
    [photo] = evidence.look_at([storage.get(_key(token))])
    said = f"{_key(token)}.claim"
    claim = camera.read_claim(storage.get(said).decode()) if storage.exists(said) else None
    return replace(photo, capture=camera.CAMERA, claim=claim) if claim else photo


def _chosen(file: FileStorage) -> bool:
    """Whether a file field holds a file: browsers send an empty one too."""
    return bool(file.filename)


def version_of(values: MultiDict[str, str]) -> int:
    """Which state of the complaint the form was made for. Raises Invalid where somebody sends none."""
    try:
        return int(values["version"])
    except (KeyError, ValueError):
        raise Invalid("This form is incomplete. Open the report again and send it from there.") from None


def _key(token: str) -> str:
    return f"{STAGING}{token}/photo"
