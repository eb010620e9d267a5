"""Whether a message still leaves, and as what: the cheapest form that Meta allows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from orderdesk.domain.messages.conversation import Delivery, Direction, Form
from orderdesk.domain.messages.window import is_open
from orderdesk.domain.money.budget import Level
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.usecases.customers.costs import allowance
from orderdesk.usecases.payments.order_status import order_status

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.messages.conversation import Message
    from orderdesk.domain.orders.order import Order
    from orderdesk.domain.people.customer import Customer
    from orderdesk.usecases.messages.bodies import Body
    from orderdesk.usecases.messages.send import Mailroom

HANDED_OVER: Final = "Not sent: Meta's business agent is talking with this customer."
ERASED: Final = "Not sent: everything about this customer was erased."
OPTED_OUT: Final = "Not sent: the customer wants no messages."
NO_MARKETING: Final = "Not sent: the customer wants no advertising."
PAST: Final = "Not sent: the order has gone on meanwhile, and nothing is asked any more."
TOO_OLD: Final = (
    "Not sent: it waited for two days. Look at the order, and send it again if it helps."
)
CLOSED: Final = (
    "The customer wrote more than 24 hours ago, so only a template reaches them, and the shop has "
    "none for this message: name an approved one in the settings, or call the customer."
)
UNUSABLE: Final = (
    "The customer wrote more than 24 hours ago, so only a template reaches them, and Meta says "
    "that {name} ({language}) is {status}: see WhatsApp Manager."
)
EXPIRES: Final = timedelta(hours=48)
THREAD: Final = 50
# About the wish itself: it is answered whatever the wish is.
ABOUT_WISHES: Final = frozenset({"opted_out", "marketing_opted_out", "opted_in"})
OVER: Final = frozenset({Stage.CANCELLED, Stage.REJECTED, Stage.RETURNED, Stage.ARCHIVED})
# What asks for an address or money, or reminds of them.
ASKS: Final = frozenset(
    {
        *("order_received", "order_resumed", "ask_about_cart"),
        *("ask_address_form", "ask_address", "ask_address_elsewhere", "ask_location"),
        *("ask_saved_address", "ask_which_address", "ask_payment", "verify_cash"),
        *("payment_link", "whatsapp_pay", "transfer", "waits_for_address", "waits_for_payment"),
    }
)
ASKS_FOR_MONEY: Final = frozenset({"payment_link", "whatsapp_pay", "transfer"})


@dataclass(frozen=True, slots=True)
class Letter:
    body: Body
    form: Form


@dataclass(frozen=True, slots=True)
class Returned:
    """It does not leave: WITHDRAWN when nothing is amiss, FAILED when somebody should know."""

    delivery: Delivery
    reason: str


def choose(
    message: Message, customer: Customer, order: Order | None, *, room: Mailroom, now: datetime
) -> Letter | Returned:
    """Free words or an order status while the window is open, else the template. Never free words
    into a closed window.
    """
    reason = _no_longer(message, customer, order, now)
    if reason:
        return Returned(Delivery.WITHDRAWN, reason)
    waits_since = message.next_attempt_at or message.at
    if now - waits_since > EXPIRES:
        return Returned(Delivery.FAILED, TOO_OLD)
    store = room.stores.get(message.store_id)
    allowed = allowance(message, store, costs=room.costs, now=now)
    if not allowed.allowed:
        return Returned(Delivery.WITHDRAWN, allowed.reason)
    if allowed.level is Level.REACHED and room.over_limit:
        room.over_limit()
    opened = is_open(_last_inbound_at(message, customer, room), now=now)
    return in_form(message, order, is_open=opened, room=room)


def in_form(
    message: Message, order: Order | None, *, is_open: bool, room: Mailroom
) -> Letter | Returned:
    """The message as what it may leave as; `form` of a message that says so is kept to."""
    body: Body = json.loads(message.details)
    if message.kind == "template":
        return _approved(message, body, room)
    if not is_open or message.form == Form.TEMPLATE:
        return as_template(message, room=room)
    status = order_status(message, body, order) if message.form != Form.FREE else None
    return Letter(status, Form.ORDER_STATUS) if status else Letter(body, Form.FREE)


def as_template(message: Message, *, room: Mailroom) -> Letter | Returned:
    if not message.template:
        return Returned(Delivery.FAILED, CLOSED)
    return _approved(message, json.loads(message.template), room)


def _approved(message: Message, body: Body, room: Mailroom) -> Letter | Returned:
    """What Meta never told us about is tried: it may have been made before we listened."""
    template: Any = body["template"]
    name, language = str(template["name"]), str(template["language"]["code"])
    known = room.templates.find(message.store_id, name, language)
    if known is None or known.is_usable:
        return Letter(body, Form.TEMPLATE)
    why = UNUSABLE.format(name=name, language=language, status=known.status.lower())
    return Returned(Delivery.FAILED, why)


def _no_longer(message: Message, customer: Customer, order: Order | None, now: datetime) -> str:
    """Why nothing is sent any more; empty when it is."""
    if customer.erased_at:
        return ERASED
    if customer.handed_over:
        return HANDED_OVER
    if message.marketing and not customer.wants_marketing:
        return NO_MARKETING
    if customer.opted_out_at and not _waits_for_answer(message, customer, now):
        return OPTED_OUT
    return PAST if order and _is_past(message, order) else ""


def _waits_for_answer(message: Message, customer: Customer, now: datetime) -> bool:
    """Whoever opted out and wrote again afterwards, or is told that they did."""
    if message.purpose in ABOUT_WISHES:
        return True
    wrote, out = customer.last_inbound_at, customer.opted_out_at
    return bool(wrote and out and wrote > out and is_open(wrote, now=now))


def _is_past(message: Message, order: Order) -> bool:
    over = order.stage in OVER or bool(order.merged_into)
    paid = message.purpose in ASKS_FOR_MONEY and order.amount_due.minor <= 0
    return (message.purpose in ASKS and over) or paid


def _last_inbound_at(message: Message, customer: Customer, room: Mailroom) -> datetime | None:
    """Each of the shop's numbers has a window of its own. We keep the time of the last message to
    any; when that went to another number, the thread knows the last one to this.
    """
    if message.phone_number_id == customer.phone_number_id or not customer.last_inbound_at:
        return customer.last_inbound_at
    thread = room.conversations.page(customer.store_id, customer.customer_id, limit=THREAD)
    theirs = (
        each.at
        for each in thread.items
        if each.direction is Direction.INBOUND and each.phone_number_id == message.phone_number_id
    )
    return max(theirs, default=None)
