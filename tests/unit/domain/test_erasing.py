from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.orders import amending
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.erasing import GONE, erase, is_open, traces_of, without_traces
from orderdesk.domain.orders.event import Event, EventType
from orderdesk.domain.orders.history import chain, verify
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Attention, Contact, Order
from orderdesk.domain.orders.returns import ReturnCase, ReturnKind
from orderdesk.domain.people.address import Address
from tests.builders import (
    NOW,
    a_capture,
    a_customer,
    a_placed_event,
    an_actor,
    an_address,
    an_order,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PRIYA = Contact(customer_id="customer1", name="Priya Nair", phone="919876543210")
CUSTOMER = a_customer(name="Priya Nair")
BY_CUSTOMER = an_actor(ActorKind.CUSTOMER, name="Priya Nair")


def lived() -> tuple[Order, list[Event]]:
    """An order with everything personal in it and in its history."""
    order = an_order(customer=PRIYA, note="For Priya's mother", phone_number_id="1")
    order, (placed,) = chain(order, [a_placed_event(order, by=BY_CUSTOMER)])
    events = [placed]
    elsewhere = Address(text="7 Hill Road, Mumbai 400050")
    steps: list[Callable[[Order], tuple[Order, Event] | None]] = [
        lambda one: amending.receive_address(one, elsewhere, by=BY_CUSTOMER, now=NOW),
        lambda one: amending.receive_address(one, an_address(), by=BY_CUSTOMER, now=NOW),
        lambda one: amending.choose_payment(one, PaymentMethod.ONLINE, by=BY_CUSTOMER, now=NOW),
        lambda one: amending.book(
            one, a_capture(one, proof="wamid.proof", note="upi"), by=an_actor(), now=NOW
        ),
        lambda one: amending.raise_attention(
            one, "call", "Call Priya on +91 98765 43210", by=an_actor(), now=NOW
        ),
        lambda one: amending.resolve_attention(
            one, "call", "priya is fine", by=an_actor(), now=NOW
        ),
    ]
    for step in steps:
        changed = step(order)
        assert changed
        order, (event,) = chain(changed[0], [changed[1]])
        events.append(event)
    return order, events


def erased(order: Order, events: list[Event]) -> tuple[Order, list[Event]]:
    traces = traces_of(CUSTOMER, [order])
    left = [without_traces(each, traces) for each in events]
    after, event = erase(order, left, traces, by=an_actor(), now=NOW)
    after, (event,) = chain(after, [event])
    return after, [*left, event]


PERSONAL = ("priya", "nair", "98765", "mg road", "hill road", "411001", "400050", "mother", "wamid")


def test_nothing_personal_is_left_in_an_order_and_its_history() -> None:
    order, events = lived()
    assert all(word in f"{order} {events}".lower() for word in PERSONAL)

    after, left = erased(order, events)

    assert [word for word in PERSONAL if word in f"{after} {left}".lower()] == []


def test_the_accounts_stay() -> None:
    order, events = lived()

    after, left = erased(order, events)

    assert (after.lines, after.total, after.number) == (order.lines, order.total, order.number)
    assert after.ledger.balance == order.ledger.balance
    assert [each.kind for each in after.ledger.entries] == [
        each.kind for each in order.ledger.entries
    ]
    assert (after.stage, after.placed_at, after.paid_at) == (
        order.stage,
        order.placed_at,
        order.paid_at,
    )
    assert after.address == Address(country="IN")
    assert [(each.type, each.at) for each in left[:-1]] == [(each.type, each.at) for each in events]
    assert after.customer.customer_id == "customer1"


def test_an_erased_history_still_holds_and_says_what_was_erased() -> None:
    order, events = lived()
    assert verify(order, events).erased == ()

    after, left = erased(order, events)
    verdict = verify(after, left)

    assert verdict.flaws == ()
    assert verdict.proven_from == 1
    assert set(verdict.erased) == {1, 2, 3, 4, 5, 6, 7}
    assert left[-1].type is EventType.ERASED


def test_an_order_that_goes_on_after_its_erasure_is_erased_again() -> None:
    after, left = erased(*lived())
    changed = amending.raise_attention(after, "call", "Priya called", by=an_actor(), now=NOW)
    assert changed
    again, (event,) = chain(changed[0], [changed[1]])

    last, history = erased(again, [*left, event])

    assert verify(last, history).flaws == ()
    assert history[: len(left)] == left
    assert history[len(left)].data["text"] == GONE


def test_what_is_left_cannot_be_changed_unseen() -> None:
    after, left = erased(*lived())
    forged = replace(left[3], reason="Never mind")

    assert not verify(after, [*left[:3], forged, *left[4:]]).holds


def test_an_item_cannot_be_passed_off_as_erased() -> None:
    order, events = lived()
    traces = traces_of(CUSTOMER, [order])

    hidden = [*events[:-1], without_traces(events[-1], traces)]

    assert not verify(order, hidden).holds


def test_items_without_anything_personal_stay_as_they_were() -> None:
    order = an_order(customer=PRIYA)
    changed = amending.choose_payment(order, PaymentMethod.ONLINE, by=an_actor(), now=NOW)

    assert without_traces(changed[1], traces_of(CUSTOMER, [order])) == changed[1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Asked for by Priya", True),
        ("PRIYA", True),
        ("call 98765-43210", True),
        ("+91 98765 43210", True),
        ("14, MG Road", True),
        ("Out of stock", False),
        ("Order 1001", False),
    ],
)
def test_traces_of_a_customer_are_found_however_they_are_written(text: str, found: bool) -> None:
    order = an_order(customer=PRIYA, address=an_address(address="14, MG Road"))

    assert traces_of(CUSTOMER, [order]).are_in(text) is found


def test_a_customer_of_whom_nothing_is_known_leaves_no_traces() -> None:
    nobody = replace(a_customer(), name="", phone="")

    assert not traces_of(nobody, []).are_in("anything at all")


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (an_order(Stage.SHIPPED), True),
        (an_order(Stage.ABANDONED), False),
        (an_order(Stage.DELIVERED), False),
        (
            an_order(
                Stage.DELIVERED,
                returns=(
                    ReturnCase(return_id="r1", kind=ReturnKind.FULL, goods=(), opened_at=NOW),
                ),
            ),
            True,
        ),
        (
            an_order(Stage.CANCELLED, attention=(Attention(reason="refund_due", text="", at=NOW),)),
            True,
        ),
    ],
)
def test_an_order_is_open_while_the_shop_owes_something(order: Order, expected: bool) -> None:
    assert is_open(order) is expected
