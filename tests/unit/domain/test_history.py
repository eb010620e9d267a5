from dataclasses import replace
from datetime import timedelta

import pytest

from orderdesk.adapters.records import event_from_record, event_to_record
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.orders import amending
from orderdesk.domain.orders.event import Change, Event
from orderdesk.domain.orders.history import chain, changes_between, digest, verify
from orderdesk.domain.orders.order import Order
from tests.builders import NOW, a_placed_event, an_actor, an_address, an_order


def a_history(length: int = 4) -> tuple[Order, tuple[Event, ...]]:
    """An order with so many items behind it, each written by itself."""
    order, (first,) = chain(an_order(), [a_placed_event(an_order())])
    events = [first]
    for step in range(length - 1):
        address = an_address(house_number=str(step))
        now = NOW + timedelta(minutes=step)
        after, event = amending.receive_address(order, address, by=an_actor(), now=now)
        order, linked = chain(after, [event])
        events += linked
    return order, tuple(events)


def test_a_history_that_nobody_touched_is_proven_from_its_first_item() -> None:
    order, events = a_history()

    verdict = verify(order, events)

    assert (verdict.holds, verdict.proven_from, verdict.last_hash) == (True, 1, order.history_hash)


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize(
    "changed",
    [
        {"reason": "something else"},
        {"at": NOW + timedelta(days=1)},
        {"by": an_actor(name="Somebody else")},
        {"changes": (Change("note", None, "forged"),)},
        {"data": {"address": "elsewhere"}},
    ],
    ids=str,
)
def test_a_changed_item_is_found(place: int, changed: dict[str, object]) -> None:
    order, events = a_history()
    forged = replace(events[place], **changed)  # type: ignore[arg-type]

    verdict = verify(order, (*events[:place], forged, *events[place + 1 :]))

    assert [flaw.version for flaw in verdict.flaws] == [place + 1]


@pytest.mark.parametrize("place", range(4))
def test_a_missing_item_is_found(place: int) -> None:
    order, events = a_history()

    verdict = verify(order, (*events[:place], *events[place + 1 :]))

    assert place + 1 in {flaw.version for flaw in verdict.flaws}


def test_an_item_that_was_exchanged_together_with_its_link_is_found() -> None:
    order, events = a_history()
    forged = replace(events[1], reason="forged")
    after = replace(events[2], previous=digest(forged))

    verdict = verify(order, (events[0], forged, after, events[3]))

    assert [flaw.version for flaw in verdict.flaws] == [3]


def test_an_order_that_says_something_else_than_its_history_is_found() -> None:
    order, events = a_history()

    assert not verify(replace(order, history_hash="0" * 64), events).holds
    assert not verify(replace(order, version=order.version + 1), events).holds
    assert not verify(replace(order, stage=order.stage.CONFIRMED), events).holds


def test_items_of_before_the_chain_are_not_proven_and_not_flawed() -> None:
    before = an_order(version=2)
    old = (
        a_placed_event(before),
        amending.receive_address(replace(before, version=1), an_address(), by=an_actor(), now=NOW)[
            1
        ],
    )
    after, event = amending.receive_address(
        before, an_address(city="Thane"), by=an_actor(), now=NOW
    )
    order, linked = chain(after, [event])

    verdict = verify(order, (*old, *linked))

    assert (verdict.holds, verdict.proven_from) == (True, 3)


def test_a_hash_survives_the_table() -> None:
    _, events = a_history()

    for event in events:
        assert digest(event_from_record(event_to_record(event))) == digest(event)


def test_an_event_tells_what_it_changed() -> None:
    order = an_order(address=an_address(city="Pune"))
    after = replace(order, address=an_address(city="Thane"), pickup_code="123456")

    assert changes_between(order, after) == (
        Change("address.city", "Pune", "Thane"),
        Change("pickup_code", None, "123456"),
    )


def test_a_chosen_method_is_a_change_of_the_ledger() -> None:
    _, event = amending.choose_payment(an_order(), PaymentMethod.ONLINE, by=an_actor(), now=NOW)

    assert event.changes == (Change("ledger.method", None, "online"),)
