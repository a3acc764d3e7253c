"""What a city's categories, agencies and areas are called, for a search by name; once for each reading of its rules."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from complaints.rules.rulebook import Rulebook
from complaints.words.spelling import ALMOST, EMPTY, closeness, stem, words_of
from tenants.database import Words


@dataclass(frozen=True)
class Facets:
    """The categories, agencies and areas that a word names; an area with all that lies in it."""

    categories: frozenset[UUID] = frozenset()
    agencies: frozenset[UUID] = frozenset()
    areas: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Called:
    """By word: whose name it is in."""

    categories: Mapping[str, frozenset[UUID]]
    agencies: Mapping[str, frozenset[UUID]]
    areas: Mapping[str, frozenset[UUID]]
    _by: dict[str, Facets] = field(default_factory=dict, repr=False)

    def by(self, typed: str) -> Facets:
        """Whose name a word is in, as written or nearly so."""
        kept = self._by.get(typed)
        if kept is None:
            kept = Facets(*(_near(typed, names) for names in (self.categories, self.agencies, self.areas)))
            if len(self._by) < _KEPT:
                self._by[typed] = kept
        return kept


_KEPT = 2_000
"""Words that are remembered for each city."""


def called(book: Rulebook) -> Called:
    """What everything of a city is called."""
    categories = {
        entry.id: [
            *_words(entry.name),
            *words_of(" ".join(word for some in entry.search_words.values() for word in some)),
        ]
        for entry in book.categories.values()
    }
    areas: dict[UUID, list[str]] = {}
    for area in book.areas.values():
        areas[area.id] = [word for around in book.areas_up(area.id) for word in _words(around.name)]
    return Called(
        _inverted(categories), _inverted({one.id: _words(one.name) for one in book.agencies.values()}), _inverted(areas)
    )


def _words(name: Words) -> list[str]:
    return [word for written in name.values() for word in words_of(written)]


def _inverted(names: Mapping[UUID, Iterable[str]]) -> dict[str, frozenset[UUID]]:
    found: defaultdict[str, set[UUID]] = defaultdict(set)
    for id_, words in names.items():
        for word in words:
            if len(word) > 1 and word not in EMPTY:
                found[word].add(id_)
    return {word: frozenset(ids) for word, ids in found.items()}


def _near(typed: str, names: Mapping[str, frozenset[UUID]]) -> frozenset[UUID]:
    root = stem(typed)
    related = [word for word in names if word == typed or (len(root) > 3 and stem(word) == root)]
    if not related and len(typed) > 2:
        letters = set(typed)  # a quick look first: a word that is nearly the same has nearly the same letters
        related = [
            word
            for word in names
            if len(word) > 3 and len(letters ^ set(word)) <= 3 and closeness(typed, word) >= ALMOST
        ]
    return frozenset(id_ for word in related for id_ in names[word])
