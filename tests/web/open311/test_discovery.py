"""Discovery, and whether an endpoint serves a point."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.cast import IN_BARAT, IN_TIMUR, NOWHERE, Visitor
from tests.web.open311.conftest import Wire
from tests.web.open311.reading import read


@pytest.mark.parametrize(("host", "origin"), [("barat", "http://barat.localhost"), (None, "http://localhost")])
def test_an_endpoint_is_found_and_can_be_tried_out(wire: Wire, host: str | None, origin: str) -> None:
    found = wire.read("/discovery", host)

    assert list(found) == ["changeset", "contact", "key_service", "endpoints"]
    assert all(found.values())
    assert [one["type"] for one in found["endpoints"]] == ["production", "test"]
    assert [one["url"] for one in found["endpoints"]] == [f"{origin}/open311/v2", f"{origin}/open311/test/v2"]
    for one in found["endpoints"]:
        assert list(one) == ["specification", "url", "changeset", "type", "formats"]
        assert one["specification"] == "http://wiki.open311.org/GeoReport_v2"
        assert one["formats"] == ["text/xml", "application/json"]
        changed = datetime.fromisoformat(one["changeset"])
        assert changed.tzinfo is not None
        assert changed <= datetime.now(UTC)
        path = one["url"].removeprefix(origin)
        answer = Visitor(wire.app, host).get(f"{path}/services.xml", query_string={"jurisdiction_id": "barat"})
        assert answer.status_code == 200
    for path in ("/open311/discovery.xml", "/open311/discovery.json", "/open311/test/v2/discovery.xml"):
        assert read(Visitor(wire.app, host).get(path)).content == found


def test_a_change_of_the_city_shows_in_its_changeset(wire: Wire) -> None:
    before = wire.read("/discovery")["changeset"]
    wire.owner.rollback()
    wire.owner.execute(
        text(
            "INSERT INTO configuration_changes (tenant_id, id, at, section, row_id, code, did, revision, fields)"
            " VALUES (:city, :id, '2026-06-01T00:00:00Z', 'categories', :id, 'pju', 'changed', 2, '[]')"
        ),
        {"city": wire.cast.city("barat").id, "id": uuid4()},
    )
    wire.owner.commit()
    assert before < wire.read("/discovery")["changeset"] == "2026-06-01T00:00:00Z"
    assert wire.read("/discovery", "timur")["changeset"] == before


@pytest.mark.parametrize(
    ("host", "query", "at", "covered", "whose"),
    [
        ("barat", {}, IN_BARAT, "true", "barat"),
        ("barat", {}, IN_TIMUR, "false", "timur"),
        (None, {}, IN_TIMUR, "true", "timur"),
        (None, {"jurisdiction_id": "barat"}, IN_TIMUR, "false", "timur"),
        (None, {}, NOWHERE, "false", "commons"),
    ],
)
def test_whose_a_point_is(
    wire: Wire, host: str | None, query: dict[str, str], at: tuple[float, float], covered: str, whose: str
) -> None:
    said = wire.read("/coverage", host, lat=at[1], long=at[0], **query)
    assert said["result"] == covered
    assert [one["jurisdiction_id"] for one in said["jurisdictions"]] == [whose]


def test_coverage_needs_a_point(wire: Wire) -> None:
    wire.read("/coverage", code=400)
