"""Paid through Stripe and inside WhatsApp, refunded and disputed, on the deployed stack."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from orderdesk.domain.money.ledger import PaymentMethod, PaymentStatus
from orderdesk.domain.money.paying import Provider, WhatsappPay
from orderdesk.domain.money.terms import Offer
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.shop.policy import Policy, Store
from tests.messages import Sender
from tests.shop import wait_for

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order
    from tests.shop import Shop

pytestmark = pytest.mark.e2e

ADDRESS = "Payer, 4 Silent Street, Shimla 171001"


def an_order(shop: Shop, store_id: str, payer: Sender, **policy: Any) -> Order:
    """Of a shop of its own, with an address; how to pay is still to be chosen."""
    settings = Policy(grace_period=timedelta(), **policy)
    shop.stores.put(Store(store_id=store_id, name=store_id.title(), policy=settings))
    shop.stores.map_number(payer.number, store_id)
    shop.post(payer.cart(f"wamid.{store_id}-1", price=260))
    order = shop.placed(store_id, payer.number, f"wamid.{store_id}-1")
    # What is written before anybody asked for an address is no address.
    shop.wait_until_standing(order, Stage.PLACED)
    shop.post(payer.text(f"wamid.{store_id}-2", ADDRESS))
    return shop.wait_for(order, lambda now: now.address is not None, "the address")


def choose(shop: Shop, payer: Sender, order: Order, method: PaymentMethod) -> None:
    button = f"pay:{method.value}:{order.order_id}"
    shop.post(payer.button(f"wamid.{order.store_id}-3", button))


def test_stripe_declines_takes_gives_back_and_loses_a_dispute(shop: Shop) -> None:
    payer = Sender(number="990501", phone="919811100501", name="Payer")
    order = an_order(shop, "striped", payer, online_provider=Provider.STRIPE)
    choose(shop, payer, order, PaymentMethod.ONLINE)
    kept = wait_for(lambda: session_of(shop, order), "the Checkout Session")

    shop.phone.settle_stripe(kept["session"]["id"], "fail")
    shop.wait_for(order, lambda now: now.payment_status is PaymentStatus.FAILED, "the failure")
    paid = shop.phone.settle_stripe(kept["session"]["id"], "pay")
    confirmed = shop.wait_for_stage(order, Stage.CONFIRMED)
    assert confirmed.ledger.captured == confirmed.total

    shop.phone.refund_at_stripe(paid["payment_intent"], 2000)
    partly = PaymentStatus.PARTIALLY_REFUNDED
    shop.wait_for(order, lambda now: now.payment_status is partly, "the refund")
    shop.phone.dispute_at_stripe(paid["payment_intent"], "opened")
    shop.wait_for(order, lambda now: has_open(now, "dispute:"), "the dispute")
    shop.phone.dispute_at_stripe(paid["payment_intent"], "lost")
    after = shop.wait_for(order, lambda now: has_open(now, "dispute_lost:"), "the loss")

    assert after.payment_status is PaymentStatus.REFUNDED
    assert not has_open(after, "dispute:")


def session_of(shop: Shop, order: Order) -> dict[str, Any] | None:
    kept = shop.phone.stripe_sessions()
    named = (e for e in kept if e["session"]["metadata"]["order_id"] == order.order_id)
    return next(named, None)


def has_open(order: Order, kind: str) -> bool:
    return any(each.reason.startswith(kind) for each in order.attention)


def test_an_order_is_paid_inside_whatsapp(shop: Shop) -> None:
    payer = Sender(number="990502", phone="919811100502", name="Payer")
    native = PaymentMethod.WHATSAPP_PAY
    offers = (Offer(method=native), Offer(method=PaymentMethod.CASH_ON_DELIVERY))
    configured = WhatsappPay(configuration_name="shop_razorpay")
    order = an_order(shop, "chatty", payer, offers=offers, whatsapp_pay=configured)
    choose(shop, payer, order, native)
    reference = wait_for(lambda: asked_in_chat(shop, order), "the order_details message")

    shop.phone.pay_in_whatsapp(reference, "fail")
    shop.wait_for(order, lambda now: now.payment_status is PaymentStatus.FAILED, "the failure")
    shop.phone.pay_in_whatsapp(reference, "pay")

    paid = shop.wait_for_stage(order, Stage.CONFIRMED)
    assert paid.payment_status is PaymentStatus.PAID
    assert paid.ledger.captured == paid.total


def asked_in_chat(shop: Shop, order: Order) -> str:
    """The reference of what the customer was asked to pay in the chat; empty before."""
    for asked in shop.phone.whatsapp_orders():
        settings = asked["parameters"]["payment_settings"][0]["payment_gateway"]
        if settings["razorpay"]["notes"]["order_id"] == order.order_id:
            return str(asked["reference_id"])
    return ""
