"""The catalogues against the sources: extracted once, then compared."""

import re

import pytest
from babel.messages.catalog import Catalog

from web.translating import TRANSLATIONS, extracted, read, refusals, untranslated, written

CATALOGUES = sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")

pytestmark = pytest.mark.skipif(not CATALOGUES, reason="There is no catalogue.")


@pytest.fixture(scope="module")
def template() -> Catalog:
    return extracted()


@pytest.fixture(scope="module", params=CATALOGUES, ids=lambda path: path.parts[-3])
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    return read(request.param)


def test_indonesian_is_there() -> None:
    assert "id" in [path.parts[-3] for path in CATALOGUES]


def test_every_msgid_of_the_sources_is_translated(catalogue: Catalog, template: Catalog) -> None:
    catalogue.update(template, no_fuzzy_matching=True)
    assert list(untranslated(catalogue)) == [], "run .venv/bin/python -m web.translating and translate these"


def test_no_translation_loses_or_invents_a_placeholder(catalogue: Catalog) -> None:
    for message in catalogue:
        known = set(PLACEHOLDER.findall(" ".join(forms(message.id))))
        for form in forms(message.string):
            used = set(PLACEHOLDER.findall(form))
            # One form of a plural may spell its number out.
            assert used == known or (len(forms(message.id)) > 1 and used | {"%(num)s"} == known), message.id


def test_a_translation_is_not_left_in_english(catalogue: Catalog) -> None:
    """Words that are the same in both are few and short; a whole sentence that is the same was forgotten."""
    same = [message.id for message in catalogue if message.id and message.id == message.string]
    assert [msgid for msgid in same if re.search("[a-z]{3,} [a-z]{2,}", PLACEHOLDER.sub("", str(msgid)))] == []


def test_writing_a_catalogue_twice_gives_the_same_bytes(catalogue: Catalog) -> None:
    assert written(catalogue) == written(catalogue)


def test_sentences_of_refusals_are_msgids_on_every_floor(template: Catalog) -> None:
    assert {"Invalid", "NotFound", "IllegalMove"} <= refusals()
    assert "A colour is a # and six digits, 0 to 9 and a to f, such as #0f7a4d." in template


def forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text) if isinstance(text, (tuple, list)) else ()
