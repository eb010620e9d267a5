from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orderdesk.domain.errors import Invalid, NotFound, Stale
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.order import Order
from orderdesk.domain.people.customer import Alias, AliasKind
from orderdesk.usecases.ports import Customers, Idempotency, Orders, Stores
from tests.builders import (
    NOW,
    STORE,
    a_customer,
    a_move,
    a_placed_event,
    a_ready_order,
    an_address,
    an_event,
    an_order,
)

ASKED = Idempotency("key1", "fingerprint1")


def stored(orders: Orders, **fields: Any) -> Order:
    order = an_order(**fields)
    assert orders.add(order, a_placed_event(order), raw='{"from": "919876543210"}')
    return order


def test_an_added_order_is_found_as_it_was(orders: Orders) -> None:
    order = stored(orders, address=an_address(), note="Ring twice", due_at=NOW)

    assert orders.get(STORE, order.order_id) == order
    assert orders.find(STORE, order.order_id) == order
    assert orders.history(STORE, order.order_id) == (a_placed_event(order),)
    assert orders.raw(STORE, order.order_id) == '{"from": "919876543210"}'


def test_an_unknown_order_is_not_there(orders: Orders) -> None:
    assert orders.find(STORE, "nothing") is None
    assert orders.history(STORE, "nothing") == ()
    assert orders.raw(STORE, "nothing") == ""
    with pytest.raises(NotFound):
        orders.get(STORE, "nothing")


def test_an_order_is_of_one_store_only(orders: Orders) -> None:
    order = stored(orders)

    assert orders.find("other", order.order_id) is None


def test_the_same_cart_makes_one_order(orders: Orders) -> None:
    order = stored(orders)
    again = replace(order, number=1002, note="second")

    added = orders.add(again, a_placed_event(again, at=NOW + timedelta(seconds=9)), raw="{}")

    assert not added
    assert orders.get(STORE, order.order_id) == order
    assert len(orders.history(STORE, order.order_id)) == 1


def test_an_order_without_an_inbound_body_has_none(orders: Orders) -> None:
    order = an_order()
    orders.add(order, a_placed_event(order), raw="")

    assert orders.raw(STORE, order.order_id) == ""


def test_a_body_of_a_megabyte_is_kept_beside_the_order(orders: Orders) -> None:
    order, raw = an_order(), '{"text": "नमस्ते"}' * 60_000
    orders.add(order, a_placed_event(order), raw=raw)

    assert orders.raw(STORE, order.order_id) == raw


def test_an_order_becomes_its_customers_current_one(orders: Orders, customers: Customers) -> None:
    alias = Alias(AliasKind.PHONE, "919876543210")
    customer = customers.identify(STORE, [alias], seen=a_customer(), now=NOW)
    contact = replace(an_order().customer, customer_id=customer.customer_id)

    first = stored(orders, message_id="wamid.a", customer=contact)
    assert customers.get(STORE, customer.customer_id).current_order_id == first.order_id

    second = stored(orders, message_id="wamid.b", customer=contact)
    assert customers.get(STORE, customer.customer_id).current_order_id == second.order_id
    assert customers.get(STORE, customer.customer_id).name == "Priya"


def test_a_store_is_known_by_its_first_order(orders: Orders, stores: Stores) -> None:
    stored(orders)
    stored(orders, store_id="other", message_id="wamid.b")

    assert sorted(stores.all_ids()) == ["main", "other"]


def test_a_saved_order_replaces_the_one_before(orders: Orders) -> None:
    order = stored(orders, due_at=NOW)
    after, event = a_move(replace(order, address=an_address(), due_at=None), Stage.CONFIRMED)

    orders.save(after, [event])

    assert orders.get(STORE, order.order_id) == after
    assert orders.history(STORE, order.order_id) == (a_placed_event(order), event)
    assert orders.history(STORE, order.order_id, after=1) == (event,)
    assert orders.history(STORE, order.order_id, after=2) == ()


def test_two_events_are_saved_as_one(orders: Orders) -> None:
    order = stored(orders)
    addressed = an_event(order)
    confirmed, event = a_move(replace(order, version=2, address=an_address()), Stage.CONFIRMED)

    orders.save(confirmed, [addressed, event])

    assert orders.get(STORE, order.order_id).version == 3
    assert orders.history(STORE, order.order_id, after=1) == (addressed, event)


def test_who_comes_second_learns_what_the_first_one_made_of_it(orders: Orders) -> None:
    order = stored(orders)
    first, event = a_move(order, Stage.ON_HOLD)
    orders.save(first, [event])
    late, late_event = a_move(order, Stage.CANCELLED, at=NOW + timedelta(seconds=2))

    with pytest.raises(Stale) as raised:
        orders.save(late, [late_event])

    assert raised.value.current == first
    assert orders.get(STORE, order.order_id) == first
    assert orders.history(STORE, order.order_id, after=1) == (event,)


def test_saving_the_very_same_again_is_no_lost_race(orders: Orders) -> None:
    order = stored(orders)
    after, event = a_move(order, Stage.ON_HOLD)
    orders.save(after, [event], idempotency=ASKED)

    orders.save(after, [event], idempotency=ASKED)

    assert orders.get(STORE, order.order_id) == after


def test_adding_the_very_same_again_says_that_it_was_added(orders: Orders) -> None:
    order = stored(orders)

    assert orders.add(order, a_placed_event(order), raw="{}")
    assert orders.get(STORE, order.order_id) == order


def test_an_order_that_is_not_there_cannot_be_saved(orders: Orders) -> None:
    after, event = a_move(an_order(), Stage.ON_HOLD)

    with pytest.raises(NotFound):
        orders.save(after, [event])


def test_a_repeated_request_is_answered_with_the_order_as_it_is_now(orders: Orders) -> None:
    order = stored(orders)
    assert orders.replayed(STORE, ASKED) is None

    held, event = a_move(order, Stage.ON_HOLD)
    orders.save(held, [event], idempotency=ASKED)
    assert orders.replayed(STORE, ASKED) == held

    released, event = a_move(held, Stage.PLACED)
    orders.save(released, [event])
    assert orders.replayed(STORE, ASKED) == released
    assert orders.replayed("other", ASKED) is None


def test_a_key_serves_one_request_only(orders: Orders) -> None:
    order = stored(orders)
    held, event = a_move(order, Stage.ON_HOLD)
    orders.save(held, [event], idempotency=ASKED)
    other = Idempotency(ASKED.key, "fingerprint2")
    released, event = a_move(held, Stage.PLACED)

    with pytest.raises(Invalid, match="new key"):
        orders.replayed(STORE, other)
    with pytest.raises(Invalid, match="new key"):
        orders.save(released, [event], idempotency=other)

    assert orders.get(STORE, order.order_id) == held


def test_the_same_request_at_once_is_done_once(orders: Orders) -> None:
    order = stored(orders)
    held, event = a_move(order, Stage.ON_HOLD)
    orders.save(held, [event], idempotency=ASKED)
    again, second = a_move(held, Stage.PLACED, at=NOW + timedelta(seconds=1))

    with pytest.raises(Stale) as raised:
        orders.save(again, [second], idempotency=ASKED)

    assert raised.value.current == held
    assert orders.get(STORE, order.order_id) == held


def test_a_refused_write_uses_no_key(orders: Orders) -> None:
    order = stored(orders)
    held, event = a_move(order, Stage.ON_HOLD)
    orders.save(held, [event])
    late, late_event = a_move(order, Stage.CANCELLED)

    with pytest.raises(Stale):
        orders.save(late, [late_event], idempotency=ASKED)

    assert orders.replayed(STORE, ASKED) is None


def test_a_deadline_is_due_from_its_time_on_earliest_first(orders: Orders) -> None:
    later = stored(orders, message_id="wamid.a", due_at=NOW + timedelta(minutes=2))
    sooner = stored(orders, message_id="wamid.b", due_at=NOW + timedelta(minutes=1))
    stored(orders, message_id="wamid.c")
    stored(orders, message_id="wamid.d", due_at=NOW + timedelta(hours=1))
    stored(orders, message_id="wamid.e", due_at=NOW, store_id="other")

    def due(minutes: float, limit: int = 100) -> tuple[str, ...]:
        return orders.due(STORE, before=NOW + timedelta(minutes=minutes), limit=limit)

    assert due(0.9) == ()
    assert due(1) == (sooner.order_id,)
    assert due(3) == (sooner.order_id, later.order_id)
    assert due(3, limit=1) == (sooner.order_id,)


def test_postponing_is_no_new_version(orders: Orders) -> None:
    order = stored(orders, due_at=NOW)
    tomorrow = NOW + timedelta(days=1)

    orders.postpone(order, tomorrow)
    assert orders.get(STORE, order.order_id) == replace(order, due_at=tomorrow)
    assert orders.due(STORE, before=NOW) == ()
    assert orders.due(STORE, before=tomorrow) == (order.order_id,)

    orders.postpone(order, None)
    assert orders.get(STORE, order.order_id) == replace(order, due_at=None)
    assert orders.due(STORE, before=tomorrow) == ()


def test_an_order_that_moved_on_is_not_postponed(orders: Orders) -> None:
    order = stored(orders, due_at=NOW)
    after, event = a_move(order, Stage.ON_HOLD)
    orders.save(after, [event])

    orders.postpone(order, NOW + timedelta(days=1))
    orders.postpone(an_order(message_id="wamid.unknown"), NOW)

    assert orders.get(STORE, order.order_id).due_at == NOW


def test_numbers_begin_at_1001_and_never_repeat(orders: Orders) -> None:
    assert [orders.next_number(STORE) for _ in range(3)] == [1001, 1002, 1003]
    assert orders.next_number("other") == 1001


def test_an_order_keeps_what_only_its_later_stages_have(orders: Orders) -> None:
    ready = a_ready_order(Stage.PLACED)
    orders.add(ready, a_placed_event(ready), raw="{}")

    assert orders.get(STORE, ready.order_id) == ready


def test_two_orders_are_written_together(orders: Orders) -> None:
    first, second = stored(orders), stored(orders, message_id="wamid.cart2")
    changes = [
        (replace(each, version=2, note="both"), [an_event(each)]) for each in (first, second)
    ]

    orders.save_together(changes)
    # Told twice, it is done once.
    orders.save_together(changes)

    for each in (first, second):
        assert orders.get(STORE, each.order_id).note == "both"
        assert len(orders.history(STORE, each.order_id)) == 2


def test_of_two_orders_neither_is_written_when_one_moved_on(orders: Orders) -> None:
    first, second = stored(orders), stored(orders, message_id="wamid.cart2")
    orders.save(replace(second, version=2), [an_event(second)])
    changes = [
        (replace(each, version=2, note="both"), [an_event(each, reason="both")])
        for each in (first, second)
    ]

    with pytest.raises(Stale):
        orders.save_together(changes)

    assert orders.get(STORE, first.order_id) == first
    assert orders.get(STORE, second.order_id).note == ""


def test_an_order_is_given_to_another_customer_without_a_new_version(orders: Orders) -> None:
    order = stored(orders)

    assert orders.adopt(order, "customer2")

    given = orders.get(STORE, order.order_id)
    assert given == replace(order, customer=replace(order.customer, customer_id="customer2"))
    assert len(orders.history(STORE, order.order_id)) == 1
    [listed] = orders.of_customer(STORE, "customer2").items
    assert (listed.order_id, listed.customer_id) == (order.order_id, "customer2")
    assert orders.of_customer(STORE, "customer1").items == ()
    assert not orders.adopt(order, "customer3")


def test_who_writes_an_order_as_the_former_customers_looks_again(orders: Orders) -> None:
    order = stored(orders)
    orders.adopt(order, "customer2")

    with pytest.raises(Stale) as error:
        orders.save(replace(order, version=2, note="late"), [an_event(order)])

    assert error.value.current.customer.customer_id == "customer2"
    assert orders.get(STORE, order.order_id).customer.customer_id == "customer2"


def test_an_order_that_moved_on_is_not_given_as_it_was(orders: Orders) -> None:
    order = stored(orders)
    orders.save(replace(order, version=2), [an_event(order)])

    assert not orders.adopt(order, "customer2")
    assert orders.get(STORE, order.order_id).customer.customer_id == "customer1"


def test_what_is_erased_of_a_history_is_replaced_in_its_place(orders: Orders) -> None:
    order = stored(orders)
    told = orders.history(STORE, order.order_id)[0]
    left = replace(told, by=replace(told.by, name=""))

    orders.forget(STORE, order.order_id, [left])

    assert orders.history(STORE, order.order_id) == (left,)
    assert orders.raw(STORE, order.order_id) == ""
    assert orders.get(STORE, order.order_id) == order
