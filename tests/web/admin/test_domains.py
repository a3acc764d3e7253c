"""A city's own domains: proved by records over the wire before anything is served or sent from them."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from complaints.report import Reporter
from configuration import domains
from configuration.editing import Author
from messages.letter import Letter
from messages.outbox import Message
from messages.sending import send_message
from tenants.errors import Invalid
from tenants.names import DnsResolver
from tenants.tenant import TenantDomain
from tests.cast import NOW, Cast, Visitor
from tests.tenants.name_server import name_server
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]
HOST = "lapor.barat.example"


def add(visitor: Visitor, host: str = HOST, use: str = "portal") -> int:
    return visitor.post("/admin/domains?lang=en", data={"host": host, "use": use}).status_code


def row_of(cast: Cast, slug: str = "barat") -> TenantDomain:
    cast.enter(slug)
    tenant_id = cast.city(slug).id
    return cast.session.scalars(select(TenantDomain).where(TenantDomain.tenant_id == tenant_id)).one()


def status(app: Flask, host: str) -> int:
    return app.test_client().get("/sign-in", headers={"Host": host}).status_code


def test_a_domain_answers_and_links_use_it_once_its_records_are_seen(visit: Visit, cast: Cast, app: Flask) -> None:
    admin = visit("barat", "admin")
    assert add(admin, f"https://{HOST.upper()}/laporan") == 303
    row = row_of(cast)
    assert row.host == HOST
    token = domains.token_of(cast.office, row.tenant_id, HOST)
    zone: dict[tuple[str, str], list[str]] = {(f"_aduan.{HOST}", "TXT"): ["aduan=wrong"]}
    with name_server(zone) as address:
        object.__setattr__(cast.office, "resolver", DnsResolver([address], timeout_s=2.0))
        first = words(admin.post(f"/admin/domains/{row.id}/check?lang=en"))
        assert "something else: aduan=wrong" in first
        assert "nothing yet" in first
        assert status(app, HOST) == 404
        assert cast.office.addresses.of(cast.city("barat")) == "http://barat.localhost"

        zone[f"_aduan.{HOST}", "TXT"] = ["aduan=wrong", f"aduan={token}"]
        zone[HOST, "CNAME"] = ["barat.localhost"]
        assert "in use" in words(admin.post(f"/admin/domains/{row.id}/check?lang=en"))
        assert status(app, HOST) == 200
        assert status(app, "barat.localhost") == 200
        assert cast.office.addresses.of(cast.city("barat")) == f"http://{HOST}"
        assert cast.office.addresses.of(cast.city("timur")) == "http://timur.localhost"

        del zone[f"_aduan.{HOST}", "TXT"]
        assert "waits for its records" in words(admin.post(f"/admin/domains/{row.id}/check?lang=en"))
        assert status(app, HOST) == 404
        assert cast.office.addresses.of(cast.city("barat")) == "http://barat.localhost"

        zone[f"_aduan.{HOST}", "TXT"] = [f"aduan={token}"]
        del zone[HOST, "CNAME"]  # a name that can't have an alias has the platform's own addresses
        zone[HOST, "A"] = zone["barat.localhost", "A"] = ["192.0.2.7"]
        assert "in use" in words(admin.post(f"/admin/domains/{row.id}/check?lang=en"))
    assert admin.post(f"/admin/domains/{row.id}/check?lang=en").status_code == 503, "nobody answers: nothing changes"
    assert status(app, HOST) == 200
    assert admin.post(f"/admin/domains/{row.id}/removal").status_code == 303
    assert status(app, HOST) == 404


def test_another_citys_record_proves_nothing_and_one_domain_serves_one_city(visit: Visit, cast: Cast) -> None:
    barat, timur = visit("barat", "admin"), visit("timur", "admin")
    assert (add(barat), add(timur)) == (303, 303)
    (mine, mine_token), (theirs, theirs_token) = [
        (row.id, domains.token_of(cast.office, row.tenant_id, HOST))
        for row in (row_of(cast, slug) for slug in ("barat", "timur"))
    ]
    zone = {(HOST, "CNAME"): ["timur.localhost"]}
    zone[f"_aduan.{HOST}", "TXT"] = [f"aduan={mine_token}"]
    with name_server(zone) as address:
        object.__setattr__(cast.office, "resolver", DnsResolver([address], timeout_s=2.0))
        assert "something else" in words(timur.post(f"/admin/domains/{theirs}/check?lang=en"))
        zone[HOST, "CNAME"] = ["barat.localhost"]
        assert "in use" in words(barat.post(f"/admin/domains/{mine}/check?lang=en"))
        zone[f"_aduan.{HOST}", "TXT"].append(f"aduan={theirs_token}")
        zone[HOST, "CNAME"] = ["timur.localhost"]
        refused = timur.post(f"/admin/domains/{theirs}/check?lang=en")
    assert refused.status_code == 409
    assert timur.post(f"/admin/domains/{mine}/check").status_code == 404


def test_mail_comes_from_a_proved_domain_alone(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    assert add(admin, "barat.example", "mail") == 303
    row = row_of(cast)
    domain_id, token = row.id, domains.token_of(cast.office, row.tenant_id, "barat.example")
    sent: list[Letter] = []

    class Carrier:
        def send(self, letter: Letter) -> None:
            sent.append(letter)

    def send() -> str | None:
        complaint_id = cast.complaint("barat", reporter=Reporter(email="warga@contoh.example"))
        cast.enter("barat")
        told = select(Message.id).where(Message.complaint_id == complaint_id, Message.event == "received")
        send_message(cast.session, cast.session.scalars(told).one(), {"email": Carrier()}, NOW)
        cast.session.commit()
        return sent[-1].sender

    assert send() is None
    spf = ["v=spf1 include:_spf.elsewhere.example include:localhost -all"]
    zone = {("_aduan.barat.example", "TXT"): [f"aduan={token}"], ("barat.example", "TXT"): ["google=x", *spf]}
    with name_server(zone) as address:
        object.__setattr__(cast.office, "resolver", DnsResolver([address], timeout_s=2.0))
        assert "in use" in words(admin.post(f"/admin/domains/{domain_id}/check?lang=en"))
    assert send() == "Kota Barat <no-reply@barat.example>"


def test_what_is_no_domain_of_a_government_is_refused(cast: Cast) -> None:
    author = Author(cast.actor("barat", "admin").seat_id)
    card = cast.city("barat")
    for host in ("localhost", "x.localhost", "192.0.2.7", "kota bogor", "-a.example", "bogor", ""):
        with pytest.raises(Invalid) as refused:
            domains.add(cast.session, cast.office, card, host, "portal", author=author, now=NOW)
        assert refused.value.field == "host", host
