"""What the camera of our page says, and the city's option that asks for it."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from complaints import evidence
from complaints.complaint import Evidence, Remark
from complaints.handling import Carried
from complaints.photos import camera
from complaints.photos.camera import Claim, read_claim, write_claim
from complaints.photos.storage import FileStorage as Files
from complaints.workflow import Need
from tenants.errors import Invalid
from tests.cast import IN_BARAT, NOW, Cast, jpeg, photo
from tests.complaints.moving import make
from web.staff.form import photos_of, stage

ONLY = {"work_camera_only": True}
CLAIM = Claim(NOW, *IN_BARAT, 12.0)


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.floats(-180, 180),
    st.floats(-90, 90),
    st.none() | st.floats(0, 1e9),
)
def test_a_claim_is_read_as_it_was_written(at: datetime, lon: float, lat: float, accuracy_m: float | None) -> None:
    claim = Claim(at, lon, lat, accuracy_m)
    assert read_claim(write_claim(claim)) == claim


@given(st.text() | st.recursive(st.none() | st.integers() | st.floats(), st.lists).map(repr))
def test_anything_may_stand_in_the_field(written: str) -> None:
    assert read_claim(written) is None or isinstance(read_claim(written), Claim)
    assert read_claim("[" * 20_000) is None


@pytest.mark.parametrize(
    ("written", "claim"),
    [
        ("", None),
        ("[]", None),
        ('{"at": 7}', None),
        ('{"at": "2026-03-04T10:00:00"}', None),
        ('{"at": "2026-03-04T03:00:00Z"}', Claim(NOW)),
        ('{"at": "2026-03-04T03:00:00.000Z", "lon": 106.9}', Claim(NOW)),
        ('{"at": "2026-03-04T03:00:00Z", "lon": 206.9, "lat": 1}', Claim(NOW)),
        ('{"at": "2026-03-04T03:00:00Z", "lon": NaN, "lat": 1}', Claim(NOW)),
        ('{"at": "2026-03-04T03:00:00Z", "lon": true, "lat": 1}', Claim(NOW)),
        ('{"at": "2026-03-04T03:00:00Z", "lon": 106.9, "lat": -6.2, "accuracy_m": -5}', Claim(NOW, 106.9, -6.2)),
    ],
)
def test_what_isnt_whole_is_no_claim_or_one_without_a_place(written: str, claim: Claim | None) -> None:
    assert read_claim(written) == claim


@pytest.mark.parametrize(
    ("options", "captures", "reason", "kept"),
    [
        ({}, ["unknown", "gallery"], "", ""),
        ({}, ["unknown"], "Kamera rusak.", ""),
        (ONLY, [], "", ""),
        (ONLY, ["camera", "camera"], "Kamera rusak.", ""),
        (ONLY, ["camera", "unknown"], " Kamera rusak. ", "Kamera rusak."),
        (ONLY, ["gallery"], " ", None),
        (ONLY, ["camera", "unknown"], "", None),
    ],
)
def test_where_a_city_asks_for_the_camera_a_file_needs_a_reason(
    options: dict[str, bool], captures: list[str], reason: str, kept: str | None
) -> None:
    if kept is None:
        with pytest.raises(Invalid, match="This city asks") as refused:
            camera.waived(options, captures, reason)
        assert refused.value.field == "photo"
    else:
        assert camera.waived(options, captures, reason) == kept


def test_a_file_is_refused_and_with_a_reason_it_is_flagged_and_the_reason_kept(cast: Cast) -> None:
    complaint_id = cast.complaint()
    make(cast, complaint_id, "start", {})
    words = {Need.NOTE: "Ditambal."}
    by_file = [replace(photo(), capture="unknown")]
    with pytest.raises(Invalid, match="This city asks"):
        make(cast, complaint_id, "resolve", ONLY, carried=Carried(words=words, photos=by_file))
    cast.session.rollback()
    assert cast.read("barat", complaint_id).status == "in_progress"
    make(cast, complaint_id, "resolve", ONLY, carried=Carried(words=words, photos=by_file, waiver="Kamera retak."))
    row = processed(cast, complaint_id)
    assert row.flags == ["waived", "no_metadata"]
    remark = cast.session.get_one(Remark, (cast.city("barat").id, UUID(row.findings["waiver_id"])))
    assert (remark.body, remark.inner) == ("Kamera retak.", True)


def test_a_photo_of_the_camera_needs_none_and_its_claim_is_kept(cast: Cast) -> None:
    complaint_id = cast.complaint()
    make(cast, complaint_id, "start", {})
    taken = [replace(photo(), claim=CLAIM)]
    make(cast, complaint_id, "resolve", ONLY, carried=Carried(words={Need.NOTE: "Ditambal."}, photos=taken))
    row = processed(cast, complaint_id)
    assert (row.capture, row.claimed_at, row.claimed_lon, row.claimed_accuracy_m) == ("camera", NOW, IN_BARAT[0], 12.0)
    assert row.distance_m == pytest.approx(0, abs=0.1)
    assert row.flags == []


def test_the_reporters_photos_are_never_asked_for_a_camera(cast: Cast) -> None:
    complaint_id = cast.complaint()
    make(cast, complaint_id, "ask", {})
    by_file = [replace(photo(), capture="unknown")]
    answer = Carried(words={Need.ANSWER: "Di kiri."}, photos=by_file)
    assert make(cast, complaint_id, "answer", ONLY, carried=answer).status == "received"


def processed(cast: Cast, complaint_id: UUID) -> Evidence:
    cast.enter("barat")
    [evidence_id] = evidence.waiting(cast.session, complaint_id)
    evidence.process(cast.session, evidence_id, cast.office.storage)
    cast.session.commit()
    cast.enter("barat")
    return cast.session.scalars(select(Evidence).where(Evidence.id == evidence_id)).one()


def upload(data: bytes, name: str = "a.jpg") -> FileStorage:
    return FileStorage(io.BytesIO(data), name)


def test_shots_and_their_claims_belong_together_and_outlive_a_form_that_comes_back(tmp_path: object) -> None:
    storage = Files(tmp_path)
    claims = [write_claim(CLAIM), "nonsense"]
    photos = photos_of(
        [upload(jpeg("#111111"))],
        [],
        storage,
        shots=[upload(jpeg("#222222")), upload(b"", ""), upload(jpeg("#333333"))],
        claims=claims,
    )
    assert [(one.capture, one.claim) for one in photos] == [("unknown", None), ("camera", CLAIM), ("unknown", None)]
    again = photos_of([], stage(photos, storage), storage)
    assert [(one.sha256, one.capture, one.claim) for one in again] == [
        (one.sha256, one.capture, one.claim) for one in photos
    ]


def test_more_claims_than_shots_make_no_photo_and_six_photos_are_too_many(tmp_path: object) -> None:
    storage = Files(tmp_path)
    assert photos_of([], [], storage, shots=[], claims=[write_claim(CLAIM)]) == []
    with pytest.raises(Invalid, match="Send up to"):
        photos_of([upload(jpeg()) for _ in range(3)], [], storage, shots=[upload(jpeg()) for _ in range(3)], claims=[])
