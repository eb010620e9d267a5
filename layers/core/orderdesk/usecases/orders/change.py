"""The one way an order is written: decide on what is stored, write, decide anew when it lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Stale
from orderdesk.domain.money.reconciling import next_look
from orderdesk.domain.orders.history import chain
from orderdesk.domain.orders.timing import deadline

if TYPE_CHECKING:
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.policy import Policy
    from orderdesk.usecases.ports import Idempotency, Orders

type Decision = tuple[Order, Sequence[Event]]

ATTEMPTS: Final = 5


def change(
    store_id: str,
    order_id: str,
    decide: Callable[[Order], Decision | None],
    *,
    orders: Orders,
    policy: Policy,
) -> Order:
    """Apply `decide` to the stored order until it is written; None from it means nothing to do.

    For what happened outside and has to be told whatever else goes on (an address, a payment):
    when somebody else writes first, it decides again on their order. Raises NotFound, Stale after
    five lost races, and whatever `decide` raises.
    """
    for _ in range(ATTEMPTS - 1):
        order = orders.get(store_id, order_id)
        try:
            return _decide_and_write(order, decide, orders, policy)
        except Stale:
            continue
    return _decide_and_write(orders.get(store_id, order_id), decide, orders, policy)


def _decide_and_write(
    order: Order, decide: Callable[[Order], Decision | None], orders: Orders, policy: Policy
) -> Order:
    decision = decide(order)
    if decision is None:
        return order
    after, events = decision
    return write(after, events, orders=orders, policy=policy)


def write(
    order: Order,
    events: Sequence[Event],
    *,
    orders: Orders,
    policy: Policy,
    idempotency: Idempotency | None = None,
) -> Order:
    """Write the order with its next deadline, and the events at the end of its chain.

    Raises Stale.
    """
    linked, chained = chain(with_deadline(order, policy), events)
    orders.save(linked, chained, idempotency=idempotency)
    return linked


def with_deadline(order: Order, policy: Policy) -> Order:
    """The order, to be looked at when the next thing that time does to it is due, and its payments
    to be asked about.
    """
    due = deadline(order, policy)
    look = next_look(order, order.changed_at or order.placed_at)
    return replace(order, due_at=due.at if due else None, reconcile_at=look)
