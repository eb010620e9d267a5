"""Which message an event is worth, judged on the order as it is now.

One commit may hold two events (the address came, so the order was confirmed), and a queue may tell
them late. The one that says the most speaks, and what is no longer true is not said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orderdesk.domain.address import AddressStatus
from orderdesk.domain.event import EventType
from orderdesk.domain.ledger import EntryKind, PaymentMethod, PaymentStatus
from orderdesk.domain.lifecycle import MoveClass, Stage, find_move
from orderdesk.usecases import bodies, words
from orderdesk.usecases.questions import (
    address_question,
    cash_button,
    change_address_button,
    payment_question,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.customer import Customer
    from orderdesk.domain.event import Event
    from orderdesk.domain.ledger import Entry
    from orderdesk.domain.order import Order
    from orderdesk.domain.policy import Store
    from orderdesk.usecases.bodies import Body
    from orderdesk.usecases.hindsight import Hindsight


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """`order` is as stored now; `online` says that the shop takes online payments."""

    event: Event
    order: Order
    customer: Customer
    store: Store
    online: bool
    hindsight: Hindsight


def notice(seen: Situation) -> Body | None:
    """The message body for the customer; None when this event is not theirs to hear of."""
    return SPEAKERS[seen.event.type](seen) if seen.event.type in SPEAKERS else None


def link_notice(order: Order, entry: Entry) -> Body:
    """The payment link of a ledger entry, to be tapped."""
    return bodies.link(words.payment_link(order), words.PAY_NOW, entry.link)


def _address_received(seen: Situation) -> Body | None:
    order = seen.order
    # Another address came after this one, and its own event speaks.
    now = " / ".join(order.address.lines) if order.address else ""
    if seen.event.data.get("address", "") != now:
        return None
    incomplete = order.address_status is not AddressStatus.COMPLETE
    said = words.INCOMPLETE if incomplete else words.address_kept(order)
    if seen.event.target not in WAITING:
        return bodies.text(said)
    return _next_question(seen, said) if order.stage in WAITING else None


def _method_chosen(seen: Situation) -> Body | None:
    order, method = seen.order, seen.order.ledger.method
    if method is None or seen.event.data.get("method") != method.value:
        return None
    if method is PaymentMethod.ONLINE:
        return None if seen.online else _without_online(order)
    if seen.event.target not in WAITING:
        return bodies.text(words.cash_chosen(order))
    return _next_question(seen, words.cash_chosen(order)) if order.stage in WAITING else None


def _payment_requested(seen: Situation) -> Body | None:
    asked = seen.order.ledger.open_request
    if asked is None or asked.reference != seen.event.data.get("reference"):
        return None
    return link_notice(seen.order, asked) if _still_to_pay(seen.order) else None


def _payment_failed(seen: Situation) -> Body | None:
    order, asked = seen.order, seen.order.ledger.open_request
    if asked is None or not _still_to_pay(order):
        return None
    # News may come late: the customer has tried again with success since, or failed again.
    if order.ledger.entries[-1].kind is not EntryKind.FAILED:
        return None
    return bodies.buttons(words.payment_failed(order, asked.link), cash_button(order))


def _payment_received(seen: Situation) -> Body | None:
    order, said = seen.order, words.payment_received(seen.order, seen.event.data.get("amount", ""))
    if seen.event.target not in WAITING:
        return bodies.text(said)
    return _next_question(seen, said) if order.stage in WAITING else None


def _moved(seen: Situation) -> Body | None:
    event, order = seen.event, seen.order
    if event.source is None or order.stage not in STILL_TRUE.get(event.target, frozenset(Stage)):
        return None
    if event.source in PREPARING and event.target in PREPARING[event.source]:
        return _goes_on(seen)
    move = find_move(event.source, event.target)
    undone = move is not None and move.kind is MoveClass.UNDO
    speak = None if undone else STAGES.get(event.target)
    return speak(seen) if speak else None


def _goes_on(seen: Situation) -> Body | None:
    """Only who heard that the order was stopped has to hear that it goes on."""
    event, order = seen.event, seen.order
    if order.stage not in GOING_ON or event.source is None:
        return None
    if event.target is Stage.CONFIRMED and not seen.hindsight.heard_of(Stage.CONFIRMED):
        return _confirmed(seen)
    told = seen.hindsight.heard_of_last(event.source)
    return bodies.text(words.goes_on(order)) if told else None


def _confirmed(seen: Situation) -> Body:
    return bodies.text(words.confirmed(seen.order))


def _next_question(seen: Situation, opening: str) -> Body:
    """What to ask for next, below what has just been understood."""
    order = seen.order
    if order.address_status is not AddressStatus.COMPLETE:
        return address_question(opening, customer=seen.customer, store=seen.store)
    asked = order.ledger.open_request
    partly_paid = order.payment_status is PaymentStatus.PARTIALLY_PAID
    if order.ledger.method is None or partly_paid:
        return payment_question(opening, order, online=seen.online, change_address=True)
    if asked and _still_to_pay(order):
        said = f"{opening}\n\n{words.payment_link(order)}"
        return bodies.link(said, words.PAY_NOW, asked.link)
    return bodies.buttons(opening, change_address_button(order))


def _without_online(order: Order) -> Body:
    said = words.no_online_payment(order)
    return payment_question(said, order, online=False, change_address=False)


def _still_to_pay(order: Order) -> bool:
    online = order.ledger.method is not PaymentMethod.CASH_ON_DELIVERY
    unpaid = order.payment_status not in {PaymentStatus.PAID, PaymentStatus.OVERPAID}
    return online and unpaid and order.stage not in STOPPED


def _shipped(seen: Situation) -> Body:
    said = words.shipped(seen.order)
    tracking = seen.order.tracking
    if tracking and tracking.link:
        return bodies.link(said, words.TRACK, tracking.link)
    return bodies.text(said)


WAITING: Final = frozenset({Stage.PLACED, Stage.ABANDONED})
STOPPED: Final = frozenset({Stage.CANCELLED, Stage.REJECTED, Stage.RETURNED, Stage.ARCHIVED})
PREPARING: Final = {
    Stage.ON_HOLD: frozenset({Stage.CONFIRMED, Stage.APPROVED, Stage.PROCESSED}),
    Stage.REJECTED: frozenset({Stage.CONFIRMED}),
    Stage.CANCELLED: frozenset({Stage.CONFIRMED, Stage.APPROVED}),
}
GOING_ON: Final = frozenset({Stage.CONFIRMED, Stage.APPROVED, Stage.PROCESSED})
# A message of the stage on the left is still true while the order stands in one on the right.
ARRIVED: Final = frozenset({Stage.DELIVERED, Stage.RETURNED, Stage.ARCHIVED})
STILL_TRUE: Final = {
    Stage.CONFIRMED: frozenset(Stage) - {Stage.PLACED, Stage.CANCELLED, Stage.REJECTED},
    Stage.SHIPPED: ARRIVED | {Stage.SHIPPED},
    Stage.DELIVERED: ARRIVED,
    Stage.RETURNED: frozenset({Stage.RETURNED, Stage.ARCHIVED}),
    Stage.CANCELLED: frozenset({Stage.CANCELLED, Stage.ARCHIVED}),
    Stage.REJECTED: frozenset({Stage.REJECTED, Stage.ARCHIVED}),
    Stage.ON_HOLD: frozenset({Stage.ON_HOLD}),
}
STAGES: Final[dict[Stage, Callable[[Situation], Body]]] = {
    Stage.CONFIRMED: _confirmed,
    Stage.SHIPPED: _shipped,
    Stage.DELIVERED: lambda seen: bodies.text(words.delivered(seen.order, seen.store.name)),
    Stage.CANCELLED: lambda seen: bodies.text(words.cancelled(seen.order, seen.event)),
    Stage.REJECTED: lambda seen: bodies.text(words.rejected(seen.order, seen.event)),
    Stage.RETURNED: lambda seen: bodies.text(words.returned(seen.order, seen.event)),
    Stage.ON_HOLD: lambda seen: bodies.text(words.on_hold(seen.order)),
}
SPEAKERS: Final[dict[EventType, Callable[[Situation], Body | None]]] = {
    EventType.ADDRESS_RECEIVED: _address_received,
    EventType.PAYMENT_METHOD_CHOSEN: _method_chosen,
    EventType.PAYMENT_REQUESTED: _payment_requested,
    EventType.PAYMENT_FAILED: _payment_failed,
    EventType.PAYMENT_RECEIVED: _payment_received,
    EventType.MOVED: _moved,
}
