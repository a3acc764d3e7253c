"""A spreadsheet that somebody sends, as rows of text: CSV, or the first sheet of a workbook (ISO 29500, .xlsx).

What can't be meant is refused in a sentence with its row: formulas (whose values nobody has checked), merged cells, a
file that is too large. Nothing in it is run or looked up.
"""

import csv
import io
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, iterparse
from zipfile import BadZipFile, ZipFile

from tenants.errors import Invalid
from tenants.sentence import grouped
from web.table import FORMULA

MOST_BYTES = 5_000_000
MOST_UNPACKED = 60_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 200

Cells = list[str]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def read_rows(content: bytes) -> list[tuple[int, Cells]]:
    """(number, cells) of every row that isn't empty, the header among them. Raises Invalid, field file."""
    if not content:
        raise Invalid("Choose a file first.", field="file")
    if len(content) > MOST_BYTES:
        raise Invalid(
            "The file is larger than 5 MB, which no list of this kind is. Send only what should change.", field="file"
        )
    rows = []
    for number, cells in _workbook(content) if content.startswith(b"PK") else _csv(content):
        if any(cells):
            rows.append((number, cells))
        if len(rows) > MOST_ROWS:
            raise Invalid(
                "The file has more than %(most)s rows. Send it in parts.", field="file", most=grouped(MOST_ROWS)
            )
    return rows


def _csv(content: bytes) -> Iterator[tuple[int, Cells]]:
    utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(
            "This is no workbook, and as CSV it isn't UTF-8. Save it as “CSV UTF-8” or as .xlsx.", field="file"
        ) from None
    head = text.partition("\n")[0]
    parted = max((";", "\t", ","), key=head.count)
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=parted, strict=True), 1):
            yield number, [_written(cell, number) for cell in cells[:MOST_COLUMNS]]
    except csv.Error:
        raise Invalid("The file can't be read as CSV: a quotation mark is missing somewhere.", field="file") from None


def _written(cell: str, number: int) -> str:
    """A cell of a CSV file, without the mark that kept a spreadsheet from taking it for a formula."""
    if cell.startswith("'") and cell[1:].startswith(FORMULA):
        return _clean(cell[1:])
    if cell.startswith("="):
        raise _formula(number)
    return _clean(cell)


def _workbook(content: bytes) -> Iterator[tuple[int, Cells]]:
    try:
        with ZipFile(io.BytesIO(content)) as package:
            if sum(one.file_size for one in package.infolist()) > MOST_UNPACKED:
                raise Invalid(
                    "The workbook is too large when it is unpacked. Send only what should change.", field="file"
                )
            shared = list(_shared(package))
            yield from _sheet(package, _first_sheet(package), shared)
    except (
        BadZipFile,
        KeyError,
        ParseError,
        ValueError,
        IndexError,
        RuntimeError,
        NotImplementedError,
        EOFError,
        OSError,
    ):
        raise Invalid(
            "The workbook can't be read. Save it anew as .xlsx, without a password, or as CSV.", field="file"
        ) from None


def _first_sheet(package: ZipFile) -> str:
    """The path of the first sheet that is shown."""
    sheets = [
        (one.get("state", "visible"), one.get(_RELATION))
        for one in _elements(package, "xl/workbook.xml", f"{_MAIN}sheet")
    ]
    wanted = next((relation for state, relation in sheets if state == "visible"), sheets[0][1])
    for relation in _elements(package, "xl/_rels/workbook.xml.rels", None):
        if relation.get("Id") == wanted:
            target = relation.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError(wanted)


def _shared(package: ZipFile) -> Iterator[str]:
    if "xl/sharedStrings.xml" in package.namelist():
        for item in _elements(package, "xl/sharedStrings.xml", f"{_MAIN}si"):
            yield _text(item)


def _sheet(package: ZipFile, path: str, shared: list[str]) -> Iterator[tuple[int, Cells]]:
    """The rows are kept back until the sheet's end, where it says which cells are merged."""
    rows: list[tuple[int, Cells]] = []
    for element in _elements(package, path, f"{_MAIN}row", f"{_MAIN}mergeCell"):
        if element.tag.endswith("mergeCell"):
            raise Invalid(
                "Cells are merged (%(where)s). Unmerge them, and send it again.",
                field="file",
                where=element.get("ref", ""),
            )
        number = int(element.get("r") or len(rows) + 1)
        cells: Cells = []
        for cell in element.iter(f"{_MAIN}c"):
            if cell.find(f"{_MAIN}f") is not None:
                raise _formula(number)
            column = _column(cell.get("r")) if cell.get("r") else len(cells)
            if column < MOST_COLUMNS:
                cells += [""] * (column + 1 - len(cells))
                cells[column] = _clean(_value(cell, shared))
        if any(cells):
            rows.append((number, cells))
        if len(rows) > MOST_ROWS:
            break
    yield from rows


def _value(cell: Element, shared: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    value = cell.findtext(f"{_MAIN}v") or ""
    if kind == "s":
        return shared[int(value)]
    if kind == "b":
        return "yes" if value == "1" else "no"
    return value.removesuffix(".0") if kind == "n" else value


def _text(element: Element) -> str:
    """All its runs, without what only says how to pronounce them."""
    phonetic = {id(one) for about in element.iter(f"{_MAIN}rPh") for one in about.iter()}
    return "".join(one.text or "" for one in element.iter(f"{_MAIN}t") if id(one) not in phonetic)


def _elements(package: ZipFile, path: str, *tags: str | None) -> Iterator[Element]:
    with package.open(path) as opened:
        data = opened.read(MOST_UNPACKED)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError("a document type has no business here")
    for _event, element in iterparse(io.BytesIO(data)):  # noqa: S314  (it has no entities: they were looked for)
        if tags == (None,) or element.tag in tags:
            yield element
            element.clear()


def _column(reference: str | None) -> int:
    """0 for A1, 27 for AB3."""
    found = re.match(r"[A-Z]{1,3}(?=[0-9])", reference or "")
    if found is None:
        raise ValueError(reference)
    number = 0
    for letter in found[0]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n")).strip()


def _formula(number: int) -> Invalid:
    return Invalid("Row %(row)s holds a formula. Paste it as a value, and send it again.", field="file", row=number)
