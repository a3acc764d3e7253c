"""Which categories a search finds."""

from web.resident.categories import LONGEST_SEARCH, MOST_WORDS, Choice, search

HOLE = Choice(
    "jalan-lubang", "Jalan berlubang", "", "road", "", "jalan berlubang aspal rusak bolong amblas retak ambrol", False
)


def test_only_so_many_words_of_a_search_are_held_against_every_category() -> None:
    fitting = "jalan berlubang aspal rusak bolong amblas retak ambrol"
    assert len(fitting.split()) == MOST_WORDS
    assert search([HOLE], f"{fitting} gajah") == [HOLE]
    assert search([HOLE], f"gajah {fitting}") == []


def test_a_search_without_an_end_is_cut() -> None:
    assert search([HOLE], f"jalan{' ' * LONGEST_SEARCH}gajah") == [HOLE]
    assert search([HOLE], "x" * 1_000_000) == []
