"""Paying online: a link is made, the gateway is asked or tells, and money is booked once.

However the money becomes known (several webhooks tell of one payment, the sweep asks), it is
booked under the gateway's id of the payment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from orderdesk.domain import amending
from orderdesk.domain.actor import system
from orderdesk.domain.errors import Invalid, Unavailable
from orderdesk.domain.ledger import Entry, EntryKind, PaymentMethod
from orderdesk.usecases import collect
from orderdesk.usecases.change import change

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from orderdesk.domain.event import Event
    from orderdesk.domain.order import Order
    from orderdesk.usecases.ports import Orders, Payment, PaymentGateway, PaymentLink, Stores

# The gateway wants a quarter of an hour at least; the rest is for clocks that differ.
SHORTEST_LINK: Final = timedelta(minutes=16)
LINKS_TRIED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentNews:
    """What the gateway `provider` told. `kind` is None when there is nothing to book; `reason` says
    why, for the log.

    Of a refund or a dispute, `payment` has its own id and amount, `reference` the id of the
    payment that it is of. `dispute` is opened, won or lost.
    """

    event: str
    event_id: str
    provider: str = "razorpay"
    kind: EntryKind | None = None
    payment: Payment | None = None
    store_id: str = ""
    order_id: str = ""
    reference: str = ""
    failure: str = ""
    dispute: str = ""
    reason: str = ""


class Receipt(StrEnum):
    """What became of news; all of them are an answer that ends the gateway's retries."""

    BOOKED = "booked"
    NOT_OURS = "not_ours"
    UNKNOWN_ORDER = "unknown_order"
    FOREIGN_CURRENCY = "foreign_currency"


def request_payment(
    order: Order, *, gateway: PaymentGateway, orders: Orders, stores: Stores, now: datetime
) -> Order:
    """The order with a link for what is due, made and booked unless an open one is there.

    Done twice, it is done once: the reference leads to the same link, whose id is the entry's.
    Raises Unavailable, Invalid (the gateway takes no such payment), NotFound, Stale.
    """
    if open_link(order, gateway=gateway):
        return order
    abandon_at = order.last_customer_action_at + stores.get(order.store_id).policy.abandon_after
    link = _new_link(order, max(abandon_at, now + SHORTEST_LINK), gateway)
    entry = Entry(
        id=link.provider_id,
        kind=EntryKind.REQUESTED,
        amount=link.amount,
        at=now,
        method=PaymentMethod.ONLINE,
        reference=link.reference,
        link=link.url,
    )
    return _book(order.store_id, order.order_id, entry, orders=orders, stores=stores, now=now)


def open_link(order: Order, *, gateway: PaymentGateway) -> PaymentLink | None:
    """The link that the customer can still pay what is due with. Raises Unavailable."""
    asked = order.ledger.open_request
    if asked is None or asked.amount != order.amount_due:
        return None
    link = gateway.find_link(asked.id)
    return link if link and link.is_open else None


def void_links(
    order: Order, *, gateway: PaymentGateway, orders: Orders, stores: Stores, now: datetime
) -> Order:
    """Nobody should pay for an order that was stopped, or that is paid in cash now.

    Each open link is cancelled at the gateway and booked as voided; what was paid with it in the
    last moment is booked instead. Raises Unavailable, NotFound, Stale.
    """
    voided = {each.id for each in order.ledger.entries if each.kind is EntryKind.VOIDED}
    for request in _requests(order):
        entry = replace(request, id=f"{request.id}:voided", kind=EntryKind.VOIDED, at=now, link="")
        if entry.id in voided:
            continue
        gateway.cancel_link(request.id)
        link = gateway.find_link(request.id)
        if link and link.payments:
            _book_all(order, [link], orders=orders, stores=stores, now=now)
        else:
            _book(order.store_id, order.order_id, entry, orders=orders, stores=stores, now=now)
    return orders.get(order.store_id, order.order_id)


def ask_gateway(
    order: Order, *, gateway: PaymentGateway | None, orders: Orders, stores: Stores, now: datetime
) -> bool:
    """Ask about every link of the order and book what was paid without our hearing of it.

    True when the gateway answered and knows of no payment; False when it does, or did not answer.
    """
    if gateway is None:
        return False
    try:
        links = [gateway.find_link(entry.id) for entry in _requests(order)]
    except Unavailable:
        return False
    return not _book_all(order, links, orders=orders, stores=stores, now=now)


def _book_all(
    order: Order,
    links: Sequence[PaymentLink | None],
    *,
    orders: Orders,
    stores: Stores,
    now: datetime,
) -> bool:
    """Book what was paid with these links. False when nothing was."""
    payments = [(payment, link.reference) for link in links if link for payment in link.payments]
    for payment, reference in payments:
        news = PaymentNews(
            event="asked",
            event_id=payment.payment_id,
            kind=EntryKind.CAPTURED,
            payment=payment,
            store_id=order.store_id,
            order_id=order.order_id,
            reference=reference,
        )
        receive(news, orders=orders, stores=stores, now=now)
    return bool(payments)


def receive(news: PaymentNews, *, orders: Orders, stores: Stores, now: datetime) -> Receipt:
    """Book what the gateway tells, whatever the order's stage; told again, it is booked already.

    Raises Stale after five lost races.
    """
    if news.kind is None or news.payment is None:
        return Receipt.NOT_OURS
    order = orders.find(news.store_id, news.order_id) if news.order_id else None
    if order is None:
        return Receipt.UNKNOWN_ORDER
    if news.payment.amount.currency != order.ledger.currency:
        _flag_foreign_money(order, news, orders=orders, stores=stores, now=now)
        return Receipt.FOREIGN_CURRENCY
    entry = _entry(news, news.payment, now)
    _book(order.store_id, order.order_id, entry, orders=orders, stores=stores, now=now)
    return Receipt.BOOKED


def _requests(order: Order) -> list[Entry]:
    """Links that no payment is known of. A voided or failed one may have been paid after all."""
    paid = {each.reference for each in order.ledger.entries if each.kind is EntryKind.CAPTURED}
    return [
        each
        for each in order.ledger.entries
        if each.kind is EntryKind.REQUESTED and each.reference not in paid
    ]


def _new_link(order: Order, expires_at: datetime, gateway: PaymentGateway) -> PaymentLink:
    """A link that was made before, but never booked, may have expired: then the next attempt."""
    made = sum(each.kind is EntryKind.REQUESTED for each in order.ledger.entries)
    for attempt in range(made + 1, made + 1 + LINKS_TRIED):
        link = _create(order, f"{order.number}-{attempt}", expires_at, gateway)
        if link.is_open:
            return link
    raise Unavailable(f"The last {LINKS_TRIED} payment links of {order.number} are closed.")


def _create(
    order: Order, reference: str, expires_at: datetime, gateway: PaymentGateway
) -> PaymentLink:
    """Shops that share a gateway account have the same numbers: then the order's id goes along."""
    try:
        return _ask_for_link(order, reference, expires_at, gateway)
    except Invalid as error:
        if error.details.get("field") != "reference":
            raise
        return _ask_for_link(order, f"{reference}-{order.order_id[:8]}", expires_at, gateway)


def _ask_for_link(
    order: Order, reference: str, expires_at: datetime, gateway: PaymentGateway
) -> PaymentLink:
    notes = {"store_id": order.store_id, "order_id": order.order_id, "reference": reference}
    return gateway.create_link(
        reference=reference,
        amount=order.amount_due,
        description=f"Order #{order.number}",
        notes=notes,
        expires_at=expires_at,
    )


def _entry(news: PaymentNews, payment: Payment, now: datetime) -> Entry:
    """A payment that failed may still be captured later, and a refund that was made fail later,
    each under the same id: the two are two entries.
    """
    assert news.kind is not None
    entry = Entry(
        id=payment.payment_id,
        kind=news.kind,
        amount=payment.amount,
        at=min(payment.at, now),
        method=PaymentMethod.ONLINE,
        reference=news.reference,
        note=payment.means,
    )
    if news.kind is EntryKind.FAILED:
        return replace(entry, id=f"{payment.payment_id}:failed", note=news.failure[:200])
    if news.kind is EntryKind.REFUND_FAILED:
        failed = f"{payment.payment_id}:failed"
        return replace(entry, id=failed, reference=payment.payment_id, note=news.failure[:200])
    return entry


def _book(
    store_id: str, order_id: str, entry: Entry, *, orders: Orders, stores: Stores, now: datetime
) -> Order:
    return collect.book(
        store_id, order_id, entry, by=system("payment"), orders=orders, stores=stores, now=now
    )


def _flag_foreign_money(
    order: Order, news: PaymentNews, *, orders: Orders, stores: Stores, now: datetime
) -> None:
    """A ledger has one currency, and no rate to convert with: a person decides."""
    assert news.payment is not None
    payment = news.payment

    def decide(order: Order) -> tuple[Order, list[Event]] | None:
        text = f"{payment.amount} came in as {payment.payment_id}, not in the order's currency."
        reason = f"foreign_payment:{payment.payment_id}"
        raised = amending.raise_attention(order, reason, text, by=system("payment"), now=now)
        return (raised[0], [raised[1]]) if raised else None

    policy = stores.get(order.store_id).policy
    change(order.store_id, order.order_id, decide, orders=orders, policy=policy)
