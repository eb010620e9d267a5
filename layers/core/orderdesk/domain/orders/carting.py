"""Two carts of one customer: put together, or the newer one instead of the other."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from orderdesk.domain.orders.amending import changed
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.guards import MoveRequest
from orderdesk.domain.orders.history import changes_between
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.moving import move
from orderdesk.domain.orders.placing import MAX_LINES, MAX_TEXT
from orderdesk.domain.orders.reasons import MERGED, REPLACED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from orderdesk.domain.orders.actor import Actor
    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Line, Order
    from orderdesk.domain.shop.policy import Policy

type Step = tuple[Order, Event]

WHY: Final = "merged"


def is_undecided(order: Order) -> bool:
    """It waits for its customer, and no money is in it or on its way to be seen."""
    claimed = bool(order.ledger.open_claims)
    return order.stage is Stage.PLACED and order.ledger.captured.minor == 0 and not claimed


def belong_together(older: Order, newer: Order, *, within: timedelta) -> bool:
    """Whether the customer is to be asked about the two; 0 never asks."""
    same = older.ledger.currency == newer.ledger.currency and older.order_id != newer.order_id
    gap = newer.placed_at - older.placed_at
    earlier = (older.placed_at, older.number) < (newer.placed_at, newer.number)
    return same and earlier and gap < within and is_undecided(older)


def can_join(older: Order, newer: Order) -> bool:
    """Never once money is in one of them."""
    fits = len(joined(older.lines, newer.lines)) <= MAX_LINES
    return is_undecided(older) and is_undecided(newer) and fits


def joined(older: Iterable[Line], newer: Iterable[Line]) -> tuple[Line, ...]:
    """The goods of both. Of a product that is in both the pieces are added up, at the newer price;
    what has no id is a product of its own each time.
    """
    before, after = list(older), list(newer)
    pieces: dict[str, int] = {}
    for line in before:
        pieces[line.retailer_id] = pieces.get(line.retailer_id, 0) + line.quantity
    again = {line.retailer_id for line in after if line.retailer_id}
    lines = [line for line in before if line.retailer_id not in again]
    for line in after:
        more = pieces.pop(line.retailer_id, 0) if line.retailer_id else 0
        lines.append(replace(line, quantity=line.quantity + more))
    return tuple(lines)


def join(
    older: Order, newer: Order, *, by: Actor, policy: Policy, now: datetime
) -> tuple[Step, Step]:
    """The older order with the goods of both, and the newer one cancelled.

    What staff have to look at, and the customer's note, go along. Raises what a move raises.
    """
    open_already = {each.reason for each in older.attention}
    doubts = [each for each in newer.attention if each.reason not in open_already]
    whole = replace(
        older,
        lines=joined(older.lines, newer.lines),
        note="\n".join(dict.fromkeys(filter(None, (older.note, newer.note))))[:MAX_TEXT],
        attention=(*older.attention, *doubts),
    )
    data = {"why": WHY, "before": str(older.total), "total": str(whole.total)}
    step = changed(older, whole, EventType.LINES_CHANGED, by=by, now=now, data=data)
    return step, give_up(newer, MERGED, by=by, policy=policy, now=now, into=older)


def replace_cart(older: Order, *, by: Actor, policy: Policy, now: datetime) -> Step:
    """The older order cancelled, because the newer cart is meant instead."""
    return give_up(older, REPLACED, by=by, policy=policy, now=now)


def give_up(
    order: Order,
    reason_code: str,
    *,
    by: Actor,
    policy: Policy,
    now: datetime,
    into: Order | None = None,
) -> Step:
    """Our own reasons, whatever the shop's are."""
    ours = replace(policy, reasons=MappingProxyType({}))
    request = MoveRequest(to=Stage.CANCELLED, by=by, now=now, policy=ours, reason_code=reason_code)
    after, event = move(order, request)
    if into is None:
        return after, event
    after = replace(after, merged_into=into.order_id)
    data = {**event.data, "merged_into": into.order_id}
    return after, replace(event, data=data, changes=changes_between(order, after))
