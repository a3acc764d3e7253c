"""Reports of other systems: filed once, where they belong, whatever their client knows of it."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Row, text
from werkzeug.test import TestResponse

from complaints.rules.questions import checked_answers
from complaints.safety import allowance
from tenants.errors import Invalid
from tests.cast import AT_THE_BORDER, IN_BARAT, IN_TIMUR, NOWHERE, Visitor, jpeg
from tests.web.open311.conftest import BASE, Wire
from tests.web.open311.reading import read
from web.open311 import answers

Visit = Callable[..., Visitor]

HERE = {"lat": str(IN_BARAT[1]), "long": str(IN_BARAT[0])}
REPORT = {"service_code": "jalan-lubang", "description": "Lubang besar.", **HERE}


def row(wire: Wire, number: str) -> Row[Any]:
    wire.owner.rollback()
    return wire.owner.execute(
        text(
            "SELECT c.*, t.slug, r.body, r.place, r.answers FROM complaints c JOIN tenants t ON t.id = c.tenant_id"
            " JOIN remarks r ON r.complaint_id = c.id AND r.kind = 'description' WHERE c.reference = :number"
        ),
        {"number": number},
    ).one()


def filed(wire: Wire, host: str | None = "barat", **sent: Any) -> tuple[Row[Any], dict[str, Any]]:
    (created,) = wire.post(host=host, **sent)
    return row(wire, created["service_request_id"]), created


def test_a_report_is_filed_and_has_its_number_at_once(wire: Wire) -> None:
    for form in ("json", "xml"):
        (created,) = wire.post(f"/requests.{form}", **REPORT, api_key="any", device_id="x", account_id="7")
        assert list(created) == ["service_request_id", "service_notice", "account_id", "manage_url"]
        assert created["account_id"] is None
        complaint = row(wire, created["service_request_id"])
        assert (complaint.slug, complaint.channel, complaint.body) == ("barat", "open311", "Lubang besar.")
        assert complaint.anonymous is False
        assert created["manage_url"].startswith(f"http://barat.localhost/complaints/{complaint.reference}/manage/")
        assert "Pemerintah Kota Barat" in created["service_notice"]


def test_a_client_can_follow_what_it_filed(wire: Wire) -> None:
    _complaint, created = filed(wire, **REPORT)
    (request,) = wire.read(f"/requests/{created['service_request_id']}")
    assert (request["status"], request["description"]) == ("open", "Lubang besar.")
    wire.read(f"/tokens/{created['service_request_id']}")


def test_fields_come_in_the_address_or_in_a_form(wire: Wire) -> None:
    for ask in (
        {"query_string": REPORT},
        {"query_string": {"service_code": "jalan-lubang"}, "data": {**REPORT, "service_code": ""}},
        {"data": REPORT, "content_type": "multipart/form-data"},
    ):
        answer = Visitor(wire.app, "barat").post(f"{BASE}/requests.json", **ask)
        assert answer.status_code == 201, answer.get_data(as_text=True)


def test_answers_that_the_other_city_doesnt_ask_stand_aside_and_on_no_page(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = wire.cast.city("timur")
    book = wire.cast.office.rulebooks.of(wire.cast.session, card)
    theirs = replace(book.categories["jalan-lubang"], questions=({"code": "x", "type": "text", "required": True},))
    monkeypatch.setitem(book.categories, "jalan-lubang", theirs)

    sent = REPORT | {"lat": IN_TIMUR[1], "long": IN_TIMUR[0], "attribute[kedalaman]": "mata-kaki"}
    complaint, created = filed(wire, **sent)

    assert (complaint.slug, complaint.answers, complaint.body) == ("timur", {}, "Lubang besar.")
    aside = text("SELECT answers FROM remarks WHERE complaint_id = :id AND kind = 'put_aside' AND \"inner\"")
    assert wire.owner.scalar(aside, {"id": complaint.id}) == {"kedalaman": "mata-kaki"}
    assert "samping laporan" in created["service_notice"]
    assert "mata-kaki" not in str(wire.read(f"/requests/{complaint.reference}", extensions="true"))
    (error,) = wire.post(host="timur", code=400, **REPORT | {"lat": IN_TIMUR[1], "long": IN_TIMUR[0]})
    assert "attribute[x]" in error["description"]


def test_the_same_code_in_another_city_counts_only_where_it_means_the_same(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    categories = wire.cast.office.rulebooks.of(wire.cast.session, wire.cast.city("timur")).categories
    hole, lamp = categories["jalan-lubang"], categories["pju"]
    monkeypatch.setitem(categories, "jalan-lubang", replace(hole, platform_code=lamp.platform_code))
    monkeypatch.setitem(categories, "pju", replace(lamp, platform_code=hole.platform_code))

    there = REPORT | {"lat": IN_TIMUR[1], "long": IN_TIMUR[0]}
    assert filed(wire, "barat", **there)[0].category_id == lamp.id
    assert filed(wire, "timur", **there)[0].category_id == hole.id


@pytest.mark.parametrize("at", [IN_TIMUR, NOWHERE])
def test_a_point_beyond_the_border_is_accepted_and_said(wire: Wire, at: tuple[float, float]) -> None:
    complaint, created = filed(wire, **REPORT | {"lat": at[1], "long": at[0]})

    slug, name = ("timur", "Kota Timur") if at == IN_TIMUR else ("commons", "Titiknya tidak di dalam kota mana pun")
    assert complaint.slug == slug
    assert name in created["service_notice"]
    (request,) = wire.read(f"/requests/{complaint.reference}")
    assert request["service_request_id"] == complaint.reference
    assert complaint.reference not in str(wire.read("/requests", forms=("json",)))
    assert wire.read("/requests", host=None, jurisdiction_id=slug, forms=("json",))[0] == request


def test_the_national_host_takes_the_jurisdictions_services(wire: Wire) -> None:
    complaint, _created = filed(wire, None, **REPORT, jurisdiction_id="timur")
    assert complaint.slug == "barat"
    (error,) = wire.post(host=None, code=400, **REPORT)
    assert "jurisdiction_id" in error["description"]
    (error,) = wire.post(host=None, code=404, **REPORT, jurisdiction_id="atlantis")
    assert error["code"] == "404"


def test_near_a_border_the_notice_names_the_neighbour(wire: Wire) -> None:
    _complaint, created = filed(wire, **REPORT | {"lat": AT_THE_BORDER[1], "long": AT_THE_BORDER[0]})
    assert "Kota Timur" in created["service_notice"]


@pytest.mark.parametrize(
    ("change", "code", "names"),
    [
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "nowhere"}, 404, "service_code"),
        ({"lat": "", "long": ""}, 400, "address_string"),
        ({"lat": ""}, 400, "lat"),
        ({"lat": "north"}, 400, "lat"),
        ({"lat": "NaN"}, 400, ""),
        ({"lat": "0", "long": "0"}, 400, ""),
        ({"description": "x" * 4001}, 400, "description"),
        ({"attribute[nowhere]": "1"}, 400, "attribute[nowhere]"),
        ({"attribute[kedalaman]": "lautan"}, 400, "attribute[kedalaman]"),
        ({"media": (io.BytesIO(b"no picture"), "x.jpg")}, 400, "media"),
    ],
    ids=lambda one: ",".join(one) if isinstance(one, dict) else str(one),
)
def test_what_cant_be_filed_is_refused_by_name(wire: Wire, change: dict[str, Any], code: int, names: str) -> None:
    (error,) = wire.post("/requests.xml", code=code, **REPORT | change)
    assert error["code"] == str(code)
    assert names in error["description"]


def test_another_kind_of_body_is_refused(wire: Wire) -> None:
    answer = Visitor(wire.app, "barat").post(f"{BASE}/requests.json", json=REPORT)
    assert answer.status_code == 400
    (error,) = read(answer).content
    assert error["code"] == "400"
    assert error["description"].endswith("multipart. (Content-Type)")


def test_answers_are_kept_as_the_portal_keeps_them(wire: Wire) -> None:
    complaint, _created = filed(
        wire, **REPORT, **{"attribute[kedalaman]": "mata-kaki", "attribute[pernah-celaka]": "true"}
    )
    assert complaint.answers == {"kedalaman": "mata-kaki", "pernah-celaka": "yes"}


def test_words_of_a_place_stand_in_for_a_point(wire: Wire) -> None:
    report = {"service_code": "jalan-lubang", "description": "Lubang."}
    complaint, _created = filed(wire, **report, address_string="Gang Melati 3, Utara")
    assert (complaint.slug, complaint.place) == ("barat", "Gang Melati 3, Utara")
    assert complaint.accuracy_m > 500
    exact, _created = filed(wire, **report, address_string="-6.25, 106.95")
    assert (exact.lat, exact.lon) == (-6.25, 106.95)
    national, _created = filed(wire, None, **report, address_string="Utara", jurisdiction_id="timur")
    assert national.slug == "timur"
    unknown, created = filed(wire, **report, address_string="123 Any St")
    assert (unknown.slug, unknown.place, unknown.lat, unknown.area_id) == ("barat", "123 Any St", None, None)
    assert "kata-kata" in created["service_notice"]
    (shown,) = wire.read(f"/requests/{unknown.reference}")
    assert (shown["lat"], shown["long"], shown["address"]) == (None, None, "123 Any St")
    numbers, _created = filed(wire, **report, address_string="12.5, 200.7")
    assert (numbers.place, numbers.lat) == ("12.5, 200.7", None)
    wire.post(host=None, code=400, **report, address_string="123 Any St", jurisdiction_id="commons")
    with_both, _created = filed(wire, **REPORT, address_string="Depan pasar")
    assert (with_both.place, with_both.lat) == ("Depan pasar", IN_BARAT[1])


def test_without_words_the_services_name_stands_in(wire: Wire) -> None:
    complaint, _created = filed(wire, **REPORT | {"description": ""})
    assert complaint.body == "Jalan berlubang"


def test_photos_come_as_files_and_addresses_stay_addresses(wire: Wire) -> None:
    complaint, created = filed(
        wire,
        **REPORT,
        media=(io.BytesIO(jpeg("#111111")), "a.jpg"),
        photo1=(io.BytesIO(jpeg("#222222")), "b.jpg"),
        media_url="https://photos.example/1.jpg",
    )
    kept = wire.owner.scalar(text("SELECT count(*) FROM evidence WHERE complaint_id = :id"), {"id": complaint.id})
    assert kept == 2
    assert complaint.body == "Lubang besar.\n\nhttps://photos.example/1.jpg"
    assert "deskripsi" in created["service_notice"]
    other, _created = filed(wire, **REPORT, media_url="javascript:alert(1)")
    assert other.body == "Lubang besar."
    full, _created = filed(wire, **REPORT | {"description": "x" * 4000}, media_url="https://photos.example/1.jpg")
    assert full.body == "x" * 4000


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"address_string": "y" * 301}, "300 karakter pertama dari address_string"),
        ({"first_name": "z" * 121}, "120 karakter pertama dari first_name"),
        ({"service_object_id": "t" * 65}, "tidak ada objek dengan kode itu"),
        ({"media_url": "javascript:alert(1)"}, "Ada media_url yang tidak"),
        ({"media_url": [f"https://photos.example/{n}.jpg" for n in range(6)]}, "Ada media_url yang tidak"),
        ({"description": "x" * 4000, "media_url": "https://photos.example/1.jpg"}, "Ada media_url yang tidak"),
    ],
    ids=["address", "name", "object", "no address of the web", "too many", "no room"],
)
def test_nothing_is_left_out_without_a_word(wire: Wire, change: dict[str, Any], said: str) -> None:
    (created,) = wire.post("/requests.json", **REPORT | change)
    assert said in created["service_notice"]
    (whole,) = wire.post("/requests.json", **REPORT, address_string="y" * 300, first_name="z" * 120)
    assert said not in whole["service_notice"]


def test_a_reporter_is_kept_and_shown_to_nobody(wire: Wire) -> None:
    complaint, created = filed(
        wire, **REPORT, first_name="Siti", last_name="Rahma", email="siti@contoh.example", phone="0812 3456 7890"
    )
    kept = wire.owner.execute(
        text("SELECT name, email, phone FROM contacts WHERE complaint_id = :id"), {"id": complaint.id}
    ).one()
    assert kept == ("Siti Rahma", "siti@contoh.example", "+6281234567890")
    shown = str(wire.read(f"/requests/{complaint.reference}", extensions="true"))
    for secret in ("Siti", "siti@", "+62812", created["manage_url"].rpartition("/")[2]):
        assert secret not in shown


def test_a_reporter_may_stay_unknown_to_officials_too(wire: Wire) -> None:
    complaint, _created = filed(wire, **REPORT, first_name="Siti", anonymous="true")
    assert complaint.anonymous is True


def test_a_contact_that_cant_be_right_loses_no_report(wire: Wire) -> None:
    _complaint, created = filed(wire, **REPORT, first_name="Zach", email="zach", phone="1")
    assert "nama@contoh.id" in created["service_notice"]
    assert "0812 3456 7890" in created["service_notice"]


def test_what_isnt_public_is_said_to_be_so(wire: Wire) -> None:
    book = wire.cast.office.rulebooks.of(wire.cast.session, wire.cast.city("barat"))
    hidden = next(one for one in book.categories.values() if one.visibility == "private" and not one.responsible)
    complaint, created = filed(wire, **REPORT | {"service_code": hidden.code})
    assert "manage_url" in created["service_notice"]
    wire.read(f"/requests/{complaint.reference}", code=404)


def test_the_same_key_files_once(wire: Wire) -> None:
    visitor, headers = Visitor(wire.app, "barat"), {"Idempotency-Key": str(uuid4())}
    said = [visitor.post(f"{BASE}/requests.xml", data=REPORT, headers=headers) for _ in range(2)]
    assert [one.status_code for one in said] == [201, 201]
    assert said[0].data == said[1].data
    other = visitor.post(f"{BASE}/requests.xml", data=REPORT | {"description": "Lain."}, headers=headers)
    assert other.status_code == 400


def test_a_test_is_checked_and_not_kept(wire: Wire) -> None:
    before = wire.owner.scalar(text("SELECT count(*) FROM complaints"))
    wire.owner.rollback()
    answer = Visitor(wire.app, "barat").post("/open311/test/v2/requests.json", data=REPORT)
    assert answer.status_code == 201
    (created,) = read(answer).content
    assert "uji coba" in created["service_notice"]
    wire.read(f"/requests/{created['service_request_id']}", code=404)
    assert wire.owner.scalar(text("SELECT count(*) FROM complaints")) == before
    wire.owner.rollback()
    bad = Visitor(wire.app, "barat").post("/open311/test/v2/requests.json", data=REPORT | {"lat": "x"})
    assert bad.status_code == 400


def test_a_network_that_sends_much_has_to_prove_something(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "FREE_OF_ADDRESS", 0)
    visitor = visit("barat")
    visitor.address = "36.68.1.2"
    answer = visitor.post(f"{BASE}/requests.xml", data=REPORT)
    (error,) = read(answer).content
    assert (answer.status_code, error["code"]) == (429, "429")
    assert error["puzzle"]
    assert error["bits"] == "20"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(
            [*REPORT, "address_string", "media_url", "email", "phone", "first_name", "attribute[kedalaman]", "api_key"]
        ),
        st.one_of(st.text(max_size=40), st.sampled_from(["\x00", "-6.25", "1e400", "http://[", "geo:1,2"])),
        max_size=4,
    )
)
def test_whatever_is_posted_is_answered(wire: Wire, change: dict[str, str]) -> None:
    answer: TestResponse = Visitor(wire.app, "barat").post("/open311/test/v2/requests.xml", data=REPORT | change)
    assert answer.status_code in (201, 400, 404), answer.get_data(as_text=True)
    read(answer)


OURS = (
    {"code": "depth", "type": "choice", "required": True, "choices": [{"code": "deep"}, {"code": "flat"}]},
    {"code": "where", "type": "text", "required": True, "when": {"depth": ["deep"]}},
    {"code": "on", "type": "date"},
    {"code": "which", "type": "choices", "choices": [{"code": "a"}, {"code": "b"}]},
    {"code": "sure", "type": "yes_no"},
    {"code": "note", "type": "info"},
)
ZONE = "Asia/Jakarta"


def test_attributes_are_read_as_the_questions_ask() -> None:
    sent = answers.attributes(
        [
            ("attribute[depth]", ["", "flat"]),
            ("attribute[where]", ["hidden"]),
            ("attribute[on]", ["2026-03-01T20:00:00Z"]),
            ("attribute[which][]", ["a", "b"]),
            ("attribute[sure]", ["TRUE"]),
            ("attribute[]", ["x"]),
            ("attribute", ["x"]),
            ("description", ["x"]),
        ]
    )
    found = answers.given(sent, OURS, ZONE)
    assert found.answers == {"depth": "flat", "on": "2026-03-02", "which": ["a", "b"], "sure": "yes"}
    assert answers.given({"typo": ["1"]}, OURS, ZONE).answers == {"typo": "1"}
    assert answers.given({"on": ["soon"]}, OURS, ZONE).answers == {"on": "soon"}


def test_answers_for_another_city_stand_aside() -> None:
    theirs = ({"code": "depth", "type": "text"}, {"code": "colour", "type": "text"})
    found = answers.given_elsewhere({"depth": ["deep"], "colour": ["red"], "typo": ["x"]}, theirs, OURS, ZONE)
    assert found.answers == {"depth": "deep"}
    assert found.aside == {"colour": "red"}
    assert checked_answers(OURS, found.answers, all_asked=False) == {"depth": "deep"}
    with pytest.raises(Invalid):
        checked_answers(OURS, found.answers)
