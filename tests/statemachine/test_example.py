"""The history that docs/lifecycle.md shows is the one that a machine makes."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from orderdesk.domain.orders.lifecycle import Stage
from statemachine.example import Entered, live
from tests.statemachine.conftest import a_machine

if TYPE_CHECKING:
    from tests.statemachine.machine import Engine

ENTERED = live().machine.entered


def states_of(entered: list[Entered]) -> dict[str, list[str]]:
    """By execution."""
    groups = groupby(entered, key=lambda each: each.execution)
    return {name: [each.state for each in group] for name, group in groups}


def test_the_example_enters_the_states_that_a_running_machine_enters(
    engine: Engine, lifecycle: str
) -> None:
    for states in states_of(ENTERED).values():
        machine = a_machine(engine, lifecycle)
        first, *others = [state for state in states if state in {*Stage, "rest"}]
        machine.start(first)
        for number, answer in enumerate(others, start=1):
            machine.answer(machine.arrival(number), answer)

        assert machine.ending() == "SUCCEEDED"
        assert machine.walked() == states


def test_the_example_shows_a_hold_over_night_and_a_second_execution_out_of_rest() -> None:
    first, second = states_of(ENTERED).values()

    assert ("on_hold" in first, first[-1]) == (True, "rest")
    assert second[:2] == ["resume", "delivered"]


def test_the_example_is_the_same_every_time() -> None:
    assert live().machine.entered == ENTERED
