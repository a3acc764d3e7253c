"""What is wrong with a category as an editor, a spreadsheet or a template gives it: a sentence a field. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError

from complaints.rules.questions import CHOSEN, SILENT, STOP
from configuration.checks import answers_to
from configuration.naming import folded
from configuration.schema import CategorySchema
from tenants.errors import Invalid

MOST_QUESTIONS = 50
MOST_CHOICES = 60
LONGEST_NAME = 120

_CATEGORY = CategorySchema()
Faults = dict[str, Invalid]
Row = Mapping[str, Any]


class Faulty(Invalid):
    """A row that can't be saved. faults: all, by the name of the field as a form has it: `questions-2-when`."""

    def __init__(self, faults: Faults) -> None:
        first = next(iter(faults.values()))
        super().__init__(first.message, field=next(iter(faults)), **first.details)
        self.faults = faults


@dataclass(frozen=True)
class Surroundings:
    """What a category's row speaks of. names: of the other categories, folded, to how they are written.

    language: the city's first. hanging: of the rules for this category, the code and {question: answers} they hang on.
    """

    language: str
    agencies: frozenset[str]
    areas: frozenset[str]
    groups: Set[str]
    names: Mapping[str, str] = field(default_factory=dict)
    hanging: Sequence[tuple[str, Mapping[str, Sequence[str]]]] = ()


def checked(row: Row, around: Surroundings) -> dict[str, Any]:
    """The row as its schema loads it. Raises Faulty."""
    faults = dict(_faults(row, around))
    if faults:
        raise Faulty(faults)
    try:
        loaded: dict[str, Any] = _CATEGORY.load(row)
    except ValidationError as error:
        raise Faulty(dict(_of_schema(error.messages))) from None
    return loaded


def _faults(row: Row, around: Surroundings) -> Iterator[tuple[str, Invalid]]:
    yield from _names(row, around)
    parent = row.get("parent")
    if parent is not None and (row.get("group") or parent not in around.groups):
        yield "parent", Invalid("There is no such group. Choose one from the list.", field="parent")
    if row.get("group"):
        return
    yield from _ways(row, around)
    if not row.get("kinds"):
        yield "kinds", Invalid("Choose at least one: complaint, question or wish.", field="kinds")
    yield from _questions(row.get("questions") or [], around)
    yield from _rules(row.get("questions") or [], around)


def _names(row: Row, around: Surroundings) -> Iterator[tuple[str, Invalid]]:
    names: Mapping[str, str] = row.get("name") or {}
    if not names.get(around.language, "").strip():
        yield f"name-{around.language}", Invalid("Write the name that residents read.", field="name")
    for language, name in names.items():
        if len(name) > LONGEST_NAME:
            yield (
                f"name-{language}",
                Invalid("A name has at most %(most)s characters.", field="name", most=LONGEST_NAME),
            )
        same = around.names.get(folded(name))
        if same is not None:
            yield (
                f"name-{language}",
                Invalid("There is a category named “%(name)s” already. Choose another name.", field="name", name=same),
            )


def _ways(row: Row, around: Surroundings) -> Iterator[tuple[str, Invalid]]:
    """Who gets it."""
    agency = row.get("agency")
    if row.get("responsible"):
        pass
    elif agency is None:
        yield (
            "agency",
            Invalid(
                "Choose the agency that gets these reports, or say who is responsible instead of the city.",
                field="agency",
            ),
        )
    if agency is not None and agency not in around.agencies:
        yield "agency", Invalid("There is no agency %(code)s here.", field="agency", code=agency)
    for area, one in (row.get("by_area") or {}).items():
        if area not in around.areas:
            yield "by_area", Invalid("There is no area %(code)s here.", field="by_area", code=area)
        if one not in around.agencies:
            yield "by_area", Invalid("There is no agency %(code)s here.", field="by_area", code=one)
    for area in row.get("off_in") or []:
        if area not in around.areas:
            yield "off_in", Invalid("There is no area %(code)s here.", field="off_in", code=area)


def _questions(questions: Sequence[Row], around: Surroundings) -> Iterator[tuple[str, Invalid]]:
    if len(questions) > MOST_QUESTIONS:
        yield "questions", Invalid("A category has at most %(most)s questions.", field="questions", most=MOST_QUESTIONS)
    answers: dict[str, set[str]] = {}
    for number, question in enumerate(questions):
        here = f"questions-{number}"
        code = question.get("code") or ""
        if not ((question.get("label") or {}).get(around.language) or "").strip():
            yield f"{here}-label-{around.language}", Invalid("Write the question, or take it away.", field="questions")
        if code in answers:
            yield f"{here}-label-{around.language}", Invalid("This question is here twice.", field="questions")
        yield from _choices(question, here, around.language)
        yield from _when(question, here, answers)
        if question["type"] not in SILENT and not question.get("staff"):
            answers[code] = answers_to({**question, "choices": question.get("choices") or []})


def _choices(question: Row, here: str, language: str) -> Iterator[tuple[str, Invalid]]:
    choices = question.get("choices") or []
    if question["type"] not in ("choice", "choices"):
        return
    if len(choices) < 2:
        yield f"{here}-more", Invalid("Give at least two answers to choose from.", field="questions")
    if len(choices) > MOST_CHOICES:
        yield (
            f"{here}-more",
            Invalid("A question has at most %(most)s answers to choose from.", field="questions", most=MOST_CHOICES),
        )
    labels = [folded((choice.get("label") or {}).get(language) or "") for choice in choices]
    counted = Counter(labels)
    for number, label in enumerate(labels):
        place = f"{here}-choices-{number}-label-{language}"
        if not label:
            yield place, Invalid("Write this answer, or take it away.", field="questions")
        elif counted[label] > 1 and labels.index(label) != number:
            yield place, Invalid("This answer is here twice.", field="questions")


def _when(question: Row, here: str, answers: Mapping[str, set[str]]) -> Iterator[tuple[str, Invalid]]:
    when: Mapping[str, Sequence[str]] = question.get("when") or {}
    for code, wanted in when.items():
        if code not in answers:
            yield f"{here}-when", Invalid("It hangs on a question that doesn't stand before it.", field="questions")
        elif not set(wanted) <= answers[code]:
            yield f"{here}-when", Invalid("It hangs on an answer that isn't there any more.", field="questions")
    if question["type"] == STOP and not when:
        yield (
            f"{here}-when",
            Invalid("Say after which answer the report stops, or nobody can ever send one.", field="questions"),
        )


def _rules(questions: Sequence[Row], around: Surroundings) -> Iterator[tuple[str, Invalid]]:
    """A promise that hangs on an answer would never hold again without it."""
    answers = {
        one.get("code"): answers_to({**one, "choices": one.get("choices") or []})
        for one in questions
        if one["type"] in CHOSEN
    }
    for rule, when in around.hanging:
        for code, wanted in when.items():
            if not set(wanted) <= answers.get(code, set()):
                yield (
                    "questions",
                    Invalid(
                        "The promise %(rule)s hangs on an answer to “%(question)s” that would be gone."
                        " Change the promise first.",
                        field="questions",
                        rule=rule,
                        question=code,
                    ),
                )


def _of_schema(messages: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Invalid]]:
    """What only the schema sees: lengths, letters of codes."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _of_schema(inner, (*path, str(key)))
    else:
        for message in messages:
            yield "-".join(path), Invalid("This can't be kept as it is. %(why)s", field=path[0], why=str(message))
