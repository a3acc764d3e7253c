"""The breach kit: who was affected, told once each, with the clock and the record beside it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints.audience.alerts import Alert
from complaints.report import Reporter
from complaints.safety import breach_notice
from messages.outbox import Message
from people.account import Account, SignIn
from people.identities import AccountIdentity
from people.seat import OperatorEntry
from tenants.directory import raise_epoch
from tenants.errors import Invalid
from tenants.tenant import TenantDomain
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
    breach_id = UUID(path.rsplit("/", 1)[1])
    for _again in range(2):
        assert breach_notice.tell(cast.session, cast.office, card, breach_id, now) is None
    mail = cast.session.scalars(select(Message).where(Message.event == "breach")).one()
    assert (mail.destination, mail.body) == ("satu@contoh.example", f"City of Barat says: {WHAT}\n")
    cast.session.commit()

    short = operator.post(f"{path}/notes", data={"said": "Telepon"})
    assert (short.status_code, "Telepon</textarea>" in short.get_data(as_text=True)) == (422, True)
    assert operator.post(f"{path}/notes", data={"said": "Dilaporkan kepada lembaga."}).status_code == 303
    assert operator.post(f"{path}/closing").status_code == 303
    assert operator.post(f"{path}/notes", data={"said": "Masih ada lagi."}).status_code == 409
    assert operator.post(f"{path}/list").status_code == 409, "a closed record still gives addresses away"
    record = words(operator.get(f"{path}?lang=en"))
    for did in ("Record opened", "List of those affected downloaded", "Notice worded", "Notices sent", "Record closed"):
        assert did in record
    assert "Dilaporkan kepada lembaga." in record


def test_nobody_is_missed_by_having_no_seat_or_another_host_and_all_are_told_in_batches(
    cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    lately = now - timedelta(days=1)
    accounts = {
        name: Account(email=email, name=name, created_at=lately)
        for name, email in (("Pelapor", "pelapor@contoh.example"), ("Tamu", None), ("Dulu", "dulu@contoh.example"))
    }
    cast.enter("barat")
    cast.session.add_all(accounts.values())
    cast.session.flush()
    ids = {name: one.id for name, one in accounts.items()}
    cast.session.add(AccountIdentity(kind="phone", value="+6281200000077", account_id=ids["Tamu"], created_at=lately))
    for who, host, days in (("Tamu", "lapor.barat.example", 1), ("Dulu", "barat.localhost", 40)):
        begun = now - timedelta(days=days)
        ended = begun + timedelta(hours=1)
        cast.session.add(
            SignIn(account_id=ids[who], host=host, token_hash=who.encode(), created_at=begun, expires_at=ended)
        )
    cast.session.add(TenantDomain(tenant_id=cast.city("barat").id, host="lapor.barat.example", verified_at=lately))
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    hidden = Reporter(name="Siti", email="siti@contoh.example")
    cast.complaint("barat", now=lately, reporter=hidden, visibility="restricted", account_id=ids["Pelapor"])
    cast.enter("barat")
    cast.session.add(Alert(about_id=UUID(int=1), email="langganan@contoh.example", language="id", created_at=lately))
    cast.session.commit()

    operator = visit(None, "operator")
    kinds = ["reporters", "followers", "residents", "officials"]
    form = {**FORM, "found": stamp(-2), "from": stamp(-72), "until": stamp(0), "kinds": kinds}
    path = operator.post("/operator/breaches", data=form).location
    lines = operator.post(f"{path}/list").get_data(as_text=True).splitlines()[1:]
    assert lines == [
        "barat,followers,,langganan@contoh.example,",
        "barat,reporters,,siti@contoh.example,",
        "barat,residents,Pelapor,pelapor@contoh.example,",
        "barat,residents,Tamu,,'+6281200000077",
    ]
    assert "City of Barat 1 1 2 0 3 1 –" in words(operator.get(f"{path}?lang=en"))
    stored = operator.post("/operator/breaches", data={**form, "reach": "stored"}).location
    lines = operator.post(f"{stored}/list").get_data(as_text=True).splitlines()
    assert "barat,residents,Dulu,dulu@contoh.example," in lines
    assert "barat,officials,Admin Kota Barat,admin@barat.example," in lines

    monkeypatch.setattr(breach_notice, "TOLD_AT_ONCE", 2)
    card, breach_id = cast.enter("barat"), UUID(path.rsplit("/", 1)[1])
    assert breach_notice.tell(cast.session, cast.office, card, breach_id, now) == now
    assert breach_notice.tell(cast.session, cast.office, card, breach_id, now) is None
    told = cast.session.scalars(select(Message.destination).where(Message.event == "breach")).all()
    assert cast.session.scalars(select(breach_notice.BreachTold.told_after)).one() == "", "an address stays"
    assert sorted(told) == ["langganan@contoh.example", "pelapor@contoh.example", "siti@contoh.example"]


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
