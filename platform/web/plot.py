"""Plots as numbers that a template draws: bars, and a line over time. Pure.

A plot is drawn on the server as SVG, its title is the sentence that it shows, and the same numbers stand in a table
beneath; so nothing here is for the eye alone, and no script is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

WIDTH, HEIGHT = 560, 280
LEFT, RIGHT, TOP, BOTTOM = 58, 520, 20, 250
"""The field of the line inside the picture; beside it stand the words of the axes."""
STEPS = (1, 2, 2.5, 5, 10)
LINES = 4
"""How many steps an axis has at most."""


@dataclass(frozen=True)
class Tick:
    """A line of the axis, with the value that it stands for."""

    y: float
    value: float


@dataclass(frozen=True)
class Dot:
    """A value of the line. label_y: where its words stand."""

    x: float
    y: float
    value: float
    label_y: float


@dataclass(frozen=True)
class Curve:
    """A line over equal steps of time. path: of an SVG, with a gap where there is no value. xs: of every step."""

    path: str
    dots: Sequence[Dot]
    ticks: Sequence[Tick]
    xs: Sequence[float]


def curve(values: Sequence[float | None]) -> Curve:
    """The line of some values from 0 on, oldest first; None where there is none."""
    step = step_of(max((value for value in values if value is not None), default=0.0))
    lines = max(1, ceil(round(max((value for value in values if value is not None), default=0.0) / step, 6)))
    top = step * lines
    apart = (RIGHT - LEFT) / max(1, len(values) - 1)
    xs = [round(LEFT + 8 + number * apart * (RIGHT - LEFT - 8) / (RIGHT - LEFT), 1) for number in range(len(values))]

    def height(value: float) -> float:
        return round(BOTTOM - value / top * (BOTTOM - TOP), 1)

    path, dots, drawing = "", [], False
    for x, value in zip(xs, values, strict=True):
        if value is None:
            drawing = False
            continue
        y = height(value)
        path += f"{'L' if drawing else 'M'}{x} {y}"
        drawing = True
        dots.append(Dot(x, y, value, y - 12 if y > TOP + 20 else y + 26))
    ticks = [Tick(height(step * number), step * number) for number in range(lines + 1)]
    return Curve(path, dots, ticks, xs)


def step_of(most: float) -> float:
    """The step of an axis up to a value: 1, 2, 2.5 or 5 times a power of ten, in at most LINES steps."""
    if most < 1e-9:
        return 1.0
    power: float = 10 ** floor(log10(most / LINES))
    return next(power * step for step in STEPS if power * step * LINES >= most * (1 - 1e-9))


def share(part: float, whole: float, width: float = 100) -> float:
    """How long the bar of a part is where the whole has this width; 0 of nothing."""
    return round(part / whole * width, 2) if whole else 0.0
