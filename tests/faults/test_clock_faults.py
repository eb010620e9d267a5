"""Faults 21 and 27 to 29: clocks that differ, and sweeps that crash or meet somebody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from orderdesk.domain.orders.lifecycle import Stage
from tests.faults.test_intake_faults import a_payment
from tests.faulty import ANY, after
from tests.whatsapp import MG_ROAD, a_cart, a_form, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.orders.order import Order
    from tests.faults.rig import Rig


@pytest.mark.parametrize("minutes", [-10, 10])
def test_fault_21_versions_order_what_happened_and_not_the_clocks(rig: Rig, minutes: int) -> None:
    """Two functions whose clocks differ by ten minutes."""
    rig.receive(said(a_cart()))
    rig.later(minutes=minutes)
    rig.hold(rig.order())
    rig.later(minutes=-minutes)
    assert rig.move(rig.order(), Stage.PLACED)[0] == 200
    rig.settle()

    versions = [(event.version, event.target) for event in rig.history()]
    assert versions == [(1, Stage.PLACED), (2, Stage.ON_HOLD), (3, Stage.PLACED)]
    assert rig.standing(rig.order()) is Stage.PLACED


@pytest.mark.parametrize("minutes", [-10, 10, 60 * 24 * 365])
def test_fault_21_a_customers_clock_neither_hurries_nor_delays_the_shops(
    rig: Rig, minutes: int
) -> None:
    sent_at = str(int((rig.now + timedelta(minutes=minutes)).timestamp()))

    rig.receive(said(a_cart(timestamp=sent_at)))

    order = rig.order()
    assert order.last_customer_action_at == rig.now
    assert order.due_at is not None
    assert order.due_at > rig.now


def a_quiet_customer(rig: Rig, message_id: str = "wamid.cart1") -> Order:
    """Who gave an address and went away for a day."""
    rig.receive(said(a_cart(message_id=message_id)))
    rig.receive(said(a_form(MG_ROAD, message_id=f"{message_id}.form")))
    return rig.order(message_id)


def pay_and_sweep(rig: Rig, order: Order) -> tuple[Callable[[], object], Callable[[], object]]:
    return lambda: rig.pay(a_payment(order.order_id)), rig.sweep


@pytest.mark.parametrize("swept_first", [True, False])
@pytest.mark.parametrize("step", range(9))
def test_fault_27_a_payment_wins_wherever_it_meets_the_sweep(
    rig: Rig, step: int, swept_first: bool
) -> None:
    """One of the two runs whole before the `step`-th request of the other, for every step."""
    order = a_quiet_customer(rig)
    rig.later(hours=25)
    pay, sweep = pay_and_sweep(rig, order)
    outer, inner = (pay, sweep) if swept_first else (sweep, pay)
    rig.faulty.forget()
    rig.faulty.meets(ANY, after(inner), skip=step)

    outer()
    if len(rig.faulty.asked) <= step:
        inner()
    rig.faulty.recovers()
    for _ in range(2):
        rig.later(minutes=15)
        rig.sweep()

    paid = rig.order()
    assert paid.ledger.captured == paid.total
    assert paid.stage is Stage.CONFIRMED
    assert [event.version for event in rig.history()] == list(range(1, paid.version + 1))


def test_fault_27_a_payment_wins_over_a_sweep_in_another_thread(rig: Rig) -> None:
    order = a_quiet_customer(rig)
    rig.later(hours=25)
    together = Barrier(2)

    def run(action: Callable[[], object]) -> None:
        together.wait(timeout=10)
        action()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, pay_and_sweep(rig, order)))

    assert rig.order().stage is Stage.CONFIRMED


def quiet_customers(rig: Rig) -> list[str]:
    ids = [f"wamid.{number}" for number in range(4)]
    for message_id in ids:
        rig.receive(said(a_cart(message_id=message_id)))
    rig.later(hours=25)
    return ids


def times_abandoned(rig: Rig, message_id: str) -> int:
    return [event.target for event in rig.history(message_id)].count(Stage.ABANDONED)


def finish(rig: Rig, ids: list[str]) -> None:
    """Sweeps go on until all are abandoned, and then once more. What failed is put off a little."""
    for _ in range(6):
        rig.later(minutes=15)
        closed = all(rig.order(each).stage is Stage.ABANDONED for each in ids)
        rig.sweep()
        if closed:
            return


@pytest.mark.parametrize("writes", range(6))
def test_fault_28_a_sweep_that_dies_anywhere_is_finished_by_the_next_ones(
    rig: Rig, writes: int
) -> None:
    ids = quiet_customers(rig)
    rig.faulty.dies_after(writes=writes)
    with suppress(Exception):
        rig.sweep()
    done = sum(times_abandoned(rig, each) for each in ids)
    rig.faulty.recovers()
    assert done <= writes

    finish(rig, ids)

    assert [times_abandoned(rig, each) for each in ids] == [1] * len(ids)
    assert {rig.order(each).stage for each in ids} == {Stage.ABANDONED}


def test_fault_29_two_sweeps_at_once_do_everything_once(rig: Rig) -> None:
    ids = quiet_customers(rig)
    together = Barrier(2)

    def sweep(_: int) -> int:
        together.wait(timeout=10)
        swept = rig.sweep()
        return int(swept["failed"])

    with ThreadPoolExecutor(2) as pool:
        failed = sum(pool.map(sweep, range(2)))
    finish(rig, ids)

    assert failed == 0
    assert [times_abandoned(rig, each) for each in ids] == [1] * len(ids)
