"""What happened to an order: one event per version, which is also its history and its outbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from orderdesk.domain.actor import Actor
    from orderdesk.domain.lifecycle import Stage


class EventType(StrEnum):
    """Documented one by one in docs/events.md."""

    PLACED = "order.placed"
    MOVED = "order.moved"
    ADDRESS_RECEIVED = "order.address_received"
    PAYMENT_METHOD_CHOSEN = "order.payment_method_chosen"
    PAYMENT_REQUESTED = "order.payment_requested"
    PAYMENT_RECEIVED = "order.payment_received"
    PAYMENT_FAILED = "order.payment_failed"
    ATTENTION_RAISED = "order.attention_raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`version` is the order's after the event; `data` holds what changed, as short strings.

    `source` and `target` are the stages before and after; equal when the stage did not change,
    `source` None when the order was placed.
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
    data: Mapping[str, str] = field(default_factory=dict)

    @property
    def event_id(self) -> str:
        return f"{self.order_id}:{self.version}"

    @property
    def changes_stage(self) -> bool:
        return self.source is not self.target
