"""Telling a customer what happened to their order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from orderdesk.domain.errors import Invalid
from orderdesk.domain.money.ledger import PaymentMethod
from orderdesk.domain.orders.actor import ActorKind
from orderdesk.domain.orders.event import EventType
from orderdesk.domain.orders.lifecycle import Stage
from orderdesk.domain.orders.reasons import AFTER_HOURS
from orderdesk.usecases.language.approved import template_of
from orderdesk.usecases.language.words import Words
from orderdesk.usecases.messages.hindsight import Hindsight, message_key
from orderdesk.usecases.messages.notices import SPEAKERS, notice
from orderdesk.usecases.messages.questions import payment_request
from orderdesk.usecases.messages.say import say
from orderdesk.usecases.messages.situation import Situation
from orderdesk.usecases.orders.remember_address import remember_address
from orderdesk.usecases.orders.serviceable import takes_cash
from orderdesk.usecases.payments.offers import is_connected, offered
from orderdesk.usecases.payments.request_payment import Till, request_payment, void_requests

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.language.spoken import Spoken
    from orderdesk.usecases.ports import (
        Conversations,
        Customers,
        Gateways,
        Later,
        Orders,
        Outbox,
        PageLinks,
        Places,
        Stores,
    )

STOPS: Final = frozenset({Stage.CANCELLED, Stage.REJECTED})
PROMPT: Final = frozenset({Stage.PLACED, Stage.CONFIRMED})
OTHER_TOTAL: Final = frozenset(
    {EventType.LINES_CHANGED, EventType.SHIPPING_PRICED, EventType.FULFILMENT_CHOSEN}
)
# All that a customer's messages or their requests for money follow from.
HEARD_OF: Final = OTHER_TOTAL | SPEAKERS.keys()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What it takes to answer a customer; without `pages` nothing links to one, without `places`
    the shop delivers everywhere.
    """

    orders: Orders
    stores: Stores
    customers: Customers
    conversations: Conversations
    outbox: Outbox
    later: Later
    gateways: Gateways
    pages: PageLinks | None = None
    places: Places | None = None


def notify_customer(event: Event, *, desk: Desk, now: datetime) -> None:
    """Do what the event asks for in payment, send the one message it is worth, if any, and keep an
    address that has proven itself for the customer's next order.

    What may still be taken back is not told yet: it comes here again when the grace period is over.
    Safe to repeat: links and messages are made once per event. Raises NotFound, and what is worth
    another try: Unavailable, Stale.
    """
    order = desk.orders.get(event.store_id, event.order_id)
    spoken = _ask_to_pay(event, order, desk, now) if _asks_for_money(event, order) else None
    spoken = spoken or _notice(event, order, desk, now)
    if spoken is not None and not _put_off(event, desk, now):
        _say(event, order, spoken, desk, now)
    _void_links(event, order, desk, now)
    remember_address(event, order, customers=desk.customers)


def _put_off(event: Event, desk: Desk, now: datetime) -> bool:
    """False for what is not a move, or the customer's own, or the answer that they wait for."""
    own = event.by.kind is ActorKind.CUSTOMER
    answer = event.target in PROMPT or event.reason_code == AFTER_HOURS
    if event.type is not EventType.MOVED or own or answer:
        return False
    grace = desk.stores.get(event.store_id).policy.grace_period
    left = event.at + grace - now
    if not grace or left <= timedelta():
        return False
    desk.later.put(event, left)
    return True


def _asks_for_money(event: Event, order: Order) -> bool:
    """Whether the customer chose a way to pay that begins with our asking, or was asked for what
    the order does not cost any more.
    """
    method, asked = order.ledger.method, order.ledger.open_request
    chosen = event.type is EventType.PAYMENT_METHOD_CHOSEN and event.data.get("method") == method
    other_total = event.type in OTHER_TOTAL and asked and asked.amount != order.amount_due
    wanted = method not in {None, PaymentMethod.CASH_ON_DELIVERY} and order.amount_due.minor > 0
    return (
        bool(chosen or other_total)
        and wanted
        and order.stage not in STOPS | {Stage.RETURNED, Stage.ARCHIVED}
    )


def _ask_to_pay(event: Event, order: Order, desk: Desk, now: datetime) -> Spoken | None:
    """Make the request; the event of its booking sends it. One from before is sent again here."""
    policy = desk.stores.get(order.store_id).policy
    method = order.ledger.method
    if method is None or not is_connected(
        method, policy, desk.gateways, currency=order.ledger.currency
    ):
        return None
    asked = order.ledger.open_request
    try:
        after = request_payment(order, _till(desk, now))
    except Invalid:
        return _notice(event, order, desk, now, refused=method)
    from_before = asked is not None and asked.at < event.at and after is order
    if asked is None or not from_before:
        return None
    customer = desk.customers.get(order.store_id, order.customer.customer_id)
    words = Words.for_customer(desk.stores.get(order.store_id), customer)
    return payment_request(words, order, asked)


def _till(desk: Desk, now: datetime) -> Till:
    return Till(gateways=desk.gateways, orders=desk.orders, stores=desk.stores, now=now)


def _notice(
    event: Event,
    order: Order,
    desk: Desk,
    now: datetime,
    *,
    refused: PaymentMethod | None = None,
) -> Spoken | None:
    store = desk.stores.get(order.store_id)
    cash = takes_cash(order, desk.places)
    ways = offered(order, store.policy, desk.gateways, cash=cash)
    situation = Situation(
        event=event,
        order=order,
        customer=desk.customers.get(order.store_id, order.customer.customer_id),
        store=store,
        ways=tuple(each for each in ways if each is not refused),
        hindsight=_hindsight(event, desk),
        now=now,
        pages=desk.pages,
    )
    return notice(situation)


def _hindsight(event: Event, desk: Desk) -> Hindsight:
    return Hindsight(event=event, orders=desk.orders, conversations=desk.conversations)


def _say(event: Event, order: Order, spoken: Spoken, desk: Desk, now: datetime) -> None:
    if event.type is EventType.MOVED and not _hindsight(event, desk).is_news():
        return
    customer = desk.customers.get(order.store_id, order.customer.customer_id)
    words = Words.for_customer(desk.stores.get(order.store_id), customer)
    say(
        customer,
        spoken.body,
        key=message_key(event),
        purpose=spoken.purpose,
        template=template_of(words, spoken, order),
        order=order,
        conversations=desk.conversations,
        outbox=desk.outbox,
        now=now,
    )


def _void_links(event: Event, order: Order, desk: Desk, now: datetime) -> None:
    """Who pays in cash after all needs no link. After the message, which must not wait for it."""
    cash = event.data.get("method") == PaymentMethod.CASH_ON_DELIVERY
    chose_cash = event.type is EventType.PAYMENT_METHOD_CHOSEN and cash
    if chose_cash and order.ledger.method is PaymentMethod.CASH_ON_DELIVERY:
        void_requests(order, _till(desk, now))
