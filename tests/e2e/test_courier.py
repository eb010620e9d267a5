"""The courier's scans carry an order from Shipped to its end, on the deployed stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from orderdesk.domain.money.ledger import PaymentStatus
from orderdesk.domain.orders.actor import Role
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import ParcelState
from orderdesk.domain.orders.returns import ReturnKind
from tests.e2e.test_order import confirmed

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order
    from tests.shop import Shop

pytestmark = pytest.mark.e2e


def shipped(shop: Shop, customer: str, number: str) -> Order:
    """A cash order that left with this number."""
    order = confirmed(shop, customer)
    shop.move(order, Stage.APPROVED)
    shop.move(order, Stage.PROCESSED)
    return shop.move(order, Stage.SHIPPED, tracking={"carrier": "Delhivery", "number": number})


def outcome(shop: Shop, number: str, status: str, **more: str) -> int:
    """The status that the application answered the courier with."""
    delivery = shop.phone.courier_scan(number, status, **more)
    return int(delivery["attempts"][-1]["status"])


def test_a_delivered_parcel_delivers_the_order_and_the_customer_hears_of_it(shop: Shop) -> None:
    customer = shop.customer("Parcel")
    order = shipped(shop, customer, "DL88-001")

    assert outcome(shop, "DL 88 001", "out_for_delivery") == 200
    assert shop.reload(order).parcels[0].state is ParcelState.OUT_FOR_DELIVERY
    assert outcome(shop, "dl88001", "delivered") == 200

    order = shop.reload(order)
    assert (order.stage, order.payment_status) == (Stage.DELIVERED, PaymentStatus.PAID)
    moved = shop.orders.history(order.store_id, order.order_id)[-1]
    assert (moved.move_id, moved.by.role) == ("T29", Role.COURIER)
    shop.wait_for_text(customer, "delivered")


def test_a_parcel_that_shiprocket_brings_back_is_returned_to_origin(shop: Shop) -> None:
    order = shipped(shop, shop.customer("Refuser"), "DL88002")

    for status in ("failed_attempt", "returning", "returned"):
        assert outcome(shop, "DL88002", status, shape="shiprocket") == 200

    order = shop.reload(order)
    assert order.stage is Stage.RETURNED
    assert [case.kind for case in order.returns] == [ReturnKind.TO_ORIGIN]
    assert order.payment_status is not PaymentStatus.PAID
    assert order.attention == ()


def test_the_last_scan_delivered_many_times_and_out_of_order_is_one_delivery(shop: Shop) -> None:
    order = shipped(shop, shop.customer("Often"), "DL88003")
    shop.phone.switch(duplicate=4)
    try:
        for status in ("delivered", "out_for_delivery", "in_transit"):
            shop.phone.courier_scan("DL88003", status)
        shop.phone.wait_until_idle(timeout=60)
    finally:
        shop.phone.switch(duplicate=0)

    history = shop.orders.history(order.store_id, order.order_id)
    assert [each.target for each in history if each.changes_stage].count(Stage.DELIVERED) == 1
    assert shop.reload(order).stage is Stage.DELIVERED


def test_a_scan_with_a_wrong_secret_moves_nothing(shop: Shop) -> None:
    order = shipped(shop, shop.customer("Careful"), "DL88004")
    body = {
        "event_id": "forged",
        "tracking_number": "DL88004",
        "status": "delivered",
        "at": "2026-11-25T09:00:00Z",
    }

    answers = [
        httpx.post(f"{shop.stack.url}/webhooks/courier", json=body, headers=headers, timeout=30)
        for headers in ({}, {"x-api-key": "guess"}, {"x-orderdesk-signature": "sha256=00"})
    ]

    assert [answer.status_code for answer in answers] == [401, 403, 403]
    assert shop.reload(order).stage is Stage.SHIPPED
