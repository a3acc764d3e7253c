"""A city leaves: two steps and a day, nothing lost on the way, nothing left behind, and its neighbour as it was."""

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, select, text

from complaints import lookup
from complaints.report import Reporter
from complaints.transfers import handover
from complaints.workflow import Need
from configuration import standstill
from configuration.editing import Author
from messages.outbox import Message
from onboarding.billing import invoicing
from onboarding.billing.contract import new_contract
from onboarding.billing.plans import Plan
from onboarding.leaving import archiving, departure, erasure
from onboarding.leaving.archiving import Archive
from onboarding.leaving.city_import import import_archive
from tenants.errors import Conflict, Invalid
from tenants.tenant import Stage
from tests import conftest
from tests.cast import IN_BARAT, NOW, Cast, Visitor, photo
from tests.tenants import walls
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]
DAY = timedelta(days=1)
READY = NOW + departure.WAITS

database = conftest.database  # the cast's cities, instead of the bare catalogue


def author(cast: Cast) -> Author:
    found = Author(cast.actor("barat", "admin").seat_id)
    cast.enter("barat")
    return found


def begin(cast: Cast) -> object:
    """Kota Barat has paused and asked to leave; the leaving's id."""
    by = author(cast)
    standstill.pause(cast.session, cast.city("barat").id, author=by, now=NOW)
    cast.session.commit()
    cast.office.keeper.refresh()
    row = departure.ask(cast.session, cast.office, cast.enter("barat"), author=by, now=NOW)
    row_id = row.id
    cast.session.commit()
    return row_id


def archive(cast: Cast, now: object = READY) -> bytes:
    """Made by the worker and downloaded by an administrator."""
    by = author(cast)
    row_id = archiving.ask(cast.session, cast.office, author=by, now=now).id
    cast.session.commit()
    cast.enter("barat")
    archiving.make(cast.session, cast.office, row_id, now)
    _row, content = archiving.open_for(cast.session, cast.office, row_id, author=by, now=now)
    with content:
        data = content.read()
    archiving.had_whole(cast.session, row_id, author=by, now=now)
    cast.session.commit()
    return data


def confirm(cast: Cast, now: object = READY, slug: str = "barat") -> None:
    by, card = author(cast), cast.enter("barat")
    departure.confirm(cast.session, cast.office, card, slug=slug, author=by, now=now)
    cast.session.commit()
    cast.office.keeper.refresh()


def erase(cast: Cast, row_id: object, now: object) -> object:
    card = cast.enter("barat")
    again = departure.erase(cast.session, cast.office, card.id, row_id, now)
    cast.session.commit()
    return again


def charge(cast: Cast) -> None:
    """The city pays by invoice; nothing is invoiced yet."""
    cast.enter("barat")
    contract = new_contract(Plan.CITY, 300_000, NOW)
    contract.since_on = NOW.date().replace(day=1)
    cast.session.add(contract)
    invoicing.list_anew(cast.session, contract, NOW)
    cast.session.commit()


def bring_a_paper(cast: Cast, visit: Visit) -> tuple[str, str]:
    """The last invoice came with the confirmation, and the operator adds to it: (the paper, the invoice)."""
    cast.enter("barat")
    [invoice] = invoicing.invoices(cast.session)
    assert invoice.until_on >= (READY + 2 * DAY).date()
    path = f"/operator/plans/barat/invoices/{invoice.id}"
    operator = visit(None, "operator")
    brought = {"kind": "tax_invoice", "file": (io.BytesIO(b"%PDF-1.7 faktur"), "faktur.pdf")}
    assert operator.post(f"{path}/files", data=brought).status_code == 303
    found = re.search(r"/operator/plans/barat/files/[\w-]+", operator.get(path).get_data(as_text=True))
    assert found is not None
    return found[0], path


def assert_the_operator_has_its_books(visit: Visit, invoice: str, paper: str) -> None:
    operator = visit(None, "operator")
    assert "barat/invoices" in operator.get("/operator/plans/barat").get_data(as_text=True)
    assert operator.get(paper).data == b"%PDF-1.7 faktur"
    assert "Kota Barat" in words(operator.get("/operator/plans"))
    paid = {"version": "1", "paid_on": READY.date().isoformat(), "note": "SP2D 9"}
    assert operator.post(f"{invoice}/payment", data=paid).status_code == 303
    assert "SP2D 9" in words(operator.get(invoice))
    assert "Kota Barat" not in words(operator.get("/operator/plans"))


def passed(cast: Cast, complaint_id: object, origin: str, to: str) -> None:
    actor = cast.actor(origin, "supervisor")
    complaint = cast.read(origin, complaint_id)
    handover.hand_over(
        cast.session, cast.office, complaint, cast.city(to), actor=actor, card=cast.city(origin), reason="Di sana.",
        now=NOW,
    )  # fmt: skip
    cast.session.commit()


def test_a_city_leaves_whole_and_what_it_gave_away_stays_where_it_is(
    cast: Cast, visit: Visit, owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = cast.complaint("barat", photos=[photo()], reporter=Reporter(email="ani@warga.example"))
    given = cast.complaint("barat", reporter=Reporter(email="Ani@warga.example"))
    passed(cast, given, "barat", "timur")
    received = cast.complaint("timur")
    passed(cast, received, "timur", "barat")
    kept_reference, given_reference = cast.read("barat", kept).reference, cast.read("timur", given).reference
    received_reference = cast.read("timur", received).reference
    tenant_id, timur_id = cast.city("barat").id, cast.city("timur").id
    charge(cast)
    row_id = begin(cast)

    # Who follows is told once, an address at a time, also by a worker that begins anew.
    monkeypatch.setattr(departure, "TOLD_AT_ONCE", 1)
    for _ in range(4):
        card = cast.enter("barat")
        departure.tell(cast.session, cast.office, card, row_id, NOW)
        cast.session.commit()
    cast.enter("barat")
    told = select(Message.destination).where(Message.event == "city_leaves").order_by(Message.destination)
    assert cast.session.scalars(told).all() == ["admin@barat.example", "ani@warga.example"]

    # Each thing that is missing holds it up.
    for now, slug, refusal in ((READY - DAY, "barat", Conflict), (READY, "timur", Invalid), (READY, "barat", Conflict)):
        with pytest.raises(refusal):
            confirm(cast, now, slug)
        cast.session.rollback()
    archive(cast)
    cast.move("barat", kept, "note", words={Need.NOTE: "Masih dikerjakan."}, now=READY + DAY)
    with pytest.raises(Conflict, match="since the archive"):
        confirm(cast, READY + DAY)
    cast.session.rollback()
    content = archive(cast, READY + 2 * DAY)
    confirm(cast, READY + 2 * DAY)
    paper, invoice = bring_a_paper(cast, visit)
    officer = visit("barat", "officer")
    refused = officer.post(f"/staff/complaints/{kept}/notes", data={"note": "Terlambat."})
    assert refused.status_code == 403, "what the archive hasn't can't come any more"
    assert erase(cast, row_id, READY + 2 * DAY) == READY + 3 * DAY, "not before its day is over"

    # A worker dies when the first files are gone: it has begun, and the next one goes on.
    deleting = erasure.delete_files
    monkeypatch.setattr(erasure, "delete_files", lambda *_: (_ for _ in ()).throw(OSError("killed")))
    with pytest.raises(OSError, match="killed"):
        erase(cast, row_id, READY + 3 * DAY)
    cast.session.rollback()
    with pytest.raises(Conflict, match="no way back"):
        departure.withdraw(cast.session, cast.office, cast.enter("barat"), author=Author(), now=READY + 3 * DAY)
    cast.session.rollback()
    monkeypatch.setattr(erasure, "delete_files", deleting)
    theirs = f"SELECT count(*) FROM complaints WHERE tenant_id = '{timur_id}'"
    neighbour = owner.execute(text(theirs)).scalar_one()
    owner.rollback()
    erase(cast, row_id, READY + 3 * DAY)
    assert erase(cast, row_id, READY + 3 * DAY) is None, "a second time there is nothing to do"
    cast.office.keeper.refresh()

    for table in [*walls.tenant_owned(owner), "boundaries", "tenant_domains", "intake_keys"]:
        left = owner.execute(text(f"SELECT count(*) FROM {table} WHERE tenant_id = '{tenant_id}'")).scalar_one()
        assert left == (1 if table in ("invoices", "invoice_files") else 0), table
    assert (
        owner.execute(text(f"SELECT count(*) FROM complaints WHERE tenant_id = '{timur_id}'")).scalar_one() == neighbour
    )
    owner.rollback()
    for kind in ("tenant", "archive"):
        files = [one.key for one in cast.office.storage.list(f"{kind}/{tenant_id}/")]
        assert all("/billing-" in one for one in files), files
    assert_the_operator_has_its_books(visit, invoice, paper)
    assert cast.office.directory.index.locate(*IN_BARAT, at=READY + 4 * DAY).tenant_id is None

    # Old links say so; what lives on is found.
    assert "City" not in (page := words(visit("barat").get(f"/complaints/{kept_reference}?lang=en")))
    assert "Kota Barat" in page
    national = visit()
    assert "Kota Barat left this platform on" in words(national.get(f"/track?reference={kept_reference}&lang=en"))
    assert "Kota Barat left this platform on" in words(national.get(f"/track?reference={received_reference}&lang=en"))
    assert national.get(f"/track?reference={given_reference}").location.startswith("http://timur.localhost/")
    assert visit("timur").get(f"/complaints/{given_reference}").status_code == 200
    cast.move("timur", given, "start", now=READY + 4 * DAY)

    # And it can come back, under its name, with what it took along.
    cast.session.rollback()
    cast.session.expunge_all()
    engine = cast.session.get_bind()
    assert isinstance(engine, Engine)
    with conftest.Session(engine) as session:
        import_archive(session, cast.office.storage, io.BytesIO(content), now=READY + 5 * DAY)
    cast.office.keeper.refresh()
    assert cast.city("barat").stage == Stage.PAUSED
    cast.enter("barat")
    assert lookup.holder_of(cast.session, cast.office, kept_reference) == (cast.city("barat"), kept)
    assert lookup.holder_of(cast.session, cast.office, given_reference) == (cast.city("timur"), given)
    assert "City of Barat has paused" in words(visit("barat").get("/?lang=en"))


def test_it_is_taken_back_or_stopped_and_the_city_goes_on(cast: Cast, visit: Visit) -> None:
    admin, operator = visit("barat", "admin"), visit(None, "operator")
    assert admin.post("/admin/standing/leaving").status_code == 409, "only a paused city leaves"
    admin.post("/admin/standing/pause")
    assert visit("timur", "admin").post("/admin/standing/leaving").status_code == 409
    assert admin.post("/admin/standing/leaving").status_code == 303
    assert admin.post("/admin/standing/leaving").status_code == 409, "somebody else was faster"
    assert "has asked to leave this platform" in words(visit("barat").get("/?lang=en"))
    assert "Take that back below" in words(admin.get("/admin/standing?lang=en"))
    refused = admin.post("/admin/standing/resumption?lang=en")
    assert (refused.status_code, "Take that back first" in words(refused)) == (409, True)
    assert admin.post("/admin/standing/leaving/withdrawal").status_code == 303
    assert admin.post("/admin/standing/leaving/withdrawal").status_code == 409
    assert admin.post("/admin/standing/leaving").status_code == 303

    path = "/operator/tenants/barat/leaving"
    assert "may be confirmed from" in words(operator.get("/operator/tenants?lang=en"))
    assert operator.post(f"{path}/stop", data={"reason": "Tidak."}).status_code == 422
    assert operator.post(f"{path}/stop", data={"reason": "Diminta oleh orang yang tidak berwenang."}).status_code == 303
    assert operator.post(f"{path}/stop", data={"reason": "Diminta oleh orang yang tidak berwenang."}).status_code == 409
    assert "Diminta oleh orang" in words(admin.get("/admin/standing?lang=en"))
    assert admin.post("/admin/standing/resumption").status_code == 303
    assert "paused" not in words(visit("barat").get("/?lang=en"))
    cast.enter("barat")
    events = cast.session.scalars(select(Message.subject).where(Message.event == "city_leaves")).all()
    assert len(events) == 4, "asked twice, taken back, stopped"
    cast.enter("timur")
    assert cast.session.scalars(select(Archive)).all() == []
