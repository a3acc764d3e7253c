"""What has to hold before a city opens, and what had better: a checklist over data. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MAPPING_ERROR_M2 = 50_000.0
"""Two maps of one border differ by so much without anybody claiming the other's ground: of 30 neighbouring pairs around
Jakarta, each simplified alone, the worst overlaps by 38,473 m²."""
READABLE = 4.5
"""The least contrast of text (WCAG 2.2, level AA)."""


class Light(StrEnum):
    """GREEN: done. AMBER: better first, but no hindrance. RED: the city can't open before."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, kw_only=True)
class SettingsFacts:
    """What a city's settings say. without_agency, without_rule: names of categories. empty_agencies: names of those
    without people and address. years: those whose holidays are known.

    contrast: the least of the city's colours, 1 to 21. answerable: the notice on personal data, or the imprint, says
    who in the city answers for it.
    """

    categories: int
    without_agency: Sequence[str]
    without_rule: Sequence[str]
    empty_agencies: Sequence[str]
    years: frozenset[int]
    this_year: int
    contrast: float
    answerable: bool = True


@dataclass(frozen=True, kw_only=True)
class Facts(SettingsFacts):
    """What the data of a city says that is being set up. overlaps: (name of a live city, m²); consented: those that the
    neighbour or the operator agrees to; coming: those with cities that are being set up too.

    reachable: officials with an address that was confirmed, or to whom a password belongs. official: the address of
    who signs up is that of this government; approved: the operator has said so, None before a word. retouched: the
    rules have changed since the rehearsal. undelivered: addresses to which mail of the city was given up.
    """

    has_ground: bool
    overlaps: Sequence[tuple[str, float]]
    reachable: int
    rehearsed: bool
    agreed: bool
    official: bool
    approved: bool | None
    letter: bool
    retouched: bool = False
    undelivered: Sequence[str] = ()
    consented: Sequence[tuple[str, float]] = ()
    coming: Sequence[tuple[str, float]] = ()


@dataclass(frozen=True)
class Line:
    """One line of the list. key: what it is about. about: further values for its sentence."""

    key: str
    light: Light
    about: dict[str, Any] = field(default_factory=dict)


def checklist(facts: Facts) -> list[Line]:
    """Every line, in the order in which they are mended."""
    large = [(name, area) for name, area in facts.overlaps if area > MAPPING_ERROR_M2]
    small = [*((name, area) for name, area in facts.overlaps if area <= MAPPING_ERROR_M2), *facts.consented]
    categories, agencies, calendar, privacy, colours = health(facts)
    return [
        _authority(facts),
        Line(
            "ground",
            Light.RED if not facts.has_ground or large else Light.AMBER if small or facts.coming else Light.GREEN,
            {"overlaps": large or small, "coming": facts.coming, "missing": not facts.has_ground},
        ),
        categories,
        Line("people", Light.GREEN if facts.reachable else Light.RED, {"count": facts.reachable}),
        agencies,
        calendar,
        privacy,
        Line("mail", Light.AMBER if facts.undelivered else Light.GREEN, {"addresses": facts.undelivered}),
        colours,
        Line(
            "rehearsal",
            Light.RED if not facts.rehearsed else Light.AMBER if facts.retouched else Light.GREEN,
            {"retouched": facts.retouched},
        ),
        Line("agreement", Light.GREEN if facts.agreed else Light.RED),
    ]


def health(facts: SettingsFacts) -> list[Line]:
    """What goes on to matter once a city is open: the lines about its settings."""
    ownerless = [*facts.without_agency, *facts.without_rule]
    return [
        Line(
            "categories",
            Light.RED if ownerless or not facts.categories else Light.GREEN,
            {"count": facts.categories, "names": ownerless},
        ),
        Line(
            "agencies",
            Light.AMBER if facts.empty_agencies else Light.GREEN,
            {"names": facts.empty_agencies, "count": len(facts.empty_agencies)},
        ),
        Line(
            "calendar",
            Light.GREEN if facts.this_year in facts.years else Light.AMBER,
            {"year": facts.this_year},
        ),
        Line("privacy", Light.GREEN if facts.answerable else Light.AMBER),
        Line("colours", Light.GREEN if facts.contrast >= READABLE else Light.RED, {"contrast": facts.contrast}),
    ]


def may_open(lines: Sequence[Line]) -> bool:
    """Whether nothing is red."""
    return all(line.light is not Light.RED for line in lines)


def _authority(facts: Facts) -> Line:
    if facts.official or facts.approved:
        return Line("authority", Light.GREEN, {"by_address": facts.official})
    return Line("authority", Light.RED, {"refused": facts.approved is False, "letter": facts.letter})
