"""Two or more at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

from orderdesk.adapters.dynamo.customers import DynamoCustomers
from orderdesk.domain.errors import Stale
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.people.customer import Alias, AliasKind, Customer
from tests.builders import NOW, STORE, a_customer, a_move, a_placed_event, an_order
from tests.integration.dynamo.conftest import Database


def test_of_two_at_once_exactly_one_moves_the_order(database: Database) -> None:
    order = an_order()
    database.orders.add(order, a_placed_event(order), raw="")
    orders, together = database.orders, Barrier(2)

    def move(to: Stage, second: int) -> str:
        after, event = a_move(order, to, at=NOW + timedelta(seconds=second))
        together.wait(timeout=10)
        try:
            orders.save(after, [event])
        except Stale as stale:
            return f"lost to {stale.current.stage}"
        return f"won as {to}"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(move, Stage.ON_HOLD, 1)
        second = pool.submit(move, Stage.CANCELLED, 2)
        said = {first.result(), second.result()}

    winner = orders.get(STORE, order.order_id).stage
    assert said == {f"won as {winner}", f"lost to {winner}"}
    assert len(orders.history(STORE, order.order_id)) == 2


def test_one_cart_delivered_twice_at_once_is_one_order(database: Database) -> None:
    orders, together = database.orders, Barrier(3)

    def add(number: int) -> bool:
        order = an_order(number=number)
        event = a_placed_event(order, at=NOW + timedelta(seconds=number))
        together.wait(timeout=10)
        return orders.add(order, event, raw="{}")

    with ThreadPoolExecutor(3) as pool:
        added = list(pool.map(add, range(3)))

    order_id = an_order().order_id
    assert sorted(added) == [False, False, True]
    assert orders.get(STORE, order_id).number == added.index(True)
    assert len(orders.history(STORE, order_id)) == 1


def test_numbers_given_at_once_are_all_different(database: Database) -> None:
    orders = database.orders

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda _: orders.next_number(STORE), range(12)))

    assert sorted(numbers) == list(range(1001, 1013))


def test_two_orders_of_one_customer_at_once_are_both_kept(database: Database) -> None:
    orders = database.orders

    def add(number: int) -> bool:
        order = an_order(message_id=f"wamid.{number}")
        return orders.add(order, a_placed_event(order), raw="")

    with ThreadPoolExecutor(2) as pool:
        assert all(pool.map(add, range(2)))


def test_a_contact_while_another_is_written_down_is_kept(database: Database) -> None:
    customers = DynamoCustomers(database.client, database.table)
    phone, user_id = Alias(AliasKind.PHONE, "1"), Alias(AliasKind.USER_ID, "IN.1")
    customer = customers.identify(STORE, [phone], seen=a_customer(""), now=NOW)

    database.meanwhile("TransactWriteItems", lambda: customers.touch(customer, inbound_at=NOW))
    customers.identify(STORE, [phone, user_id], seen=a_customer("", name="Priya P."), now=NOW)

    found = customers.get(STORE, customer.customer_id)
    assert (found.name, found.last_inbound_at) == ("Priya P.", NOW)


def test_who_was_identified_a_moment_earlier_is_not_made_twice(database: Database) -> None:
    customers = DynamoCustomers(database.client, database.table)
    phone, user_id = Alias(AliasKind.PHONE, "1"), Alias(AliasKind.USER_ID, "IN.1")
    first: list[str] = []

    def identify() -> None:
        found = customers.identify(STORE, [phone], seen=a_customer(""), now=NOW)
        first.append(found.customer_id)

    database.meanwhile("TransactWriteItems", identify)
    second = customers.identify(STORE, [user_id, phone], seen=a_customer(""), now=NOW)

    assert first == [second.customer_id]


def test_who_turns_out_to_be_one_of_three_is_one_of_three(database: Database) -> None:
    customers = DynamoCustomers(database.client, database.table)
    user_id, phone = Alias(AliasKind.USER_ID, "IN.1"), Alias(AliasKind.PHONE, "1")
    other = Alias(AliasKind.FROM_ID, "priya.1")
    nobody = Customer(store_id=STORE, customer_id="")

    def identify(*aliases: Alias, **told: Any) -> Customer:
        return customers.identify(STORE, aliases, seen=replace(nobody, **told), now=NOW)

    identify(other, username="priya_p")
    identify(phone)
    first = identify(user_id)

    database.meanwhile("TransactWriteItems", lambda: identify(other, phone))
    merged = identify(user_id, phone)

    assert merged.customer_id == first.customer_id
    assert merged.username == "priya_p"
    assert identify(phone) == merged
