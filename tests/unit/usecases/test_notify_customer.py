"""What the customer reads, from the cart to the end: few messages, and each one true."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orderdesk.adapters.memory import MemoryGateways
from orderdesk.domain.errors import SendFailed, Unavailable
from orderdesk.domain.messages.conversation import Delivery
from orderdesk.domain.money.ledger import Entry, EntryKind, Ledger, PaymentMethod
from orderdesk.domain.orders.actor import Actor, ActorKind
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.domain.orders.parcels import Tracking
from orderdesk.domain.people.address import Address
from orderdesk.usecases.messages.notify_customer import notify_customer
from orderdesk.usecases.orders import collect
from orderdesk.usecases.orders.move import MoveCommand, move
from tests.builders import (
    NOW,
    STORE,
    a_capture,
    a_move,
    a_ready_order,
    an_actor,
    an_address,
    an_event,
    an_order,
    rupees,
)
from tests.counter import Counter, buttons_in, kind_of

CUSTOMER = an_actor(ActorKind.CUSTOMER)
LATER = NOW + timedelta(minutes=5)
ONLINE = Ledger(currency="INR", method=PaymentMethod.ONLINE)
PARCEL = Tracking(carrier="BlueDart", number="BD123", link="https://track.example/BD123")


def give_address(counter: Counter, address: Address | None = None, by: Actor = CUSTOMER) -> None:
    collect.receive_address(
        STORE,
        counter.placed.order_id,
        address or an_address(),
        by=by,
        orders=counter.orders,
        stores=counter.stores,
        now=LATER,
    )


def choose(counter: Counter, method: PaymentMethod) -> None:
    collect.choose_payment(
        STORE,
        counter.placed.order_id,
        method,
        by=CUSTOMER,
        orders=counter.orders,
        stores=counter.stores,
        now=LATER,
    )


def book(counter: Counter, entry: Entry) -> None:
    collect.book(
        STORE,
        counter.placed.order_id,
        entry,
        by=an_actor(ActorKind.SYSTEM),
        orders=counter.orders,
        stores=counter.stores,
        now=LATER,
    )


def go(counter: Counter, *stages: Stage, **fields: Any) -> None:
    for stage in stages:
        command = MoveCommand(
            store_id=STORE,
            order_id=counter.placed.order_id,
            to=stage,
            **{"by": an_actor(), "tracking": PARCEL, **fields},
        )
        move(command, orders=counter.orders, stores=counter.stores, now=LATER)


def test_a_cash_order_is_answered_twice_until_it_is_confirmed() -> None:
    counter = Counter()

    give_address(counter)
    counter.tell_news(after=1)
    choose(counter, PaymentMethod.CASH_ON_DELIVERY)
    counter.tell_news(after=2)

    assert counter.bubbles == [
        "We deliver order #1001 to:\nPriya, 14, MG Road, Pune 411001, IN\n\n"
        "How would you like to pay?",
        "Your order #1001 is confirmed.\n"
        "Total: ₹1,500.00. You pay ₹1,500.00 in cash when it arrives.\n"
        "It goes to: Priya, 14, MG Road, Pune 411001, IN\n"
        "We write again when it is on its way.",
    ]
    assert buttons_in(counter.messenger.sent[0].body) == [
        f"pay:cash_on_delivery:{counter.order.order_id}",
        f"pay:online:{counter.order.order_id}",
        f"address:change:{counter.order.order_id}",
    ]


def test_an_online_order_gets_its_link_and_one_message_when_it_is_paid() -> None:
    counter = Counter(an_order(address=an_address()))

    choose(counter, PaymentMethod.ONLINE)
    counter.tell_news(after=1)
    counter.deliver()
    book(counter, a_capture(counter.order))
    counter.tell_news(after=3)

    assert [kind_of(each.body) for each in counter.messenger.sent] == ["cta_url", "text"]
    link = counter.gateway.links["plink_1"]
    assert link.url in str(counter.messenger.sent[0].body)
    assert counter.bubbles[0].startswith("Order #1001: please pay ₹1,500.00 here.")
    assert "Total: ₹1,500.00, paid." in counter.bubbles[1]


def test_every_stage_that_matters_is_told_and_no_other() -> None:
    counter = Counter(a_ready_order())

    go(counter, Stage.APPROVED, Stage.PROCESSED, Stage.SHIPPED, Stage.DELIVERED, Stage.ARCHIVED)
    counter.tell_news(after=1)

    assert counter.bubbles == [
        "Your order #1001 is on its way with BlueDart.\nTracking number: BD123",
        "Your order #1001 is delivered. Thank you for buying at Asha's kurtas!",
    ]
    shipped = counter.messenger.sent[0].body
    assert kind_of(shipped) == "cta_url"
    assert PARCEL.link in str(shipped)


def test_a_parcel_to_be_paid_in_cash_asks_to_have_the_cash_ready() -> None:
    counter = Counter(a_ready_order(Stage.PROCESSED))

    go(counter, Stage.SHIPPED, tracking=Tracking(own_delivery=True))
    counter.tell_news(after=1)

    assert counter.bubbles == [
        "Your order #1001 is on its way: we bring it ourselves.\n"
        "Please have ₹1,500.00 in cash ready."
    ]
    assert kind_of(counter.messenger.sent[0].body) == "text"


def test_a_lagging_queue_still_tells_each_step_of_the_way() -> None:
    counter = Counter(an_order(address=an_address()))
    choose(counter, PaymentMethod.CASH_ON_DELIVERY)
    go(counter, Stage.APPROVED, Stage.PROCESSED, Stage.SHIPPED, Stage.DELIVERED)

    counter.tell_news(after=1)

    assert [each.split("\n")[0] for each in counter.bubbles] == [
        "Your order #1001 is confirmed.",
        "Your order #1001 is on its way with BlueDart.",
        "Your order #1001 is delivered. Thank you for buying at Asha's kurtas!",
    ]


def test_everything_told_twice_is_read_once() -> None:
    counter = Counter()
    give_address(counter)
    choose(counter, PaymentMethod.ONLINE)
    counter.tell_news(after=1)
    book(counter, a_capture(counter.order))
    counter.tell_news(after=1)
    read = list(counter.bubbles)

    counter.tell_news(after=1)

    assert counter.bubbles == read
    assert len(counter.gateway.links) == 1


def test_a_cancelled_order_is_not_told_that_it_was_confirmed() -> None:
    counter = Counter(an_order(address=an_address()))
    choose(counter, PaymentMethod.CASH_ON_DELIVERY)
    go(counter, Stage.CANCELLED, reason="Out of cotton")

    counter.tell_news(after=1)

    assert counter.bubbles == [
        "We are sorry: your order #1001 is cancelled.\nReason: Out of cotton"
    ]


def test_a_customer_who_cancelled_is_told_so_in_their_own_words() -> None:
    counter = Counter(a_ready_order())

    go(counter, Stage.CANCELLED, by=CUSTOMER, reason="cancelled in the chat")
    counter.tell_news(after=1)

    assert counter.bubbles == ["Your order #1001 is cancelled, as you asked."]


def test_money_in_a_stopped_order_is_promised_back() -> None:
    order = a_ready_order(ledger=ONLINE)
    counter = Counter(replace(order, ledger=order.ledger.book(a_capture(order))))

    go(counter, Stage.REJECTED, reason="We do not deliver there")
    counter.tell_news(after=1)

    assert counter.bubbles == [
        "We are sorry: we cannot take your order #1001.\nReason: We do not deliver there\n"
        "We will send ₹1,500.00 back to you."
    ]


def test_a_returned_order_says_why() -> None:
    counter = Counter(a_ready_order(Stage.SHIPPED))

    go(counter, Stage.RETURNED, reason="Nobody was at home")
    counter.tell_news(after=1)

    assert counter.bubbles == [
        "Your order #1001 could not be delivered and came back to us.\nReason: Nobody was at home"
    ]


def test_the_reason_of_a_hold_stays_inside_the_shop() -> None:
    counter = Counter(a_ready_order())

    go(counter, Stage.ON_HOLD, reason="Looks like fraud")
    counter.tell_news(after=1)
    go(counter, Stage.APPROVED)
    counter.tell_news(after=2)

    assert counter.bubbles == [
        "We are checking something about your order #1001 and write again soon.",
        "Good news: your order #1001 goes on. We write again when it is on its way.",
    ]


def test_a_hold_that_is_over_before_it_is_told_is_not_told() -> None:
    counter = Counter(a_ready_order())
    go(counter, Stage.ON_HOLD, Stage.CONFIRMED, reason="A look")

    counter.tell_news(after=1)

    assert [each.split("\n")[0] for each in counter.bubbles] == ["Your order #1001 is confirmed."]


def test_a_shipment_that_was_taken_back_is_not_told() -> None:
    counter = Counter(a_ready_order(Stage.PROCESSED))
    go(counter, Stage.SHIPPED, Stage.PROCESSED, reason="Clicked wrong")

    counter.tell_news(after=1)

    assert counter.bubbles == []


def test_undoing_a_cancellation_tells_that_it_goes_on() -> None:
    counter = Counter(an_order(address=an_address()))
    choose(counter, PaymentMethod.CASH_ON_DELIVERY)
    counter.tell_news(after=1)
    go(counter, Stage.CANCELLED, reason="Clicked wrong")
    counter.tell_news(after=3)

    go(counter, Stage.CONFIRMED, reason="Clicked wrong")
    counter.tell_news(after=4)

    assert [each.split(".")[0] for each in counter.bubbles] == [
        "Your order #1001 is confirmed",
        "We are sorry: your order #1001 is cancelled",
        "Good news: your order #1001 goes on",
    ]


@pytest.mark.parametrize("stage", [Stage.DELIVERED, Stage.CANCELLED])
def test_the_archive_is_the_shops_own_business(stage: Stage) -> None:
    archived = a_ready_order(Stage.ARCHIVED, archived_from=stage)
    after, event = a_move(archived, stage)
    counter = Counter(after)

    counter.tell(event)

    assert counter.bubbles == []


def test_the_first_of_two_addresses_is_not_confirmed_to_the_customer() -> None:
    counter = Counter()
    give_address(counter)
    give_address(counter, an_address(house_number="7"))

    counter.tell_news(after=1)

    assert len(counter.bubbles) == 1
    assert "Priya, 7, MG Road" in counter.bubbles[0]


def test_an_address_changed_later_is_repeated_without_asking_for_payment() -> None:
    counter = Counter(a_ready_order())

    give_address(counter, an_address(house_number="7"), by=an_actor())
    counter.tell_news(after=1)

    assert counter.bubbles == ["We deliver order #1001 to:\nPriya, 7, MG Road, Pune 411001, IN"]
    assert kind_of(counter.messenger.sent[0].body) == "text"


def test_half_an_address_is_asked_for_again() -> None:
    counter = Counter()

    give_address(counter, Address(name="Priya"))
    counter.tell_news(after=1)

    assert kind_of(counter.messenger.sent[0].body) == "address_message"
    assert counter.bubbles[0].startswith("That address is not complete yet")


def test_payment_chosen_before_the_address_asks_for_the_address() -> None:
    counter = Counter()

    choose(counter, PaymentMethod.CASH_ON_DELIVERY)
    counter.tell_news(after=1)

    assert kind_of(counter.messenger.sent[0].body) == "address_message"
    assert counter.bubbles[0].startswith(
        "You pay ₹1,500.00 in cash for order #1001 when it arrives."
    )


def test_an_order_that_is_paid_before_it_has_an_address_asks_for_it() -> None:
    counter = Counter(an_order(ledger=ONLINE))

    book(counter, a_capture(counter.order))
    counter.tell_news(after=1)

    assert kind_of(counter.messenger.sent[0].body) == "address_message"
    assert counter.bubbles[0].startswith("We have received ₹1,500.00 for order #1001. Thank you!")


def test_an_address_after_the_link_brings_the_link_again() -> None:
    counter = Counter()
    choose(counter, PaymentMethod.ONLINE)
    counter.tell_news(after=1)

    give_address(counter)
    counter.tell_news(after=3)

    assert [kind_of(each.body) for each in counter.messenger.sent] == ["cta_url", "cta_url"]
    assert counter.bubbles[1].startswith("We deliver order #1001 to:")


def test_half_of_the_money_says_what_is_still_open() -> None:
    counter = Counter(an_order(address=an_address(), ledger=ONLINE))

    book(counter, a_capture(counter.order, amount=rupees(700)))
    counter.tell_news(after=1)

    assert "₹800.00 is still open." in counter.bubbles[0]
    assert f"pay:online:{counter.order.order_id}" in buttons_in(counter.messenger.sent[0].body)


def test_money_for_a_cancelled_order_is_acknowledged_and_promised_back() -> None:
    counter = Counter(a_ready_order(Stage.CANCELLED, ledger=ONLINE))

    book(counter, a_capture(counter.order))
    counter.tell_news(after=1)

    assert counter.bubbles == [
        "We have received ₹1,500.00 for order #1001. Thank you!\n"
        "The order was cancelled before, so we will send the money back to you."
    ]


def test_a_failed_payment_offers_the_same_link_and_cash() -> None:
    counter = Counter(an_order(address=an_address()))
    choose(counter, PaymentMethod.ONLINE)
    counter.tell_news(after=1)

    book(counter, a_failure(counter.order))
    counter.tell_news(after=3)

    assert counter.gateway.links["plink_1"].url in counter.bubbles[1]
    assert buttons_in(counter.messenger.sent[1].body) == [
        f"pay:cash_on_delivery:{counter.order.order_id}"
    ]


def test_a_failure_that_is_told_after_the_payment_is_not_told_on() -> None:
    counter = Counter(an_order(address=an_address()))
    choose(counter, PaymentMethod.ONLINE)
    counter.tell_news(after=1)
    book(counter, a_failure(counter.order))
    book(counter, a_capture(counter.order))

    counter.tell_news(after=3)

    assert "did not go through" not in "".join(counter.bubbles)
    assert counter.bubbles[-1].startswith("Your order #1001 is confirmed.")


def test_asking_to_pay_online_again_brings_the_same_link_again() -> None:
    counter = Counter(an_order(address=an_address()))
    choose(counter, PaymentMethod.ONLINE)
    counter.tell_news(after=1)

    taps_again(counter)
    counter.tell_news(after=3)

    assert [kind_of(each.body) for each in counter.messenger.sent] == ["cta_url", "cta_url"]
    assert len(counter.gateway.links) == 1


def test_asking_again_after_the_link_expired_makes_a_new_one() -> None:
    counter = Counter(an_order(address=an_address()))
    choose(counter, PaymentMethod.ONLINE)
    counter.tell_news(after=1)
    expired = replace(counter.gateway.links["plink_1"], status="expired")
    counter.gateway.links["plink_1"] = expired

    taps_again(counter)
    counter.tell_news(after=3)

    assert counter.gateway.links["plink_2"].reference == "1001-2"
    assert counter.gateway.links["plink_2"].url in str(counter.messenger.sent[1].body)


def test_choosing_cash_after_all_closes_the_link() -> None:
    counter = Counter(an_order(address=an_address()))
    choose(counter, PaymentMethod.ONLINE)
    counter.tell_news(after=1)

    choose(counter, PaymentMethod.CASH_ON_DELIVERY)
    counter.tell_news(after=3)

    assert counter.gateway.links["plink_1"].status == "cancelled"
    assert counter.bubbles[-1].startswith("Your order #1001 is confirmed.")


def test_a_shop_without_gateway_offers_cash_instead() -> None:
    counter = Counter(an_order(address=an_address()))
    choose(counter, PaymentMethod.ONLINE)
    [event] = counter.orders.history(STORE, counter.order.order_id, after=1)

    notify_customer(event, desk=replace(counter.desk, gateways=MemoryGateways()), now=LATER)

    assert counter.bubbles[0].startswith("We cannot take an online payment for order #1001")
    assert buttons_in(counter.messenger.sent[0].body) == [
        f"pay:cash_on_delivery:{counter.order.order_id}"
    ]


def test_an_amount_that_the_gateway_refuses_is_offered_in_cash() -> None:
    counter = Counter(an_order(address=an_address()))
    counter.gateway.refuses = "The amount must be atleast 100."

    choose(counter, PaymentMethod.ONLINE)
    counter.tell_news(after=1)

    assert counter.bubbles[0].startswith("We cannot take an online payment for order #1001")


def test_a_gateway_that_is_down_makes_the_event_come_again() -> None:
    counter = Counter(an_order(address=an_address()))
    choose(counter, PaymentMethod.ONLINE)
    counter.gateway.is_down = True

    with pytest.raises(Unavailable):
        counter.tell_news(after=1)
    counter.gateway.is_down = False
    counter.tell_news(after=1)

    assert [kind_of(each.body) for each in counter.messenger.sent] == ["cta_url"]


def test_the_message_does_not_wait_for_the_gateway_to_close_the_link() -> None:
    counter = Counter(an_order(address=an_address()))
    choose(counter, PaymentMethod.ONLINE)
    counter.tell_news(after=1)
    choose(counter, PaymentMethod.CASH_ON_DELIVERY)
    counter.gateway.is_down = True

    chosen, confirmed = counter.orders.history(STORE, counter.order.order_id, after=3)
    counter.tell(confirmed)
    with pytest.raises(Unavailable):
        counter.tell(chosen)
    counter.gateway.is_down = False
    counter.tell(chosen)

    assert len(counter.bubbles) == 2
    assert counter.gateway.links["plink_1"].status == "cancelled"


def test_an_outbox_that_is_down_makes_the_event_come_again() -> None:
    counter = Counter()
    give_address(counter)
    counter.outbox.is_down = True

    with pytest.raises(Unavailable):
        counter.tell_news(after=1)
    counter.outbox.is_down = False
    counter.tell_news(after=1)

    assert len(counter.bubbles) == 1


def test_a_refused_message_is_kept_with_its_reason_and_the_queue_goes_on() -> None:
    counter = Counter()
    give_address(counter)
    counter.messenger.errors.append(SendFailed("blocked", error_code=130403, retry=False))

    counter.tell_news(after=1)

    [message] = counter.thread
    assert (message.delivery, message.error) == (Delivery.FAILED, "blocked")


def test_an_attention_item_is_not_the_customers() -> None:
    counter = Counter()
    event = an_event(counter.order, type=EventType.ATTENTION_RAISED)

    counter.tell(event)

    assert counter.bubbles == []


@pytest.mark.parametrize("change", [give_address, lambda c: choose(c, PaymentMethod.ONLINE)])
def test_an_abandoned_order_comes_to_life_with_the_next_question(
    change: Callable[[Counter], None],
) -> None:
    counter = Counter(an_order(Stage.ABANDONED))

    change(counter)
    counter.tell_news(after=1)

    assert len(counter.bubbles) == 1


def test_an_answer_to_an_order_that_was_put_on_hold_meanwhile_waits_with_it() -> None:
    counter = Counter()
    give_address(counter)
    go(counter, Stage.ON_HOLD, reason="A look")

    counter.tell_news(after=1)

    assert counter.bubbles == [
        "We are checking something about your order #1001 and write again soon."
    ]


def test_of_two_choices_only_the_last_is_answered() -> None:
    counter = Counter(an_order(address=an_address()))
    choose(counter, PaymentMethod.ONLINE)
    choose(counter, PaymentMethod.CASH_ON_DELIVERY)

    counter.tell_news(after=1)

    assert [each.split("\n")[0] for each in counter.bubbles] == ["Your order #1001 is confirmed."]
    assert counter.gateway.links == {}


def test_a_link_that_was_replaced_is_not_sent() -> None:
    counter = Counter(an_order(address=an_address(), ledger=ONLINE))
    for attempt in ("1", "2"):
        book(counter, a_request(counter.order, attempt))

    counter.tell_news(after=1)

    assert len(counter.bubbles) == 1
    assert "https://pay.example/2" in str(counter.messenger.sent[0].body)


def test_cash_chosen_for_an_order_on_its_way_says_what_to_pay() -> None:
    counter = Counter(a_ready_order(Stage.APPROVED, ledger=ONLINE))

    choose(counter, PaymentMethod.CASH_ON_DELIVERY)
    counter.tell_news(after=1)

    assert counter.bubbles == ["You pay ₹1,500.00 in cash for order #1001 when it arrives."]


def a_request(order: Order, attempt: str) -> Entry:
    return Entry(
        id=f"plink_{attempt}",
        kind=EntryKind.REQUESTED,
        provider="razorpay",
        amount=order.total,
        at=LATER,
        method=PaymentMethod.ONLINE,
        reference=f"1001-{attempt}",
        link=f"https://pay.example/{attempt}",
    )


def taps_again(counter: Counter) -> None:
    collect.choose_payment(
        STORE,
        counter.placed.order_id,
        PaymentMethod.ONLINE,
        by=CUSTOMER,
        orders=counter.orders,
        stores=counter.stores,
        now=LATER + timedelta(hours=1),
    )


def a_failure(order: Order) -> Entry:
    return Entry(
        id="pay_0:failed",
        kind=EntryKind.FAILED,
        amount=order.total,
        at=LATER,
        method=PaymentMethod.ONLINE,
        reference="1001-1",
    )
