"""What staff take back in time, on the deployed stack."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from dev.demo.seed import GRACE_PERIOD
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.orders.move import MoveCommand, move
from tests.builders import an_actor

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order
    from tests.shop import Shop

pytestmark = pytest.mark.e2e

MANAGER = an_actor(ActorKind.STAFF)


def clicks(shop: Shop, order: Order, to: Stage) -> Order:
    command = MoveCommand(
        store_id=order.store_id, order_id=order.order_id, to=to, by=MANAGER, reason="Out of cashews"
    )
    return move(command, orders=shop.orders, stores=shop.stores, now=datetime.now(UTC))


def test_cancelled_taken_back_and_cancelled_again_reaches_the_customer_once(shop: Shop) -> None:
    customer = shop.customer("Undecided")
    order = shop.order_of(shop.phone.cart(customer, {"SL-CHAI-150": 1}))
    shop.phone.wait_for_message(customer)
    clicked = time.monotonic()

    clicks(shop, order, Stage.CANCELLED)
    clicks(shop, order, Stage.PLACED)
    clicks(shop, order, Stage.CANCELLED)

    shop.wait_for_text(customer, "Out of cashews")
    assert time.monotonic() - clicked >= GRACE_PERIOD.total_seconds()
    # Were there another message, it would have been due before this one.
    assert [text for text in shop.received(customer) if "Out of cashews" in text] == [
        shop.received(customer)[-1]
    ]


def test_a_cancellation_that_is_taken_back_in_time_does_not_reach_the_customer(shop: Shop) -> None:
    customer = shop.customer("Lucky")
    order = shop.order_of(shop.phone.cart(customer, {"SL-CHAI-150": 1}))
    shop.phone.wait_for_message(customer)

    clicks(shop, order, Stage.CANCELLED)
    clicks(shop, order, Stage.PLACED)
    time.sleep(3 * GRACE_PERIOD.total_seconds())

    assert "Out of cashews" not in " ".join(shop.received(customer))
