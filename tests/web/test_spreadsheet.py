"""A spreadsheet that somebody sends is read as text, or refused in a sentence."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.errors import Invalid
from web.spreadsheet import MOST_BYTES, read_rows
from web.table import csv_line
from web.xlsx import workbook

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet(inner: str, **others: str) -> bytes:
    """A workbook whose sheet is this."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(b"".join(workbook(["a"], []))), "r") as good, zipfile.ZipFile(made, "w") as out:
        for name in good.namelist():
            if name != "xl/worksheets/sheet1.xml":
                out.writestr(name, good.read(name))
        out.writestr("xl/worksheets/sheet1.xml", f"<worksheet {MAIN}>{inner}</worksheet>")
        for name, text in others.items():
            out.writestr(f"xl/{name}.xml", text)
    return made.getvalue()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.text("ab=+-@';,\"\n é0.", max_size=8), min_size=2, max_size=4), min_size=1, max_size=5))
def test_what_was_written_is_read(rows: list[list[str]]) -> None:
    meant = [[cell.replace("\r\n", "\n").strip() for cell in row] for row in rows]
    said = [row for row in meant if any(row)]
    for content in (b"".join(workbook(rows[0], rows[1:])),):
        assert [
            [*cells, *[""] * (len(row) - len(cells))] for (_n, cells), row in zip(read_rows(content), said, strict=True)
        ] == said


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b""])
@pytest.mark.parametrize("parted", [",", ";", "\t"])
def test_csv_with_or_without_a_mark_and_however_parted(start: bytes, parted: str) -> None:
    content = start + f"code{parted}name:id\r\npju{parted}Lampu\r\n".encode()
    assert read_rows(content) == [(1, ["code", "name:id"]), (2, ["pju", "Lampu"])]


def test_what_was_kept_from_being_a_formula_comes_back_as_it_was() -> None:
    assert read_rows(("code,name\r\n" + csv_line(["x", "=1+1"])).encode())[1] == (2, ["x", "=1+1"])


def test_shared_and_rich_text_numbers_and_gaps_in_a_workbook() -> None:
    rows = (
        '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1"><v>31</v></c></row>'
        '<row r="4"><c r="B4" t="b"><v>1</v></c></row></sheetData>'
    )
    strings = f"<sst {MAIN}><si><r><t>ka</t></r><r><t>ta</t></r></si></sst>"
    assert read_rows(sheet(rows, sharedStrings=strings)) == [(1, ["kata", "", "31"]), (4, ["", "yes"])]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Choose a file"),
        (b"x" * (MOST_BYTES + 1), "larger than 5 MB"),
        (b"a,b\n" * 100_000, "more than 5\u202f000 rows"),
        (b"code\n=1+1\n", "Row 2 holds a formula"),
        (b'code\n"x\n', "quotation mark"),
        (b"\xff\xfe\x00", "isn't UTF-8"),
        (b"PK\x03\x04broken", "can't be read"),
        (sheet('<sheetData><row r="3"><c r="A3"><f>1+1</f><v>2</v></c></row></sheetData>'), "Row 3 holds a formula"),
        (sheet('<sheetData/><mergeCells><mergeCell ref="A1:B2"/></mergeCells>'), "merged"),
        (sheet('<sheetData><row r="1"><c r="1"><v>2</v></c></row></sheetData>'), "can't be read"),
        (
            sheet("<sheetData>" + '<row><c t="inlineStr"><is><t>x</t></is></c></row>' * 6_000 + "</sheetData>"),
            "5\u202f000 rows",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_rows(content)
    assert said in str(refused.value)
    assert refused.value.field == "file"


def test_entities_are_not_expanded() -> None:
    bomb = f'<!DOCTYPE x [<!ENTITY a "aaaa">]><sst {MAIN}><si><t>&a;</t></si></sst>'
    with pytest.raises(Invalid, match="can't be read"):
        read_rows(sheet("<sheetData/>", sharedStrings=bomb))
