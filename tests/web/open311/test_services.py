"""What can be reported: services and their definitions."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from complaints.rules.questions import SILENT
from tenants.directory import raise_epoch
from tests.cast import IN_TIMUR, NOWHERE, Visitor
from tests.web.open311.conftest import Wire
from web.open311.services import DATATYPES

FIELDS = ["service_code", "service_name", "description", "metadata", "type", "keywords", "group"]


def test_a_city_lists_what_it_takes(wire: Wire) -> None:
    services = wire.read("/services")

    assert all(list(one) == FIELDS for one in services)
    assert {one["type"] for one in services} == {"realtime"}
    pothole = next(one for one in services if one["service_code"] == "jalan-lubang")
    assert pothole["service_name"] == "Jalan berlubang"
    assert pothole["metadata"] == "true"
    assert "jalan bolong" in pothole["keywords"].split(", ")
    assert pothole["group"] == "Jalan dan lalu lintas"
    assert {one["metadata"] for one in services} == {"true", "false"}
    codes = [one["service_code"] for one in services]
    assert len(set(codes)) == len(codes)
    book = wire.cast.office.rulebooks.of(wire.cast.session, wire.cast.city("barat"))
    assert codes == [one.code for one in book.categories.values() if not one.responsible]


def test_the_language_is_asked_for(wire: Wire) -> None:
    for how in ({"query_string": {"locale": "en"}}, {"headers": {"Accept-Language": "en"}}):
        answer = Visitor(wire.app, "barat").get("/open311/v2/services.json", **how)
        assert "Pothole" in answer.get_data(as_text=True)


def test_a_point_chooses_whose_services_are_listed(wire: Wire) -> None:
    lon, lat = IN_TIMUR
    there = wire.read("/services", host=None, jurisdiction_id="timur")
    assert wire.read("/services", host=None, lat=lat, long=lon) == there
    assert wire.read("/services", host="barat", lat=lat, long=lon) == there
    commons = wire.read("/services", host=None, jurisdiction_id="commons")
    assert wire.read("/services", host=None, lat=NOWHERE[1], long=NOWHERE[0]) == commons


def test_a_point_chooses_whose_questions_are_told(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    book = wire.cast.office.rulebooks.of(wire.cast.session, wire.cast.city("timur"))
    theirs = replace(book.categories["jalan-lubang"], questions=({"code": "x", "type": "text", "label": {"id": "X"}},))
    monkeypatch.setitem(book.categories, "jalan-lubang", theirs)
    lon, lat = IN_TIMUR
    there = wire.read("/services/jalan-lubang", host=None, jurisdiction_id="timur")
    assert [one["code"] for one in there["attributes"]] == ["x"]
    for host in (None, "barat"):
        assert wire.read("/services/jalan-lubang", host=host, lat=lat, long=lon) == there
        wire.read("/services/nowhere", host=host, code=404, lat=lat, long=lon)


@pytest.mark.parametrize("query", [{"lat": "-6.2"}, {"lat": "x", "long": "1"}, {"lat": "NaN", "long": "106"}])
def test_half_a_point_and_none_are_refused(wire: Wire, query: dict[str, str]) -> None:
    (error,) = wire.read("/services", code=400, **query)
    assert error["code"] == "400"


def test_a_definition_has_an_attribute_for_each_question(wire: Wire) -> None:
    book = wire.cast.office.rulebooks.of(wire.cast.session, wire.cast.city("barat"))
    for entry in [one for one in book.categories.values() if one.questions and not one.responsible]:
        definition = wire.read(f"/services/{entry.code}")
        assert definition["service_code"] == entry.code
        asked = [one for one in entry.questions if not one.get("staff")]
        assert [one["code"] for one in definition["attributes"]] == [one["code"] for one in asked]
        for order, (question, said) in enumerate(zip(asked, definition["attributes"], strict=True), 1):
            assert said["order"] == str(order)
            assert said["datatype"] == DATATYPES.get(question["type"], "string")
            assert said["datatype_description"]
            assert (said["variable"] == "true") == (question["type"] not in SILENT)
            assert ("values" in said) == (question["type"] in ("choice", "choices", "yes_no"))
            if question["type"] in ("choice", "choices"):
                assert [one["key"] for one in said["values"]] == [one["code"] for one in question["choices"]]


@pytest.mark.parametrize(
    ("host", "path", "query", "status"),
    [
        ("barat", "/services/nowhere", {}, 404),
        (None, "/services", {}, 400),
        (None, "/services", {"jurisdiction_id": ""}, 400),
        (None, "/services", {"jurisdiction_id": "atlantis"}, 404),
        ("barat", "/services", {"jurisdiction_id": "timur"}, 404),
        (None, "/services/jalan-lubang", {}, 400),
        (None, "/requests", {}, 400),
        (None, "/requests", {"jurisdiction_id": "atlantis"}, 404),
        (None, "/tokens/x", {}, 400),
        ("barat", "/nowhere", {}, 404),
    ],
)
def test_what_isnt_there_is_refused_in_the_format_asked_for(
    wire: Wire, host: str | None, path: str, query: dict[str, str], status: int
) -> None:
    (error,) = wire.read(path, host, code=status, **query)
    assert error["code"] == str(status)
    assert error["description"]


@pytest.mark.parametrize("name", ["barat", "BARAT", "barat.localhost", "www.barat.localhost"])
def test_a_jurisdiction_is_a_slug_or_a_host(wire: Wire, name: str) -> None:
    assert wire.read("/services", host=None, jurisdiction_id=name) == wire.read("/services", jurisdiction_id=name)


def test_a_city_in_rehearsal_and_a_shadow_are_no_jurisdiction(wire: Wire) -> None:
    directory = wire.cast.office.directory
    shown = {one.slug for one in directory.by_id.values() if one.is_commons or one.stage == "live"}
    assert {"barat", "timur", "commons"} <= shown
    for card in directory.by_id.values():
        if card.slug not in shown:
            wire.read("/services", host=None, code=404, jurisdiction_id=card.slug)


def test_no_cookie_is_read_or_set_and_any_page_may_read(wire: Wire) -> None:
    answer = wire.get("/services.json", lang="en")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert wire.get("/services.xml/").status_code == 200


def test_an_address_that_takes_nothing_says_so_in_the_format(wire: Wire) -> None:
    (error,) = wire.post("/services.xml", code=405)
    assert error["code"] == "405"
    assert Visitor(wire.app, "nowhere").get("/open311/v2/services.json").json[0]["code"] == "404"


def test_a_city_that_is_being_set_up_is_no_jurisdiction_and_says_so_itself(wire: Wire) -> None:
    def stage(name: str) -> None:
        wire.owner.rollback()
        wire.owner.execute(text("UPDATE tenants SET stage = :stage WHERE slug = 'timur'"), {"stage": name})
        wire.owner.commit()
        raise_epoch(wire.cast.session)
        wire.cast.session.commit()
        wire.cast.office.keeper.refresh()

    wire.cast.enter("barat")
    stage("rehearsal")
    try:
        wire.read("/services", None, code=404, jurisdiction_id="timur")
        wire.read(f"/requests/{wire.numbers['neighbour']}", code=404)
        assert wire.read("/services", "timur", code=403)[0]["code"] == "403"
    finally:
        stage("live")
