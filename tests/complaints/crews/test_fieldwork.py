"""Work by link: a crew without a seat gets one task, and what comes back waits for the official."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from complaints import evidence, handling, lookup, undoing
from complaints.complaint import Evidence
from complaints.crews import fieldwork
from complaints.crews.fieldwork import Order
from complaints.crews.sent_work import Sent, links_of
from complaints.crews.work_link import WorkLink, WorkResult, link_id_in, token_of
from complaints.workflow import IllegalMove, Need, Status
from messages.outbox import Message
from tenants.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.cast import NOW, Cast, photo
from tests.complaints.passing import HOUR, pass_on

ORDER = Order("Regu Dua", "Tambal lubang di depan pasar.", "none", "", 3)


def _send(cast: Cast, complaint_id: UUID, order: Order = ORDER, *, by: str = "officer", now: datetime = NOW) -> str:
    """Send a task and commit; the token of its link."""
    actor = cast.actor("barat", by)
    complaint = cast.read("barat", complaint_id)
    link = fieldwork.send(cast.session, cast.office, complaint, order, actor=actor, card=cast.city("barat"), now=now)
    token = fieldwork.address(cast.office, cast.city("barat"), link).rsplit("/", 1)[1]
    cast.session.commit()
    return token


def _deliver(cast: Cast, token: str, *, now: datetime = NOW + HOUR, slug: str = "barat", **given: Any) -> UUID:
    """Send the work back and commit; the result's id."""
    card = cast.enter(slug)
    given = {"note": "Sudah ditambal.", "photos": [photo("#224422")], **given}
    result = fieldwork.deliver(cast.session, cast.office, card, token, now=now, **given)
    result_id = result.id
    cast.session.commit()
    return result_id


def _decide(cast: Cast, verb: str, complaint_id: UUID, about: UUID, *, by: str = "officer", **given: Any) -> None:
    actor = cast.actor("barat", by)
    complaint = cast.read("barat", complaint_id)
    given = {"now": NOW + 2 * HOUR, **given}
    getattr(fieldwork, verb)(cast.session, cast.office, complaint, about, actor=actor, card=cast.city("barat"), **given)
    cast.session.commit()


def _sent(cast: Cast, complaint_id: UUID) -> Sent:
    cast.enter("barat")
    return links_of(cast.session, complaint_id)[0]


def test_a_token_opens_its_own_link_in_its_own_city_and_no_other() -> None:
    tenant_id, link_id = uuid4(), uuid4()
    token = token_of(b"secret", tenant_id, link_id)
    assert link_id_in(token, b"secret", tenant_id) == link_id
    for wrong in (token[:-1], token + "0", token[:-1] + ("0" if token[-1] != "0" else "1"), "é" * 72, "z" * 72, ""):
        assert link_id_in(wrong, b"secret", tenant_id) is None
    assert link_id_in(token, b"another", tenant_id) is None
    assert link_id_in(token, b"secret", uuid4()) is None


def test_what_comes_back_waits_and_nobody_else_sees_it(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", photos=[photo()])
    token = _send(cast, complaint_id)
    _deliver(cast, token)
    complaint = cast.read("barat", complaint_id)
    assert complaint.status == Status.RECEIVED
    (shot,) = cast.session.scalars(select(Evidence).where(Evidence.side == "work")).all()
    assert shot.id not in [row.id for row in evidence.of(cast.session, complaint_id)]
    for id_ in evidence.waiting(cast.session, complaint_id):
        evidence.process(cast.session, id_, cast.office.storage)
    cast.session.commit()
    found = lookup.public_view(cast.session, cast.office, complaint.reference)
    assert found is not None
    assert found[1].shown is not None
    assert [one.side for one in found[1].shown.photos] == ["before"]
    assert [step.move for step in found[1].shown.history] == ["file"]
    letter = cast.session.scalars(select(Message).where(Message.event == "work_done")).one()
    assert letter.destination == "pu@barat.example"
    assert "Sudah ditambal." in letter.body


@pytest.mark.parametrize("validated", [False, True])
def test_an_approved_work_finishes_the_report_with_the_crews_photo_and_note(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, validated: bool
) -> None:
    complaint_id = cast.complaint("barat")
    result_id = _deliver(cast, _send(cast, complaint_id))
    if validated:
        monkeypatch.setattr(handling, "steps_of", lambda _card: ("validation",))
    _decide(cast, "approve", complaint_id, result_id)
    complaint = cast.read("barat", complaint_id)
    assert complaint.status == (Status.AWAITING_VALIDATION if validated else Status.RESOLVED)
    (shot,) = [row for row in evidence.of(cast.session, complaint_id) if row.side == "after"]
    (crews,) = cast.session.scalars(select(Evidence).where(Evidence.side == "work")).all()
    assert shot.sha256 == crews.sha256
    moves = [row.move for row in handling.history_of(cast.session, complaint_id)]
    assert moves[-3:] == ["deliver", "start", "submit" if validated else "resolve"]
    last = handling.history_of(cast.session, complaint_id)[-1]
    assert last.remark_id is not None
    assert handling.remarks_of(cast.session, complaint_id)[last.remark_id].body == "Sudah ditambal."


def test_an_approval_that_is_taken_back_leaves_what_the_crew_sent(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    result_id = _deliver(cast, _send(cast, complaint_id))
    cast.move("barat", complaint_id, "start", now=NOW + HOUR)
    _decide(cast, "approve", complaint_id, result_id, note="Selesai ditambal.")
    actor = cast.actor("barat", "officer")
    undoing.undo(
        cast.session, cast.office, cast.read("barat", complaint_id), actor=actor, card=cast.city("barat"),
        now=NOW + 2 * HOUR + timedelta(seconds=20),
    )  # fmt: skip
    cast.session.commit()
    assert cast.read("barat", complaint_id).status == Status.IN_PROGRESS
    (photos,) = _sent(cast, complaint_id).photos.values()
    assert [one.state for one in photos] != ["refused"]


def test_sent_back_with_a_reason_the_same_link_takes_the_next_try(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    token = _send(cast, complaint_id)
    first = _deliver(cast, token)
    with pytest.raises(Conflict, match="being looked at"):
        _deliver(cast, token)
    cast.session.rollback()
    with pytest.raises(Invalid):
        _decide(cast, "send_back", complaint_id, first, reason=" ")
    cast.session.rollback()
    _decide(cast, "send_back", complaint_id, first, reason="Fotonya gelap.")
    second = _deliver(cast, token, now=NOW + 3 * HOUR)
    sent = _sent(cast, complaint_id)
    assert [(one.id, one.approved) for one in sent.results] == [(second, None), (first, False)]
    assert sent.results[1].reason == "Fotonya gelap."
    with pytest.raises(Conflict, match="decided"):
        _decide(cast, "approve", complaint_id, first)
    cast.session.rollback()


def test_a_link_ends_by_itself_by_hand_and_with_the_report(cast: Cast) -> None:
    def opens(token: str, now: datetime) -> bool:
        card = cast.enter("barat")
        try:
            fieldwork.opened(cast.session, cast.office, card, token, now)
        except NotFound:
            return False
        return True

    complaint_id = cast.complaint("barat")
    token = _send(cast, complaint_id)
    assert opens(token, NOW + timedelta(days=3, seconds=-1))
    assert not opens(token, NOW + timedelta(days=3))
    link_id = _sent(cast, complaint_id).link.id
    _decide(cast, "recall", complaint_id, link_id)
    assert not opens(token, NOW + 3 * HOUR)
    with pytest.raises(Conflict, match="already"):
        _decide(cast, "recall", complaint_id, link_id)
    cast.session.rollback()
    for ending in ("passed", "rejected"):
        complaint_id = cast.complaint("barat")
        token = _send(cast, complaint_id)
        if ending == "passed":
            pass_on(cast, complaint_id, "barat", "timur")
        else:
            cast.move("barat", complaint_id, "reject", words={Need.REASON: "Sudah baik."}, now=NOW + HOUR)
        assert not opens(token, NOW + 2 * HOUR)
        with pytest.raises(NotFound):
            _deliver(cast, token, now=NOW + 2 * HOUR)
        cast.session.rollback()


def test_the_neighbours_host_opens_nothing(cast: Cast) -> None:
    token = _send(cast, cast.complaint("barat"))
    with pytest.raises(NotFound, match="isn't whole"):
        _deliver(cast, token, slug="timur")
    cast.session.rollback()


@pytest.mark.parametrize(
    ("given", "field"), [({"photos": []}, "photo"), ({"note": " "}, "note"), ({"note": "a" * 1001}, "note")]
)
def test_work_is_a_photo_and_a_note(cast: Cast, given: dict[str, Any], field: str) -> None:
    token = _send(cast, cast.complaint("barat"))
    with pytest.raises(Invalid) as refused:
        _deliver(cast, token, **given)
    assert refused.value.field == field
    cast.session.rollback()


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (Order(" ", "Tambal.", "none", "", 3), "crew"),
        (Order("Regu", " ", "none", "", 3), "task"),
        (Order("Regu", "Tambal.", "pigeon", "", 3), "channel"),
        (Order("Regu", "Tambal.", "none", "", 30), "days"),
        (Order("Regu", "Tambal.", "whatsapp", "", 3), "destination"),
        (Order("Regu", "Tambal.", "whatsapp", "abc", 3), "destination"),
        (Order("Regu", "Tambal.", "email", "abc", 3), "destination"),
    ],
)
def test_an_order_is_whole(cast: Cast, order: Order, field: str) -> None:
    complaint_id = cast.complaint("barat")
    with pytest.raises(Invalid) as refused:
        _send(cast, complaint_id, order)
    assert refused.value.field == field
    cast.session.rollback()


def test_a_mailed_task_carries_the_link_and_nothing_of_the_reporter(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", words="Depan rumah saya, Ani, 0812-3456.")
    token = _send(cast, complaint_id, Order("Regu Dua", "Tambal.", "email", "regu@kontraktor.example", 1))
    letter = cast.session.scalars(select(Message).where(Message.event == "work")).one()
    assert letter.destination == "regu@kontraktor.example"
    assert f"http://barat.localhost/work/{token}" in letter.body
    assert "Ani" not in letter.body + letter.subject


def test_only_who_may_handle_it_sends_it_out_and_only_while_it_is_worked_on(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    with pytest.raises(NotAllowed):
        _send(cast, complaint_id, by="resident")
    cast.session.rollback()
    cast.move("barat", complaint_id, "reject", words={Need.REASON: "Bukan."})
    with pytest.raises(IllegalMove):
        _send(cast, complaint_id)
    cast.session.rollback()


def test_erasure_blanks_who_it_was_and_what_they_wrote(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    _deliver(cast, _send(cast, complaint_id, Order("Regu Dua", "Tambal.", "whatsapp", "08123456789", 1)))
    cast.enter("barat")
    cast.session.execute(text("SELECT erase_personal(:id, :now)"), {"id": complaint_id, "now": NOW + HOUR})
    cast.session.commit()
    cast.enter("barat")
    link, result = cast.session.scalars(select(WorkLink)).one(), cast.session.scalars(select(WorkResult)).one()
    assert (link.crew, link.destination, link.task, result.note) == ("", None, "", "")
