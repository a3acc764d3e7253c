"""The questions of a category, and whether answers fit them. Pure."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tenants.errors import Invalid
from tenants.tenant import in_language

Questions = Sequence[Mapping[str, Any]]

LONGEST_ANSWER = 1_000
STOP = "stop"
SILENT = ("info", STOP)
"""What says something and takes no answer."""
CHOSEN = ("choice", "choices", "yes_no")
"""What is answered from a list, so that other questions can hang on it."""


class Stopped(Invalid):
    """The answers lead to where a report of this kind ends, with the city's own words for what to do instead."""


def checked_answers(
    questions: Questions, answers: Mapping[str, Any], language: str = "id", *, all_asked: bool = True
) -> dict[str, Any]:
    """The answers by question code, as given. Raises Invalid naming `answers.<code>` for one that doesn't fit.

    Types: text, number, choice, choices, date, yes_no; info says something and asks nothing; stop ends the report where
    it is reached (Stopped, in a language as far as the city has it). A question whose condition isn't met isn't asked,
    and its answer isn't needed; one for officials (`staff`) is never asked of the reporter. all_asked: the reporter was
    shown these questions, so what is required is needed.
    """
    by_code = {question["code"]: question for question in questions if not question.get("staff")}
    for code in answers:
        if code not in by_code:
            raise Invalid("This question isn't asked for this kind of problem.", field=f"answers.{code}")
    for question in asked_of(questions, answers):
        code = question["code"]
        if question["type"] == STOP:
            raise stopped_by(question, language)
        if question["type"] in SILENT:
            continue
        answer = answers.get(code)
        if answer in (None, "", []):
            if question.get("required") and all_asked:
                raise Invalid("Please answer this question.", field=f"answers.{code}")
            continue
        if not _fits(question, answer):
            raise Invalid("This answer doesn't fit the question. Please choose again.", field=f"answers.{code}")
    return dict(answers)


def stopped_by(question: Mapping[str, Any], language: str) -> Stopped:
    """The refusal of a report that has reached this question."""
    said = [in_language(question.get(part) or {}, language) for part in ("label", "help")]
    return Stopped(
        "A report of this kind can't be sent here. %(why)s",
        field=f"answers.{question['code']}",
        why=" ".join(words for words in said if words),
    )


def asked_of(questions: Questions, answers: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The questions that a reporter is asked, given the answers so far, in their order.

    An answer to what isn't asked itself opens nothing further.
    """
    asked: list[Mapping[str, Any]] = []
    counting: dict[str, Any] = {}
    for question in questions:
        if not question.get("staff") and is_asked(question, counting):
            asked.append(question)
            if question["code"] in answers:
                counting[question["code"]] = answers[question["code"]]
    return asked


def still_valid(questions: Questions, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that these questions ask for and that fit them; what others were asked is left out."""
    asked = [one for one in questions if one["type"] not in SILENT]
    kept = {
        one["code"]: answers[one["code"]]
        for one in asked
        if answers.get(one["code"]) not in (None, "", []) and _fits(one, answers[one["code"]])
    }
    while True:  # a question may hang on another whose answer has just gone
        gone = [one["code"] for one in asked if one["code"] in kept and not is_asked(one, kept)]
        if not gone:
            return kept
        for code in gone:
            del kept[code]


def is_asked(question: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    """Whether a question is asked, given the answers so far: `when` is {question: [answers]}.

    Of several answers to one question one is enough; yes and no are also true and false, as the API takes them.
    """
    when: Mapping[str, Sequence[Any]] = question.get("when") or {}
    return all(_given(answers.get(code)) & {str(one).casefold() for one in wanted} for code, wanted in when.items())


def _given(answer: Any) -> set[str]:
    given = {str(one).casefold() for one in (answer if isinstance(answer, list) else [answer]) if one is not None}
    return given | {word for word, other in (("yes", "true"), ("no", "false")) if other in given}


def _fits(question: Mapping[str, Any], answer: Any) -> bool:
    kind = question["type"]
    codes = {str(choice["code"]) for choice in question.get("choices", ())}
    if kind == "choice":
        return str(answer) in codes
    if kind == "choices":
        return isinstance(answer, list) and all(str(one) in codes for one in answer)
    if kind == "yes_no":
        return str(answer).lower() in ("yes", "no", "true", "false")
    if kind == "number":
        return _is_number(answer)
    if kind == "date":
        return _is_date(answer)
    return isinstance(answer, str) and len(answer) <= LONGEST_ANSWER


def _is_number(answer: Any) -> bool:
    try:
        return math.isfinite(float(answer))
    except (TypeError, ValueError):
        return False


def _is_date(answer: Any) -> bool:
    """YYYY-MM-DD alone: `fromisoformat` also takes weeks, and numbers that happen to have ten characters."""
    if not isinstance(answer, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", answer):
        return False
    try:
        date.fromisoformat(answer)
    except ValueError:
        return False
    return True
