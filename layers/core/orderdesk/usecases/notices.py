"""Which message an event is worth, judged on the order as it is now.

One commit may hold two events (the address came, so the order was confirmed), and a queue may tell
them late. The one that says the most speaks, and what is no longer true is not said.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.address import AddressStatus
from orderdesk.domain.event import EventType
from orderdesk.domain.guards import is_address_complete
from orderdesk.domain.ledger import EntryKind, PaymentMethod, PaymentStatus
from orderdesk.domain.lifecycle import Stage
from orderdesk.domain.timing import is_ready
from orderdesk.usecases import address_words, bodies, milestones, words
from orderdesk.usecases.address_question import Asked, address_question
from orderdesk.usecases.language.words import Words
from orderdesk.usecases.order_details import payment_body
from orderdesk.usecases.questions import (
    cash_button,
    change_address_button,
    payment_question,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.ledger import Entry
    from orderdesk.domain.order import Order
    from orderdesk.domain.policy import Policy
    from orderdesk.usecases.bodies import Body
    from orderdesk.usecases.situation import Situation


def notice(seen: Situation) -> Body | None:
    """The message body for the customer; None when this event is not theirs to hear of."""
    return SPEAKERS[seen.event.type](seen) if seen.event.type in SPEAKERS else None


def link_notice(order: Order, entry: Entry, policy: Policy, opening: str = "") -> Body:
    """What a ledger entry asks the customer to pay, in the way that it asks for."""
    if entry.method is PaymentMethod.TRANSFER:
        said = words.transfer_to(order, entry, policy.transfer)
    elif entry.method is PaymentMethod.WHATSAPP_PAY:
        said = words.review_and_pay(order)
    else:
        said = words.payment_link(order)
    whole = "\n\n".join(filter(None, (opening, said)))
    return payment_body(order, entry, policy=policy, said=whole, pay_now=words.PAY_NOW)


def _address_received(seen: Situation) -> Body | None:
    order = seen.order
    # Another address came after this one, and its own event speaks.
    now = " / ".join(order.address.lines) if order.address else ""
    if seen.event.data.get("address", "") != now:
        return None
    incomplete = order.address_status is not AddressStatus.COMPLETE
    said = _what_is_wrong(seen) if incomplete else words.address_kept(order)
    if seen.event.target not in WAITING:
        return bodies.text(said)
    return _next_question(seen, said) if order.stage in WAITING else None


def _what_is_wrong(seen: Situation) -> str:
    given = seen.order.address
    if given is None or not given.flaws:
        return words.INCOMPLETE
    own_words = Words.for_customer(seen.store, seen.customer)
    return address_words.in_words(own_words, given, country=seen.store.country)


def _method_chosen(seen: Situation) -> Body | None:
    order, method = seen.order, seen.order.ledger.method
    if method is None or seen.event.data.get("method") != method.value:
        return None
    if method is not PaymentMethod.CASH_ON_DELIVERY:
        return None if method in seen.ways else _without(seen)
    if seen.event.target not in WAITING:
        return bodies.text(words.cash_chosen(order))
    return _next_question(seen, words.cash_chosen(order)) if order.stage in WAITING else None


def _payment_requested(seen: Situation) -> Body | None:
    asked = seen.order.ledger.open_request
    if asked is None or asked.reference != seen.event.data.get("reference"):
        return None
    return link_notice(seen.order, asked, seen.store.policy) if _still_to_pay(seen.order) else None


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


def _refunded(seen: Situation) -> Body:
    online = bool(seen.event.data.get("provider"))
    amount = seen.event.data.get("amount", "")
    return bodies.text(words.refunded(seen.order, amount, online=online))


def _reminder_due(seen: Situation) -> Body | None:
    """Asks for exactly what is missing, while the customer may be written to for free.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
    """
    order, heard_at = seen.order, seen.customer.last_inbound_at
    may_write = heard_at is not None and seen.now < heard_at + WINDOW
    # The customer did something since, or the next reminder is due already.
    overtaken = seen.event.data.get("reminder") != str(order.reminded)
    paid = order.ledger.balance.minor > 0
    if order.stage is not Stage.PLACED or is_ready(order) or paid or overtaken or not may_write:
        return None
    if not is_address_complete(order):
        said = words.waits_for_address(order)
    else:
        said = words.waits_for_payment(order)
    return _next_question(seen, said)


def _next_question(seen: Situation, opening: str) -> Body:
    """What to ask for next, below what has just been understood."""
    order = seen.order
    if not is_address_complete(order):
        return address_question(opening, _asked(seen))
    asked = order.ledger.open_request
    partly_paid = order.payment_status is PaymentStatus.PARTIALLY_PAID
    if order.ledger.method is None or partly_paid:
        change = order.needs_address
        return payment_question(opening, order, ways=seen.ways, change_address=change)
    if asked and _still_to_pay(order):
        return link_notice(order, asked, seen.store.policy, opening)
    return bodies.buttons(opening, change_address_button(order))


def _asked(seen: Situation) -> Asked:
    return Asked(
        order=seen.order,
        customer=seen.customer,
        store=seen.store,
        pages=seen.pages,
        now=seen.now,
    )


def _without(seen: Situation) -> Body:
    """What the customer chose cannot be had just now."""
    said = words.no_online_payment(seen.order)
    return payment_question(said, seen.order, ways=seen.ways, change_address=False)


def _still_to_pay(order: Order) -> bool:
    online = order.ledger.method is not PaymentMethod.CASH_ON_DELIVERY
    unpaid = order.payment_status not in {PaymentStatus.PAID, PaymentStatus.OVERPAID}
    return online and unpaid and order.stage not in STOPPED


WAITING: Final = frozenset({Stage.PLACED, Stage.ABANDONED})
STOPPED: Final = frozenset({Stage.CANCELLED, Stage.REJECTED, Stage.RETURNED, Stage.ARCHIVED})
# Within a day of the customer's last message, a business may write as it likes.
WINDOW: Final = timedelta(hours=24)
SPEAKERS: Final[dict[EventType, Callable[[Situation], Body | None]]] = {
    EventType.ADDRESS_RECEIVED: _address_received,
    EventType.PAYMENT_METHOD_CHOSEN: _method_chosen,
    EventType.PAYMENT_REQUESTED: _payment_requested,
    EventType.PAYMENT_FAILED: _payment_failed,
    EventType.PAYMENT_RECEIVED: _payment_received,
    EventType.REFUNDED: _refunded,
    EventType.REMINDER_DUE: _reminder_due,
    EventType.MOVED: milestones.moved,
    EventType.PARCEL_SHIPPED: milestones.parcel_shipped,
    EventType.PARCEL_CHANGED: milestones.parcel_changed,
    EventType.RETURN_RECEIVED: milestones.return_received,
}
