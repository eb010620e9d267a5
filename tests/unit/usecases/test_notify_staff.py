"""What open dashboards read of an event, in one line."""

from typing import Any

import pytest

from orderdesk.domain.orders.actor import Role, system
from orderdesk.domain.orders.event import Event, EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.messages.notify_staff import message
from tests.builders import a_move, a_ready_order, an_actor, an_event

ORDER = a_ready_order(Stage.CONFIRMED)
CLOCK = system("abandon_sweep")
COURIER = system("courier_webhook")


def line(event: Event) -> str:
    return str(message(event, ORDER)["text"])


def of(kind: EventType, **fields: Any) -> str:
    return line(an_event(ORDER, type=kind, **{"by": an_actor(), **fields}))


def moved(source: Stage, target: Stage, **fields: Any) -> str:
    return line(a_move(a_ready_order(source), target, **fields)[1])


@pytest.mark.parametrize("kind", EventType)
def test_every_kind_of_event_has_a_line_even_without_data(kind: EventType) -> None:
    assert "1001" in of(kind)


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (an_actor(), "Order 1001 is now Cancelled, by Asha"),
        (an_actor(name=""), "Order 1001 is now Cancelled, by the staff"),
        (CLOCK, "Order 1001 is now Cancelled, by the clock"),
        (COURIER, "Order 1001 is now Cancelled, by the courier"),
        (system("payment_webhook"), "Order 1001 is now Cancelled, by the payment gateway"),
        (system("after_hours", Role.RULE), "Order 1001 is now Cancelled, by a rule"),
    ],
)
def test_who_moved_an_order_is_said(by: Any, words: str) -> None:
    assert moved(Stage.CONFIRMED, Stage.CANCELLED, by=by) == words


def test_a_hold_says_why_and_its_release_by_whom() -> None:
    held = moved(Stage.CONFIRMED, Stage.ON_HOLD, by=system("rule"), reason="After hours")
    released = moved(Stage.ON_HOLD, Stage.CONFIRMED, by=CLOCK)

    assert held == "Order 1001 is On Hold, by a rule: After hours"
    assert released == "Order 1001 is released to Confirmed, by the clock"


def test_an_order_that_waits_for_staff_says_where_and_how_long() -> None:
    waits = of(EventType.ESCALATED, data={"text": "In Confirmed for 4 hours of opening time."})

    assert waits == "Order 1001 waits for you. In Confirmed for 4 hours of opening time."


def test_a_parcel_that_came_back_says_so() -> None:
    back = moved(Stage.SHIPPED, Stage.RETURNED, by=COURIER, reason="The customer refused it")

    assert back == "Order 1001 came back undelivered, by the courier: The customer refused it"


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        (
            EventType.PARCEL_SHIPPED,
            {"carrier": "BlueDart"},
            "Order 1001: a part of it left with BlueDart, by Asha",
        ),
        (
            EventType.PARCEL_SCANNED,
            {"state": "out_for_delivery"},
            "Order 1001: a parcel is out for delivery, by Asha",
        ),
        (
            EventType.RETURN_RECEIVED,
            {"lines": "1 × kurta-m"},
            "Order 1001: 1 × kurta-m came back",
        ),
        (EventType.REFUNDED, {"amount": "₹750.00"}, "Order 1001: ₹750.00 paid back, by Asha"),
        (
            EventType.STOCK_CHANGED,
            {"stock": "short", "short": "kurta-m: 1 of 2"},
            "Order 1001: not all of it is in stock: kurta-m: 1 of 2",
        ),
    ],
)
def test_what_happens_beside_the_stage_is_said(
    kind: EventType, data: dict[str, str], words: str
) -> None:
    assert of(kind, data=data) == words
