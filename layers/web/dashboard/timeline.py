"""The history of an order in words: who did what, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dashboard.changes import edits
from dashboard.words import (
    ATTENTION,
    FULFILMENT,
    PARCEL,
    STAGE,
    STOCK,
    Badge,
    Clock,
    Stamp,
    known,
)
from orderdesk.domain.orders.actor import Actor, ActorKind, Role
from orderdesk.domain.orders.event import EventType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboard.changes import Edit
    from orderdesk.domain.orders.event import Event

# Doors by which the system acts, in words for staff.
DOORS: Final = {
    "sweep": "by the clock",
    "abandon_sweep": "by the clock",
    "doctor": "by the clock",
    "collect": "once address and payment were there",
    "inbox": "from WhatsApp",
    "payment": "told by the payment gateway",
    "payment_webhook": "told by the payment gateway",
    "courier": "told by the courier",
    "courier_webhook": "told by the courier",
    "api": "through the API",
}
# Where the door says nothing to staff, the part of the system does.
PARTS: Final = {
    Role.TIMER: "by the clock",
    Role.GATEWAY: "told by the payment gateway",
    Role.COURIER: "told by the courier",
    Role.RULE: "by a rule of the shop",
}
CHANGES: Final = {
    "named": "Names and pictures from the catalog",
    "repriced": "Prices changed",
    "merged": "Another cart added",
}
WORDS: Final[dict[EventType, str]] = {
    EventType.ERASED: "What is personal was erased",
    EventType.PLACED: "Order placed: {total}",
    EventType.MOVED: "Moved to {stage}",
    EventType.ADDRESS_RECEIVED: "Address {address}",
    EventType.LINES_CHANGED: "{change}",
    EventType.SHIPPING_PRICED: "Shipping to this place priced",
    EventType.VERIFIED: "Confirmed by the customer",
    EventType.FULFILMENT_CHOSEN: "{fulfilment} chosen",
    EventType.PAYMENT_METHOD_CHOSEN: "Chose {method}",
    EventType.PAYMENT_REQUESTED: "Payment link for {amount}",
    EventType.PAYMENT_RECEIVED: "{amount} received ({method})",
    EventType.PAYMENT_FAILED: "Payment of {amount} failed",
    EventType.PAYMENT_VOIDED: "Payment link for {amount} withdrawn",
    EventType.PAYMENT_CLAIMED: "{amount} was sent, by their word",
    EventType.PAYMENT_CLAIM_DECLINED: "{amount} did not come",
    EventType.PAYMENT_REVERSED: "{amount} taken back by the bank",
    EventType.REFUND_REQUESTED: "Refund of {amount} asked for",
    EventType.REFUND_DECLINED: "Refund of {amount} declined",
    EventType.REFUNDED: "{amount} refunded",
    EventType.REFUND_FAILED: "Refund of {amount} failed",
    EventType.REFUND_WAIVED: "{amount} kept by the shop",
    EventType.PARCEL_SHIPPED: "A part left as parcel {parcel}",
    EventType.PARCEL_CHANGED: "Tracking of parcel {parcel} changed",
    EventType.PARCEL_SCANNED: "Parcel {parcel}: {state}",
    EventType.RETURN_OPENED: "Return {return} opened",
    EventType.RETURN_RECEIVED: "Return {return} came in",
    EventType.RETURN_CLOSED: "Return {return} closed: nothing comes back",
    EventType.STOCK_CHANGED: "Stock: {stock}",
    EventType.REMINDER_DUE: "Reminder {reminder} to the customer",
    EventType.ESCALATED: "Waits for staff",
    EventType.ATTENTION_RAISED: "{text}",
    EventType.ATTENTION_RESOLVED: "Looked at: {item}",
}
LOOKS: Final[dict[EventType, tuple[str, str]]] = {
    EventType.ADDRESS_RECEIVED: ("pin", "quiet"),
    EventType.LINES_CHANGED: ("link", "quiet"),
    EventType.SHIPPING_PRICED: ("truck", "quiet"),
    EventType.VERIFIED: ("paid", "good"),
    EventType.FULFILMENT_CHOSEN: ("truck", "quiet"),
    EventType.PAYMENT_METHOD_CHOSEN: ("wallet", "quiet"),
    EventType.PAYMENT_REQUESTED: ("link", "quiet"),
    EventType.PAYMENT_RECEIVED: ("paid", "good"),
    EventType.PAYMENT_FAILED: ("alert", "bad"),
    EventType.PAYMENT_VOIDED: ("cross", "quiet"),
    EventType.PAYMENT_CLAIMED: ("wallet", "quiet"),
    EventType.PAYMENT_CLAIM_DECLINED: ("cross", "bad"),
    EventType.PAYMENT_REVERSED: ("alert", "bad"),
    EventType.REFUND_REQUESTED: ("undo", "quiet"),
    EventType.REFUND_DECLINED: ("cross", "quiet"),
    EventType.REFUNDED: ("undo", "returned"),
    EventType.REFUND_FAILED: ("alert", "bad"),
    EventType.REFUND_WAIVED: ("cash", "quiet"),
    EventType.PARCEL_SHIPPED: ("truck", "shipped"),
    EventType.PARCEL_CHANGED: ("truck", "quiet"),
    EventType.PARCEL_SCANNED: ("box", "shipped"),
    EventType.RETURN_OPENED: ("back", "returned"),
    EventType.RETURN_RECEIVED: ("back", "returned"),
    EventType.RETURN_CLOSED: ("back", "quiet"),
    EventType.STOCK_CHANGED: ("all", "quiet"),
    EventType.REMINDER_DUE: ("chat", "quiet"),
    EventType.ESCALATED: ("clock", "due"),
    EventType.ATTENTION_RAISED: ("alert", "due"),
    EventType.ATTENTION_RESOLVED: ("check", "good"),
}
METHODS: Final = {
    "cash_on_delivery": "cash on delivery",
    "online": "online payment",
    "whatsapp_pay": "payment in WhatsApp",
    "transfer": "transfer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`was` and `now` are stages when it changed; `details` are label and text, `changes` are the
    fields with what they were before.
    """

    version: int
    icon: str
    tone: str
    text: str
    was: Badge | None
    now: Badge | None
    reason: str
    details: tuple[tuple[str, str], ...]
    changes: tuple[Edit, ...]
    by: str
    at: Stamp


def timeline(history: Sequence[Event], clock: Clock, names: Mapping[str, str]) -> tuple[Entry, ...]:
    """Newest first; `names` are those of the order's products, by retailer id."""
    newest_first = sorted(history, key=lambda each: -each.version)
    return tuple(entry(event, clock, names) for event in newest_first)


def entry(event: Event, clock: Clock, names: Mapping[str, str]) -> Entry:
    icon, tone = _look(event)
    return Entry(
        version=event.version,
        icon=icon,
        tone=tone,
        text=happened(event),
        was=STAGE[event.source] if event.source and event.changes_stage else None,
        now=STAGE[event.target] if event.changes_stage else None,
        reason=event.reason,
        details=_details(event, names),
        changes=edits(event, clock),
        by=who(event.by),
        at=clock.stamp(event.at),
    )


def happened(event: Event) -> str:
    """A sentence without its subject, which is who did it."""
    data = event.data
    method = data.get("method", "")
    words = {
        "total": data.get("total", ""),
        "stage": event.target.label,
        "address": "changed" if data.get("before") else "received",
        "method": METHODS.get(method, method),
        "amount": data.get("amount", ""),
        "text": data.get("text", "Needs a look"),
        "fulfilment": known(FULFILMENT, data.get("fulfilment", "")),
        "parcel": data.get("parcel", "").removeprefix("p"),
        "state": known(PARCEL, data.get("state", "")).lower(),
        "return": data.get("return", "").removeprefix("r"),
        "stock": known(STOCK, data.get("stock", "")).lower(),
        "reminder": data.get("reminder", ""),
        "change": CHANGES.get(data.get("why", ""), "Goods or prices changed"),
        "item": known(ATTENTION, data.get("reason", "")).lower(),
    }
    return WORDS[event.type].format_map(words)


def who(by: Actor) -> str:
    """`Asha Rao (agent)`, `Priya, in WhatsApp`, `Orderdesk, by the clock`."""
    if by.kind is ActorKind.STAFF:
        door = ", through the API" if by.via == "api" else ""
        return f"{by.name} ({by.role.value}){door}" if by.role else f"{by.name}{door}"
    if by.kind is ActorKind.CUSTOMER:
        return f"{by.name or 'The customer'}, in WhatsApp"
    door = DOORS.get(by.via) or (PARTS.get(by.role, "") if by.role else "")
    return f"{by.name}, {door}" if door else by.name


def _look(event: Event) -> tuple[str, str]:
    if event.changes_stage:
        badge = STAGE[event.target]
        return badge.icon, badge.tone
    return LOOKS.get(event.type, ("circle", "quiet"))


def _details(event: Event, names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    data = {**event.data, "lines": _products(event.data.get("lines", ""), names)}
    named = [(label, data.get(name, "")) for name, label in DETAILS.items()]
    if event.type in {EventType.ADDRESS_RECEIVED, EventType.PARCEL_CHANGED}:
        named.insert(1, ("Before", data.get("before", "")))
    if event.type is EventType.ESCALATED:
        named.append(("Waits", data.get("text", "")))
    return tuple((label, text) for label, text in named if text)


def _products(lines: str, names: Mapping[str, str]) -> str:
    """`2 × kurta-m, 1 × cap`, with the names of the products."""
    pieces = (each.split(" × ", 1) for each in lines.split(", ") if each)
    return ", ".join(" × ".join([*each[:-1], names.get(each[-1], each[-1])]) for each in pieces)


DETAILS: Final = {
    "address": "Address",
    "carrier": "Carrier",
    "tracking": "Tracking",
    "lines": "Items",
    "short": "In stock",
    "reference": "Reference",
    "note": "Note",
}
