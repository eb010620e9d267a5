"""What a customer hears of an order's way: its stages, its parcels, and what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import NotFound
from orderdesk.domain.money.money import Money
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.lifecycle import MoveClass, Stage, find_move
from orderdesk.domain.orders.parcels import OVER, RANK, Fulfilment
from orderdesk.domain.orders.reasons import AFTER_HOURS, MERGED, REPLACED
from orderdesk.domain.orders.returning import find_return, value_of
from orderdesk.domain.orders.shipping import find_parcel
from orderdesk.usecases.language.events import money_back, reason_of
from orderdesk.usecases.language.moments import closed_until
from orderdesk.usecases.language.spoken import Spoken, linked, plain
from orderdesk.usecases.language.variables import NAME_MAX, contents, one_line
from orderdesk.usecases.messages import bodies

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.orders.parcels import Parcel, Tracking
    from orderdesk.usecases.messages.situation import Situation


def moved(seen: Situation) -> Spoken | None:
    event, order = seen.event, seen.order
    if event.source is None or order.stage not in STILL_TRUE.get(event.target, frozenset(Stage)):
        return None
    if event.target in PREPARING.get(event.source, ()):
        return _goes_on(seen)
    move = find_move(event.source, event.target)
    undone = move is not None and move.kind is MoveClass.UNDO
    speak = None if undone else STAGES.get(event.target)
    return speak(seen) if speak else None


def parcel_shipped(seen: Situation) -> Spoken | None:
    """A part of the order; the last part is told by the stage."""
    parcel = _parcel(seen)
    if parcel is None or seen.order.stage not in HAS_PARCELS:
        return None
    inside = contents(seen.words, seen.order, parcel.goods)
    return _on_its_way(seen, "part_shipped", parcel.tracking, contents=inside)


def parcel_changed(seen: Situation) -> Spoken | None:
    """Only who has the wrong number needs the right one; a message that waits will say it."""
    order, parcel = seen.order, _parcel(seen)
    if parcel is None or order.stage not in HAS_PARCELS or RANK[parcel.state] == OVER:
        return None
    number = parcel.tracking.number or "own delivery"
    if number != seen.event.data.get("tracking") or not seen.hindsight.heard_of_parcel(parcel):
        return None
    return _on_its_way(seen, "tracking_changed", parcel.tracking)


def return_received(seen: Situation) -> Spoken | None:
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
    return plain(
        seen.words,
        "return_received",
        order,
        contents=contents(seen.words, order, case.goods),
        money_back=money_back(seen.words, owed),
    )


def _parcel(seen: Situation) -> Parcel | None:
    """None when the move that sent it was taken back."""
    try:
        return find_parcel(seen.order, seen.event.data.get("parcel", ""))
    except NotFound:
        return None


def _goes_on(seen: Situation) -> Spoken | None:
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
    return plain(seen.words, "goes_on", order) if told else None


def _confirmed(seen: Situation) -> Spoken | None:
    return plain(seen.words, "confirmed", seen.order, closed=seen.shop_is_closed)


def _on_hold(seen: Situation) -> Spoken | None:
    """After hours, who was not asked for anything yet hears when that will be; who is confirmed
    was told with that.
    """
    order, event = seen.order, seen.event
    if event.reason_code != AFTER_HOURS:
        return plain(seen.words, "on_hold", order)
    if event.source is not Stage.PLACED:
        return None
    until = order.hold.until if order.hold else None
    closed = closed_until(seen.words, until, seen.now) if until else ""
    said = bodies.below(seen.words.text("order_received", order), closed)
    return Spoken("order_received", bodies.text(said))


def _processed(seen: Situation) -> Spoken | None:
    """Nothing, unless the customer has to come for it."""
    if seen.order.fulfilment is not Fulfilment.PICKUP:
        return None
    return plain(seen.words, "ready_for_pickup", seen.order)


def _shipped(seen: Situation) -> Spoken | None:
    """All of it, or the rest of it."""
    order = seen.order
    if len(order.parcels) > 1:
        inside = contents(seen.words, order, order.parcels[-1].goods)
        return _on_its_way(seen, "rest_shipped", order.tracking, contents=inside)
    return _on_its_way(seen, "shipped", order.tracking)


def _on_its_way(seen: Situation, name: str, tracking: Tracking | None, **own: str) -> Spoken | None:
    if tracking is None or tracking.own_delivery:
        return plain(seen.words, f"{name}_by_us", seen.order, **own)
    return linked(
        seen.words,
        name,
        seen.order,
        button="track",
        url=tracking.link,
        carrier=one_line(tracking.carrier, NAME_MAX),
        tracking_number=one_line(tracking.number, NAME_MAX),
        **own,
    )


def _delivered(seen: Situation) -> Spoken | None:
    picked_up = seen.order.fulfilment is Fulfilment.PICKUP
    return plain(seen.words, "picked_up" if picked_up else "delivered", seen.order)


def _cancelled(seen: Situation) -> Spoken | None:
    if seen.event.reason_code in TOLD_WITH_THE_CART:
        return None
    if seen.event.by.kind is not ActorKind.CUSTOMER:
        return _ended(seen, "cancelled")
    back = money_back(seen.words, seen.order.ledger.balance)
    return plain(seen.words, "cancelled_as_asked", seen.order, money_back=back)


def _ended(seen: Situation, name: str) -> Spoken | None:
    return plain(
        seen.words,
        name,
        seen.order,
        reason=reason_of(seen.words, seen.event),
        money_back=money_back(seen.words, seen.order.ledger.balance),
    )


def _returned(seen: Situation) -> Spoken | None:
    """All of it: from the courier who could not deliver it, or from the customer."""
    came_back = seen.event.source is Stage.SHIPPED
    return _ended(seen, "not_delivered" if came_back else "returned")


# What became of two carts is told of the one that goes on.
TOLD_WITH_THE_CART: Final = frozenset({MERGED, REPLACED})
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
STAGES: Final[dict[Stage, Callable[[Situation], Spoken | None]]] = {
    Stage.CONFIRMED: _confirmed,
    Stage.PROCESSED: _processed,
    Stage.SHIPPED: _shipped,
    Stage.DELIVERED: _delivered,
    Stage.CANCELLED: _cancelled,
    Stage.REJECTED: lambda seen: _ended(seen, "rejected"),
    Stage.RETURNED: _returned,
    Stage.ON_HOLD: _on_hold,
}
