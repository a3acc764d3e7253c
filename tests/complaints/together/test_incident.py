"""Incidents: what is proposed, who is told and how often, what ends, and that numbers raise nothing."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from complaints import handling
from complaints.complaint import Complaint
from complaints.report import Reporter
from complaints.together import incident, incident_answer, incident_following, merging
from complaints.together.incident import Draft, Incident, Member, Official, concerns
from complaints.together.incident_answer import ANSWER_INCIDENT, IncidentAnswer, IncidentResult
from complaints.viewer import Viewer
from complaints.workflow import Need
from messages import push
from messages.outbox import Message
from messages.push import Whose
from tenants.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.cast import IN_BARAT, NOW, Cast
from tests.complaints.audience.test_following import BUDI, begin
from tests.complaints.moving import HOUR
from tests.complaints.passing import pass_on

ANI = Reporter(email="ani@warga.example")
FLOOD = {"category": "banjir", "words": "Banjir selutut."}


def official(cast: Cast, role: str = "supervisor") -> Official:
    actor = cast.actor("barat", role)
    assert actor.seat_id is not None
    return Official(actor.seat_id, leads=actor.holds(incident.LEADS), groups=actor.holds(incident.GROUPS))


def everything(cast: Cast) -> Viewer:
    return Viewer(official(cast).seat_id, (), sees_restricted=True, sees_other_agencies=True)


def opened(cast: Cast, members: Sequence[UUID] = (), **more: Any) -> UUID:
    """A flood around the middle of Kota Barat, with these reports in it."""
    by, card = official(cast), cast.city("barat")
    book = cast.office.rulebooks.of(cast.session, card)
    where = {"lon": IN_BARAT[0], "lat": IN_BARAT[1], "radius_m": 2000}
    draft = Draft(
        "Banjir di Utara", "Hindari jalan ini.", **{"category_id": book.category("banjir").id, **where, **more}
    )
    made = incident.open_incident(cast.session, book, draft, by=by, now=NOW)
    found = list(cast.session.scalars(select(Complaint).where(Complaint.id.in_(members))))
    assert incident.attach(cast.session, made, found, by=by, now=NOW) == len(members)
    cast.session.commit()
    return made.id


def say(cast: Cast, incident_id: UUID, words: str = "Pompa dikirim.", *, closes: bool = False) -> UUID:
    by, card = official(cast), cast.enter("barat")
    found = incident.incident_here(cast.session, incident_id)
    said = incident_answer.answer(
        cast.session, cast.office, found, words, closes=closes, by=by, card=card, now=NOW + HOUR
    )
    cast.session.commit()
    return said.id


def batch(cast: Cast, answer_id: UUID, *, dies: bool = False) -> None:
    card = cast.enter("barat")
    incident_answer.go_on(cast.session, cast.office, card, answer_id, NOW + 2 * HOUR)
    cast.session.flush()
    if dies:
        cast.session.rollback()
    else:
        cast.session.commit()


def told(cast: Cast, slug: str = "barat") -> list[tuple[str, str]]:
    cast.enter(slug)
    rows = select(Message.event, Message.destination).where(Message.event.startswith("incident_"))
    return sorted(tuple(row) for row in cast.session.execute(rows))


def test_what_may_belong_to_it_is_of_its_kind_at_its_place_and_of_its_time(cast: Cast) -> None:
    near = cast.complaint(**FLOOD, now=NOW - HOUR)
    drain = cast.complaint(category="drainase", now=NOW - HOUR)
    cast.complaint(category="sampah-angkut", now=NOW - HOUR)
    cast.complaint(**FLOOD, now=NOW - timedelta(days=3))
    cast.complaint(**FLOOD, at=(IN_BARAT[0], IN_BARAT[1] - 0.04), now=NOW - HOUR)
    cast.complaint("timur", **FLOOD, now=NOW - HOUR)
    incident_id = opened(cast)

    def proposed() -> list[UUID]:
        eyes, card = everything(cast), cast.enter("barat")
        book = cast.office.rulebooks.of(cast.session, card)
        found = incident.incident_here(cast.session, incident_id)
        return [one.id for one in incident.proposed(cast.session, book, found, eyes, NOW)]

    assert proposed() == [near, drain] or proposed() == [drain, near]
    by, eyes = official(cast), everything(cast)
    found = incident.incident_here(cast.session, incident_id)
    assert incident.attach(cast.session, found, incident.seen(cast.session, eyes, [near]), by=by, now=NOW)
    cast.session.commit()
    assert proposed() == [drain]
    other = opened(cast)
    cast.enter("barat")
    again = incident.seen(cast.session, eyes, [near])
    assert incident.attach(cast.session, incident.incident_here(cast.session, other), again, by=by, now=NOW) == 0


def test_an_area_holds_its_parts_and_an_incident_of_the_whole_city_everything(cast: Cast) -> None:
    card = cast.enter("barat")
    book = cast.office.rulebooks.of(cast.session, card)
    north = next(area for area in book.areas.values() if area.code.endswith("1"))
    south = next(area for area in book.areas.values() if area.code.endswith("2"))
    flood, waste = book.category("banjir").id, book.category("sampah-angkut").id
    of_area, of_all = Incident(category_id=flood, area_id=north.id), Incident()
    assert concerns(of_area, book, flood, north.id, *IN_BARAT)
    assert not concerns(of_area, book, flood, south.id, *IN_BARAT)
    assert not concerns(of_area, book, waste, north.id, *IN_BARAT)
    assert not concerns(of_area, book, flood, None, None, None)
    assert concerns(of_all, book, waste, None, None, None)


def test_each_person_gets_one_message_an_answer_however_many_reports_they_have(cast: Cast) -> None:
    mine = [cast.complaint(**FLOOD, reporter=ANI) for _ in range(3)]
    other, hidden = cast.complaint(**FLOOD), cast.complaint(**FLOOD, visibility="private")
    for email in (BUDI, "ANI@warga.example"):
        begin(cast, other, email)
    incident_id = opened(cast, [*mine, other, hidden])
    follow(cast, incident_id, BUDI)
    follow(cast, incident_id, "citra@warga.example")
    follow(cast, incident_id, "dodi@warga.example", sure=False)
    answer_id = say(cast, incident_id)
    for _ in range(2):
        batch(cast, answer_id)
    assert told(cast) == [
        ("incident_answered", "ani@warga.example"),
        ("incident_answered_followed", BUDI),
        ("incident_answered_followed", "citra@warga.example"),
        ("incident_confirm", "dodi@warga.example"),
    ]
    for complaint_id in (*mine, other, hidden):
        cast.enter("barat")
        row = handling.history_of(cast.session, complaint_id)[-1]
        assert (row.move, row.detail[handling.BY_INCIDENT]) == ("reply", str(incident_id))
        assert cast.read("barat", complaint_id).responded_at == NOW + 2 * HOUR
    second = say(cast, incident_id, "Air surut.")
    batch(cast, second)
    assert told(cast).count(("incident_answered", "ani@warga.example")) == 2


def follow(cast: Cast, incident_id: UUID, email: str, *, sure: bool = True) -> UUID:
    card = cast.enter("barat")
    found = incident.incident_here(cast.session, incident_id)
    how: dict[str, Any] = {"sure": sure, "card": card, "language": "id", "now": NOW}
    follower = incident_following.follow(cast.session, cast.office, found, email, **how)
    cast.session.commit()
    return follower.id


def test_a_phone_without_any_address_gets_one_notification_however_many_reports_it_made(cast: Cast) -> None:
    mine = [cast.complaint(**FLOOD) for _ in range(2)]
    for complaint_id in mine:
        key = {"endpoint": "https://fcm.googleapis.com/x", "p256dh": "BA" + "A" * 85, "auth": "A" * 22}
        push.subscribe(cast.session, Whose.REPORT, complaint_id, **key, language="id", now=NOW)
    cast.session.commit()
    batch(cast, say(cast, opened(cast, mine)))
    assert [event for event, _device in told(cast)] == ["incident_answered"]


def test_many_are_answered_batch_by_batch_and_a_worker_that_dies_tells_nobody_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incident_answer, "BATCH", 4)
    people = [f"warga{number}@contoh.example" for number in range(11)]
    members = [cast.complaint(**FLOOD, reporter=Reporter(email=email)) for email in people]
    answer_id = say(cast, opened(cast, members))
    for dies, count in ((True, 0), (False, 4), (True, 4), (False, 8), (True, 8), (False, 11), (False, 11)):
        batch(cast, answer_id, dies=dies)
        assert len(told(cast)) == count
    assert [destination for _event, destination in told(cast)] == sorted(people)
    moves = [row.move for one in members for row in handling.history_of(cast.session, one)]
    assert moves.count("reply") == 11
    assert cast.session.get_one(IncidentAnswer, (cast.city("barat").id, answer_id)).done_at is not None
    jobs = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = :name")
    assert cast.session.scalar(jobs, {"name": ANSWER_INCIDENT}) == 3


def test_the_last_word_ends_each_that_can_be_ended_and_says_of_the_others_why_not(cast: Cast) -> None:
    ends, asked, done = (cast.complaint(**FLOOD, reporter=ANI) for _ in range(3))
    wrong = cast.complaint(**FLOOD)
    cast.move("barat", asked, "ask", words={Need.QUESTION: "Di mana?"})
    cast.move("barat", done, "withdraw", by="reporter")
    book = cast.office.rulebooks.of(cast.session, cast.city("barat"))
    elsewhere = book.agency_for(book.category("sampah-angkut").id, None)
    assert elsewhere is not None
    cast.move("barat", wrong, "assign", agency_id=elsewhere.id)
    incident_id = opened(cast, [ends, asked, done, wrong])
    answer_id = say(cast, incident_id, "Air sudah surut.", closes=True)
    batch(cast, answer_id)
    assert cast.read("barat", ends).status == "resolved"
    assert cast.read("barat", asked).status == "waiting_for_reporter"
    results = {one.complaint_id: one.refusal for one in cast.session.scalars(select(IncidentResult))}
    assert results.pop(ends) is None
    assert set(results) == {asked, done, wrong}
    assert all(results.values())
    assert "isn't the one for its category" in (results[wrong] or "")
    assert [event for event, _to in told(cast)] == ["incident_closed"]
    assert cast.session.scalars(select(Message).where(Message.event == "resolved")).all() == []
    with pytest.raises(Conflict):
        say(cast, incident_id)
    cast.session.rollback()
    cast.move("barat", ends, "reopen", by="reporter", words={Need.REASON: "Masih banjir."}, now=NOW + 3 * HOUR)
    assert cast.read("barat", ends).status == "assigned"


def test_what_was_merged_into_a_member_is_told_too_and_what_comes_from_elsewhere_by_way_of_its_birth(
    cast: Cast,
) -> None:
    theirs = cast.complaint("timur", **FLOOD, reporter=Reporter(email=BUDI))
    pass_on(cast, theirs, "timur", "barat")
    merged, head = cast.complaint(**FLOOD, reporter=ANI), cast.complaint(**FLOOD)
    actor, card = cast.actor("barat", "supervisor"), cast.enter("barat")
    both = [handling.complaint_here(cast.session, one) for one in (merged, head)]
    merging.merge(cast.session, cast.office, *both, actor=actor, card=card, now=NOW)
    cast.session.commit()
    answer_id = say(cast, opened(cast, [head, theirs]))
    batch(cast, answer_id)
    assert told(cast) == [("incident_answered", "ani@warga.example")]
    assert told(cast, "timur") == [("incident_answered", BUDI)]


def test_fifty_reports_of_one_thing_change_nobodys_place_in_the_queue(cast: Cast) -> None:
    members = [cast.complaint(**FLOOD, now=NOW + timedelta(minutes=number)) for number in range(50)]

    def order() -> list[tuple[Any, ...]]:
        cast.enter("barat")
        rows = select(
            Complaint.priority, Complaint.urgency, Complaint.sort_at, Complaint.resolve_due_at, Complaint.next_step_at
        )
        return [tuple(row) for row in cast.session.execute(rows.order_by(Complaint.id))]

    before = order()
    incident_id = opened(cast, members)
    follow(cast, incident_id, BUDI)
    assert order() == before


def test_only_who_leads_opens_and_answers_and_only_who_groups_adds(cast: Cast) -> None:
    card = cast.city("barat")
    officer = official(cast, "officer")
    book = cast.office.rulebooks.of(cast.session, card)
    with pytest.raises(NotAllowed):
        incident.open_incident(cast.session, book, Draft("Banjir", "Air"), by=officer, now=NOW)
    incident_id = opened(cast)
    cast.enter("barat")
    found = incident.incident_here(cast.session, incident_id)
    with pytest.raises(NotAllowed):
        incident_answer.answer(cast.session, cast.office, found, "Ya.", closes=False, by=officer, card=card, now=NOW)
    partner = Official(officer.seat_id, leads=False, groups=False)
    with pytest.raises(NotAllowed):
        incident.attach(cast.session, found, [], by=partner, now=NOW)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"text": ""}, "text"),
        ({"title": "x" * 121}, "title"),
        ({"radius_m": 3}, "radius_m"),
        ({"lon": None}, "radius_m"),
        ({"lat": float("nan")}, "radius_m"),
        ({"lon": float("inf")}, "radius_m"),
        ({"lat": 91.0}, "radius_m"),
    ],
)
def test_a_bad_draft_is_answered_with_its_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    by, card = official(cast), cast.enter("barat")
    book = cast.office.rulebooks.of(cast.session, card)
    given = {"title": "Banjir", "text": "Air", "lon": 106.9, "lat": -6.2, "radius_m": 1000, **changes}
    with pytest.raises(Invalid) as refused:
        incident.open_incident(cast.session, book, Draft(**given), by=by, now=NOW)
    assert refused.value.field == field


def test_the_table_takes_no_circle_that_is_nowhere(cast: Cast) -> None:
    incident_id = opened(cast)
    cast.enter("barat")
    for change in ("lon = 'NaN'", "lat = '-Infinity'", "lat = 91", "lon = -180.5", "lon = NULL", "radius_m = NULL"):
        with pytest.raises(IntegrityError, match="ck_incidents_circle"), cast.session.begin_nested():
            cast.session.execute(text(f"UPDATE incidents SET {change}"))
    cast.session.execute(text("UPDATE incidents SET lon = 180, lat = -90"))
    cast.session.execute(text("UPDATE incidents SET lon = NULL, lat = NULL, radius_m = NULL"))
    assert incident.incident_here(cast.session, incident_id).radius_m is None


def test_the_neighbour_has_none_of_it(cast: Cast) -> None:
    incident_id = opened(cast, [cast.complaint(**FLOOD)])
    cast.enter("timur")
    with pytest.raises(NotFound):
        incident.incident_here(cast.session, incident_id)
    assert cast.session.scalars(select(Incident)).all() == []
    assert cast.session.scalars(select(Member)).all() == []


def test_followers_confirm_by_a_mailed_link_stop_by_it_and_are_forgotten(cast: Cast) -> None:
    incident_id = opened(cast)
    follower_id = follow(cast, incident_id, BUDI, sure=False)
    follow(cast, incident_id, BUDI.upper(), sure=False)
    mailed = cast.session.scalars(select(Message.body).where(Message.event == "incident_confirm")).all()
    assert len(mailed) == 1
    token = re.findall(r"/following/[0-9a-f-]+/(\w+)", mailed[0])[0]
    cast.enter("barat")
    with pytest.raises(NotFound):
        incident_following.confirm(cast.session, cast.office, follower_id, "0" * 40, NOW)
    assert incident_following.confirm(cast.session, cast.office, follower_id, token, NOW).confirmed_at == NOW
    assert incident_following.unfollow(cast.session, cast.office, follower_id, token) == incident_id
    cast.session.commit()
    follow(cast, incident_id, "lupa@warga.example", sure=False)
    cast.enter("barat")
    assert incident_following.forget(cast.session, NOW + timedelta(days=8)) == 1
