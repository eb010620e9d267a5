"""What breaks is found and mended by the sweep; the order in the table is the truth."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from orderdesk.domain.orders.lifecycle import Stage
from tests.e2e.killing import STEP_FUNCTIONS, faulty_line
from tests.faulty import lost_on_the_way
from tests.shop import Shop, wait_for

if TYPE_CHECKING:
    from dev.stack import LocalStack
    from orderdesk.domain.orders.order import Order

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def a_placed_order(shop: Shop, name: str) -> Order:
    order = shop.order_of(shop.phone.cart(shop.customer(name), {"SL-CHAI-150": 1}))
    shop.wait_until_standing(order, Stage.PLACED)
    return order


def test_an_execution_whose_token_was_lost_catches_up(shop: Shop) -> None:
    order = a_placed_order(shop, "Tokenless")
    key = {"pk": {"S": f"main#ORDER#{order.order_id}"}, "sk": {"S": "EXECUTION"}}
    shop.stack.client("dynamodb").delete_item(TableName=shop.stack.outputs["TableName"], Key=key)

    held = shop.move(order, Stage.ON_HOLD, reason="Call first")
    shop.stack.heal()

    shop.wait_until_standing(held, Stage.ON_HOLD)


def test_an_execution_whose_record_was_lost_is_stopped_and_replaced(shop: Shop) -> None:
    order = a_placed_order(shop, "Unrecorded")
    key = {"pk": {"S": f"main#ORDER#{order.order_id}"}, "sk": {"S": "EXECUTION"}}
    shop.stack.client("dynamodb").delete_item(TableName=shop.stack.outputs["TableName"], Key=key)

    shop.stack.heal()

    assert shop.wait_until_standing(order, Stage.PLACED) == f"{order.order_id}-v1-r1"
    assert shop.executions_of(order) == {"v1": "ABORTED", "v1-r1": "RUNNING"}


def test_an_order_at_rest_is_left_alone_and_followed_when_it_moves(shop: Shop) -> None:
    order = a_placed_order(shop, "Resting")
    cancelled = shop.move(order, Stage.CANCELLED, reason="Asked on the phone")
    shop.wait_until_standing(cancelled, Stage.CANCELLED)

    shop.stack.heal()

    assert shop.executions_of(order) == {"v1": "SUCCEEDED"}
    shop.move(order, Stage.PLACED, reason="Asked for another order")
    name = shop.wait_until_standing(order, Stage.PLACED)
    assert shop.executions_of(order) == {"v1": "SUCCEEDED", f"v{cancelled.version}": "RUNNING"}
    assert [state for state in shop.entered(name) if state in set(Stage)] == ["cancelled", "placed"]


def test_an_arrival_at_rest_that_is_cut_off_before_its_end_is_ended_by_the_sweep(
    shop: Shop,
) -> None:
    order = a_placed_order(shop, "Cut Off")
    with faulty_line(shop.stack, "enter_stage", STEP_FUNCTIONS) as line:
        for answer in ("SendTaskSuccess", "SendTaskFailure"):
            line.meets(answer, lost_on_the_way, times=None)
        cancelled = shop.move(order, Stage.CANCELLED, reason="Asked on the phone")
        wait_for(lambda: "SendTaskSuccess" in line.asked, "the last answer")
    parked = shop.executions.find(order.store_id, order.order_id)
    assert parked is not None
    assert (parked.stage, bool(parked.token)) == (Stage.CANCELLED, True)
    assert shop.executions_of(order) == {"v1": "RUNNING"}

    shop.stack.heal()

    assert shop.wait_until_standing(cancelled, Stage.CANCELLED) == parked.name
    assert shop.executions_of(order) == {"v1": "SUCCEEDED"}


def test_orders_are_found_again_after_a_restart_each_with_an_execution(
    stack: LocalStack,
) -> None:
    with closing(Shop(stack)) as shop:
        placed = a_placed_order(shop, "Overnight")
        held = shop.move(a_placed_order(shop, "Also Overnight"), Stage.ON_HOLD, reason="Late")
        shop.wait_until_standing(held, Stage.ON_HOLD)

    stack.stop()
    stack.start()
    stack.heal()

    with closing(Shop(stack)) as shop:
        assert shop.reload(placed) == placed
        shop.wait_until_standing(placed, Stage.PLACED)
        shop.wait_until_standing(held, Stage.ON_HOLD)
        # And whoever orders next morning is served like the day before.
        a_placed_order(shop, "Early Bird")
