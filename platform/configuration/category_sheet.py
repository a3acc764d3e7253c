"""Categories as the lines of a spreadsheet: one each, a column for each setting and language. Pure.

A column that isn't there leaves the setting as it is; an empty cell empties it. What has parts is written so: kinds
`complaint, wish`; agencies by area `AREA=AGENCY; …`; questions as the bundle writes them, in JSON.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from configuration.category_faults import Faults
from tenants.errors import Invalid

WORDED = ("name", "help", "search_words", "responsible")
FLAGS = ("is_group", "round_the_clock", "photo_wanted", "anonymous_allowed", "safety")
PLAIN = ("code", "group", "icon", "place", "visibility", "agency", "responsible_contact")
KEYS = {"is_group": "group", "group": "parent"}
"""What a column is called otherwise than in the bundle, where `group` says whether it is one."""
YES = frozenset({"yes", "ya", "true", "1", "x", "y"})
NO = frozenset({"no", "tidak", "false", "0", "", "n", "-"})


@dataclass(frozen=True)
class Given:
    """One line. row: what it says, by the bundle's keys. tongues: the languages of its columns, by key of words.

    faults: what in it can't be read.
    """

    number: int
    row: Mapping[str, Any]
    tongues: Mapping[str, frozenset[str]] = field(default_factory=dict)
    faults: Faults = field(default_factory=dict)


def header(languages: Sequence[str]) -> list[str]:
    """The names of the columns."""
    return [
        "code",
        "is_group",
        "group",
        *(f"name:{one}" for one in languages),
        "agency",
        "by_area",
        "off_in",
        "visibility",
        "place",
        "kinds",
        *(name for name in FLAGS if name != "is_group"),
        "icon",
        *(f"{name}:{one}" for name in WORDED if name != "name" for one in languages),
        "responsible_contact",
        "questions",
    ]


def line_of(row: Mapping[str, Any], languages: Sequence[str]) -> list[str]:
    """A bundle's row as the cells under `header`."""
    return [_cell(row, name) for name in header(languages)]


def given_in(rows: Sequence[tuple[int, Sequence[str]]], languages: Sequence[str]) -> list[Given]:
    """The lines of a file whose first row names the columns. Raises Invalid, field file, for unknown columns."""
    if not rows:
        raise Invalid("The file is empty.", field="file")
    names = [name.strip() for name in rows[0][1]]
    known = set(header(languages))
    unknown = [name for name in names if name and name not in known]
    if unknown:
        raise Invalid(
            "There is no column %(name)s. The first row names the columns; take it from a file made here.",
            field="file",
            name=unknown[0],
        )
    if twice := [name for name in names if name and names.count(name) > 1]:
        raise Invalid("The column %(name)s is here twice.", field="file", name=twice[0])
    if "code" not in names and f"name:{languages[0]}" not in names:
        raise Invalid("The file needs the column code.", field="file")
    return [_given(number, dict(zip(names, cells, strict=False)), names) for number, cells in rows[1:]]


def _given(number: int, cells: Mapping[str, str], names: Sequence[str]) -> Given:
    row: dict[str, Any] = {}
    tongues: dict[str, set[str]] = {}
    faults: Faults = {}
    for name in filter(None, names):
        text = cells.get(name, "").strip()
        key, _, language = name.partition(":")
        try:
            if language:
                tongues.setdefault(key, set()).add(language)
                row.setdefault(key, {})
                if text:
                    row[key][language] = _list(text) if key == "search_words" else text
            elif name in FLAGS:
                row[KEYS.get(name, name)] = _flag(text)
            elif name in PLAIN:
                row[KEYS.get(name, name)] = text or None
            else:
                row[name] = _parts(name, text)
        except ValueError:
            faults[name] = Invalid("What stands under %(column)s can't be read.", field=name, column=name)
    row["code"] = row.get("code") or ""
    return Given(number, row, {key: frozenset(one) for key, one in tongues.items()}, faults)


def _json(text: str) -> Any:
    """Raises ValueError for what is no JSON, is nested too deeply, or holds half a character."""
    try:
        read = json.loads(text)
    except RecursionError:
        raise ValueError(text) from None
    json.dumps(read, ensure_ascii=False).encode()
    return read


def _parts(name: str, text: str) -> Any:
    if name == "questions":
        questions = _json(text) if text else []
        if not isinstance(questions, list) or not all(isinstance(one, dict) for one in questions):
            raise ValueError(name)
        return [_whole(one) for one in questions]
    if name == "by_area":
        pairs = [part.split("=") for part in _list(text)]
        if any(len(pair) != 2 for pair in pairs):
            raise ValueError(name)
        return {area.strip(): agency.strip() for area, agency in pairs}
    return _list(text)


def _whole(question: Mapping[str, Any]) -> dict[str, Any]:
    """A question with all that others look at; what its schema refuses stays to be refused."""
    if not isinstance(question.get("type"), str) or not isinstance(question.get("code"), str):
        raise ValueError("a question has a code and a type")
    label, choices = question.get("label"), question.get("choices") or []
    if not isinstance(label, dict) or not all(isinstance(value, str) for value in label.values()):
        raise ValueError("a question has its words by language")
    if not isinstance(choices, list) or not all(
        isinstance(one, dict) and isinstance(one.get("label"), dict) and isinstance(one.get("code"), str)
        for one in choices
    ):
        raise ValueError("an answer has a code and its words by language")
    when = question.get("when")
    if when is not None and not (isinstance(when, dict) and all(isinstance(one, list) for one in when.values())):
        raise ValueError("when names answers by question")
    return {**question, "choices": choices, "when": when}


def _cell(row: Mapping[str, Any], name: str) -> str:
    key, _, language = name.partition(":")
    value = row.get(KEYS.get(key, key))
    if language:
        said = (value or {}).get(language, "")
        return ", ".join(said) if isinstance(said, list) else said
    if name in FLAGS:
        return "yes" if value else "no"
    if name == "questions":
        return json.dumps([_brief(one) for one in value], ensure_ascii=False, sort_keys=True) if value else ""
    if name == "by_area":
        return "; ".join(f"{area}={agency}" for area, agency in (value or {}).items())
    if isinstance(value, list):
        return ", ".join(value)
    return value or ""


def _brief(question: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in question.items() if value not in (None, False, [], {})}


def _flag(text: str) -> bool:
    said = text.casefold()
    if said in YES:
        return True
    if said in NO:
        return False
    raise ValueError(text)


def _list(text: str) -> list[str]:
    return [part for part in _split(text) if part]


def _split(text: str) -> Iterator[str]:
    for part in text.replace("\n", ",").replace(";", ",").split(","):
        yield " ".join(part.split())
