"""Following a report and saying "me too", as a browser without script does it."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from complaints.audience.following import Follower, Support
from complaints.complaint import Complaint, HistoryRow
from complaints.workflow import Need
from messages.outbox import Message
from people.account import Account
from tests.cast import IN_BARAT, NOW, Cast, Visitor, photo
from tests.web.resident.sheet import Sheet
from web.app import utc_now
from web.resident import following

Visit = Callable[..., Visitor]
HERE = {"spot": f"{IN_BARAT[1]}, {IN_BARAT[0] + 0.0004}", "category": "jalan-lubang"}


def page_of(cast: Cast, complaint_id: UUID) -> str:
    return f"/complaints/{cast.read('barat', complaint_id).reference}"


def followed(cast: Cast) -> list[tuple[str | None, bool]]:
    cast.enter("barat")
    rows = cast.session.execute(select(Follower.email, Follower.confirmed_at)).all()
    return [(email, confirmed_at is not None) for email, confirmed_at in rows]


def html(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def test_following_begins_with_the_button_behind_the_mailed_link(visit: Visit, cast: Cast) -> None:
    page, visitor = page_of(cast, cast.complaint()), visit("barat")
    answer = visitor.post(f"{page}/follow", data={"email": "ani@warga.example"})
    assert answer.status_code == 303
    assert "mailbox" in html(visitor.get(answer.location + "&lang=en"))
    cast.enter("barat")
    mail = cast.session.scalars(select(Message.body).where(Message.event == "follow_confirm")).one()
    link = re.findall(r"http://barat\.localhost(/following/\S+)", mail)[0]
    for _ in range(2):  # a scanner of mails opens it
        visitor.get(link)
    assert followed(cast) == [("ani@warga.example", False)]
    assert visitor.post(f"{link}/confirmation").status_code == 303
    assert followed(cast) == [("ani@warga.example", True)]
    ended = visitor.post(f"{link}/end")
    assert ended.status_code == 200
    assert followed(cast) == []
    assert visitor.get(link).status_code == 404


@pytest.mark.parametrize("email", ["", "bukan alamat", "a@b"])
def test_what_cant_be_an_address_stays_in_its_field_with_a_sentence(visit: Visit, cast: Cast, email: str) -> None:
    page = page_of(cast, cast.complaint())
    answer = visit("barat").post(f"{page}/follow", data={"email": email})
    assert answer.status_code == 422
    assert f'value="{email}"' in html(answer)
    assert 'id="email-error"' in html(answer)
    assert followed(cast) == []


def test_a_confirmed_account_needs_no_mail_and_an_unconfirmed_one_does(visit: Visit, cast: Cast) -> None:
    page, visitor = page_of(cast, cast.complaint()), visit("barat", "resident")
    visitor.post(f"{page}/follow", data={"email": "resident@barat.example"})
    assert followed(cast) == [("resident@barat.example", False)]
    cast.session.scalars(select(Account).where(Account.email == "resident@barat.example")).one().confirmed_at = NOW
    cast.session.commit()
    answer = visitor.post(f"{page}/follow", data={"email": "Resident@barat.example"})
    assert "on=1" in answer.location
    assert followed(cast) == [("resident@barat.example", True)]


def test_a_device_says_me_too_once_and_the_page_counts(visit: Visit, cast: Cast) -> None:
    page = page_of(cast, cast.complaint())
    first, second = visit("barat"), visit("barat")
    for visitor in (first, first, second):
        assert visitor.post(f"{page}/support").status_code == 303
    cast.enter("barat")
    assert len(cast.session.scalars(select(Support)).all()) == 2
    assert "2 others say the same" in html(first.get(f"{page}?lang=en"))
    assert "You say so too." in html(first.get(f"{page}?lang=en"))
    assert "You say so too." not in html(visit("barat").get(f"{page}?lang=en"))


def test_a_private_report_can_neither_be_followed_nor_supported(visit: Visit, cast: Cast) -> None:
    page, visitor = page_of(cast, cast.complaint(visibility="private")), visit("barat")
    assert visitor.get(f"{page}/follow").status_code == 404
    assert visitor.post(f"{page}/follow", data={"email": "ani@warga.example"}).status_code == 404
    assert visitor.post(f"{page}/support").status_code == 404
    assert "/follow" not in html(visitor.get(page))


def test_tries_are_counted_by_network(visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    page, answers = page_of(cast, cast.complaint()), []
    monkeypatch.setattr(following, "MOST_OF_ADDRESS", 1)
    for address in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"):
        visitor = visit("barat")
        visitor.address = address
        answers.append(visitor.post(f"{page}/support").status_code)
    assert answers == [303, 429, 303]


def test_too_many_tries_from_one_device_are_refused_before_anything_is_mailed(visit: Visit, cast: Cast) -> None:
    page, visitor = page_of(cast, cast.complaint()), visit("barat")
    visitor.post(f"{page}/support")
    answers = [
        visitor.post(f"{page}/follow", data={"email": f"warga{number}@contoh.example"}).status_code
        for number in range(21)
    ]
    assert answers == [303] * 20 + [429]
    cast.enter("barat")
    assert len(cast.session.scalars(select(Message).where(Message.event == "follow_confirm")).all()) == 20


def test_without_a_script_the_like_of_it_is_shown_once_between_what_and_details(visit: Visit, cast: Cast) -> None:
    here = cast.read("barat", cast.complaint(now=utc_now())).reference
    sheet = Sheet(visit("barat"))
    sheet.press("next-2", {"spot": HERE["spot"]})
    sheet.press("next-3", {"category": HERE["category"]})
    assert sheet.step == 3
    assert f'href="http://barat.localhost/complaints/{here}/follow"' in html(sheet.answer)
    sheet.press("next-3")
    assert sheet.step == 4


def test_still_there_is_said_with_the_report_and_kept_for_the_officials(visit: Visit, cast: Cast) -> None:
    done = cast.complaint(now=utc_now())
    cast.move("barat", done, "start", now=utc_now())
    note = {Need.NOTE: "Ditambal."}
    cast.move("barat", done, "resolve", words=note, photos=[photo()], now=utc_now())
    reference = cast.read("barat", done).reference
    sheet = Sheet(visit("barat"))
    sheet.press("stay", {**HERE, "description": "Lubangnya masih ada."})
    assert f'name="again" value="{reference}"' in html(sheet.answer)
    assert f"{reference}/follow" not in html(sheet.answer)
    sent = sheet.press("send", {"again": reference}, follow=False)
    assert sent.status_code == 303
    cast.enter("barat")
    row = cast.session.scalars(
        select(HistoryRow)
        .join(Complaint, Complaint.id == HistoryRow.complaint_id)
        .where(Complaint.id != done, HistoryRow.move == "file")
    ).one()
    assert row.detail["again"] == str(done)
