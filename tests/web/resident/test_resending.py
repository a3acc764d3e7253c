"""Sending again what was rejected for its category: one button of the secret link, and nobody else's."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from complaints import handling
from complaints.workflow import Need
from tests.cast import Cast, Visitor
from tests.web.staff.ground import lately, send, version, words

Visit = Callable[..., Visitor]


@pytest.fixture
def rejected(cast: Cast, visit: Visit) -> UUID:
    complaint_id = cast.complaint(now=lately(hours=2))
    answer = send(
        visit("barat", "supervisor"), complaint_id, "rejection", version=version(cast, "barat", complaint_id),
        reason="Ini lampu jalan.", right_category="pju",
    )  # fmt: skip
    assert answer.status_code == 303
    return complaint_id


def link(cast: Cast, complaint_id: UUID) -> str:
    complaint = cast.read("barat", complaint_id)
    url = cast.office.manage_url(cast.city("barat"), complaint.reference, complaint.birth_tenant_id, complaint_id)
    return url.removeprefix("http://barat.localhost")


def moves(cast: Cast, complaint_id: UUID) -> list[str]:
    cast.enter("barat")
    return [row.move for row in handling.history_of(cast.session, complaint_id)]


def test_one_button_opens_it_again_and_the_second_tap_changes_nothing(cast: Cast, visit: Visit, rejected: UUID) -> None:
    visitor, own = visit("barat"), link(cast, rejected)
    page = visitor.get(f"{own}?lang=en")
    assert "Send again as “Street light" in words(page)
    for _tap in range(2):
        assert visitor.post(f"{own}/resending").status_code == 303
    assert moves(cast, rejected) == ["file", "reject", "resend"]
    after = words(visitor.get(f"{own}?lang=en"))
    assert "Send again as" not in after
    assert "sent it again under the right category" in after
    assert "answers by" in after


def test_everybody_else_sees_no_button_and_cant_press_it(cast: Cast, visit: Visit, rejected: UUID) -> None:
    own = link(cast, rejected)
    public = own.partition("/manage/")[0]
    assert "/resending" not in visit("barat", "admin").get(public).text
    assert visit("barat").post(f"{own[:-3]}xxx/resending").status_code == 404
    assert moves(cast, rejected) == ["file", "reject"]


def test_a_rejection_for_another_reason_isnt_opened_again(cast: Cast, visit: Visit) -> None:
    complaint_id = cast.complaint()
    cast.move("barat", complaint_id, "reject", words={Need.REASON: "Bukan."})
    own = link(cast, complaint_id)
    assert "/resending" not in visit("barat").get(own).text
    assert visit("barat").post(f"{own}/resending").status_code == 409


@pytest.mark.parametrize("right", ["jalan-lubang", "x"])
def test_the_form_of_a_rejection_says_what_cant_be_the_right_category(cast: Cast, visit: Visit, right: str) -> None:
    complaint_id = cast.complaint()
    given: dict[str, Any] = {"version": version(cast, "barat", complaint_id), "reason": "Ini lampu."}
    answer = send(visit("barat", "supervisor"), complaint_id, "rejection", **given, right_category=right)
    assert answer.status_code == 422
    assert 'id="right_category-error"' in answer.text
    assert "Ini lampu." in answer.text


def test_only_who_sees_the_history_is_sent_there_for_the_reason(cast: Cast, visit: Visit) -> None:
    complaint_id = cast.complaint(now=lately(hours=2), visibility="private")
    send(
        visit("barat", "supervisor"), complaint_id, "rejection", version=version(cast, "barat", complaint_id),
        reason="Jalan itu milik provinsi.",
    )  # fmt: skip
    own = link(cast, complaint_id)
    assert "Alasannya ada di riwayat" in words(visit("barat").get(own))
    page = words(visit("barat").get(own.partition("/manage/")[0]))
    assert "tidak dapat menanganinya." in page
    assert "riwayat" not in page
