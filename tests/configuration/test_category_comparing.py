"""Many categories at once: what every line would change, and then all of it or nothing."""

from typing import Any

import pytest

from configuration import categories
from configuration.category_comparing import What, compare, take
from configuration.category_sheet import Given, given_in, header, line_of
from configuration.editing import Author
from tenants.errors import Invalid
from tests.cast import NOW, Cast

LANGUAGES = ("id", "en")


def given(**row: Any) -> Given:
    tongues = {"name": frozenset(row["name"])} if "name" in row else {}
    return Given(2, {"code": "", **row}, tongues)


def test_what_goes_out_comes_in_as_the_same(cast: Cast) -> None:
    cast.enter("barat")
    every = categories.every(cast.session)
    rows = categories.rows_of(cast.session, every)
    lines = [(number, line_of(rows[one.id], LANGUAGES)) for number, one in enumerate(every, 2)]
    read = given_in([(1, header(LANGUAGES)), *lines], LANGUAGES)
    compared = compare(cast.session, read, LANGUAGES)
    assert {one.what for one in compared} == {What.SAME}
    assert len(compared) == len(every)


def test_each_line_says_what_it_would_change_and_nothing_changes_before(cast: Cast) -> None:
    author = Author(cast.actor("barat", "admin").seat_id)
    lines = [
        given(code="desa", name={"id": "Desa"}, group=True),
        given(name={"id": "Irigasi rusak"}, parent="desa", agency="pu"),
        given(code="pju", name={"en": "Lamp out"}, safety=True),
        given(code="macet"),
    ]
    compared = {one.code: one for one in compare(cast.session, lines, LANGUAGES)}
    assert {code: one.what for code, one in compared.items()} == {
        "desa": What.ADDED,
        "irigasi-rusak": What.ADDED,
        "pju": What.CHANGED,
        "macet": What.SAME,
    }
    changed = {key: after for key, _before, after in compared["pju"].fields}
    assert changed == {"name": {"id": "Lampu jalan mati", "en": "Lamp out"}, "safety": True}
    assert not categories.category_of(cast.session, "pju").safety
    assert take(cast.session, compared.values(), author=author, now=NOW) == 3
    made = categories.category_of(cast.session, "irigasi-rusak")
    assert made.parent_id == categories.category_of(cast.session, "desa").id
    assert categories.category_of(cast.session, "pju").safety


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (given(code="pju", name={"id": "JALAN  berlubang"}), "“Jalan berlubang” already"),
        (given(name={"id": "Baru"}), "Choose the agency"),
        (given(code="jalan", group=False), "can't become a group"),
        (given(code="pju", questions=[{"code": "a", "type": "odd", "label": {"id": "x"}}]), "can't be kept"),
    ],
)
def test_with_one_line_refused_none_is_taken(cast: Cast, line: Given, said: str) -> None:
    author = Author(cast.actor("barat", "admin").seat_id)
    good = given(code="macet", safety=True)
    compared = compare(cast.session, [good, line], LANGUAGES)
    refused = next(one for one in compared if one.what is What.REFUSED)
    assert said in " ".join(map(str, refused.faults.values()))
    with pytest.raises(Invalid, match="nothing is taken over"):
        take(cast.session, compared, author=author, now=NOW)
    assert not categories.category_of(cast.session, "macet").safety


def test_two_lines_of_one_file_know_of_each_other(cast: Cast) -> None:
    cast.enter("barat")
    twice = [given(name={"id": "Baru"}, agency="pu"), given(name={"id": "BARU"}, agency="pu")]
    assert [one.what for one in compare(cast.session, twice, LANGUAGES)] == [What.ADDED, What.REFUSED]
    same = [given(code="pju", safety=True), given(code="pju", safety=False)]
    assert [one.what for one in compare(cast.session, same, LANGUAGES)] == [What.CHANGED, What.REFUSED]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "empty"),
        ([(1, ["code", "kode"])], "no column kode"),
        ([(1, ["code", "code"])], "twice"),
        ([(1, ["agency"])], "needs the column code"),
    ],
)
def test_columns_that_there_are_not_are_named(rows: list[tuple[int, list[str]]], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        given_in(rows, LANGUAGES)


def test_what_cannot_be_read_in_a_cell_is_said_at_its_column() -> None:
    lines = given_in([(1, ["code", "safety", "questions", "by_area"]), (2, ["x", "maybe", "{", "A=B=C"])], LANGUAGES)
    assert set(lines[0].faults) == {"safety", "questions", "by_area"}


@pytest.mark.parametrize("cell", ["[" * 20_000, '[{"code": "\\ud800"}]', "1" * 5_000, "{", "[1]"])
def test_questions_that_are_no_json_are_a_fault_of_their_line(cell: str) -> None:
    (line,) = given_in([(1, ["code", "questions"]), (2, ["jalan", cell])], LANGUAGES)
    assert list(line.faults) == ["questions"]
