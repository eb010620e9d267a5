"""Online payment: one link per attempt, and every payment booked once."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from orderdesk.adapters.memory import MemoryGateways
from orderdesk.domain.errors import Unavailable
from orderdesk.domain.money.ledger import EntryKind, Ledger, PaymentMethod, PaymentStatus
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.usecases.payments import pay
from orderdesk.usecases.payments.pay import PaymentNews, Receipt
from orderdesk.usecases.payments.request_payment import Till, request_payment, void_requests
from orderdesk.usecases.ports import Payment, PaymentLink
from tests.builders import NOW, STORE, a_placed_event, an_address, an_order, rupees
from tests.counter import Counter

ONLINE = Ledger(currency="INR", method=PaymentMethod.ONLINE)
LATER = NOW + timedelta(hours=1)


def a_counter(**fields: Any) -> Counter:
    """An order that only has to be paid online."""
    return Counter(an_order(**{"address": an_address(), "ledger": ONLINE, **fields}))


def request(counter: Counter, now: datetime = NOW) -> Order:
    return request_payment(counter.order, till(counter, now))


def till(counter: Counter, now: datetime) -> Till:
    return Till(gateways=counter.gateways, orders=counter.orders, stores=counter.stores, now=now)


def receive(counter: Counter, **fields: Any) -> Receipt:
    return pay.receive(
        replace(some_news(counter.order), **fields),
        orders=counter.orders,
        stores=counter.stores,
        now=LATER,
    )


def some_news(order: Order) -> PaymentNews:
    """The whole amount was captured."""
    return PaymentNews(
        event="payment.captured",
        event_id="event1",
        kind=EntryKind.CAPTURED,
        payment=a_payment(),
        store_id=order.store_id,
        order_id=order.order_id,
        reference=f"{order.number}-1",
    )


def a_payment(amount: Money | None = None, payment_id: str = "pay_1") -> Payment:
    return Payment(payment_id=payment_id, amount=amount or rupees(1500), at=NOW, means="upi")


def test_a_link_is_made_for_what_is_due_and_booked() -> None:
    counter = a_counter()

    order = request(counter)

    [link] = counter.gateway.links.values()
    assert (link.reference, link.amount) == ("1001-1", rupees(1500))
    assert order.ledger.open_request is not None
    assert order.ledger.open_request.link == link.url
    assert order.payment_status is PaymentStatus.REQUESTED
    assert counter.gateway.notes[link.provider_id] == {
        "store_id": STORE,
        "order_id": order.order_id,
        "reference": "1001-1",
    }


def test_asking_for_a_link_twice_makes_one() -> None:
    counter = a_counter()

    request(counter)
    order = request(counter)

    assert len(counter.gateway.links) == 1
    assert [each.kind for each in order.ledger.entries] == [EntryKind.REQUESTED]


def test_a_link_that_was_made_but_never_booked_is_found_again() -> None:
    counter = a_counter()
    before = counter.order
    request(counter)
    counter.shelf.orders.clear()
    counter.placed = before
    counter.orders.add(before, a_placed_event(before), raw="{}")

    order = request(counter)

    assert len(counter.gateway.links) == 1
    assert order.ledger.open_request is not None


def test_a_closed_link_is_followed_by_the_next_attempt() -> None:
    counter = a_counter()
    request(counter)
    counter.gateway.cancel_link("plink_1")

    order = request(counter, LATER)

    assert order.ledger.open_request is not None
    assert order.ledger.open_request.reference == "1001-2"


def test_shops_that_share_a_gateway_account_do_not_pay_each_others_orders() -> None:
    counter = a_counter()
    counter.gateway.create_link(
        reference="1001-1",
        amount=rupees(9),
        description="another shop's",
        notes={"order_id": "theirs"},
        expires_at=LATER,
    )

    order = request(counter)

    assert order.ledger.open_request is not None
    assert order.ledger.open_request.reference == f"1001-1-{order.order_id[:8]}"
    assert order.ledger.open_request.amount == rupees(1500)


def test_a_payment_is_booked_and_confirms_the_order() -> None:
    counter = a_counter()
    request(counter)

    receipt = receive(counter)

    assert receipt is Receipt.BOOKED
    assert counter.order.stage is Stage.CONFIRMED
    assert counter.order.payment_status is PaymentStatus.PAID
    assert counter.order.paid_at == NOW


@pytest.mark.parametrize("told", [1, 2, 5])
def test_a_payment_that_is_told_by_every_webhook_is_booked_once(told: int) -> None:
    counter = a_counter()

    for event in ("payment.captured", "order.paid", "payment_link.paid", "payment.captured", "x")[
        :told
    ]:
        receive(counter, event=event, event_id=f"id of {event}")

    assert counter.order.ledger.captured == rupees(1500)


def test_half_of_the_amount_leaves_the_order_waiting() -> None:
    counter = a_counter()

    receive(counter, payment=a_payment(rupees(700)))

    assert counter.order.stage is Stage.PLACED
    assert counter.order.payment_status is PaymentStatus.PARTIALLY_PAID
    assert counter.order.amount_due == rupees(800)


def test_more_than_the_amount_is_booked_as_it_came() -> None:
    counter = a_counter()

    receive(counter, payment=a_payment(rupees(2000)))

    assert counter.order.payment_status is PaymentStatus.OVERPAID


def test_two_payments_add_up() -> None:
    counter = a_counter()

    receive(counter, payment=a_payment(rupees(700), "pay_1"))
    receive(counter, payment=a_payment(rupees(800), "pay_2"))

    assert counter.order.payment_status is PaymentStatus.PAID
    assert counter.order.stage is Stage.CONFIRMED


def test_money_in_another_currency_asks_a_person_and_pays_nothing() -> None:
    counter = a_counter()

    receipt = receive(counter, payment=a_payment(Money(150000, "USD")))

    assert receipt is Receipt.FOREIGN_CURRENCY
    assert counter.order.payment_status is PaymentStatus.NONE
    [attention] = counter.order.attention
    assert "$1,500.00 came in as pay_1" in attention.text


def test_a_failed_attempt_leaves_the_link_open() -> None:
    counter = a_counter()
    request(counter)

    receive(counter, kind=EntryKind.FAILED, failure="declined by the bank")

    assert counter.order.payment_status is PaymentStatus.FAILED
    assert counter.order.ledger.open_request is not None
    assert counter.order.ledger.entries[-1].note == "declined by the bank"


def test_a_failed_payment_that_is_captured_after_all_counts() -> None:
    counter = a_counter()

    receive(counter, kind=EntryKind.FAILED)
    receive(counter)

    assert counter.order.payment_status is PaymentStatus.PAID


def test_a_failure_that_is_told_after_the_payment_takes_nothing_back() -> None:
    counter = a_counter()

    receive(counter)
    receive(counter, kind=EntryKind.FAILED, payment=a_payment(payment_id="pay_0"))

    assert counter.order.payment_status is PaymentStatus.PAID


def test_a_late_payment_revives_an_abandoned_order() -> None:
    counter = a_counter(stage=Stage.ABANDONED)

    receive(counter)

    assert counter.order.stage is Stage.CONFIRMED


def test_who_pays_an_abandoned_order_without_an_address_is_a_customer_again() -> None:
    counter = a_counter(stage=Stage.ABANDONED, address=None)

    receive(counter)

    assert counter.order.stage is Stage.PLACED
    assert counter.order.ledger.balance == rupees(1500)
    assert counter.order.last_customer_action_at > counter.order.stage_since


def test_a_payment_for_a_cancelled_order_is_kept_and_asks_a_person() -> None:
    counter = a_counter(stage=Stage.CANCELLED)

    receive(counter)

    assert counter.order.stage is Stage.CANCELLED
    assert counter.order.ledger.balance == rupees(1500)
    assert [each.reason for each in counter.order.attention] == ["late_payment"]


@pytest.mark.parametrize("order_id", ["", "somebodyelses"])
def test_a_payment_of_no_known_order_changes_nothing(order_id: str) -> None:
    counter = a_counter()

    assert receive(counter, order_id=order_id) is Receipt.UNKNOWN_ORDER
    assert counter.order.ledger.captured == rupees(0)


def test_news_of_something_else_is_not_ours() -> None:
    counter = a_counter()

    assert receive(counter, kind=None, payment=None) is Receipt.NOT_OURS


def test_a_payment_from_the_future_is_booked_now() -> None:
    counter = a_counter()

    receive(counter, payment=replace(a_payment(), at=LATER + timedelta(days=9)))

    assert counter.order.paid_at == LATER


def ask_gateway(counter: Counter) -> bool:
    return pay.ask_gateway(
        counter.order,
        gateways=counter.gateways,
        orders=counter.orders,
        stores=counter.stores,
        now=LATER,
    )


def test_the_gateway_knows_of_no_payment() -> None:
    counter = a_counter()
    request(counter)

    assert ask_gateway(counter) is True


def test_a_payment_that_nobody_told_us_of_is_found_by_asking() -> None:
    counter = a_counter()
    request(counter)
    counter.gateway.pay("plink_1", rupees(1500), at=NOW)

    assert ask_gateway(counter) is False
    assert counter.order.stage is Stage.CONFIRMED
    assert counter.order.ledger.captured == rupees(1500)


def test_asking_and_being_told_books_once() -> None:
    counter = a_counter()
    request(counter)
    payment = counter.gateway.pay("plink_1", rupees(1500), at=NOW)

    ask_gateway(counter)
    receive(counter, payment=payment)

    assert counter.order.ledger.captured == rupees(1500)


def test_the_link_of_an_earlier_attempt_is_asked_about_too() -> None:
    counter = a_counter()
    request(counter)
    first = counter.gateway.links["plink_1"]
    counter.gateway.cancel_link("plink_1")
    request(counter, LATER)
    counter.gateway.links["plink_1"] = replace(first, status="paid", payments=(a_payment(),))

    assert ask_gateway(counter) is False
    assert counter.order.ledger.captured == rupees(1500)


def test_a_gateway_that_is_down_knows_nothing_for_sure() -> None:
    counter = a_counter()
    request(counter)
    counter.gateway.is_down = True

    assert ask_gateway(counter) is False


def test_a_gateway_that_is_not_connected_any_more_cannot_be_asked() -> None:
    counter = a_counter()
    request(counter)

    asked = pay.ask_gateway(
        counter.order,
        gateways=MemoryGateways(),
        orders=counter.orders,
        stores=counter.stores,
        now=NOW,
    )

    assert asked is False


def test_no_link_is_made_while_the_gateway_is_down() -> None:
    counter = a_counter()
    counter.gateway.is_down = True

    with pytest.raises(Unavailable):
        request(counter)
    assert counter.order.ledger.open_request is None


def void(counter: Counter) -> None:
    void_requests(counter.order, till(counter, NOW))


def test_a_link_is_voided_once_at_the_gateway_and_in_the_books() -> None:
    counter = a_counter()
    request(counter)

    for _ in range(2):
        void(counter)

    assert counter.gateway.links["plink_1"].status == "cancelled"
    assert counter.order.ledger.open_request is None
    assert [each.kind for each in counter.order.ledger.entries] == [
        EntryKind.REQUESTED,
        EntryKind.VOIDED,
    ]


def test_a_link_that_was_paid_without_our_hearing_of_it_is_booked_and_not_voided() -> None:
    counter = a_counter()
    request(counter)
    counter.gateway.pay("plink_1", rupees(1500), at=NOW)

    void(counter)

    assert counter.order.payment_status is PaymentStatus.PAID
    assert counter.order.ledger.entries[-1].kind is EntryKind.CAPTURED


def test_after_a_link_was_voided_the_next_one_is_another_link() -> None:
    counter = a_counter()
    request(counter)
    void(counter)

    request(counter, LATER)

    assert counter.order.ledger.open_request is not None
    assert counter.order.ledger.open_request.reference == "1001-2"


def test_a_booked_payment_tells_the_event_that_it_is_booked_by() -> None:
    counter = a_counter()

    receive(counter)

    kinds = [event.type for event in counter.orders.history(STORE, counter.order.order_id)]
    assert kinds == [EventType.PLACED, EventType.PAYMENT_RECEIVED, EventType.MOVED]


def test_a_link_lives_as_long_as_the_order_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = a_counter()
    ends: list[datetime] = []
    make = counter.gateway.create_link

    def spy(**named: Any) -> PaymentLink:
        ends.append(named["expires_at"])
        return make(**named)

    monkeypatch.setattr(counter.gateway, "create_link", spy)

    request(counter)

    assert ends == [NOW + timedelta(hours=24)]


def test_while_a_bank_decides_nobody_asks_for_the_same_money_again_nor_gives_the_order_up() -> None:
    counter = a_counter()
    request(counter)
    link = counter.gateway.links["plink_1"]
    counter.gateway.links["plink_1"] = replace(link, status="processing")
    much_later = NOW + timedelta(days=3)

    order = request(counter, much_later)

    assert ask_gateway(counter) is False
    assert list(counter.gateway.links) == ["plink_1"]
    assert [each.kind for each in order.ledger.entries] == [EntryKind.REQUESTED]
