"""Verbs of parcels: one leaves, its tracking is corrected, the courier scans it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Blocked, Invalid, NotFound
from orderdesk.domain.orders.amending import changed
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.guards import Refusal
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import (
    ARRIVED_BACK,
    MAX_PARCELS,
    OVER,
    RANK,
    Goods,
    Parcel,
    ParcelState,
    Tracking,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order

HAS_PARCELS: Final = frozenset({Stage.PROCESSED, Stage.SHIPPED, Stage.DELIVERED})


def goods_left(order: Order) -> tuple[Goods, ...]:
    """What is in no parcel yet."""
    return without(order.goods, (each for parcel in order.parcels for each in parcel.goods))


def with_parcel(
    order: Order, goods: Sequence[Goods], tracking: Tracking, *, now: datetime
) -> Order:
    """The order with another parcel. Raises Invalid for goods that are not left."""
    if len(order.parcels) >= MAX_PARCELS:
        raise Invalid(f"An order has at most {MAX_PARCELS} parcels.", field="parcels")
    without(goods_left(order), goods)
    parcel = Parcel(
        parcel_id=f"p{len(order.parcels) + 1}",
        goods=tuple(goods),
        tracking=tracking,
        shipped_at=now,
    )
    return replace(order, parcels=(*order.parcels, parcel))


def ship_parcel(
    order: Order, goods: Sequence[Goods], tracking: Tracking, *, by: Actor, now: datetime
) -> tuple[Order, Event]:
    """A part of the order leaves while the rest is still packed; the last part leaves with the
    move to Shipped. Raises Blocked elsewhere than in Processed, Invalid.
    """
    if order.stage is not Stage.PROCESSED:
        remedy = "Parcels leave one by one while the order is Processed."
        raise Blocked(remedy, [Refusal("not_processed", remedy)])
    if not goods:
        raise Invalid("Say what is in the parcel.", field="lines")
    if not without(goods_left(order), goods):
        raise Invalid("This is all that is left: move the order to Shipped.", field="lines")
    after = with_parcel(order, goods, tracking, now=now)
    data = _data(after.parcels[-1])
    return changed(order, after, EventType.PARCEL_SHIPPED, by=by, now=now, data=data)


def change_parcel(
    order: Order, parcel_id: str, tracking: Tracking, *, by: Actor, now: datetime
) -> tuple[Order, Event] | None:
    """Another carrier, number or link; None when it is the same. Raises NotFound, Blocked."""
    parcel = find_parcel(order, parcel_id)
    if parcel.tracking == tracking:
        return None
    if order.stage not in HAS_PARCELS or RANK[parcel.state] == OVER:
        remedy = "This parcel has arrived: its tracking can no longer be changed."
        raise Blocked(remedy, [Refusal("parcel_arrived", remedy)])
    after = _replaced(order, replace(parcel, tracking=tracking))
    data = _data(find_parcel(after, parcel_id)) | {"before": parcel.tracking.number}
    return changed(order, after, EventType.PARCEL_CHANGED, by=by, now=now, data=data)


def scan(
    order: Order, parcel_id: str, state: ParcelState, note: str = "", *, by: Actor, now: datetime
) -> tuple[Order, Event] | None:
    """What the courier says of a parcel; None when that is known, or older than what is known.

    `now` is when it was scanned. Raises NotFound.
    """
    parcel = find_parcel(order, parcel_id)
    ahead = RANK[state] - RANK[parcel.state]
    again = ahead == 0 and state is not parcel.state and RANK[state] < OVER
    if not (ahead > 0 or again):
        return None
    after = _replaced(order, replace(parcel, state=state, scanned_at=now))
    data = _data(parcel) | {"state": state.value, "note": note}
    return changed(order, after, EventType.PARCEL_SCANNED, by=by, now=now, data=data)


def find_parcel(order: Order, parcel_id: str) -> Parcel:
    """Raises NotFound."""
    for parcel in order.parcels:
        if parcel.parcel_id == parcel_id:
            return parcel
    raise NotFound(f"Order {order.number} has no parcel {parcel_id}.")


def all_delivered(order: Order) -> bool:
    """Every parcel arrived, and nothing was left behind."""
    arrived = all(each.state is ParcelState.DELIVERED for each in order.parcels)
    return bool(order.parcels) and arrived and not goods_left(order)


def all_came_back(order: Order) -> bool:
    return bool(order.parcels) and all(each.state in ARRIVED_BACK for each in order.parcels)


def _replaced(order: Order, parcel: Parcel) -> Order:
    parcels = (parcel if each.parcel_id == parcel.parcel_id else each for each in order.parcels)
    return replace(order, parcels=tuple(parcels))


def _data(parcel: Parcel) -> dict[str, str]:
    return {
        "parcel": parcel.parcel_id,
        "tracking": parcel.tracking.number or "own delivery",
        "carrier": parcel.tracking.carrier,
        "link": parcel.tracking.link,
        "lines": ", ".join(f"{each.quantity} × {each.retailer_id}" for each in parcel.goods),
    }
