"""What a city may be called, and what an address proves: examples and properties."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding import naming
from onboarding.authority import Domain, Standing, check_address, municipality_of, standing
from onboarding.shipped import governments
from tenants.errors import AduanError, Conflict, Invalid

DOMAINS = {
    "kotabogor.go.id": Domain("32.71", verified=True),
    "bogorkab.go.id": Domain("32.01", verified=True),
    "bandung.go.id": Domain("32.73", verified=False),
    "perumda.id": Domain("32.76", verified=True),
}
NAMES = [place.name for place in governments().values() if place.level != "provinsi"]


def test_each_of_the_municipalities_is_proposed_a_slug_of_its_own_that_is_accepted() -> None:
    slugs = {name: naming.propose_slug(name, set(NAMES)) for name in NAMES}
    twice = {slug for slug in slugs.values() if list(slugs.values()).count(slug) > 1}
    assert twice == set()
    refused = []
    for name, slug in slugs.items():
        try:
            naming.check_slug(slug, [], {other: "" for one, other in slugs.items() if one != name})
        except AduanError as error:
            refused.append((slug, str(error)))
    assert refused == []
    assert slugs["Kota Bogor"] == "bogor"
    assert slugs["Kabupaten Bogor"] == "kab-bogor"


def test_codes_are_proposed_for_all_of_them_and_never_twice() -> None:
    taken: set[str] = set()
    for name in NAMES:
        code = naming.propose_code(name, taken)
        naming.check_code(code, taken)
        taken.add(code)
    assert naming.propose_code("Kota Bogor", []) == "BGR"


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("admin", "needs this address itself"),
        ("bekasi", "never given twice"),
        ("bandung", "meant for Kota Bandung"),
        ("bekas1", "looks like bekasi"),
        ("be-kasi", "looks like bekasi"),
        ("bekаsi", "letters a to z only"),
        ("xn--bekasi", "letters a to z only"),
        ("kota-anjing", "isn't fit"),
        ("Bogor", "small letters"),
        ("-bogor", "small letters"),
        ("bogor--latihan", "single dashes"),
        ("bg", "3 to 40"),
        ("b" * 41, "3 to 40"),
        ("", "small letters"),
        ("0perator", "looks like operator"),
    ],
)
def test_a_slug_that_misleads_is_refused_in_a_sentence_of_its_own(slug: str, words: str) -> None:
    with pytest.raises((Invalid, Conflict), match=words) as refused:
        naming.check_slug(slug, ["bekasi"], {"bandung": "Kota Bandung"})
    assert refused.value.field == "slug"


@given(st.text(max_size=50))
def test_whatever_is_typed_as_a_slug_is_accepted_as_a_name_of_hosts_or_refused(slug: str) -> None:
    try:
        naming.check_slug(slug, [], {})
    except AduanError:
        return
    assert slug.isascii()
    assert slug == slug.lower()
    assert all(part for part in slug.split("-"))
    assert len(slug) <= 40


@pytest.mark.parametrize(
    ("code", "words"),
    [("BG", "three letters"), ("bgr", "three letters"), ("B1R", "three letters"), ("UMM", "can't be used"),
     ("ASU", "can't be used"), ("BKS", "never given twice")],
)  # fmt: skip
def test_a_code_that_cannot_be_given_is_refused(code: str, words: str) -> None:
    with pytest.raises((Invalid, Conflict), match=words):
        naming.check_code(code, ["BKS"])


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("a@mailinator.com", "throw-away"),
        ("a@x.yopmail.com", "throw-away"),
        ("a@gmail.com", "private address"),
        ("a@kotabogor.go.id.evil.example", "ending in .go.id"),
        ("a@notgo.id", "ending in .go.id"),
        ("a@perumda.example", "ending in .go.id"),
    ],
)
def test_an_address_that_proves_no_office_is_refused_in_a_sentence_of_its_own(email: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        check_address(email, DOMAINS)


@pytest.mark.parametrize(
    ("email", "code", "found"),
    [
        ("a@kotabogor.go.id", "32.71", Standing.OFFICIAL),
        ("a@diskominfo.KotaBogor.go.id", "32.71", Standing.OFFICIAL),
        ("a@kominfo.go.id", "32.71", Standing.STATE),
        ("a@bandung.go.id", "32.73", Standing.STATE),
        ("a@bandung.go.id", "32.71", Standing.STATE),
        ("a@perumda.id", "32.76", Standing.OFFICIAL),
    ],
)
def test_only_a_verified_domain_of_the_municipality_itself_is_its_office(
    email: str, code: str, found: Standing
) -> None:
    check_address(email, DOMAINS)
    assert standing(email, code, DOMAINS) is found


def test_the_verified_office_of_another_municipality_claims_no_other() -> None:
    with pytest.raises(Invalid, match="another government"):
        standing("a@bogorkab.go.id", "32.71", DOMAINS)
    assert municipality_of("a@mail.bogorkab.go.id", DOMAINS) == "32.01"
    assert municipality_of("a@kominfo.go.id", DOMAINS) is None


@given(st.from_regex(r"[a-z.]{0,30}", fullmatch=True))
def test_no_domain_that_merely_contains_an_official_one_is_taken_for_it(rest: Any) -> None:
    for email in (f"a@{rest}kotabogor.go.id", f"a@kotabogor.go.id{rest}"):
        domain = email.partition("@")[2]
        if domain != "kotabogor.go.id" and not domain.endswith(".kotabogor.go.id"):
            assert standing(email, "32.71", DOMAINS) is Standing.STATE
