"""A cart becomes an order, once."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from orderdesk.domain.orders.history import chain
from orderdesk.domain.orders.order import Attention, Contact, order_id_of
from orderdesk.domain.orders.placing import place as place_order
from orderdesk.domain.orders.placing import placed_event
from orderdesk.domain.orders.repricing import doubts, joined, looked_up
from orderdesk.usecases.orders.change import with_deadline

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.orders.placing import Cart
    from orderdesk.domain.people.customer import Customer
    from orderdesk.usecases.orders.enrich import PriceBook
    from orderdesk.usecases.ports import Orders, Stores


def place(
    cart: Cart,
    customer: Customer,
    *,
    by: Actor,
    raw: str,
    orders: Orders,
    stores: Stores,
    prices: PriceBook,
    now: datetime,
) -> Order:
    """The order of this cart: made now, or the one that an earlier delivery made.

    Priced with what is known of its products; Meta is asked about the rest once it is there. `raw`
    is the inbound body, kept beside the order. Raises Invalid for a cart without lines.
    """
    store_id = customer.store_id
    order_id = order_id_of(store_id, cart.phone_number_id, cart.message_id)
    known = orders.find(store_id, order_id)
    if known:
        return known
    policy = stores.get(store_id).policy
    order = place_order(
        _priced(cart, store_id, prices, policy.price_tolerance, now),
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


def _priced(cart: Cart, store_id: str, prices: PriceBook, tolerance: int, now: datetime) -> Cart:
    """A cart carries ids and prices only. What is doubtful is told when all of it is known."""
    ids = [each.retailer_id for each in cart.lines]
    answer = prices.known(store_id, cart.catalog_id, ids, now=now)
    lines = looked_up(cart.lines, answer, tolerance=tolerance)
    if answer.unanswered:
        return replace(cart, lines=lines)
    found = joined(doubts(lines, answer, tolerance=tolerance, currency=cart.currency))
    told = (Attention(reason=reason, text=text, at=now) for reason, text in found.items())
    return replace(cart, lines=lines, attention=(*cart.attention, *told))
