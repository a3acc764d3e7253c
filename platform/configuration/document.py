"""A JSON or YAML document from outside, as plain values that know their line.

Only mappings, lists, texts, whole numbers, true/false and nothing come out. A number with a point stays the text that
was written, since official codes look like one (`32.10`), and so do `yes`, `no`, dates and times of day. Refused, each
in a sentence: more than 5 MB, names twice in one mapping, anchors and aliases (a few bytes of them make gigabytes),
tags, deep nesting, control characters.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from tenants.errors import Invalid
from tenants.sentence import Sentence

MOST_BYTES = 5_000_000
MOST_VALUES = 300_000
MOST_LEVELS = 20

Path = tuple[str | int, ...]
"""Where a value stands: ("categories", 3, "name")."""

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CONSTANTS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_Loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


@dataclass(frozen=True)
class Document:
    """value: what was written. lines: the line, from 1, on which each value begins; of JSON as far as known."""

    name: str
    value: dict[str, Any]
    lines: Mapping[Path, int] = field(repr=False)

    def line(self, path: Path) -> int | None:
        """The line of the value at a path, else of the nearest value around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None


class Unreadable(Invalid):
    """The document is no JSON or YAML that is accepted here; the sentence says where and what to do."""


def parse(content: bytes, name: str = "bundle") -> Document:
    """Read a document. name: its file name, for sentences and to tell JSON (`.json`, or a first `{`).

    Raises Unreadable.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(
            "%(file)s is larger than 5 MB, which no bundle is; outlines belong into files beside it.", file=name
        )
    try:
        written = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Unreadable(
            "%(file)s, line %(line)s: this isn't UTF-8; save the file as UTF-8.", file=name, line=line
        ) from None
    if name.endswith(".json") or written.lstrip().startswith("{"):
        value, lines = _json(written, name)
    else:
        value, lines = _yaml(written, name)
    if not isinstance(value, dict):
        raise Unreadable("%(file)s must be a mapping that begins with `format: 1`.", file=name)
    _refuse_odd(value, name)
    return Document(name, value, lines)


def _json(written: str, name: str) -> tuple[Any, dict[Path, int]]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping = dict(pairs)
        if len(mapping) < len(pairs):
            names = [key for key, _ in pairs]
            twice = next(key for key in names if names.count(key) > 1)
            raise Unreadable("%(file)s: `%(key)s` is written twice in one mapping; keep one.", file=name, key=twice)
        return mapping

    def never(constant: str) -> NoReturn:
        raise Unreadable("%(file)s: %(value)s isn't a value that a bundle can hold.", file=name, value=constant)

    try:
        value = json.loads(
            written,
            object_pairs_hook=once,
            parse_float=str,
            parse_int=lambda digits: int(digits) if _WHOLE.fullmatch(digits) else digits,
            parse_constant=never,
        )
    except json.JSONDecodeError as error:
        if not name.endswith(".json"):  # a YAML document may begin with a brace, too
            return _yaml(written, name)
        raise Unreadable(
            "%(file)s, line %(line)s: this isn't JSON: %(why)s.", file=name, line=error.lineno, why=error.msg
        ) from None
    except RecursionError:
        raise _too_deep(name) from None
    try:
        # JSON is YAML but for tabs; what can't be read this way only lacks its lines.
        return value, _yaml(written.replace("\t", " "), name)[1]
    except Unreadable:
        return value, {}


def _yaml(written: str, name: str) -> tuple[Any, dict[Path, int]]:
    """Build the values from parser events: unlike PyYAML's constructors, nothing is run, expanded or guessed."""
    lines: dict[Path, int] = {}
    reading = _Reading(name, lines)
    try:
        for event in yaml.parse(written, Loader=_Loader):
            reading.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = error.problem or error.context
        if mark is None:
            raise Unreadable("%(file)s: this isn't YAML: %(why)s.", file=name, why=why) from None
        raise Unreadable(
            "%(file)s, line %(line)s: this isn't YAML: %(why)s.", file=name, line=mark.line + 1, why=why
        ) from None
    except yaml.YAMLError as error:
        why = " ".join(str(error).split())
        raise Unreadable("%(file)s: this isn't YAML: %(why)s.", file=name, why=why) from None
    return reading.value, lines


class _Reading:
    """One pass over the events of a document. A frame is (container, its path); the next name waits in `_keys`."""

    def __init__(self, name: str, lines: dict[Path, int]) -> None:
        self.value: Any = None
        self._name = name
        self._lines = lines
        self._frames: list[tuple[dict[str, Any] | list[Any], Path]] = []
        self._keys: list[str | None] = []
        self._documents = 0
        self._values = 0

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._refuse(line, Sentence("anchors and aliases (& and *) aren't accepted; write the value out"))
        if getattr(event, "tag", None):
            self._refuse(line, Sentence("tags (!) aren't accepted; write the plain value"))
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._refuse(line, Sentence("one file holds one bundle; remove what follows the second ---"))
        elif isinstance(event, yaml.ScalarEvent):
            if self._frames and isinstance(self._frames[-1][0], dict) and self._keys[-1] is None:
                self._name_next(event.value, line)
            else:
                plain = not event.style
                self._put(_plain(event.value) if plain else event.value, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if self._frames and isinstance(self._frames[-1][0], dict) and self._keys[-1] is None:
                self._refuse(line, Sentence("a name must be a plain word"))
            if len(self._frames) >= MOST_LEVELS:
                raise _too_deep(self._name)
            container: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
            path = self._put(container, line)
            self._frames.append((container, path))
            self._keys.append(None)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._frames.pop()
            self._keys.pop()

    def _name_next(self, key: str, line: int) -> None:
        container, _ = self._frames[-1]
        if key in container:
            self._refuse(line, Sentence("`%(key)s` is written twice in one mapping; keep one", key=key))
        self._keys[-1] = key

    def _put(self, value: Any, line: int) -> Path:
        self._values += 1
        if self._values > MOST_VALUES:
            self._refuse(line, Sentence("this holds more than %(most)s values, which no bundle does", most=MOST_VALUES))
        if not self._frames:
            self.value = value
            return ()
        container, around = self._frames[-1]
        key: str | int
        if isinstance(container, dict):
            key = self._keys[-1] or ""
            container[key] = value
            self._keys[-1] = None
        else:
            key = len(container)
            container.append(value)
        path = (*around, key)
        self._lines[path] = line
        return path

    def _refuse(self, line: int, why: Sentence) -> NoReturn:
        raise Unreadable("%(file)s, line %(line)s: %(why)s.", file=self._name, line=line, why=why)


def _plain(written: str) -> str | int | bool | None:
    if written in _CONSTANTS:
        return _CONSTANTS[written]
    return int(written) if _WHOLE.fullmatch(written) else written


def _refuse_odd(value: Any, name: str, level: int = 0) -> None:
    """Texts that no database can keep, and nesting that no bundle has."""
    if level > MOST_LEVELS:
        raise _too_deep(name)
    if isinstance(value, str):
        if found := _UNPRINTABLE.search(value):
            raise Unreadable(
                "%(file)s holds a control character (U+%(number)s); remove it.",
                file=name,
                number=f"{ord(found[0]):04X}",
            )
    elif isinstance(value, dict):
        for key, inner in value.items():
            _refuse_odd(key, name, level)
            _refuse_odd(inner, name, level + 1)
    elif isinstance(value, list):
        for inner in value:
            _refuse_odd(inner, name, level + 1)


def _too_deep(name: str) -> Unreadable:
    return Unreadable(
        "%(file)s is nested more than %(most)s levels deep, which no bundle is.", file=name, most=MOST_LEVELS
    )
