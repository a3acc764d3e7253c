"""The list that a phone keeps: it holds what is needed, and what the phone sends counts once, by the version it saw."""

import io
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from complaints import sent_move
from complaints.complaint import Evidence, HistoryRow
from complaints.sent_move import SentMove
from complaints.workflow import Need
from tests.cast import NOW, Cast, Visitor, jpeg
from tests.web.staff.ground import lately, version, words

Visit = Callable[..., Visitor]


@pytest.fixture
def held(cast: Cast) -> UUID:
    """A report that the officer has taken."""
    complaint_id = cast.complaint(now=lately(hours=2), words="Lubang besar di depan pasar.")
    cast.move("barat", complaint_id, "take", by="officer", now=lately(hours=1))
    return complaint_id


def send(cast: Cast, visitor: Visitor, complaint_id: UUID, resource: str, **fields: Any) -> TestResponse:
    seat = cast.actor("barat", fields.pop("who", "officer")).seat_id
    form = {"key": uuid4().hex, "seat": str(seat), "version": version(cast, "barat", complaint_id), **fields}
    return visitor.post(f"/staff/kept/{complaint_id}/{resource}", data=form)


def moves(cast: Cast, complaint_id: UUID) -> list[str]:
    cast.enter("barat")
    rows = select(HistoryRow.move).where(HistoryRow.complaint_id == complaint_id).order_by(HistoryRow.number)
    return list(cast.session.scalars(rows))


def test_the_page_holds_the_days_list_with_its_forms_and_nobody_elses(cast: Cast, visit: Visit, held: UUID) -> None:
    page = visit("barat", "officer").get("/staff/kept?lang=en")
    assert "Lubang besar di depan pasar." in words(page)
    html = page.get_data(as_text=True)
    for resource in ("start", "resolution", "note"):
        assert f'action="/staff/complaints/{held}/{resource}"' in html
    assert f'data-version="{version(cast, "barat", held)}"' in html
    assert "Lubang besar" not in words(visit("barat", "colleague").get("/staff/kept"))
    assert visit("barat").get("/staff/kept").status_code == 303
    assert visit("timur", "officer").get("/staff/kept").status_code == 200


def test_start_and_resolve_arrive_in_order_each_with_the_version_after_the_one_before(
    cast: Cast, visit: Visit, held: UUID
) -> None:
    officer = visit("barat", "officer")
    started = send(cast, officer, held, "start")
    assert started.status_code == 200, started.get_data(as_text=True)
    photo = (io.BytesIO(jpeg()), "selesai.jpg")
    given = {"note": "Ditambal.", "photo": photo, "version": str(started.json["version"])}
    done = send(cast, officer, held, "resolution", **given)
    assert done.status_code == 200, done.get_data(as_text=True)
    assert cast.read("barat", held).status == "resolved"
    assert done.json["version"] == cast.read("barat", held).version


def test_what_is_sent_twice_counts_once(cast: Cast, visit: Visit, held: UUID) -> None:
    officer, key = visit("barat", "officer"), uuid4().hex
    seen = version(cast, "barat", held)
    answers = [
        send(cast, officer, held, "note", key=key, version=seen, note="Sedang di lokasi.").json for _ in range(3)
    ]
    assert answers[0] == answers[1] == answers[2]
    assert moves(cast, held).count("note") == 1
    cast.move("barat", held, "start", by="officer", now=lately(minutes=1))
    again = send(cast, officer, held, "note", key=key, version=seen, note="Sedang di lokasi.")
    assert again.json == answers[0]


def test_two_copies_in_the_same_moment_count_once(
    cast: Cast, visit: Visit, held: UUID, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    officers = [visit("barat", "officer"), visit("barat", "colleague")]
    officers[1] = Visitor(app, "barat")
    officers[1].sign_in("officer@barat.example")
    seat, seen, key = str(cast.actor("barat", "officer").seat_id), version(cast, "barat", held), uuid4().hex
    cast.session.commit()
    barrier, answers = threading.Barrier(2), []

    def post(visitor: Visitor) -> None:
        form = {"key": key, "seat": seat, "version": seen, "note": "Di lokasi."}
        barrier.wait(30)
        answers.append(visitor.post(f"/staff/kept/{held}/note", data=form))

    threads = [threading.Thread(target=post, args=(one,)) for one in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].json == answers[1].json
    assert moves(cast, held).count("note") == 1


def test_a_conflict_says_how_it_stands_keeps_the_key_free_and_can_be_sent_all_the_same(
    cast: Cast, visit: Visit, held: UUID
) -> None:
    officer, key, seen = visit("barat", "officer"), uuid4().hex, version(cast, "barat", held)
    cast.move("barat", held, "note", by="colleague", words={Need.NOTE: "Saya lihat."}, now=lately(minutes=5))
    refused = send(cast, officer, held, "start", key=key, version=seen, lang="en")
    assert refused.status_code == 409
    assert refused.json["version"] == int(version(cast, "barat", held))
    assert refused.json["sentence"]
    assert refused.json["status"]
    cast.enter("barat")
    assert cast.session.scalar(select(func.count()).select_from(SentMove)) == 0
    again = send(cast, officer, held, "start", key=key, version=str(refused.json["version"]))
    assert again.status_code == 200
    assert cast.read("barat", held).status == "in_progress"


def test_what_lacks_something_is_refused_with_its_sentence_and_leaves_nothing(
    cast: Cast, visit: Visit, held: UUID
) -> None:
    officer = visit("barat", "officer")
    send(cast, officer, held, "start")
    lacking = send(cast, officer, held, "resolution", note="Ditambal.")
    assert lacking.status_code == 422
    assert lacking.mimetype == "application/json"
    for key in ("", "short", "x" * 32):
        assert send(cast, officer, held, "note", key=key, note="Ya.").status_code == 422
    cast.enter("barat")
    assert cast.session.scalars(select(Evidence)).all() == []
    assert moves(cast, held) == ["file", "take", "start"]


def test_one_key_stands_for_one_move_of_one_official(cast: Cast, visit: Visit, held: UUID) -> None:
    officer, key = visit("barat", "officer"), uuid4().hex
    assert send(cast, officer, held, "note", key=key, note="Ya.").status_code == 200
    assert send(cast, officer, held, "start", key=key).status_code == 409
    other = send(cast, visit("barat", "colleague"), held, "note", note="Ya.")
    assert (other.status_code, other.json["other"]) == (403, True)


def test_the_neighbour_and_nobody_send_nothing(cast: Cast, visit: Visit, held: UUID) -> None:
    seat = str(cast.actor("timur", "officer").seat_id)
    form = {"key": uuid4().hex, "seat": seat, "version": "1", "note": "Ya."}
    theirs = visit("timur", "officer").post(f"/staff/kept/{held}/note", data=form)
    assert theirs.status_code == 404
    assert set(theirs.json) == {"sentence"}
    nobody = visit("barat").post(f"/staff/kept/{held}/note", data=form)
    assert nobody.status_code == 403
    assert nobody.mimetype == "text/html"
    assert moves(cast, held) == ["file", "take"]


def test_keys_are_forgotten_after_a_month(cast: Cast, visit: Visit, held: UUID) -> None:
    send(cast, visit("barat", "officer"), held, "note", note="Ya.")
    cast.enter("barat")
    sent_move.forget(cast.session, NOW)
    assert len(cast.session.scalars(select(SentMove)).all()) == 1
    sent_move.forget(cast.session, lately(seconds=-5) + sent_move.KEPT_FOR)
    assert cast.session.scalars(select(SentMove)).all() == []


def test_the_service_worker_names_what_it_imports_by_its_content(visit: Visit) -> None:
    answer = visit("barat").get("/service-worker.js")
    assert answer.mimetype == "text/javascript"
    assert 'importScripts("/static/js/keeping.js?v=' in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-cache"
