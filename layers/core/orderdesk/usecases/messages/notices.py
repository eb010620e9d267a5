"""Which message an event is worth, judged on the order as it is now.

One commit may hold two events (the address came, so the order was confirmed), and a queue may tell
them late. The one that says the most speaks, and what is no longer true is not said.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.money.ledger import EntryKind, PaymentMethod
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.guards import is_address_complete
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.parcels import Fulfilment
from orderdesk.domain.orders.timing import is_ready
from orderdesk.domain.people.address import AddressStatus
from orderdesk.usecases.language.events import amount_told, owed_back, reason_of, still_due
from orderdesk.usecases.language.spoken import Spoken, plain
from orderdesk.usecases.language.variables import at_the_door
from orderdesk.usecases.messages import address_words, bodies, milestones
from orderdesk.usecases.messages.address_question import Asked
from orderdesk.usecases.messages.questions import (
    STOPPED,
    change_address_button,
    is_to_be_verified,
    pay_button,
    payment_question,
    payment_request,
    still_to_pay,
    verify_question,
    what_next,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from orderdesk.domain.people.address import Address
    from orderdesk.usecases.messages.situation import Situation


def notice(seen: Situation) -> Spoken | None:
    """The message for the customer; None when this event is not theirs to hear of."""
    return SPEAKERS[seen.event.type](seen) if seen.event.type in SPEAKERS else None


def _address_received(seen: Situation) -> Spoken | None:
    order = seen.order
    # Another address came after this one, and its own event speaks.
    now = " / ".join(order.address.lines) if order.address else ""
    if seen.event.data.get("address", "") != now:
        return None
    if order.address and order.address_status is not AddressStatus.COMPLETE:
        return _then_ask(seen, "address_incomplete", _what_is_wrong(seen, order.address))
    own = {"new_total": _new_total(seen)}
    said = seen.words.text("address_kept", order, **own)
    if _takes_no_cash(seen):
        said = "\n".join((said, seen.words.text("no_cash_there", order)))
    return _then_ask(seen, "address_kept", said, **own)


def _takes_no_cash(seen: Situation) -> bool:
    """Whether cash, which the shop takes elsewhere, cannot be paid at the place of this order."""
    cash, order = PaymentMethod.CASH_ON_DELIVERY, seen.order
    wanted = order.ledger.method is None and cash in order.terms.offered(order.total.minor)
    return wanted and cash not in seen.ways


def _what_is_wrong(seen: Situation, given: Address) -> str:
    if not given.flaws:
        return seen.words.part("half_an_address")
    return address_words.in_words(seen.words, given, country=seen.store.country)


def _new_total(seen: Situation) -> str:
    """What delivery to this place costs, when it is not what the shop takes elsewhere."""
    order, fee = seen.order, seen.order.shipping_fee
    if fee is None or fee.minor == order.terms.shipping.fee:
        return ""
    shipping = seen.words.money(order.amounts.shipping)
    return seen.words.part("new_total", order, shipping=shipping)


def _method_chosen(seen: Situation) -> Spoken | None:
    order, method = seen.order, seen.order.ledger.method
    if method is None or seen.event.data.get("method") != method.value:
        return None
    if method is not PaymentMethod.CASH_ON_DELIVERY:
        return None if method in seen.ways else _without(seen)
    if is_to_be_verified(order) and is_address_complete(order):
        return verify_question(seen.words, order)
    pickup = order.fulfilment is Fulfilment.PICKUP
    name = "cash_chosen_for_pickup" if pickup else "cash_chosen"
    return _then_ask(seen, name, seen.words.optional(name, order))


def _payment_requested(seen: Situation) -> Spoken | None:
    asked = seen.order.ledger.open_request
    if asked is None or asked.reference != seen.event.data.get("reference"):
        return None
    if not still_to_pay(seen.order):
        return None
    return payment_request(seen.words, seen.order, asked)


def _payment_failed(seen: Situation) -> Spoken | None:
    """The link stands in the text, because a message has either a link button or reply buttons."""
    order, words, asked = seen.order, seen.words, seen.order.ledger.open_request
    if asked is None or not still_to_pay(order):
        return None
    # News may come late: the customer has tried again with success since, or failed again.
    if order.ledger.entries[-1].kind is not EntryKind.FAILED:
        return None
    cash = PaymentMethod.CASH_ON_DELIVERY
    if cash not in seen.ways:
        return plain(words, "payment_failed", order, link=asked.link)
    own = {"link": asked.link, "or_cash": words.part(at_the_door("or_cash", order), order)}
    said = words.text("payment_failed", order, **own)
    return Spoken("payment_failed", bodies.buttons(said, pay_button(words, order, cash)), own)


def _payment_received(seen: Situation) -> Spoken | None:
    own = {
        "amount": amount_told(seen.words, seen.event, seen.order),
        "still_due": still_due(seen.words, seen.order),
        "money_back": owed_back(seen.words, seen.order),
    }
    said = seen.words.optional("payment_received", seen.order, **own)
    return _then_ask(seen, "payment_received", said, **own)


def _claimed(seen: Situation) -> Spoken | None:
    """Only who sent the proof has to hear that it came."""
    waits = any(each.id == seen.event.data.get("request") for each in seen.order.ledger.open_claims)
    return plain(seen.words, "proof_received", seen.order) if waits else None


def _claim_declined(seen: Situation) -> Spoken | None:
    if seen.order.amount_due.minor <= 0 or seen.order.ledger.open_claims:
        return None
    return plain(
        seen.words,
        "claim_declined",
        seen.order,
        amount=amount_told(seen.words, seen.event, seen.order),
        reason=reason_of(seen.words, seen.event),
    )


def _refunded(seen: Situation) -> Spoken | None:
    online = bool(seen.event.data.get("provider"))
    return plain(
        seen.words,
        "refunded",
        seen.order,
        amount=amount_told(seen.words, seen.event, seen.order),
        days=seen.words.part("refund_days") if online else "",
    )


def _lines_changed(seen: Situation) -> Spoken | None:
    """What the catalog said before the customer was asked for anything stood in the question."""
    order, why = seen.order, seen.event.data.get("why")
    by_people = seen.event.by.kind is ActorKind.STAFF
    if why not in OTHER_TOTAL or order.stage in OVER:
        return None
    if not by_people and not seen.hindsight.was_asked():
        return None
    own = {
        "still_due": still_due(seen.words, seen.order) if seen.order.ledger.captured.minor else "",
        "money_back": owed_back(seen.words, seen.order),
    }
    said = seen.words.optional("lines_changed", seen.order, **own)
    return _then_ask(seen, "lines_changed", said, **own)


def _reminder_due(seen: Situation) -> Spoken | None:
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
    missing = "waits_for_payment" if is_address_complete(order) else "waits_for_address"
    said = seen.words.optional(missing, order)
    spoken = _then_ask(seen, missing, said) if said else None
    return replace(spoken, purpose=missing) if spoken else None


def _then_ask(seen: Situation, name: str, said: str, **own: str) -> Spoken | None:
    """What was understood, and below it what to ask for next while the order still waits.

    `said` is empty when the shop has muted it: the question is asked nevertheless.
    """
    order = seen.order
    if seen.event.target not in WAITING:
        return Spoken(name, bodies.text(said), own) if said else None
    if order.stage not in WAITING:
        return None
    asked = what_next(said, _asked(seen), ways=seen.ways)
    if asked or not said:
        return asked
    return Spoken(name, bodies.buttons(said, change_address_button(seen.words, order)), own)


def _asked(seen: Situation) -> Asked:
    return Asked(
        order=seen.order,
        customer=seen.customer,
        store=seen.store,
        pages=seen.pages,
        now=seen.now,
    )


def _without(seen: Situation) -> Spoken:
    """What the customer chose cannot be had just now."""
    said = seen.words.text("no_online_payment", seen.order)
    return payment_question(seen.words, said, seen.order, ways=seen.ways, change_address=False)


OTHER_TOTAL: Final = frozenset({"edited", "repriced"})
OVER: Final = STOPPED | milestones.ARRIVED
WAITING: Final = frozenset({Stage.PLACED, Stage.ABANDONED})
# Within a day of the customer's last message, a business may write as it likes.
WINDOW: Final = timedelta(hours=24)
SPEAKERS: Final[dict[EventType, Callable[[Situation], Spoken | None]]] = {
    EventType.ADDRESS_RECEIVED: _address_received,
    EventType.PAYMENT_METHOD_CHOSEN: _method_chosen,
    EventType.PAYMENT_REQUESTED: _payment_requested,
    EventType.PAYMENT_FAILED: _payment_failed,
    EventType.PAYMENT_RECEIVED: _payment_received,
    EventType.PAYMENT_CLAIMED: _claimed,
    EventType.PAYMENT_CLAIM_DECLINED: _claim_declined,
    EventType.REFUNDED: _refunded,
    EventType.LINES_CHANGED: _lines_changed,
    EventType.REMINDER_DUE: _reminder_due,
    EventType.MOVED: milestones.moved,
    EventType.PARCEL_SHIPPED: milestones.parcel_shipped,
    EventType.PARCEL_CHANGED: milestones.parcel_changed,
    EventType.RETURN_RECEIVED: milestones.return_received,
}
