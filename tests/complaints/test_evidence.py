"""Photos: stored before they are named, decoded once by the worker, with flags for whoever looks at the work."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from PIL import Image
from sqlalchemy import func, select

from complaints import correcting, evidence
from complaints.complaint import Evidence
from complaints.evidence import MOST_PHOTOS, Claim, Photo, distance_m
from complaints.transfers import handover
from complaints.workflow import Need
from tenants.errors import Invalid, NotFound
from tests.cast import IN_BARAT, NOW, Cast, jpeg, photo
from tests.complaints.photos.test_likeness import scene

HOUR = timedelta(hours=1)


def shot(
    at: tuple[float, float] | None = None,
    taken: str | None = None,
    software: str | None = None,
    seed: int = 1,
    offset: str | None = "+07:00",
) -> Photo:
    """A photo that says where and when it was taken, and by what."""
    exif = Image.Exif()
    if software:
        exif[0x0131] = software
    if taken:
        exif.get_ifd(0x8769).update({0x9003: taken} | ({0x9011: offset} if offset else {}))
    if at:
        lon, lat = at
        exif.get_ifd(0x8825).update(
            {1: "N" if lat >= 0 else "S", 2: _degrees(lat), 3: "E" if lon >= 0 else "W", 4: _degrees(lon)}
        )
    data = io.BytesIO()
    image = Image.effect_noise((320, 240), 10 + seed).convert("RGB")
    image.save(data, "JPEG", exif=exif)
    return evidence.look_at([data.getvalue()])[0]


def as_photo(image: Image.Image) -> Photo:
    """A photo of a scene that says nothing of itself."""
    data = io.BytesIO()
    image.save(data, "JPEG", quality=85)
    return evidence.look_at([data.getvalue()])[0]


def _degrees(value: float) -> tuple[float, float, float]:
    whole = abs(value)
    return (float(int(whole)), float(int(whole * 60 % 60)), whole * 3600 % 60)


def rows(cast: Cast, slug: str = "barat") -> list[Evidence]:
    cast.enter(slug)
    return list(cast.session.scalars(select(Evidence).order_by(Evidence.created_at, Evidence.id)))


def finished(cast: Cast, after: Photo, now_taken: timedelta = 5 * HOUR, at: tuple[float, float] = IN_BARAT) -> Evidence:
    """The row of a photo of finished work."""
    complaint_id = cast.complaint(at=at)
    cast.move("barat", complaint_id, "start", now=NOW + HOUR)
    cast.move("barat", complaint_id, "resolve", words={Need.NOTE: "Selesai."}, photos=[after], now=NOW + now_taken)
    return next(row for row in rows(cast) if row.side == "after" and row.complaint_id == complaint_id)


def process(cast: Cast, evidence_id: UUID, slug: str = "barat") -> Evidence:
    card = cast.enter(slug)
    evidence.process(cast.session, evidence_id, cast.office.storage, zone=card.time_zone)
    cast.session.commit()
    return cast.session.scalars(select(Evidence).where(Evidence.id == evidence_id)).one()


def test_the_worker_makes_a_public_copy_and_a_thumbnail_without_metadata(cast: Cast) -> None:
    cast.complaint(photos=[shot(at=IN_BARAT, software="Kamera X")])
    (row,) = rows(cast)
    assert (row.state, row.public_key, row.phash) == ("stored", None, None)
    made = process(cast, row.id)
    assert made.state == "ready"
    assert made.phash is not None
    for key in (made.public_key, made.thumb_key):
        assert key
        assert key.startswith(f"tenant/{cast.city('barat').id}/{made.complaint_id}/{made.id}/")
        picture = Image.open(io.BytesIO(cast.office.storage.get(key)))
        assert picture.format == "JPEG"
        assert not picture.getexif()
    assert Image.open(io.BytesIO(cast.office.storage.get(made.key))).getexif()


def test_processing_twice_does_nothing_more(cast: Cast) -> None:
    cast.complaint(photos=[photo()])
    (row,) = rows(cast)
    evidence_id = row.id
    first = process(cast, evidence_id)
    before = (first.public_key, first.phash, list(first.flags))
    stored = [one.key for one in cast.office.storage.list("tenant/")]
    second = process(cast, evidence_id)
    assert (second.public_key, second.phash, list(second.flags)) == before
    assert [one.key for one in cast.office.storage.list("tenant/")] == stored


def test_a_neighbours_worker_finds_nothing_to_do(cast: Cast) -> None:
    cast.complaint(photos=[photo()])
    (row,) = rows(cast)
    evidence_id = row.id
    cast.enter("timur")
    evidence.process(cast.session, evidence_id, cast.office.storage)
    cast.session.commit()
    assert rows(cast)[0].state == "stored"


def test_what_turns_out_to_be_damaged_is_refused_and_shown_to_nobody(cast: Cast) -> None:
    damaged = bytearray(jpeg())
    tables = damaged.index(b"\xff\xc4") + 5
    damaged[tables : tables + 16] = bytes(16)
    complaint_id = cast.complaint(photos=[photo()])
    (row,) = rows(cast)
    cast.office.storage.put(row.key, bytes(damaged), "image/jpeg")
    assert process(cast, row.id).state == "refused"
    assert evidence.of(cast.session, complaint_id) == []
    assert evidence.waiting(cast.session, complaint_id) == []


def test_a_lost_file_is_an_error_that_is_tried_again_and_no_verdict(cast: Cast) -> None:
    cast.complaint(photos=[photo()])
    (row,) = rows(cast)
    evidence_id = row.id
    cast.office.storage.delete(row.key)
    with pytest.raises(NotFound):
        evidence.process(cast.session, evidence_id, cast.office.storage)
    cast.session.rollback()
    assert rows(cast)[0].state == "stored"


# --- flags


def flagged(cast: Cast, after: Photo, **how: Any) -> Evidence:
    """The row of a photo of finished work once the worker has been there."""
    return process(cast, finished(cast, after, **how).id)


def test_flags_are_raised_by_the_worker_and_a_photo_taken_at_the_place_has_none(cast: Cast) -> None:
    row = finished(cast, shot(at=IN_BARAT, taken="2026:03:04 12:00:00"))
    assert row.flags == []
    assert row.distance_m is not None
    assert row.distance_m < 5
    assert process(cast, row.id).flags == []


def test_a_photo_taken_elsewhere_says_how_far(cast: Cast) -> None:
    row = flagged(cast, shot(at=(IN_BARAT[0] + 0.001, IN_BARAT[1])))
    assert row.flags == ["far_away"]
    assert row.distance_m == pytest.approx(110.5, abs=2)


def test_a_corrected_place_measures_the_photos_anew(cast: Cast) -> None:
    there = (IN_BARAT[0] + 0.001, IN_BARAT[1])
    complaint_id = cast.complaint(photos=[shot(at=there, software="Adobe Photoshop 25.0")])
    (row,) = rows(cast)
    assert process(cast, row.id).flags == ["far_away", "edited"]
    for point, flags in ((there, ["edited"]), (IN_BARAT, ["far_away", "edited"])):
        actor, complaint = cast.actor("barat", "supervisor"), cast.read("barat", complaint_id)
        book = cast.office.rulebooks.of(cast.session, cast.city("barat"))
        to = replace(correcting.as_it_is(complaint, book), point=point)
        correcting.correct(cast.session, cast.office, complaint, to, actor=actor, card=cast.city("barat"), now=NOW)
        cast.session.commit()
        assert rows(cast)[0].flags == flags


def test_a_photo_of_the_work_from_before_the_report_is_flagged(cast: Cast) -> None:
    assert flagged(cast, shot(taken="2026:03:04 09:59:00")).flags == ["before_report"]  # it came at 10.00 in Jakarta
    assert flagged(cast, shot(taken="2026:03:04 10:01:00", seed=9)).flags == []


def test_a_camera_that_names_no_offset_is_read_in_the_citys_zone_and_given_two_hours(cast: Cast) -> None:
    assert flagged(cast, shot(taken="2026:03:04 08:30:00", offset=None)).flags == []
    assert flagged(cast, shot(taken="2026:03:04 07:30:00", offset=None, seed=9)).flags == ["before_report"]


def test_the_reporters_photo_may_be_older_than_the_report(cast: Cast) -> None:
    cast.complaint(photos=[shot(taken="2026:03:01 09:00:00")])
    assert process(cast, rows(cast)[0].id).flags == []


def test_marks_of_editors_and_generators_are_flagged_and_kept(cast: Cast) -> None:
    assert flagged(cast, shot(software="Adobe Photoshop 25.0")).flags == ["edited"]
    made = flagged(cast, shot(software="Midjourney v7", seed=7))
    assert (made.flags, made.findings["ai_marks"]) == (["ai_marked"], ["software:Midjourney"])


def test_a_photo_that_says_nothing_of_itself_is_said_to(cast: Cast) -> None:
    assert flagged(cast, shot()).flags == ["no_metadata"]


def test_what_our_camera_said_is_kept_beside_what_the_file_says(cast: Cast) -> None:
    claim = Claim(at=NOW + 4 * HOUR, lon=IN_BARAT[0], lat=IN_BARAT[1], accuracy_m=9.0)
    row = flagged(cast, replace(shot(), capture="camera", claim=claim))
    assert (row.flags, row.capture, row.claimed_at) == ([], "camera", claim.at)
    assert (row.lon, row.claimed_lon, row.claimed_accuracy_m) == (None, IN_BARAT[0], 9.0)
    assert row.distance_m == pytest.approx(0, abs=1)


def test_an_honest_word_of_one_does_not_make_up_for_the_other(cast: Cast) -> None:
    claim = Claim(at=NOW + 4 * HOUR, lon=IN_BARAT[0], lat=IN_BARAT[1])
    elsewhere = shot(at=(IN_BARAT[0] + 0.002, IN_BARAT[1]), taken="2026:03:01 12:00:00")
    assert flagged(cast, replace(elsewhere, claim=claim)).flags == ["before_report", "far_away"]


def test_the_same_picture_as_in_another_complaint_is_flagged_as_used_before(cast: Cast) -> None:
    same, smaller = scene(4), scene(4).resize((400, 300))
    first = process(cast, finished(cast, as_photo(same)).id)
    assert "reused" not in first.flags
    first_id = str(first.id)
    second = process(cast, finished(cast, as_photo(smaller)).id)
    assert second.flags[0] == "reused"
    assert second.findings["twins"] == [first_id]
    other = process(cast, finished(cast, as_photo(scene(5))).id)
    assert "reused" not in other.flags


def test_the_reporters_own_photo_given_as_the_work_is_known(cast: Cast) -> None:
    complaint_id = cast.complaint(photos=[as_photo(scene(4))])
    process(cast, rows(cast)[0].id)
    cast.move("barat", complaint_id, "start", now=NOW + HOUR)
    again = as_photo(scene(4).resize((500, 375)))
    cast.move("barat", complaint_id, "resolve", words={Need.NOTE: "Beres."}, photos=[again], now=NOW + 2 * HOUR)
    after = next(row for row in rows(cast) if row.side == "after")
    assert process(cast, after.id).flags == ["same_as_before", "no_metadata"]


def test_the_same_picture_in_another_city_is_not_told(cast: Cast) -> None:
    cast.complaint("timur", photos=[as_photo(scene(4))])
    (other,) = rows(cast, "timur")
    process(cast, other.id, "timur")
    assert "reused" not in flagged(cast, as_photo(scene(4))).flags


def test_which_reports_share_a_picture_does_not_cross_to_another_city(cast: Cast) -> None:
    flagged(cast, as_photo(scene(4)))
    complaint_id = cast.complaint(photos=[as_photo(scene(4))])
    here = next(row for row in rows(cast) if row.complaint_id == complaint_id)
    assert process(cast, here.id).findings["twins"]
    actor = cast.actor("barat", "supervisor")
    complaint, timur = cast.read("barat", complaint_id), cast.city("timur")
    card = cast.city("barat")
    handover.hand_over(
        cast.session, cast.office, complaint, timur, actor=actor, card=card, reason="Di sana.", now=NOW + HOUR
    )
    cast.session.commit()
    (there,) = rows(cast, "timur")
    assert (there.flags, there.findings) == (["reused"], {})


def test_a_complaint_without_a_place_has_no_distance(cast: Cast) -> None:
    cast.complaint(category="adminduk", photos=[shot(at=IN_BARAT)])
    row = process(cast, rows(cast)[0].id)
    assert (row.distance_m, row.flags) == (None, [])


# --- what is taken


def test_too_many_photos_are_refused() -> None:
    assert len(evidence.look_at([jpeg()] * MOST_PHOTOS)) == MOST_PHOTOS
    with pytest.raises(Invalid) as refused:
        evidence.look_at([jpeg()] * (MOST_PHOTOS + 1))
    assert refused.value.field == "photos"


def test_empty_uploads_are_no_photos() -> None:
    assert evidence.look_at([b"", b""]) == []


def test_what_is_no_photo_is_refused() -> None:
    with pytest.raises(Invalid):
        evidence.look_at([b"<svg onload=alert(1)>"])


def test_a_filing_that_fails_leaves_a_photo_that_the_sweep_finds(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("the lights went out")

    monkeypatch.setattr("complaints.audience.telling.tell_of_filing", crash, raising=False)
    monkeypatch.setattr("complaints.evidence.add_rows", crash)
    with pytest.raises(RuntimeError):
        cast.complaint(photos=[photo()])
    cast.session.rollback()
    monkeypatch.undo()
    kept = cast.complaint(photos=[photo()])
    assert len(list(cast.office.storage.list("tenant/"))) == 2
    cast.enter("barat")
    barat = cast.city("barat").id
    last = max(one.modified_at for one in cast.office.storage.list("tenant/"))
    assert evidence.sweep_orphans(cast.session, cast.office.storage, barat, last + 23 * HOUR) == 0
    assert evidence.sweep_orphans(cast.session, cast.office.storage, barat, last + 25 * HOUR) == 1
    (left,) = cast.office.storage.list("tenant/")
    assert str(kept) in left.key


def test_a_crest_or_anything_else_under_a_tenants_keys_is_no_orphan(cast: Cast) -> None:
    card = cast.enter("barat")
    cast.office.storage.put(f"tenant/{card.id}/logo.png", b"x", "image/png")
    cast.office.storage.put(f"tenant/{card.id}/look/crest/logo.png", b"x", "image/png")
    assert evidence.sweep_orphans(cast.session, cast.office.storage, card.id, NOW + timedelta(days=9_999)) == 0


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        ((106.95, -6.25), (106.95, -6.25), 0.0),
        ((106.95, -6.25), (106.95, -6.26), 1111.9),
        ((0.0, 0.0), (0.0, 90.0), 10_007_543.4),
        ((179.9999, 0.0), (-179.9999, 0.0), 22.2),
    ],
)
def test_distances_are_metres_on_the_sphere(
    one: tuple[float, float], other: tuple[float, float], metres: float
) -> None:
    assert distance_m(*one, *other) == pytest.approx(metres, abs=0.1)


def test_an_unknown_point_has_no_distance() -> None:
    assert distance_m(None, 1.0, 1.0, 1.0) is None
    assert distance_m(1.0, 1.0, 1.0, None) is None


def test_each_photo_has_a_row_and_a_job_once_it_is_relayed(cast: Cast) -> None:
    complaint_id = cast.complaint(photos=[photo("#101010"), photo("#f0f0f0", (640, 480))])
    cast.enter("barat")
    assert len(evidence.waiting(cast.session, complaint_id)) == 2
    assert cast.session.scalar(select(func.count()).select_from(Evidence)) == 2
    assert evidence.waiting(cast.session, uuid4()) == []
