"""What differs between two documents of a city's configuration, row by row: shown before anything is changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from configuration.change import Did

ROWS = ("agencies", "areas", "categories", "sla_rules", "asset_rules", "calendars")
WHOLE = ("tenant", "look", "texts", "options")
"""Sections that are one thing; each of their keys is compared by itself."""


@dataclass(frozen=True)
class RowDifference:
    """One row that would be added, changed or ended. name: its words, or its code. fields: (key, before, after)."""

    section: str
    code: str
    did: Did
    name: Any = None
    fields: tuple[tuple[str, Any, Any], ...] = ()


def compare(present: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[RowDifference]:
    """The differences by section, in the order of the wanted document; a row is known by its code.

    Both are whole documents with each default filled in. A row that only stands elsewhere in the order differs in
    nothing.
    """
    for section in WHOLE:
        before, after = present.get(section, {}), wanted.get(section, {})
        if fields := _fields(before, after):
            yield RowDifference(section, "", Did.CHANGED, fields=fields)
    for section in ROWS:
        here = {row["code"]: row for row in present.get(section, [])}
        for row in wanted.get(section, []):
            old = here.pop(row["code"], None)
            if old is None:
                yield RowDifference(section, row["code"], Did.ADDED, row.get("name"))
            elif fields := _fields(old, row):
                yield RowDifference(section, row["code"], Did.CHANGED, row.get("name"), fields)
        for code, row in here.items():
            yield RowDifference(section, code, Did.ENDED, row.get("name"))


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    keys = [*after, *(key for key in before if key not in after)]
    return tuple((key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key))
