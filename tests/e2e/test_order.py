"""From a cart on a phone to Delivered, on the deployed stack."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from orderdesk.domain.money.ledger import PaymentMethod, PaymentStatus
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.shop.policy import Policy, Store
from tests.messages import Sender

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order
    from tests.shop import Shop

pytestmark = pytest.mark.e2e

CART = {"SL-KAJU-250": 2, "SL-CHAI-150": 1}
WAY = [
    Stage.PLACED,
    Stage.CONFIRMED,
    Stage.APPROVED,
    Stage.PROCESSED,
    Stage.SHIPPED,
    Stage.DELIVERED,
]


def confirmed(shop: Shop, customer: str) -> Order:
    """An order that gathered an address and cash on delivery."""
    order = shop.order_of(shop.phone.cart(customer, CART))
    ask = shop.phone.wait_for_message(customer)
    shop.phone.fill_address(customer, ask["id"])
    button = f"pay:cash_on_delivery:{order.order_id}"
    question = shop.wait_for_text(customer, button)
    shop.phone.tap(customer, question["id"], button)
    return shop.wait_for_stage(order, Stage.CONFIRMED)


def test_a_cart_walks_to_delivered_and_the_customer_hears_what_matters(shop: Shop) -> None:
    customer = shop.customer("Walker")

    order = confirmed(shop, customer)
    shop.wait_until_standing(order, Stage.CONFIRMED)
    shop.move(order, Stage.APPROVED)
    shop.move(order, Stage.PROCESSED)
    shop.move(order, Stage.SHIPPED, tracking={"carrier": "Delhivery", "number": "DL77001"})
    shop.wait_for_text(customer, "DL77001")
    order = shop.move(order, Stage.DELIVERED)

    assert order.payment_status is PaymentStatus.PAID
    name = shop.wait_until_standing(order, Stage.DELIVERED)
    history = shop.orders.history(order.store_id, order.order_id)
    stages = [event.target for event in history if event.changes_stage]
    assert stages == WAY
    assert name == f"{order.order_id}-v1"
    shop.wait_for_text(customer, "delivered")
    assert len(shop.received(customer)) == 5


def test_the_raw_message_is_kept_with_the_order(shop: Shop) -> None:
    cart = shop.phone.cart(shop.customer("Raw"), CART, note="Ring the bell")
    order = shop.order_of(cart)

    raw = shop.orders.raw(order.store_id, order.order_id)

    assert cart["id"] in raw
    assert "Ring the bell" in raw
    assert order.note == "Ring the bell"


def test_an_online_payment_that_fails_first_still_confirms_the_order(shop: Shop) -> None:
    customer = shop.customer("Payer")
    order = shop.order_of(shop.phone.cart(customer, CART))
    ask = shop.phone.wait_for_message(customer)
    shop.phone.fill_address(customer, ask["id"])
    button = f"pay:online:{order.order_id}"
    question = shop.wait_for_text(customer, button)
    shop.phone.tap(customer, question["id"], button)
    link = shop.phone.wait_for_payment_link(f"{order.number}-1")

    shop.phone.settle(link["id"], "fail")
    failed = shop.wait_for(
        order, lambda now: now.payment_status is PaymentStatus.FAILED, "the failure"
    )
    assert failed.stage is Stage.PLACED
    shop.phone.settle(link["id"], "pay")

    paid = shop.wait_for_stage(order, Stage.CONFIRMED)
    assert paid.payment_status is PaymentStatus.PAID
    assert paid.ledger.captured == paid.total
    assert paid.ledger.method is PaymentMethod.ONLINE


def test_a_customer_without_a_phone_number_is_served_like_any_other(shop: Shop) -> None:
    customer = shop.customer("Nobody Knows", phone=None)

    order = confirmed(shop, customer)

    assert order.customer.phone == ""
    shop.wait_until_standing(order, Stage.CONFIRMED)


def test_a_client_that_cannot_show_the_form_gets_a_page_and_may_write(shop: Shop) -> None:
    customer = shop.customer("Old Phone", cannot_show=["address_message", "flow"])
    order = shop.order_of(shop.phone.cart(customer, CART))

    shop.wait_for_text(customer, "/a/")
    shop.phone.text(customer, "Old Phone, 12 Hill Road, Bandra West, Mumbai 400050")

    found = shop.wait_for(order, lambda now: now.address is not None, "the address")
    assert found.address is not None
    assert "Hill Road" in found.address.text


def test_one_cart_delivered_fifty_times_is_one_order_one_alert_and_one_reply(shop: Shop) -> None:
    customer = shop.customer("Echo")
    shop.phone.switch(duplicate=49, reorder=True)
    try:
        cart = shop.phone.cart(customer, CART)
        order = shop.order_of(cart)
        shop.phone.wait_for_message(customer)
        shop.phone.wait_until_idle(timeout=90)
    finally:
        shop.phone.switch(duplicate=0, reorder=False)
    shop.wait_until_standing(order, Stage.PLACED)

    tries = sum(
        len(each["attempts"])
        for each in shop.phone.deliveries("whatsapp", limit=500)
        if cart["id"] in each["message_ids"]
    )
    history = shop.orders.history(order.store_id, order.order_id)
    assert tries >= 50
    assert [event.type for event in history] == [EventType.PLACED]
    assert len(shop.received(customer)) == 1
    orders_of_customer = shop.orders.of_customer(order.store_id, order.customer.customer_id)
    assert len(orders_of_customer.items) == 1


def test_the_sweep_abandons_a_quiet_customer_and_a_late_answer_brings_the_order_back(
    shop: Shop,
) -> None:
    impatient = Policy(abandon_after=timedelta(seconds=1))
    shop.stores.put(Store(store_id="impatient", name="Impatient", policy=impatient))
    shop.stores.map_number("990001", "impatient")
    quiet = Sender(number="990001", phone="919811100001", name="Quiet")
    shop.post(quiet.cart("wamid.quiet-1"))
    order = shop.placed("impatient", "990001", "wamid.quiet-1")
    shop.wait_until_standing(order, Stage.PLACED)

    abandoned = shop.sweep_until(order, Stage.ABANDONED)
    shop.wait_until_standing(order, Stage.ABANDONED)
    assert abandoned.due_at is not None

    shop.post(quiet.button("wamid.quiet-2", f"pay:cash_on_delivery:{order.order_id}"))
    shop.post(quiet.text("wamid.quiet-3", "Quiet, 4 Silent Street, Shimla 171001"))
    shop.wait_for_stage(order, Stage.CONFIRMED)
    shop.wait_until_standing(order, Stage.CONFIRMED)
