"""The questions of a category, and which answers fit them."""

from typing import Any

import pytest

from complaints.rules.questions import LONGEST_ANSWER, checked_answers, is_asked
from tenants.errors import Invalid

CHOICES = [{"code": "satu"}, {"code": "dua"}]
QUESTIONS: list[dict[str, Any]] = [
    {"code": "teks", "type": "text"},
    {"code": "angka", "type": "number"},
    {"code": "pilih", "type": "choice", "choices": CHOICES},
    {"code": "banyak", "type": "choices", "choices": CHOICES},
    {"code": "tanggal", "type": "date"},
    {"code": "ya", "type": "yes_no"},
    {"code": "kabar", "type": "info"},
    {"code": "dinas", "type": "text", "staff": True, "required": True},
]


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("teks", "Tiang 14"), ("teks", "x" * LONGEST_ANSWER), ("angka", "3"), ("angka", 2.5), ("angka", "-1"),
        ("pilih", "dua"), ("banyak", ["satu", "dua"]), ("banyak", ["satu"]), ("tanggal", "2026-03-04"),
        ("ya", "yes"), ("ya", True), ("ya", "FALSE"), ("teks", ""), ("banyak", []), ("pilih", None),
    ],
)  # fmt: skip
def test_an_answer_that_fits_is_given_back(code: str, answer: Any) -> None:
    assert checked_answers(QUESTIONS, {code: answer}) == {code: answer}


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("teks", "x" * (LONGEST_ANSWER + 1)), ("teks", 7), ("teks", ["a"]), ("teks", {"a": 1}),
        ("angka", "tiga"), ("angka", "nan"), ("angka", "inf"), ("angka", [1]), ("angka", {}),
        ("pilih", "tiga"), ("pilih", ["satu"]), ("pilih", {"a": 1}), ("banyak", "satu"), ("banyak", ["satu", "lima"]),
        ("banyak", {"satu": 1}), ("tanggal", "2026-02-30"), ("tanggal", "besok"), ("tanggal", 20260304.5),
        ("tanggal", "2026-W10-3"), ("tanggal", "20260304"), ("ya", "mungkin"),
        ("ya", 1), ("tidak-ada", "x"), ("dinas", "x"),
    ],
)  # fmt: skip
def test_one_that_does_not_is_refused_by_its_name(code: str, answer: Any) -> None:
    with pytest.raises(Invalid) as refused:
        checked_answers(QUESTIONS, {code: answer})
    assert refused.value.field == f"answers.{code}"


def test_officials_questions_are_not_asked_of_the_reporter() -> None:
    assert checked_answers(QUESTIONS, {}) == {}


def test_a_required_answer_is_asked_for() -> None:
    required = [{"code": "pilih", "type": "choice", "choices": CHOICES, "required": True}]
    for answers in ({}, {"pilih": ""}, {"pilih": None}):
        with pytest.raises(Invalid, match="Please answer") as refused:
            checked_answers(required, answers)
        assert refused.value.field == "answers.pilih"


BRANCH = [
    {"code": "ya", "type": "yes_no"},
    {"code": "kapan", "type": "date", "required": True, "when": {"ya": ["yes"]}},
    {"code": "berhenti", "type": "stop", "when": {"ya": ["no"]}},
]


def test_a_question_whose_condition_is_not_met_is_not_asked() -> None:
    assert not is_asked(BRANCH[1], {})
    assert is_asked(BRANCH[1], {"ya": "yes"})
    assert checked_answers(BRANCH, {}) == {}
    with pytest.raises(Invalid) as refused:
        checked_answers(BRANCH, {"ya": "yes"})
    assert refused.value.field == "answers.kapan"
    assert checked_answers(BRANCH, {"ya": "yes", "kapan": "2026-03-04"})


def test_a_stop_ends_the_report_where_it_is_reached() -> None:
    with pytest.raises(Invalid, match="can't be sent here") as refused:
        checked_answers(BRANCH, {"ya": "no"})
    assert refused.value.field == "answers.berhenti"


def test_every_condition_has_to_be_met() -> None:
    question = {"code": "x", "type": "text", "when": {"a": ["1"], "b": ["2", "3"]}}
    assert is_asked(question, {"a": "1", "b": "3"})
    assert not is_asked(question, {"a": "1"})
    assert not is_asked(question, {"a": "2", "b": "2"})
