"""Money that Meta tells of is booked once, in whatever order it is told."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from orderdesk.domain.money.ledger import Entry, EntryKind, Ledger, PaymentMethod, PaymentStatus
from orderdesk.domain.money.money import Money
from orderdesk.usecases.intake.inbound import PaymentStatusIn, RefundIn
from orderdesk.usecases.payments import pay
from orderdesk.usecases.payments.pay import Receipt
from orderdesk.usecases.payments.whatsapp_payment import hear_status, payment_id_of
from orderdesk.usecases.ports import Payment, PaymentLink
from tests.builders import NOW, an_address, an_order, rupees
from tests.counter import Counter

LATER = NOW + timedelta(hours=1)
REQUEST = Entry(
    id="106540352242922:shop_razorpay:1001-1",
    kind=EntryKind.REQUESTED,
    amount=rupees(1500),
    at=NOW,
    method=PaymentMethod.WHATSAPP_PAY,
    provider="whatsapp",
    reference="1001-1",
)


@pytest.fixture
def counter() -> Counter:
    """An order that waits for a payment in the chat."""
    ledger = Ledger(currency="INR", method=PaymentMethod.WHATSAPP_PAY).book(REQUEST)
    return Counter(an_order(address=an_address(), ledger=ledger))


def a_status(**fields: Any) -> PaymentStatusIn:
    """Captured in whole."""
    return PaymentStatusIn(
        **{
            "phone_number_id": "106540352242922",
            "message_id": "wamid.out1",
            "callback_data": "",
            "reference": "1001-1",
            "status": "captured",
            "at": NOW,
            "amount": rupees(1500),
            "transaction": "success",
            "transaction_id": "pay_1",
            "means": "upi",
            **fields,
        }
    )


def a_refund(status: str = "success") -> RefundIn:
    return RefundIn(refund_id="rfnd_1", amount=rupees(500), status=status, at=NOW)


def failed(transaction_id: str = "pay_0") -> PaymentStatusIn:
    status = a_status(status="pending", transaction="failed", transaction_id=transaction_id)
    return replace(status, failure="declined by the bank")


def told_to(counter: Counter, status: PaymentStatusIn) -> Receipt:
    return hear_status(
        status, counter.order, orders=counter.orders, stores=counter.stores, now=LATER
    )


def test_a_captured_payment_is_booked_once(counter: Counter) -> None:
    for _ in range(2):
        assert told_to(counter, a_status()) is Receipt.BOOKED

    assert counter.order.payment_status is PaymentStatus.PAID
    [entry] = [e for e in counter.order.ledger.entries if e.kind is EntryKind.CAPTURED]
    assert (entry.method, entry.provider) == (PaymentMethod.WHATSAPP_PAY, "whatsapp")
    assert entry.note == "upi pay_1"


def test_being_told_and_asking_book_the_same_money_once(counter: Counter) -> None:
    paid = Payment(payment_id=payment_id_of(REQUEST.id), amount=rupees(1500), at=NOW)
    link = PaymentLink(
        provider_id=REQUEST.id,
        reference="1001-1",
        url="",
        status="paid",
        amount=rupees(1500),
        amount_paid=rupees(1500),
        payments=(paid,),
    )
    told_to(counter, a_status(transaction_id=""))

    pay.book_link(
        counter.order, link, REQUEST, orders=counter.orders, stores=counter.stores, now=LATER
    )

    assert counter.order.ledger.captured == rupees(1500)


def test_every_failed_attempt_is_booked_and_the_next_may_succeed(counter: Counter) -> None:
    for attempt in ("pay_0", "pay_00", "pay_0"):
        told_to(counter, failed(attempt))
    before = counter.order.payment_status
    told_to(counter, a_status())

    assert before is PaymentStatus.FAILED
    kinds = [each.kind for each in counter.order.ledger.entries]
    assert kinds.count(EntryKind.FAILED) == 2
    assert counter.order.payment_status is PaymentStatus.PAID


@pytest.mark.parametrize("status", ["pending", "[transaction_status]", ""])
def test_a_payment_that_is_under_way_is_not_money(counter: Counter, status: str) -> None:
    receipt = told_to(counter, a_status(status=status, transaction="pending"))

    assert receipt is Receipt.NOT_OURS
    assert counter.order.ledger.captured == rupees(0)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_news_in_any_order_leave_the_same_books(counter: Counter, order: tuple[int, ...]) -> None:
    told = [
        failed(),
        a_status(),
        a_status(refunds=(a_refund("pending"),)),
        a_status(refunds=(a_refund(),)),
    ]

    for each in order:
        told_to(counter, told[each])

    assert counter.order.ledger.balance == rupees(1000)
    assert counter.order.payment_status is PaymentStatus.PARTIALLY_REFUNDED


def test_a_refund_that_failed_leaves_the_money_with_the_shop(counter: Counter) -> None:
    told_to(counter, a_status(refunds=(a_refund(),)))

    told_to(counter, a_status(refunds=(a_refund("failed"),)))

    assert counter.order.ledger.balance == rupees(1500)


def test_a_reference_of_another_order_books_nothing(counter: Counter) -> None:
    assert told_to(counter, a_status(reference="1002-1")) is Receipt.UNKNOWN_ORDER
    assert counter.order.ledger.captured == rupees(0)


def test_another_amount_than_asked_for_is_booked_as_it_came(counter: Counter) -> None:
    told_to(counter, a_status(amount=rupees(700)))

    assert counter.order.payment_status is PaymentStatus.PARTIALLY_PAID


def test_another_currency_is_no_payment_of_this_order(counter: Counter) -> None:
    assert told_to(counter, a_status(amount=Money(1500, "BRL"))) is Receipt.FOREIGN_CURRENCY
    assert counter.order.ledger.captured == rupees(0)
