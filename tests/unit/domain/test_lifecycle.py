"""The table is a lifecycle, and a table that is not one is refused at import."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.guards import GUARDS
from orderdesk.domain.orders.lifecycle import (
    MOVES,
    Guard,
    MoveClass,
    Need,
    Stage,
    check,
    find_move,
    moves_from,
)


def test_there_are_twelve_stages_and_forty_nine_moves() -> None:
    assert len(Stage) == 12
    assert len(MOVES) == 49
    assert [move.id for move in MOVES] == [f"T{number:02}" for number in range(1, 50)]


def test_an_order_is_created_as_placed_and_nowhere_else() -> None:
    assert [move.target for move in moves_from(None)] == [Stage.PLACED]


@pytest.mark.parametrize("source", [Stage.SHIPPED, Stage.DELIVERED])
def test_what_left_the_shop_cannot_be_cancelled(source: Stage) -> None:
    assert find_move(source, Stage.CANCELLED) is None


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (Stage.PLACED, Stage.APPROVED),
        (Stage.ABANDONED, Stage.APPROVED),
        (Stage.APPROVED, Stage.REJECTED),
        (Stage.ON_HOLD, Stage.SHIPPED),
        (Stage.ARCHIVED, Stage.PLACED),
    ],
)
def test_no_step_of_the_way_can_be_skipped(source: Stage, target: Stage) -> None:
    assert find_move(source, target) is None


def test_only_staff_take_back_what_staff_did() -> None:
    for move in MOVES:
        if move.kind is MoveClass.UNDO and move.source is not Stage.ARCHIVED:
            assert move.by == {ActorKind.STAFF}
            assert Need.REASON in move.needs


def test_only_the_clock_abandons() -> None:
    move = find_move(Stage.PLACED, Stage.ABANDONED)
    assert move is not None
    assert move.by == {ActorKind.SYSTEM}


def test_every_guard_has_a_function_and_is_used() -> None:
    assert set(GUARDS) == set(Guard)
    assert {guard for move in MOVES for guard in move.guards} == set(Guard)


def test_a_move_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        check((*MOVES, MOVES[5]))


def test_a_second_way_to_create_an_order_is_refused() -> None:
    another = replace(MOVES[0], id="T50", target=Stage.CONFIRMED)
    with pytest.raises(ValueError, match="exactly one way"):
        check((*MOVES, another))


def test_a_stage_that_cannot_be_reached_is_refused() -> None:
    without = tuple(move for move in MOVES if move.target is not Stage.REJECTED)
    with pytest.raises(ValueError, match="rejected cannot be reached"):
        check(without)


def test_a_stage_that_cannot_be_closed_is_refused() -> None:
    stuck = tuple(move for move in MOVES if move.source is not Stage.RETURNED)
    with pytest.raises(ValueError, match="returned cannot be closed"):
        check(stuck)


def test_a_move_that_nobody_may_do_is_refused() -> None:
    nobody = (*MOVES[:-1], replace(MOVES[-1], who=frozenset(), permission=None))
    with pytest.raises(ValueError, match="somebody who may do it"):
        check(nobody)
