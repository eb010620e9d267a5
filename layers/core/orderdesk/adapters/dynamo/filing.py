"""The attributes of an order's item: what is known of the order, and what sorts it into lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.adapters import lanes
from orderdesk.adapters.dynamo.values import from_item, to_value
from orderdesk.adapters.order_records import order_to_record
from orderdesk.adapters.records import summary_of, summary_to_record

if TYPE_CHECKING:
    from orderdesk.adapters.records import Record
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order


def fields(order: Order) -> Record:
    """Everything that a write of the order sets; what only newer code knows stays beside it."""
    return {**order_to_record(order), **filed(order)}


def filed(order: Order) -> Record:
    """What sorts the order into lists, and what they show of it."""
    return {**lanes.lanes_of(order), "summary": summary_to_record(summary_of(order))}


def stored(value: object) -> object:
    """The value as it is read back from the table."""
    return None if value is None else from_item({"it": to_value(value)})["it"]


def moved(event: Event) -> Record:
    return {
        "stage_version": event.version,
        "conduct_lane": lanes.conduct_lane(event.store_id),
        "conduct_at": lanes.check_time(event),
    }
