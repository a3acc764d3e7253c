"""The workbook: what a spreadsheet reads back from it."""

import io
from datetime import datetime
from xml.etree import ElementTree
from zipfile import ZipFile

from web.xlsx import LONGEST, workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(data: bytes) -> list[list[tuple[str, str]]]:
    """(type, content) of each cell of the sheet; every part is read, strictly."""
    with ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        parts = {name: ElementTree.fromstring(package.read(name)) for name in package.namelist()}
    return [
        [(cell.get("t", "n"), "".join(cell.itertext())) for cell in row]
        for row in parts["xl/worksheets/sheet1.xml"].iter(f"{MAIN}row")
    ]


def test_text_stays_text_numbers_numbers_and_instants_instants() -> None:
    row = ["=HYPERLINK(1)", 3, -6.25, datetime(2026, 11, 27, 12, 0), None, ""]  # noqa: DTZ001  (a sheet knows no zones)
    found = cells(b"".join(workbook(["a"] * 6, [row])))
    assert found[1] == [
        ("inlineStr", "=HYPERLINK(1)"), ("n", "3"), ("n", "-6.25"), ("n", "46353.5000000000"), ("n", ""), ("n", "")
    ]  # fmt: skip


def test_what_xml_cannot_hold_is_left_out() -> None:
    found = cells(b"".join(workbook(["<&>"], [["a\x00b\x1fc\ufffe <b>&amp;\n\t😀"], ["x" * 40_000]])))
    assert found[0] == [("inlineStr", "<&>")]
    assert found[1] == [("inlineStr", "abc <b>&amp;\n\t😀")]
    assert len(found[2][0][1]) == LONGEST


def test_it_is_sent_while_it_is_made() -> None:
    made = 0

    def rows() -> object:
        nonlocal made
        for number in range(50_000):
            made += 1
            yield [f"{number * 7919:x}" * 20]

    pieces = workbook(["a"], rows())
    next(pieces)
    assert made < 25_000
    assert sum(len(piece) for piece in pieces) > 100_000
