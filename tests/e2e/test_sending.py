"""Messages leave the deployed stack once and in order, whatever WhatsApp does meanwhile."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from orderdesk.domain.messages.conversation import Delivery, Direction
from tests.shop import STORE, wait_for

if TYPE_CHECKING:
    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.orders.order import Order
    from tests.shop import Shop

pytestmark = pytest.mark.e2e

LONG = 150.0  # what may have been sent is looked at after half a minute
ARRIVED = frozenset({Delivery.SENT, Delivery.DELIVERED, Delivery.READ})


def ours(shop: Shop, order: Order) -> list[Message]:
    thread = shop.conversations.page(STORE, order.customer.customer_id).items
    return [each for each in reversed(thread) if each.direction is Direction.OUTBOUND]


def have_arrived(shop: Shop, order: Order) -> list[Message] | None:
    found = ours(shop, order)
    return found if found and all(each.delivery in ARRIVED for each in found) else None


def test_what_is_said_during_an_outage_arrives_once_when_it_is_over(shop: Shop) -> None:
    buyers = [shop.customer(f"Outage {n}") for n in range(3)]
    shop.phone.outage(8, "unavailable")

    orders = [shop.order_of(shop.phone.cart(buyer, {"SL-CHAI-150": 1})) for buyer in buyers]
    for order in orders:
        wait_for(partial(ours, shop, order), "the question on the thread")
    assert [shop.received(buyer) for buyer in buyers] == [[], [], []]
    shop.phone.end_outage()

    for order in orders:
        wait_for(partial(have_arrived, shop, order), "the question", LONG)
    assert [len(shop.received(buyer)) for buyer in buyers] == [1, 1, 1]
    assert shop.phone.sent_twice() == []


def test_a_message_whose_answer_is_lost_is_not_sent_again(shop: Shop) -> None:
    buyer = shop.customer("Lost Answer")
    shop.phone.fail_next_sends(131000, after_accepting=True)

    order = shop.order_of(shop.phone.cart(buyer, {"SL-CHAI-150": 1}))

    wait_for(lambda: have_arrived(shop, order), "the status that proves it", LONG)
    assert len(shop.received(buyer)) == 1
    assert shop.phone.sent_twice() == []


def test_a_message_that_failed_is_listed_and_sent_again_by_a_person(shop: Shop) -> None:
    buyer = shop.customer("Refused")
    shop.phone.fail_next_sends(131009)
    order = shop.order_of(shop.phone.cart(buyer, {"SL-CHAI-150": 1}))

    def listed() -> list[str]:
        answer = shop.api.get("/api/messages/failed", params={"limit": 100}).json()
        return [
            each["message_id"] for each in answer["messages"] if each["order_id"] == order.order_id
        ]

    [message_id] = wait_for(listed, "the failure in the list")
    assert shop.received(buyer) == []
    answer = shop.api.post("/api/messages/retry", json={"message_id": message_id})

    assert answer.status_code == 202
    wait_for(lambda: shop.received(buyer), "the message")
    assert listed() == []
