"""Who looks at an order, and what may be picked from its goods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.words import names_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dashboard.given import Given
    from dashboard.words import Clock
    from orderdesk.domain.orders.actor import Actor, Permission
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.orders.parcels import Goods
    from orderdesk.domain.shop.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who looks at the order, by which shop's rules; `given` is the form that came back, if any."""

    by: Actor
    policy: Policy
    clock: Clock
    given: Given

    def may(self, permission: Permission) -> bool:
        return self.by.may(permission)


@dataclass(frozen=True, slots=True)
class Pick:
    """So many of a product may be chosen; `typed` is what was, in a form that comes back."""

    field: str
    name: str
    most: int
    typed: str


def picks(goods: Iterable[Goods], order: Order, given: Given) -> tuple[Pick, ...]:
    names = names_of(order)
    return tuple(
        Pick(
            field=f"goods:{each.retailer_id}",
            name=names[each.retailer_id],
            most=each.quantity,
            typed=given.text(f"goods:{each.retailer_id}", "0"),
        )
        for each in goods
    )


def named(goods: Iterable[Goods], order: Order) -> tuple[str, ...]:
    """`2 × Cotton kurta, M`, for each product."""
    names = names_of(order)
    return tuple(f"{each.quantity} × {names[each.retailer_id]}" for each in goods)
