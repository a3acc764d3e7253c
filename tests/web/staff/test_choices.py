"""The filters of a list as selects, drawn once for a city and a language."""

from markupsafe import Markup

from web.options import draw
from web.staff.choices import Choice

DRAWN = draw({"": [("a", "Satu")], "Grup <b>": [("b", "Dua & tiga"), ("bb", '"Empat"')]})


def test_what_a_city_wrote_is_text() -> None:
    assert DRAWN == (
        '<option value="a">Satu</option><optgroup label="Grup &lt;b&gt;"><option value="b">Dua &amp; tiga</option>'
        '<option value="bb">&#34;Empat&#34;</option></optgroup>'
    )


def test_one_option_is_chosen_and_the_next_reader_finds_none() -> None:
    assert Choice("x", "X", DRAWN, "b").options.count("selected") == 1
    assert '<option value="b" selected>Dua' in Choice("x", "X", DRAWN, "b").options
    assert "selected" not in Choice("x", "X", DRAWN, "").options


def test_a_value_that_is_no_option_chooses_nothing_and_adds_nothing() -> None:
    assert Choice("x", "X", DRAWN, '"><script>').options == DRAWN
    assert isinstance(Choice("x", "X", DRAWN, "b").options, Markup)
