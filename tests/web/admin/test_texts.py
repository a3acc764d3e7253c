"""What messages say in the city's own words: checked, looked at, sent, and put back by one button."""

import html
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from complaints.report import Reporter
from messages.outbox import Message
from messages.texts import TEXTS
from onboarding.bundle import read_bundle, write_bundle
from onboarding.export import export_tenant
from tests.cast import Cast, Visitor
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]
PATH = "/admin/texts/received/en"
BODY = "We have it, and call it {reference}.\nBy {due}.\n\n{url}\n{manage_url}\n"


def form(cast: Cast, **more: Any) -> dict[str, str]:
    cast.enter("barat")
    return {"version": str(cast.tenant("barat").version), "subject": "We have {reference}", "body": BODY} | more


def test_own_words_are_sent_and_taken_back_by_one_button(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    answer = admin.post(PATH, data=form(cast))
    assert (answer.status_code, answer.location) == (303, f"{PATH}?saved=1")
    assert "own words: en" in words(admin.get("/admin/texts?lang=en"))
    someone = Reporter(email="warga@barat.example")

    def sent() -> Message:
        complaint_id = cast.complaint("barat", reporter=someone, language="en")
        cast.enter("barat")
        query = select(Message).where(Message.complaint_id == complaint_id, Message.event == "received")
        return cast.session.scalars(query).one()

    own = sent()
    assert own.subject.startswith("We have BRT-")
    assert own.body.startswith("We have it, and call it BRT-")

    exported = write_bundle(export_tenant(cast.session, cast.city("barat").id))
    assert write_bundle(read_bundle(exported)) == exported
    assert read_bundle(exported).document["texts"]["received"]["en"]["subject"] == "We have {reference}"

    assert admin.post(f"{PATH}/default").status_code == 303
    assert not sent().subject.startswith("We have BRT-")
    cast.enter("barat")
    assert "received" not in cast.tenant("barat").texts
    subject, body = TEXTS["en"]["received"]
    assert admin.post(PATH, data=form(cast, subject=subject, body=body)).status_code == 303
    cast.session.expire_all()
    assert "received" not in cast.tenant("barat").texts, "the platform's own words are no own words"


def test_placeholders_are_checked_and_what_was_typed_stays(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    wrong = admin.post(f"{PATH}?lang=en", data=form(cast, subject=" ", body="To {nama}: {"))
    assert wrong.status_code == 422
    said = html.unescape(words(wrong))
    assert "The subject is empty." in said
    assert "{nama} isn't known to this message, which knows: {agency}, {category}" in said
    assert "To {nama}: {" in wrong.get_data(as_text=True)
    assert "It can't be sent like this" in said
    assert admin.post(f"{PATH}?lang=en", data=form(cast) | {"version": "0"}).status_code == 409
    for path in ("/admin/texts/received/jv", "/admin/texts/disputed/en", "/admin/texts/nothing/en"):
        assert admin.get(path).status_code == 404


def test_the_message_is_read_with_examples_before_it_is_saved(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    looked = words(admin.post(f"{PATH}?lang=en", data=form(cast, go="look")))
    assert "We have BRT-7K3M-9QX1" in looked
    shown = admin.post(f"{PATH}/preview?lang=en", data=form(cast, body="Just {manage_url}")).get_json()["phone"]
    assert "Just http://barat.localhost/complaints/BRT-7K3M-9QX1/manage/…" in shown
    cast.enter("barat")
    assert "received" not in cast.tenant("barat").texts
