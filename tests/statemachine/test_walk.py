"""Every edge is walked on a running machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from orderdesk.domain.orders.lifecycle import MOVES, RESTING, Move, Stage
from orderdesk.usecases.orders.enter import RETRIES
from tests.statemachine.conftest import a_machine

if TYPE_CHECKING:
    from tests.statemachine.machine import Engine, Machine

FROM_STAGES = [move for move in MOVES if move.source]
ELSEWHERE = [
    (stage, next(to for to in Stage if (stage, to) not in {(m.source, m.target) for m in MOVES}))
    for stage in Stage
]


def named(move: Move) -> str:
    return f"{move.id}-{move.source}-{move.target}"


@pytest.mark.parametrize("move", FROM_STAGES, ids=named)
def test_the_machine_goes_where_the_table_leads(machine: Machine, move: Move) -> None:
    assert move.source is not None
    machine.start(move.source)

    machine.answer(machine.arrival(1), move.target)

    assert machine.arrival(2)["stage"] == move.target
    assert machine.arrival(2)["version"] == 2
    assert machine.status() == "RUNNING"
    assert machine.walked() == ["resume", move.source, f"after_{move.source}", move.target]


@pytest.mark.parametrize("stage", Stage)
def test_an_execution_ends_only_where_an_order_rests(machine: Machine, stage: Stage) -> None:
    machine.start(stage)

    machine.answer(machine.arrival(1), "rest")

    rests = stage in RESTING
    assert machine.ending() == ("SUCCEEDED" if rests else "FAILED")
    end = "rest" if rests else "illegal_transition"
    assert machine.walked() == ["resume", stage, f"after_{stage}", end]


@pytest.mark.parametrize(("stage", "to"), ELSEWHERE)
def test_the_machine_refuses_a_move_that_the_table_does_not_have(
    machine: Machine, stage: Stage, to: Stage
) -> None:
    machine.start(stage)

    machine.answer(machine.arrival(1), to)

    assert machine.ending() == "FAILED"
    assert machine.walked()[-1] == "illegal_transition"


def test_a_whole_life_takes_two_transitions_for_each_stage_and_two_more(machine: Machine) -> None:
    life = ["confirmed", "approved", "processed", "shipped", "delivered", "rest"]
    machine.start("placed")

    for number, stage in enumerate(life, start=1):
        machine.answer(machine.arrival(number), stage)

    assert machine.ending() == "SUCCEEDED"
    stages = 1 + len(life) - 1
    assert len(machine.walked()) == 2 * stages + 2 == 14


def test_a_failed_arrival_is_tried_again_and_told_how_often(machine: Machine) -> None:
    machine.entered = lambda call: machine.fail(call) if call["attempt"] < 2 else None
    machine.start("placed")
    machine.answer(machine.arrival(3), "abandoned")

    assert machine.arrival(4)["stage"] == "abandoned"
    assert [call["attempt"] for call in machine.arrivals] == [0, 1, 2, 0]


def test_an_arrival_that_always_fails_ends_the_execution(machine: Machine) -> None:
    machine.entered = machine.fail
    machine.start("placed")

    assert machine.ending() == "FAILED"
    assert [call["attempt"] for call in machine.arrivals] == list(range(RETRIES + 1))


def test_an_execution_that_another_one_replaced_ends_in_peace(machine: Machine) -> None:
    machine.start("placed")

    machine.fail(machine.arrival(1), error="superseded")

    assert machine.ending() == "SUCCEEDED"
    assert machine.walked() == ["resume", "placed", "superseded"]
    assert len(machine.arrivals) == 1


def test_a_wait_that_outlasts_its_lease_is_parked_anew(engine: Engine) -> None:
    lease = {'"TimeoutSeconds": 2592000': '"TimeoutSeconds": 1'}
    machine = a_machine(engine, engine.create("short-lease", **lease))
    machine.start("delivered")

    again = machine.arrival(2)
    machine.answer(again, "rest")

    assert machine.ending() == "SUCCEEDED"
    assert (again["stage"], again["version"], again["attempt"]) == ("delivered", 1, 0)
    assert machine.walked()[:4] == ["resume", "delivered"] * 2
