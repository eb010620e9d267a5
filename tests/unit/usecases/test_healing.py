"""The sweep finds executions that lag, ended or were never started."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderdesk.domain.errors import Unavailable
from orderdesk.domain.orders.lifecycle import RESTING, Stage, moves_from
from orderdesk.usecases.orders.enter import SUPERSEDED
from orderdesk.usecases.orders.sweep import Outcome
from orderdesk.usecases.ports import Page
from tests.podium import Podium

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order

PLACED, CONFIRMED, CANCELLED = Stage.PLACED, Stage.CONFIRMED, Stage.CANCELLED
CHECKED, HEALED, FAILED = Outcome.CHECKED, Outcome.HEALED, Outcome.FAILED


def test_an_order_that_waits_as_it_should_is_looked_at_once_a_day() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, CONFIRMED)
    podium.conduct_all(order)

    podium.later(hours=1)
    assert podium.swept() == {}
    podium.later(hours=24)
    assert podium.swept() == {CHECKED: 1}
    assert podium.swept() == {}


def test_an_order_that_nobody_was_told_of_is_started_after_a_minute() -> None:
    podium = Podium()
    order = podium.place()

    assert podium.swept() == {}
    podium.later(minutes=1)
    assert podium.swept() == {HEALED: 1}
    podium.run()

    assert podium.waiting(order) == [(PLACED, 1)]
    podium.later(minutes=10)
    assert podium.swept() == {}


def test_a_move_that_nobody_was_told_of_is_made_up_for() -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct_all(order)
    podium.move(order, CONFIRMED, Stage.APPROVED)
    podium.later(minutes=1)

    assert podium.swept() == {HEALED: 1}
    podium.run()

    walked = [PLACED, CONFIRMED, Stage.APPROVED]
    assert podium.conductor.walks == {f"{order.order_id}-v1": walked}


def test_after_an_outage_every_live_order_gets_an_execution_where_it_is() -> None:
    podium = Podium()
    orders = [podium.place(f"wamid.{number}") for number in range(3)]
    podium.move(orders[1], CONFIRMED)
    podium.move(orders[2], CANCELLED, Stage.ARCHIVED)
    for order in orders:
        podium.conduct_all(order)
    podium.conductor.tasks.clear()

    assert podium.swept(verify_all=True)[HEALED] == 2
    podium.run()

    assert [podium.waiting(order) for order in orders] == [[(PLACED, 1)], [(CONFIRMED, 2)], []]
    assert podium.swept(verify_all=True)[CHECKED] == 2


def test_an_execution_that_ended_twice_at_the_same_place_is_started_a_third_time() -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct_all(order)

    for _ in range(2):
        podium.conductor.tasks.clear()
        podium.later(minutes=10)
        podium.sweep(verify_all=True)
        podium.run()

    assert podium.waiting(order) == [podium.parked_at(order)]


def test_verifying_all_reads_every_page(monkeypatch: pytest.MonkeyPatch) -> None:
    podium = Podium()
    monkeypatch.setattr("orderdesk.usecases.orders.sweep.LIMIT", 2)
    orders = [podium.place(f"wamid.{number}") for number in range(7)]
    for order in orders:
        podium.conduct_all(order)
    podium.conductor.tasks.clear()

    assert podium.swept(verify_all=True) == {HEALED: 7}
    podium.run()

    assert all(podium.waiting(order) == [(PLACED, 1)] for order in orders)


def test_an_arrival_that_is_still_being_tried_is_left_alone() -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct(podium.history(order)[0])
    podium.later(minutes=2)

    assert podium.swept() == {CHECKED: 1}
    assert list(podium.conductor.walks) == [f"{order.order_id}-v1"]


def test_a_token_that_went_astray_is_given_up_after_an_hour() -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct_all(order)
    podium.orders.shelf.executions.clear()
    podium.move(order, CONFIRMED)

    podium.later(minutes=59)
    podium.swept()
    podium.run()
    assert podium.parked_at(order) is None
    podium.later(minutes=6)
    assert podium.swept() == {HEALED: 1}
    podium.run()

    assert podium.parked_at(order) == (CONFIRMED, 2)


def test_verifying_all_gives_up_a_token_that_went_astray_at_once() -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct_all(order)
    podium.orders.shelf.executions.clear()
    podium.move(order, CONFIRMED)
    podium.later(seconds=1)

    assert podium.swept(verify_all=True) == {HEALED: 1}
    podium.run()

    assert podium.parked_at(order) == (CONFIRMED, 2)


@pytest.mark.parametrize("stage", sorted(RESTING))
def test_an_order_that_rests_needs_nothing(stage: Stage) -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct_all(order)
    podium.rest(order, stage)
    podium.later(days=2)

    assert podium.to_check() == ()
    assert HEALED not in podium.swept(verify_all=True)
    assert podium.waiting(order) == []


def test_work_of_a_rest_that_nobody_did_is_made_up_for() -> None:
    done: list[int] = []
    podium = Podium({CANCELLED: lambda order, version: done.append(version)})
    order = podium.place()
    podium.conduct_all(order)
    podium.move(order, CANCELLED)
    podium.conductor.tasks.clear()
    podium.later(minutes=1)

    assert podium.swept() == {HEALED: 1}
    podium.run()

    assert done == [2]
    assert podium.ended_at(order) == (CANCELLED, 2)
    assert podium.to_check() == ()


def test_an_archive_that_nobody_was_told_of_is_taken_note_of() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, CANCELLED)
    podium.conduct_all(order)
    podium.move(order, Stage.ARCHIVED)
    podium.later(minutes=2)

    assert podium.swept() == {CHECKED: 1}
    assert podium.ended_at(order) == (Stage.ARCHIVED, 3)
    assert podium.to_check() == ()


def test_an_arrival_at_a_rest_that_broke_off_before_its_end_is_ended() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, CANCELLED)
    podium.break_off("rest")
    podium.conduct_all(order)
    assert podium.waiting(order) == [(CANCELLED, 2)]
    podium.mend()
    podium.later(minutes=2)

    assert podium.swept() == {CHECKED: 1}

    assert podium.waiting(order) == []
    assert podium.ended_at(order) == (CANCELLED, 2)
    assert podium.to_check() == ()


def test_an_arrival_at_a_rest_that_broke_off_right_after_its_end_is_taken_note_of() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, CANCELLED)
    podium.break_off("settle")
    podium.conduct_all(order)
    assert podium.ended_at(order) is None
    podium.mend()
    podium.later(minutes=2)

    assert podium.swept() == {CHECKED: 1}

    assert podium.ended_at(order) == (CANCELLED, 2)
    assert podium.to_check() == ()


def test_an_order_that_leaves_a_rest_which_broke_off_is_followed() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, CANCELLED)
    podium.break_off("settle")
    podium.conduct_all(order)
    podium.mend()

    podium.move(order, CONFIRMED)
    podium.conduct_all(order)

    assert podium.waiting(order) == [(CONFIRMED, 3)]


def test_the_lost_record_of_an_order_that_did_not_move_is_replaced() -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct_all(order)
    podium.orders.shelf.executions.clear()
    podium.later(minutes=1)

    assert podium.swept(verify_all=True) == {HEALED: 1}
    podium.run()

    assert podium.waiting(order) == [(PLACED, 1)]
    assert podium.parked_as(order) == "v1-r1"
    assert podium.swept(verify_all=True) == {CHECKED: 1}


def test_the_lost_record_of_a_resting_order_is_made_up_for_when_it_moves() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, CANCELLED)
    podium.conduct_all(order)
    podium.orders.shelf.executions.clear()

    podium.move(order, CONFIRMED)
    podium.conduct_all(order)

    assert podium.waiting(order) == [(CONFIRMED, 3)]
    assert podium.parked_as(order) == "v1-r1"


def test_an_execution_out_of_a_rest_whose_record_was_lost_is_left_to_the_sweep() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, CANCELLED)
    podium.conduct_all(order)
    podium.move(order, PLACED)
    podium.conduct_all(order)
    podium.orders.shelf.executions.clear()

    podium.move(order, CONFIRMED)
    podium.conduct_all(order)
    assert podium.waiting(order) == [(PLACED, 3)]
    podium.later(minutes=1)
    assert podium.swept(verify_all=True) == {HEALED: 1}
    podium.run()

    assert podium.waiting(order) == [(CONFIRMED, 4)]
    assert podium.parked_as(order) == "v4"


def test_an_execution_whose_record_was_lost_twice_is_replaced_twice() -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct_all(order)
    for _ in range(2):
        podium.orders.shelf.executions.clear()
        podium.later(minutes=1)
        podium.sweep(verify_all=True)
        podium.run()

    assert podium.waiting(order) == [(PLACED, 1)]
    assert podium.parked_as(order) == "v1-r2"


def test_an_arrival_that_hangs_is_stopped_when_another_takes_its_place() -> None:
    podium = Podium()
    order = podium.place()
    podium.conduct_all(order)
    podium.move(order, CONFIRMED)
    podium.break_off("park")
    podium.conduct_all(order)
    podium.mend()
    assert podium.waiting(order) == [(CONFIRMED, 2)]
    assert podium.parked_at(order) == (PLACED, 1)

    podium.later(minutes=65)
    podium.sweep()
    podium.run()

    assert podium.waiting(order) == [(CONFIRMED, 2)]
    assert podium.parked_as(order) == "v2"


def test_an_execution_out_of_a_rest_that_hangs_is_replaced() -> None:
    podium = Podium()
    order = podium.place()
    podium.move(order, CANCELLED)
    podium.conduct_all(order)
    podium.move(order, CONFIRMED)
    podium.conduct(podium.history(order)[-1])
    (hanging,) = podium.conductor.tasks
    podium.entered.add(hanging.token)

    podium.later(minutes=59)
    assert podium.swept() == {CHECKED: 1}
    podium.later(minutes=6)
    assert podium.swept() == {HEALED: 1}
    podium.run()

    assert podium.waiting(order) == [(CONFIRMED, 3)]


def test_a_look_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    podium = Podium()
    first, second = podium.place("wamid.1"), podium.place("wamid.2")
    start = podium.conductor.start

    def start_one(**place: object) -> bool:
        if place["order_id"] == first.order_id:
            raise Unavailable("Step Functions does not answer.")
        return start(**place)  # type: ignore[arg-type]

    monkeypatch.setattr(podium.conductor, "start", start_one)
    podium.later(minutes=2)

    assert podium.swept() == {HEALED: 1, FAILED: 1}
    podium.run()
    assert podium.waiting(second) == [(PLACED, 1)]


def test_an_order_that_is_gone_by_now_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    podium = Podium()
    podium.place()
    podium.later(minutes=2)
    monkeypatch.setattr(
        podium.executions, "to_check", lambda store_id, **_: Page(items=("gone",), cursor=None)
    )

    assert podium.swept() == {Outcome.SKIPPED: 1}


def move(podium: Podium, order: Order, data: st.DataObject) -> None:
    podium.move(order, data.draw(st.sampled_from(moves_from(order.stage))).target)


def tell(podium: Podium, order: Order, data: st.DataObject) -> None:
    podium.conduct(data.draw(st.sampled_from(podium.history(order))))


def run_all(podium: Podium, order: Order, data: st.DataObject) -> None:
    podium.run()


def run_one(podium: Podium, order: Order, data: st.DataObject) -> None:
    for task in podium.conductor.tasks[:1]:
        podium.enter(task)


def crash(podium: Podium, order: Order, data: st.DataObject) -> None:
    fresh = [task for task in podium.conductor.tasks if task.token not in podium.entered]
    for task in fresh[:1]:
        podium.break_off(data.draw(st.sampled_from(("park", "rest", "settle"))))
        podium.enter(task)
        podium.mend()


def lose_token(podium: Podium, order: Order, data: st.DataObject) -> None:
    for task in podium.conductor.tasks[:1]:
        podium.conductor.lose(task.name)


def lose_record(podium: Podium, order: Order, data: st.DataObject) -> None:
    podium.orders.shelf.executions.clear()


def sweep(podium: Podium, order: Order, data: st.DataObject) -> None:
    podium.later(minutes=5)
    podium.sweep()


def be_late(podium: Podium, order: Order, data: st.DataObject) -> None:
    podium.later(hours=3)


MISHAPS = (move, tell, run_all, run_one, crash, lose_token, lose_record, sweep, be_late)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_goes_astray_one_execution_ends_up_where_the_order_is(data: st.DataObject) -> None:
    podium = Podium()
    order = podium.place()

    for mishap in data.draw(st.lists(st.sampled_from(MISHAPS), max_size=25)):
        mishap(podium, podium.current(order), data)
    for _ in range(4):
        podium.later(hours=2)
        podium.sweep(verify_all=True)
        podium.run()

    last = [event for event in podium.history(order) if event.changes_stage][-1]
    if last.target not in RESTING:
        assert (last.target, last.version) in podium.waiting(order)
    podium.end_leases()  # one that broke off before it was on record cannot be ended before
    where = [] if last.target in RESTING else [(last.target, last.version)]
    assert podium.waiting(order) == where
    assert not where or podium.parked_at(order) == where[0]
    assert all(reason.startswith(SUPERSEDED) for reason in podium.conductor.failures.values())
