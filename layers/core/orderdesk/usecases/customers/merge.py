"""Two customers turn out to be one: the orders and the thread of the one become the other's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from orderdesk.domain.errors import Stale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.customer import Customer
    from orderdesk.usecases.ports import Conversations, Customers, Orders

ATTEMPTS = 10


def adopt(
    customer: Customer, *, customers: Customers, conversations: Conversations, orders: Orders
) -> Customer:
    """Give the customer everything of their former ids; nothing to do when `adopting` is empty.

    Page by page, and safe to repeat from wherever an earlier attempt ended: what was moved is not
    found again. Raises Stale for an order that somebody wrote to all the time, and Unavailable.
    """
    for former_id in customer.adopting:
        former = customers.former(customer.store_id, former_id)
        while conversations.adopt(customer.store_id, former_id, customer.customer_id):
            pass
        for order_id in _orders_of(customer.store_id, former_id, former, orders):
            _give(customer.store_id, order_id, customer.customer_id, orders)
        newest = former.current_order_id if former else ""
        customer = _with_newest(customer, newest, customers, orders)
        customer = customers.adopted(customer, former_id)
    return customer


def _orders_of(
    store_id: str, former_id: str, former: Customer | None, orders: Orders
) -> Iterator[str]:
    """The newest is named by the customer themselves: an index may not show it yet."""
    if former and former.current_order_id:
        yield former.current_order_id
    cursor: str | None = None
    while True:
        page = orders.of_customer(store_id, former_id, limit=100, cursor=cursor)
        yield from (each.order_id for each in page.items)
        cursor = page.cursor
        if cursor is None:
            return


def _give(store_id: str, order_id: str, customer_id: str, orders: Orders) -> None:
    order: Order | None = None
    for _ in range(ATTEMPTS):
        order = orders.find(store_id, order_id)
        if order is None or order.customer.customer_id == customer_id:
            return
        if orders.adopt(order, customer_id):
            return
    assert order is not None
    raise Stale(order)


def _with_newest(
    customer: Customer, order_id: str, customers: Customers, orders: Orders
) -> Customer:
    """An answer without context is about the newest order of both."""
    theirs = orders.find(customer.store_id, order_id) if order_id else None
    if theirs is None:
        return customer
    ours = orders.find(customer.store_id, customer.current_order_id)
    if ours and ours.placed_at >= theirs.placed_at:
        return customer

    def decide(one: Customer) -> Customer:
        overtaken = one.current_order_id != customer.current_order_id
        return one if overtaken else replace(one, current_order_id=theirs.order_id)

    return customers.change(customer.store_id, customer.customer_id, decide)
