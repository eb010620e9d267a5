"""Keeping the address of an order for the customer's next one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.people.address import AddressStatus
from orderdesk.usecases.customers.customers import save_address

if TYPE_CHECKING:
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.ports import Customers

# Confirmed with it, so it was theirs; delivered, so it is right.
PROVEN: Final = frozenset({Stage.CONFIRMED, Stage.DELIVERED})


def remember_address(event: Event, order: Order, *, customers: Customers) -> None:
    """Once the order is confirmed, and again when it has arrived. Safe to repeat.

    Raises NotFound, Unavailable.
    """
    address = order.address
    if event.type is not EventType.MOVED or event.target not in PROVEN or address is None:
        return
    if not order.needs_address or address.status is not AddressStatus.COMPLETE:
        return
    customer = customers.get(order.store_id, order.customer.customer_id)
    if customer.erased_at is None:
        save_address(customer, address, customers=customers, now=event.at)
