"""Options that are drawn once and kept: for as long as the rules are that they were drawn from, and no longer."""

from weakref import ref

import pytest
from flask import Flask, g

from tests.complaints.rules.test_rulebook import book
from web import options


def test_what_is_kept_is_drawn_once_and_lets_the_rules_of_before_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "_drawn", {})
    drawn: list[int] = []
    with Flask(__name__).app_context():
        g.language = "id"

        def draw(number: int) -> options.Options:
            drawn.append(number)
            return {"": [(str(number), "Satu")]}

        first = book()
        assert options.drawn_once(first, "area", lambda _book: draw(1)) == options.drawn_once(
            first, "area", lambda _book: draw(2)
        )
        assert drawn == [1]
        gone = ref(first)
        del first
        assert gone() is None
        assert 'value="3"' in options.drawn_once(book(), "area", lambda _book: draw(3))
