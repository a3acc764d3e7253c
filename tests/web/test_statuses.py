from pathlib import Path

import pytest

import web
from web.statuses import TO_OFFICIALS, TO_RESIDENTS, shown_to_officials, shown_to_residents

STATUSES = [
    "received",
    "assigned",
    "coordinating",
    "in_progress",
    "scheduled",
    "waiting_for_reporter",
    "awaiting_validation",
    "resolved",
    "confirmed",
    "rejected",
    "merged",
    "handed_over",
    "withdrawn",
]


def test_every_status_is_shown_to_both() -> None:
    assert list(TO_RESIDENTS) == STATUSES
    assert list(TO_OFFICIALS) == STATUSES


@pytest.mark.parametrize(
    ("status", "answered", "css", "word"),
    [
        ("received", False, "is-wait", "Waiting"),
        ("received", True, "is-wait", "Waiting"),
        ("assigned", False, "is-wait", "Waiting"),
        ("assigned", True, "is-busy", "In progress"),
        ("coordinating", False, "is-wait", "Waiting"),
        ("coordinating", True, "is-busy", "In progress"),
        ("in_progress", True, "is-busy", "In progress"),
        ("scheduled", True, "is-busy", "In progress"),
        ("waiting_for_reporter", True, "is-ask", "Your answer is needed"),
        ("awaiting_validation", True, "is-busy", "In progress"),
        ("resolved", True, "is-done", "Done"),
        ("confirmed", True, "is-done", "Done"),
    ],
)
def test_residents_see_four_words_while_it_is_open_or_done(status: str, answered: bool, css: str, word: str) -> None:
    assert shown_to_residents(status, answered) == (css, word)


@pytest.mark.parametrize("status", ["rejected", "merged", "handed_over", "withdrawn"])
def test_an_end_is_grey_for_both(status: str) -> None:
    assert shown_to_residents(status, True).css == shown_to_officials(status).css == "is-end"


def test_officials_read_which_step_it_is() -> None:
    words = [shown_to_officials(status).word for status in STATUSES]
    assert len(set(words)) == len(STATUSES)
    assert shown_to_officials("scheduled") == ("is-busy", "Scheduled")


def test_where_a_city_verifies_a_new_report_has_to_be_verified() -> None:
    assert shown_to_officials("received", verifies=True) == ("is-wait", "To be verified")
    assert shown_to_officials("assigned", verifies=True) == shown_to_officials("assigned")


def test_a_pin_of_an_end_is_not_the_pin_of_what_was_done() -> None:
    ends = {shown_to_officials(status).pin for status in ("rejected", "merged", "handed_over", "withdrawn")}
    assert ends == {"end"}
    assert shown_to_officials("resolved").pin == "done"
    assert shown_to_residents("waiting_for_reporter", True).pin == "ask"


def test_every_pin_has_a_shape_and_a_colour() -> None:
    here = Path(web.__path__[0])
    shapes, colours = (here / "static/icons.svg").read_text(), (here / "styles/_map.scss").read_text()
    pins = {shown.pin for shown in [*TO_RESIDENTS.values(), *TO_OFFICIALS.values()]}
    for pin in pins:
        assert f'id="p-{pin}"' in shapes
        assert f".pin.{pin} {{" in colours


def test_no_status_is_no_word() -> None:
    with pytest.raises(KeyError):
        shown_to_residents("lost", False)
