import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints import evidence, handling
from complaints.complaint import Evidence
from complaints.report import Reporter
from complaints.workflow import BIRTHS, MOVES, UNDOABLE, Need, Status
from messages.outbox import Message
from tests.cast import AT_THE_BORDER, Cast, Visitor, jpeg
from tests.web.staff.ground import lately, send, version, words
from web.staff.moves import OFFERED, USUAL, laid_out
from web.staff.thread import SENTENCES

Visit = Callable[..., Visitor]
BY_THE_CLOCK = {"close", "expire", "escalate", "recalculate", "remind", "go_on", "lapse"}
BY_THE_REPORTER = {
    "answer",
    "confirm",
    "reopen",
    "resend",
    "withdraw",
    "write",
    "reword",
    "hide",
    "remove_photo",
    "thank",
}
BY_OTHERS = {
    "object",
    "pass_on",
    "revive",
    "absorb",
    "release",
    "decide",
    "deliver",
    "add",
    *BY_THE_REPORTER,
    *BY_THE_CLOCK,
}
"""The other half of a move, the operator's decision, what a crew or others send, and what an agency's end does."""
OF_PARTS = {"split", "part_done", "part_refused", "part_late", "part_dropped"}
OF_LINKS = {"delegate", "recall", "return_work"}
OF_OTHERS = {"show_added", "leave_added"}
ELSEWHERE = {"undo", "settle", "check", "overturn", "dispute", "disagree", *OF_PARTS, *OF_LINKS, *OF_OTHERS}
"""With pages of their own: incidents, checks on the spot, parts, links, what others add, what is handed to and fro."""


@pytest.fixture
def filed(cast: Cast) -> UUID:
    return cast.complaint(now=lately(hours=2), reporter=Reporter(email="warga@contoh.example"))


def picture() -> tuple[io.BytesIO, str]:
    return io.BytesIO(jpeg()), "selesai.jpg"


def test_every_move_of_the_table_is_offered_or_is_somebody_elses_or_has_a_page_of_its_own() -> None:
    assert set(OFFERED) | BY_OTHERS | ELSEWHERE == {name for _status, name in MOVES}
    assert not set(OFFERED) & (BY_OTHERS | ELSEWHERE)


def test_nobody_is_said_to_have_been_told_while_a_step_can_be_taken_back() -> None:
    assert [name for name in UNDOABLE if "been told" in OFFERED[name].done] == []


def test_every_move_and_every_birth_has_a_sentence_in_the_history() -> None:
    assert {name for _status, name in MOVES} | set(BIRTHS) <= set(SENTENCES)


def test_resources_are_named_once_and_usual_moves_are_possible_from_their_status() -> None:
    assert len({offered.resource for offered in OFFERED.values()}) == len(OFFERED)
    for status, names in USUAL.items():
        assert {(Status(status), name) for name in names} <= set(MOVES)


def test_a_return_is_offered_only_for_what_was_handed_over_and_an_interim_only_where_one_is_promised() -> None:
    possible = {name: MOVES[Status.RECEIVED, name] for name in ("start", "secure", "return")}
    assert laid_out("received", possible, can_return=False, can_secure=False) == (["start"], [])
    assert laid_out("received", possible, can_return=True, can_secure=False) == (["start"], ["return"])
    assert laid_out("received", possible, can_return=False, can_secure=True) == (["start"], ["secure"])


def test_what_an_agency_cannot_finish_is_first_of_all_passed_on() -> None:
    possible = {name: MOVES[Status.IN_PROGRESS, name] for name in ("assign", "schedule", "ask")}
    asked = {"can_return": False, "can_secure": False}
    assert laid_out("in_progress", possible, **asked) == (["schedule", "ask"], ["assign"])
    assert laid_out("in_progress", possible, **asked, passes_on=True) == (["assign", "schedule", "ask"], [])


def test_an_interim_keeps_its_own_promise_and_is_offered_once(cast: Cast, visit: Visit, filed: UUID) -> None:
    assert cast.read("barat", filed).secure_due_at is not None
    officer = visit("barat", "officer")
    page = f"/staff/complaints/{filed}?lang=en"
    assert "Safe for the time being" in words(officer.get(page))
    answer = send(officer, filed, "interim", version=version(cast, "barat", filed), note="Ditutup pelat baja.")
    assert answer.status_code == 303
    complaint = cast.read("barat", filed)
    assert complaint.status == "received"
    assert complaint.secured_at is not None
    assert complaint.responded_at is not None
    assert complaint.sort_at == complaint.resolve_due_at
    assert "Safe for the time being" not in words(officer.get(page))


def test_starting_makes_the_report_the_officials(cast: Cast, visit: Visit, filed: UUID) -> None:
    officer = visit("barat", "officer")
    answer = send(officer, filed, "start", version=version(cast, "barat", filed))
    assert answer.status_code == 303
    assert answer.location == f"/staff/complaints/{filed}?done=start"
    complaint = cast.read("barat", filed)
    assert complaint.status == "in_progress"
    assert complaint.holder_id == cast.actor("barat", "officer").seat_id
    assert "The work has begun" in words(officer.get(f"{answer.location}&lang=en"))


def test_of_two_officials_at_once_the_second_gets_a_sentence_and_keeps_what_was_typed(
    cast: Cast, visit: Visit, filed: UUID
) -> None:
    seen_by_both = version(cast, "barat", filed)
    first, second = visit("barat", "officer"), visit("barat", "colleague")
    assert send(first, filed, "start", version=seen_by_both).status_code == 303
    answer = send(second, filed, "question", version=seen_by_both, question="Di lajur kiri atau kanan?", lang="en")
    assert answer.status_code == 409
    html = answer.get_data(as_text=True)
    assert "Di lajur kiri atau kanan?" in html
    assert cast.read("barat", filed).status == "in_progress"
    assert "Somebody has changed this report" in words(second.get("/staff?lang=en")) + _english(second, filed, answer)
    now_seen = version(cast, "barat", filed)
    assert f'name="version" value="{now_seen}"' in html
    again = send(second, filed, "question", version=now_seen, question="Di lajur kiri atau kanan?")
    assert again.status_code == 303
    assert cast.read("barat", filed).status == "waiting_for_reporter"


def test_in_the_very_same_moment_the_second_is_refused_too(
    cast: Cast, visit: Visit, filed: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = visit("barat", "officer")
    seen = version(cast, "barat", filed)
    keep, others = evidence.keep, iter(["note"])

    def meanwhile(*given: Any) -> Any:
        for name in others:  # once, after the officer's own look at the report and before their change of it
            cast.move("barat", filed, name, by="colleague", words={Need.NOTE: "Saya di lokasi."}, now=lately(minutes=1))
        return keep(*given)

    monkeypatch.setattr(evidence, "keep", meanwhile)
    answer = send(officer, filed, "question", version=seen, question="Di lajur mana?")
    assert answer.status_code == 409
    html = answer.get_data(as_text=True)
    assert "Di lajur mana?" in html
    assert "Saya di lokasi." in html
    assert cast.read("barat", filed).status == "received"


def _english(visitor: Visitor, filed: UUID, _answer: Any) -> str:
    """The same refusal once more, in English: the language is kept in a cookie by then."""
    return words(send(visitor, filed, "question", version="1", question="Di mana?"))


def test_a_step_that_is_over_shows_what_was_typed_without_a_button(cast: Cast, visit: Visit, filed: UUID) -> None:
    seen = version(cast, "barat", filed)
    cast.move("barat", filed, "withdraw", by="reporter", now=lately(minutes=1))
    answer = send(visit("barat", "officer"), filed, "question", version=seen, question="Masih ada lubangnya?")
    assert answer.status_code == 409
    assert "Masih ada lubangnya?" in answer.get_data(as_text=True)


def test_done_needs_a_note_and_a_photo_and_says_which_is_missing(cast: Cast, visit: Visit, filed: UUID) -> None:
    cast.move("barat", filed, "start", by="officer", now=lately(hours=1))
    officer = visit("barat", "officer")
    officer.get("/staff?lang=en")
    answer = send(officer, filed, "resolution", version=version(cast, "barat", filed), note="Sudah ditambal.")
    assert answer.status_code == 422
    assert "Add a photo of the finished work." in words(answer)
    assert 'href="#photo"' in answer.get_data(as_text=True)
    assert "Sudah ditambal." in answer.get_data(as_text=True)
    answer = send(officer, filed, "resolution", version=version(cast, "barat", filed), photo=picture())
    assert answer.status_code == 422
    assert "Write a note" in words(answer)


def test_a_photo_that_arrived_is_kept_for_the_next_try(cast: Cast, visit: Visit, filed: UUID) -> None:
    cast.move("barat", filed, "start", by="officer", now=lately(hours=1))
    officer = visit("barat", "officer")
    seen = version(cast, "barat", filed)
    html = send(officer, filed, "resolution", version=seen, photo=picture()).get_data(as_text=True)
    token = html.split('name="staged" value="')[1].split('"')[0]
    answer = send(officer, filed, "resolution", version=seen, note="Sudah ditambal.", staged=token)
    assert answer.status_code == 303
    complaint = cast.read("barat", filed)
    assert complaint.status == "resolved"
    row = cast.session.scalars(select(Evidence).where(Evidence.complaint_id == filed)).one()
    assert row.side == "after"
    told = cast.session.scalars(select(Message.event).where(Message.destination == "warga@contoh.example")).all()
    assert "resolved" in told


def test_a_token_that_nobody_gave_out_finds_nothing(cast: Cast, visit: Visit, filed: UUID) -> None:
    cast.move("barat", filed, "start", by="officer", now=lately(hours=1))
    seen = version(cast, "barat", filed)
    for token in ("../../tenant", "0" * 32):
        answer = send(visit("barat", "officer"), filed, "resolution", version=seen, note="Beres.", staged=token)
        assert answer.status_code == 422


def test_what_is_no_photo_is_refused_at_its_field(cast: Cast, visit: Visit, filed: UUID) -> None:
    cast.move("barat", filed, "start", by="officer", now=lately(hours=1))
    answer = send(
        visit("barat", "officer"),
        filed,
        "resolution",
        version=version(cast, "barat", filed),
        note="Beres.",
        photo=(io.BytesIO(b"no photo"), "x.jpg"),
    )
    assert answer.status_code == 422
    assert 'id="photo-error"' in answer.get_data(as_text=True)


def test_all_that_is_missing_is_said_at_once(cast: Cast, visit: Visit, filed: UUID) -> None:
    cast.move("barat", filed, "start", by="officer", now=lately(hours=1))
    answer = send(visit("barat", "officer"), filed, "resolution", version=version(cast, "barat", filed))
    assert {'id="note-error"' in answer.text, 'id="photo-error"' in answer.text} == {True}


def test_a_question_pauses_the_clock(cast: Cast, visit: Visit, filed: UUID) -> None:
    officer = visit("barat", "officer")
    answer = send(officer, filed, "question", version=version(cast, "barat", filed), question="Tiang yang mana?")
    assert answer.status_code == 303
    assert cast.read("barat", filed).resolve_due_at is None
    assert "stopped" in words(officer.get(f"/staff/complaints/{filed}?lang=en"))


@pytest.mark.parametrize(("date", "status"), [("2020-01-01", 422), ("nonsense", 422), ("", 422), ("2999-01-01", 303)])
def test_work_is_scheduled_for_a_day_to_come(cast: Cast, visit: Visit, filed: UUID, date: str, status: int) -> None:
    cast.move("barat", filed, "start", by="officer", now=lately(hours=1))
    seen = version(cast, "barat", filed)
    answer = send(visit("barat", "officer"), filed, "schedule", version=seen, date=date, reason="Menunggu alat.")
    assert answer.status_code == status
    if status == 422:
        assert 'id="date-error"' in answer.get_data(as_text=True)
        assert "Menunggu alat." in answer.get_data(as_text=True)


def test_an_agency_of_the_city_is_assigned_and_told_and_no_other(cast: Cast, visit: Visit, filed: UUID) -> None:
    theirs = next(iter(cast.actor("timur", "officer").agency_ids))
    ours = next(iter(cast.actor("barat", "admin").agency_ids))
    officer = visit("barat", "officer")
    seen = version(cast, "barat", filed)
    for agency in (str(theirs), "nonsense", ""):
        assert send(officer, filed, "assignment", version=seen, agency=agency).status_code == 422
    assert send(officer, filed, "assignment", version=seen, agency=str(ours)).status_code == 303
    assert cast.read("barat", filed).agency_id == ours


def test_who_may_not_gets_403_and_nothing_changes(cast: Cast, visit: Visit, filed: UUID) -> None:
    seen = version(cast, "barat", filed)
    answer = send(visit("barat", "officer"), filed, "rejection", version=seen, reason="Bukan urusan kami.")
    assert answer.status_code == 403
    assert visit("barat", "officer").get(f"/staff/complaints/{filed}/rejection").status_code == 403
    assert send(visit("timur", "officer"), filed, "start", version=seen).status_code == 404
    assert cast.read("barat", filed).status == "received"


def test_a_move_that_is_not_possible_now_has_no_form(visit: Visit, filed: UUID) -> None:
    assert visit("barat", "officer").get(f"/staff/complaints/{filed}/resolution").status_code == 409


def test_a_form_without_its_version_is_refused(visit: Visit, filed: UUID) -> None:
    assert send(visit("barat", "officer"), filed, "start").status_code == 422


def test_a_form_from_another_address_is_refused(visit: Visit, cast: Cast, filed: UUID) -> None:
    answer = visit("barat", "officer").post(
        f"/staff/complaints/{filed}/start",
        data={"version": version(cast, "barat", filed)},
        headers={"Origin": "http://timur.localhost"},
    )
    assert answer.status_code == 403
    assert cast.read("barat", filed).status == "received"


@pytest.mark.parametrize("resource", sorted(offered.resource for offered in OFFERED.values()))
def test_every_form_is_a_page_where_its_move_is_possible(cast: Cast, visit: Visit, resource: str) -> None:
    filed = cast.complaint(now=lately(hours=3))
    name = next(name for name, offered in OFFERED.items() if offered.resource == resource)
    supervisor = cast.actor("barat", "supervisor")
    complaint = cast.read("barat", filed)
    book = cast.office.rulebooks.of(cast.session, cast.city("barat"))
    if name not in handling.possible_moves(complaint, supervisor, cast.city("barat"), book):
        cast.move("barat", filed, "start", now=lately(hours=2))
    answer = visit("barat", "supervisor").get(f"/staff/complaints/{filed}/{resource}?tab=all")
    possible = handling.possible_moves(cast.read("barat", filed), supervisor, cast.city("barat"), book)
    if name in possible:
        assert answer.status_code == 200
        assert f'action="/staff/complaints/{filed}/{resource}?tab=all"' in answer.get_data(as_text=True)
    else:
        assert answer.status_code == 409


def test_the_composer_sends_a_public_reply_or_an_inner_note(cast: Cast, visit: Visit, filed: UUID) -> None:
    officer = visit("barat", "officer")
    for audience, said in (("reply", "Besok dikerjakan."), ("note", "Regu 2 membawa aspal.")):
        seen = version(cast, "barat", filed)
        answer = send(officer, filed, "remarks", version=seen, audience=audience, note=said)
        assert answer.status_code == 303
    cast.enter("barat")
    remarks = {remark.body: remark.inner for remark in handling.remarks_of(cast.session, filed).values()}
    assert remarks["Besok dikerjakan."] is False
    assert remarks["Regu 2 membawa aspal."] is True
    public = visit("barat").get(f"/api/v1/complaints/{cast.read('barat', filed).reference}").get_data(as_text=True)
    assert "Besok dikerjakan." in public
    assert "Regu 2" not in public


def test_an_unsent_remark_stays_in_the_composer_with_its_audience(cast: Cast, visit: Visit, filed: UUID) -> None:
    seen = version(cast, "barat", filed)
    cast.move("barat", filed, "start", by="colleague", now=lately(minutes=1))
    answer = send(visit("barat", "officer"), filed, "remarks", version=seen, audience="note", note="Kunci di pos.")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Kunci di pos." in html
    assert 'value="note" class="to-inner" checked' in html
    assert send(visit("barat", "officer"), filed, "remarks", version=seen, audience="note", note=" ").status_code >= 409


def test_a_report_near_the_border_goes_over_in_one_tap_and_comes_back(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint("barat", at=AT_THE_BORDER, now=lately(hours=1))
    officer = visit("barat", "officer")
    html = officer.get(f"/staff/complaints/{filed}?lang=en").get_data(as_text=True)
    form = html[html.index(f'action="/staff/complaints/{filed}/hand-over') :].split("</form>")[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert fields["tenant"] == "timur"
    assert "City of Timur" in fields["reason"]
    assert send(officer, filed, "hand-over", **fields).status_code == 303
    assert cast.read("barat", filed).status == "handed_over"
    assert cast.read("timur", filed).status == "received"
    assert "This report is with City of Timur now" in words(officer.get(f"/staff/complaints/{filed}"))

    there = visit("timur", "officer")
    assert "Return to the city it came from" in words(there.get(f"/staff/complaints/{filed}?lang=en"))
    answer = send(there, filed, "return", version=version(cast, "timur", filed), reason="Di sisi barat tugu.")
    assert answer.status_code == 303
    assert cast.read("barat", filed).status == "received"
    assert cast.read("timur", filed).status == "handed_over"


def test_a_report_is_handed_over_only_to_another_city_that_is_here(cast: Cast, visit: Visit, filed: UUID) -> None:
    officer = visit("barat", "officer")
    for city in ("barat", "nowhere", ""):
        seen = version(cast, "barat", filed)
        answer = send(officer, filed, "hand-over", version=seen, tenant=city, reason="Bukan wilayah kami.")
        assert answer.status_code == 422
        assert 'id="tenant-error"' in answer.get_data(as_text=True)
        assert "Bukan wilayah kami." in answer.get_data(as_text=True)
    html = officer.get(f"/staff/complaints/{filed}/hand-over").get_data(as_text=True)
    assert '<option value="timur">' in html
    assert '<option value="barat">' not in html


def test_taking_a_report_keeps_its_status(cast: Cast, visit: Visit, filed: UUID) -> None:
    answer = send(visit("barat", "officer"), filed, "take", version=version(cast, "barat", filed))
    assert answer.status_code == 303
    complaint = cast.read("barat", filed)
    assert (complaint.status, complaint.holder_id) == ("received", cast.actor("barat", "officer").seat_id)


def test_a_note_is_no_answer_and_a_reply_is(cast: Cast, visit: Visit, filed: UUID) -> None:
    officer = visit("barat", "officer")
    send(officer, filed, "remarks", version=version(cast, "barat", filed), audience="note", note="Cek dulu.")
    assert cast.read("barat", filed).responded_at is None
    send(officer, filed, "remarks", version=version(cast, "barat", filed), audience="reply", note="Kami datang.")
    responded_at = cast.read("barat", filed).responded_at
    assert responded_at is not None
    assert responded_at > lately(minutes=5) - timedelta(minutes=1)


def test_words_longer_than_a_remark_are_refused_and_kept(cast: Cast, visit: Visit, filed: UUID) -> None:
    answer = send(
        visit("barat", "officer"), filed, "question", version=version(cast, "barat", filed), question="a" * 4_001
    )
    assert answer.status_code == 422
    assert "a" * 4_001 in answer.get_data(as_text=True)
    assert Need.QUESTION.value + "-error" in answer.get_data(as_text=True)


def test_a_report_is_assigned_to_one_of_the_chosen_agencys_people_without_scripts(
    cast: Cast, visit: Visit, filed: UUID
) -> None:
    supervisor = visit("barat", "supervisor")
    html = supervisor.get(f"/staff/complaints/{filed}/assignment?lang=en").get_data(as_text=True)
    people = html.split('name="seat"')[1].split("</select>")[0]
    assert "Officer Kota Barat" in people
    assert "Admin Kota Barat" not in people
    desk = next(
        entry.id
        for entry in cast.office.rulebooks.of(cast.session, cast.city("barat")).agencies.values()
        if entry.code == "diskominfo"
    )
    seen = version(cast, "barat", filed)
    shown = send(supervisor, filed, "assignment", version=seen, agency=desk, show="people")
    assert shown.status_code == 200
    people = shown.get_data(as_text=True).split('name="seat"')[1].split("</select>")[0]
    assert "Admin Kota Barat" in people
    assert "Officer Kota Barat" not in people
    assert version(cast, "barat", filed) == seen
    wrong = send(
        supervisor, filed, "assignment", version=seen, agency=desk, seat=cast.actor("barat", "officer").seat_id
    )
    assert wrong.status_code == 422
    assert "Choose somebody who works for this agency." in words(wrong)
    admin = cast.actor("barat", "admin").seat_id
    assert send(supervisor, filed, "assignment", version=seen, agency=desk, seat=admin).status_code == 303
    complaint = cast.read("barat", filed)
    assert (complaint.agency_id, complaint.holder_id) == (desk, admin)
    assert "assigned it to Admin Kota Barat," in words(supervisor.get(f"/staff/complaints/{filed}"))
