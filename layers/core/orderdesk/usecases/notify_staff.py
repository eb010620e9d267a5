"""Keeps the counts, and tells every open dashboard what happened in one short line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from orderdesk.domain.actor import ActorKind
from orderdesk.domain.event import EventType

if TYPE_CHECKING:
    from orderdesk.domain.event import Event
    from orderdesk.domain.order import Order
    from orderdesk.usecases.ports import Counts, Live, Orders


def notify_staff(event: Event, *, orders: Orders, counts: Counts, live: Live) -> None:
    """Count first: a dashboard asks for the counts as soon as it hears of the event.

    Told twice, it counts once and the dashboards ignore a version that they show already.
    """
    counts.count(event)
    order = orders.find(event.store_id, event.order_id)
    if order is not None:
        live.push(event.store_id, json.dumps(message(event, order), ensure_ascii=False))


def message(event: Event, order: Order) -> dict[str, object]:
    """What goes over the WebSocket. It says which order changed, not how: the page asks for that.

    `version` is the event's, so that a page which shows a later one has nothing to do.
    """
    return {
        "type": event.type.value,
        "order_id": event.order_id,
        "version": event.version,
        "stage": event.target.value,
        "number": order.number,
        "text": _text(event, order),
    }


def _text(event: Event, order: Order) -> str:
    mover = "" if event.by.kind is ActorKind.SYSTEM else f", by {event.by.name}"
    return WORDS[event.type].format(
        number=order.number,
        customer=order.customer.name or "a customer",
        total=order.total,
        stage=event.target.label,
        mover=mover,
        amount=event.data.get("amount", "payment"),
        text=event.data.get("text", "needs a look"),
    )


WORDS: Final[dict[EventType, str]] = {
    EventType.PLACED: "New order {number} from {customer}: {total}",
    EventType.MOVED: "Order {number} is now {stage}{mover}",
    EventType.ADDRESS_RECEIVED: "Order {number}: address received",
    EventType.PAYMENT_METHOD_CHOSEN: "Order {number}: way to pay chosen",
    EventType.PAYMENT_REQUESTED: "Order {number}: payment link sent",
    EventType.PAYMENT_RECEIVED: "Order {number}: {amount} received",
    EventType.PAYMENT_FAILED: "Order {number}: payment failed",
    EventType.ATTENTION_RAISED: "Order {number}: {text}",
}
