"""The shop's rule for orders that need no person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.shop.policy import ApprovePayment

if TYPE_CHECKING:
    from orderdesk.domain.money.money import Money
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.shop.policy import Store
    from orderdesk.usecases.ports import Orders, Summary

ORDERS_LOOKED_AT: Final = 100  # of a customer, newest first, for one that was delivered


def is_approved_by_rule(order: Order, store: Store, orders: Orders) -> bool:
    """Whether the order meets all conditions of the rule. False when the shop has none."""
    rule = store.policy.auto_approve
    if not rule.enabled:
        return False
    if rule.payment is ApprovePayment.PAID and order.paid_at is None:
        return False
    if rule.up_to is not None and not _is_up_to(order.total, rule.up_to, store.currency):
        return False
    return not rule.known_customer or _is_known(order, orders)


def _is_up_to(total: Money, minor: int, currency: str) -> bool:
    """Amounts of two currencies cannot be compared."""
    return total.currency == currency and total.minor <= minor


def _is_known(order: Order, orders: Orders) -> bool:
    """Whether the customer has received an order before."""
    customer_id = order.customer.customer_id
    page = orders.of_customer(order.store_id, customer_id, limit=ORDERS_LOOKED_AT)
    return any(_was_delivered(each, orders) for each in page.items)


def _was_delivered(summary: Summary, orders: Orders) -> bool:
    if summary.stage is not Stage.ARCHIVED:
        return summary.stage is Stage.DELIVERED
    archived = orders.get(summary.store_id, summary.order_id)
    return archived.archived_from is Stage.DELIVERED
