"""A system like FixMyStreet drives the whole exchange over HTTP, in XML, by a reading of the format of its own."""

import threading
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
import requests
from werkzeug.serving import make_server

from complaints.complaint import Complaint
from complaints.workflow import Need
from tests.cast import photo
from tests.web.open311.conftest import Wire


class Sender:
    """It knows where discovery is, and a jurisdiction."""

    def __init__(self, address: str, jurisdiction: str) -> None:
        self.jurisdiction = jurisdiction
        found = self._get(f"{address}/open311/discovery.xml")
        production = next(one for one in found.iter("endpoint") if one.findtext("type") == "production")
        # the tests' server has a port that the platform doesn't know of
        self.endpoint = address + (production.findtext("url") or "").partition("localhost")[2]

    def services(self) -> list[str]:
        return [one.findtext("service_code") or "" for one in self.get("services").findall("service")]

    def attributes(self, code: str) -> dict[str, list[str]]:
        """By code the keys of what can be chosen."""
        definition = self.get(f"services/{code}")
        return {
            one.findtext("code") or "": [value.text or "" for value in one.iterfind("values/value/key")]
            for one in definition.iterfind("attributes/attribute")
            if one.findtext("variable") == "true"
        }

    def get(self, path: str, **query: str) -> ElementTree.Element:
        return self._get(f"{self.endpoint}/{path}.xml", **query)

    def post(self, path: str, **sent: str) -> ElementTree.Element:
        known = {"jurisdiction_id": self.jurisdiction, "api_key": "none"}
        answer = requests.post(f"{self.endpoint}/{path}.xml", data=known | sent, timeout=20)
        assert answer.ok, answer.text
        return ElementTree.fromstring(answer.content)

    def _get(self, address: str, **query: str) -> ElementTree.Element:
        answer = requests.get(address, params={"jurisdiction_id": self.jurisdiction, **query}, timeout=20)
        assert answer.status_code == 200, answer.text
        return ElementTree.fromstring(answer.content)


@pytest.fixture
def address(wire: Wire) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, wire.app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_foreign_system_reports_follows_and_answers(wire: Wire, address: str) -> None:
    sender = Sender(address, "barat")
    assert "jalan-lubang" in sender.services()
    (depth, *_more), *_others = sender.attributes("jalan-lubang").values()
    sent: dict[str, Any] = {
        "service_code": "jalan-lubang",
        "lat": "-6.251",
        "long": "106.951",
        "description": "title: Lubang\n\ndetail: Dalam & lebar",
        "first_name": "Siti",
        "last_name": "Rahma",
        "email": "siti@contoh.example",
        "attribute[kedalaman]": depth,
    }
    number = sender.post("requests", **sent).findtext("request/service_request_id") or ""

    shown = sender.get(f"requests/{number}")
    assert shown.findtext("request/status") == "open"
    assert shown.findtext("request/description") == "title: Lubang\n\ndetail: Dalam & lebar"
    assert number in [one.text for one in sender.get("requests", status="open").iter("service_request_id")]

    said = {"service_request_id": number, "update_id": "1", "status": "OPEN", "description": "Makin dalam."}
    assert sender.post("servicerequestupdates", **said).findtext("request_update/update_id")

    cast = wire.cast
    cast.enter("barat")
    complaint = cast.session.query(Complaint).filter_by(reference=number).one()
    received, complaint_id = complaint.received_at, complaint.id
    cast.move("barat", complaint_id, "start", now=received)
    cast.move(
        "barat",
        complaint_id,
        "resolve",
        words={Need.NOTE: "Sudah ditambal."},
        photos=[photo("#abcdef")],
        now=received,
    )
    wire.owner.rollback()
    assert sender.get(f"requests/{number}").findtext("request/status") == "closed"
