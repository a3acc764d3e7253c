"""What waits in the commons is written to the government of the place, once a week at most, until it wants no more."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.transfers import adoption
from config.postgres import EmbeddedPostgres
from messages.outbox import Message
from onboarding import commons_letter
from onboarding.boundaries.difference import CatalogueDifference
from onboarding.boundaries.renumbering import renumber
from tenants import scope
from tenants.catalogue import Municipality
from tenants.directory import raise_epoch
from tenants.tenant import COMMONS_ID
from tests.cast import NOW, Cast, Visitor
from tests.conftest import copied
from tests.web.staff.ground import words

IN_BOGOR, IN_SUKABUMI = (106.7975, -6.5971), (106.9267, -6.9221)


@pytest.fixture
def database(cluster: EmbeddedPostgres, nation: str) -> Iterator[str]:
    with copied(cluster, nation) as url:
        yield url


def letters(session: Session) -> list[Message]:
    session.rollback()
    scope.name_tenant(session, None)
    with scope.enter(session, COMMONS_ID):
        found = list(session.scalars(select(Message).where(Message.event == "commons_waits")))
        session.expunge_all()
    session.rollback()
    return found


def test_a_government_is_told_what_waits_once_a_week_until_it_wants_no_more(
    app: Flask, cast: Cast, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, later = cast.office, NOW + timedelta(days=7)
    for category in ("jalan-lubang", "jalan-lubang", "pju"):
        cast.complaint("commons", category=category, at=IN_BOGOR)
    scope.name_tenant(session, None)
    adoption.adopt(session, office, NOW)
    assert commons_letter.write(session, office, NOW) == 0, "no address is published"
    session.get_one(Municipality, "32.71").contact_email = "diskominfo@kotabogor.go.id"
    session.commit()
    with monkeypatch.context() as patched:
        patched.setattr(commons_letter, "_lines", lambda *_: 1 / 0)
        assert commons_letter.write(session, office, NOW) == 0, "the fault is noted, and the week isn't taken"
    assert commons_letter.write(session, office, NOW) == 1
    assert commons_letter.write(session, office, NOW + timedelta(days=1)) == 0, "twice in a week"
    letter = letters(session)[0]
    assert letter.destination == "diskominfo@kotabogor.go.id"
    assert letter.subject == "3 laporan warga menunggu Pemerintah Kota Bogor"
    assert "Jalan berlubang: 2\n" in letter.body
    assert "http://localhost/signup?municipality=32.71" in letter.body
    bogor = session.get_one(Municipality, "32.71")
    bogor.code, bogor.former_codes = "32.91", ["32.71"]  # a new edition of the catalogue
    raise_epoch(session)
    session.commit()
    office.keeper.refresh()
    adoption.adopt(session, office, later)
    assert commons_letter.write(session, office, later) == 1
    assert "Jalan berlubang: 2\n" in letters(session)[-1].body

    assert letter.unsubscribe_url is not None
    path, reader = letter.unsubscribe_url.removeprefix("http://localhost"), Visitor(app, None)
    assert reader.get(f"{path[:-1]}x").status_code == 404
    assert "Kota Bogor" in words(reader.get(path))
    assert commons_letter.write(session, office, later + timedelta(days=7)) == 1, "a look has ended them"
    assert reader.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 204
    assert commons_letter.write(session, office, later + timedelta(days=14)) == 0
    assert len(letters(session)) == 3


def test_two_that_exchange_their_codes_are_each_told_of_their_own_and_end_their_own(
    app: Flask, cast: Cast, session: Session
) -> None:
    office, later = cast.office, NOW + timedelta(days=7)
    for category in ("jalan-lubang", "jalan-lubang", "pju"):
        cast.complaint("commons", category=category, at=IN_BOGOR)
    cast.complaint("commons", category="pohon-rawan", at=IN_SUKABUMI)
    scope.name_tenant(session, None)
    bogor, sukabumi = (session.get_one(Municipality, code) for code in ("32.71", "32.72"))
    bogor.contact_email, sukabumi.contact_email = "kota@bogor.example", "kota@sukabumi.example"
    session.commit()
    adoption.adopt(session, office, NOW)
    assert commons_letter.write(session, office, NOW) == 2
    pair = [("32.71", "32.72"), ("32.72", "32.71")]
    rows = [
        CatalogueDifference(
            edition="2027", kind="code", code=old, name="", after={"code": new}, digest=old, proposed_at=NOW
        )
        for old, new in pair
    ]
    renumber(session, rows)
    raise_epoch(session)
    session.commit()
    office.keeper.refresh()
    adoption.adopt(session, office, later)
    assert commons_letter.write(session, office, later) == 2
    lines = {
        one.destination: [line for line in one.body.splitlines() if line.startswith("•")]
        for one in letters(session)[2:]
    }
    assert lines == {
        "kota@bogor.example": ["• Jalan berlubang: 2", "• Lampu jalan mati: 1"],
        "kota@sukabumi.example": ["• Pohon rawan tumbang, pemangkasan: 1"],
    }
    reader = Visitor(app, None)
    for letter in letters(session):  # those from before the exchange too
        assert letter.unsubscribe_url is not None
        page = words(reader.get(letter.unsubscribe_url.removeprefix("http://localhost")))
        assert ("Kota Bogor" in page, "Kota Sukabumi" in page) == (
            "bogor" in letter.destination, "sukabumi" in letter.destination
        )  # fmt: skip


def test_a_report_that_nobody_answers_says_so_and_offers_its_text_for_lapor(app: Flask, cast: Cast) -> None:
    complaint_id = cast.complaint("commons", at=IN_BOGOR, words="Lubang besar di depan pasar.")
    row, card = cast.read("commons", complaint_id), cast.city("commons")
    own = cast.office.manage_url(card, row.reference, row.birth_tenant_id, row.id).removeprefix("http://localhost")
    page = Visitor(app, None).get(f"{own}?lang=en").get_data(as_text=True)
    assert "no official will answer for now" in page
    text = page.split('id="lapor"')[1].split(">", 1)[1].split("</textarea>")[0]
    assert "Lubang besar di depan pasar." in text
    assert "-6.597100, 106.797500" in text
    assert row.reference in text
    public = words(Visitor(app, None).get(f"/complaints/{row.reference}?lang=en"))
    assert "no official will answer for now" in public
