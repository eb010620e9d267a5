"""Reads a definition in Amazon States Language without any of our rendering code."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Definition:
    start: str
    states: dict[str, dict[str, Any]]

    def exits(self, name: str) -> Iterator[str]:
        """Every state that this one can lead to."""
        state = self.states[name]
        yield from (state[field] for field in ("Next", "Default") if field in state)
        for rule in [*state.get("Choices", []), *state.get("Catch", [])]:
            yield rule["Next"]

    def chosen(self, name: str) -> dict[str, str]:
        """What a choice does with each value of $.stage."""
        rules = self.states[name]["Choices"]
        assert all(set(rule) == {"Variable", "StringEquals", "Next"} for rule in rules)
        assert all(rule["Variable"] == "$.stage" for rule in rules)
        return {rule["StringEquals"]: rule["Next"] for rule in rules}

    def edges(self) -> set[tuple[str, str]]:
        """Pairs of tasks: what leaves a task through the choice behind it for another."""
        tasks = {name for name, state in self.states.items() if state["Type"] == "Task"}
        return {
            (name, target)
            for name in tasks
            for target in self.chosen(self.states[name]["Next"]).values()
            if target in tasks
        }

    def reachable(self) -> set[str]:
        seen: set[str] = set()
        ahead = [self.start]
        while ahead:
            name = ahead.pop()
            if name not in seen:
                seen.add(name)
                ahead += self.exits(name)
        return seen


def read(text: str) -> Definition:
    """Strict: ValueError for a name that an object has twice, and for NaN."""
    content = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_refuse)
    return Definition(start=content["StartAt"], states=content["States"])


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError(f"a name is there twice: {names}")
    return dict(pairs)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
