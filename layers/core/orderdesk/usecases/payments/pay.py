"""Paying online: a link is made, the gateway is asked or tells, and money is booked once.

However the money becomes known (several webhooks tell of one payment, the sweep asks), it is
booked under the gateway's id of the payment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from orderdesk.domain.errors import Unavailable
from orderdesk.domain.money.ledger import Entry, EntryKind, PaymentMethod
from orderdesk.domain.money.paying import Provider
from orderdesk.domain.orders import amending
from orderdesk.domain.orders.actor import system
from orderdesk.usecases.orders import collect
from orderdesk.usecases.orders.change import change
from orderdesk.usecases.ports import Payment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from orderdesk.domain.orders.event import Event
    from orderdesk.domain.orders.order import Order
    from orderdesk.usecases.ports import Gateways, Orders, PaymentLink, Refund, Stores


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


def ask_gateway(
    order: Order, *, gateways: Gateways, orders: Orders, stores: Stores, now: datetime
) -> bool:
    """Ask about every open request of the order; book what was paid without our hearing of it.

    True when all gateways answered and know of no payment; False when one does, did not answer, or
    has a payment on which the bank decides later.
    """
    try:
        links = list(find_links(order, gateways))
    except Unavailable:
        return False
    booked = [
        book_link(order, link, request, orders=orders, stores=stores, now=now)
        for request, link in links
        if link
    ]
    under_way = any(link.is_processing for _, link in links if link)
    return not (under_way or any(booked))


def find_links(order: Order, gateways: Gateways) -> Iterator[tuple[Entry, PaymentLink | None]]:
    """Each open request with what its gateway knows of it. Raises Unavailable, also when this
    installation is not connected to the gateway any more: then nobody can say.
    """
    for request in unpaid_requests(order):
        if not request.provider:
            continue
        gateway = gateways.of(request.provider)
        if gateway is None:
            raise Unavailable(f"Nobody can ask {request.provider}: it is not connected.")
        yield request, gateway.find_link(request.id)


def book_link(
    order: Order,
    link: PaymentLink,
    request: Entry,
    *,
    orders: Orders,
    stores: Stores,
    now: datetime,
) -> bool:
    """Book what the gateway knows to be paid with a link, and refunded. False when nothing was."""
    news = PaymentNews(
        event="asked",
        event_id=link.provider_id,
        provider=request.provider,
        store_id=order.store_id,
        order_id=order.order_id,
    )
    for payment in link.payments:
        told = replace(news, kind=EntryKind.CAPTURED, payment=payment, reference=request.reference)
        receive(told, orders=orders, stores=stores, now=now)
    for refund in link.refunds:
        receive(refund_news(news, refund, now), orders=orders, stores=stores, now=now)
    return bool(link.payments)


def refund_news(news: PaymentNews, refund: Refund, now: datetime) -> PaymentNews:
    """A refund as the gateway knows it, told like its webhook does."""
    kind = EntryKind.REFUND_FAILED if refund.has_failed else EntryKind.REFUNDED
    back = Payment(payment_id=refund.refund_id, amount=refund.amount, at=refund.at or now)
    return replace(news, kind=kind, payment=back, reference=refund.payment_id)


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
    entry = _entry(order, news, news.payment, now)
    _book(order.store_id, order.order_id, entry, orders=orders, stores=stores, now=now)
    return Receipt.BOOKED


def unpaid_requests(order: Order) -> list[Entry]:
    """Requests that are not paid in full, as far as we know. A voided or failed one may have been
    paid after all.
    """
    paid: dict[str, int] = {}
    for each in order.ledger.entries:
        if each.kind is EntryKind.CAPTURED:
            paid[each.reference] = paid.get(each.reference, 0) + each.amount.minor
    return [
        each
        for each in order.ledger.entries
        if each.kind is EntryKind.REQUESTED and paid.get(each.reference, 0) < each.amount.minor
    ]


def _entry(order: Order, news: PaymentNews, payment: Payment, now: datetime) -> Entry:
    """A payment that failed may still be captured later, and a refund that was made fail later,
    each under the same id: the two are two entries.
    """
    assert news.kind is not None
    entry = Entry(
        id=payment.payment_id,
        kind=news.kind,
        amount=payment.amount,
        at=min(payment.at, now),
        method=_method(order, news),
        provider=news.provider,
        reference=news.reference,
        note=payment.means,
    )
    if news.kind is EntryKind.FAILED:
        return replace(entry, id=f"{payment.payment_id}:failed", note=news.failure[:200])
    if news.kind is EntryKind.REFUND_FAILED:
        failed = f"{payment.payment_id}:failed"
        return replace(entry, id=failed, reference=payment.payment_id, note=news.failure[:200])
    if news.kind is EntryKind.REFUNDED:
        return replace(entry, request=_answered(order, payment))
    return entry


def _answered(order: Order, refund: Payment) -> str:
    """The one open request for a refund of this very amount: whoever made it, it is not made again.

    A gateway may tell of our own refund before we could book it.
    """
    asked = [each for each in order.ledger.open_refunds if each.amount == refund.amount]
    return asked[0].id if len(asked) == 1 else ""


def _method(order: Order, news: PaymentNews) -> PaymentMethod:
    """That of the request, or of the payment, which the news are about."""
    about = (
        each.method
        for each in order.ledger.entries
        if news.reference and news.reference in {each.reference, each.id}
    )
    native = news.provider == Provider.WHATSAPP
    return next(about, PaymentMethod.WHATSAPP_PAY if native else PaymentMethod.ONLINE)


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
