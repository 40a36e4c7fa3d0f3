"""A picture of a run: each line's value by its goal, as a bar of an SVG."""

from __future__ import annotations

import math
from html import escape

from e2e.bench import words
from e2e.bench.lines import Result
from e2e.bench.report import Report

WIDTH, ROW, HEAD, FOOT = 1120, 24, 34, 30
NAMES, NUMBERS = 540, 190
PLOT = WIDTH - NAMES - NUMBERS
LEAST, MOST = 1 / 8, 8.0
"""Of a value by its goal, on a scale of powers of two; what is beyond ends at the edge."""
TICKS = (1 / 8, 1 / 4, 1 / 2, 1.0, 2.0, 4.0, 8.0)
MET, MISSED = "#2f7d5b", "#b5532a"
STYLE = "text{font:13px sans-serif;fill:#333}.n{text-anchor:end}.t{text-anchor:middle;fill:#777}"


def svg(report: Report) -> str:
    """Of all lines that have a goal: the shorter, the better."""
    shown = [one for one in report.results if one.value is not None and one.line.goal]
    height = HEAD + ROW * len(shown) + FOOT
    date = escape(str(report.about["date"]))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
            f"<title>Each line by its goal, {date}</title>",
            f"<style>{STYLE}</style>",
            f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
            *(_tick(tick, height) for tick in TICKS),
            *(_bar(one, HEAD + ROW * number) for number, one in enumerate(shown)),
            "</svg>",
            "",
        ]
    )


def _x(by_goal: float) -> float:
    place = math.log(min(MOST, max(LEAST, by_goal)) / LEAST) / math.log(MOST / LEAST)
    return NAMES + PLOT * place


def _tick(tick: float, height: int) -> str:
    label = "goal" if tick == 1 else f"\N{MULTIPLICATION SIGN} {tick:g}"
    x, width = _x(tick), 2 if tick == 1 else 0.5
    return (
        f'<path d="M{x:.1f} {HEAD - 8}V{height - FOOT + 4}" stroke="#777" stroke-width="{width}"/>'
        f'<text class="t" x="{x:.1f}" y="{HEAD - 14}">{label}</text>'
    )


def _bar(result: Result, y: int) -> str:
    assert result.value is not None
    assert result.line.goal
    end = _x(result.value / result.line.goal)
    colour = MET if result.short_by is None else MISSED
    number = f"{words.judged(result.line, result.value)} ({words.goal(result.line)})"
    return (
        f'<text class="n" x="{NAMES - 8}" y="{y + 16}">{escape(result.line.what)}</text>'
        f'<rect x="{NAMES}" y="{y + 4}" width="{end - NAMES:.1f}" height="{ROW - 8}" '
        f'fill="{colour}"/>'
        f'<text x="{WIDTH - NUMBERS + 6}" y="{y + 16}">{escape(number)}</text>'
    )
