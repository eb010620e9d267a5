"""One message of a customer's, and what every answer to one can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import NotAllowed
from orderdesk.domain.orders.actor import Actor, ActorKind
from orderdesk.domain.orders.amending import raise_attention
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.orders.change import change
from orderdesk.usecases.orders.move import MoveCommand, move

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.customer import Customer
    from orderdesk.usecases.intake.inbound import Content, MessageIn
    from orderdesk.usecases.orders.enrich import PriceBook
    from orderdesk.usecases.ports import (
        Conversations,
        Costs,
        Customers,
        Gateways,
        MediaQueue,
        Orders,
        Outbox,
        PageLinks,
        Places,
        Stores,
        Templates,
        Unsent,
    )

WAITING: Final = frozenset({Stage.PLACED, Stage.ABANDONED})
BEING_PACKED: Final = frozenset({Stage.APPROVED, Stage.PROCESSED})
CHANGEABLE: Final = WAITING | BEING_PACKED | {Stage.CONFIRMED, Stage.ON_HOLD}
STOPPED: Final = frozenset({Stage.CANCELLED, Stage.REJECTED, Stage.RETURNED, Stage.ARCHIVED})
# The stage is entered strictly before the answer, so that arriving there finds the customer's
# answer and asks nothing: what answers the answer asks for the rest.
EARLIER: Final = 10  # carts that may have overtaken a message
A_MOMENT: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """What it takes to receive. `reread` reads a message of the thread, given its kind and JSON,
    once more. `own_store_id` takes what comes to a number of no other shop;
    without `pages` nothing links to one, without `places` the shop delivers everywhere,
    without `costs` nothing is counted, without `media_queue` no file is fetched.
    """

    orders: Orders
    stores: Stores
    customers: Customers
    conversations: Conversations
    unsent: Unsent
    outbox: Outbox
    prices: PriceBook
    gateways: Gateways
    own_store_id: str
    reread: Callable[[str, str], Content] | None = None
    pages: PageLinks | None = None
    places: Places | None = None
    costs: Costs | None = None
    media_queue: MediaQueue | None = None
    templates: Templates | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message of one customer. `message_id` is the one it is kept under."""

    message: MessageIn
    message_id: str
    customer: Customer
    desk: Reception
    now: datetime

    @property
    def by(self) -> Actor:
        customer = self.customer
        return Actor(
            kind=ActorKind.CUSTOMER, id=customer.customer_id, name=customer.name, via="whatsapp"
        )

    def own_order(self, order_id: str) -> Order | None:
        """Of this customer, who may be known under another id since a merge of two."""
        order = self.desk.orders.find(self.customer.store_id, order_id) if order_id else None
        if order is None:
            return None
        phone = self.customer.phone
        known = self.customer.is_known_as(order.customer.customer_id)
        return order if known or (phone and phone == order.customer.phone) else None

    def order_answered(self) -> Order | None:
        """The one that the answered message is about."""
        store_id, reply_to = self.customer.store_id, self.message.reply_to
        answered = self.desk.conversations.find(store_id, reply_to) if reply_to else None
        return self.own_order(answered.order_id) if answered else None

    def order_meant(self) -> Order | None:
        """The one that the answered message is about, else the newest of when it was written."""
        answered = self.order_answered()
        newest = answered or self.own_order(self.customer.current_order_id)
        if answered or newest is None or newest.placed_at <= self.message.at:
            return newest
        # It was written before the newest cart, and heard of after it.
        orders, customer = self.desk.orders, self.customer
        page = orders.of_customer(customer.store_id, customer.customer_id, limit=EARLIER)
        before = (each.order_id for each in page.items if each.placed_at <= self.message.at)
        return self.own_order(next(before, ""))


def resume(turn: Turn, order: Order) -> datetime:
    desk = turn.desk
    return come_back(order, by=turn.by, orders=desk.orders, stores=desk.stores, now=turn.now)


def come_back(
    order: Order, *, by: Actor, orders: Orders, stores: Stores, now: datetime
) -> datetime:
    """Whoever answers late is a customer again (T07). Returns when the answer itself happens."""
    if order.stage is not Stage.ABANDONED:
        return now
    command = MoveCommand(
        store_id=order.store_id,
        order_id=order.order_id,
        to=Stage.PLACED,
        by=by,
        reason="The customer came back",
    )
    try:
        move(command, orders=orders, stores=stores, now=now)
    except NotAllowed:  # somebody was faster
        return now
    return now + A_MOMENT


def move_by_customer(turn: Turn, order: Order, to: Stage, *, reason: str) -> Order:
    command = MoveCommand(
        store_id=order.store_id, order_id=order.order_id, to=to, by=turn.by, reason=reason
    )
    return move(command, orders=turn.desk.orders, stores=turn.desk.stores, now=turn.now)


def call_for_a_person(turn: Turn, order: Order, reason: str, text: str) -> Order:
    desk = turn.desk
    item = {"reason": reason, "text": text}
    return flag(order, **item, by=turn.by, orders=desk.orders, stores=desk.stores, now=turn.now)


def flag(
    order: Order,
    reason: str,
    text: str,
    *,
    by: Actor,
    orders: Orders,
    stores: Stores,
    now: datetime,
) -> Order:
    """Ask a person to look at it, once for each reason."""

    def decide(stored: Order) -> tuple[Order, list[Event]] | None:
        raised = raise_attention(stored, reason, text, by=by, now=now)
        return (raised[0], [raised[1]]) if raised else None

    policy = stores.get(order.store_id).policy
    return change(order.store_id, order.order_id, decide, orders=orders, policy=policy)
