"""The history of an order in words: who did what, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dashboard.words import STAGE, Badge, Clock, Stamp
from orderdesk.domain.actor import Actor, ActorKind
from orderdesk.domain.event import EventType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orderdesk.domain.event import Event

# Doors by which the system acts, in words for staff.
DOORS: Final = {
    "sweep": "by the clock",
    "abandon_sweep": "by the clock",
    "collect": "once address and payment were there",
    "inbox": "from WhatsApp",
    "payment_webhook": "told by the payment gateway",
    "courier_webhook": "told by the courier",
    "api": "through the API",
}
WORDS: Final[dict[EventType, str]] = {
    EventType.PLACED: "Order placed: {total}",
    EventType.MOVED: "Moved to {stage}",
    EventType.ADDRESS_RECEIVED: "Address {address}",
    EventType.PAYMENT_METHOD_CHOSEN: "Chose {method}",
    EventType.PAYMENT_REQUESTED: "Payment link for {amount}",
    EventType.PAYMENT_RECEIVED: "{amount} received ({method})",
    EventType.PAYMENT_FAILED: "Payment of {amount} failed",
    EventType.ATTENTION_RAISED: "{text}",
}
METHODS: Final = {"cash_on_delivery": "cash on delivery", "online": "online payment"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`was` and `now` are stages when it changed; `details` are label and text."""

    version: int
    icon: str
    tone: str
    text: str
    was: Badge | None
    now: Badge | None
    reason: str
    details: tuple[tuple[str, str], ...]
    by: str
    at: Stamp


def timeline(history: Sequence[Event], clock: Clock) -> tuple[Entry, ...]:
    """Newest first."""
    return tuple(entry(event, clock) for event in sorted(history, key=lambda each: -each.version))


def entry(event: Event, clock: Clock) -> Entry:
    icon, tone = _look(event)
    return Entry(
        version=event.version,
        icon=icon,
        tone=tone,
        text=happened(event),
        was=STAGE[event.source] if event.source and event.changes_stage else None,
        now=STAGE[event.target] if event.changes_stage else None,
        reason=event.reason,
        details=_details(event),
        by=who(event.by),
        at=clock.stamp(event.at),
    )


def happened(event: Event) -> str:
    """A sentence without its subject, which is who did it."""
    data = event.data
    method = data.get("method", "")
    address = "changed" if data.get("before") else "received"
    return WORDS[event.type].format(
        total=data.get("total", ""),
        stage=event.target.label,
        address=address,
        method=METHODS.get(method, method),
        amount=data.get("amount", ""),
        text=data.get("text", "Needs a look"),
    )


def who(by: Actor) -> str:
    """`Asha Rao (agent)`, `Priya, in WhatsApp`, `Orderdesk, by the clock`."""
    if by.kind is ActorKind.STAFF:
        door = ", through the API" if by.via == "api" else ""
        return f"{by.name} ({by.role.value}){door}" if by.role else f"{by.name}{door}"
    if by.kind is ActorKind.CUSTOMER:
        return f"{by.name or 'The customer'}, in WhatsApp"
    door = DOORS.get(by.via, "")
    return f"{by.name}, {door}" if door else by.name


def _look(event: Event) -> tuple[str, str]:
    if event.changes_stage:
        badge = STAGE[event.target]
        return badge.icon, badge.tone
    return {
        EventType.ADDRESS_RECEIVED: ("pin", "quiet"),
        EventType.PAYMENT_METHOD_CHOSEN: ("wallet", "quiet"),
        EventType.PAYMENT_REQUESTED: ("link", "quiet"),
        EventType.PAYMENT_RECEIVED: ("paid", "good"),
        EventType.PAYMENT_FAILED: ("alert", "bad"),
        EventType.ATTENTION_RAISED: ("alert", "due"),
    }.get(event.type, ("circle", "quiet"))


def _details(event: Event) -> tuple[tuple[str, str], ...]:
    data = event.data
    named = (
        ("Address", data.get("address", "")),
        ("Before", data.get("before", "") if event.type is EventType.ADDRESS_RECEIVED else ""),
        ("Carrier", data.get("carrier", "")),
        ("Tracking", data.get("tracking", "")),
        ("Reference", data.get("reference", "")),
        ("Note", data.get("note", "")),
    )
    return tuple((label, text) for label, text in named if text)
