"""Plots of lines over time as SVG, for self-contained pages."""

import math
from collections.abc import Sequence
from html import escape

from attrs import frozen

WIDTH, HEIGHT = 760, 220
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 10, 24
COLOURS = ("var(--one)", "var(--two)", "var(--three)")


@frozen
class Series:
    """One line of a plot."""

    name: str
    values: Sequence[float | None]
    """The values at each time; None makes a gap."""


def plot(title: str, times_s: Sequence[float], lines: Sequence[Series]) -> str:
    """A plot of lines over the same times, with axes from 0."""
    most_x = max(times_s, default=0.0) or 1.0
    top, step = _scale(max((value for line in lines for value in line.values if value is not None), default=0.0))
    keys = "".join(_key(index, line) for index, line in enumerate(lines))
    parts = [
        f"<figure><figcaption>{escape(title)}{keys}</figcaption>",
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">',
    ]
    for number in range(round(top / step) + 1):
        y = _y(number * step, top)
        parts.append(
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{number * step:.10g}</text>'
        )
    x_top, x_step = _scale(most_x)
    for number in range(round(x_top / x_step) + 1):
        if number * x_step <= most_x:
            x = _x(number * x_step, most_x)
            parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="middle">{number * x_step:.10g} s</text>')
    for index, line in enumerate(lines):
        for points in _runs(times_s, line.values):
            path = " ".join(f"{_x(x, most_x):.1f},{_y(y, top):.1f}" for x, y in points)
            parts.append(f'<polyline points="{path}" style="stroke:{COLOURS[index % len(COLOURS)]}"/>')
    parts.append("</svg></figure>")
    return "".join(parts)


def _key(index: int, line: Series) -> str:
    return f' <b style="color:{COLOURS[index % len(COLOURS)]}">{escape(line.name)}</b>'


def _runs(times_s: Sequence[float], values: Sequence[float | None]) -> list[list[tuple[float, float]]]:
    """The parts of a line between its gaps; a single point becomes two equal ones."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in zip(times_s, values, strict=True):
        if y is None:
            runs.append([])
        else:
            runs[-1].append((x, y))
    return [run if len(run) > 1 else run * 2 for run in runs if run]


def _scale(most: float) -> tuple[float, float]:
    """Maximum and step of an axis; the step is 1, 2 or 5 times a power of ten."""
    if most <= 0:
        return 1.0, 1.0
    power = 10.0 ** math.floor(math.log10(most))
    step = next(power * part for part in (0.1, 0.2, 0.5, 1, 2) if most / (power * part) <= 10)
    return math.ceil(most / step - 1e-9) * step, step


def _x(value: float, most: float) -> float:
    return LEFT + value / most * (WIDTH - LEFT - RIGHT)


def _y(value: float, most: float) -> float:
    return HEIGHT - BOTTOM - value / most * (HEIGHT - TOP - BOTTOM)
