"""What stays the reporter's of a report that is sent."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from complaints import handling
from complaints.complaint import Complaint, Evidence, Remark
from complaints.handling import REPORTER
from complaints.report import Reporter
from complaints.reporters import own_data, own_report
from complaints.workflow import IllegalMove, Need
from messages.outbox import Message
from tenants.errors import Invalid, NotAllowed, NotFound
from tests.cast import NOW, Cast, photo

SOON = NOW + timedelta(minutes=5)


def kwargs(cast: Cast, complaint_id: UUID) -> tuple[Complaint, dict[str, object]]:
    complaint = cast.read("barat", complaint_id)
    return complaint, {"actor": REPORTER, "card": cast.city("barat"), "now": SOON}


def reword(cast: Cast, complaint_id: UUID, words: str, **more: object) -> None:
    complaint, how = kwargs(cast, complaint_id)
    own_report.reword(
        cast.session,
        cast.office,
        complaint,
        description=words,
        place="Depan SDN 3",
        **{**how, **more},
    )
    cast.session.commit()


def moves(cast: Cast, complaint_id: UUID) -> list[str]:
    cast.enter("barat")
    return [row.move for row in handling.history_of(cast.session, complaint_id)]


def test_the_words_can_be_changed_for_an_hour_and_never_once_somebody_has_answered(cast: Cast) -> None:
    filed = cast.complaint(words="Lobang")
    reword(cast, filed, "Lubang besar")
    reword(cast, filed, "Lubang besar")  # what is the same is no change
    cast.enter("barat")
    told = cast.session.scalars(select(Remark).where(Remark.complaint_id == filed)).one()
    assert (told.body, told.place) == ("Lubang besar", "Depan SDN 3")
    assert moves(cast, filed) == ["file", "reword"]
    with pytest.raises(IllegalMove, match="so they stay"):
        reword(cast, filed, "Lain", now=NOW + timedelta(minutes=60))
    with pytest.raises(Invalid, match="one sentence"):
        reword(cast, filed, " ")
    cast.session.rollback()
    cast.move("barat", filed, "reply", words={Need.NOTE: "Kami periksa."}, now=SOON)
    with pytest.raises(IllegalMove):
        reword(cast, filed, "Lain", now=SOON)


def test_a_report_made_private_is_never_public_again_and_a_second_tap_does_nothing(cast: Cast) -> None:
    filed = cast.complaint()
    for _tap in range(2):
        complaint, how = kwargs(cast, filed)
        own_report.hide(cast.session, cast.office, complaint, **how)
        cast.session.commit()
    assert cast.read("barat", filed).visibility == "private"
    assert moves(cast, filed) == ["file", "hide"]


def test_a_photo_of_ones_own_is_taken_off_and_no_official_does_it_so(cast: Cast) -> None:
    filed, other = cast.complaint(photos=[photo()]), cast.complaint(photos=[photo("#101010")])
    cast.enter("barat")
    mine, theirs = (
        cast.session.scalars(select(Evidence.id).where(Evidence.complaint_id == one)).one() for one in (filed, other)
    )
    complaint, how = kwargs(cast, filed)
    with pytest.raises(NotFound):
        own_report.remove_photo(cast.session, cast.office, complaint, theirs, **how)
    official = cast.actor("barat", "officer")
    complaint, how = kwargs(cast, filed)
    with pytest.raises(NotAllowed):
        own_report.remove_photo(cast.session, cast.office, complaint, mine, **{**how, "actor": official})
    own_report.remove_photo(cast.session, cast.office, complaint, mine, **how)
    cast.session.commit()
    cast.enter("barat")
    assert cast.session.scalars(select(Evidence.complaint_id)).all() == [other]


def test_thanks_are_said_once_for_each_time_that_it_was_done(cast: Cast) -> None:
    filed = cast.complaint()

    def thank(stars: int, *reasons: str) -> None:
        complaint, how = kwargs(cast, filed)
        own_report.thank(
            cast.session,
            cast.office,
            complaint,
            stars=stars,
            reasons=reasons,
            words="Rapi.",
            **how,
        )
        cast.session.commit()

    with pytest.raises(IllegalMove):
        thank(5)
    cast.session.rollback()
    done(cast, filed)
    for stars, reasons in ((0, ()), (6, ()), (5, ("handsome",))):
        with pytest.raises(Invalid):
            thank(stars, *reasons)
    thank(5, "kind", "fast")
    thank(1)
    rows = handling.history_of(cast.session, filed)
    assert [row.detail for row in rows if row.move == "thank"] == [{"stars": 5, "reasons": ["fast", "kind"]}]
    assert not rows[-1].public
    cast.move("barat", filed, "reopen", by="reporter", words={Need.REASON: "Rusak lagi."}, now=SOON)
    done(cast, filed, begun=False)
    thank(2, "badly_done")
    found = own_report.thanks_of(handling.history_of(cast.session, filed))
    assert found is not None
    assert found.detail["stars"] == 2


def done(cast: Cast, filed: UUID, *, begun: bool = True) -> None:
    cast.move("barat", filed, "start", now=SOON)
    cast.move("barat", filed, "resolve", words={Need.NOTE: "Ditambal."}, photos=[photo()], now=SOON)


def test_ones_data_are_taken_along_corrected_forgotten_and_erased(cast: Cast) -> None:
    reporter = Reporter(name="Ani", email="ani@warga.example", phone="+628123450017")
    filed = cast.complaint(words="KENARI", reporter=reporter, photos=[photo()], account_id=None)
    cast.move("barat", filed, "note", words={Need.NOTE: "Catatan petugas."}, now=SOON)
    complaint = cast.read("barat", filed)
    book = cast.office.rulebooks.of(cast.session, cast.city("barat"))
    document = own_data.document(cast.session, complaint, book, "https://x/manage/y")
    assert (document["contact"]["email"], document["written"][0]["words"]) == ("ani@warga.example", "KENARI")
    assert len(document["photos"]) == 1
    assert [one["to"] for one in document["messages"]] == ["ani@warga.example"]
    assert "Catatan petugas." not in str(document)

    own_data.correct(
        cast.session,
        cast.office.queue,
        complaint,
        name="Ani B.",
        email="",
        phone="0812 345 0018",
        language="id",
        now=SOON,
    )
    contact = own_data.contact_of(cast.session, complaint)
    assert contact is not None
    assert (contact.name, contact.email, contact.phone) == ("Ani B.", None, "+628123450018")
    with pytest.raises(Invalid):
        own_data.correct(
            cast.session, cast.office.queue, complaint, name="", email="x", phone="", language="id", now=SOON
        )
    own_data.correct(cast.session, cast.office.queue, complaint, name="", email="", phone="", language="id", now=SOON)
    assert (contact.name, contact.phone, contact.erased_at) == (None, None, SOON)
    with pytest.raises(own_data.StillOpen):
        own_data.erase(cast.session, cast.office.queue, complaint, SOON)
    cast.session.commit()
    cast.move("barat", filed, "withdraw", by="reporter", now=SOON)
    own_data.erase(cast.session, cast.office.queue, cast.read("barat", filed), SOON)
    cast.session.commit()
    cast.enter("barat")
    assert cast.session.scalars(select(Remark.body).where(Remark.complaint_id == filed)).all() == ["", ""]
    assert cast.session.scalar(select(func.count()).select_from(Evidence)) == 0
    assert "KENARI" not in str(cast.session.scalars(select(Message.body)).all())
    assert moves(cast, filed) == ["file", "note", "withdraw"]
