"""Following and "me too": who is told, how often, and that numbers raise nothing."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from complaints.audience import circle, following
from complaints.audience.following import Follower, Support
from complaints.complaint import HistoryRow
from complaints.workflow import Need
from messages.outbox import Message
from tenants.errors import NotFound
from tests.cast import NOW, Cast, photo
from tests.complaints import passing

ANI, BUDI = "ani@warga.example", "budi@warga.example"
HOUR = timedelta(hours=1)


def begin(cast: Cast, complaint_id: UUID, email: str = ANI, *, slug: str = "barat", sure: bool = True) -> UUID:
    """Follow, and open the mailed link."""
    complaint = cast.read(slug, complaint_id)
    card = cast.city(slug)
    how = {"card": card, "language": "id", "now": NOW}
    follower = following.follow(cast.session, cast.office, complaint, email, **how)
    follower_id, address = follower.id, following.link(cast.office, card, follower.id)
    if sure:
        following.confirm(cast.session, cast.office, follower_id, address.rsplit("/", 1)[1], NOW)
    cast.session.commit()
    return follower_id


def end(cast: Cast, complaint_id: UUID, *, slug: str = "barat", now: object = NOW) -> UUID:
    """Resolve it; the id of the history row."""
    how = {"by": "supervisor", "now": now}
    cast.move(slug, complaint_id, "start", **how)
    cast.move(slug, complaint_id, "resolve", words={Need.NOTE: "Ditambal."}, photos=[photo()], **how)
    return last_row(cast, slug, complaint_id)


def last_row(cast: Cast, slug: str, complaint_id: UUID) -> UUID:
    cast.enter(slug)
    rows = select(HistoryRow.id).where(HistoryRow.complaint_id == complaint_id).order_by(HistoryRow.number.desc())
    return cast.session.scalars(rows.limit(1)).one()


def jobs(cast: Cast) -> list[str]:
    return list(
        cast.session.scalars(
            text("SELECT args ->> 'row_id' FROM procrastinate_jobs WHERE task_name = 'tell_circle' ORDER BY id")
        )
    )


def tell(cast: Cast, row_id: UUID, *, slug: str = "barat", now: object = NOW + HOUR) -> None:
    card = cast.enter(slug)
    circle.tell(cast.session, cast.office, card, row_id, now)
    cast.session.commit()


def sent(cast: Cast, event: str, slug: str = "barat") -> list[str]:
    """To whom the messages of an event go, in order."""
    cast.enter(slug)
    return sorted(cast.session.scalars(select(Message.destination).where(Message.event == event)))


def test_nobody_is_told_who_has_not_confirmed_and_everybody_else_once(cast: Cast) -> None:
    complaint_id = cast.complaint()
    begin(cast, complaint_id, ANI)
    begin(cast, complaint_id, BUDI, sure=False)
    row_id = end(cast, complaint_id)
    assert jobs(cast) == [str(row_id)]
    for _ in range(2):
        tell(cast, row_id)
    assert sent(cast, "followed_resolved") == [ANI]
    assert sent(cast, "follow_confirm") == [ANI, BUDI]


def test_many_are_told_batch_by_batch_and_a_worker_that_dies_between_tells_nobody_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circle, "BATCH", 2)
    complaint_id = cast.complaint()
    everybody = [f"warga{number}@contoh.example" for number in range(5)]
    for email in everybody:
        begin(cast, complaint_id, email)
    row_id = end(cast, complaint_id)
    card = cast.enter("barat")
    circle.tell(cast.session, cast.office, card, row_id, NOW + HOUR)
    cast.session.rollback()  # killed before its commit
    assert sent(cast, "followed_resolved") == []
    for told in (2, 4, 5, 5):
        tell(cast, row_id)
        assert len(sent(cast, "followed_resolved")) == told
    assert sent(cast, "followed_resolved") == everybody


def test_an_end_that_was_taken_back_in_time_is_told_to_nobody(cast: Cast) -> None:
    complaint_id = cast.complaint()
    begin(cast, complaint_id)
    row_id = end(cast, complaint_id)
    cast.move("barat", complaint_id, "reopen", by="reporter", words={Need.REASON: "Belum."})
    tell(cast, row_id)
    assert sent(cast, "followed_resolved") == []


def test_who_was_told_is_left_in_peace_for_some_hours(cast: Cast) -> None:
    complaint_id = cast.complaint()
    begin(cast, complaint_id)
    tell(cast, end(cast, complaint_id))
    for after, messages in ((2 * HOUR, 1), (12 * HOUR, 2)):
        reason = {Need.REASON: "Belum."}
        cast.move("barat", complaint_id, "reopen", by="reporter", words=reason, now=NOW + after)
        row_id = end(cast, complaint_id, now=NOW + after)
        tell(cast, row_id, now=NOW + after + HOUR)
        assert len(sent(cast, "followed_resolved")) == messages


def test_without_followers_no_job_is_made(cast: Cast) -> None:
    end(cast, cast.complaint())
    assert jobs(cast) == []


def test_followers_are_not_lost_when_a_complaint_is_handed_over_and_their_addresses_stay(cast: Cast) -> None:
    complaint_id = cast.complaint()
    begin(cast, complaint_id, ANI)
    passing.pass_on(cast, complaint_id, "barat", "timur")
    begin(cast, complaint_id, BUDI, slug="timur")
    tell(cast, end(cast, complaint_id, slug="timur", now=NOW + 2 * HOUR), slug="timur", now=NOW + 4 * HOUR)
    assert sent(cast, "followed_resolved", "timur") == [BUDI]
    assert sent(cast, "followed_resolved", "barat") == [ANI]
    cast.enter("timur")
    assert ANI not in str(cast.session.scalars(select(Follower.email)).all())
    cast.enter("barat")
    body = cast.session.scalars(select(Message.body).where(Message.event == "followed_resolved")).one()
    assert "http://timur.localhost/complaints/BRT-" in body
    assert "http://barat.localhost/following/" in body


def test_a_link_ends_it_and_no_other_does(cast: Cast) -> None:
    complaint_id = cast.complaint()
    follower_id = begin(cast, complaint_id)
    cast.enter("barat")
    for token in ("", "0" * 40):
        with pytest.raises(NotFound):
            following.unfollow(cast.session, cast.office, follower_id, token)
    mailed = cast.session.scalars(select(Message.body).where(Message.event == "follow_confirm")).one()
    token = re.findall(r"/following/[0-9a-f-]+/(\w+)", mailed)[0]
    cast.enter("timur")
    with pytest.raises(NotFound):
        following.unfollow(cast.session, cast.office, follower_id, token)
    cast.enter("barat")
    following.unfollow(cast.session, cast.office, follower_id, token)
    assert cast.session.scalars(select(Follower)).all() == []


def test_asking_again_mails_once_a_day_and_writes_one_row(cast: Cast) -> None:
    complaint_id = cast.complaint()
    for email in (ANI, ANI.upper(), ANI):
        begin(cast, complaint_id, email, sure=False)
    assert sent(cast, "follow_confirm") == [ANI]
    assert len(cast.session.scalars(select(Follower)).all()) == 1


def test_what_is_not_public_has_no_followers(cast: Cast) -> None:
    hidden = cast.complaint(visibility="private")
    with pytest.raises(NotFound):
        begin(cast, hidden)
    with pytest.raises(NotFound):
        following.support(cast.session, cast.office, cast.read("barat", hidden), b"device", NOW)


def test_a_hundred_supporters_and_followers_raise_no_priority_and_bring_nothing_nearer(cast: Cast) -> None:
    complaint_id = cast.complaint()

    def order() -> tuple[object, ...]:
        one = cast.read("barat", complaint_id)
        return one.priority, one.urgency, one.sort_at, one.respond_due_at, one.resolve_due_at, one.next_step_at

    before = order()
    for number in range(100):
        device = uuid4().bytes
        following.support(cast.session, cast.office, cast.read("barat", complaint_id), device, NOW)
        following.support(cast.session, cast.office, cast.read("barat", complaint_id), device, NOW)
        if number < 10:
            begin(cast, complaint_id, f"warga{number}@contoh.example")
    cast.session.commit()
    cast.enter("barat")
    assert following.supporters(cast.session, [complaint_id]) == 100
    assert order() == before
    cast.move("barat", complaint_id, "start")
    after = order()
    assert (after[0], after[1]) == (before[0], before[1])
    assert after[4] == before[4]


def test_one_device_at_two_complaints_cant_be_recognised(cast: Cast) -> None:
    for complaint_id in (cast.complaint(), cast.complaint()):
        following.support(cast.session, cast.office, cast.read("barat", complaint_id), b"device", NOW)
        cast.session.commit()
    cast.enter("barat")
    assert len(set(cast.session.scalars(select(Support.key)))) == 2


def test_erasure_and_time_forget_followers(cast: Cast) -> None:
    complaint_id, closed = cast.complaint(), cast.complaint()
    begin(cast, complaint_id)
    begin(cast, closed, BUDI)
    begin(cast, complaint_id, "lupa@warga.example", sure=False)
    end(cast, closed)
    cast.enter("barat")
    cast.session.execute(text("SELECT erase_personal(:id, :now)"), {"id": closed, "now": NOW})
    rows = cast.session.execute(select(Follower.email, Follower.erased_at).order_by(Follower.email)).all()
    assert [tuple(row) for row in rows] == [(ANI, None), ("lupa@warga.example", None), (None, NOW)]
    assert following.forget(cast.session, NOW + following.KEPT_FOR + HOUR) == 2
    assert cast.session.scalars(select(Follower.email)).all() == [ANI]
