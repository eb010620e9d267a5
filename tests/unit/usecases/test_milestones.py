"""What customers read of pickups, parcels, returns, refunds and closed shops."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from orderdesk.domain.messages.conversation import Delivery
from orderdesk.domain.money.ledger import Ledger, PaymentMethod
from orderdesk.domain.orders.actor import Role, system
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Hold, Order
from orderdesk.domain.orders.parcels import Fulfilment, Goods, Parcel, ParcelState, Tracking
from orderdesk.domain.orders.returns import ReturnCase, ReturnKind, ReturnState
from orderdesk.domain.shop.hours import Interval, OpeningHours
from orderdesk.domain.shop.policy import AfterHours, Policy
from orderdesk.usecases.messages.hindsight import message_key
from orderdesk.usecases.messages.notify_customer import notify_customer
from tests.builders import (
    NOW,
    a_capture,
    a_line,
    a_message,
    a_move,
    a_parcel,
    a_ready_order,
    a_store,
    an_actor,
    an_event,
    an_order,
    rupees,
)
from tests.counter import Counter, kind_of

KURTA, SCARF = a_line(), a_line("scarf", name="Silk scarf", quantity=1, price=rupees(400))
BLUEDART = Tracking(carrier="BlueDart", number="BD123", link="https://track.example/BD123")
ONLINE = Ledger(currency="INR", method=PaymentMethod.ONLINE)
COURIER = system("courier_webhook")
WEEKDAYS = ((Interval(time(9), time(18)),),) * 6 + ((),)
NIGHT = datetime.fromisoformat("2026-11-24T20:00:00+05:30")


def at_once(**fields: Any) -> Any:
    return a_store(policy=Policy(grace_period=timedelta(), **fields))


def told(before: Order, to: Stage, *, now: datetime = NOW, **fields: Any) -> list[str]:
    """What the customer reads when the order comes to that stage."""
    event_fields = {
        key: fields.pop(key) for key in ("by", "reason", "reason_code") if key in fields
    }
    store = fields.pop("store", at_once())
    after, event = a_move(before, to, **event_fields)
    counter = Counter(replace(after, **fields))
    counter.stores.put(store)
    notify_customer(event, desk=counter.desk, now=now)
    return counter.bubbles


def told_of(order: Order, kind: EventType, **data: str) -> Counter:
    counter = Counter(order)
    counter.tell(an_event(order, type=kind, by=an_actor(), data=data))
    return counter


def paid(order: Order) -> Order:
    return replace(order, ledger=ONLINE.book(a_capture(order)))


def two_parcels() -> Order:
    first = a_parcel("p1", goods=(Goods(retailer_id="kurta-m", quantity=2),), tracking=BLUEDART)
    return a_ready_order(Stage.PROCESSED, lines=(KURTA, SCARF), parcels=(first,))


def test_an_order_to_be_picked_up_says_when_it_is_ready_and_gives_the_code() -> None:
    order = a_ready_order(Stage.APPROVED, fulfilment=Fulfilment.PICKUP, address=None)

    assert told(order, Stage.PROCESSED, pickup_code="4821") == [
        "Your order #1001 is ready to be picked up at Asha's kurtas.\n"
        "Please show this code: 4821\n"
        "Please have ₹1,500.00 in cash ready."
    ]


def test_an_order_for_the_courier_says_nothing_when_it_is_packed() -> None:
    assert told(a_ready_order(Stage.APPROVED), Stage.PROCESSED) == []


def test_a_confirmed_pickup_neither_names_an_address_nor_a_way() -> None:
    order = a_ready_order(Stage.PLACED, fulfilment=Fulfilment.PICKUP)

    assert told(order, Stage.CONFIRMED) == [
        "Your order #1001 is confirmed.\n"
        "Total: ₹1,500.00. You pay ₹1,500.00 in cash when you pick it up.\n"
        "We write again when it is ready to be picked up."
    ]


def test_a_part_of_an_order_says_what_is_in_it_and_that_the_rest_follows() -> None:
    counter = told_of(two_parcels(), EventType.PARCEL_SHIPPED, parcel="p1")

    assert counter.bubbles == [
        "A part of your order #1001 is on its way with BlueDart.\n"
        "Tracking number: BD123\n2 × Cotton kurta, M\nThe rest follows."
    ]
    assert kind_of(counter.messenger.sent[0].body) == "cta_url"


def test_the_rest_of_an_order_says_that_it_is_the_rest() -> None:
    rest = a_parcel("p2", goods=(Goods(retailer_id="scarf", quantity=1),))
    order = paid(two_parcels())

    assert told(order, Stage.SHIPPED, parcels=(*order.parcels, rest)) == [
        "The rest of your order #1001 is on its way: we bring it ourselves.\n1 × Silk scarf"
    ]


def test_a_parcel_whose_shipment_was_taken_back_is_not_told() -> None:
    order = replace(two_parcels(), parcels=())

    assert told_of(order, EventType.PARCEL_SHIPPED, parcel="p1").bubbles == []


def changed(order: Order, *, heard: Delivery | None) -> list[str]:
    """The first parcel's number was corrected after the customer heard that it left, or not."""
    counter = Counter(order)
    left = an_event(order, type=EventType.PARCEL_SHIPPED, by=an_actor(), data={"parcel": "p1"})
    after = replace(order, version=left.version)
    counter.orders.save(after, [left])
    if heard:
        counter.conversations.append(a_message(message_key(left), delivery=heard))
    number = order.parcels[0].tracking.number
    data = {"parcel": "p1", "tracking": number, "before": "BD999"}
    counter.tell(an_event(after, type=EventType.PARCEL_CHANGED, by=an_actor(), data=data))
    return counter.bubbles


@pytest.mark.parametrize("heard", [Delivery.PENDING, Delivery.READ])
def test_a_corrected_tracking_number_is_told_to_whom_has_the_wrong_one(heard: Delivery) -> None:
    assert changed(two_parcels(), heard=heard) == [
        "Your order #1001: here is the right way to follow your parcel.\n"
        "BlueDart, tracking number: BD123"
    ]


@pytest.mark.parametrize("heard", [None, Delivery.FAILED])
def test_a_number_that_the_customer_never_got_needs_no_correction(heard: Delivery | None) -> None:
    assert changed(two_parcels(), heard=heard) == []


def test_the_number_of_a_parcel_that_arrived_is_of_no_use() -> None:
    order = two_parcels()
    arrived: Parcel = replace(order.parcels[0], state=ParcelState.DELIVERED)

    assert changed(replace(order, parcels=(arrived,)), heard=Delivery.READ) == []


def test_a_parcel_that_the_courier_brings_back_says_so_in_the_customers_words() -> None:
    reason: Any = {"reason_code": "refused", "reason": "The customer refused it", "by": COURIER}

    assert told(paid(a_ready_order(Stage.SHIPPED)), Stage.RETURNED, **reason) == [
        "Your order #1001 could not be delivered and came back to us.\n"
        "Reason: it was not accepted at the door\nWe will send ₹1,500.00 back to you."
    ]


def test_staffs_own_words_are_said_as_they_are() -> None:
    reason: Any = {"reason_code": "unreachable", "reason": "Nobody answered the bell three times"}

    [read] = told(a_ready_order(Stage.SHIPPED), Stage.RETURNED, **reason)

    assert read.endswith("Reason: Nobody answered the bell three times")


def a_return() -> Order:
    case = ReturnCase(
        return_id="r1",
        kind=ReturnKind.PARTIAL,
        goods=(Goods(retailer_id="scarf", quantity=1),),
        opened_at=NOW,
        state=ReturnState.RECEIVED,
    )
    return paid(a_ready_order(Stage.DELIVERED, lines=(KURTA, SCARF), returns=(case,)))


def test_a_return_that_came_in_says_what_and_how_much_goes_back() -> None:
    assert told_of(a_return(), EventType.RETURN_RECEIVED, **{"return": "r1"}).bubbles == [
        "We have received what you sent back of order #1001:\n1 × Silk scarf\n"
        "We will send ₹400.00 back to you."
    ]


def test_a_return_that_makes_the_whole_order_returned_is_told_by_the_stage() -> None:
    order = replace(a_return(), stage=Stage.RETURNED)

    assert told_of(order, EventType.RETURN_RECEIVED, **{"return": "r1"}).bubbles == []


@pytest.mark.parametrize(
    ("provider", "words"),
    [
        ("razorpay", "\nIt can take a few working days to arrive."),
        ("", ""),
    ],
)
def test_a_refund_is_told_with_its_amount(provider: str, words: str) -> None:
    counter = told_of(a_return(), EventType.REFUNDED, amount="₹400.00", provider=provider)

    assert counter.bubbles == [f"We have paid ₹400.00 back to you for order #1001.{words}"]


def shop(after_hours: AfterHours = AfterHours.HOLD_ON_CONFIRMED, **fields: Any) -> Any:
    hours = OpeningHours(time_zone="Asia/Kolkata", weekdays=fields.pop("weekdays", WEEKDAYS))
    return at_once(hours=hours, after_hours=after_hours)


def test_an_order_confirmed_at_night_says_when_the_shop_opens() -> None:
    [read] = told(a_ready_order(Stage.PLACED), Stage.CONFIRMED, now=NIGHT, store=shop())

    assert "\nWe are closed now and go on Wednesday at 09:00.\n" in read


def test_a_shop_that_is_closed_for_a_week_names_the_date() -> None:
    tuesdays = ((), WEEKDAYS[0], (), (), (), (), ())
    store = shop(weekdays=tuesdays)

    [read] = told(a_ready_order(Stage.PLACED), Stage.CONFIRMED, now=NIGHT, store=store)

    assert "go on Tuesday 1 December at 09:00." in read


@pytest.mark.parametrize(
    ("store", "now"), [(shop(), NOW), (shop(AfterHours.OFF), NIGHT), (at_once(), NIGHT)]
)
def test_who_need_not_wait_hears_of_no_hours(store: Any, now: datetime) -> None:
    [read] = told(a_ready_order(Stage.PLACED), Stage.CONFIRMED, now=now, store=store)

    assert "closed" not in read


def held(source: Stage, **fields: Any) -> list[str]:
    hold = Hold(
        reason="After hours",
        source=source,
        code="after_hours",
        until=datetime.fromisoformat("2026-11-25T09:00:00+05:30"),
    )
    rule = {"by": system("after_hours", Role.RULE), "reason_code": "after_hours"}
    store = fields.pop("store", shop())
    return told(an_order(source), Stage.ON_HOLD, hold=hold, now=NIGHT, store=store, **rule)


def test_a_cart_in_the_night_is_thanked_for_and_told_when_the_shop_opens() -> None:
    assert held(Stage.PLACED) == [
        "Thank you, Priya! We have your order, #1001:\n2 × Cotton kurta, M: ₹1,500.00\n"
        "Total: ₹1,500.00\n\nWe are closed now and go on Wednesday at 09:00."
    ]


def test_that_answer_to_a_cart_does_not_wait() -> None:
    patient = replace(shop().policy, grace_period=timedelta(minutes=15))

    assert len(held(Stage.PLACED, store=a_store(policy=patient))) == 1


def test_a_confirmed_order_that_is_held_for_the_night_was_told_already() -> None:
    assert held(Stage.CONFIRMED) == []
