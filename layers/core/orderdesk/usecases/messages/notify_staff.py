"""Keeps the counts, and tells every open dashboard what happened in one short line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from orderdesk.domain.orders.actor import ActorKind, Role
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.shop.stock import StockStatus

if TYPE_CHECKING:
    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
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
    words = MOVED.get((event.source, event.target)) or WORDS[event.type]
    data = event.data
    return words.format(
        number=order.number,
        customer=order.customer.name or "a customer",
        total=order.total,
        stage=event.target.label,
        by=_by(event.by),
        why=f": {event.reason}" if event.reason else "",
        amount=data.get("amount", "payment"),
        text=data.get("text") or STOCK.get(data.get("stock", ""), "needs a look"),
        carrier=data.get("carrier") or "own delivery",
        state=data.get("state", "scanned").replace("_", " "),
        fulfilment=data.get("fulfilment", "").replace("_", " "),
        lines=data.get("lines", "goods"),
        change=CHANGES.get(data.get("why", ""), "other goods or prices"),
        short=f": {data['short']}" if "short" in data else "",
        note=f": {data['note']}" if "note" in data else "",
    )


def _by(actor: Actor) -> str:
    """`, by Asha`; of the system, which part of it."""
    if actor.kind is ActorKind.SYSTEM:
        return f", by {PARTS[actor.role]}" if actor.role in PARTS else ""
    return f", by {actor.name or f'the {actor.kind}'}"


PARTS: Final = {
    Role.TIMER: "the clock",
    Role.GATEWAY: "the payment gateway",
    Role.COURIER: "the courier",
    Role.RULE: "a rule",
}
CHANGES: Final = {
    "named": "its products have names now",
    "repriced": "other prices",
    "merged": "another cart was added",
}
STOCK: Final = {
    StockStatus.RESERVED.value: "stock is reserved",
    StockStatus.SHORT.value: "not all of it is in stock",
    StockStatus.RELEASED.value: "stock is free again",
    StockStatus.UNCOUNTED.value: "stock is not counted",
}
MOVED: Final[dict[tuple[Stage | None, Stage], str]] = {
    (Stage.PLACED, Stage.ABANDONED): "Order {number}: the customer went quiet, it is Abandoned now",
    (Stage.SHIPPED, Stage.RETURNED): "Order {number} came back undelivered{by}{why}",
    **{
        (source, Stage.ON_HOLD): "Order {number} is On Hold{by}{why}"
        for source in Stage
        if source is not Stage.ON_HOLD
    },
    **{
        (Stage.ON_HOLD, target): "Order {number} is released to {stage}{by}"
        for target in (Stage.PLACED, Stage.CONFIRMED, Stage.APPROVED, Stage.PROCESSED)
    },
}
WORDS: Final[dict[EventType, str]] = {
    EventType.PLACED: "New order {number} from {customer}: {total}",
    EventType.MOVED: "Order {number} is now {stage}{by}",
    EventType.ADDRESS_RECEIVED: "Order {number}: address received",
    EventType.LINES_CHANGED: "Order {number}: {change}{by}",
    EventType.SHIPPING_PRICED: "Order {number}: shipping to this place is priced",
    EventType.VERIFIED: "Order {number}: the customer confirmed it",
    EventType.FULFILMENT_CHOSEN: "Order {number} goes by {fulfilment} now{by}",
    EventType.PAYMENT_METHOD_CHOSEN: "Order {number}: way to pay chosen",
    EventType.PAYMENT_REQUESTED: "Order {number}: payment link sent",
    EventType.PAYMENT_RECEIVED: "Order {number}: {amount} received",
    EventType.PAYMENT_FAILED: "Order {number}: payment failed",
    EventType.PAYMENT_VOIDED: "Order {number}: payment link withdrawn",
    EventType.PAYMENT_CLAIMED: "Order {number}: {amount} was sent, look for it",
    EventType.PAYMENT_CLAIM_DECLINED: "Order {number}: {amount} did not come{by}{why}",
    EventType.PAYMENT_REVERSED: "Order {number}: {amount} was taken back by the bank{note}",
    EventType.REFUND_REQUESTED: "Order {number}: {amount} is to go back{by}{note}",
    EventType.REFUND_DECLINED: "Order {number}: {amount} does not go back{by}{why}",
    EventType.REFUNDED: "Order {number}: {amount} paid back{by}",
    EventType.REFUND_FAILED: "Order {number}: paying {amount} back failed{note}",
    EventType.REFUND_WAIVED: "Order {number}: {amount} is kept{by}{why}",
    EventType.PARCEL_SHIPPED: "Order {number}: a part of it left with {carrier}{by}",
    EventType.PARCEL_CHANGED: "Order {number}: a parcel has another tracking number{by}",
    EventType.PARCEL_SCANNED: "Order {number}: a parcel is {state}{by}",
    EventType.ERASED: "Order {number}: personal data erased{by}",
    EventType.RETURN_OPENED: "Order {number}: {lines} to come back{why}",
    EventType.RETURN_RECEIVED: "Order {number}: {lines} came back",
    EventType.RETURN_CLOSED: "Order {number}: {lines} will not come back{note}",
    EventType.STOCK_CHANGED: "Order {number}: {text}{short}",
    EventType.REMINDER_DUE: "Order {number}: the customer is quiet and is reminded",
    EventType.ESCALATED: "Order {number} waits for you. {text}",
    EventType.ATTENTION_RAISED: "Order {number}: {text}",
    EventType.ATTENTION_RESOLVED: "Order {number}: looked after{by}{note}",
}
