"""Erase a customer: everything personal goes, everywhere; the accounts stay.

https://gdpr-info.eu/art-17-gdpr/ and section 12 of India's Digital Personal Data Protection Act.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from orderdesk.domain.errors import Blocked, Stale
from orderdesk.domain.orders.erasing import erase, is_erased, is_open, traces_of, without_traces
from orderdesk.domain.orders.guards import Refusal
from orderdesk.domain.people.customer import erased
from orderdesk.usecases.customers.merge import adopt
from orderdesk.usecases.orders.change import write

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.erasing import Traces
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.customer import Customer
    from orderdesk.usecases.ports import Conversations, Customers, Orders, Stores

ATTEMPTS: Final = 5
SHARE: Final = 400  # orders and messages that fit well into one request's time


class Files(Protocol):
    """Where pictures and files of messages are stored."""

    def delete(self, key: str) -> None:
        """What is gone already is gone. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Eraser:
    """What it takes."""

    customers: Customers
    conversations: Conversations
    orders: Orders
    stores: Stores
    files: Files
    by: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class Erasure:
    """`is_done` is False when there was too much for one go: erase again, it goes on there."""

    customer: Customer
    is_done: bool


def erase_customer(
    store_id: str, customer_id: str, *, force: bool = False, share: int = SHARE, eraser: Eraser
) -> Erasure:
    """Safe to repeat, and resumed by repeating from wherever it ended.

    The order of the steps matters: first nothing finds the customer any more, so that whoever
    writes from the same number is somebody new; what they are recognized by goes last, because it
    finds the texts in which they are named.

    Raises NotFound, and Blocked while an order is open, unless `force`; Stale, Unavailable.
    """
    customer = eraser.customers.get(store_id, customer_id)
    if customer == erased(customer, now=eraser.now):
        return Erasure(customer, is_done=True)
    customer = adopt(
        customer,
        customers=eraser.customers,
        conversations=eraser.conversations,
        orders=eraser.orders,
    )
    orders = _orders_of(customer, eraser.orders)
    _check_open(orders, force=force or customer.erased_at is not None)
    customer = eraser.customers.change(
        store_id,
        customer.customer_id,
        lambda one: replace(one, erased_at=one.erased_at or eraser.now),
    )
    traces = traces_of(customer, orders)
    left = share
    for order in orders:
        left -= _erase_order(order, traces, eraser)
        if left <= 0:
            return Erasure(customer, is_done=False)
    if not _erase_thread(customer, left, eraser):
        return Erasure(customer, is_done=False)
    customer = eraser.customers.forget(customer, now=eraser.now)
    # What was on its way when this began.
    is_done = _erase_thread(customer, SHARE, eraser)
    return Erasure(customer, is_done=is_done)


def _orders_of(customer: Customer, orders: Orders) -> list[Order]:
    """The newest is named by the customer themselves: an index may not show it yet."""
    found = {customer.current_order_id: None} if customer.current_order_id else {}
    cursor: str | None = None
    while True:
        page = orders.of_customer(customer.store_id, customer.customer_id, limit=100, cursor=cursor)
        found |= dict.fromkeys(each.order_id for each in page.items)
        cursor = page.cursor
        if cursor is None:
            break
    known = (orders.find(customer.store_id, each) for each in found)
    return [each for each in known if each and customer.is_known_as(each.customer.customer_id)]


def _check_open(orders: list[Order], *, force: bool) -> None:
    numbers = ", ".join(f"#{each.number}" for each in orders if is_open(each))
    if numbers and not force:
        remedy = f"Finish or cancel {numbers} first, or say that you erase in spite of it."
        raise Blocked(remedy, [Refusal("order_open", remedy)])


def _erase_order(order: Order, traces: Traces, eraser: Eraser) -> int:
    """1 when there was something to do. The items first: the order's event seals what is left."""
    orders, order_id = eraser.orders, order.order_id
    for _ in range(ATTEMPTS):
        history = orders.history(order.store_id, order_id)
        left = [without_traces(each, traces) for each in history]
        has_raw = bool(orders.raw(order.store_id, order_id))
        if is_erased(order, history, traces) and not has_raw:
            return 0
        changed = [new for new, old in zip(left, history, strict=True) if new != old]
        orders.forget(order.store_id, order_id, changed)
        after, event = erase(order, left, traces, by=eraser.by, now=eraser.now)
        try:
            policy = eraser.stores.get(order.store_id).policy
            write(after, [event], orders=orders, policy=policy)
        except Stale as error:
            order = error.current
        else:
            return 1
    raise Stale(order)


def _erase_thread(customer: Customer, share: int, eraser: Eraser) -> bool:
    """Files before the messages that name them. False when some of it is left."""
    store_id, customer_id = customer.store_id, customer.customer_id
    cursor: str | None = None
    while True:
        page = eraser.conversations.page(store_id, customer_id, limit=100, cursor=cursor)
        for message in page.items:
            if message.media and message.media.key:
                eraser.files.delete(message.media.key)
        cursor = page.cursor
        if cursor is None:
            break
    while share > 0:
        removed = eraser.conversations.remove(store_id, customer_id, limit=min(share, 100))
        if removed == 0:
            return True
        share -= removed
    return False
