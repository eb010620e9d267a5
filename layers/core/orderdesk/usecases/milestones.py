"""What a customer hears of an order's way: its stages, its parcels, and what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import NotFound
from orderdesk.domain.lifecycle import MoveClass, Stage, find_move
from orderdesk.domain.money import Money
from orderdesk.domain.parcels import OVER, RANK, Fulfilment
from orderdesk.domain.reasons import AFTER_HOURS
from orderdesk.domain.returning import find_return, value_of
from orderdesk.domain.shipping import find_parcel
from orderdesk.usecases import bodies, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.parcels import Parcel, Tracking
    from orderdesk.usecases.bodies import Body
    from orderdesk.usecases.situation import Situation


def moved(seen: Situation) -> Body | None:
    event, order = seen.event, seen.order
    if event.source is None or order.stage not in STILL_TRUE.get(event.target, frozenset(Stage)):
        return None
    if event.target in PREPARING.get(event.source, ()):
        return _goes_on(seen)
    move = find_move(event.source, event.target)
    undone = move is not None and move.kind is MoveClass.UNDO
    speak = None if undone else STAGES.get(event.target)
    return speak(seen) if speak else None


def parcel_shipped(seen: Situation) -> Body | None:
    """A part of the order; the last part is told by the stage."""
    parcel = _parcel(seen)
    if parcel is None or seen.order.stage not in HAS_PARCELS:
        return None
    said = words.part_shipped(seen.order, parcel.goods, parcel.tracking)
    return _with_link(said, parcel.tracking)


def parcel_changed(seen: Situation) -> Body | None:
    """Only who has the wrong number needs the right one; a message that waits will say it."""
    order, parcel = seen.order, _parcel(seen)
    if parcel is None or order.stage not in HAS_PARCELS or RANK[parcel.state] == OVER:
        return None
    number = parcel.tracking.number or "own delivery"
    if number != seen.event.data.get("tracking") or not seen.hindsight.heard_of_parcel(parcel):
        return None
    return _with_link(words.tracking_changed(order, parcel.tracking), parcel.tracking)


def return_received(seen: Situation) -> Body | None:
    """A part of the order; that all of it is back is told by the stage."""
    order = seen.order
    if order.stage is not Stage.DELIVERED:
        return None
    try:
        case = find_return(order, seen.event.data.get("return", ""))
    except NotFound:
        return None
    worth = min(value_of(order, case.goods).minor, order.ledger.balance.minor)
    owed = Money(0 if order.refund_waived else worth, order.ledger.currency)
    return bodies.text(words.return_received(order, case.goods, owed))


def _parcel(seen: Situation) -> Parcel | None:
    """None when the move that sent it was taken back."""
    try:
        return find_parcel(seen.order, seen.event.data.get("parcel", ""))
    except NotFound:
        return None


def _goes_on(seen: Situation) -> Body | None:
    """Only who heard that the order was stopped has to hear that it goes on."""
    event, order, hindsight = seen.event, seen.order, seen.hindsight
    if order.stage not in GOING_ON or event.source is None:
        return None
    if event.target is Stage.CONFIRMED and not hindsight.heard_of(Stage.CONFIRMED):
        return _confirmed(seen)
    told = hindsight.heard_of_last(event.source)
    ready = event.target is Stage.PROCESSED and order.fulfilment is Fulfilment.PICKUP
    if ready and (told or not hindsight.heard_of(Stage.PROCESSED)):
        return _processed(seen)
    return bodies.text(words.goes_on(order)) if told else None


def _confirmed(seen: Situation) -> Body:
    return bodies.text(words.confirmed(seen.order, seen.shop_is_closed))


def _on_hold(seen: Situation) -> Body | None:
    """After hours, who was not asked for anything yet hears when that will be; who is confirmed
    was told with that.
    """
    order, event = seen.order, seen.event
    if event.reason_code != AFTER_HOURS:
        return bodies.text(words.on_hold(order))
    if event.source is not Stage.PLACED:
        return None
    until = order.hold.until if order.hold else None
    closed = words.closed(until, seen.store.policy.hours, seen.now) if until else ""
    return bodies.text("\n\n".join(filter(None, (words.thanks(order, again=False), closed))))


def _processed(seen: Situation) -> Body | None:
    """Nothing, unless the customer has to come for it."""
    if seen.order.fulfilment is not Fulfilment.PICKUP:
        return None
    return bodies.text(words.ready_for_pickup(seen.order, seen.store.name))


def _shipped(seen: Situation) -> Body:
    return _with_link(words.shipped(seen.order), seen.order.tracking)


def _with_link(said: str, tracking: Tracking | None) -> Body:
    if tracking and tracking.link:
        return bodies.link(said, words.TRACK, tracking.link)
    return bodies.text(said)


PREPARING: Final = {
    Stage.ON_HOLD: frozenset({Stage.CONFIRMED, Stage.APPROVED, Stage.PROCESSED}),
    Stage.REJECTED: frozenset({Stage.CONFIRMED}),
    Stage.CANCELLED: frozenset({Stage.CONFIRMED, Stage.APPROVED}),
}
GOING_ON: Final = frozenset({Stage.CONFIRMED, Stage.APPROVED, Stage.PROCESSED})
# A message of the stage on the left is still true while the order stands in one on the right.
ARRIVED: Final = frozenset({Stage.DELIVERED, Stage.RETURNED, Stage.ARCHIVED})
HAS_PARCELS: Final = ARRIVED | {Stage.PROCESSED, Stage.SHIPPED, Stage.ON_HOLD}
STILL_TRUE: Final = {
    Stage.CONFIRMED: frozenset(Stage) - {Stage.PLACED, Stage.CANCELLED, Stage.REJECTED},
    Stage.PROCESSED: frozenset({Stage.PROCESSED}),
    Stage.SHIPPED: ARRIVED | {Stage.SHIPPED},
    Stage.DELIVERED: ARRIVED,
    Stage.RETURNED: frozenset({Stage.RETURNED, Stage.ARCHIVED}),
    Stage.CANCELLED: frozenset({Stage.CANCELLED, Stage.ARCHIVED}),
    Stage.REJECTED: frozenset({Stage.REJECTED, Stage.ARCHIVED}),
    Stage.ON_HOLD: frozenset({Stage.ON_HOLD}),
}
STAGES: Final[dict[Stage, Callable[[Situation], Body | None]]] = {
    Stage.CONFIRMED: _confirmed,
    Stage.PROCESSED: _processed,
    Stage.SHIPPED: _shipped,
    Stage.DELIVERED: lambda seen: bodies.text(words.delivered(seen.order, seen.store.name)),
    Stage.CANCELLED: lambda seen: bodies.text(words.cancelled(seen.order, seen.event)),
    Stage.REJECTED: lambda seen: bodies.text(words.rejected(seen.order, seen.event)),
    Stage.RETURNED: lambda seen: bodies.text(words.returned(seen.order, seen.event)),
    Stage.ON_HOLD: _on_hold,
}
