"""An arrival does its work once it can, waits in any case, and never ends an execution."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from orderdesk.domain.errors import Unavailable
from orderdesk.domain.orders.lifecycle import RESTING, Stage
from orderdesk.usecases.orders.enter import RETRIES
from tests.podium import Podium, way_to

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.ports import Execution


class Work:
    """Entry work that fails as often as a test says, and remembers what it was called for."""

    def __init__(self, *, failures: int = 0, error: Exception | None = None) -> None:
        self.failures, self.error = failures, error or Unavailable("WhatsApp does not answer.")
        self.done: list[tuple[Stage, int]] = []

    def __call__(self, order: Order, version: int) -> None:
        if self.failures:
            self.failures -= 1
            raise self.error
        self.done.append((order.stage, version))


def arrive_until_parked(podium: Podium, order: Order) -> int:
    """Let the machine try again as it does, at most RETRIES times; returns how often it did."""
    podium.conduct(podium.history(order)[0])
    arrival = podium.current(order).stage
    while (task := podium.conductor.tasks[0]).stage is not arrival:
        podium.enter(task)
    for attempt in range(RETRIES + 1):
        again = replace(task, token=f"attempt-{attempt}")
        podium.conductor.tasks = [again]
        podium.enter(again, attempt=attempt)
        if podium.parked_at(order):
            return attempt
    raise AssertionError("the execution ended")


def test_the_work_of_a_stage_is_done_on_arrival_with_the_version_of_the_arrival() -> None:
    work = Work()
    podium = Podium({Stage.PLACED: work})
    order = podium.place()

    podium.conduct_all(order)

    assert work.done == [(Stage.PLACED, 1)]


def test_work_that_fails_is_tried_again_and_asks_nobody() -> None:
    work = Work(failures=2)
    podium = Podium({Stage.PLACED: work})
    order = podium.place()

    assert arrive_until_parked(podium, order) == 2
    assert work.done == [(Stage.PLACED, 1)]
    assert podium.current(order).attention == ()
    assert podium.parked_at(order) == (Stage.PLACED, 1)


def test_the_machine_is_told_why_an_arrival_failed() -> None:
    podium = Podium({Stage.PLACED: Work(failures=1)})
    order = podium.place()

    podium.conduct_all(order)

    reasons = list(podium.conductor.failures.values())
    assert reasons == ["Unavailable: WhatsApp does not answer."]
    assert podium.parked_at(order) is None


def test_what_an_unknown_error_says_stays_in_the_log() -> None:
    podium = Podium({Stage.PLACED: Work(failures=1, error=ValueError("+91 98765 43210"))})
    podium.conduct_all(podium.place())

    assert list(podium.conductor.failures.values()) == ["ValueError: See enter_stage's log."]


def test_work_that_always_fails_becomes_a_persons_and_the_wait_goes_on() -> None:
    podium = Podium({Stage.PLACED: Work(failures=99)})
    order = podium.place()

    assert arrive_until_parked(podium, order) == RETRIES
    (item,) = podium.current(order).attention
    assert item.reason == "entry_work_failed"
    assert "becomes Placed failed 6 times (WhatsApp does not answer.)" in item.text
    assert podium.parked_at(order) == (Stage.PLACED, 1)
    assert [event.version for event in podium.history(order)] == [1, 2]


def test_a_person_is_asked_once() -> None:
    podium = Podium({Stage.PLACED: Work(failures=99)})
    order = podium.place()
    arrive_until_parked(podium, order)

    podium.entered.clear()
    podium.enter(podium.conductor.tasks[0], attempt=RETRIES)

    assert len(podium.current(order).attention) == 1


def test_an_order_that_asks_for_a_person_still_goes_on() -> None:
    podium = Podium({Stage.PLACED: Work(failures=99)})
    order = podium.place()
    arrive_until_parked(podium, order)
    podium.move(order, Stage.CONFIRMED)

    podium.conduct_all(order)

    assert podium.waiting(order) == [(Stage.CONFIRMED, 3)]


def test_a_replay_does_no_work_for_stages_that_were_left() -> None:
    work = Work()
    podium = Podium({Stage.PLACED: work, Stage.CONFIRMED: work, Stage.CANCELLED: work})
    order = podium.place()
    podium.move(order, Stage.CONFIRMED, Stage.CANCELLED)

    podium.conduct(podium.history(order)[0])
    podium.run()

    assert work.done == [(Stage.CANCELLED, 3)]
    walked = [Stage.PLACED, Stage.CONFIRMED, Stage.CANCELLED]
    assert podium.conductor.walks == {f"{order.order_id}-v1": walked}


@pytest.mark.parametrize("stage", sorted(RESTING))
def test_the_work_of_a_stage_where_the_order_rests_is_done_once_before_the_end(
    stage: Stage,
) -> None:
    work = Work()
    podium = Podium({stage: work})
    order = podium.place()
    walk = way_to(Stage.PLACED, stage)
    podium.move(order, *walk)

    podium.conduct_all(order)
    podium.conduct_all(order)

    assert work.done == [(stage, 1 + len(walk))]
    assert podium.ended_at(order) == (stage, 1 + len(walk))


def test_work_of_a_rest_that_fails_is_tried_again_before_the_end() -> None:
    work = Work(failures=2)
    podium = Podium({Stage.CANCELLED: work})
    order = podium.place()
    podium.move(order, Stage.CANCELLED)

    assert arrive_until_parked(podium, order) == 2
    assert work.done == [(Stage.CANCELLED, 2)]
    assert podium.current(order).attention == ()
    assert podium.ended_at(order) == (Stage.CANCELLED, 2)


def test_work_of_a_rest_that_always_fails_becomes_a_persons_and_the_execution_ends() -> None:
    podium = Podium({Stage.CANCELLED: Work(failures=99)})
    order = podium.place()
    podium.move(order, Stage.CANCELLED)

    assert arrive_until_parked(podium, order) == RETRIES
    (item,) = podium.current(order).attention
    assert item.reason == "entry_work_failed"
    assert podium.ended_at(order) == (Stage.CANCELLED, 2)
    assert podium.waiting(order) == []


def test_work_that_moves_a_resting_order_on_is_followed_at_once() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, Stage.ABANDONED)

    def confirm(order: Order, version: int) -> None:
        podium.move(order, Stage.CONFIRMED)

    podium.work = {Stage.ABANDONED: confirm}
    podium.conduct_all(order)

    walked = [Stage.PLACED, Stage.ABANDONED, Stage.CONFIRMED]
    assert podium.conductor.walks == {f"{order.order_id}-v1": walked}
    assert podium.waiting(order) == [(Stage.CONFIRMED, 3)]


def test_work_that_moved_the_order_and_then_failed_is_not_done_again() -> None:
    podium = Podium()
    order = podium.place()
    calls: list[int] = []

    def confirm_and_fail(order: Order, version: int) -> None:
        calls.append(version)
        podium.move(order, Stage.CONFIRMED)
        raise Unavailable("The table does not answer.")

    podium.work = {Stage.PLACED: confirm_and_fail}
    podium.conduct(podium.history(order)[0])
    (task,) = podium.conductor.tasks
    podium.enter(task)
    podium.conductor.tasks = [task]
    podium.enter(task, attempt=1)
    podium.run()

    assert calls == [1]
    assert podium.waiting(order) == [(Stage.CONFIRMED, 2)]


def test_a_move_at_the_very_moment_of_the_end_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, Stage.CANCELLED)
    rest = podium.conductor.rest

    def rest_late(execution: Execution) -> bool:
        podium.move(order, Stage.CONFIRMED)
        podium.conduct(podium.history(order)[-1])
        return rest(execution)

    monkeypatch.setattr(podium.conductor, "rest", rest_late)
    podium.conduct_all(order)

    assert podium.waiting(order) == [(Stage.CONFIRMED, 3)]
    walked = [Stage.PLACED, Stage.CANCELLED, Stage.CONFIRMED]
    assert podium.conductor.walks == {f"{order.order_id}-v1": walked}


def test_no_work_is_done_for_a_stage_that_was_left_at_the_moment_of_entering(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work = Work()
    podium = Podium({Stage.PLACED: work})
    order = podium.place()
    podium.conduct(podium.history(order)[0])
    get = podium.orders.get

    def get_late(store_id: str, order_id: str) -> Order:
        monkeypatch.setattr(podium.orders, "get", get)
        podium.move(order, Stage.CANCELLED)
        return get(store_id, order_id)

    monkeypatch.setattr(podium.orders, "get", get_late)
    podium.run()

    assert work.done == []
    assert podium.ended_at(order) == (Stage.CANCELLED, 2)


def test_a_stage_that_is_reached_again_does_its_work_again() -> None:
    work = Work()
    podium = Podium({Stage.PLACED: work})
    order = podium.place()
    podium.conduct_all(order)
    podium.move(order, Stage.ABANDONED, Stage.PLACED)

    podium.conduct_all(order)

    assert work.done == [(Stage.PLACED, 1), (Stage.PLACED, 3)]


def test_a_move_during_the_work_is_followed_at_once() -> None:
    podium = Podium()
    order = podium.place()

    def confirm(order: Order, version: int) -> None:
        podium.move(order, Stage.CONFIRMED)

    podium.work = {Stage.PLACED: confirm}
    podium.conduct(podium.history(order)[0])
    podium.run()

    assert podium.waiting(order) == [(Stage.CONFIRMED, 2)]
    assert podium.parked_at(order) == (Stage.CONFIRMED, 2)


def test_work_that_moves_the_order_is_followed_once_when_everybody_hears_of_it_at_once() -> None:
    podium = Podium()
    order = podium.place()
    approved: list[int] = []

    def approve(order: Order, version: int) -> None:
        approved.append(version)
        podium.move(order, Stage.APPROVED)
        podium.conduct(podium.history(order)[-1])

    podium.work = {Stage.CONFIRMED: approve}
    podium.conduct_all(order)
    podium.move(order, Stage.CONFIRMED)
    podium.conduct_all(order)
    podium.conduct_all(order)

    assert approved == [2]
    assert podium.waiting(order) == [(Stage.APPROVED, 3)]
    walked = [Stage.PLACED, Stage.CONFIRMED, Stage.APPROVED]
    assert podium.conductor.walks == {f"{order.order_id}-v1": walked}


def test_a_move_at_the_very_moment_of_parking_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    podium = Podium()
    order = podium.place()
    park = podium.executions.park

    def park_late(execution: object, **options: object) -> object:
        if podium.current(order).stage is Stage.PLACED:
            podium.move(order, Stage.CANCELLED)
        return park(execution, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(podium.executions, "park", park_late)
    podium.conduct(podium.history(order)[0])
    podium.run()

    assert podium.waiting(order) == []
    assert podium.ended_at(order) == (Stage.CANCELLED, 2)


def test_when_parking_fails_the_machine_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    podium = Podium()
    order = podium.place()

    def refuse(execution: object, **options: object) -> None:
        raise Unavailable("The table does not answer.")

    monkeypatch.setattr(podium.executions, "park", refuse)
    podium.conduct_all(order)

    assert list(podium.conductor.failures.values()) == ["Unavailable: The table does not answer."]


def test_an_arrival_waits_for_a_day_before_it_is_looked_at() -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct_all(order)

    podium.later(hours=23)
    early = podium.executions.to_check(order.store_id, before=podium.now).items
    podium.later(hours=2)
    late = podium.executions.to_check(order.store_id, before=podium.now).items

    assert (early, late) == ((), (order.order_id,))
