"""References: their check character, what it catches, and what is forgiven in how people write them."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.reference import (
    ALPHABET,
    check_character,
    format_reference,
    is_manage_token,
    manage_token,
    new_reference,
    parse_reference,
)

BODIES = st.text(st.sampled_from(ALPHABET), min_size=7, max_size=7)
BY_HAND = {
    # 2·1 = 2; all others 0; 32 - 2 = 30 = Y
    "0000001": "Y",
    # second from the right counts once: 32 - 1 = 31 = Z
    "0000010": "Z",
    # 2·16 = 32, written 1 and 0 in base 32: 1; 32 - 1 = 31 = Z
    "000000G": "Z",
    # 2·31 = 62, written 1 and 30: 31; 32 - 31 = 1
    "000000Z": "1",
    "0000000": "0",
    # from the right: 7·2=14, 6, 5·2=10, 4, 3·2=6, 2, 1·2=2: 44; 64 - 44 = 20 = M
    "1234567": "M",
}


@pytest.mark.parametrize(("body", "expected"), BY_HAND.items())
def test_the_check_character_is_luhn_mod_32_as_reckoned_by_hand(body: str, expected: str) -> None:
    assert check_character(body) == expected


def test_the_alphabet_is_crockfords() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


@given(BODIES)
def test_what_is_made_can_be_read(body: str) -> None:
    reference = format_reference("BKS", body)
    assert re.fullmatch(r"BKS-[0-9A-Z]{4}-[0-9A-Z]{4}", reference)
    assert parse_reference(reference) == reference


@given(BODIES, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_caught(body: str, place: int, other: str) -> None:
    whole = body + check_character(body)
    wrong = whole[:place] + other + whole[place + 1 :]
    assert (parse_reference("BKS" + wrong) is None) == (wrong != whole)


@given(BODIES, st.integers(0, 6))
def test_two_neighbours_exchanged_are_caught_but_for_the_one_pair_that_the_standard_misses(
    body: str, place: int
) -> None:
    """Luhn mod N takes the first and the last character of the alphabet for each other, as 09 and 90 in decimal."""
    whole = body + check_character(body)
    wrong = whole[:place] + whole[place + 1] + whole[place] + whole[place + 2 :]
    missed = {whole[place], whole[place + 1]} == {ALPHABET[0], ALPHABET[-1]}
    assert (parse_reference("BKS" + wrong) is None) == (wrong != whole and not missed)


@pytest.mark.parametrize(
    "written",
    [
        "BKS-1234-567M", "bks-1234-567m", "BKS1234567M", " bks 1234 567m ", "BKS–1234–567M", "BKS‑1234‑567M",
        "BKS-I234-567M", "BKS-l234-567m", "BKS-L234-567M", "BKS\t1234\n567M", "B K S 1 2 3 4 5 6 7 M",
    ],
)  # fmt: skip
def test_how_it_is_written_is_forgiven(written: str) -> None:
    assert parse_reference(written) == "BKS-1234-567M"


def test_a_letter_o_is_a_zero_and_only_after_the_code() -> None:
    assert parse_reference("BKS-OOOO-OOO0") == "BKS-0000-0000"
    assert parse_reference("LIO-0000-0000") == "LIO-0000-0000"


@pytest.mark.parametrize(
    "written",
    [
        "", "BKS", "BKS-1234-567", "BKS-1234-567M5", "BK5-1234-567M", "BKS-1234-567N", "BKS-1U34-567M",
        "BKS/1234/567M", "BKS-1234-56７M", "٣KS-1234-567M", "BKS-1234-567M;--", "1234-567M",
    ],
)  # fmt: skip
def test_what_can_not_be_one_is_none(written: str) -> None:
    assert parse_reference(written) is None


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_reference_or_none(text: str) -> None:
    found = parse_reference(text)
    assert found is None or parse_reference(found) == found


def test_references_are_random() -> None:
    made = {new_reference("BKS") for _ in range(2_000)}
    assert len(made) == 2_000
    assert all(parse_reference(one) == one for one in made)
    for place in (4, 5, 6, 7, 9, 10, 11):
        assert len({one[place] for one in made}) == 32


BIRTH, COMPLAINT = UUID(int=1), UUID(int=2)


def test_a_manage_token_belongs_to_one_complaint_of_one_tenant_under_one_secret() -> None:
    token = manage_token(b"secret", BIRTH, COMPLAINT)
    assert is_manage_token(token, b"secret", BIRTH, COMPLAINT)
    assert not is_manage_token(token, b"other", BIRTH, COMPLAINT)
    assert not is_manage_token(token, b"secret", COMPLAINT, BIRTH)
    assert not is_manage_token(token[:-1], b"secret", BIRTH, COMPLAINT)
    assert not is_manage_token("", b"secret", BIRTH, COMPLAINT)
    assert not is_manage_token("é" * 40, b"secret", BIRTH, COMPLAINT)


def test_a_manage_token_is_the_same_when_it_is_given_again_and_long_enough() -> None:
    token = manage_token(b"secret", BIRTH, COMPLAINT)
    assert token == manage_token(b"secret", BIRTH, COMPLAINT)
    assert re.fullmatch(r"[0-9a-f]{40}", token)
