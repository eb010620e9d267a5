"""The execution follows the order, whatever is lost, late or said twice."""

from __future__ import annotations

import pytest

from orderdesk.domain.errors import NotFound
from orderdesk.domain.orders.lifecycle import RESTING, Stage
from orderdesk.usecases.orders.conduct import Course, execution_name, follow
from tests.builders import NOW, a_placed_event, an_event, an_order
from tests.podium import Podium

PLACED, ABANDONED, CONFIRMED = Stage.PLACED, Stage.ABANDONED, Stage.CONFIRMED
APPROVED, CANCELLED, ARCHIVED = Stage.APPROVED, Stage.CANCELLED, Stage.ARCHIVED


def test_a_placed_order_gets_an_execution_that_waits_in_placed() -> None:
    podium = Podium()
    order = podium.place()

    podium.conduct_all(order)

    assert podium.waiting(order) == [(PLACED, 1)]
    assert podium.parked_at(order) == (PLACED, 1)
    assert list(podium.conductor.walks) == [f"{order.order_id}-v1"]


def test_a_move_takes_the_execution_along() -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct_all(order)
    podium.move(order, CONFIRMED)

    assert podium.conduct(podium.history(order)[-1]) is Course.ADVANCED
    podium.run()

    assert podium.waiting(order) == [(CONFIRMED, 2)]
    assert podium.parked_at(order) == (CONFIRMED, 2)


def test_the_same_event_twice_changes_nothing() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, CONFIRMED)
    podium.conduct_all(order)

    podium.conduct_all(order)

    assert podium.waiting(order) == [(CONFIRMED, 2)]
    assert podium.conductor.walks == {f"{order.order_id}-v1": [PLACED, CONFIRMED]}


def test_the_same_event_twice_before_anything_was_parked_starts_one_execution() -> None:
    podium = Podium()
    order = podium.place()
    (placed,) = podium.history(order)

    assert podium.conduct(placed) is Course.STARTED
    assert podium.conduct(placed) is Course.UNDERWAY
    podium.run()

    assert podium.waiting(order) == [(PLACED, 1)]


def test_an_event_from_a_redrive_days_later_is_ignored() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, CONFIRMED, APPROVED)
    podium.conduct_all(order)
    podium.later(days=9)

    courses = [podium.conduct(event) for event in podium.history(order)]

    assert courses == [Course.FOLLOWS] * 3
    assert podium.waiting(order) == [(APPROVED, 3)]


def test_a_redrive_after_the_order_came_to_rest_starts_nothing() -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct_all(order)
    podium.move(order, CANCELLED, ARCHIVED)
    podium.conduct_all(order)

    podium.conduct_all(order)

    assert podium.waiting(order) == []
    assert podium.conductor.walks == {f"{order.order_id}-v1": [PLACED, CANCELLED, ARCHIVED]}


def test_an_order_that_came_to_rest_before_anybody_was_told_is_walked_to_its_rest() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, CANCELLED)

    podium.conduct_all(order)

    assert podium.waiting(order) == []
    assert podium.conductor.walks == {f"{order.order_id}-v1": [PLACED, CANCELLED]}
    assert podium.conductor.failures == {}


def test_an_execution_that_lags_replays_the_history_hop_by_hop() -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct_all(order)
    podium.move(order, CONFIRMED, Stage.ON_HOLD, APPROVED)

    podium.conduct(podium.history(order)[-1])
    podium.run()

    walked = [PLACED, CONFIRMED, Stage.ON_HOLD, APPROVED]
    assert podium.conductor.walks == {f"{order.order_id}-v1": walked}
    assert podium.parked_at(order) == (APPROVED, 4)


def test_an_event_that_changes_no_stage_is_not_conducted() -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct_all(order)

    assert podium.conduct(an_event(order)) is Course.FOLLOWS
    assert podium.waiting(order) == [(PLACED, 1)]


def test_events_between_two_stages_are_no_hops() -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct_all(order)
    after_address = an_event(order)
    podium.orders.save(an_order(version=2), [after_address])
    podium.move(order, CONFIRMED)

    podium.conduct_all(order)

    assert podium.waiting(order) == [(CONFIRMED, 3)]


def test_a_lost_token_is_replaced_by_an_execution_where_the_order_is() -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct_all(order)
    podium.conductor.lose(f"{order.order_id}-v1")
    podium.move(order, CONFIRMED)

    assert podium.conduct(podium.history(order)[-1]) is Course.STARTED
    podium.run()

    assert podium.waiting(order) == [(CONFIRMED, 2)]
    assert podium.conductor.walks[f"{order.order_id}-v2"] == [CONFIRMED]


def test_a_move_while_the_execution_is_on_its_way_is_left_to_its_arrival() -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct(podium.history(order)[0])
    podium.move(order, CANCELLED)

    assert podium.conduct(podium.history(order)[-1]) is Course.UNDERWAY
    podium.run()

    assert podium.ended_at(order) == (CANCELLED, 2)
    assert podium.conductor.walks == {f"{order.order_id}-v1": [PLACED, CANCELLED]}


def test_a_move_whose_placing_was_never_told_is_replayed_from_the_start() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, CONFIRMED)

    podium.conduct(podium.history(order)[-1])
    podium.run()

    assert podium.waiting(order) == [(CONFIRMED, 2)]
    assert podium.conductor.walks == {f"{order.order_id}-v1": [PLACED, CONFIRMED]}


@pytest.mark.parametrize("stage", sorted(RESTING - {ARCHIVED}))
def test_an_execution_ends_where_its_order_rests(stage: Stage) -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct_all(order)

    after = podium.rest(order, stage)

    assert podium.waiting(order) == []
    assert podium.conductor.failures == {}
    assert podium.ended_at(order) == (stage, after.version)
    assert podium.to_check() == ()


def test_an_order_that_leaves_its_rest_gets_an_execution_that_walks_out_of_there() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, ABANDONED)
    podium.conduct_all(order)
    podium.move(order, PLACED)

    assert podium.conduct(podium.history(order)[-1]) is Course.STARTED
    podium.run()

    assert podium.waiting(order) == [(PLACED, 3)]
    assert podium.conductor.walks == {
        f"{order.order_id}-v1": [PLACED, ABANDONED],
        f"{order.order_id}-v2": [ABANDONED, PLACED],
    }


def test_the_work_of_the_rest_that_is_left_is_not_done_again() -> None:
    done: list[Stage] = []
    podium = Podium({ABANDONED: lambda order, version: done.append(order.stage)})
    order = podium.place()
    podium.move(order, ABANDONED)
    podium.conduct_all(order)
    podium.move(order, PLACED)
    podium.conduct_all(order)

    assert done == [ABANDONED]


def test_the_archive_starts_no_execution() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, CANCELLED)
    podium.conduct_all(order)
    podium.move(order, ARCHIVED)

    assert podium.conduct(podium.history(order)[-1]) is Course.RESTS

    assert podium.conductor.walks == {f"{order.order_id}-v1": [PLACED, CANCELLED]}
    assert podium.ended_at(order) == (ARCHIVED, 3)
    assert podium.to_check() == ()


def test_an_order_taken_out_of_the_archive_is_walked_out_of_it() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, ABANDONED)
    podium.conduct_all(order)
    podium.move(order, ARCHIVED)
    podium.conduct_all(order)

    podium.move(order, ABANDONED)
    podium.conduct_all(order)

    assert podium.ended_at(order) == (ABANDONED, 4)
    assert podium.conductor.walks[f"{order.order_id}-v3"] == [ARCHIVED, ABANDONED]


def test_an_execution_that_lags_is_walked_through_stages_where_the_order_rested() -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct_all(order)
    podium.move(order, ABANDONED, PLACED, CANCELLED, ARCHIVED, CANCELLED, CONFIRMED)

    podium.conduct(podium.history(order)[-1])
    podium.run()

    walked = [PLACED, ABANDONED, PLACED, CANCELLED, ARCHIVED, CANCELLED, CONFIRMED]
    assert podium.conductor.walks == {f"{order.order_id}-v1": walked}
    assert podium.waiting(order) == [(CONFIRMED, 7)]


def test_a_start_that_was_told_twice_makes_one_execution() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, CANCELLED)
    podium.conduct_all(order)
    podium.move(order, CONFIRMED, APPROVED)
    confirmed, approved = podium.history(order)[-2:]

    courses = [podium.conduct(event) for event in (confirmed, confirmed, approved)]
    podium.run()

    assert courses == [Course.STARTED, Course.UNDERWAY, Course.UNDERWAY]
    assert podium.conductor.walks[f"{order.order_id}-v2"] == [CANCELLED, CONFIRMED, APPROVED]
    assert podium.waiting(order) == [(APPROVED, 4)]


def test_a_second_rest_at_the_place_of_an_execution_that_failed_gets_another_name() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, CANCELLED)
    podium.conductor.start(
        store_id=order.store_id, order_id=order.order_id, stage=CANCELLED, version=2
    )
    podium.conductor.lose(f"{order.order_id}-v2")
    podium.conduct_all(order)
    podium.move(order, CONFIRMED)

    podium.conduct_all(order)

    assert podium.waiting(order) == [(CONFIRMED, 3)]
    assert podium.parked_as(order) == "v2-r1"


def test_of_two_executions_only_one_goes_on() -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct_all(order)
    podium.conductor.start(
        store_id=order.store_id, order_id=order.order_id, stage=PLACED, version=9
    )
    podium.move(order, CONFIRMED)

    podium.conduct_all(order)
    podium.later(hours=2)
    podium.sweep(verify_all=True)
    podium.run()

    assert podium.waiting(order) == [podium.parked_at(order)]


def test_an_order_without_a_history_is_not_found() -> None:
    podium = Podium()

    with pytest.raises(NotFound):
        follow(
            "main",
            "unknown",
            orders=podium.orders,
            executions=podium.executions,
            conductor=podium.conductor,
            lost_since=NOW,
        )


def test_the_name_of_an_execution_is_short_enough_for_step_functions() -> None:
    order = an_order()

    assert execution_name(order.order_id, 12) == f"{order.order_id}-v12"
    assert len(execution_name(order.order_id, 999_999, restart=99)) <= 80


def test_a_placed_event_for_an_order_that_is_known_elsewhere_is_ignored() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, CONFIRMED)
    podium.conduct_all(order)

    assert podium.conduct(a_placed_event(order)) is Course.FOLLOWS
