"""`attribute[code]=value` as answers to a category's questions; whose the questions are depends on the ground. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from complaints.rules.questions import SILENT, Questions, asked_of, still_valid

ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,80})\](?:\[\d*\])?")
YES, NO = ("yes", "true", "1", "ya"), ("no", "false", "0", "tidak")


@dataclass(frozen=True)
class Given:
    """answers: to what is asked. aside: to what only the city asks whose questions the client knew."""

    answers: Mapping[str, Any]
    aside: Mapping[str, Any] = field(default_factory=dict)


def attributes(sent: Iterable[tuple[str, Sequence[str]]]) -> dict[str, list[str]]:
    """The values that say something, by code, from the fields of a request."""
    found: dict[str, list[str]] = {}
    for name, values in sent:
        code = ATTRIBUTE.fullmatch(name)
        said = [value.strip() for value in values if value.strip()]
        if code and said:
            found.setdefault(code[1], []).extend(said)
    return found


def given(sent: Mapping[str, Sequence[str]], questions: Questions, zone: str) -> Given:
    """The answers to a category's questions: of what isn't asked (any more) none, of what is unknown each as it came.

    What is unknown the verb refuses, so that a misspelt code isn't lost.
    """
    by_code = {one["code"]: one for one in questions if one["type"] not in SILENT}
    read = {code: _answer(by_code.get(code), values, zone) for code, values in sent.items()}
    asked = {one["code"] for one in asked_of(questions, read)}
    return Given({code: answer for code, answer in read.items() if code in asked or code not in by_code})


def given_elsewhere(sent: Mapping[str, Sequence[str]], theirs: Questions, ours: Questions, zone: str) -> Given:
    """The same where the client knew another city's questions: what fits is an answer, the rest stands aside.

    theirs: the questions that were shown. ours: those of the city that it goes to.
    """
    by_code = {one["code"]: one for one in ours if one["type"] not in SILENT}
    fitting = still_valid(
        [one for one in ours if not one.get("staff")],
        {code: _answer(by_code.get(code), values, zone) for code, values in sent.items()},
    )
    aside = {
        one["code"]: _answer(one, sent[one["code"]], zone)
        for one in theirs
        if one["code"] in sent and one["code"] not in fitting
    }
    return Given(fitting, aside)


def _answer(question: Mapping[str, Any] | None, values: Sequence[str], zone: str) -> Any:
    kind = question["type"] if question else ""
    if kind == "choices":
        return list(values)
    value = values[-1]
    if kind == "yes_no":
        return "yes" if value.casefold() in YES else "no" if value.casefold() in NO else value
    return _day(value, zone) if kind == "date" else value


def _day(value: str, zone: str) -> str:
    """The day of an instant by the city's clock; what is none stays as it is, and is refused by the rule."""
    try:
        at = datetime.fromisoformat(value)
        return (at.astimezone(ZoneInfo(zone)) if at.tzinfo is not None else at).date().isoformat()
    except (ValueError, OverflowError):
        return value
