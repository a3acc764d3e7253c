"""The guess of what a text is about: by a city's own words, and on 612 texts that residents of Purbalingga wrote."""

import csv
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from complaints.guessing import SURE, Guesser, Taught, learn

ROOT = Path(__file__).parents[2]
TEXTS = ROOT.parent / "shared" / "data" / "complaints" / "purbalingga_laporan_text_2025.csv"
AT_LEAST = 0.65
FOLDS = 5

GROUP_OF = {
    "jalan": "Infrastruktur", "air": "Infrastruktur", "kebersihan": "Lingkungan", "ketertiban": "Ketertiban",
    "banjir": "Lingkungan", "air-bersih": "Pelayanan Publik", "angkutan": "Pelayanan Publik",
    "listrik": "Pelayanan Publik", "kesehatan": "Lingkungan", "adminduk": "Pelayanan Publik",
    "layanan": "Pelayanan Publik", "fasum": "Infrastruktur", "bansos": "Sosial dan Ekonomi",
    "sosial": "Sosial dan Ekonomi", "parkir-liar": "Ketertiban", "aparatur": "Pelayanan Publik",
    "pohon-tumbang": "Lingkungan", "kabel": "Infrastruktur",
}  # fmt: skip
"""Our categories, else their groups, as Purbalingga's groups would have them; schools are no category of ours."""


def shipped() -> list[dict[str, Any]]:
    document = yaml.safe_load((ROOT / "onboarding/templates/default.yaml").read_text(encoding="utf-8"))
    return [one for one in document["categories"] if not one.get("group")]


def words(category: dict[str, Any]) -> list[str]:
    found = category.get("search_words", {})
    return [*category["name"].values(), *found.get("id", []), *found.get("en", [])]


@pytest.fixture(scope="module")
def by_own_words() -> Guesser:
    return learn(Taught(one["code"], text, 3.0) for one in shipped() for text in words(one))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ada jalan berlubang di depan rumah saya, motor jatuh terus", "jalan-lubang"),
        ("lmpu jln mti sdh seminggu gelap", "pju"),
        ("got mampett bau, air tidak jalan", "drainase"),
        ("sampahnya numpuk blm diangkut truk", "sampah-angkut"),
        ("banyak nyamuk takut demam berdarah minta fogging", "kesehatan"),
        ("urus ktp dipersulit di dukcapil", "adminduk"),
        ("anjing liar berkeliaran", "hewan"),
        ("the street light in our lane is out", "pju"),
    ],
)
def test_everyday_words_and_typos_bring_up_the_category(by_own_words: Guesser, text: str, code: str) -> None:
    found = by_own_words.guesses(text)
    assert code in [one.label for one in found]
    assert found[0].share > 1 / len(shipped())


def test_what_says_nothing_is_guessed_at_by_nobody(by_own_words: Guesser) -> None:
    assert by_own_words.guesses("tolong pak, mohon segera ya 0812") == []
    assert by_own_words.guesses("") == []


def test_one_plain_word_is_a_guess_that_is_worth_being_read(by_own_words: Guesser) -> None:
    (best, *_) = by_own_words.guesses("banjir")
    assert best.label == "banjir"
    assert best.share >= SURE


@given(st.text(max_size=300))
def test_shares_are_ordered_and_whole_whatever_is_typed(text: str) -> None:
    found = learn([Taught("a", "jalan lubang"), Taught("b", "lampu mati")]).guesses(text, most=9)
    shares = [one.share for one in found]
    assert shares == sorted(shares, reverse=True)
    assert not shares or sum(shares) == pytest.approx(1)


def test_65_percent_of_purbalinggas_texts_are_put_into_their_group(by_own_words: Guesser) -> None:
    if not TEXTS.is_file():
        pytest.skip("The texts of Purbalingga aren't beside this checkout (shared/data).")
    with TEXTS.open(encoding="utf-8") as file:
        rows = [(row["text"], row["kategori"]) for row in csv.DictReader(file)]
    assert len(rows) == 612
    once = list(dict(rows).items())  # a text that repeats must not teach what it is asked
    random.Random(6).shuffle(once)
    taught = [Taught(_group(one), text, 3.0) for one in shipped() if _group(one) for text in words(one)]
    first_day = learn(taught)
    untaught = Counter(actual == _best(first_day, text) for text, actual in once)
    right, asked, called = Counter[str](), Counter[str](), Counter[str]()
    for fold in range(FOLDS):
        held_out = once[fold::FOLDS]
        others = [row for number, row in enumerate(once) if number % FOLDS != fold]
        guesser = learn([*taught, *(Taught(group, text) for text, group in others)])
        for text, actual in held_out:
            guessed = _best(guesser, text)
            asked[actual] += 1
            called[guessed] += 1
            right[actual] += actual == guessed
    share = sum(right.values()) / sum(asked.values())
    weak = [group for group in asked if right[group] / asked[group] < AT_LEAST]
    lines = [
        f"The guess, {FOLDS} folds over {len(once)} texts: {share:.1%} right by group;",
        f"untaught, by the shipped categories' words alone: {untaught[True] / len(once):.1%};",
        f"always the most frequent group: {asked.most_common(1)[0][1] / len(once):.1%}",
    ]
    for group, count in asked.most_common():
        mark = "  weak" if group in weak else ""
        lines.append(f"  {group:20} {right[group] / count:6.1%} of {count} found, guessed {called[group]} times{mark}")
    sys.stdout.write("\n".join(["", *lines, ""]))
    assert share >= AT_LEAST
    assert not {"Infrastruktur", "Ketertiban"} & set(weak)


def _group(category: dict[str, Any]) -> str:
    return GROUP_OF.get(category["code"]) or GROUP_OF.get(category.get("parent", ""), "")


def _best(guesser: Guesser, text: str, otherwise: Sequence[str] = ("",)) -> str:
    found = guesser.guesses(text, most=1)
    return found[0].label if found else otherwise[0]
