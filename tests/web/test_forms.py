"""What the form of a page says: plain values, or a sentence for each field that can't be read."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import fields
from werkzeug.datastructures import MultiDict

from web.forms import Choice, Day, Degrees, Form, Id, Text, Tick, Unreadable, Whole

AN_ID = "0191f2a0-0000-7000-8000-000000000001"
UNREADABLE = (("on", "2026-02-30"), ("lat", "six"), ("fate", "perhaps"))


class Example(Form):
    words = Text()
    agency_id = Id("Choose an agency.", data_key="agency")
    person = Id("Choose a person.")
    days = Whole()
    on = Day()
    lat = Degrees("Write a number.")
    fate = Choice({"approve": True, "": None}, "Choose.")
    ready = Tick()
    some = fields.List(Id("Choose some."))


def test_a_form_is_plain_values_and_what_no_field_is_for_is_left_aside() -> None:
    sent = MultiDict(
        [
            ("words", " a\r\nb\x00 "),
            ("agency", AN_ID),
            ("days", "3"),
            ("on", "2026-11-30"),
            ("lat", " -6,25"),
            ("fate", "approve"),
            ("ready", "yes"),
            ("some", AN_ID),
            ("some", AN_ID),
            ("csrf", "1"),
            ("agency_id", "x"),
        ]
    )
    assert Example().load(sent) == {
        "words": "a\nb",
        "agency_id": UUID(AN_ID),
        "person": None,
        "days": 3,
        "on": date(2026, 11, 30),
        "lat": -6.25,
        "fate": True,
        "ready": True,
        "some": [UUID(AN_ID), UUID(AN_ID)],
    }


def test_what_was_not_sent_is_empty() -> None:
    ids = {"agency_id": None, "person": None, "some": []}
    assert Example().load(MultiDict()) == {
        **ids, "words": "", "days": 0, "on": None, "lat": None, "fate": None, "ready": False
    }  # fmt: skip


def test_every_field_that_cant_be_read_has_its_sentence_and_the_first_speaks_for_the_form() -> None:
    with pytest.raises(Unreadable) as caught:
        Example().load(MultiDict([("some", AN_ID), ("some", "?"), ("person", "1"), ("agency", "no"), *UNREADABLE]))
    said = {name: one.message for name, one in caught.value.errors.items()}
    assert said == {
        "agency": "Choose an agency.",
        "person": "Choose a person.",
        "on": "Write the day as 2026-12-24.",
        "lat": "Write a number.",
        "fate": "Choose.",
        "some": "Choose some.",
    }
    assert (caught.value.field, caught.value.message) == ("agency", "Choose an agency.")


@given(st.dictionaries(st.sampled_from(["words", "days", "ready"]), st.text()))
def test_words_numbers_and_ticks_take_whatever_is_sent(sent: dict[str, str]) -> None:
    said = Example().load(MultiDict(sent))
    assert said["words"] == said["words"].strip()
    assert 0 <= said["days"] < 10**9
