"""The form of a category: from what was sent to the bundle's row, and what its buttons do to one that isn't saved.

Fields of words end in the language (`name-id`). A question's begin with `questions-2-`, those of its answers with
`questions-2-choices-0-`; numbers only order them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from werkzeug.datastructures import MultiDict

from complaints.rules.questions import CHOSEN, SILENT
from configuration.categories import new_code
from web.forms import clean
from web.whole_number import whole_number

Row = dict[str, Any]
Form = MultiDict[str, str]

LONGEST = 4_000
FLAGS = ("round_the_clock", "photo_wanted", "anonymous_allowed", "safety")

_QUESTION = re.compile(r"questions-([0-9]{1,4})-type")
_CHOICE = re.compile(r"choices-([0-9]{1,4})-code")


def read(form: Form, languages: Sequence[str], before: Mapping[str, Any]) -> Row:
    """The row that a form says, laid over the one before it; words in languages that aren't offered stay."""
    row = deepcopy(dict(before))
    row["name"] = _words(form, "name", languages, before.get("name"))
    row["help"] = _words(form, "help", languages, before.get("help")) or None
    row["icon"] = _text(form, "icon") or "dots"
    row["parent"] = _text(form, "parent") or None
    if before.get("group"):
        return row
    row["search_words"] = _search_words(form, languages, before.get("search_words") or {})
    for name in ("place", "visibility"):
        row[name] = _text(form, name) or before.get(name)
    row["kinds"] = [kind for kind in ("complaint", "question", "wish") if kind in form.getlist("kinds")]
    for name in FLAGS:
        row[name] = form.get(name) == "yes"
    row["agency"] = _text(form, "agency") or None
    row["by_area"] = dict(pair for value in form.getlist("by_area") if len(pair := value.split("=", 1)) == 2)
    row["off_in"] = list(dict.fromkeys(filter(None, form.getlist("off_in"))))
    row["responsible"] = _words(form, "responsible", languages, before.get("responsible")) or None
    row["responsible_contact"] = _text(form, "responsible_contact")[:200] or None
    row["questions"] = _coded(list(_questions(form, languages, before)), languages)
    return row


def pressed(form: Form) -> list[str]:
    """What the pressed button says, in its parts: ["up", "2"], ["save"]."""
    return (form.get("go") or "look").split("-")


def done(row: Row, what: Sequence[str], form: Form) -> Row:
    """The row after a button of its questions was pressed; the same for any other button."""
    questions: list[Row] = row.setdefault("questions", [])
    name, numbers = what[0], [number for one in what[1:] if (number := whole_number(one)) is not None]
    if name == "ask":
        questions.append(_new_question(form.get("new_type", "text")))
    elif name == "follow" and _there(questions, numbers[:1]):
        asked = questions[numbers[0]]
        made = _new_question("text")
        first = "yes" if asked["type"] == "yes_no" else next((one["code"] for one in asked["choices"]), None)
        made["when"] = {asked["code"]: [first]} if first and asked["code"] else None
        questions.insert(numbers[0] + 1, made)
    elif name in ("up", "down") and _there(questions, numbers[:1]):
        _move(questions, numbers[0], -1 if name == "up" else 1)
    elif name == "drop" and _there(questions, numbers[:1]):
        questions.pop(numbers[0])
    elif name == "more" and _there(questions, numbers[:1]):
        questions[numbers[0]]["choices"].append({"code": "", "label": {}})
    elif name in ("less", "raise", "lower") and _there(questions, numbers[:1]):
        choices = questions[numbers[0]]["choices"]
        if _there(choices, numbers[1:2]):
            if name == "less":
                choices.pop(numbers[1])
            else:
                _move(choices, numbers[1], -1 if name == "raise" else 1)
    return row


def answers_of(form: Form) -> dict[str, Any]:
    """What was tried in the preview, by question code."""
    answers: dict[str, Any] = {}
    for name, values in form.lists():
        if name.startswith("answers."):
            code = name.removeprefix("answers.").removesuffix("[]")
            given = [value for value in values if value]
            if given:
                answers[code] = given if name.endswith("[]") else given[0]
    return answers


def askable(questions: Sequence[Mapping[str, Any]], number: int) -> list[Mapping[str, Any]]:
    """Those before a question on whose answers it can hang."""
    return [one for one in questions[:number] if one["type"] in CHOSEN and one.get("code") and not one.get("staff")]


def _questions(form: Form, languages: Sequence[str], before: Mapping[str, Any]) -> Iterator[Row]:
    earlier = {one["code"]: one for one in before.get("questions") or []}
    numbers = sorted(int(found[1]) for name in form if (found := _QUESTION.fullmatch(name)))
    for number in numbers:
        here = f"questions-{number}"
        kind = form[f"{here}-type"]
        was = earlier.get(_text(form, f"{here}-code"), {})
        wanted: dict[str, list[str]] = {}
        for value in form.getlist(f"{here}-when"):
            code, _, answer = value.partition("=")
            if answer:
                wanted.setdefault(code, []).append(answer)
        yield {
            "code": _text(form, f"{here}-code"),
            "type": kind,
            "label": _words(form, f"{here}-label", languages, was.get("label")),
            "help": _words(form, f"{here}-help", languages, was.get("help")) or None,
            "required": kind not in SILENT and form.get(f"{here}-required") == "yes",
            "staff": form.get(f"{here}-staff") == "yes",
            "when": wanted or None,
            "choices": list(_choices(form, here, languages)) if kind in ("choice", "choices") else [],
        }


def _choices(form: Form, here: str, languages: Sequence[str]) -> Iterator[Row]:
    start = f"{here}-"
    numbers = sorted(
        int(found[1])
        for name in form
        if name.startswith(start) and (found := _CHOICE.fullmatch(name.removeprefix(start)))
    )
    for number in numbers:
        place = f"{here}-choices-{number}"
        yield {"code": _text(form, f"{place}-code"), "label": _words(form, f"{place}-label", languages, None)}


def _coded(questions: list[Row], languages: Sequence[str]) -> list[Row]:
    """Each with a code of its own, made from its words once it has some: conditions and promises name it by that."""
    taken = {one["code"] for one in questions}
    for question in questions:
        if not question["code"] and (label := _first(question["label"], languages)):
            question["code"] = new_code(label, taken, 30)
            taken.add(question["code"])
        known = {one["code"] for one in question["choices"]}
        for choice in question["choices"]:
            if not choice["code"] and (label := _first(choice["label"], languages)):
                choice["code"] = new_code(label, known, 30)
                known.add(choice["code"])
    return questions


def _new_question(kind: str) -> Row:
    choices = [{"code": "", "label": {}}, {"code": "", "label": {}}] if kind in ("choice", "choices") else []
    return {
        "code": "",
        "type": kind,
        "label": {},
        "help": None,
        "required": False,
        "staff": False,
        "when": None,
        "choices": choices,
    }


def _search_words(form: Form, languages: Sequence[str], before: Mapping[str, Any]) -> dict[str, list[str]]:
    """By language, split at commas and lines, each once."""
    found = {language: list(words) for language, words in before.items() if language not in languages}
    for language in languages:
        written = re.split(r"[,;\n]", clean(form.get(f"search_words-{language}", "")))
        words = list(dict.fromkeys(" ".join(word.split())[:60] for word in written if word.strip()))
        if words:
            found[language] = words
    return found


def _words(form: Form, name: str, languages: Sequence[str], before: Mapping[str, str] | None) -> dict[str, str]:
    kept = {language: text for language, text in (before or {}).items() if language not in languages}
    given = {language: _text(form, f"{name}-{language}") for language in languages}
    return {**{language: text for language, text in given.items() if text}, **kept}


def _text(form: Form, name: str) -> str:
    return clean(form.get(name, "")).strip()[:LONGEST]


def _first(words: Mapping[str, str], languages: Sequence[str]) -> str:
    return next((words[language] for language in languages if words.get(language)), "")


def _there(rows: Sequence[Any], numbers: Sequence[int]) -> bool:
    return bool(numbers) and 0 <= numbers[0] < len(rows)


def _move(rows: list[Any], here: int, by: int) -> None:
    there = here + by
    if 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
