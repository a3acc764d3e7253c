"""A table of figures as values: drawn on a page by macros/table.html, and downloaded with the same rows as CSV."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

HOUR = timedelta(hours=1)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for the beginning of a formula."""

Value = str | int | float | timedelta | None


class Kind(StrEnum):
    """What the values of a column are. SHARE: from 0 to 1. LENGTH: a length of time, downloaded in hours."""

    WORDS = "words"
    NUMBER = "number"
    SHARE = "share"
    LENGTH = "length"


@dataclass(frozen=True)
class Column:
    """name: in the reader's language."""

    name: str
    kind: Kind = Kind.NUMBER


@dataclass(frozen=True)
class Row:
    """One line. href: where its name leads."""

    values: Sequence[Value]
    href: str | None = None


@dataclass(frozen=True)
class Bars:
    """A plot of a table's rows: part and whole are columns by number; whole None where the part stands alone."""

    part: int
    whole: int | None = None
    words: tuple[str, str] = ("", "")
    kind: str = "over"


@dataclass(frozen=True)
class Table:
    """title: the sentence that it shows. caption: what it is, for those who hear it. total: a last line."""

    key: str
    title: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    total: Row | None = None
    bars: Bars | None = None
    note: str = ""
    empty: str = ""
    shown: int = field(default=8)

    @property
    def most(self) -> float:
        """The longest bar."""
        if self.bars is None:
            return 0
        column = self.bars.part if self.bars.whole is None else self.bars.whole
        return max((self.amount(row.values[column]) for row in self.rows), default=0)

    def amount(self, value: Value) -> float:
        """How long a bar is that stands for a value; of a length of time, its hours."""
        if isinstance(value, timedelta):
            return value / HOUR
        return float(value) if isinstance(value, int | float) else 0.0


def csv_lines(table: Table) -> Iterator[str]:
    """The lines of a CSV file, after a mark by which spreadsheets know its encoding."""
    yield "\ufeff" + csv_line(names_of(table))
    for row in rows_of(table):
        yield csv_line(row)


def names_of(table: Table) -> list[str]:
    """The names of the columns of a file."""
    return [column.name + (" (h)" if column.kind is Kind.LENGTH else "") for column in table.columns]


def rows_of(table: Table) -> Iterator[list[str | int | float | None]]:
    """The rows of a file: shares from 0 to 1, lengths of time in hours."""
    for row in table.rows:
        yield [value / HOUR if isinstance(value, timedelta) else value for value in row.values]


def csv_line(values: Sequence[Value]) -> str:
    """One line of a CSV file; what a spreadsheet would take for a formula is marked as text."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_plain(value) for value in values])
    return out.getvalue()


def _plain(value: Value) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, timedelta):
        return round(value / HOUR, 2)
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
