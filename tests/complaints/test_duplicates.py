"""What may be the same: the score alone, and what PostgreSQL finds for it."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from complaints import duplicates
from complaints.duplicates import KINDRED, alike, kindred, radius_of, score
from complaints.workflow import Need
from tests.cast import IN_BARAT, NOW, Cast, photo

metres = st.floats(0, 1_000)
ages = st.timedeltas(timedelta(0), timedelta(days=400))
A_DEGREE_M = 111_320.0


@given(metres, metres, ages, ages, st.booleans(), st.booleans())
def test_nearer_fresher_same_and_open_is_never_less_likely(
    one: float, other: float, age: timedelta, later: timedelta, same: bool, done: bool
) -> None:
    near, far = sorted((one, other))
    young, old = sorted((age, later))
    best = score(near, 100, young, same=same, done=done)
    assert 0 <= best <= 1
    assert best >= score(far, 100, young, same=same, done=done)
    assert best >= score(near, 100, old, same=same, done=done)
    assert score(near, 100, young, same=True, done=done) >= best >= score(near, 100, young, same=same, done=True)


@given(st.sampled_from(sorted({code for kin in KINDRED for code in kin})))
def test_kinship_is_mutual(code: str) -> None:
    assert all(code in kindred(other) for other in kindred(code))


def found(cast: Cast, slug: str = "barat", *, category: str = "jalan-lubang", **more: object) -> list[UUID]:
    card = cast.enter(slug)
    book = cast.office.rulebooks.of(cast.session, card)
    likely = alike(cast.session, book, book.category(category), *IN_BARAT, NOW, **more)
    return [one.complaint.id for one in likely]


def north(away_m: float) -> tuple[float, float]:
    return (IN_BARAT[0], IN_BARAT[1] + away_m / A_DEGREE_M)


def test_the_near_the_recent_and_the_kindred_are_found_the_likeliest_first(cast: Cast) -> None:
    there = cast.complaint(at=north(60))
    here = cast.complaint(at=north(5))
    kin = cast.complaint(category="jalan-rusak", at=north(5))
    cast.complaint(category="pju", at=north(5))
    cast.complaint(at=north(radius_of("jalan-lubang") + 5))
    cast.complaint(at=north(5), now=NOW - duplicates.OPEN_WITHIN - timedelta(days=1))
    assert found(cast, most=10) == [here, there, kin]
    assert found(cast, without=here, most=10) == [there, kin]
    assert found(cast, "timur") == []


def test_how_far_is_near_depends_on_the_category(cast: Cast) -> None:
    flood = cast.complaint(category="banjir", at=north(350))
    cast.complaint(category="pju", at=north(90))
    assert found(cast, category="banjir") == [flood]
    assert found(cast, category="pju") == []


def test_residents_are_offered_only_what_is_public(cast: Cast) -> None:
    hidden = cast.complaint(at=north(5), visibility="private")
    assert found(cast, public=True) == []
    assert found(cast) == [hidden]


def test_what_was_done_lately_is_offered_again_and_what_was_rejected_isnt(cast: Cast) -> None:
    done, rejected, long_ago = (cast.complaint(at=north(5), now=NOW - timedelta(days=40)) for _ in range(3))
    cast.move("barat", rejected, "reject", words={Need.REASON: "Bukan jalan kota."})
    for complaint_id, ago in ((done, 3), (long_ago, 20)):
        when = NOW - timedelta(days=ago)
        cast.move("barat", complaint_id, "start", by="officer", now=when)
        note = {Need.NOTE: "Ditambal."}
        cast.move("barat", complaint_id, "resolve", by="officer", words=note, photos=[photo()], now=when)
    assert found(cast) == [done]
