"""What is told by a gateway that does not say whose order it is, and what banks dispute."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orderdesk.adapters.memory import MemoryGateways, MemoryPaymentGateway
from orderdesk.domain.errors import Unavailable
from orderdesk.domain.money.ledger import EntryKind, Ledger, PaymentMethod, PaymentStatus
from orderdesk.usecases.payments.pay import PaymentNews, Receipt
from orderdesk.usecases.payments.payment_news import hear
from orderdesk.usecases.ports import Payment
from tests.builders import NOW, STORE, an_address, an_order, rupees
from tests.counter import Counter

ONLINE = Ledger(currency="INR", method=PaymentMethod.ONLINE)
LATER = NOW + timedelta(days=3)


@pytest.fixture
def stripe() -> MemoryPaymentGateway:
    return MemoryPaymentGateway("stripe")


@pytest.fixture
def counter(stripe: MemoryPaymentGateway) -> Counter:
    """An order that was paid at Stripe, under stripe_pay_1, and is booked."""
    counter = Counter(an_order(address=an_address(), ledger=ONLINE))
    link = stripe.create_link(
        reference="1001-1",
        amount=rupees(1500),
        description="Order #1001",
        notes={"store_id": STORE, "order_id": counter.order.order_id, "reference": "1001-1"},
        expires_at=LATER,
    )
    paid = stripe.pay(link.provider_id, rupees(1500), at=NOW)
    told = some_news(payment=paid, order_id=counter.order.order_id, store_id=STORE)
    told_to(counter, stripe, told)
    assert counter.order.payment_status is PaymentStatus.PAID
    return counter


def some_news(**fields: Any) -> PaymentNews:
    """A capture of 1,500 rupees."""
    return PaymentNews(
        **{
            "event": "any",
            "event_id": "evt_1",
            "provider": "stripe",
            "kind": EntryKind.CAPTURED,
            "payment": Payment(payment_id="stripe_pay_1", amount=rupees(1500), at=NOW),
            **fields,
        }
    )


def a_refund(**fields: Any) -> PaymentNews:
    """Of the dashboard: it names the payment, and no order."""
    back = Payment(payment_id="re_1", amount=rupees(500), at=NOW)
    told = {"kind": EntryKind.REFUNDED, "payment": back, "reference": "stripe_pay_1", **fields}
    return some_news(**told)


def a_dispute(outcome: str, **fields: Any) -> PaymentNews:
    kind = EntryKind.REFUNDED if outcome == "lost" else None
    about = Payment(payment_id="dp_1", amount=rupees(1500), at=NOW, means="dispute")
    told = {"kind": kind, "payment": about, "reference": "stripe_pay_1", "failure": "fraudulent"}
    return some_news(**{**told, "dispute": outcome, **fields})


def told_to(counter: Counter, stripe: MemoryPaymentGateway, news: PaymentNews) -> Receipt:
    return hear(
        news,
        store_id=STORE,
        gateways=MemoryGateways(stripe),
        orders=counter.orders,
        stores=counter.stores,
        now=LATER,
    )


def open_reasons(counter: Counter) -> list[str]:
    return [each.reason for each in counter.order.attention]


def test_a_refund_that_names_its_payment_only_finds_its_order(
    counter: Counter, stripe: MemoryPaymentGateway
) -> None:
    assert told_to(counter, stripe, a_refund()) is Receipt.BOOKED
    assert counter.order.ledger.balance == rupees(1000)


def test_a_refund_that_fails_finds_its_order_too(
    counter: Counter, stripe: MemoryPaymentGateway
) -> None:
    told_to(counter, stripe, a_refund())

    told_to(counter, stripe, a_refund(kind=EntryKind.REFUND_FAILED))

    assert counter.order.ledger.balance == rupees(1500)


def test_a_refund_of_somebody_elses_payment_changes_nothing(
    counter: Counter, stripe: MemoryPaymentGateway
) -> None:
    assert told_to(counter, stripe, a_refund(reference="pay_9")) is Receipt.UNKNOWN_ORDER


def test_a_gateway_that_cannot_be_asked_tells_again_later(
    counter: Counter, stripe: MemoryPaymentGateway
) -> None:
    stripe.is_down = True

    with pytest.raises(Unavailable):
        told_to(counter, stripe, a_refund())
    stripe.is_down = False
    assert told_to(counter, stripe, a_refund()) is Receipt.BOOKED


def test_a_payment_without_an_order_is_nobodys_and_nobody_is_asked(
    counter: Counter, stripe: MemoryPaymentGateway
) -> None:
    stripe.is_down = True

    assert told_to(counter, stripe, some_news()) is Receipt.UNKNOWN_ORDER


def test_a_dispute_asks_a_person_to_answer_it(
    counter: Counter, stripe: MemoryPaymentGateway
) -> None:
    for _ in range(2):
        assert told_to(counter, stripe, a_dispute("opened")) is Receipt.BOOKED

    [attention] = counter.order.attention
    assert "₹1,500.00 of stripe_pay_1: fraudulent. Answer dp_1 at Stripe" in attention.text
    assert counter.order.payment_status is PaymentStatus.PAID


def test_a_dispute_that_is_won_is_over(counter: Counter, stripe: MemoryPaymentGateway) -> None:
    told_to(counter, stripe, a_dispute("opened"))

    told_to(counter, stripe, a_dispute("won"))

    assert open_reasons(counter) == []
    assert counter.order.payment_status is PaymentStatus.PAID


def test_a_dispute_that_is_lost_is_money_that_went_back(
    counter: Counter, stripe: MemoryPaymentGateway
) -> None:
    told_to(counter, stripe, a_dispute("opened"))

    for _ in range(2):
        told_to(counter, stripe, a_dispute("lost"))

    assert "dispute_lost:dp_1" in open_reasons(counter)
    assert "dispute:dp_1" not in open_reasons(counter)
    assert counter.order.payment_status is PaymentStatus.REFUNDED


def test_a_dispute_that_was_told_as_lost_is_not_opened_by_a_late_event(
    counter: Counter, stripe: MemoryPaymentGateway
) -> None:
    told_to(counter, stripe, a_dispute("lost"))

    told_to(counter, stripe, a_dispute("opened"))

    assert "dispute_lost:dp_1" in open_reasons(counter)
    assert "dispute:dp_1" not in open_reasons(counter)


def test_a_dispute_about_a_foreign_payment_is_nobodys(
    counter: Counter, stripe: MemoryPaymentGateway
) -> None:
    foreign = a_dispute("opened", reference="pay_9")

    assert told_to(counter, stripe, foreign) is Receipt.UNKNOWN_ORDER


def test_news_without_money_and_dispute_is_not_ours(
    counter: Counter, stripe: MemoryPaymentGateway
) -> None:
    nothing = replace(some_news(), kind=None, payment=None, reason="This event moves no money.")

    assert told_to(counter, stripe, nothing) is Receipt.NOT_OURS
