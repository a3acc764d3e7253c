"""Slug and code of a new city: proposed from its official name, and refused in a sentence where they mislead. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from string import ascii_uppercase

from configuration.checks import RESERVED_SLUGS
from tenants.errors import Conflict, Invalid
from tenants.tenant import COMMONS_CODE

LONGEST_SLUG = 40
SHORTEST_SLUG = 3
OFFENSIVE = ("anjing", "bangsat", "bajingan", "kontol", "memek", "ngentot", "jancuk", "fuck", "shit", "nazi", "porn")
"""What no government calls itself; looked for as a whole part between dashes."""
OFFENSIVE_CODES = frozenset({"ASU", "BBI", "KTL", "MMK", "NGT", "SEX", "TAI", "XXX", "PKI"})

_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_LIKE = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "i": "l", "j": "l", "-": ""})


def propose_slug(name: str, namesakes: Collection[str]) -> str:
    """`Kota Bogor` is bogor, `Kabupaten Bogor` kab-bogor where a kota has the same name.

    namesakes: the official names of all municipalities.
    """
    kind, _, bare = name.partition(" ")
    slug = re.sub(r"[^a-z0-9]+", "-", bare.casefold() or kind.casefold()).strip("-")[: LONGEST_SLUG - 4].strip("-")
    return f"kab-{slug}" if kind == "Kabupaten" and f"Kota {bare}" in namesakes else slug


def check_slug(slug: str, taken: Collection[str], others: Mapping[str, str]) -> None:
    """Raise Invalid or Conflict, in a sentence, for a slug that can't be given.

    taken: every slug that is or ever was in use. others: the slug that each other municipality is proposed, with its
    name.
    """
    if any(ord(sign) > 127 for sign in slug) or slug.startswith("xn--"):
        raise Invalid("Use the letters a to z only: others look alike and mislead people.", field="slug")
    if not _SLUG.fullmatch(slug) or "--" in slug:
        raise Invalid("Use small letters a to z, digits, and single dashes between them.", field="slug")
    if not SHORTEST_SLUG <= len(slug) <= LONGEST_SLUG:
        raise Invalid(
            "The address has %(least)s to %(most)s characters.", field="slug", least=SHORTEST_SLUG, most=LONGEST_SLUG
        )
    if slug in RESERVED_SLUGS:
        raise Invalid("The platform needs this address itself. Choose another one.", field="slug")
    if any(part in OFFENSIVE for part in slug.split("-")) or slug.replace("-", "") in OFFENSIVE:
        raise Invalid("This address isn't fit for a government. Choose another one.", field="slug")
    if slug in taken:
        raise Conflict("This address is in use, or was before, and is never given twice. Choose another.", field="slug")
    if slug in others:
        raise Conflict("This address is meant for %(name)s. Choose another.", field="slug", name=others[slug])
    seen = looks(slug)
    alike = next((one for one in (*taken, *others, *RESERVED_SLUGS) if looks(one) == seen), None)
    if alike is not None:
        raise Conflict(
            "This address looks like %(other)s, which isn't yours. Choose another.", field="slug", other=alike
        )


def propose_codes(name: str) -> Iterator[str]:
    """Codes of three letters from the name, the most telling first: Kota Bogor is BGR, then BOG, BGO …; then any."""
    bare = re.sub(r"[^A-Z]", "", name.partition(" ")[2].upper() or name.upper())
    first, rest = bare[:1], bare[1:]
    consonants = re.sub("[AEIOU]", "", rest)
    for letters in (consonants, rest):
        for two in combinations(letters, 2):
            yield first + "".join(two)
    for second in ascii_uppercase:
        for third in ascii_uppercase:
            yield (first or "X") + second + third


def propose_code(name: str, taken: Collection[str]) -> str:
    """The first that is free and fit."""
    unfit = {*taken, *OFFENSIVE_CODES, COMMONS_CODE}
    return next(code for code in propose_codes(name) if code not in unfit)


def check_code(code: str, taken: Collection[str]) -> None:
    """Raise Invalid or Conflict, in a sentence, for a code that can't be given."""
    if not re.fullmatch("[A-Z]{3}", code):
        raise Invalid("The code has three letters from A to Z.", field="code")
    if code in OFFENSIVE_CODES or code == COMMONS_CODE:
        raise Invalid("This code can't be used. Choose another one.", field="code")
    if code in taken:
        raise Conflict("This code is in use, or was before, and is never given twice. Choose another.", field="code")


def looks(slug: str) -> str:
    """How a slug looks at a glance: two that look the same are taken for each other."""
    return slug.replace("rn", "m").replace("vv", "w").translate(_LIKE)
