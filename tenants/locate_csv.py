"""A file of points through the index, in constant memory. Pure but for the three streams that it is given."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TextIO

from tenants.errors import Invalid
from tenants.locate import Decision, Index

ADDED = ("tenant", "rule", "near_border", "distance_m")
INVALID = "invalid"
CHUNK_ROWS = 5_000
DELIMITERS = ",;\t|"
NAMES = {
    "lat": ("lat", "latitude", "lintang"),
    "lon": ("lon", "lng", "long", "longitude", "bujur"),
    "category": ("category",),
    "accuracy_m": ("accuracy_m",),
}
# A description may be longer than the 128 kB that Python's reader takes by default.
LONGEST_FIELD = 10_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """line: the line of the file, from 1, on which the row begins. fault: why it can't be read, or None."""

    line: int
    fields: list[str]
    fault: str | None = None


def locate_rows(
    lines_in: TextIO,
    out: TextIO,
    err: TextIO,
    index: Index,
    at: datetime,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write every row of the CSV file lines_in to out with four columns more; return the number of rows.

    lines_in: opened with newline="", first line the header, with columns lat and lon (degrees; also latitude, lng,
    long, longitude, in any case) and, if it likes, category and accuracy_m; separated by comma, semicolon, tab or bar
    (the output is separated as the input is; where that is no comma, a decimal comma is understood). Added: tenant
    (slug), rule, near_border (slug or empty) and distance_m: to the near border's ground where one is named, else to
    the chosen ground, empty in the commons. A row that can't be used has rule `invalid`; its line and the reason go to
    err.
    progress: called with the number of rows so far. Raises Invalid where the file has no such header or isn't text.
    """
    try:
        header_line, first = _header_line(lines_in)
        delimiter, header = _header(header_line)
        columns = _columns(header)
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
        writer.writerow([*header, *ADDED])
        rows = _rows(lines_in, delimiter, len(header), first)
        count = 0
        while chunk := list(islice(rows, CHUNK_ROWS)):
            answers = _answers(chunk, columns, delimiter, index, at)
            writer.writerows([*row.fields, *_added(answer)] for row, answer in zip(chunk, answers, strict=True))
            for row, answer in zip(chunk, answers, strict=True):
                if isinstance(answer, Invalid):
                    err.write(f"line {row.line}: {answer}\n")
            count += len(chunk)
            if progress is not None:
                progress(count)
        return count
    except UnicodeError as error:
        raise Invalid("The file is not text in UTF-8. Save it as CSV UTF-8 and try again.") from error


def _header_line(lines_in: TextIO) -> tuple[str, int]:
    """The first line that isn't blank, without a byte order mark, and the number of the line after it."""
    for number, line in enumerate(lines_in, start=2):
        line = line.removeprefix("\ufeff")
        if line.strip():
            return line, number
    raise Invalid("The file is empty: its first line names the columns, lat and lon among them.", field="lat")


def _header(line: str) -> tuple[str, list[str]]:
    """The separator and the names of the columns: the first separator under which lat and lon are columns."""
    headers = {delimiter: next(csv.reader([line], delimiter=delimiter)) for delimiter in DELIMITERS}
    for delimiter, header in headers.items():
        columns = _named(header)
        if "lat" in columns and "lon" in columns:
            return delimiter, header
    return max(headers.items(), key=lambda item: len(item[1]))


def _named(header: Sequence[str]) -> dict[str, int]:
    cleaned = [name.strip().casefold() for name in header]
    found = {}
    for wanted, names in NAMES.items():
        for name in names:
            if name in cleaned:
                found[wanted] = cleaned.index(name)
                break
    return found


def _columns(header: Sequence[str]) -> dict[str, int]:
    columns = _named(header)
    missing = [name for name in ("lat", "lon") if name not in columns]
    if missing:
        raise Invalid(
            f"The file needs a column {' and a column '.join(missing)}; its first line names: {', '.join(header)}.",
            field=missing[0],
        )
    return columns


def _rows(lines_in: TextIO, delimiter: str, width: int, first: int) -> Iterator[Row]:
    """Every row that isn't blank, its fields made as many as the header has."""
    # Strict, since a quote that is never closed would swallow all rows after it without a word.
    reader = csv.reader(lines_in, delimiter=delimiter, strict=True)
    begins = first
    csv.field_size_limit(LONGEST_FIELD)
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(begins, [""] * width, f"The row can't be read as CSV ({error}).")
        else:
            if len(fields) > width:
                yield Row(begins, fields[:width], f"The row has {len(fields)} fields and the header has {width}.")
            elif fields:
                yield Row(begins, fields + [""] * (width - len(fields)) if len(fields) < width else fields)
        begins = first + reader.line_num


def _answers(
    chunk: Sequence[Row], columns: dict[str, int], delimiter: str, index: Index, at: datetime
) -> list[Decision | Invalid]:
    points: list[tuple[float, float, float | None]] = []
    good: list[int] = []
    answers: list[Decision | Invalid | None] = [None] * len(chunk)
    lat_column, lon_column, accuracy_column = columns["lat"], columns["lon"], columns.get("accuracy_m")
    for number, row in enumerate(chunk):
        fields = row.fields
        try:
            if row.fault is not None:
                raise Invalid(row.fault)
            accuracy = fields[accuracy_column].strip() if accuracy_column is not None else ""
            points.append(
                (
                    _number(fields[lon_column], "lon", delimiter),
                    _number(fields[lat_column], "lat", delimiter),
                    _number(accuracy, "accuracy_m", delimiter) if accuracy else None,
                )
            )
            good.append(number)
        except Invalid as refusal:
            answers[number] = refusal
    category_column = columns.get("category")
    decided = index.locate_many(
        [lon for lon, _, _ in points],
        [lat for _, lat, _ in points],
        at=at,
        categories=None
        if category_column is None
        else [chunk[number].fields[category_column].strip() or None for number in good],
        accuracies=None if accuracy_column is None else [accuracy for _, _, accuracy in points],
    )
    for number, answer in zip(good, decided, strict=True):
        answers[number] = answer
    return [answer for answer in answers if answer is not None]


def _number(text: str, field: str, delimiter: str) -> float:
    try:
        # float() takes 1_000, which is nobody's way to write a coordinate.
        if "_" in text:
            raise ValueError(text)
        return float(text)
    except ValueError:
        if delimiter != "," and text.count(",") == 1 and "." not in text and "_" not in text:
            return _number(text.replace(",", "."), field, delimiter)
        said = f"{text.strip()[:40]!r} is not a number" if text.strip() else "it is empty"
        raise Invalid(f"The row has no usable {field}: {said}.", field=field) from None


def _added(answer: Decision | Invalid) -> tuple[str, str, str, str]:
    if isinstance(answer, Invalid):
        return "", INVALID, "", ""
    if answer.near_border is not None:
        return answer.slug, answer.rule, answer.near_border.slug, f"{answer.near_border.distance_m:g}"
    return answer.slug, answer.rule, "", "" if answer.tenant_id is None else f"{answer.distance_m:g}"
