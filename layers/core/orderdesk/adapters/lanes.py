"""How orders are sorted into lists: the lanes and sort keys of the table's indexes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.tracking import canonical
from orderdesk.domain.times import time_to_text
from orderdesk.usecases.ports import Sort

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.ports import ListQuery

# An execution follows a move within seconds; after this it is looked at.
CONDUCTED_WITHIN: Final = timedelta(seconds=60)

FIRST: Final = "0"  # sorts before every time
EVER: Final = "~"  # and after

# The first and the last text that a date key may be.
type Dates = tuple[str, str]

INDEXES: Final = {
    (False, Sort.ORDER_DATE): "by_date",
    (True, Sort.ORDER_DATE): "stage_by_date",
    (False, Sort.PAYMENT): "by_payment",
    (True, Sort.PAYMENT): "stage_by_payment",
}


def store_lane(store_id: str) -> str:
    return f"{store_id}#ORDERS"


def stage_lane(store_id: str, stage: Stage) -> str:
    return f"{store_id}#STAGE#{stage}"


def customer_lane(store_id: str, customer_id: str) -> str:
    return f"{store_id}#CUSTOMER#{customer_id}"


def due_lane(store_id: str) -> str:
    return f"{store_id}#DUE"


def unsent_lane(store_id: str) -> str:
    return f"{store_id}#UNSENT"


def failed_lane(store_id: str) -> str:
    return f"{store_id}#NOT_SENT"


def conduct_lane(store_id: str) -> str:
    return f"{store_id}#CONDUCT"


def reconcile_lane(store_id: str) -> str:
    return f"{store_id}#RECONCILE"


def date_key(order: Order) -> str:
    return f"{time_to_text(order.placed_at)}#{order.order_id}"


def payment_key(order: Order) -> str:
    """`1#` and the time of complete payment; unpaid orders `0#` and the order's time."""
    paid = order.paid_at
    return f"{int(paid is not None)}#{time_to_text(paid or order.placed_at)}#{order.order_id}"


def lanes_of(order: Order) -> dict[str, str | None]:
    """The index attributes of an order; None where the order is not in that index."""
    listed = order.stage is not Stage.ARCHIVED
    return {
        "store_lane": store_lane(order.store_id) if listed else None,
        "stage_lane": stage_lane(order.store_id, order.stage),
        "customer_lane": customer_lane(order.store_id, order.customer.customer_id),
        "date_key": date_key(order),
        "payment_key": payment_key(order),
        "due_lane": due_lane(order.store_id) if order.due_at else None,
        "due_at": time_to_text(order.due_at) if order.due_at else None,
        **reconciled(order.store_id, order.reconcile_at),
    }


def reconciled(store_id: str, at: datetime | None) -> dict[str, str | None]:
    """When the gateway is asked about an order; in no such list when nothing is open."""
    lane = reconcile_lane(store_id)
    return {
        "reconcile_lane": lane if at else None,
        "reconcile_at": time_to_text(at) if at else None,
    }


def lane_of(query: ListQuery) -> tuple[str, str]:
    """The index that answers the query, and the lane in it."""
    index = INDEXES[query.stage is not None, query.sort]
    if query.stage is None:
        return index, store_lane(query.store_id)
    return index, stage_lane(query.store_id, query.stage)


def dates_of(query: ListQuery) -> Dates | None:
    """The range of date keys that is asked for; None when it is all. Raises Invalid.

    The key of an order begins with its time and goes on, so that those from the very time of the
    end sort after the end.
    """
    first, until = query.placed_from, query.placed_until
    if first is None and until is None:
        return None
    if query.sort is not Sort.ORDER_DATE:
        raise Invalid("Sort by order date to see a range of dates.", field="sort")
    dates = (time_to_text(first) if first else FIRST, time_to_text(until) if until else EVER)
    if dates[0] > dates[1]:
        raise Invalid(f"{first} is after {until}: send the earlier time first.", field="dates")
    return dates


def scope_of(index: str, lane: str, *, descending: bool, dates: Dates | None = None) -> str:
    """The name of a list, as cursors are bound to it."""
    name = f"{index} {lane} {'descending' if descending else 'ascending'}"
    return f"{name} {dates[0]} {dates[1]}" if dates else name


def stage_change(events: Sequence[Event]) -> Event | None:
    """The last of the events that changed the stage."""
    return next((event for event in reversed(events) if event.changes_stage), None)


def check_time(event: Event) -> str:
    """When to look whether the execution has followed this move."""
    return time_to_text(event.at + CONDUCTED_WITHIN)


def tracking_numbers(events: Sequence[Event]) -> tuple[str, ...]:
    """The tracking numbers that came with these events, each once and in one spelling."""
    found = {
        canonical(str(change.after)): None
        for event in events
        for change in event.changes
        if change.field.startswith("parcels.") and change.field.endswith(".tracking.number")
        if change.after is not None
    }
    return tuple(number for number in found if number)
