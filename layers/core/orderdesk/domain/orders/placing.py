"""A cart, and the order that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.ledger import Ledger
from orderdesk.domain.money.terms import Terms
from orderdesk.domain.orders.event import Event, EventType
from orderdesk.domain.orders.lifecycle import Stage, find_move
from orderdesk.domain.orders.order import Attention, Contact, Line, Order, order_id_of
from orderdesk.domain.orders.parcels import Fulfilment

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.actor import Actor

MAX_LINES: Final = 200  # a catalog cart is far smaller; keeps an order's item well under 400 KB
MAX_TEXT: Final = 4096  # the longest text WhatsApp carries


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """A cart as it came in; `sent_at` is the customer's time, not ours."""

    message_id: str
    phone_number_id: str
    catalog_id: str
    lines: tuple[Line, ...]
    currency: str
    sent_at: datetime
    note: str = ""
    attention: tuple[Attention, ...] = ()


def place(
    cart: Cart,
    customer: Contact,
    *,
    store_id: str,
    number: int,
    by: Actor,
    now: datetime,
    fulfilment: Fulfilment = Fulfilment.COURIER,
    terms: Terms | None = None,
) -> Order:
    """The order at version 1. Raises Invalid for a cart without lines.

    The abandon clock starts when we hear of the cart: Meta may deliver days late, and the customer
    has not been asked for anything before.
    """
    if not cart.lines:
        raise Invalid("A cart needs at least one line.", field="lines")
    if len(cart.lines) > MAX_LINES:
        raise Invalid(f"A cart holds at most {MAX_LINES} lines.", field="lines")
    return Order(
        store_id=store_id,
        order_id=order_id_of(store_id, cart.phone_number_id, cart.message_id),
        number=number,
        version=1,
        stage=Stage.PLACED,
        stage_since=now,
        placed_at=cart.sent_at,
        last_customer_action_at=now,
        customer=customer,
        lines=cart.lines,
        ledger=Ledger(currency=cart.currency),
        message_id=cart.message_id,
        phone_number_id=cart.phone_number_id,
        catalog_id=cart.catalog_id,
        note=cart.note[:MAX_TEXT],
        fulfilment=fulfilment,
        terms=terms or Terms(),
        attention=cart.attention,
        changed_by=by,
        changed_at=now,
    )


def placed_event(order: Order, *, by: Actor, now: datetime, raw_hash: str = "") -> Event:
    """`raw_hash` ties the body that the order came from to the chain of its history."""
    move = find_move(None, Stage.PLACED)
    assert move is not None  # the table is checked at import
    data = {"number": str(order.number), "total": str(order.total), "raw_sha256": raw_hash}
    return Event(
        type=EventType.PLACED,
        store_id=order.store_id,
        order_id=order.order_id,
        version=1,
        at=now,
        by=by,
        source=None,
        target=Stage.PLACED,
        move_id=move.id,
        data={key: value for key, value in data.items() if value},
    )
