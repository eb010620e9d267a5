from dataclasses import replace

import pytest

from orderdesk.domain.messages.conversation import Delivery, Direction, Message
from orderdesk.domain.money.budget import Budget
from orderdesk.domain.money.costing import Cell, Charge, charge_of
from orderdesk.domain.shop.policy import Policy
from orderdesk.usecases.customers.costs import Books, note_pricing
from tests.builders import PHONE_NUMBER, STORE, a_customer, a_message, a_store
from tests.contract.conftest import Shop

MONTH = "2026-11"
RATES = {"IN": {"utility": 115_000, "marketing": 863_100, "service": 115_000}}
UTILITY = Charge(
    category="utility", pricing_type="regular", cost=115_000, currency="INR", country="IN"
)


def on_the_thread(shop: Shop, message_id: str = "wamid.out1", **fields: object) -> Message:
    default = a_message(
        message_id,
        direction=Direction.OUTBOUND,
        delivery=Delivery.SENT,
        order_id="order1",
        purpose="confirmed",
    )
    message = replace(default, **fields)  # type: ignore[arg-type]
    assert shop.conversations.append(message)
    return message


def a_shop_that_counts(shop: Shop, **fields: object) -> Books:
    budget = replace(Budget(rates=RATES, free_service_messages=1), **fields)  # type: ignore[arg-type]
    shop.stores.put(a_store(policy=Policy(budget=budget)))
    return Books(
        costs=shop.costs,
        conversations=shop.conversations,
        customers=shop.customers,
        stores=shop.stores,
    )


def known(shop: Shop, **fields: str) -> str:
    """A customer of the shop; their id."""
    seen = a_customer(**fields)
    return shop.customers.identify(STORE, seen.aliases, seen=seen, now=a_message().at).customer_id


def test_a_charge_is_on_the_message_and_in_the_sums_of_its_month_and_order(shop: Shop) -> None:
    message = on_the_thread(shop)

    assert shop.costs.charge(message, UTILITY, month=MONTH)

    found = shop.conversations.find(STORE, message.message_id)
    assert found is not None
    assert charge_of(found) == UTILITY
    cell = Cell(
        category="utility",
        purpose="confirmed",
        currency="INR",
        messages=1,
        paid=1,
        cost=115_000,
        about_order=True,
    )
    assert shop.costs.of_month(STORE, MONTH) == (replace(cell, country="IN"),)
    assert shop.costs.of_order(STORE, "order1") == (cell,)
    assert shop.costs.of_month(STORE, "2026-12") == ()
    assert shop.costs.of_month("other", MONTH) == ()
    assert shop.costs.of_order(STORE, "order2") == ()


def test_a_message_that_changed_meanwhile_is_not_charged(shop: Shop) -> None:
    message = on_the_thread(shop)
    shop.conversations.set_delivery(STORE, message.message_id, Delivery.FAILED, error="131026")

    assert not shop.costs.charge(message, UTILITY, month=MONTH)
    assert shop.costs.of_month(STORE, MONTH) == ()


def test_two_who_charge_the_same_message_count_it_once(shop: Shop) -> None:
    message = on_the_thread(shop)

    assert shop.costs.charge(message, UTILITY, month=MONTH)
    assert not shop.costs.charge(message, UTILITY, month=MONTH)

    assert [each.messages for each in shop.costs.of_month(STORE, MONTH)] == [1]


def test_a_message_that_is_not_there_is_not_charged(shop: Shop) -> None:
    assert not shop.costs.charge(a_message("wamid.unknown"), UTILITY, month=MONTH)
    assert shop.costs.of_month(STORE, MONTH) == ()


def test_sums_of_messages_by_several_customers_come_together(shop: Shop) -> None:
    for number in range(9):
        message = on_the_thread(
            shop, f"wamid.out{number}", customer_id=f"customer{number}", order_id=f"order{number}"
        )
        assert shop.costs.charge(message, UTILITY, month=MONTH)

    (cell,) = shop.costs.of_month(STORE, MONTH)
    assert (cell.messages, cell.cost) == (9, 9 * 115_000)
    assert shop.costs.orders_in(STORE, MONTH) == 9


def test_an_order_with_several_messages_is_one_order_of_the_month(shop: Shop) -> None:
    for number in range(3):
        assert shop.costs.charge(on_the_thread(shop, f"wamid.{number}"), UTILITY, month=MONTH)

    assert shop.costs.orders_in(STORE, MONTH) == 1
    assert shop.costs.orders_in(STORE, "2026-12") == 0


def test_a_message_that_failed_after_all_costs_nothing(shop: Shop) -> None:
    books = a_shop_that_counts(shop)
    message = on_the_thread(shop, customer_id=known(shop))
    message = note_pricing(message, category="utility", pricing_type="regular", books=books)
    assert message.cost == 115_000
    failed = shop.conversations.set_delivery(STORE, message.message_id, Delivery.FAILED)
    assert failed is not None

    failed = note_pricing(failed, books=books)

    assert (failed.cost, failed.category) == (0, "utility")
    assert shop.costs.of_month(STORE, MONTH) == ()
    assert shop.costs.of_order(STORE, "order1") == ()


def test_free_service_messages_are_free_until_there_are_no_more(shop: Shop) -> None:
    books = a_shop_that_counts(shop, free_service_messages=2)
    customer_id = known(shop)

    costs = [
        note_pricing(
            on_the_thread(shop, f"wamid.{number}", customer_id=customer_id),
            category="service",
            pricing_type="regular",
            books=books,
        ).cost
        for number in range(3)
    ]

    assert costs == [0, 0, 115_000]
    assert shop.costs.service_messages(STORE, MONTH, PHONE_NUMBER) == 3
    assert shop.costs.service_messages(STORE, MONTH, "other number") == 0


@pytest.mark.parametrize("kind", ["free_customer_service", "free_entry_point"])
def test_what_meta_calls_free_costs_nothing(shop: Shop, kind: str) -> None:
    books = a_shop_that_counts(shop)
    message = on_the_thread(shop, customer_id=known(shop))

    priced = note_pricing(message, category="utility", pricing_type=kind, books=books)

    assert (priced.cost, priced.pricing_type) == (0, kind)
    (cell,) = shop.costs.of_month(STORE, MONTH)
    assert (cell.messages, cell.paid) == (1, 0)


def test_a_message_priced_after_its_thread_moved_is_charged_where_it_is(shop: Shop) -> None:
    books = a_shop_that_counts(shop)
    message = on_the_thread(shop, customer_id=known(shop))
    while shop.conversations.adopt(STORE, message.customer_id, "customer2"):
        pass

    note_pricing(message, category="utility", pricing_type="regular", books=books)

    found = shop.conversations.find(STORE, message.message_id)
    assert found is not None
    assert (found.customer_id, found.cost) == ("customer2", 115_000)
