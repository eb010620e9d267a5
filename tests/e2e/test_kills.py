"""Functions die, signals are lost, the table is throttled: no order is lost and none is stuck.

Each function talks to the local cloud over a line that the test makes fail: after the n-th write
nothing is answered any more, which is where a killed function ends.
"""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from dev.stack import FunctionFailed
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.shop.policy import Policy, Store
from tests.e2e.killing import DYNAMODB, STEP_FUNCTIONS, faulty_line, impatient
from tests.faulty import THROTTLED, answered
from tests.messages import Sender
from tests.shop import wait_for

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order
    from tests.shop import Shop

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

CART = {"SL-CHAI-150": 1}
TRANSACTION = "TransactWriteItems"


def a_placed_order(shop: Shop, name: str) -> Order:
    order = shop.order_of(shop.phone.cart(shop.customer(name), CART))
    shop.wait_until_standing(order, Stage.PLACED)
    return order


def history_is_complete(shop: Shop, order: Order) -> bool:
    now = shop.reload(order)
    history = shop.orders.history(order.store_id, order.order_id)
    return [event.version for event in history] == list(range(1, now.version + 1))


def hold(shop: Shop, order: Order, key: str) -> int:
    answer = shop.api.post(
        f"/api/orders/{order.order_id}/moves",
        json={"to": "on_hold", "expected_version": order.version, "reason": "Call first"},
        headers={"Idempotency-Key": key},
    )
    return answer.status_code


@pytest.mark.parametrize("writes", [1, 3])
def test_an_inbox_that_is_killed_between_its_writes_makes_one_order_and_one_message(
    shop: Shop, writes: int
) -> None:
    """After one write the customer is known, after three the order is committed."""
    customer = shop.customer(f"Killed {writes}")
    with (
        impatient(shop.stack, ["InboxQueueUrl"]),
        faulty_line(shop.stack, "inbox", DYNAMODB) as line,
    ):
        line.dies_after(writes=writes)
        cart = shop.phone.cart(customer, CART)
        wait_for(lambda: line.is_dead, "the end of the function")
        line.recovers()
        order = shop.order_of(cart)
        shop.phone.wait_for_message(customer)
        thread = wait_for(
            lambda: shop.conversations.page(order.store_id, order.customer.customer_id).items,
            "the cart on the thread",
        )

    shop.wait_until_standing(order, Stage.PLACED)
    history = shop.orders.history(order.store_id, order.order_id)
    assert [event.type for event in history] == [EventType.PLACED]
    assert thread
    assert len(shop.received(customer)) == 1


def test_a_move_whose_function_was_killed_after_the_commit_is_done_once(shop: Shop) -> None:
    order, key = a_placed_order(shop, "Unanswered"), str(uuid.uuid4())
    with faulty_line(shop.stack, "api", DYNAMODB) as line:
        line.loses_the_answer_to(TRANSACTION)
        line.dies_after(writes=1)
        first = hold(shop, order, key)
        line.recovers()
        again = hold(shop, order, key)

    assert first >= 500
    assert again == 200
    assert shop.reload(order).version == order.version + 1
    assert history_is_complete(shop, order)
    shop.wait_until_standing(order, Stage.ON_HOLD)


def test_a_throttled_table_delays_and_loses_nothing(shop: Shop) -> None:
    order, key = a_placed_order(shop, "Throttled"), str(uuid.uuid4())
    with faulty_line(shop.stack, "api", DYNAMODB) as line:
        line.refuses(TRANSACTION, THROTTLED, times=3)
        refused = hold(shop, order, key)
        unchanged = shop.reload(order)
        line.refuses(TRANSACTION, THROTTLED, times=2)
        patient = hold(shop, order, key)

    assert (refused, patient) == (503, 200)
    assert unchanged == order
    assert history_is_complete(shop, order)
    shop.wait_until_standing(order, Stage.ON_HOLD)


def test_a_signal_that_is_lost_is_made_up_for_by_the_sweep(shop: Shop) -> None:
    """Step Functions says that it took the answer, and nothing comes of it."""
    order = a_placed_order(shop, "Unsignalled")
    with faulty_line(shop.stack, "conduct", STEP_FUNCTIONS) as line:
        line.meets("SendTaskSuccess", answered({}), times=None)
        held = shop.move(order, Stage.ON_HOLD, reason="Call first")
        wait_for(lambda: "SendTaskSuccess" in line.asked, "the signal")
    parked = shop.executions.find(order.store_id, order.order_id)
    assert parked is not None
    assert parked.stage is Stage.PLACED

    shop.stack.heal()

    assert shop.wait_until_standing(held, Stage.ON_HOLD) == parked.name
    assert history_is_complete(shop, held)


def test_an_execution_that_was_stopped_is_started_again_in_the_orders_stage(shop: Shop) -> None:
    order = a_placed_order(shop, "Halted")
    held = shop.move(order, Stage.ON_HOLD, reason="Call first")
    name = shop.wait_until_standing(held, Stage.ON_HOLD)
    machine = shop.stack.outputs["StateMachineArn"]
    arn = machine.replace(":stateMachine:", ":execution:") + f":{name}"
    shop.stack.client("stepfunctions").stop_execution(executionArn=arn)

    # Step Functions tells of it; nobody has to look.
    assert shop.wait_until_standing(held, Stage.ON_HOLD) != name

    released = shop.move(held, Stage.PLACED)
    shop.wait_until_standing(released, Stage.PLACED)
    assert history_is_complete(shop, released)


def quiet_customers(shop: Shop, number: str) -> list[Order]:
    """Three orders of a shop that gives its customers a second."""
    hasty = Policy(abandon_after=timedelta(seconds=1))
    shop.stores.put(Store(store_id=f"shop{number}", name="Hasty", policy=hasty))
    shop.stores.map_number(number, f"shop{number}")
    orders = []
    for tail in range(3):
        sender = Sender(number=number, phone=f"91981{number}{tail}", name=f"Quiet {tail}")
        shop.post(sender.cart(f"wamid.{number}-{tail}"))
    for tail in range(3):
        orders.append(shop.placed(f"shop{number}", number, f"wamid.{number}-{tail}"))
    for order in orders:
        shop.wait_until_standing(order, Stage.PLACED)
    return orders


def assert_each_is_abandoned_once(shop: Shop, orders: list[Order]) -> None:
    for order in orders:
        shop.sweep_until(order, Stage.ABANDONED)
        history = shop.orders.history(order.store_id, order.order_id)
        assert [event.target for event in history].count(Stage.ABANDONED) == 1
        assert history_is_complete(shop, order)
        shop.wait_until_standing(order, Stage.ABANDONED)


def test_a_sweep_that_is_killed_half_way_is_finished_by_the_next(shop: Shop) -> None:
    with faulty_line(shop.stack, "abandon_sweep", DYNAMODB) as line:
        line.dies_after(writes=1)
        orders = quiet_customers(shop, "990011")
        with suppress(FunctionFailed):
            shop.stack.invoke("abandon_sweep", {})
        wait_for(lambda: line.is_dead, "the end of the sweep")
        line.recovers()

        assert_each_is_abandoned_once(shop, orders)


def test_two_sweeps_at_once_do_everything_once(shop: Shop) -> None:
    orders = quiet_customers(shop, "990012")

    with ThreadPoolExecutor(2) as pool:
        swept = list(pool.map(lambda _: shop.stack.invoke("abandon_sweep", {}), range(2)))

    assert [each["failed"] for each in swept] == [0, 0]
    assert_each_is_abandoned_once(shop, orders)
