"""What others added to a report goes along with it, and what one city decides about it holds in every other."""

from uuid import UUID

import pytest
from sqlalchemy import select

from complaints import evidence, handling
from complaints.complaint import Evidence, Remark
from complaints.together import adding
from complaints.workflow import Need
from tenants.directory import raise_epoch
from tests.cast import NOW, Cast, photo
from tests.complaints.passing import HOUR, give_back, pass_on


def added_to(cast: Cast, words: str = "Di sini juga.") -> UUID:
    """A report of barat with a note of its office's and something that somebody else added."""
    complaint_id = cast.complaint("barat")
    cast.move("barat", complaint_id, "note", words={Need.NOTE: "Rahasia kantor barat."})
    cast.enter("barat")
    tenant = cast.tenant("barat")
    tenant.options, tenant.revision = {**tenant.options, adding.COMMENTS: True}, tenant.revision + 1
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    card = cast.enter("barat")
    complaint = handling.complaint_here(cast.session, complaint_id)
    adding.add(cast.session, cast.office, complaint, words, [photo()], card=card, now=NOW + HOUR / 2)
    (row,) = adding.waiting(cast.session, complaint_id)[0].photos
    evidence.process(cast.session, row.id, cast.office.storage)
    cast.session.commit()
    return complaint_id


def decide(cast: Cast, slug: str, complaint_id: UUID, verb: str) -> None:
    actor = cast.actor(slug, "supervisor")
    card = cast.enter(slug)
    complaint = handling.complaint_here(cast.session, complaint_id)
    (addition,) = adding.waiting(cast.session, complaint_id)
    how = {"actor": actor, "card": card, "now": NOW + HOUR * 3 / 2}
    if verb == adding.SHOW:
        adding.show(cast.session, cast.office, complaint, addition.number, words=addition.words, **how)
    else:
        adding.leave_out(cast.session, cast.office, complaint, addition.number, **how)
    cast.session.commit()


def additions(cast: Cast, slug: str, complaint_id: UUID) -> list[str]:
    cast.enter(slug)
    return [one.words for one in adding.waiting(cast.session, complaint_id)]


def photos(cast: Cast, slug: str, complaint_id: UUID) -> list[tuple[str, str]]:
    cast.enter(slug)
    rows = cast.session.scalars(select(Evidence).where(Evidence.complaint_id == complaint_id))
    return [(row.side, row.state) for row in rows]


@pytest.mark.parametrize(
    ("verb", "photo_is"),
    [(adding.SHOW, (evidence.OTHERS, "ready")), (adding.LEAVE, (evidence.ADDED, "refused"))],
)
def test_an_addition_goes_along_and_comes_back_as_it_was_decided(
    cast: Cast, verb: str, photo_is: tuple[str, str]
) -> None:
    complaint_id = added_to(cast)
    pass_on(cast, complaint_id, "barat", "timur")
    assert additions(cast, "timur", complaint_id) == ["Di sini juga."]
    assert photos(cast, "timur", complaint_id) == [(evidence.ADDED, "ready")]
    (row,) = cast.session.scalars(select(Evidence))
    assert row.key.startswith(f"tenant/{cast.city('timur').id}/")
    assert row.thumb_key is not None
    assert cast.office.storage.get(row.thumb_key)
    bodies = cast.session.scalars(select(Remark.body)).all()
    assert "Di sini juga." in bodies
    assert "Rahasia" not in " ".join(bodies)
    decide(cast, "timur", complaint_id, verb)
    assert photos(cast, "timur", complaint_id) == [photo_is]
    give_back(cast, complaint_id, "timur")
    assert additions(cast, "barat", complaint_id) == []
    assert photos(cast, "barat", complaint_id) == [photo_is]


def test_what_nobody_decided_comes_back_waiting_once_and_can_be_decided(cast: Cast) -> None:
    complaint_id = added_to(cast)
    pass_on(cast, complaint_id, "barat", "timur")
    give_back(cast, complaint_id, "timur")
    assert additions(cast, "barat", complaint_id) == ["Di sini juga."]
    decide(cast, "barat", complaint_id, adding.SHOW)
    assert photos(cast, "barat", complaint_id) == [(evidence.OTHERS, "ready")]


def test_what_was_left_out_before_stays_behind(cast: Cast) -> None:
    complaint_id = added_to(cast)
    decide(cast, "barat", complaint_id, adding.LEAVE)
    pass_on(cast, complaint_id, "barat", "timur", now=NOW + 2 * HOUR)
    assert photos(cast, "timur", complaint_id) == []
    moves = [row.move for row in handling.history_of(cast.session, complaint_id)]
    assert moves == ["file", "hand_over", "receive"]
    assert "Di sini juga." not in cast.session.scalars(select(Remark.body)).all()
