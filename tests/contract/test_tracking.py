"""Orders are found by the numbers that their parcels left with."""

from typing import Any

import pytest

from orderdesk.domain.orders import shipping
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.domain.orders.parcels import Goods, ParcelState, Tracking
from orderdesk.usecases.ports import Idempotency, Orders
from tests.builders import NOW, STORE, a_placed_event, a_ready_order, an_actor

ONE = (Goods(retailer_id="kurta-m", quantity=1),)


def packed(orders: Orders, **fields: Any) -> Order:
    order = a_ready_order(Stage.PROCESSED, **fields)
    assert orders.add(order, a_placed_event(order), raw="")
    return order


def shipped(orders: Orders, number: str, *, key: str = "", **fields: Any) -> Order:
    order = packed(orders, **fields)
    tracking = Tracking(carrier="Delhivery", number=number)
    after, event = shipping.ship_parcel(order, ONE, tracking, by=an_actor(), now=NOW)
    orders.save(after, [event], idempotency=Idempotency(key, "same") if key else None)
    return after


@pytest.mark.parametrize("number", ["DL77001", "dl77001", " DL 7700-1 "])
def test_an_order_is_found_by_its_number_however_it_is_spelled(orders: Orders, number: str) -> None:
    order = shipped(orders, "dl 77001")

    assert orders.by_tracking(STORE, number) == order.order_id


def test_a_number_of_nobody_finds_nothing(orders: Orders) -> None:
    shipped(orders, "DL77001")

    assert orders.by_tracking(STORE, "DL7700") is None
    assert orders.by_tracking(STORE, "") is None
    assert orders.by_tracking("other", "DL77001") is None


def test_the_order_that_got_a_number_last_has_it(orders: Orders) -> None:
    shipped(orders, "DL77001")
    newer = shipped(orders, "DL-77001", message_id="wamid.cart2")

    assert orders.by_tracking(STORE, "DL77001") == newer.order_id


def test_a_corrected_number_is_found_too(orders: Orders) -> None:
    order = shipped(orders, "DL77001")
    tracking = Tracking(carrier="Bluedart", number="BD9001")
    changed = shipping.change_parcel(order, "p1", tracking, by=an_actor(), now=NOW)
    assert changed is not None
    orders.save(changed[0], [changed[1]])

    assert orders.by_tracking(STORE, "BD9001") == order.order_id


def test_own_delivery_has_no_number_to_be_found_by(orders: Orders) -> None:
    order = packed(orders)
    own = Tracking(own_delivery=True)
    after, event = shipping.ship_parcel(order, ONE, own, by=an_actor(), now=NOW)

    orders.save(after, [event])

    assert orders.get(STORE, order.order_id).parcels[0].tracking == own


def test_a_scan_brings_no_number_of_its_own(orders: Orders) -> None:
    first = shipped(orders, "DL77001")
    newer = shipped(orders, "DL77001", message_id="wamid.cart2")

    done = shipping.scan(first, "p1", ParcelState.DELIVERED, by=an_actor(), now=NOW)
    assert done is not None
    orders.save(done[0], [done[1]])

    assert orders.by_tracking(STORE, "DL77001") == newer.order_id


def test_two_parcels_of_one_number_are_one_entry(orders: Orders) -> None:
    order = packed(orders)
    tracking = Tracking(carrier="Delhivery", number="DL77001")
    one, first = shipping.ship_parcel(order, ONE, tracking, by=an_actor(), now=NOW)
    other = Tracking(carrier="Bluedart", number="dl-77001")
    changed = shipping.change_parcel(one, "p1", other, by=an_actor(), now=NOW)
    assert changed is not None

    orders.save(changed[0], [first, changed[1]])

    assert orders.by_tracking(STORE, "DL77001") == order.order_id


def test_a_number_comes_with_an_idempotency_key_as_well(orders: Orders) -> None:
    order = shipped(orders, "DL77001", key="key1")

    assert orders.by_tracking(STORE, "DL77001") == order.order_id
    assert orders.replayed(STORE, Idempotency("key1", "same")) == order
