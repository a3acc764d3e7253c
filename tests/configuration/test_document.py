"""Documents from outside become plain values, or are refused with their line."""

import pytest

from configuration.document import Unreadable, parse


def test_what_looks_like_a_number_or_a_word_of_yaml_stays_what_was_written() -> None:
    document = parse(b"a: 32.10\nb: 31\nc: no\nd: 07:30\ne: 2026-02-19\nf: true\ng: ~\nh: '1'\ni: 0123\n")

    assert document.value == {
        "a": "32.10",
        "b": 31,
        "c": "no",
        "d": "07:30",
        "e": "2026-02-19",
        "f": True,
        "g": None,
        "h": "1",
        "i": "0123",
    }


def test_json_is_read_like_yaml_numbers_with_a_point_included() -> None:
    document = parse(b'{"a": 32.10, "b": [1, "x"],\n\t"c": {"d": null}}')

    assert document.value == {"a": "32.10", "b": [1, "x"], "c": {"d": None}}
    assert document.line(("c", "d")) == 2


def test_each_value_knows_its_line() -> None:
    document = parse(b"format: 1\nrows:\n  - code: a\n  - code: b\n    name: B\n")

    assert document.line(("rows", 1, "name")) == 5
    assert document.line(("rows", 0, "missing", "deeper")) == 3
    assert document.line(("nothing",)) is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a: 1\nb: 2\na: 3\n", "line 3: `a` is written twice"),
        (b'{"a": 1, "a": 2}', "`a` is written twice"),
        (b"a: &x [1]\nb: *x\n", "line 1: anchors and aliases"),
        (b"a: !!python/object/apply:os.system [id]\n", "line 1: tags"),
        (b"a: 1\n---\nb: 2\n", "one file holds one bundle"),
        (b"a: [1\n", "this isn't YAML"),
        (b"- a\n- b\n", "must be a mapping"),
        (b"a: \xff\n", "line 1: this isn't UTF-8"),
        (b'{"a": "\\u0000"}', "control character"),
        (b'{"a": "\\ud800"}', "control character"),
        (b'{"a": NaN}', "isn't a value"),
        (b"? [a]\n: 1\n", "a name must be a plain word"),
    ],
)
def test_what_no_bundle_holds_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence.replace("(", r"\(")):
        parse(content)


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{after}: &{after} [{','.join(['*' + before] * 9)}]\n"
        for before, after in zip("abcdefgh", "bcdefghi", strict=True)
    )

    with pytest.raises(Unreadable, match="anchors and aliases"):
        parse(bomb.encode())


@pytest.mark.parametrize("content", [b"[" * 200_000, b'{"a":' * 100_000, b"a: " + b"[" * 30 + b"]" * 30])
def test_deep_nesting_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        parse(content)


def test_more_than_five_megabytes_are_refused() -> None:
    with pytest.raises(Unreadable, match="5 MB"):
        parse(b"a: " + b"x" * 5_000_000)
