"""Two customers who turn out to be one, on whatever the ports stand."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from orderdesk.domain.orders.history import chain, verify
from orderdesk.domain.orders.order import Contact, Order
from orderdesk.domain.people.customer import Alias, AliasKind, Customer
from orderdesk.usecases.customers.merge import adopt
from tests.builders import NOW, STORE, a_message, a_placed_event, an_event, an_order

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.contract.conftest import Shop

PHONE = Alias(AliasKind.PHONE, "919876543210")
USER_ID = Alias(AliasKind.USER_ID, "IN.13491208655302741918")
NOBODY = Customer(store_id=STORE, customer_id="")


class Crash(Exception):
    pass


def identified(shop: Shop, *aliases: Alias) -> Customer:
    return shop.customers.identify(STORE, aliases, seen=NOBODY, now=NOW)


def ordered(shop: Shop, customer: Customer, number: int) -> Order:
    placed_at = NOW + timedelta(minutes=number)
    order = an_order(
        message_id=f"wamid.cart{number}",
        number=number,
        placed_at=placed_at,
        customer=Contact(customer_id=customer.customer_id, name="Priya"),
    )
    order, (event,) = chain(order, [a_placed_event(order)])
    assert shop.orders.add(order, event, raw="")
    shop.conversations.append(
        a_message(f"wamid.{number}", customer_id=customer.customer_id, at=placed_at)
    )
    return order


def both(shop: Shop, *, orders: int) -> tuple[Customer, Customer, list[Order]]:
    """One who ordered once by phone number `orders` times, and wrote under an id as well."""
    by_user_id = identified(shop, USER_ID)
    by_phone = identified(shop, PHONE)
    theirs = [ordered(shop, by_phone, number) for number in range(orders)]
    return by_user_id, by_phone, theirs


def merged(shop: Shop) -> Customer:
    return adopt(
        identified(shop, USER_ID, PHONE),
        customers=shop.customers,
        conversations=shop.conversations,
        orders=shop.orders,
    )


def orders_of(shop: Shop, customer: Customer) -> set[str]:
    page = shop.orders.of_customer(STORE, customer.customer_id, limit=100)
    return {each.order_id for each in page.items}


def thread_of(shop: Shop, customer: Customer) -> set[str]:
    page = shop.conversations.page(STORE, customer.customer_id, limit=100)
    return {each.message_id for each in page.items}


def is_moved(shop: Shop, to: Customer, before: Customer, orders: list[Order]) -> bool:
    return (
        orders_of(shop, to) == {each.order_id for each in orders}
        and thread_of(shop, to) == {f"wamid.{each.number}" for each in orders}
        and not orders_of(shop, before)
        and not thread_of(shop, before)
    )


def test_everything_of_the_one_becomes_the_others(shop: Shop) -> None:
    winner, loser, orders = both(shop, orders=3)

    now = merged(shop)

    assert now.customer_id == winner.customer_id
    assert now.adopting == ()
    assert now.current_order_id == orders[-1].order_id
    assert is_moved(shop, now, loser, orders)
    for each in orders:
        stored = shop.orders.get(STORE, each.order_id)
        assert stored.version == each.version
        assert verify(stored, shop.orders.history(STORE, each.order_id)).holds


def test_the_newest_order_of_both_is_the_current_one(shop: Shop) -> None:
    winner, loser = identified(shop, USER_ID), identified(shop, PHONE)
    newest = ordered(shop, loser, 2)
    ordered(shop, winner, 1)

    assert merged(shop).current_order_id == newest.order_id


def test_a_customer_with_more_than_a_page_is_moved_as_well(shop: Shop) -> None:
    _, loser, orders = both(shop, orders=60)

    assert is_moved(shop, merged(shop), loser, orders)


@pytest.mark.parametrize("port", ["adopt", "orders.adopt", "of_customer", "adopted"])
@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("after_calls", [1, 2])
def test_whatever_a_crash_left_is_moved_the_next_time(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, port: str, before: bool, after_calls: int
) -> None:
    _, loser, orders = both(shop, orders=3)
    target: Any = {
        "adopt": shop.conversations,
        "orders.adopt": shop.orders,
        "of_customer": shop.orders,
        "adopted": shop.customers,
    }[port]
    name = port.rpartition(".")[2]
    real: Callable[..., Any] = getattr(target, name)
    calls = 0

    def crashing(*arguments: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls != after_calls:
            return real(*arguments, **more)
        if not before:
            real(*arguments, **more)
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(target, name, crashing)
        with suppress(Crash):
            merged(shop)

    now = merged(shop)

    assert is_moved(shop, now, loser, orders)
    assert now.adopting == ()


def test_who_writes_an_order_at_the_same_moment_leaves_it_with_the_customer(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, loser, [order] = both(shop, orders=1)
    real = shop.orders.adopt

    def overtaken(order: Order, customer_id: str) -> bool:
        monkeypatch.undo()
        after = replace(order, version=2, note="Ring twice")
        shop.orders.save(after, [an_event(order)])
        return real(order, customer_id)

    monkeypatch.setattr(shop.orders, "adopt", overtaken)

    now = merged(shop)

    stored = shop.orders.get(STORE, order.order_id)
    assert (stored.customer.customer_id, stored.note) == (now.customer_id, "Ring twice")
    assert orders_of(shop, loser) == set()


def test_what_arrives_while_the_thread_moves_is_on_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, loser, _ = both(shop, orders=1)
    real = shop.conversations.adopt

    def overtaken(*arguments: Any, **more: Any) -> int:
        moved = real(*arguments, **more)
        shop.conversations.append(
            a_message("wamid.late", customer_id=loser.customer_id, at=NOW + timedelta(hours=1))
        )
        return moved

    monkeypatch.setattr(shop.conversations, "adopt", overtaken)

    assert thread_of(shop, merged(shop)) == {"wamid.0", "wamid.late"}
    assert thread_of(shop, loser) == set()


def test_three_become_one(shop: Shop) -> None:
    _, loser, orders = both(shop, orders=2)
    first = merged(shop)
    third = identified(shop, Alias(AliasKind.PHONE, "919811100099"))

    last = adopt(
        identified(shop, Alias(AliasKind.PHONE, "919811100099"), PHONE),
        customers=shop.customers,
        conversations=shop.conversations,
        orders=shop.orders,
    )

    assert last.customer_id == third.customer_id
    assert is_moved(shop, last, first, orders)
    assert shop.customers.get(STORE, loser.customer_id) == last
