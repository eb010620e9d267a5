"""What happened to an order: one event per version, which is also its history and its outbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.lifecycle import Stage


class EventType(StrEnum):
    """Documented one by one in docs/events.md."""

    PLACED = "order.placed"
    MOVED = "order.moved"
    ADDRESS_RECEIVED = "order.address_received"
    LINES_CHANGED = "order.lines_changed"
    SHIPPING_PRICED = "order.shipping_priced"
    VERIFIED = "order.verified"
    FULFILMENT_CHOSEN = "order.fulfilment_chosen"
    PAYMENT_METHOD_CHOSEN = "order.payment_method_chosen"
    PAYMENT_REQUESTED = "order.payment_requested"
    PAYMENT_RECEIVED = "order.payment_received"
    PAYMENT_FAILED = "order.payment_failed"
    PAYMENT_VOIDED = "order.payment_voided"
    PAYMENT_CLAIMED = "order.payment_claimed"
    PAYMENT_CLAIM_DECLINED = "order.payment_claim_declined"
    PAYMENT_REVERSED = "order.payment_reversed"
    REFUND_REQUESTED = "order.refund_requested"
    REFUND_DECLINED = "order.refund_declined"
    REFUNDED = "order.refunded"
    REFUND_FAILED = "order.refund_failed"
    REFUND_WAIVED = "order.refund_waived"
    PARCEL_SHIPPED = "order.parcel_shipped"
    PARCEL_CHANGED = "order.parcel_changed"
    PARCEL_SCANNED = "order.parcel_scanned"
    RETURN_OPENED = "order.return_opened"
    RETURN_RECEIVED = "order.return_received"
    RETURN_CLOSED = "order.return_closed"
    STOCK_CHANGED = "order.stock_changed"
    REMINDER_DUE = "order.reminder_due"
    ESCALATED = "order.escalated"
    ATTENTION_RAISED = "order.attention_raised"
    ATTENTION_RESOLVED = "order.attention_resolved"
    ERASED = "order.erased"


type Leaf = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Change:
    """`field` is a path into the order (`address.city`, `parcels.0.tracking.number`)."""

    field: str
    before: Leaf
    after: Leaf


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`version` is the order's after the event; `data` holds what it is about, as short strings.

    `source` and `target` are the stages before and after; equal when the stage did not change,
    `source` None when the order was placed. `changes` are the fields that it changed, `previous`
    is the hash of the event before it: see history.py. `erased_digest` is the hash that the event
    had before personal data was erased from it, empty for one that is whole.
    """

    type: EventType
    store_id: str
    order_id: str
    version: int
    at: datetime
    by: Actor
    source: Stage | None
    target: Stage
    move_id: str = ""
    reason: str = ""
    reason_code: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    previous: str = ""
    erased_digest: str = ""

    @property
    def event_id(self) -> str:
        return f"{self.order_id}:{self.version}"

    @property
    def changes_stage(self) -> bool:
        return self.source is not self.target
