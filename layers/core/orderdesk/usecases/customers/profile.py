"""What a shop has with a customer: derived from their orders, and counted nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orderdesk.domain.money.ledger import PaymentMethod

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from orderdesk.domain.orders.lifecycle import Stage
    from orderdesk.domain.people.customer import Customer
    from orderdesk.usecases.ports import Orders, Summary

MOST_ORDERS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """`spent` is what was paid and not paid back, in minor units by currency. `refused` are orders
    that could not be handed over, `refused_cash` those of them that were to be paid in cash.
    `is_complete` is False for a customer with more orders than are looked at: the newest thousand.
    """

    customer: Customer
    orders: int = 0
    by_stage: Mapping[Stage, int] = field(default_factory=dict)
    spent: Mapping[str, int] = field(default_factory=dict)
    refused: int = 0
    refused_cash: int = 0
    first_order_at: datetime | None = None
    last_order_at: datetime | None = None
    is_complete: bool = True


def profile_of(customer: Customer, *, orders: Orders) -> Profile:
    """From the index alone: one query for a hundred orders, whatever is in them."""
    found = list(_orders_of(customer, orders))
    spent: dict[str, int] = {}
    by_stage: dict[Stage, int] = {}
    for each in found:
        by_stage[each.stage] = by_stage.get(each.stage, 0) + 1
        currency = each.total.currency
        spent[currency] = spent.get(currency, 0) + each.received
    refused = [each for each in found if each.came_back]
    cash = PaymentMethod.CASH_ON_DELIVERY
    times = [each.placed_at for each in found]
    return Profile(
        customer=customer,
        orders=len(found),
        by_stage=by_stage,
        spent={currency: minor for currency, minor in spent.items() if minor},
        refused=len(refused),
        refused_cash=sum(each.payment_method is cash for each in refused),
        first_order_at=min(times, default=None),
        last_order_at=max(times, default=None),
        is_complete=len(found) < MOST_ORDERS,
    )


def _orders_of(customer: Customer, orders: Orders) -> Iterator[Summary]:
    cursor: str | None = None
    for _ in range(MOST_ORDERS // 100):
        page = orders.of_customer(customer.store_id, customer.customer_id, limit=100, cursor=cursor)
        yield from page.items
        cursor = page.cursor
        if cursor is None:
            return
