"""The breach kit: who was affected, told once each, with the clock and the record beside it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from complaints.report import Reporter
from complaints.safety import breach_notice
from messages.outbox import Message
from people.seat import OperatorEntry
from tenants.errors import Invalid
from tests.cast import Cast, Visitor
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]
WHAT = "Berkas cadangan dapat dibaca orang lain."


def stamp(hours: float) -> str:
    """An instant from now as the form has it, in Jakarta."""
    return (datetime.now(UTC) + timedelta(hours=7 + hours)).strftime("%Y-%m-%dT%H:%M")


FORM = {"happened": WHAT, "reach": "passed", "kinds": ["reporters", "officials"], "slugs": "barat"}


def test_those_affected_are_counted_listed_and_told_once(cast: Cast, visit: Visit) -> None:
    now, operator = datetime.now(UTC), visit(None, "operator")
    for who, slug, days in (("satu", "barat", 1), ("satu", "barat", 1), ("lama", "barat", 30), ("lain", "timur", 1)):
        reporter = Reporter(name="=Warga", email=f"{who}@contoh.example", phone="+6281200000001")
        cast.complaint(slug, reporter=reporter, now=now - timedelta(days=days), language="en")
    cast.complaint("barat", reporter=Reporter(phone="+6281200000009"), now=now - timedelta(days=1))
    form = {**FORM, "found": stamp(-2), "from": stamp(-72), "until": stamp(0)}
    for wrong in ({"happened": ""}, {"until": stamp(-99)}, {"kinds": []}, {"slugs": "atlantis"}, {"found": stamp(9)}):
        assert operator.post("/operator/breaches", data={**form, **wrong}).status_code == 422, wrong
    path = operator.post("/operator/breaches", data=form).location
    page = words(operator.get(f"{path}?lang=en"))
    assert "2 days 21 hours left to tell those affected." in page
    assert "City of Barat 2 0 1 1 –" in page, page

    answer = operator.post(f"{path}/list")
    assert answer.get_data(as_text=True).splitlines()[1:] == [
        "barat,reporters,'=Warga,satu@contoh.example,'+6281200000001",
        "barat,reporters,,,'+6281200000009",
    ]
    cast.enter("barat")
    assert cast.session.scalars(select(OperatorEntry.reason)).all() == [f"Pelindungan data: {WHAT}"]

    assert operator.post(f"{path}/sending").status_code == 409, "sent before anybody worded it"
    letters = {f"subject-{one}": "{city}" for one in ("id", "en")} | {
        "body-id": "{city}: {what}",
        "body-en": "{city} says: {what}",
    }
    assert operator.post(f"{path}/notice", data={**letters, "body-id": "{kota} {what}"}).status_code == 422
    assert operator.post(f"{path}/notice", data=letters).status_code == 303
    assert f"City of Barat says: {WHAT}" in words(operator.get(path))
    assert operator.post(f"{path}/sending").status_code == 303
    assert operator.post(f"{path}/sending").status_code == 409
    card = cast.enter("barat")
    breach_id = breach_notice.UUID(path.rsplit("/", 1)[1])
    assert breach_notice.tell(cast.session, cast.office, card, breach_id, now) == 1
    assert breach_notice.tell(cast.session, cast.office, card, breach_id, now) == 0, "told twice"
    mail = cast.session.scalars(select(Message).where(Message.event == "breach")).one()
    assert (mail.destination, mail.body) == ("satu@contoh.example", f"City of Barat says: {WHAT}\n")
    cast.session.commit()

    assert operator.post(f"{path}/notes", data={"said": "Dilaporkan kepada lembaga."}).status_code == 303
    assert operator.post(f"{path}/closing").status_code == 303
    assert operator.post(f"{path}/notes", data={"said": "Masih ada lagi."}).status_code == 409
    record = words(operator.get(f"{path}?lang=en"))
    for did in ("Record opened", "List of those affected downloaded", "Notice worded", "Notices sent", "Record closed"):
        assert did in record
    assert "Dilaporkan kepada lembaga." in record


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("", "{city} {what}"),
        ("x", "{city}"),
        ("x", "{city} {what} {nik}"),
        ("x", "{city} {what} }"),
        ("x", "{city} {what} …"),
    ],
)
def test_a_letter_that_says_too_little_or_names_what_nobody_knows_is_refused(subject: str, body: str) -> None:
    with pytest.raises(Invalid):
        breach_notice.check("id", subject, body)
