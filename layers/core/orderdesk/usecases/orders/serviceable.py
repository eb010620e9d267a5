"""How an order may be paid where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.ports import Places


def takes_cash(order: Order, places: Places | None) -> bool:
    """Whether cash on delivery may be offered where the order goes: see offers.offered. Without
    `places` the shop delivers everywhere.
    """
    if places is None or not order.needs_address:
        return True
    if order.address is None or not order.address.postal_code:
        return True
    place = places.find(order.store_id, order.address.postal_code)
    return place is None or place.cash_on_delivery
