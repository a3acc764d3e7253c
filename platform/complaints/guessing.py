"""Which kind of problem a text is about: guessed from words, offered and never decided.

A city teaches it by what its categories are called and found by, and by the reports that it has; so it is of use on the
first day and grows better. The rule is pure: a multinomial naive Bayes over stems, with typos read as the word meant.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, Remark
from complaints.rules.rulebook import Rulebook
from complaints.words.spelling import ALMOST, EMPTY, closeness, skeleton, stem, words_of

SMOOTHING = 0.2
FROM_A_NAME, FROM_A_SEARCH_WORD, FROM_HELP = 3.0, 3.0, 0.5
"""How much a category's own words teach, beside a word in a report: 1."""
MOST_LEARNED = 1_000
RENEWED_AFTER = timedelta(hours=6)
MOST_WORDS = 120
"""Of a text; what it is about is said by then."""
SURE = 0.34
"""From this share on, a guess is worth being read."""


@dataclass(frozen=True)
class Taught:
    """A text that is known to be about something. weight: how much it counts."""

    label: str
    text: str
    weight: float = 1.0


@dataclass(frozen=True)
class Guess:
    """share: from 0 to 1, among all labels; comparable within one text only."""

    label: str
    share: float


@dataclass(frozen=True)
class Guesser:
    """weights: by word and label. known: the words of each label in sum. prior: by label.

    skeletons, beginnings: the known words by what is left without vowels, and by their first letter.
    """

    weights: Mapping[str, Mapping[str, float]]
    known: Mapping[str, float]
    prior: Mapping[str, float]
    skeletons: Mapping[str, str] = field(repr=False)
    beginnings: Mapping[str, Sequence[str]] = field(repr=False)

    def guesses(self, text: str, most: int = 3) -> list[Guess]:
        """The likeliest labels, best first; none where no word of the text says anything."""
        words = [word for word in (self._meant(one) for one in _stems(text)) if word]
        if not words:
            return []
        size = len(self.weights)
        scores = {
            label: prior
            + sum(
                math.log((self.weights[word].get(label, 0.0) + SMOOTHING) / (self.known[label] + SMOOTHING * size))
                for word in words
            )
            for label, prior in self.prior.items()
        }
        best = max(scores.values())
        heights = {label: math.exp((score - best) / len(words) ** 0.5) for label, score in scores.items()}
        whole = sum(heights.values())
        ordered = sorted(heights, key=lambda label: (-heights[label], str(label)))
        return [Guess(label, heights[label] / whole) for label in ordered[:most]]

    def _meant(self, word: str) -> str:
        """The known word that a word is, or may have been meant to be; "" for none."""
        if word in self.weights:
            return word
        if len(word) < 4 or any(character.isdigit() for character in word):
            return ""
        bones = skeleton(word)
        if len(bones) > 2 and bones in self.skeletons:
            return self.skeletons[bones]
        letters = set(word)
        near = (
            one
            for one in self.beginnings.get(word[0], ())
            if abs(len(one) - len(word)) <= 2 and len(letters ^ set(one)) <= 2
        )
        close, meant = max(((closeness(word, one), one) for one in near), default=(0.0, ""))
        return meant if close >= ALMOST else ""


def learn(taught: Iterable[Taught]) -> Guesser:
    """What these texts teach."""
    weights: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    known: defaultdict[str, float] = defaultdict(float)
    texts: Counter[str] = Counter()
    for one in taught:
        texts[one.label] += 1
        for word in set(_stems(one.text)):
            weights[word][one.label] += one.weight
            known[one.label] += one.weight
    whole = sum(texts.values())
    prior = {label: math.log(count / whole) for label, count in texts.items()}
    skeletons: dict[str, str] = {}
    for word in sorted(weights, key=lambda one: (sum(weights[one].values()), one)):
        skeletons[skeleton(word)] = word  # of two with the same, the one that is written more often
    beginnings: defaultdict[str, list[str]] = defaultdict(list)
    for word in weights:
        if len(word) > 3:
            beginnings[word[0]].append(word)
    return Guesser(weights, {label: known[label] for label in texts}, prior, skeletons, beginnings)


def own_words(book: Rulebook) -> list[Taught]:
    """What a city's categories are called and found by, by code."""
    return [
        Taught(entry.code, text, weight)
        for entry in book.categories.values()
        for texts, weight in (
            (list(entry.name.values()), FROM_A_NAME),
            ([word for words in entry.search_words.values() for word in words], FROM_A_SEARCH_WORD),
            (list(entry.help.values()), FROM_HELP),
        )
        for text in texts
    ]


def reports_of(session: Session, book: Rulebook) -> list[Taught]:
    """The newest reports of a city, in the session's scope, by the category that each has now."""
    codes = {entry.id: entry.code for entry in book.categories.values()}
    rows = session.execute(
        select(Complaint.category_id, Remark.body)
        .join(Remark, Remark.complaint_id == Complaint.id)
        .where(Remark.kind == "description", Remark.body.is_not(None))
        .order_by(Remark.created_at.desc())
        .limit(MOST_LEARNED)
    )
    return [Taught(codes[id_], body) for id_, body in rows if id_ in codes and body]


class Guessers:
    """The guessers that a process has, one per tenant, renewed with the tenant's revision and every few hours."""

    def __init__(self) -> None:
        self._kept: dict[UUID, tuple[int, datetime, Guesser]] = {}

    def of(self, book: Rulebook, now: datetime, reports: Callable[[], Sequence[Taught]]) -> Guesser:
        """The guesser of a tenant. reports: reads what its reports teach, when that is needed."""
        kept = self._kept.get(book.tenant_id)
        if kept is None or kept[0] != book.revision or now - kept[1] > RENEWED_AFTER:
            kept = (book.revision, now, learn([*own_words(book), *reports()]))
            self._kept[book.tenant_id] = kept
        return kept[2]


def _stems(text: str) -> list[str]:
    return [stem(word) for word in words_of(text) if len(word) > 1 and word not in EMPTY and not word.isdigit()][
        :MOST_WORDS
    ]
