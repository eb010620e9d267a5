"""Asking the customer for what an order still needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.domain.orders.guards import is_address_complete
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.timing import is_ready
from orderdesk.usecases.customers.customers import note_cannot_show
from orderdesk.usecases.intake.carts_of_customer import cart_question
from orderdesk.usecases.messages.address_question import (
    Asked,
    address_question,
    next_question,
    opening_of,
)
from orderdesk.usecases.messages.address_ways import Way, kind_of, way_of
from orderdesk.usecases.messages.questions import ASK_ADDRESS, payment_question, what_next
from orderdesk.usecases.messages.say import say
from orderdesk.usecases.orders.serviceable import takes_cash
from orderdesk.usecases.payments.offers import offered

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.ports import (
        Conversations,
        Customers,
        Gateways,
        Orders,
        Outbox,
        PageLinks,
        Places,
        Stores,
    )

CHANGE_ADDRESS: Final = "change_address"


def ask(
    order: Order,
    *,
    version: int,
    conversations: Conversations,
    outbox: Outbox,
    customers: Customers,
    stores: Stores,
    orders: Orders,
    gateways: Gateways,
    pages: PageLinks | None,
    places: Places | None = None,
    now: datetime,
) -> None:
    """One message that asks for what is missing: the address first, then the payment. With another
    cart that is unfinished, what to do with the two.

    `version` is the one at which the order became Placed. Silent when nothing is missing, and when
    the customer did something since: what answers that asks for the rest. Raises Unavailable
    for another try.
    """
    answered = order.last_customer_action_at > order.stage_since
    if order.stage is not Stage.PLACED or answered or is_ready(order):
        return
    asked = Asked(
        order=order,
        customer=customers.get(order.store_id, order.customer.customer_id),
        store=stores.get(order.store_id),
        pages=pages,
        now=now,
    )
    cash = takes_cash(order, places)
    ways = offered(order, asked.store.policy, gateways, cash=cash)
    opening = asked.words.text("order_resumed" if version > 1 else "order_received", order)
    spoken = (
        cart_question(asked, orders=orders)
        or what_next(opening, asked, ways=ways)
        or payment_question(
            asked.words, opening, order, ways=ways, change_address=order.needs_address
        )
    )
    say(
        asked.customer,
        spoken.body,
        key=f"{order.order_id}:{version}:ask",
        purpose=spoken.purpose,
        order=order,
        conversations=conversations,
        outbox=outbox,
        now=now,
    )


def ask_for_another_address(
    order: Order,
    opening: str,
    *,
    because_of: str,
    changes: bool,
    after: Way | None = None,
    conversations: Conversations,
    outbox: Outbox,
    customers: Customers,
    stores: Stores,
    pages: PageLinks | None,
    now: datetime,
) -> None:
    """Once more, for a message of the customer's: `because_of` is its id, `after` the way that they
    declined, `changes` whether the order has an address that stays until another one comes. The
    order may be given with one that it does not have, to be put right.

    Raises Unavailable for another try.
    """
    customer = customers.get(order.store_id, order.customer.customer_id)
    store = stores.get(order.store_id)
    asked = Asked(order=order, customer=customer, store=store, pages=pages, now=now)
    body = next_question(opening, asked, after=after) if after else address_question(opening, asked)
    if body is not None:
        say(
            customer,
            body,
            key=f"{order.order_id}:{because_of}:address",
            purpose=CHANGE_ADDRESS if changes else ASK_ADDRESS,
            order=order,
            conversations=conversations,
            outbox=outbox,
            now=now,
        )


def next_address_way(
    message: Message,
    *,
    orders: Orders,
    conversations: Conversations,
    outbox: Outbox,
    customers: Customers,
    stores: Stores,
    pages: PageLinks | None,
    now: datetime,
) -> bool:
    """Ask for the address in the next way of the chain, because the customer's WhatsApp cannot show
    this message of ours (1026); the kind is not tried again with them.

    False when the message asked for no address, or nothing is left to ask. Safe to repeat. Raises
    Unavailable for another try.
    """
    way = way_of(message)
    order = orders.find(message.store_id, message.order_id) if message.order_id else None
    if way is None or order is None:
        return False
    customer = customers.get(order.store_id, order.customer.customer_id)
    customer = note_cannot_show(customer, kind_of(message), customers=customers)
    if is_address_complete(order) and not _still_to_change(message, order):
        return False
    store = stores.get(order.store_id)
    asked = Asked(order=order, customer=customer, store=store, pages=pages, now=now)
    body = next_question(opening_of(message.text), asked, after=way)
    if body is None:
        return False
    say(
        customer,
        body,
        key=f"{order.order_id}:{message.message_id}:{way}:next",
        purpose=message.purpose or ASK_ADDRESS,
        order=order,
        conversations=conversations,
        outbox=outbox,
        now=now,
    )
    return True


def _still_to_change(message: Message, order: Order) -> bool:
    """Whether it asked for another address than the one that is there, and nothing came since."""
    return message.purpose == CHANGE_ADDRESS and order.last_customer_action_at <= message.at
