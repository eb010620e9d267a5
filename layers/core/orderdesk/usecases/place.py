"""A cart becomes an order, once."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from orderdesk.domain.history import chain
from orderdesk.domain.order import Contact, order_id_of
from orderdesk.domain.placing import place as place_order
from orderdesk.domain.placing import placed_event
from orderdesk.usecases.change import with_deadline

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.actor import Actor
    from orderdesk.domain.customer import Customer
    from orderdesk.domain.order import Line, Order
    from orderdesk.domain.placing import Cart
    from orderdesk.usecases.ports import Orders, Stores


def place(
    cart: Cart,
    customer: Customer,
    *,
    by: Actor,
    raw: str,
    orders: Orders,
    stores: Stores,
    now: datetime,
) -> Order:
    """The order of this cart: made now, or the one that an earlier delivery made.

    `raw` is the inbound body, kept beside the order. Raises Invalid for a cart without lines.
    """
    store_id = customer.store_id
    order_id = order_id_of(store_id, cart.phone_number_id, cart.message_id)
    known = orders.find(store_id, order_id)
    if known:
        return known
    named = replace(cart, lines=tuple(_named(line, store_id, stores) for line in cart.lines))
    policy = stores.get(store_id).policy
    order = place_order(
        named,
        Contact(customer_id=customer.customer_id, name=customer.name, phone=customer.phone),
        store_id=store_id,
        number=orders.next_number(store_id),
        by=by,
        now=now,
        fulfilment=policy.fulfilments[0],
        terms=policy.terms,
    )
    raw_hash = hashlib.sha256(raw.encode()).hexdigest() if raw else ""
    event = placed_event(order, by=by, now=now, raw_hash=raw_hash)
    order, (event,) = chain(with_deadline(order, policy), [event])
    if orders.add(order, event, raw=raw):
        return order
    return orders.get(store_id, order_id)


def _named(line: Line, store_id: str, stores: Stores) -> Line:
    """A cart carries ids and prices only: the shop's own list knows the names."""
    product = stores.product(store_id, line.retailer_id)
    return replace(line, name=product.name, picture=product.picture) if product else line
