"""A payment inside WhatsApp, from Meta's body to the order's books."""

from typing import Any

import pytest

from orderdesk.domain.messages.conversation import Delivery, Direction, Message
from orderdesk.domain.money.ledger import Entry, EntryKind, Ledger, PaymentMethod, PaymentStatus
from orderdesk.domain.orders.order import Order
from orderdesk.usecases.intake.receive import Outcome
from tests.builders import NOW, PHONE_NUMBER, STORE, a_placed_event, an_address, an_order, rupees
from tests.whatsapp import Json, Shop, a_body, a_change, a_status

ASKED = Entry(
    id=f"{PHONE_NUMBER}:shop_razorpay:1001-1",
    kind=EntryKind.REQUESTED,
    amount=rupees(1500),
    at=NOW,
    method=PaymentMethod.WHATSAPP_PAY,
    provider="whatsapp",
    reference="1001-1",
)


@pytest.fixture
def shop() -> Shop:
    """With an order that was asked to be paid in the chat, by wamid.out1."""
    shop = Shop()
    ledger = Ledger(currency="INR", method=PaymentMethod.WHATSAPP_PAY).book(ASKED)
    order = an_order(address=an_address(), ledger=ledger)
    shop.orders.add(order, a_placed_event(order), raw="{}")
    asked = Message(
        store_id=STORE,
        customer_id="customer1",
        message_id="wamid.out1",
        direction=Direction.OUTBOUND,
        kind="interactive",
        text="Please pay.",
        at=NOW,
        delivery=Delivery.SENT,
        order_id=order.order_id,
    )
    shop.conversations.append(asked)
    return shop


def order_in(shop: Shop) -> Order:
    return shop.orders.get(STORE, an_order().order_id)


def told(status: str = "captured", message_id: str = "wamid.out1", **fields: Any) -> bytes:
    payment: Json = {
        "reference_id": "1001-1",
        "amount": {"value": 150000, "offset": 100},
        "currency": "INR",
        "transaction": {"id": "order_1", "type": "razorpay", "status": "success"},
        **fields,
    }
    told = a_status(status, message_id, type="payment", payment=payment)
    return a_body(a_change(statuses=[told]))


@pytest.mark.parametrize(
    ("message_id", "notes"),
    [("wamid.out1", {}), ("wamid.unknown", {"order_id": an_order().order_id})],
)
def test_a_payment_is_booked_on_the_order_of_the_message_or_of_our_notes(
    shop: Shop, message_id: str, notes: Json
) -> None:
    for _ in range(2):
        outcomes = shop.hears(told(message_id=message_id, notes=notes))
        assert outcomes == [Outcome.PAYMENT_BOOKED]

    assert order_in(shop).payment_status is PaymentStatus.PAID
    assert order_in(shop).ledger.captured == rupees(1500)


def test_a_payment_of_an_unknown_message_is_nobodys(shop: Shop) -> None:
    assert shop.hears(told(message_id="wamid.unknown")) == [Outcome.MESSAGE_UNKNOWN]
    assert order_in(shop).payment_status is PaymentStatus.REQUESTED


def test_a_payment_of_another_reference_is_noted_only(shop: Shop) -> None:
    assert shop.hears(told(reference_id="1002-7")) == [Outcome.NOTED]
    assert order_in(shop).payment_status is PaymentStatus.REQUESTED


def test_a_failed_attempt_says_why_and_leaves_the_message_as_it_is(shop: Shop) -> None:
    failed = {"id": "order_1", "status": "failed", "error": {"reason": "declined"}}

    shop.hears(told("pending", transaction=failed))

    assert order_in(shop).payment_status is PaymentStatus.FAILED
    assert order_in(shop).ledger.entries[-1].note == "declined"
    message = shop.conversations.find(STORE, "wamid.out1")
    assert message is not None
    assert message.delivery is Delivery.SENT
