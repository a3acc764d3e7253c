from datetime import timedelta
from typing import Any

from flask import render_template_string

from tests.web.stand import NOW, stand, strict


def draw(call: str, **values: Any) -> Any:
    """The tree of a page with one macro's output."""
    files = {"form": "field, text, select, choices, tick, error_summary", "icon": "icon, pin, mark"}
    files |= {"status": "status, late, meter, clock", "time": "when, moment, due", "photo": "photo, pair"}
    files |= {"list": "empty, pages, stepline, note"}
    imports = "".join(f'{{% from "macros/{name}.html" import {names} %}}' for name, names in files.items())
    with stand().test_request_context("/"):
        html = render_template_string(f"{imports}<!doctype html><title>t</title><body>{call}</body>", now=NOW, **values)
    return strict(html)


def one(tree: Any, tag: str, **attributes: str) -> Any:
    found = [e for e in tree.iter(tag) if all(e.get(k) == v for k, v in attributes.items())]
    assert len(found) == 1, (tag, attributes, len(found))
    return found[0]


def words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def test_a_field_is_tied_to_its_label_hint_and_error() -> None:
    tree = draw(
        '{{ field("phone", "Phone", value=v, hint="May be empty.", error="Two digits are missing.", '
        'attrs={"autocomplete": "tel", "maxlength": 20}) }}',
        v='08"><b>',
    )
    control = one(tree, "input", id="phone")
    assert one(tree, "label").get("for") == "phone"
    assert control.get("aria-describedby") == "phone-hint phone-error"
    assert control.get("aria-invalid") == "true"
    assert control.get("value") == '08"><b>'
    assert (control.get("autocomplete"), control.get("maxlength")) == ("tel", "20")
    assert words(one(tree, "span", id="phone-error")) == "Two digits are missing."


def test_a_field_without_fault_says_nothing_of_one() -> None:
    control = one(draw('{{ field("phone", "Phone", value=None) }}'), "input")
    assert control.get("aria-invalid") is None
    assert control.get("aria-describedby") is None
    assert control.get("value") == ""


def test_a_text_keeps_what_was_typed_first_line_break_included() -> None:
    tree = draw('{{ text("story", "Story", v) }}', v="\n</textarea><script>x")
    assert one(tree, "textarea").text == "\n</textarea><script>x"


def test_a_choice_keeps_what_was_chosen_and_its_first_control_is_found_by_the_summary() -> None:
    options = [("a", "A"), ("b", "B", "why b")]
    tree = draw('{{ choices("see", "Who?", options, "b", error="Choose one.") }}', options=options)
    radios = list(tree.iter("input"))
    assert [radio.get("id") for radio in radios] == ["see", "see-2"]
    assert [radio.get("checked") is not None for radio in radios] == [False, True]
    assert one(tree, "fieldset").get("aria-describedby") == "see-error"
    several = draw('{{ choices("see", "Who?", options, ["a", "b"], type="checkbox") }}', options=options)
    assert all(box.get("checked") is not None for box in several.iter("input"))


def test_the_summary_of_errors_takes_the_focus_and_links_to_each_field() -> None:
    tree = draw("{{ error_summary(errors) }}", errors={"phone": "Two digits are missing.", "": "It was too late."})
    summary = one(tree, "div", role="alert")
    assert summary.get("autofocus") is not None
    assert summary.get("tabindex") == "-1"
    assert [link.get("href") for link in tree.iter("a")] == ["#phone"]
    assert words(one(tree, "h2")) == "2 things have to be put right"
    assert words(one(draw("{{ error_summary({'a': 'B.'}) }}"), "h2")) == "One thing has to be put right"


def test_without_errors_there_is_no_summary() -> None:
    assert list(draw("{{ error_summary({}) }}").iter("div")) == []


def test_a_status_has_its_word() -> None:
    status = one(draw('{{ status(("is-busy", "In progress")) }}'), "span")
    assert (status.get("class"), words(status)) == ("status is-busy", "In progress")


def test_late_says_by_how_much() -> None:
    late = one(draw("{{ late(by) }}", by=timedelta(hours=3, minutes=20)), "span")
    assert (late.get("class"), words(late)) == ("late", "3 hours late")


def test_a_meter_needs_no_style_and_keeps_within_its_box() -> None:
    for part, whole, width in [(30, 120, "25.0"), (5, 0, "0"), (200, 100, "100"), (-3, 100, "0")]:
        rect = one(draw("{{ meter(part, whole) }}", part=part, whole=whole), "{http://www.w3.org/2000/svg}rect")
        assert float(rect.get("width")) == float(width)


def test_a_moment_has_its_whole_instant_in_the_markup() -> None:
    time = one(draw("{{ when(at) }}", at=NOW - timedelta(hours=3)), "time")
    assert words(time) == "3 hours ago"
    assert time.get("datetime") == "2026-11-26T02:30:00+00:00"
    assert time.get("title") == "Thursday, 26 November 2026, at 09:30 WIB"


def test_before_and_after_stand_side_by_side_and_one_alone() -> None:
    both = draw('{{ pair(("/b", "A hole"), ("/a", "Mended")) }}')
    assert [image.get("alt") for image in both.iter("img")] == ["A hole", "Mended"]
    assert [words(span) for span in both.iter("span") if span.get("class") == "cap"] == ["Before", "After"]
    assert len(list(draw('{{ pair(("/b", "A hole"), None) }}').iter("img"))) == 1
    assert list(draw("{{ pair(None, None) }}").iter("div")) == []


def test_a_photo_that_is_still_being_prepared_keeps_its_frame_and_says_what_it_is() -> None:
    tree = draw('{{ photo(None, "Being prepared") }}')
    assert list(tree.iter("img")) == []
    assert one(tree, "{http://www.w3.org/2000/svg}svg").get("aria-label") == "Being prepared"


def test_an_icon_beside_words_is_hidden_from_those_who_listen() -> None:
    svg = "{http://www.w3.org/2000/svg}svg"
    assert one(draw('{{ icon("pin") }}'), svg).get("aria-hidden") == "true"
    assert one(draw('{{ icon("shield", "safety") }}'), svg).get("aria-label") == "safety"


def test_pages_lead_on_and_back_and_are_not_there_without_either() -> None:
    tree = draw('{{ pages("?after=x", "?") }}')
    assert [(link.get("rel"), link.get("href")) for link in tree.iter("a")] == [("first", "?"), ("next", "?after=x")]
    assert list(draw("{{ pages() }}").iter("nav")) == []


def test_a_step_is_said_in_words_too() -> None:
    line = one(draw("{{ stepline(2, 5) }}"), "p")
    assert words(line) == "Step 2 of 5"
    assert [dot.get("class") for dot in line.iter("i")] == ["on", "now", None, None, None]


def test_an_empty_list_says_why_and_offers_the_next_step() -> None:
    tree = draw(
        '{% call empty("pin", "Nothing here", "You are the first.") %}<a href="/report">Report</a>{% endcall %}'
    )
    assert words(one(tree, "h2")) == "Nothing here"
    assert one(tree, "a").get("href") == "/report"
