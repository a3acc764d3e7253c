"""Routing on real boundaries and real reports."""

import csv
import gzip
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from tenants.locate import Decision, Ground, Index, Outline
from tenants.shapes import Shapes
from tests.tenants.grounds import AT, make_ground, make_outline

DATA = Path(__file__).parents[2] / "../shared/data"
FIRST = {"31": "jakarta", "32.75": "bekasi", "32.76": "depok"}


def features(name: str) -> list[dict[str, Any]]:
    path = DATA / "boundaries" / name
    if not path.exists():
        pytest.skip("The boundaries of the test data are not here.")
    raw = path.read_bytes()
    found: list[dict[str, Any]] = json.loads(gzip.decompress(raw) if name.endswith(".gz") else raw)["features"]
    return found


def grounds_of(name: str) -> list[Ground]:
    return [
        make_ground(FIRST.get(feature["properties"]["code"], feature["properties"]["code"]), shape(feature["geometry"]))
        for feature in features(name)
    ]


@pytest.fixture(scope="module")
def outlines() -> list[Outline]:
    """The catalogue without those that are live; DKI's six are covered by its province."""
    return [
        make_outline(feature["properties"]["code"], shape(feature["geometry"]))
        for feature in features("catalogue_idn.geojson.gz")
        if feature["properties"]["code"] not in FIRST
    ]


@pytest.fixture(scope="module")
def first(outlines: list[Outline]) -> Index:
    return Index(grounds_of("first_tenants.geojson"), outlines)


@pytest.fixture(scope="module")
def reports() -> list[tuple[float, float]]:
    path = DATA / "complaints" / "jabodetabek_flood_reports_2017.csv"
    if not path.exists():
        pytest.skip("The flood reports of the test data are not here.")
    with path.open(newline="", encoding="utf-8") as file:
        return [(float(row["longitude"]), float(row["latitude"])) for row in csv.DictReader(file)]


def test_the_1204_flood_reports_reach_their_city(first: Index, reports: list[tuple[float, float]]) -> None:
    decisions = [first.locate(lon, lat, at=AT) for lon, lat in reports]
    assert Counter((decision.slug, decision.rule) for decision in decisions) == {
        ("jakarta", "inside"): 1103,
        ("bekasi", "inside"): 86,
        ("depok", "inside"): 3,
        ("commons", "unclaimed"): 12,
    }
    unclaimed = [decision.municipality_code for decision in decisions if decision.rule == "unclaimed"]
    assert Counter(unclaimed) == {"36.71": 6, "36.74": 4, "32.16": 2}


@pytest.mark.parametrize(("radius_m", "rows"), [(100, 9), (250, 20)])
def test_the_reports_beside_a_border_are_as_many_as_the_data_says(
    radius_m: float, rows: int, reports: list[tuple[float, float]]
) -> None:
    shapes = Shapes([ground.wkb for ground in grounds_of("first_tenants.geojson")])
    assert sum(bool(shapes.around(lon, lat, radius_m)[1]) for lon, lat in reports) == rows


def test_without_the_catalogue_four_of_the_twelve_lie_near_a_tenant(reports: list[tuple[float, float]]) -> None:
    index = Index(grounds_of("first_tenants.geojson"))
    rules = Counter(index.locate(lon, lat, at=AT).rule for lon, lat in reports)
    assert rules == {"inside": 1192, "nearest": 4, "nowhere": 8}


@pytest.mark.parametrize("name", ["jabodetabek_adm2.geojson", "jabodetabek_adm2_raw_overlaps.geojson.gz"])
def test_with_all_fourteen_cities_the_reports_are_where_the_data_says(
    name: str, reports: list[tuple[float, float]]
) -> None:
    index = Index(grounds_of(name))
    counts = Counter(index.locate(lon, lat, at=AT).slug for lon, lat in reports)
    expected = {"31.71": 139, "31.72": 222, "31.73": 359, "31.74": 80, "31.75": 303, "32.16": 2}
    assert counts == expected | {"bekasi": 86, "depok": 3, "36.71": 6, "36.74": 4}


def test_many_points_at_once_get_what_each_gets_alone(first: Index, reports: list[tuple[float, float]]) -> None:
    random = np.random.default_rng(2)
    chosen = np.array(reports)[random.integers(0, len(reports), 3000)] + random.normal(0, 0.02, (3000, 2))
    accuracies = random.choice([5.0, 50.0, 400.0, 2000.0], 3000).tolist()
    together = first.locate_many(chosen[:, 0], chosen[:, 1], at=AT, accuracies=accuracies)
    for (lon, lat), accuracy, answer in zip(chosen.tolist(), accuracies, together, strict=True):
        assert answer == first.locate(lon, lat, at=AT, accuracy_m=accuracy)


@pytest.fixture(scope="module")
def raw() -> list[Ground]:
    return grounds_of("jabodetabek_adm2_raw_overlaps.geojson.gz")


def test_in_a_crack_of_published_boundaries_one_neighbour_gets_the_point(raw: list[Ground]) -> None:
    """1,069 slivers lie between the fourteen as published; a point in each goes to one of the two beside it."""
    shapes = shapely.from_wkb([ground.wkb for ground in raw])
    union = shapely.union_all(shapes)
    cracks = [shapely.Polygon(ring) for part in shapely.get_parts(union) for ring in part.interiors]
    assert len(cracks) > 1000
    index = Index(raw)
    for crack in cracks:
        point = crack.representative_point()
        if not shapely.covers(union, point):
            decision = index.locate(point.x, point.y, at=AT)
            assert decision.rule == "nearest"
            beside = {ground.slug for ground, shape in zip(raw, shapes, strict=True) if shape.distance(crack) < 1e-9}
            assert decision.slug in beside


def test_where_published_boundaries_overlap_the_smaller_gets_the_point(raw: list[Ground]) -> None:
    index, backwards = Index(raw), Index(raw[::-1])
    shapes = shapely.from_wkb([ground.wkb for ground in raw])
    pairs = 0
    for here in range(len(raw)):
        for there in range(here):
            common = shapely.intersection(shapes[here], shapes[there])
            for part in shapely.get_parts(common):
                if part.area > 1e-9:
                    point = part.representative_point()
                    decision = index.locate(point.x, point.y, at=AT)
                    assert decision.rule == "smallest"
                    assert decision.slug == min((raw[here], raw[there]), key=lambda ground: ground.area_m2).slug
                    assert decision == backwards.locate(point.x, point.y, at=AT)
                    pairs += 1
    assert pairs > 100


def test_every_shared_vertex_of_the_fourteen_has_one_owner() -> None:
    grounds = grounds_of("jabodetabek_adm2.geojson")
    vertices = [set(map(tuple, shapely.get_coordinates(shapely.from_wkb(g.wkb)).tolist())) for g in grounds]
    times = Counter(vertex for of_one in vertices for vertex in of_one)
    shared = sorted(vertex for vertex, count in times.items() if count > 1)
    assert len(shared) > 3000
    index, backwards = Index(grounds), Index(grounds[::-1])
    area = {ground.slug: ground.area_m2 for ground in grounds}
    for lon, lat in shared:
        decision = index.locate(lon, lat, at=AT)
        assert decision == backwards.locate(lon, lat, at=AT)
        covering = [candidate.slug for candidate in decision.candidates if candidate.distance_m == 0]
        assert len(covering) >= 2
        assert decision.slug == min(covering, key=area.__getitem__)


def test_a_batch_is_quick_enough(first: Index, reports: list[tuple[float, float]]) -> None:
    """The budget is 100,000 points a second; half of it here, by processor time, since a test shares its machine."""
    random = np.random.default_rng(3)
    chosen = np.array(reports)[random.integers(0, len(reports), 20_000)] + random.normal(0, 0.02, (20_000, 2))
    best = 0.0
    for _ in range(3):
        began = time.process_time()
        answers = [
            answer
            for begin in range(0, 20_000, 5000)
            for answer in first.locate_many(chosen[begin : begin + 5000, 0], chosen[begin : begin + 5000, 1], at=AT)
        ]
        best = max(best, len(answers) / (time.process_time() - began))
    assert all(isinstance(answer, Decision) for answer in answers)
    assert best > 50_000
