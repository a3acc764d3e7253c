"""The default catalogue: whole, in two languages, and with the targets of the reference."""

from typing import Any

import pytest

from complaints.clocks.promise import targets
from onboarding.bundle import Bundle, read_bundle

SMALLEST = b"format: 1\ntenant: {slug: bogor, code: BGR, name: Kota Bogor}\n"
HOUR, DAY = 60, 24 * 60
ROUND_THE_CLOCK = {
    *("apill-rambu", "macet", "parkir-liar", "banjir", "tutup-saluran", "air-bersih", "pohon-tumbang"),
    *("tibum", "sosial", "listrik", "hewan"),
}
PRIVATE = {"bakar-sampah", "pencemaran", "pkl", "tibum", "sosial", "rokok", "bangunan", "layanan", "lain"}
RESTRICTED = {"aparatur", "adminduk", "bansos"}


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return read_bundle(SMALLEST)


@pytest.fixture(scope="module")
def categories(bundle: Bundle) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in bundle.document["categories"] if not row["group"]}


@pytest.fixture(scope="module")
def rules(bundle: Bundle) -> dict[str, dict[str, Any]]:
    return {row["category"]: row for row in bundle.document["sla_rules"]}


def test_there_are_thirty_five_categories_in_six_groups(bundle: Bundle, categories: dict[str, Any]) -> None:
    groups = [row["code"] for row in bundle.document["categories"] if row["group"]]
    sizes = [sum(row["parent"] == group for row in categories.values()) for group in groups]

    assert dict(zip(groups, sizes, strict=True)) == {
        "jalan": 9,
        "kebersihan": 6,
        "air": 4,
        "bahaya": 3,
        "ketertiban": 6,
        "fasilitas": 7,
    }
    assert len(categories) == 35


def test_every_category_has_a_rule_an_agency_a_group_and_words_in_both_languages(
    bundle: Bundle, categories: dict[str, Any], rules: dict[str, Any]
) -> None:
    agencies = {row["code"] for row in bundle.document["agencies"]}

    assert rules.keys() == categories.keys()
    for code, row in categories.items():
        assert row["agency"] in agencies, code
        assert row["parent"], code
        assert row["platform_code"] == code
        for words in (row["name"], row["help"], row["search_words"]):
            assert words.keys() == {"id", "en"}, code
        for question in row["questions"]:
            for words in (question["label"], *(choice["label"] for choice in question["choices"])):
                assert words.keys() == {"id", "en"}, (code, question["code"])


def test_place_visibility_and_hours_are_those_of_the_reference(categories: dict[str, Any]) -> None:
    assert {code for code, row in categories.items() if row["round_the_clock"]} == ROUND_THE_CLOCK
    assert {code for code, row in categories.items() if row["visibility"] == "private"} == PRIVATE
    assert {code for code, row in categories.items() if row["visibility"] == "restricted"} == RESTRICTED
    assert {code for code, row in categories.items() if row["place"] == "none"} == {"adminduk", "bansos", "aparatur"}
    assert {code for code, row in categories.items() if row["place"] == "area"} == {"layanan", "lain"}


@pytest.mark.parametrize(
    ("code", "answers", "respond", "secure", "resolve"),
    [
        ("jalan-lubang", {}, (6 * HOUR, "working_minutes"), (DAY, "minutes"), (7 * DAY, "minutes")),
        ("jalan-rusak", {}, (6 * HOUR, "working_minutes"), (DAY, "minutes"), (14 * DAY, "minutes")),
        ("pju", {}, (6 * HOUR, "working_minutes"), None, (3 * DAY, "minutes")),
        ("apill-rambu", {"jenis": "lampu"}, (HOUR, "minutes"), None, (DAY, "minutes")),
        ("apill-rambu", {"jenis": "rambu"}, (HOUR, "minutes"), None, (14 * DAY, "minutes")),
        ("macet", {}, (30, "minutes"), None, (4 * HOUR, "minutes")),
        ("sampah-liar", {"ukuran": "kecil"}, (6 * HOUR, "working_minutes"), None, (DAY, "minutes")),
        ("sampah-liar", {"ukuran": "besar"}, (6 * HOUR, "working_minutes"), None, (4 * DAY, "minutes")),
        ("sampah-angkut", {}, (6 * HOUR, "working_minutes"), None, (48 * HOUR, "minutes")),
        ("pencemaran", {}, (1, "working_days"), None, (14, "working_days")),
        ("pencemaran", {"pemeriksaan": "yes"}, (1, "working_days"), None, (60, "working_days")),
        ("banjir", {}, (30, "minutes"), None, (DAY, "minutes")),
        ("drainase", {"keadaan": "tersumbat"}, (6 * HOUR, "working_minutes"), None, (3 * DAY, "minutes")),
        ("drainase", {"keadaan": "rusak"}, (6 * HOUR, "working_minutes"), None, (14 * DAY, "minutes")),
        ("tutup-saluran", {}, (3 * HOUR, "minutes"), (12 * HOUR, "minutes"), (3 * DAY, "minutes")),
        ("air-bersih", {"gangguan": "mati"}, (3 * HOUR, "minutes"), (DAY, "minutes"), (DAY, "minutes")),
        ("air-bersih", {"gangguan": "bocor"}, (3 * HOUR, "minutes"), None, (DAY, "minutes")),
        ("pohon-rawan", {}, (DAY, "working_minutes"), (3 * DAY, "minutes"), (7 * DAY, "minutes")),
        ("pohon-tumbang", {}, (30, "minutes"), None, (12 * HOUR, "minutes")),
        ("bangunan", {"pemeriksaan": "yes"}, (1, "working_days"), (14, "working_days"), (60, "working_days")),
        ("aparatur", {}, (3, "working_days"), None, (14, "working_days")),
        ("kabel", {"bahaya": "yes"}, (HOUR, "working_minutes"), None, (7 * DAY, "minutes")),
        ("kabel", {"bahaya": "no"}, (6 * HOUR, "working_minutes"), None, (7 * DAY, "minutes")),
        ("galian", {}, (DAY, "working_minutes"), (DAY, "minutes"), (7 * DAY, "minutes")),
        ("layanan", {"jenis": "pertanyaan"}, (1, "working_days"), None, (5, "working_days")),
        ("layanan", {"jenis": "kasus"}, (1, "working_days"), None, (14, "working_days")),
        ("adminduk", {}, (1, "working_days"), None, (5, "working_days")),
        ("lain", {}, (6 * HOUR, "working_minutes"), None, (7 * DAY, "minutes")),
    ],
)
def test_targets_are_literally_those_of_the_reference(
    rules: dict[str, Any],
    code: str,
    answers: dict[str, str],
    respond: tuple[int, str],
    secure: tuple[int, str] | None,
    resolve: tuple[int, str],
) -> None:
    found = {
        str(name): (target.amount, str(target.unit))
        for name, target in targets(rules[code]["milestones"], answers).items()
    }

    assert found == {"respond": respond, "resolve": resolve} | ({"secure": secure} if secure else {})


def test_respond_counts_working_time_unless_the_category_runs_at_all_hours(
    categories: dict[str, Any], rules: dict[str, Any]
) -> None:
    for code, rule in rules.items():
        for row in rule["milestones"]:
            if row["milestone"] == "respond":
                at_all_hours = row["unit"] == "minutes"
                assert at_all_hours == categories[code]["round_the_clock"], code


def test_every_rule_has_its_statutory_ceiling_and_the_ladder(rules: dict[str, Any]) -> None:
    assert {code for code, rule in rules.items() if rule["ceiling"]["amount"] == 60} == {
        "pencemaran",
        "bangunan",
        "aparatur",
    }
    for rule in rules.values():
        assert rule["ceiling"] in ({"amount": 14, "unit": "working_days"}, {"amount": 60, "unit": "working_days"})
        assert rule["pausing"] == ["waiting_for_reporter"]
        assert [step.get("percent") for step in rule["ladder"]] == [50, 80, 100, None, None]
    assert [code for code, rule in rules.items() if rule["auto_close"]] == ["macet"]


def test_a_traffic_jam_is_the_only_thing_that_closes_by_itself_and_options_are_whole(bundle: Bundle) -> None:
    options = bundle.document["options"]

    assert options["desk"] == "diskominfo"
    assert options["calendar"] == "kantor"
    assert [row["number"] for row in options["emergency_numbers"]] == ["112", "110", "113", "119"]
    assert options["emergency_words"]["id"] == ["kebakaran", "kecelakaan", "kekerasan", "orang tenggelam"]
    assert len(options["likely_categories"]) == 6
    assert (options["reopen_days"], options["silence_closes_working_days"]) == (14, 10)
    assert not options["verification"]
    assert not options["validation"]
