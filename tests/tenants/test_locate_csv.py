"""A file of points in, the same file with its tenants out."""

import csv
import tracemalloc
from io import BytesIO, StringIO, TextIOWrapper
from itertools import chain

import pytest

from tenants.errors import Invalid
from tenants.locate import Index
from tenants.locate_csv import locate_rows
from tests.tenants.grounds import AT, make_ground, make_outline, square

INDEX = Index(
    [
        make_ground("west", square(106.8, -6.3)),
        make_ground("east", square(106.9, -6.3)),
        make_ground("pdam", square(106.8, -6.3, 0.2), overlay=("air_bersih",)),
    ],
    [make_outline("32.01", square(107.0, -6.3))],
)


def located(text: str) -> tuple[list[list[str]], str, int]:
    """Rows of the output, header first; what went to standard error; the number of rows."""
    out, err = StringIO(), StringIO()
    count = locate_rows(StringIO(text, newline=""), out, err, INDEX, AT)
    delimiter = ";" if ";" in out.getvalue().splitlines()[0] else ","
    return list(csv.reader(StringIO(out.getvalue()), delimiter=delimiter)), err.getvalue(), count


def test_each_row_comes_back_with_four_columns_more() -> None:
    rows, err, count = located(
        "id,lat,lon,text\n"
        '1,-6.25,106.85,"lubang, besar"\n'
        "2,-6.25,106.8999,\n"
        "3,-6.25,107.05,x\n"
        "4,-6.25,106.799,x\n"
        "5,-7.5,110.1,x\n"
    )
    assert rows == [
        ["id", "lat", "lon", "text", "tenant", "rule", "near_border", "distance_m"],
        ["1", "-6.25", "106.85", "lubang, besar", "west", "inside", "", "0"],
        ["2", "-6.25", "106.8999", "", "west", "inside", "east", "11.066"],
        ["3", "-6.25", "107.05", "x", "commons", "unclaimed", "", ""],
        ["4", "-6.25", "106.799", "x", "west", "nearest", "", "110.662"],
        ["5", "-7.5", "110.1", "x", "commons", "nowhere", "", ""],
    ]
    assert (err, count) == ("", 5)


def test_category_and_accuracy_are_heeded_and_may_be_empty() -> None:
    rows, err, _ = located(
        "lat,lon,category,accuracy_m\n"
        "-6.25,106.85,air_bersih,\n"
        "-6.25,106.899,,111\n"
        "-6.25,106.899,jalan_rusak,110\n"
        "-6.25,106.899,,\n"
    )
    assert [row[4:7] for row in rows[1:]] == [
        ["pdam", "overlay", ""],
        ["west", "inside", "east"],
        ["west", "inside", ""],
        ["west", "inside", ""],
    ]
    assert err == ""


def test_a_bad_row_is_invalid_and_its_line_and_reason_are_told() -> None:
    rows, err, count = located(
        "lat,lon,accuracy_m,text\n"
        "0,0,,\n"
        '-6.25,106.85,,"two\nlines"\n'
        ",106.85,,\n"
        "106.85,-6.25,,\n"
        "nan,106.85,,\n"
        "-6_2.5,106.85,,\n"
        "-6.25,106.85,-3,\n"
        "-6.25,106.85,,a,b\n"
        "\n"
        '-6.25,106.85,,"un"quoted\n'
        "-6.25\n"
        "-6.25,106.85,,last\n"
    )
    assert [row[-3] for row in rows[1:]] == ["invalid", "inside", *["invalid"] * 8, "inside"]
    assert all(row[-4] == row[-2] == row[-1] == "" for row in rows[1:] if row[-3] == "invalid")
    assert all(len(row) == 8 for row in rows)
    said = err.splitlines()
    assert [line.split(":")[0] for line in said] == [f"line {n}" for n in (2, 5, 6, 7, 8, 9, 10, 12, 13)]
    assert "no position yet" in said[0]
    assert "it is empty" in said[1]
    assert "exchanged" in said[2]
    assert "not a number" in said[3]
    assert "5 fields" in said[6]
    assert count == 11


@pytest.mark.parametrize(
    "header",
    ["lat,lon", "\ufefflat,lon", "Latitude,Longitude", " LAT , LNG ", "lintang,bujur", "\n\nlat,long", '"lat","lon"'],
)
def test_the_header_may_be_written_in_several_ways(header: str) -> None:
    rows, err, _ = located(f"{header}\r\n-6.25,106.85\r\n")
    assert rows[1] == ["-6.25", "106.85", "west", "inside", "", "0"]
    assert err == ""


def test_semicolons_and_decimal_commas_are_understood_and_kept() -> None:
    rows, err, _ = located("id;lat;lon;accuracy_m\n1;-6,25;106,8999;5,5\n2;-6.25;106.85;\n")
    assert rows[0] == ["id", "lat", "lon", "accuracy_m", "tenant", "rule", "near_border", "distance_m"]
    assert rows[1] == ["1", "-6,25", "106,8999", "5,5", "west", "inside", "", "0"]
    assert rows[2][4] == "west"
    assert err == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("id,lat\n1,2\n", "a column lon; its first line names: id, lat"),
        ("x,y\n1,2\n", "a column lat and a column lon"),
    ],
)
def test_a_file_without_the_columns_is_refused_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        located(text)


def test_a_file_that_is_not_text_is_refused_in_a_sentence() -> None:
    with pytest.raises(Invalid, match="UTF-8"):
        locate_rows(
            TextIOWrapper(BytesIO(b"lat,lon\n\xff\xfe\x00"), encoding="utf-8"), StringIO(), StringIO(), INDEX, AT
        )


def test_bytes_that_were_let_through_as_they_are_and_cannot_be_written_are_refused_in_a_sentence() -> None:
    lines = TextIOWrapper(BytesIO(b"lat,lon,text\n-6.25,106.85,caf\xe9\n"), encoding="utf-8", errors="surrogateescape")
    with pytest.raises(Invalid, match="UTF-8"):
        locate_rows(lines, TextIOWrapper(BytesIO(), encoding="utf-8"), StringIO(), INDEX, AT)


def test_a_quote_that_is_never_closed_is_told() -> None:
    _, err, _ = located('lat,lon,text\n-6.25,106.85,"open\n-6.25,106.85,x\n')
    assert err.startswith("line 2: The row can't be read as CSV")


def test_a_header_alone_gives_a_header() -> None:
    rows, err, count = located("lat,lon\n")
    assert (rows, err, count) == ([["lat", "lon", "tenant", "rule", "near_border", "distance_m"]], "", 0)


def test_progress_is_told_after_each_chunk() -> None:
    seen: list[int] = []
    text = "lat,lon\n" + "-6.25,106.85\n" * 11_000
    locate_rows(StringIO(text, newline=""), StringIO(), StringIO(), INDEX, AT, seen.append)
    assert seen == [5_000, 10_000, 11_000]


class _Sink(StringIO):
    def write(self, text: str) -> int:
        return len(text)


class _Lines(StringIO):
    """A file of so many rows that is never whole in memory."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self._text = chain(
            ["lat,lon,text\n"], (f"-6.{number % 1000:03},106.85,words that pass\n" for number in range(rows))
        )

    def __next__(self) -> str:
        return next(self._text)


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(rows: int) -> int:
        tracemalloc.start()
        locate_rows(_Lines(rows), _Sink(), _Sink(), INDEX, AT)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(5_000)
    assert peak(40_000) < 1.3 * peak(10_000)
