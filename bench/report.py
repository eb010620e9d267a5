"""Figures beside their budgets, as a table that says how each was measured."""

from __future__ import annotations

import platform
import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`holds` is None for a figure without a budget."""

    what: str
    value: str
    budget: str = ""
    holds: bool | None = None

    @property
    def verdict(self) -> str:
        return {True: "holds", False: "**over**", None: ""}[self.holds]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    title: str
    method: str
    figures: tuple[Figure, ...] = field(default=())
    skipped: str = ""


def at_most(what: str, value: float, budget: float, unit: str, digits: int = 2) -> Figure:
    return Figure(
        what=what,
        value=f"{value:.{digits}f} {unit}",
        budget=f"≤ {budget:g} {unit}",
        holds=value <= budget,
    )


def at_least(what: str, value: float, budget: float, unit: str, digits: int = 1) -> Figure:
    return Figure(
        what=what,
        value=f"{value:.{digits}f} {unit}",
        budget=f"≥ {budget:g} {unit}",
        holds=value >= budget,
    )


def spread(values: Sequence[float], digits: int = 0) -> str:
    """Median with the least and the most, so that noise shows."""
    least, middle, most = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({least:.{digits}f} to {most:.{digits}f})"


def to_markdown(sections: Sequence[Section], *, measured_at: datetime) -> str:
    head = [
        "# Measurements",
        "",
        f"Made by `make bench` on {measured_at:%Y-%m-%d}: CPython {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}. Milliseconds drift between machines and days; "
        "ratios and counts hold.",
    ]
    return "\n".join([*head, *(line for each in sections for line in _section(each)), ""])


def _section(section: Section) -> list[str]:
    lines = ["", f"## {section.title}", "", section.method, ""]
    if section.skipped:
        return [*lines, f"Not measured: {section.skipped}"]
    rows = [
        f"| {each.what} | {each.value} | {each.budget} | {each.verdict} |"
        for each in section.figures
    ]
    return [*lines, "| | measured | budget | |", "|---|---|---|---|", *rows]
