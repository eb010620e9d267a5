"""What breaks is found and mended by the sweep; the order in the table is the truth."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from orderdesk.domain.lifecycle import Stage
from tests.shop import Shop

if TYPE_CHECKING:
    from dev.stack import LocalStack
    from orderdesk.domain.order import Order

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def a_placed_order(shop: Shop, name: str) -> Order:
    order = shop.order_of(shop.phone.cart(shop.customer(name), {"SL-CHAI-150": 1}))
    shop.wait_until_standing(order, Stage.PLACED)
    return order


def test_an_execution_that_was_stopped_is_started_again_in_the_orders_stage(shop: Shop) -> None:
    order = a_placed_order(shop, "Stopped")
    held = shop.move(order, Stage.ON_HOLD, reason="Call first")
    name = shop.wait_until_standing(held, Stage.ON_HOLD)
    machine = shop.stack.outputs["StateMachineArn"]
    arn = machine.replace(":stateMachine:", ":execution:") + f":{name}"
    shop.stack.client("stepfunctions").stop_execution(executionArn=arn)

    shop.stack.heal()

    assert shop.wait_until_standing(held, Stage.ON_HOLD) != name


def test_an_execution_whose_token_was_lost_catches_up(shop: Shop) -> None:
    order = a_placed_order(shop, "Tokenless")
    key = {"pk": {"S": f"main#ORDER#{order.order_id}"}, "sk": {"S": "EXECUTION"}}
    shop.stack.client("dynamodb").delete_item(TableName=shop.stack.outputs["TableName"], Key=key)

    held = shop.move(order, Stage.ON_HOLD, reason="Call first")
    shop.stack.heal()

    shop.wait_until_standing(held, Stage.ON_HOLD)


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
