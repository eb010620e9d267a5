"""What a gateway's webhook tells, from finding whose order it is to asking a person about disputes.

Events come late, repeated and in any order; each leaves the order as if it had come in time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from orderdesk.domain.money.ledger import EntryKind
from orderdesk.domain.orders import amending
from orderdesk.domain.orders.actor import system
from orderdesk.usecases.orders.change import change
from orderdesk.usecases.payments import pay
from orderdesk.usecases.payments.pay import Receipt

if TYPE_CHECKING:
    from datetime import datetime

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.orders.change import Decision
    from orderdesk.usecases.payments.pay import PaymentNews
    from orderdesk.usecases.ports import Gateways, Orders, Stores

ABOUT_A_PAYMENT: Final = frozenset({EntryKind.REFUNDED, EntryKind.REFUND_FAILED})


def hear(
    news: PaymentNews,
    *,
    store_id: str,
    gateways: Gateways,
    orders: Orders,
    stores: Stores,
    now: datetime,
) -> Receipt:
    """Book the news, and have a person look at a dispute. `store_id` is that of news which name
    an order without its shop.

    Raises Unavailable (the gateway has to be asked and does not answer), Stale.
    """
    if news.kind is None and not news.dispute:
        return Receipt.NOT_OURS
    news = _placed(news, gateways)
    news = replace(news, store_id=news.store_id or store_id)
    booked = Receipt.BOOKED
    if news.kind is not None:
        booked = pay.receive(news, orders=orders, stores=stores, now=now)
    elif not (news.order_id and orders.find(news.store_id, news.order_id)):
        booked = Receipt.UNKNOWN_ORDER
    if news.dispute and booked is Receipt.BOOKED:
        _show_dispute(news, orders=orders, stores=stores, now=now)
    return booked


def _placed(news: PaymentNews, gateways: Gateways) -> PaymentNews:
    """News of a refund or a dispute may name the payment alone: then its notes name the order."""
    about_a_payment = news.dispute or news.kind in ABOUT_A_PAYMENT
    gateway = gateways.of(news.provider)
    if news.order_id or not about_a_payment or gateway is None:
        return news
    notes = gateway.notes_of(news.reference) or {}
    return replace(news, store_id=notes.get("store_id", ""), order_id=notes.get("order_id", ""))


def _show_dispute(news: PaymentNews, *, orders: Orders, stores: Stores, now: datetime) -> None:
    tell = _opened if news.dispute == "opened" else _closed
    policy = stores.get(news.store_id).policy
    change(
        news.store_id,
        news.order_id,
        lambda order: tell(order, news, now),
        orders=orders,
        policy=policy,
    )


def _opened(order: Order, news: PaymentNews, now: datetime) -> Decision | None:
    """It waits for a person's answer at the gateway, unless it has been lost already."""
    assert news.payment is not None
    dispute_id = news.payment.payment_id
    if any(each.id == dispute_id for each in order.ledger.entries):
        return None
    text = (
        f"The customer's bank disputes {_about(news)}: {news.failure or 'no reason given'}. "
        f"Answer {dispute_id} at {news.provider.title()} before its deadline."
    )
    reason = f"dispute:{dispute_id}"
    raised = amending.raise_attention(order, reason, text, by=system("payment"), now=now)
    return (raised[0], [raised[1]]) if raised else None


def _closed(order: Order, news: PaymentNews, now: datetime) -> Decision | None:
    """Nobody has to answer it any more; when it is lost, a person should know what it cost."""
    assert news.payment is not None
    by, dispute_id = system("payment"), news.payment.payment_id
    events: list[Event] = []
    opened, lost = f"dispute:{dispute_id}", f"dispute_lost:{dispute_id}"
    if order.flagged(opened):
        note = f"The dispute is {news.dispute}."
        order, event = amending.resolve_attention(order, opened, note, by=by, now=now)
        events.append(event)
    if news.dispute == "lost":
        text = f"The dispute {dispute_id} is lost: {_about(news)} went back to the customer."
        if raised := amending.raise_attention(order, lost, text, by=by, now=now):
            order, event = raised
            events.append(event)
    return (order, events) if events else None


def _about(news: PaymentNews) -> str:
    assert news.payment is not None
    return f"{news.payment.amount} of {news.reference}"
