"""Sending an order's money back the way it came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.domain.actor import system
from orderdesk.domain.errors import Invalid
from orderdesk.domain.ledger import Entry, EntryKind, PaymentMethod
from orderdesk.domain.money import Money
from orderdesk.usecases import collect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from orderdesk.domain.order import Order
    from orderdesk.usecases.ports import Orders, PaymentGateway, Stores


def refund_all(
    order: Order,
    *,
    version: int,
    gateway: PaymentGateway,
    orders: Orders,
    stores: Stores,
    now: datetime,
) -> Order:
    """Refund what the order holds of online payments, and book each refund.

    Done twice for one `version`, it is done once: the reference of a refund is made of the payment
    and the version, and what is booked already is not asked for again. Cash that was collected
    stays due. Raises Unavailable, Invalid (the gateway refuses), NotFound, Stale.
    """
    for payment, amount in _refundable(order):
        made = gateway.refund(payment.id, amount, reference=f"{payment.id}-v{version}")
        if made.has_failed:
            raise Invalid(f"The gateway could not refund {amount} of {payment.id}.")
        entry = Entry(
            id=made.refund_id,
            kind=EntryKind.REFUNDED,
            amount=made.amount,
            at=now,
            method=PaymentMethod.ONLINE,
            reference=payment.id,
        )
        by = system("refund")
        order = collect.book(
            order.store_id, order.order_id, entry, by=by, orders=orders, stores=stores, now=now
        )
    return order


def _refundable(order: Order) -> Iterator[tuple[Entry, Money]]:
    """Payments with what of them has not gone back, no more than the order holds in all."""
    left = order.ledger.balance.minor
    for payment in order.ledger.entries:
        if payment.kind is not EntryKind.CAPTURED or payment.method is not PaymentMethod.ONLINE:
            continue
        gone = sum(
            each.amount.minor for each in order.ledger.refunds if each.reference == payment.id
        )
        minor = min(payment.amount.minor - gone, left)
        if minor > 0:
            left -= minor
            yield payment, Money(minor, payment.amount.currency)
