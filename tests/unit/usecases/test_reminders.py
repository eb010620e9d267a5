"""A customer who went quiet is reminded of exactly what is missing, and never without need."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orderdesk.domain.money.ledger import Entry, EntryKind, Ledger, PaymentMethod
from orderdesk.domain.orders.actor import system
from orderdesk.domain.orders.amending import remind
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.usecases.messages.notify_customer import notify_customer
from tests.builders import (
    NOW,
    STORE,
    a_capture,
    a_customer,
    a_ready_order,
    an_address,
    an_order,
    rupees,
)
from tests.counter import Counter, buttons_in, kind_of

CLOCK = system("abandon_sweep")
HOUR = timedelta(hours=1)
ONLINE = Ledger(currency="INR", method=PaymentMethod.ONLINE)
LINK = Entry(
    id="plink_1",
    kind=EntryKind.REQUESTED,
    provider="razorpay",
    amount=rupees(1500),
    at=NOW,
    method=PaymentMethod.ONLINE,
    reference="1001-1",
    link="https://pay.example/1",
)


def reminded(order: Order, *, after: timedelta = HOUR, meanwhile: Any = None) -> Counter:
    """The clock strikes that long after the customer's last message; `meanwhile` are changes of
    the order until the event is told.
    """
    counter = Counter(order, a_customer(last_inbound_at=NOW))
    remembered, event = remind(order, 1, by=CLOCK, now=NOW + after)
    counter.orders.save(remembered, [event])
    if meanwhile:
        later = replace(remembered, version=remembered.version + 1, **meanwhile)
        counter.orders.save(later, [replace(event, version=later.version)])
    notify_customer(event, desk=counter.desk, now=NOW + after)
    return counter


def test_a_missing_address_is_asked_for_again() -> None:
    counter = reminded(an_order())

    assert kind_of(counter.messenger.sent[0].body) == "address_message"
    assert counter.bubbles == [
        "Your order #1001 over ₹1,500.00 still waits for your address.\n\n"
        "Where should we deliver it? Tap below to give your address."
    ]


def test_a_missing_way_to_pay_is_asked_for_again() -> None:
    counter = reminded(an_order(address=an_address()))

    assert f"pay:online:{counter.order.order_id}" in buttons_in(counter.messenger.sent[0].body)
    assert counter.bubbles[0].startswith(
        "Your order #1001 over ₹1,500.00 only waits for your payment."
    )


def test_a_link_that_was_not_paid_is_sent_again() -> None:
    counter = reminded(an_order(address=an_address(), ledger=ONLINE.book(LINK)))

    assert LINK.link in str(counter.messenger.sent[0].body)


def test_an_order_to_be_picked_up_is_asked_for_no_address() -> None:
    counter = reminded(an_order(fulfilment=Fulfilment.PICKUP))

    assert counter.bubbles[0].endswith("How would you like to pay?")
    assert f"address:change:{counter.order.order_id}" not in buttons_in(
        counter.messenger.sent[0].body
    )


def test_a_reminder_told_twice_is_read_once() -> None:
    counter = reminded(an_order())
    [event] = counter.orders.history(STORE, counter.order.order_id, after=1)

    notify_customer(event, desk=counter.desk, now=NOW + HOUR)

    assert len(counter.bubbles) == 1


@pytest.mark.parametrize("after", [timedelta(hours=24), timedelta(hours=30)])
def test_outside_of_the_window_nobody_is_reminded(after: timedelta) -> None:
    assert reminded(an_order(), after=after).bubbles == []


def test_who_never_wrote_is_not_reminded() -> None:
    counter = Counter(an_order(), a_customer(last_inbound_at=None))
    _, event = remind(counter.order, 1, by=CLOCK, now=NOW + HOUR)

    counter.tell(event)

    assert counter.bubbles == []


@pytest.mark.parametrize(
    "meanwhile",
    [
        {"stage": Stage.ABANDONED},
        {"stage": Stage.ON_HOLD},
        {"stage": Stage.CONFIRMED},
        {"address": an_address(), "ledger": a_ready_order().ledger},
        {"last_customer_action_at": NOW + HOUR, "reminded": 0},
        {"reminded": 2},
    ],
    ids=["abandoned", "held", "confirmed", "complete", "the customer spoke", "reminded since"],
)
def test_what_happened_meanwhile_makes_the_reminder_pointless(meanwhile: Any) -> None:
    assert reminded(an_order(), meanwhile=meanwhile).bubbles == []


def test_who_has_paid_is_never_reminded() -> None:
    order = an_order()

    assert reminded(replace(order, ledger=ONLINE.book(a_capture(order)))).bubbles == []
