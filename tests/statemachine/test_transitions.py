"""What the lives of docs/operations.md take, counted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from orderdesk.domain.orders.lifecycle import Stage
from statemachine.example import Recorder
from tests.podium import Podium

PER_TRANSITION = 25 / 1e6
OPERATIONS = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
DELIVERED = (Stage.CONFIRMED, Stage.APPROVED, Stage.PROCESSED, Stage.SHIPPED, Stage.DELIVERED)
ARCHIVED = Stage.ARCHIVED


@dataclass(frozen=True)
class Life:
    name: str
    moves: tuple[Stage, ...]
    before: tuple[Stage, ...] = ()  # not counted


LIVES = (
    Life("Placed to Delivered, archived", (*DELIVERED, ARCHIVED)),
    Life(
        "the same, held over night",
        (Stage.CONFIRMED, Stage.ON_HOLD, *DELIVERED, ARCHIVED),
    ),
    Life("Placed to Delivered, returned, archived", (*DELIVERED, Stage.RETURNED, ARCHIVED)),
    Life("cancelled in Placed, archived", (Stage.CANCELLED, ARCHIVED)),
    Life("cancelled in Confirmed, archived", (Stage.CONFIRMED, Stage.CANCELLED, ARCHIVED)),
    Life("abandoned, archived", (Stage.ABANDONED, ARCHIVED)),
    Life(
        "abandoned, resumed, delivered, archived",
        (Stage.ABANDONED, Stage.PLACED, *DELIVERED, ARCHIVED),
    ),
    Life(
        "out of the archive, back to Delivered, archived again",
        (Stage.DELIVERED, ARCHIVED),
        before=(*DELIVERED, ARCHIVED),
    ),
)


def lived(life: Life) -> tuple[int, int, int]:
    """Executions and transitions, and how many are open in the end."""
    podium = Podium()
    podium.conductor = recorder = Recorder()
    order = podium.place()
    podium.conduct_all(order)
    for stage in life.before:
        podium.move(order, stage)
        podium.conduct_all(order)
    if life.before:
        recorder.entered.clear()
    for stage in life.moves:
        podium.move(order, stage)
        podium.conduct_all(order)
    executions = {each.execution for each in recorder.entered}
    return len(executions), len(recorder.entered), len(recorder.tasks)


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.name)
def test_a_life_takes_as_many_transitions_as_the_documents_say(life: Life) -> None:
    executions, transitions, still_open = lived(life)

    cost = f"${1000 * transitions * PER_TRANSITION:.2f}"
    row = f"| {life.name} | {executions} | {transitions} | {cost} |"
    assert row in OPERATIONS.read_text(encoding="utf-8")
    assert still_open == 0
