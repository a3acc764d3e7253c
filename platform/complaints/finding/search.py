"""Search: the reports that a few words mean, misspelt or not, the best first.

A word stands for words of the city's reports that look like it, and for the categories, agencies and areas that are
called so. Reports that have all of it are looked for first, then those that have most; each is weighed by how rare the
words are that it has. Whoever searches finds what their queue would show them, and nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from math import inf, log2
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, DateTime, Float, Integer, String, Uuid, bindparam, select, text
from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from complaints.finding.called import Called
from complaints.finding.reference_search import Meant, meant
from complaints.queue import Filter, Tab
from complaints.viewer import Viewer
from complaints.watching import watched_by
from complaints.words import vocabulary
from complaints.words.spelling import ALMOST, NEAR, SHORT, closeness, stem, telling, words_of
from complaints.workflow import Status
from tenants.category import Visibility

MOST = 50
"""Reports of one search: who finds more has to say more."""
MOST_WORDS = 8
LONGEST_QUERY = 200
_CANDIDATES = 200
_OFTEN = 1_000
_NEWEST = 5_000
"""What more than _OFTEN may have is looked for in the _NEWEST reports first, and if enough are there, nowhere else."""
_OFTEN_IN_LIST = 5_000
_MOST_URGENT = 2_000
"""The same in a list of open reports: of those the _MOST_URGENT first, and all where that finds fewer than _FEW."""
_FEW = 5
_HEAVY = 20_000
_HEAVY_PROBES = 2
"""What more than _HEAVY may have is looked for in all reports twice in a search, from then on in the newest alone."""
_EVERYWHERE = 100_000
"""A word that more reports have tells nothing beside others: it counts where it stands, and isn't asked for."""
_ENOUGH = (30, 5, 1)
"""In each tier, how many found reports make more probes needless: the less a probe asks for, the more it reads."""
_ALTERNATIVES = 6
_SHORTENED = {long: [short for short, whole in SHORT.items() if whole == long] for long in SHORT.values()}


@dataclass(frozen=True)
class Term:
    """A word of the query. strong, weak: words of reports that it is, or may be; beginning: what they may begin with.
    often: how many reports have one of them, at most. weight: the rarer the more. categories, agencies, areas: what is
    called so.
    """

    typed: str
    strong: tuple[str, ...]
    weak: tuple[str, ...] = ()
    beginning: str = ""
    often: float = 0
    weight: float = 1.0
    categories: frozenset[UUID] = frozenset()
    agencies: frozenset[UUID] = frozenset()
    areas: frozenset[UUID] = frozenset()

    @property
    def strongly(self) -> str:
        return _any(self.strong)

    @property
    def weakly(self) -> str:
        return _any(self.weak or self.strong, self.beginning)

    @property
    def either(self) -> str:
        return f"({_any([*self.strong, *self.weak], self.beginning)})"

    @property
    def facets(self) -> str:
        return "{" + ",".join(map(str, self.categories | self.agencies | self.areas)) + "}"


@dataclass(frozen=True)
class Probe:
    """What a report must have: the text search (None: any words), and to be of these. often: how many may have it."""

    wanted: str | None
    often: float = inf
    categories: frozenset[UUID] | None = None
    agencies: frozenset[UUID] | None = None
    areas: frozenset[UUID] | None = None


@dataclass
class _Found:
    score: dict[UUID, float] = field(default_factory=dict)
    received_at: dict[UUID, datetime] = field(default_factory=dict)

    def best(self) -> list[UUID]:
        """By score, then the newest first."""
        return sorted(self.score, key=lambda id_: (-round(self.score[id_], 6), -self.received_at[id_].timestamp()))


def find(
    session: Session,
    called: Called,
    viewer: Viewer,
    written: str,
    *,
    code: str,
    within: Filter | None = None,
    now: datetime,
    today_ends_at: datetime,
) -> list[UUID]:
    """The ids of the best reports, up to MOST. within: a list of the queue, None for all reports, closed ones too.

    code: of the city, for its references.
    """
    written = written[:LONGEST_QUERY]
    numbers = meant(written, code)
    numbered = by_reference(session, numbers)
    if numbers is not None and numbered and (numbers.exactly or not numbers.ending):
        return numbered
    terms = understood(session, called, written)
    found = _Found()
    limits = _limits(viewer, within, now, today_ends_at)
    if within is not None and within.tab is Tab.WATCHED:
        limits["only_ids"] = watched_by(session, viewer.seat_id)
    heavy = 0
    for tier, enough in zip(probes(asked_for(terms)), _ENOUGH, strict=False):
        for probe in tier:
            if len(numbered) + len(found.score) < enough:
                heavy += _probe(session, probe, terms, limits, found, everywhere=heavy < _HEAVY_PROBES)
    return list(dict.fromkeys([*numbered, *found.best()]))[:MOST]


def by_reference(session: Session, numbers: Meant | None) -> list[UUID]:
    """The reports whose reference may be meant, the newest first."""
    if numbers is None:
        return []
    query = select(Complaint.id).order_by(Complaint.received_at.desc()).limit(MOST)
    if numbers.exactly:
        return list(session.scalars(query.where(Complaint.reference.in_(numbers.exactly))))
    found = list(
        session.scalars(query.where(Complaint.reference >= numbers.first, Complaint.reference <= numbers.last))
    )
    if numbers.ending:
        found += session.scalars(text("SELECT ending_in(:ending)"), {"ending": numbers.ending})
    return found


def understood(session: Session, called: Called, written: str) -> list[Term]:
    """The words of a query with what each may stand for."""
    typed = telling(words_of(written))[:MOST_WORDS]
    near = vocabulary.near(session, typed)
    return [_term(word, near.get(word, {}), called) for word in typed]


def _term(typed: str, near: Mapping[str, int], called: Called) -> Term:
    shorts = _SHORTENED.get(typed, [])
    root = stem(typed)
    strong, weak = {typed, *shorts}, dict[str, float]()
    exact = near.get(typed, 0)
    for word, times in near.items():
        how = closeness(typed, word)
        related = len(root) >= 4 and stem(word) == root
        rather = how >= ALMOST and times > 20 * exact  # a slip that somebody else made too is still a slip
        if related or (rather and len(typed) > 2):
            strong.add(word)
        elif how >= (ALMOST if exact else NEAR) and len(typed) > 2:
            weak[word] = how + min(log2(1 + times), 16) / 160
    likely = sorted(weak, key=lambda word: -weak[word])[:_ALTERNATIVES]
    times = sum(near.get(word, 0) for word in strong) or max((near[word] for word in likely), default=0)
    facets = called.by(typed)
    return Term(
        typed=typed,
        strong=tuple(sorted(strong)),
        weak=tuple(likely),
        beginning=typed if not exact and len(typed) >= 4 else "",
        often=times + sum(near[word] for word in likely),
        weight=1 / (1 + 0.3 * log2(1 + times)),
        categories=facets.categories,
        agencies=facets.agencies,
        areas=facets.areas,
    )


def asked_for(terms: Sequence[Term]) -> Sequence[Term]:
    """The words that a report must have: without those that nearly every report has, if there are others."""
    return [term for term in terms if term.often <= _EVERYWHERE] or terms


def probes(terms: Sequence[Term]) -> list[list[Probe]]:
    """What to look for, in tiers: all that was asked for, then all but one word, then the rarest word or the kind."""
    if not terms:
        return []
    every = [Probe(_all(terms), min(term.often for term in terms)), *_covered(terms)]
    if len(terms) == 1:
        return [every]
    most = Probe(
        " | ".join(f"({_all(some)})" for some in combinations(terms, len(terms) - 1)),
        sorted(term.often for term in terms)[1],
    )
    last = [Probe(_any_of(rest), categories=kinds) for kinds, rest in _kinds(terms) if rest]
    rare = min(terms, key=lambda term: term.often)
    rarest = Probe(rare.either, rare.often)
    return [every, [most], [rarest, *last, *(Probe(None, categories=kinds) for kinds, _ in _kinds(terms))]]


def _covered(terms: Sequence[Term]) -> Iterator[Probe]:
    """The categories that stand for most of the words, with the rest in the text, or in the area's or agency's name."""
    for kinds, rest in _kinds(terms):
        yield Probe(_all(rest) if rest else None, _least(rest), categories=kinds)
        yield from _somewhere(rest, kinds)
    yield from _somewhere(terms, None)


def _somewhere(terms: Sequence[Term], kinds: frozenset[UUID] | None) -> Iterator[Probe]:
    """The same where words name an area or an agency."""
    for name in ("areas", "agencies"):
        inside = [term for term in terms if getattr(term, name)]
        if inside:
            ids = frozenset.intersection(*(getattr(term, name) for term in inside)) or getattr(
                max(inside, key=lambda term: term.weight), name
            )
            rest = [term for term in terms if term not in inside]
            yield Probe(_all(rest) if rest else None, _least(rest), categories=kinds, **{name: ids})


def _least(terms: Sequence[Term]) -> float:
    return min((term.often for term in terms), default=inf)


def _kinds(terms: Sequence[Term]) -> list[tuple[frozenset[UUID], list[Term]]]:
    """The two ways in which categories cover most of the words: (categories, the words that they leave)."""
    covered: dict[UUID, set[str]] = {}
    for term in terms:
        for category_id in term.categories:
            covered.setdefault(category_id, set()).add(term.typed)
    ways: dict[frozenset[str], set[UUID]] = {}
    for category_id, words in covered.items():
        ways.setdefault(frozenset(words), set()).add(category_id)
    weights = {term.typed: term.weight for term in terms}
    best = sorted(ways, key=lambda words: (-len(words), -sum(weights[word] for word in words)))[:2]
    return [(frozenset(ways[words]), [term for term in terms if term.typed not in words]) for words in best]


def _any_of(terms: Sequence[Term]) -> str:
    return " | ".join(term.either for term in terms)


def _any(words: Iterable[str], beginning: str = "") -> str:
    return " | ".join([*(f"'{word}'" for word in words), *([f"'{beginning}':*"] if beginning else [])])


def _all(terms: Sequence[Term]) -> str:
    return " & ".join(term.either for term in terms)


def _probe(
    session: Session, probe: Probe, terms: Sequence[Term], limits: dict[str, Any], found: _Found, *, everywhere: bool
) -> bool:
    """Look for it and note what is found; whether that was heavy. everywhere: in all reports, however many have it."""
    asked = limits | {
        "wanted": probe.wanted,
        "kinds": _listed(probe.categories),
        "bodies": _listed(probe.agencies),
        "places": _listed(probe.areas),
        "strong": [term.strongly for term in terms],
        "weak": [term.weakly for term in terms],
        "facets": [term.facets for term in terms],
        "weights": [term.weight for term in terms],
    }

    def among(most: int | None) -> Sequence[Any]:
        return session.execute(_FIND, asked | {"among": most}).all()

    heavy = probe.often > _HEAVY
    if limits["only_open"] and probe.often > _OFTEN_IN_LIST:
        rows, heavy = among(_MOST_URGENT), False
        if len(rows) < _FEW:
            rows = among(None)
    else:
        rows = among(_NEWEST) if probe.often > _OFTEN else []
        if len(rows) < MOST and (everywhere or not heavy):
            rows = among(None)
        else:
            heavy = False
    for complaint_id, received_at, score in rows:
        found.score[complaint_id] = score
        found.received_at[complaint_id] = received_at
    return heavy


def _listed(ids: frozenset[UUID] | None) -> list[UUID] | None:
    return None if ids is None else sorted(ids)


_KINDS: dict[str, Any] = {
    "wanted": String(),
    "kinds": ARRAY(Uuid()),
    "bodies": ARRAY(Uuid()),
    "places": ARRAY(Uuid()),
    "among": Integer(),
    "seen": ARRAY(String()),
    "seat": Uuid(),
    "own": ARRAY(Uuid()),
    "only_open": Boolean(),
    "only_holder": Uuid(),
    "only_agencies": ARRAY(Uuid()),
    "only_category": Uuid(),
    "only_area": Uuid(),
    "only_status": String(),
    "only_from": DateTime(timezone=True),
    "only_until": DateTime(timezone=True),
    "only_nobodys": Boolean(),
    "only_board": Boolean(),
    "only_ids": ARRAY(Uuid()),
    "most": Integer(),
    "strong": ARRAY(String()),
    "weak": ARRAY(String()),
    "facets": ARRAY(String()),
    "weights": ARRAY(Float()),
}
_FIND = text(f"SELECT * FROM find_reports({', '.join(f'{name} => :{name}' for name in _KINDS)})").bindparams(  # noqa: S608  (names of our own)
    *(bindparam(name, type_=kind) for name, kind in _KINDS.items())
)


def _agencies(viewer: Viewer, chosen: Filter) -> list[UUID] | None:
    """Only what one of these agencies has; None for all."""
    if chosen.tab is Tab.AGENCY:
        return [one for one in viewer.agency_ids if one in chosen.agency_ids or not chosen.agency_ids]
    return list(chosen.agency_ids) or None


def _limits(viewer: Viewer, within: Filter | None, now: datetime, today_ends_at: datetime) -> dict[str, Any]:
    """What the viewer sees and the list holds."""
    chosen = within or Filter(Tab.ALL)
    everything = len(viewer.visibilities) == len(Visibility)
    return {
        "seen": None if everything else viewer.visibilities,
        "seat": viewer.seat_id,
        "own": list(viewer.agency_ids),
        "only_open": within is not None and chosen.status is None,
        "only_holder": viewer.seat_id if chosen.tab is Tab.MINE else None,
        "only_agencies": _agencies(viewer, chosen),
        "only_category": chosen.category_id,
        "only_area": chosen.area_id,
        "only_status": Status.WAITING_FOR_REPORTER.value if chosen.tab is Tab.WAITING else chosen.status,
        "only_from": now if chosen.tab is Tab.TODAY else None,
        "only_until": {Tab.TODAY: today_ends_at, Tab.LATE: now}.get(chosen.tab),
        "only_nobodys": chosen.tab is Tab.UNASSIGNED,
        "only_board": chosen.tab is Tab.BOARD,
        "only_ids": None,
        "most": _CANDIDATES,
    }
