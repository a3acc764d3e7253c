"""A bundle over the template: what is laid, what is refused and where, and the canonical zip."""

import gettext
import json
from pathlib import Path

import pytest

from onboarding import archive
from onboarding.bundle import BundleError, read_bundle, write_bundle
from tenants.errors import Invalid
from tenants.sentence import Sentence
from web.translating import TRANSLATIONS

TENANT = "format: 1\ntenant: {slug: bogor, code: BGR, name: Kota Bogor}\n"
SQUARE = {"type": "Polygon", "coordinates": [[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]]}
CATALOGUE = gettext.translation("messages", TRANSLATIONS, ["id"])
DEMO = Path(__file__).parents[2] / "onboarding" / "demo"


def problems_of(written: str) -> list[str]:
    with pytest.raises(BundleError) as refused:
        read_bundle((TENANT + written).encode())
    return refused.value.problems


def indonesian(words: str) -> str:
    """A template's translation, which there has to be."""
    translated = CATALOGUE.gettext(words)
    assert translated != words or words == "%(place)s: %(problem)s", f"{words!r} isn't translated"
    return translated


def features(*rows: dict[str, object]) -> bytes:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": row, "geometry": SQUARE} for row in rows],
        }
    ).encode()


def test_a_bundle_needs_only_its_tenant() -> None:
    bundle = read_bundle(TENANT.encode())

    assert bundle.slug == "bogor"
    assert bundle.document["tenant"]["name"] == {"id": "Kota Bogor"}
    assert bundle.document["tenant"]["time_zone"] == "Asia/Jakarta"
    assert len(bundle.document["categories"]) == 41


def test_json_and_yaml_of_the_same_bundle_are_equal() -> None:
    written = {"format": 1, "tenant": {"slug": "bogor", "code": "BGR", "name": "Kota Bogor"}}

    assert read_bundle(json.dumps(written).encode()) == read_bundle(TENANT.encode())


def test_a_bare_text_is_in_the_first_language() -> None:
    bundle = read_bundle(
        b"format: 1\ntenant: {slug: a, code: AAA, name: Ainville, languages: [fr, id]}\n"
        b"agencies: [{code: pu, name: Voirie}]\n"
    )

    assert bundle.document["tenant"]["name"] == {"fr": "Ainville"}
    assert bundle.document["agencies"][1]["name"] == {"fr": "Voirie"}
    assert bundle.document["agencies"][0]["name"]["id"] == "Dinas Komunikasi dan Informatika"


def test_a_row_replaces_the_keys_that_it_gives_and_no_other() -> None:
    bundle = read_bundle((TENANT + "categories: [{code: pju, agency: perkim}]\n").encode())
    pju = next(row for row in bundle.document["categories"] if row["code"] == "pju")

    assert pju["agency"] == "perkim"
    assert pju["name"] == {"id": "Lampu jalan mati", "en": "Street light out"}
    assert pju["parent"] == "jalan"


def test_a_category_that_is_ended_takes_its_rule_and_its_tile_along() -> None:
    bundle = read_bundle((TENANT + "categories: [{code: pju, ended: true}]\n").encode())

    assert "pju" not in {row["code"] for row in bundle.document["categories"]}
    assert "pju" not in {row["code"] for row in bundle.document["sla_rules"]}
    assert "pju" not in bundle.document["options"]["likely_categories"]


def test_options_are_laid_over_key_by_key() -> None:
    bundle = read_bundle((TENANT + "options: {reopen_days: 30}\n").encode())

    assert bundle.document["options"]["reopen_days"] == 30
    assert bundle.document["options"]["desk"] == "diskominfo"


def test_a_category_of_the_citys_own_is_other_to_other_cities() -> None:
    bundle = read_bundle(
        (
            TENANT + "categories: [{code: becak, parent: jalan, name: Becak}]\n"
            "sla_rules: [{code: becak, milestones: [{milestone: respond, amount: 1, unit: working_days},"
            " {milestone: resolve, amount: 5, unit: working_days}]}]\n"
        ).encode()
    )

    assert bundle.document["categories"][-1]["platform_code"] == "lain"
    assert bundle.document["sla_rules"][-1]["category"] == "becak"


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("categories:\n  - {code: pju, place: somewhere}\n", "categories.pju.place, line 4: Must be one of"),
        ("colour: red\n", "colour, line 3: There is no such key"),
        ("look:\n  accent: kuning\n", "look.accent, line 4: A colour is written as"),
        ("options:\n  soft_launch:\n    areas: [x.1]\n", "options.soft_launch.areas, line 5: There is no area x.1"),
        ("texts:\n  received: {id: Diterima}\n", "texts.received.id, line 4: A message is written as {subject"),
        ("texts:\n  received:\n    id: {subject: A, body: B}\n", "texts.received.id.body, line 5: The text lacks"),
        ("texts:\n  greeting: {id: {subject: A, body: B}}\n", "texts.greeting.id, line 4: Only messages are"),
        ("categories:\n  - {code: pju, colour: red}\n", "categories.pju.colour, line 4: There is no such key"),
        ("categories:\n  - {name: X}\n", "categories[0].code, line 4: Every row needs its code"),
        ("categories:\n  - {code: new}\n", "categories.new.name, line 4: Missing data"),
        ("categories:\n  - {code: pju, agency: none}\n", "categories.pju.agency, line 4: There is no agency none"),
        ("categories:\n  - {code: pju, parent: pju}\n", "categories.pju.parent, line 4: There is no group pju"),
        ("categories:\n  - {code: pju, by_area: {x: pu}}\n", "categories.pju.by_area, line 4: There is no area x"),
        ("categories:\n  - {code: nothing, ended: true}\n", "categories.nothing, line 4: There is no such row"),
        ("agencies:\n  - {code: dlh, ended: true}\n", "categories.sampah-angkut.agency: There is no agency dlh"),
        ("agencies:\n  - {code: pu, parent: sda}\n  - {code: sda, parent: pu}\n", "line 4: This runs in a circle"),
        (
            "agencies:\n  - {code: pu}\n  - {code: pu}\n",
            "agencies.pu, line 4: This is here twice",
        ),
        (
            "sla_rules:\n  - code: pju\n    milestones: [{milestone: respond, amount: 1, unit: hours}]\n",
            "sla_rules.pju.milestones[0].unit, line 5: Must be one of",
        ),
        (
            "sla_rules:\n  - code: pju\n    milestones: [{milestone: respond, amount: 1, unit: minutes}]\n",
            "sla_rules.pju.milestones, line 5: Say by when the work is promised, whatever was answered.",
        ),
        (
            "sla_rules:\n  - code: pju\n    milestones:\n      - {milestone: respond, amount: 1, unit: minutes}\n"
            "      - {milestone: resolve, amount: 1, unit: minutes, when: {jumlah: [many]}}\n"
            "      - {milestone: resolve, amount: 1, unit: minutes}\n",
            "sla_rules.pju.milestones[1].when.jumlah, line 7: The question jumlah has no answer many",
        ),
        ("calendars:\n  - {code: kantor, hours: {mon: ['16:00-07:30']}}\n", "calendars.kantor.hours.mon, line 4: "),
        ("people:\n  - {email: nobody, name: N, role: admin}\n", "people.nobody.email, line 4: Not a valid email"),
        (
            "people:\n  - {email: a@b.example, name: N, role: officer}\n",
            "people.a@b.example.agencies, line 4: Name the agency",
        ),
        ("look: {colour: blue}\n", "look.colour, line 3: A colour is written as"),
        ("options: {likely_categories: [gone]}\n", "options.likely_categories, line 3: There is no category gone"),
        ("areas: [{code: a, name: A, type: desa, parent: b}]\n", "areas.a.parent, line 3: There is no area b"),
    ],
)
def test_what_is_wrong_is_told_with_its_path_and_line(written: str, problem: str) -> None:
    found = problems_of(written)
    assert any(problem in line for line in found), found
    for sentence in found:
        assert isinstance(sentence, Sentence)
        assert sentence.said(indonesian) != sentence


@pytest.mark.parametrize(
    ("tenant", "problem"),
    [
        ("{slug: Bogor, code: BGR, name: B}", "tenant.slug, line 2"),
        ("{slug: operator, code: BGR, name: B}", "tenant.slug, line 2: `operator` is reserved"),
        ("{slug: bogor, code: BG, name: B}", "tenant.code, line 2: Three capital letters"),
        ("{slug: bogor, code: UMM, name: B}", "tenant.code, line 2: `UMM` is reserved"),
        ("{slug: bogor, code: BGR}", "tenant.name, line 2"),
        ("{slug: bogor, code: BGR, name: B, time_zone: Java}", "tenant.time_zone, line 2"),
        ("{slug: bogor, code: BGR, name: B, boundary: ../x.geojson}", "tenant.boundary, line 2"),
    ],
)
def test_a_tenant_is_checked(tenant: str, problem: str) -> None:
    with pytest.raises(BundleError) as refused:
        read_bundle(f"format: 1\ntenant: {tenant}\n".encode())

    assert problem in refused.value.problems[0]


def test_all_problems_are_told_at_once_and_at_most_twenty_shown() -> None:
    rows = "".join(f"  - {{code: c{number}, place: x}}\n" for number in range(25))
    with pytest.raises(BundleError) as refused:
        read_bundle(f"{TENANT}categories:\n{rows}".encode())

    assert len(refused.value.problems) == 25
    assert "and 5 more" in str(refused.value)


def test_files_lie_beside_the_bundle(tmp_path: Path) -> None:
    (tmp_path / "bogor.geojson").write_bytes(features({}))
    (tmp_path / "parts.geojson").write_bytes(
        features(
            {"code": "32.71.01", "name": "Bogor Selatan", "type": "kecamatan", "parent": "32.71", "id": 7},
            {"code": "32.71.01.1001", "name": "Mulyaharja", "type": "kelurahan", "parent": "32.71.01"},
        )
    )
    bundle_file = tmp_path / "bogor.yaml"
    bundle_file.write_text(
        "format: 1\nareas: parts.geojson\n"
        "tenant: {slug: bogor, code: BGR, name: Kota Bogor, municipality: 32.71, boundary: bogor.geojson}\n"
    )
    bundle = read_bundle(bundle_file)

    assert bundle.boundary == features({})
    assert [(area.code, area.parent) for area in bundle.areas] == [("32.71.01", None), ("32.71.01.1001", "32.71.01")]
    assert bundle.areas[0].outline is not None


def test_a_file_that_is_missing_or_elsewhere_is_named(tmp_path: Path) -> None:
    bundle_file = tmp_path / "bogor.yaml"
    bundle_file.write_text(TENANT.replace("}", ", boundary: bogor.geojson}"))

    with pytest.raises(Invalid, match=r"bogor\.geojson, which isn't beside"):
        read_bundle(bundle_file)
    with pytest.raises(Invalid, match=r"bogor\.geojson, which isn't beside"):
        read_bundle(bundle_file.read_bytes())


def test_the_catalogue_gives_areas_of_any_city_with_outlines_where_there_are_some() -> None:
    bogor = read_bundle((TENANT + "areas: catalogue:32.71\n").encode())
    jakarta = read_bundle(DEMO / "jakarta.yaml")

    assert len(bogor.areas) == 6 + 68
    assert not any(area.outline for area in bogor.areas)
    assert len(jakarta.areas) == 6 + 44 + 267
    assert all(area.outline for area in jakarta.areas)
    assert {area.name["id"] for area in jakarta.areas if area.parent is None} >= {"Kota Administrasi Jakarta Utara"}


@pytest.mark.parametrize("slug", ["jakarta", "bekasi", "depok"])
def test_a_bundle_written_and_read_is_the_same_and_so_are_its_bytes(slug: str) -> None:
    bundle = read_bundle(DEMO / f"{slug}.yaml")
    written = write_bundle(bundle)
    again = read_bundle(written)

    assert again == bundle
    assert write_bundle(again) == written == write_bundle(bundle)
    assert sorted(archive.unpack(written)) == ["areas.geojson", "bundle.yaml"]


def test_the_written_bundle_is_whole_and_takes_nothing_from_the_template() -> None:
    bundle = read_bundle((TENANT + "categories: [{code: pju, ended: true}]\n").encode())
    again = read_bundle(write_bundle(bundle))

    assert again.document == bundle.document
    assert "pju" not in {row["code"] for row in again.document["categories"]}


@pytest.mark.parametrize("slug", ["jakarta", "bekasi", "depok"])
def test_the_demonstration_has_people_in_each_role_and_says_that_it_is_one(slug: str) -> None:
    document = read_bundle(DEMO / f"{slug}.yaml").document

    assert document["options"]["demo"] is True
    assert {f"{role}@{slug}.example" for role in ("admin", "supervisor", "officer", "resident")} <= {
        person["email"] for person in document["people"]
    }
    assert document["texts"]["greeting"].keys() == {"id", "en"}


def test_a_zip_without_a_document_is_refused() -> None:
    with pytest.raises(Invalid, match=r"no bundle\.yaml"):
        read_bundle(archive.pack({"boundary.geojson": b"{}"}))
